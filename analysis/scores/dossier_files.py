"""Which dossiers does a file tell of? Counts, one row a unit and period, with every fault named at once."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from analysis.scores.dossier_cases import By, read_dossiers
from analysis.scores.dossier_cells import period_text, thousands_sign, whole
from analysis.scores.dossier_columns import Spelling, named_columns, needed_text, no_columns, unread
from analysis.scores.dossier_words import words
from analysis.scores.dossiers import COUNTS, Cases, DossierTable
from analysis.scores.dossiers_766 import Settings766
from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.sheet import Line, Table
from survey.xlsform.columns import plain

Name = TypeVar("Name", bound=str)


def read_dossier_file(table: Table, file: str, *, until: date, by: By, settings: Settings766) -> DossierTable:
    """The table in a file of either kind, told apart by its headings: only a dossier has a day it is due.

    `until`: the day at whose end a dossier without an end is looked at; `by`: how dossiers are put together.
    Raises Refused with every fault. Sums that do not add up are no fault: `dossier_sums.differences` tells them.
    """
    if named_columns(table).keys() >= {"due_on"}:
        return read_dossiers(table, file, until=until, by=by, settings=settings)
    return read_counts(table, file, settings=settings)


def read_counts(table: Table, file: str, *, settings: Settings766) -> DossierTable:
    """Counts, one row a unit and period. An empty cell says nothing, 0 says none.

    Raises Refused with every fault, each with sheet, row and column.
    """
    named, reasons = named_columns(table), _reasons(table)
    counted = [name for name in COUNTS if name in named]
    missing = [name for name in ("unit",) if name not in named]
    if missing or not counted:
        raise Refused(no_columns(table, missing or ["received"]))
    faults: list[Problem] = []
    thousands = thousands_sign(table, [*(named[name] for name in counted), *reasons])
    seen: dict[tuple[str, str], Line] = {}
    spelled = Spelling()
    rows: list[Cases] = []
    totals: list[Cases] = []
    for line in table.lines:
        unit = needed_text(table, line, named["unit"], faults)
        period = spelled(period_text(line.cells.get(named.get("period", ""))))
        total = plain(unit) in words().totals
        if unit and seen.setdefault((spelling(unit), period), line) is not line:
            first = seen[spelling(unit), period].number
            faults.append(table.problem(line, named["unit"], "DOS_TWICE", unit=unit, period=period or "–", first=first))
        row = Cases(
            unit=unit if total else spelled(unit),
            period=period,
            counts=_counts(table, line, {name: named[name] for name in counted}, thousands, faults),
            reasons=_counts(table, line, {reason: header for header, reason in reasons.items()}, thousands, faults),
            row=line.number,
        )
        (totals if total else rows).append(row)
    if faults:
        raise Refused(faults)
    if not rows:  # a table of nothing but «toàn tỉnh» tells of one unit
        rows, totals = totals, []
    return DossierTable(
        kind="counts",
        file=file,
        sheet=table.sheet,
        rows=tuple(rows),
        totals=tuple(totals),
        unread=unread(table, {*named.values(), *reasons}),
        settings=settings.name,
    )


def _reasons(table: Table) -> dict[str, str]:
    """The headings that count a reason for late dossiers, and the reason."""
    found = {header: words().reason(header) for header in table.headers}
    return {header: reason for header, reason in found.items() if reason}


def _counts(
    table: Table, line: Line, wanted: Mapping[Name, str], thousands: str | None, faults: list[Problem]
) -> dict[Name, int]:
    found: dict[Name, int] = {}
    for name, column in wanted.items():
        number = whole(table, line, column, thousands)
        if isinstance(number, Problem):
            faults.append(number)
        elif number is not None:
            found[name] = number
    return found
