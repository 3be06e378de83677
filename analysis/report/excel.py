"""How does a report become an Excel workbook? The only module that writes one.

Works in Excel 2013 and LibreOffice 7. XlsxWriter tells of trouble by return codes, so every call goes through `done`.
"""

import io
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import xlsxwriter

from analysis.report.charts import add_chart, add_picture, chart_area
from analysis.report.model import Choices, Formula, Link, Number, Report, Sheet, Text

FONT = {"font_name": "Times New Roman", "font_size": 12}
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_column_width": 72,  # pixels: what makes column widths count in digits of this font
}
NUMBERS = {"count": "#,##0", "share": "0.00%", "decimal": "#,##0.00", "weight": "#,##0.0000", "plain": "General"}
_HEADLINE = {"num_format": "0.00%", "bold": True, "align": "left"}
_BORDER = {"border": 1, "border_color": "#7F7F7F"}
_A4 = 9
_LINE, _TALLEST = 15.75, 409.0  # points: one line of the font, and Excel's tallest row
_LETTERS = 1.1  # letters of ordinary Vietnamese text in the width of one digit

Formats = Mapping[str, Any]


def write(report: Report) -> bytes:
    """The workbook's bytes; the same report gives the same bytes. Raises RuntimeError where a part was not written."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        workbook = xlsxwriter.Workbook(target, {**OPTIONS, "default_format_properties": dict(FONT)})
        done(workbook.set_size(2400, 1400))
        workbook.set_properties({"title": report.title, "author": report.author, "created": report.created})
        formats = _formats(workbook)
        # All sheets first: links and names may point forward.
        made = [(sheet, workbook.add_worksheet(sheet.name)) for sheet in report.sheets]
        for sheet, worksheet in made:
            _write_sheet(workbook, worksheet, sheet, formats)
        made[0][1].activate()
        workbook.close()
    return target.getvalue()


def _write_sheet(workbook: Any, worksheet: Any, sheet: Sheet, formats: Formats) -> None:
    _set_up(worksheet, sheet)
    table, header = sheet.table, sheet.header_row
    done(
        worksheet.add_table(
            header,
            0,
            header + len(table.rows),
            len(table.columns) - 1,
            {
                "name": table.name,
                "columns": [{"header": c.header, "header_format": formats["header"]} for c in table.columns],
                "autofilter": sheet.data,
                "banded_rows": False,
                "style": None,
                "title": sheet.title,
                "description": sheet.title,
            },
        )
    )
    for row, column, cell in sheet.cells():
        _write_cell(worksheet, row, column, cell, _style(sheet, row, cell), formats)
    _set_heights(worksheet, sheet)
    for name in sheet.names:
        done(workbook.define_name(name.name, "=" + sheet.range(name.header, name.row, name.rows)))
    for choices in sheet.choices:
        _restrict(worksheet, header + 1 + choices.row, table.place(choices.header), choices)
    if sheet.chart is not None:
        add_chart(workbook, worksheet, sheet, done)
    if sheet.picture is not None:
        add_picture(worksheet, sheet, done)


def _write_cell(
    worksheet: Any, row: int, column: int, cell: Text | Number | Formula | Link, style: str, formats: Formats
) -> None:
    shown = formats[style]
    match cell:
        case Text():
            # A text of no length has no cell; write_string never reads a text as formula, number or link.
            done(worksheet.write_string(row, column, cell.value, shown) if cell.value else 0)
        case Number():
            done(worksheet.write_number(row, column, cell.value, shown))
        case Formula():
            done(worksheet.write_formula(row, column, "=" + cell.expression, shown, cell.value))
        case Link():
            target = "internal:'" + cell.sheet.replace("'", "''") + "'!A1"
            done(worksheet.write_url(row, column, target, shown, cell.sheet))


def _style(sheet: Sheet, row: int, cell: Text | Number | Formula | Link) -> str:
    """The name of the format a cell gets."""
    if row < len(sheet.head) and isinstance(cell, Text):
        return f"head {cell.style}"
    if row == len(sheet.head):
        return "title"
    if row < sheet.header_row:
        return "strong" if isinstance(cell, Formula) or (isinstance(cell, Text) and cell.style == "strong") else "line"
    if isinstance(cell, Text):
        return "line" if sheet.data else cell.style
    return "link" if isinstance(cell, Link) else f"{'data ' if sheet.data else ''}{cell.form}"


def _formats(workbook: Any) -> Formats:
    """Every format, once. Text has the quote prefix: it stays text when somebody edits the cell."""
    text = {"quote_prefix": True, "valign": "top"}
    looks: dict[str, dict[str, object]] = {
        "title": {**text, "bold": True, "font_size": 14},
        "line": {**text},
        "strong": {"valign": "top", "bold": True},
        "head line": {**text, "align": "center"},
        "head strong": {**text, "align": "center", "bold": True},
        "head mark": {**text, "align": "center", "italic": True},
        "text": {**text, **_BORDER, "text_wrap": True},
        "mark": {**text, **_BORDER, "align": "center"},
        "dash": {**text, **_BORDER, "align": "right", "indent": 1},
        "link": {"valign": "top", **_BORDER, "font_color": "#0563C1", "underline": 1},
        "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", **_BORDER, "bottom": 2},
    }
    for form, number in NUMBERS.items():
        looks[form] = {"num_format": number, "align": "right", "indent": 1, "valign": "top", **_BORDER}
        looks[f"data {form}"] = {"num_format": number, "align": "right", "indent": 1, "valign": "top"}
    looks["headline"] = {**_HEADLINE, "valign": "top", **_BORDER}
    return {name: workbook.add_format({**FONT, **look}) for name, look in looks.items()}


def _set_up(worksheet: Any, sheet: Sheet) -> None:
    """Widths, freeze panes and print set-up: A4, landscape, margins of Decree 30/2020, page number on top."""
    for place, column in enumerate(sheet.table.columns):
        done(worksheet.set_column(place, place, column.width))
    worksheet.set_paper(_A4)
    worksheet.set_landscape()
    worksheet.set_margins(left=1.18, right=0.6, top=0.8, bottom=0.8)
    worksheet.hide_gridlines(1 if sheet.data else 2)
    done(worksheet.set_header('&C&"Times New Roman,Regular"&13&P'))
    done(worksheet.set_footer('&L&"Times New Roman,Regular"&11&A'))
    if sheet.chart is not None or sheet.picture is not None:
        # On paper a chart stands alone on its page: its numbers are printed with the sheet before it.
        done(worksheet.print_area(*chart_area(sheet)))
        worksheet.fit_to_pages(1, 1)
        return
    done(worksheet.repeat_rows(sheet.header_row))
    if sheet.data:
        worksheet.freeze_panes(sheet.header_row + 1, 2)
        worksheet.print_across()
        done(worksheet.repeat_columns(0, 1))
    else:
        worksheet.fit_to_pages(1, 0)


def _set_heights(worksheet: Any, sheet: Sheet) -> None:
    """Room for wrapped text: a program that only shows the file does not measure it."""
    columns = sheet.table.columns
    done(worksheet.set_row(sheet.header_row, _LINE * max(_lines_of(c.header, c.width * 0.85) for c in columns)))
    if sheet.data:
        return
    for row, cells in enumerate(sheet.table.rows, start=sheet.header_row + 1):
        wrapped = (
            _lines_of(cell.value, column.width * _LETTERS)
            for cell, column in zip(cells, columns, strict=True)
            if isinstance(cell, Text) and cell.style == "text"
        )
        lines = max(wrapped, default=1)
        if lines > 1:
            done(worksheet.set_row(row, min(_LINE * lines, _TALLEST)))


@lru_cache(maxsize=4096)
def _lines_of(text: str, width: float) -> int:
    """How many lines the text takes in a column of this width, broken at spaces and line feeds."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0
        for word in paragraph.split(" "):
            used += len(word) + bool(used)
            if used > width and used > len(word):
                lines, used = lines + 1, len(word)
            lines += int((used - 1) // width) if used > width else 0
            used = used % max(int(width), 1) if used > width else used
    return lines


def _restrict(worksheet: Any, row: int, column: int, choices: Choices) -> None:
    rule: dict[str, object] = {"error_title": choices.title, "error_message": choices.message}
    if choices.values:
        rule |= {"validate": "list", "source": list(choices.values)}
    else:
        kind = "integer" if choices.whole else "decimal"
        rule |= {"validate": kind, "criteria": "between", "minimum": choices.low, "maximum": choices.high}
    done(worksheet.data_validation(row, column, row, column, rule))


def done(code: Any) -> None:
    """Every return code of the library passes here: anything but success stops the whole workbook."""
    if code not in (0, None):
        raise RuntimeError(f"XlsxWriter refused a call with return code {code}")
