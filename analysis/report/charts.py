"""How is a table shown as a native Excel chart, so that it follows the table's live numbers?"""

from collections.abc import Callable
from typing import Any

from analysis.report.model import Chart, Sheet

_FONT = {"name": "Times New Roman", "size": 11}
_PALE = "#76808A"
_WIDTH, _MARGIN = 920, 16
_ROW_PIXELS, _COLUMN_PIXELS = 20, 72
_BAR = 42  # room for a label of two lines; with less LibreOffice leaves out every other label


def add_chart(workbook: Any, worksheet: Any, sheet: Sheet, done: Callable[[Any], None]) -> None:
    """Puts the sheet's chart to the right of its table. Horizontal bars, first row on top, shares as percent."""
    chart = sheet.chart
    if chart is None:
        return
    subtype = {"subtype": "percent_stacked"} if chart.kind == "stacked" else {}
    drawn = workbook.add_chart({"type": "bar", **subtype})
    for series in chart.series:
        done(drawn.add_series(_series(sheet, chart, series.header)))
    drawn.set_title({"name": chart.title, "name_font": {**_FONT, "size": 13, "bold": True}, "overlay": False})
    drawn.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _FONT, "line": {"color": "#7F7F7F"}})
    drawn.set_x_axis(
        {
            "min": 0,
            "max": 1,
            "major_unit": 0.1 if chart.kind == "bars" else 0.2,
            "num_format": "0%",
            "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            "name": chart.source,
            "name_font": {**_FONT, "size": 10, "bold": False, "italic": True},
        }
    )
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


def chart_area(sheet: Sheet) -> tuple[int, int, int, int]:
    """The cells a chart covers: first row, first column, last row, last column."""
    first = len(sheet.table.columns)
    rows, columns = _height(sheet) // _ROW_PIXELS + 2, (_WIDTH + 2 * _MARGIN) // _COLUMN_PIXELS
    return sheet.header_row, first, sheet.header_row + rows, first + columns


def _height(sheet: Sheet) -> int:
    bars = len(sheet.table.rows)
    return 170 + (_BAR if bars <= 20 else 26) * bars


def _series(sheet: Sheet, chart: Chart, header: str) -> dict[str, object]:
    series = next(each for each in chart.series if each.header == header)
    options: dict[str, object] = {
        "name": "=" + _header_cell(sheet, header),
        "categories": "=" + sheet.range(chart.categories),
        "values": "=" + sheet.range(header),
        "fill": {"color": series.colour},
        "border": {"none": True},
        "gap": 45,
        "data_labels": {
            "value": True,
            "num_format": "0.0%" if chart.kind == "bars" else "[>=0.04]0%;;",
            "font": {**_FONT, "size": 10, "color": series.label_colour},
            "position": "inside_base" if chart.kind == "bars" else "center",
        },
    }
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


def _header_cell(sheet: Sheet, header: str) -> str:
    return sheet.range(header, row=-1, rows=1)
