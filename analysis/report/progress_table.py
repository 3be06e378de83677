"""Which units need a reminder? The list as a workbook, to be sent on."""

from collections.abc import Sequence
from datetime import datetime

from analysis.report.cells import clean
from analysis.report.excel import write
from analysis.report.model import Cell, Column, Number, Report, Sheet, Table, Text
from analysis.report.sheets import dash, lines, text
from analysis.scores.progress import Standing
from survey.errors import word

_HEADS = (
    ("PRG_UNIT", 40),
    ("PRG_RECEIVED", 12),
    ("PRG_WANTED", 12),
    ("PRG_DUE", 16),
    ("PRG_MISSING", 12),
    ("PRG_INVITED", 12),
    ("PRG_RATE", 14),
)


def reminder_list(found: Sequence[Standing], round_name: str, language: str, now: datetime) -> bytes:
    """One row a unit, as on the page. `now`: local time without zone. There must be a unit."""
    head, *rest = lines(110, word("PRG_LIST_HEAD", language, round=clean(round_name).text))
    sheet = Sheet(
        name=word("PRG_LIST_SHEET", language),
        title=head.value,
        lines=(*rest, *lines(110, word("PRG_LIST_HOW", language))),
        table=Table(
            name="T",
            columns=tuple(Column(word(code, language), width) for code, width in _HEADS),
            rows=tuple(_row(each) for each in found),
        ),
    )
    return write(Report(title=head.value, author="Hài Lòng", created=now, sheets=(sheet,)))


def _row(each: Standing) -> tuple[Cell, ...]:
    def count(value: float | None) -> Cell:
        return dash() if value is None else Number(round(value), "count")

    rate = Number(each.received / each.invited, "share") if each.invited else dash()
    numbers = (count(each.received), count(each.wanted), count(each.due), count(each.missing), count(each.invited))
    name: Text = text(clean(each.name).text)
    return (name, *numbers, rate)
