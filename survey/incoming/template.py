"""What does an office fill in that has no survey tool? A workbook made from the questionnaire, with drop-downs.

A heading is `name | wording`: the name is for the machine, the wording for people. A question with several answers has
a column an option, `name/value | wording: option`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from survey.collation import unit_sort_key
from survey.errors import word
from survey.questionnaire import Question, Questionnaire, say
from survey.round import Place, Round

ROWS = 1_000
"""Down to this row cells have a drop-down."""

CHOSEN = "x"

_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # one round always gives one file
_HEADER = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#1F4E79",
    "valign": "top",
    "text_wrap": True,
    "border": 1,
}
_OWN = {**_HEADER, "bg_color": "#7F6000"}
_LONGEST_CELL = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    heading: str
    own: bool = False
    allowed: tuple[str, ...] = ()
    wide: bool = False


def template_bytes(round_: Round, asked: Questionnaire, language: str) -> bytes:
    """The workbook for this round. `asked` is the questionnaire as the round asks it; wordings in `language`."""
    columns = list(_columns(round_, asked, language))
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": round_.name, "created": _MADE})
        sheet = book.add_worksheet(word("INT_TPL_SHEET", language))
        lists = book.add_worksheet(word("INT_TPL_LISTS", language))
        _guide(book, language)
        text, date_ = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "align": "left"})
        head, own = book.add_format(_HEADER), book.add_format(_OWN)
        places: dict[tuple[str, ...], str] = {}
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 34 if column.wide else 20, date_ if column.own else text)
            sheet.write_string(0, at, column.heading, own if column.own else head)
            if column.allowed:
                source = _source(lists, places, column.allowed, word("INT_TPL_LISTS", language))
                sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": source, "ignore_blank": True})
        sheet.set_row(0, 90)
        sheet.freeze_panes(1, 1)
        lists.hide()
        sheet.activate()
    return buffer.getvalue()


def _columns(round_: Round, asked: Questionnaire, language: str) -> Iterator[_Column]:
    yield _Column(heading=f"so_phieu | {word('INT_TPL_SLIP', language)}", own=True)
    if len(round_.places) > 1:
        names = tuple(map(shown_place, sorted(round_.places, key=lambda place: unit_sort_key(place.name))))
        yield _Column(heading=f"noi_tra_loi | {word('INT_TPL_PLACE', language)}", own=True, allowed=names, wide=True)
    yield _Column(heading=f"ngay | {word('INT_TPL_DAY', language)}", own=True)
    yield _Column(heading=f"nguoi_nhap | {word('INT_TPL_WHO', language)}", own=True)
    for question in asked.questions():
        yield from _of(question, language)


def shown_place(place: Place) -> str:
    """A place as the drop-down has it, told apart from one of the same name elsewhere."""
    return f"{place.name} ({place.stratum})" if place.stratum else place.name


def _of(question: Question, language: str) -> Iterator[_Column]:
    label = " ".join(say(question.label, language).split())
    options = question.scale.options if question.scale is not None else ()
    if question.kind == "select_multiple":
        for option in options:
            heading = f"{question.name}/{option.value} | {label}: {say(option.label, language)}"
            yield _Column(heading=heading[:_LONGEST_CELL], allowed=(CHOSEN,))
    elif question.kind != "note":
        allowed = tuple(say(option.label, language) or option.value for option in options)
        yield _Column(
            heading=f"{question.name} | {label}"[:_LONGEST_CELL], allowed=allowed, wide=question.kind == "text"
        )


def _source(lists: Any, places: dict[tuple[str, ...], str], allowed: Sequence[str], sheet: str) -> str:
    """Where the allowed words stand: a list in the cell itself may have 255 letters, and no comma in a word."""
    key = tuple(allowed)
    if key not in places:
        at = len(places)
        lists.write_column(0, at, key)
        letters = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
        places[key] = f"='{sheet}'!{letters}$1:{letters}${len(key)}"
    return places[key]


def _guide(book: Any, language: str) -> None:
    page = book.add_worksheet(word("INT_TPL_GUIDE", language))
    page.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    for at, code in enumerate(("INT_TPL_1", "INT_TPL_2", "INT_TPL_3", "INT_TPL_4", "INT_TPL_5")):
        page.write_string(at, 0, word(code, language, page=word("INT_TITLE", language)))
