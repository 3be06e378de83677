"""How is a table shown as a native Excel chart, so that it follows the table's live numbers?"""

import io
from collections.abc import Callable
from typing import Any

from analysis.report.model import Chart, Series, Sheet, numbers

_FONT = {"name": "Times New Roman", "size": 11}
_PALE = "#76808A"
_WIDTH, _MARGIN = 920, 16
_ROW_PIXELS, _COLUMN_PIXELS = 20, 72
_NARROW = 0.06  # a narrower part of a diverging bar has no room for its figure
_BAR = 42  # room for a label of two lines; with less LibreOffice leaves out every other label


def add_chart(workbook: Any, worksheet: Any, sheet: Sheet, done: Callable[[Any], None]) -> None:
    """Puts the sheet's chart to the right of its table. Horizontal bars, first row on top, shares as percent."""
    chart = sheet.chart
    if chart is None:
        return
    subtypes = {"bars": {}, "stacked": {"subtype": "percent_stacked"}, "diverging": {"subtype": "stacked"}}
    drawn = workbook.add_chart({"type": "bar", **subtypes[chart.kind]})
    for series in chart.series:
        done(drawn.add_series(_series(sheet, chart, series)))
    drawn.set_title({"name": chart.title, "name_font": {**_FONT, "size": 13, "bold": True}, "overlay": False})
    names: dict[str, object] = {"label_position": "low"} if chart.kind == "diverging" else {}
    drawn.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _FONT, "line": {"color": "#7F7F7F"}, **names})
    drawn.set_x_axis(
        {
            **({} if chart.kind == "diverging" else {"min": 0}),
            "max": 1,
            "major_unit": 0.1 if chart.kind == "bars" else 0.2,
            "num_format": "0%;0%",
            "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            "name": chart.source,
            "name_font": {**_FONT, "size": 10, "bold": False, "italic": True},
        }
    )
    # A middle answer's halves both stay in the legend: of two, LibreOffice would leave out another name than Excel.
    drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "top", "font": _FONT})
    drawn.set_size({"width": _WIDTH, "height": _height(sheet)})
    done(
        worksheet.insert_chart(
            sheet.header_row,
            len(sheet.table.columns),
            drawn,
            {"description": chart.alt, "object_position": 3, "x_offset": _MARGIN},
        )
    )


def add_picture(worksheet: Any, sheet: Sheet, done: Callable[[Any], None]) -> None:
    """Puts the sheet's picture to the right of its table, at the size it is meant to have."""
    picture = sheet.picture
    if picture is None:
        return
    wide, high = (int.from_bytes(picture.png[start : start + 4]) for start in (16, 20))  # PNG's first chunk
    per_metre = picture.png.find(b"pHYs")
    dots = int.from_bytes(picture.png[per_metre + 4 : per_metre + 8]) * 0.0254 if per_metre > 0 else 96.0
    done(
        worksheet.insert_image(
            sheet.header_row,
            len(sheet.table.columns),
            "picture.png",
            {
                "image_data": io.BytesIO(picture.png),
                "x_scale": picture.width / wide * dots / 96,
                "y_scale": picture.height / high * dots / 96,
                "description": picture.alt,
                "object_position": 3,
                "x_offset": _MARGIN,
            },
        )
    )


def chart_area(sheet: Sheet) -> tuple[int, int, int, int]:
    """The cells a chart or picture covers: first row, first column, last row, last column."""
    first = len(sheet.table.columns)
    wide, high = (sheet.picture.width, sheet.picture.height) if sheet.picture else (_WIDTH, _height(sheet))
    rows, columns = high // _ROW_PIXELS + 2, (wide + 2 * _MARGIN) // _COLUMN_PIXELS
    return sheet.header_row, first, sheet.header_row + rows, first + columns


def _height(sheet: Sheet) -> int:
    bars = len(sheet.table.rows)
    return 170 + (_BAR if bars <= 20 else 26) * bars


def _series(sheet: Sheet, chart: Chart, series: Series) -> dict[str, object]:
    options: dict[str, object] = {
        "name": "=" + _header_cell(sheet, series.named or series.header),
        "categories": "=" + sheet.range(chart.categories),
        "values": "=" + sheet.range(series.header),
        "fill": {"color": series.colour},
        "border": {"none": True},
        "gap": 45,
    }
    if series.label == "":  # LibreOffice shows a bar's own figure even where another cell's is asked for
        options["data_labels"] = _labels(sheet, chart, series)
    if series.pale:
        grey = {"fill": {"color": _PALE}}
        options["points"] = [grey if row in series.pale else None for row in range(len(sheet.table.rows))]
    if series.plus and series.minus:
        options["y_error_bars"] = {
            "type": "custom",
            "plus_values": "=" + sheet.range(series.plus),
            "minus_values": "=" + sheet.range(series.minus),
            "line": {"color": "#000000", "width": 1.25},
        }
    return options


def _labels(sheet: Sheet, chart: Chart, series: Series) -> dict[str, object]:
    """The figures on the bars; a part of a diverging bar that has no room for its own now has none."""
    labels: dict[str, object] = {
        "value": True,
        "num_format": {"bars": "0.0%", "stacked": "[>=0.04]0%;;", "diverging": "0%;0%"}[chart.kind],
        "font": {**_FONT, "size": 10, "color": series.label_colour},
        "position": "inside_base" if chart.kind == "bars" else "center",
    }
    if chart.kind == "diverging":
        narrow = [abs(value) < _NARROW for value in numbers(sheet, series.header)]
        labels["custom"] = [{"delete": True} if each else None for each in narrow]
    return labels


def _header_cell(sheet: Sheet, header: str) -> str:
    return sheet.range(header, row=-1, rows=1)
