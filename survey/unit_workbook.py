"""How does an office take its units away and fill in others? A workbook with drop-downs, read by `unit_files`."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from survey.errors import word
from survey.unit_files import FIELDS, block_word, heading
from survey.units import BLOCKS, EARLIEST, Registry, Unit

_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12}
_HEAD: Final = {**_FONT, "bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"}
_WIDTHS: Final = {"code": 12, "name": 40, "block": 16, "parent": 14, "predecessors": 24, "basis": 30}
_DAYS: Final = ("valid_from", "valid_to")
_SPARE: Final = 500
"""Rows below the last unit that still offer their drop-downs."""


def units_workbook(registry: Registry, language: str = "vi") -> bytes:
    """Every version of every unit, or an empty table to fill in, and a guide. The same input gives the same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  same input, same bytes
        _units(book, registry, language)
        _guide(book, language)
    return stream.getvalue()


def _units(book: Any, registry: Registry, language: str) -> None:
    sheet = book.add_worksheet(word("UNI_SHEET", language))
    text, day = (
        book.add_format({**_FONT, "num_format": "@"}),
        book.add_format({**_FONT, "num_format": "dd/mm/yyyy", "align": "left"}),
    )
    last = len(registry.units) + _SPARE
    for at, field in enumerate(FIELDS):
        sheet.set_column(at, at, _WIDTHS.get(field, 13), day if field in _DAYS else text)
        sheet.write_string(0, at, heading(field, language), book.add_format(_HEAD))
    allowed = [block_word(block, language) for block in BLOCKS]
    sheet.data_validation(1, 2, last, 2, {"validate": "list", "source": allowed, **_said("UNI_PICK", language)})
    ever = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": date(2100, 1, 1)}
    for field in _DAYS:
        at = FIELDS.index(field)
        sheet.data_validation(1, at, last, at, {**ever, **_said("UNI_DATE", language)})
    for line, unit in enumerate(registry.in_order, start=1):
        for at, value in enumerate(_cells(unit, language)):
            if isinstance(value, date):
                sheet.write_datetime(line, at, value, day)
            elif value:
                sheet.write_string(line, at, value, text)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(registry.units)), len(FIELDS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:H{last + 1}"})
    sheet.repeat_rows(0)
    _printed(sheet)


def _cells(unit: Unit, language: str) -> Sequence[str | date | None]:
    return (
        unit.code, unit.name, block_word(unit.block, language), unit.parent, unit.valid_from, unit.valid_to,
        "; ".join(unit.predecessors), unit.basis,
    )  # fmt: skip


def _printed(sheet: Any) -> None:
    """On paper: A4 across, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _said(code: str, language: str) -> dict[str, str]:
    """What a spreadsheet says beside a cell that takes no other value."""
    return {"error_title": word("UNI_CELL", language), "error_message": word(code, language)}


def _guide(book: Any, language: str) -> None:
    sheet = book.add_worksheet(word("UNI_GUIDE", language))
    plain = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, plain)
    sheet.set_column(1, 1, 90, plain)
    rows = [(heading(field, language), word(f"UNI_GUIDE_{field.upper()}", language)) for field in FIELDS]
    for line, cells in enumerate([("", word("UNI_INTRO", language)), *rows]):
        for at, cell in enumerate(cells):
            sheet.write_string(line, at, cell, book.add_format(_HEAD) if line and not at else plain)
        sheet.set_row(line, 18 * (1 + len(cells[1]) // 85))
    _printed(sheet)
