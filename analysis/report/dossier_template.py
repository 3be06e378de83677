"""The workbook an office fills in with its dossiers: headings, drop-down lists, and a guide beside them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from analysis.scores.dossier_words import CHANNELS, columns, heading
from analysis.scores.dossiers import COUNTS, Kind
from analysis.scores.dossiers_766 import Settings766
from survey.errors import word

_ROWS = 2_000
_REASONS = 4
_A4 = 9
_DAYS = ("received_on", "due_on", "finished_on", "returned_on")
_NUMBERS = ("supplements", "waiting_days", *COUNTS)
_FONT = {"font_name": "Times New Roman", "font_size": 12}
_GUIDES = {
    "counts": ("DOS_GUIDE_COUNTS", "DOS_GUIDE_SUMS", "DOS_GUIDE_TOTAL", "DOS_GUIDE_REASONS", "DOS_GUIDE_FEEDBACK"),
    "dossiers": ("DOS_GUIDE_DOSSIERS", "DOS_GUIDE_LATE", "DOS_GUIDE_DAYS"),
}


def dossier_template(kind: Kind, settings: Settings766, language: str = "vi") -> bytes:
    """An empty table of that kind as `dossier_files.read_dossier_file` reads it. Same input, same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  same input, same bytes
        head = book.add_format({**_FONT, "bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(word(f"DOS_TEMPLATE_{kind.upper()}", language))
        names = columns(kind)
        titles = [heading(name, language) for name in names] + (_reasons(language) if kind == "counts" else [])
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, head)
            name = names[place] if place < len(names) else "reasons"
            sheet.set_column(place, place, 34 if name in ("unit", "reason") else 15, book.add_format(_look(name)))
            rule = _rule(name, language)
            if rule:
                sheet.data_validation(1, place, _ROWS, place, rule)
        sheet.set_row(0, 66)
        sheet.freeze_panes(1, 1 if kind == "counts" else 2)
        _guide(book, kind, settings, language)
        for page in book.worksheets():
            page.set_paper(_A4)
            page.set_landscape()
            page.fit_to_pages(1, 0)
    return stream.getvalue()


def _reasons(language: str) -> list[str]:
    said = (word(f"DOS_TEMPLATE_REASON_{number}", language) for number in range(1, _REASONS + 1))
    return [word("DOS_TEMPLATE_REASON", language, reason=reason) for reason in said]


def _look(name: str) -> dict[str, object]:
    if name in _DAYS:
        return {**_FONT, "num_format": "dd/mm/yyyy"}
    if name in (*_NUMBERS, "reasons"):
        return {**_FONT, "num_format": "#,##0"}
    return {**_FONT, "num_format": "@"}  # so that «06/2022» stays a period and no day


def _rule(name: str, language: str) -> dict[str, object] | None:
    if name == "channel":
        said = word("DOS_TEMPLATE_RULE_CHANNEL", language)
        return {
            "validate": "list",
            "source": [heading(channel, language) for channel in CHANNELS],
            "error_message": said,
        }
    if name in _DAYS:
        said = word("DOS_TEMPLATE_RULE_DAY", language)
        return {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_message": said}
    if name in (*_NUMBERS, "reasons"):
        said = word("DOS_TEMPLATE_RULE", language)
        return {"validate": "integer", "criteria": ">=", "value": 0, "error_message": said}
    return None


def _guide(book: Any, kind: Kind, settings: Settings766, language: str) -> None:
    text = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    guide = book.add_worksheet(word("DOS_TEMPLATE_GUIDE", language))
    guide.set_column(0, 0, 110)
    gaps = {"rules": settings.name, "most": settings.supplements_allowed, **settings.feedback_days}
    for row, code in enumerate(_GUIDES[kind]):
        mark = settings.marks["feedback_days" if code == "DOS_GUIDE_FEEDBACK" else "supplements_allowed"]
        guide.write_string(row, 0, word(code, language, mark=mark, **gaps), text)
        guide.set_row(row, 54)
