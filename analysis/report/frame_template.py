"""The workbook an office lists its communes and villages in, to draw a sample from: headings, rules, a guide."""

from datetime import datetime
from io import BytesIO

import xlsxwriter

from analysis.setup.frame import COLUMNS, MOST_ROWS, heading
from survey.errors import word

_A4 = 9
_FONT = {"font_name": "Times New Roman", "font_size": 12}
_GUIDES = ("SET_GUIDE_ROWS", "SET_GUIDE_STRATUM", "SET_GUIDE_VILLAGE", "SET_GUIDE_PEOPLE", "SET_GUIDE_UNIT")


def frame_template(language: str = "vi") -> bytes:
    """An empty frame as `analysis.setup.frame.read_frame` reads it. Same input, same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  same input, same bytes
        head = book.add_format({**_FONT, "bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(word("SET_FRAME_SHEET", language))
        for place, column in enumerate(COLUMNS):
            number = column == "people"
            look = book.add_format({**_FONT, "num_format": "#,##0" if number else "@"})
            sheet.write_string(0, place, heading(column, language), head)
            sheet.set_column(place, place, 18 if number else 30, look)
        rule = {"validate": "integer", "criteria": ">=", "value": 1, "error_message": word("SET_RULE_PEOPLE", language)}
        people = COLUMNS.index("people")
        sheet.data_validation(1, people, MOST_ROWS, people, rule)
        sheet.freeze_panes(1, 0)
        guide = book.add_worksheet(word("SET_GUIDE_SHEET", language))
        guide.set_column(0, 0, 110)
        text = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
        for row, code in enumerate(_GUIDES):
            guide.write_string(row, 0, word(code, language, most=MOST_ROWS), text)
            guide.set_row(row, 54)
        for page in book.worksheets():
            page.set_paper(_A4)
            page.set_landscape()
            page.fit_to_pages(1, 0)
    return stream.getvalue()
