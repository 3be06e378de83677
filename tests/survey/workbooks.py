"""Questionnaire workbooks written as small tables of text, as people speak of them."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl

SOUND = """
| survey | | | | | | | | | | |
| |type|name|label::Tiếng Việt (vi)|label::English (en)|required|relevant|constraint|role|factor|satisfied|
| | begin_group | who | Về ông/bà | About you | | | | | | |
| | select_one s | sex | Giới tính | Sex | yes | | | respondent | | |
| | integer | years | Tuổi | Age | | | . >= 18 | respondent | | |
| | end_group | | | | | | | | | |
| | select_one d | q1 | Thông tin dễ hiểu | Clear information | | ${sex} = '1' | | satisfaction | f1 | 4 5 |
| | select_multiple s | q2 | Chọn nhiều | Choose several | | | | perception | | |
| | note | thanks | Xin cảm ơn | Thank you | | | | | | |
| choices | | | | |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | s | 1 | Nam | Male |
| | s | 2 | Nữ | Female |
| | d | 3 | Bình thường | Neutral |
| | d | 4 | Hài lòng | Satisfied |
| | d | 5 | Rất hài lòng | Very satisfied |
| settings | | | | |
| | form_title | form_id | version | study | default_language |
| | Phiếu thử | thu | 2026.1 | user | Tiếng Việt (vi) |
| index | | | | |
| | code | level | parent | weight | label::Tiếng Việt (vi) | label::English (en) |
| | a1 | aspect | | | Dịch vụ | Service |
| | f1 | factor | a1 | 0.5 | Tiếp cận | Access |
"""

RATED = """
| survey | | | | | | |
| | type | name | label::Tiếng Việt (vi) | relevant | constraint | role | repeat_over |
| | select_one g | post | Ông/bà là ai? | | | respondent | |
| | select_multiple units.department | whom | Chọn sở | ${post} = '1' | | | |
| | begin_group | rate | Đánh giá | ${post} = '1' | | | whom |
| | select_one d | c1 | Làm tốt đến mức nào? | | | criterion | |
| | text | why | Vì sao? | ${c1} = '2' and ${post} = '1' | . != 'a ${c1}' | comment | |
| | end_group | | | | | | |
| | text | served | Mã công chức | | | officer | |
| choices | | | |
| | list_name | name | label::Tiếng Việt (vi) |
| | g | 1 | Đại biểu |
| | g | 2 | Lãnh đạo |
| | d | 1 | Tốt |
| | d | 2 | Kém |
| | units.department | snv | Sở Nội vụ |
| | units.department | stc | Sở Tài chính |
| settings | | | |
| | form_title | form_id | version | study |
| | Phiếu thử | thu | 2026.1 | officials |
"""
"""A form that rates offices: column D is relevant, E constraint, F role, G repeat_over."""

Tables = dict[str, list[list[Any]]]


def tables(text: str = SOUND) -> Tables:
    """Sheet name to rows of cells, from a table of text; the first cell of a row names a new sheet."""
    sheets: Tables = {}
    for line in text.strip().splitlines():
        name, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if name:
            rows = sheets.setdefault(name, [])
        else:
            rows.append([cell or None for cell in cells])
    return sheets


def workbook(sheets: Tables, finish: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    """The tables as an xlsx file; `finish` may still do something to it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if finish:
        finish(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(*changes: tuple[str, str, Any], of: str = SOUND) -> Tables:
    """The sound workbook with cells changed: (sheet, cell such as `B3`, new value)."""
    sheets = tables(of)
    for sheet, place, value in changes:
        found = re.fullmatch(r"([A-Z])(\d+)", place)
        assert found
        column, row = ord(found[1]) - ord("A"), int(found[2]) - 1
        rows = sheets.setdefault(sheet, [])
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    return sheets
