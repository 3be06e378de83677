"""Which dossiers are in a file with one row a dossier, and how did each stand on the day? Only counts are kept.

Neither a dossier's code nor its days leave this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from analysis.scores.dossier_cells import ended_in_time, moment, whole
from analysis.scores.dossier_columns import Spelling, named_columns, needed_text, no_columns, unread
from analysis.scores.dossier_words import heading, words
from analysis.scores.dossiers import Cases, Count, DossierTable
from analysis.scores.dossiers_766 import Settings766
from survey.errors import Problem, Refused
from survey.response import clean_text
from survey.sheet import Line, Table
from survey.xlsform.columns import plain

By = Literal["month", "quarter", "year", "all"]
"""How dossiers are put together in time, by the day they were received."""

NEEDED = ("unit", "channel", "received_on", "due_on")
"""The columns that such a file must have."""

_MOST_WAITING = 3650


def read_dossiers(table: Table, file: str, *, until: date, by: By, settings: Settings766) -> DossierTable:
    """Dossiers, one a row, counted by unit and period of receipt as they stood at the end of the day `until`.

    A dossier is on time if its end (processed, else result returned) is not after its due day plus the days it waited
    for supplements, and it was sent back for them no more often than the settings allow.
    Raises Refused with every fault, each with sheet, row and column.
    """
    named = named_columns(table, "dossiers")
    missing = [name for name in NEEDED if name not in named]
    if missing:
        raise Refused(no_columns(table, missing))
    faults: list[Problem] = []
    codes: dict[str, int] = {}
    spelled = Spelling()
    groups: dict[tuple[str, str], _Group] = {}
    for line in table.lines:
        code = plain(str(line.cells.get(named.get("code", "")) or ""))
        if code and codes.setdefault(code, line.number) != line.number:
            faults.append(table.problem(line, named["code"], "DOS_CODE_TWICE", first=codes[code]))
        found = len(faults)
        case = _case(table, line, named, until, faults)
        if len(faults) == found and case is not None:
            place = spelled(case.unit), _period(case.received, by)
            groups.setdefault(place, _Group()).add(case, settings)
    if faults:
        raise Refused(faults)
    rows = [
        Cases(unit=unit, period=period, counts=group.counts, reasons=group.reasons)
        for (unit, period), group in groups.items()
    ]
    order = {row.unit: place for place, row in reversed(list(enumerate(rows)))}
    rows.sort(key=lambda row: (order[row.unit], _in_time(row.period)))
    return DossierTable(
        kind="dossiers",
        file=file,
        sheet=table.sheet,
        rows=tuple(rows),
        unread=unread(table, set(named.values())),
        until=until,
        settings=settings.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One dossier as it stood on the day: ended or not, its due day kept so far or not."""

    unit: str
    channel: Count
    received: datetime
    ended: bool
    in_time: bool
    supplements: int
    reason: str


@dataclass(slots=True)
class _Group:
    counts: dict[Count, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("received", "direct", "post", "online", "solved", "on_time", "late", "pending", "overdue"), 0
        )
    )
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, case: _Case, settings: Settings766) -> None:
        """Counts one dossier."""
        good = case.in_time and case.supplements <= settings.supplements_allowed
        counted: list[Count] = ["received", case.channel]
        if case.ended:
            counted += ["solved", "on_time" if good else "late"]
        else:
            counted += ["pending"] if good else ["pending", "overdue"]
        for name in counted:
            self.counts[name] += 1
        if case.ended and not good:
            self.reasons[case.reason] = self.reasons.get(case.reason, 0) + 1


def _case(table: Table, line: Line, named: Mapping[str, str], until: date, faults: list[Problem]) -> _Case | None:
    unit = needed_text(table, line, named["unit"], faults)
    channel = _channel(table, line, named["channel"], faults)
    days = {name: _moment(table, line, named.get(name), faults) for name in ("received_on", "due_on")}
    finished, returned = (_moment(table, line, named.get(name), faults) for name in ("finished_on", "returned_on"))
    for name, day in days.items():
        if line.cells.get(named[name]) is None and day is None:
            faults.append(table.problem(line, named[name], "TAB_BLANK"))
    supplements = _whole(table, line, named.get("supplements"), faults)
    waited = _whole(table, line, named.get("waiting_days"), faults)
    received, due, end = days["received_on"], days["due_on"], finished or returned
    if received is None or due is None or channel is None:
        return None
    _in_order(table, line, named, (received, due, end, until), faults)
    if waited > _MOST_WAITING:
        faults.append(table.problem(line, named["waiting_days"], "DOS_NOT_COUNT", got=waited))
        return None
    ended = end is not None and end.date() <= until
    looked_at = end if end is not None and ended else datetime.combine(until, time(23, 59))
    reason = clean_text(str(line.cells.get(named.get("reason", "")) or ""))
    return _Case(
        unit=unit,
        channel=channel,
        received=received,
        ended=ended,
        in_time=ended_in_time(looked_at, due + timedelta(days=waited)),
        supplements=supplements,
        reason=" ".join(reason.split())[:80],
    )


def _in_order(
    table: Table,
    line: Line,
    named: Mapping[str, str],
    days: tuple[datetime, datetime, datetime | None, date],
    faults: list[Problem],
) -> None:
    """Received, then due and ended; nothing received after the day at which dossiers are looked at."""
    received, due, end, until = days
    if due.date() < received.date():
        faults.append(table.problem(line, named["due_on"], "DOS_BEFORE", day=due.date(), received=received.date()))
    if end is not None and end.date() < received.date():
        column = named.get("finished_on") or named["returned_on"]
        faults.append(table.problem(line, column, "DOS_BEFORE", day=end.date(), received=received.date()))
    if received.date() > until:
        faults.append(table.problem(line, named["received_on"], "DOS_AFTER", day=received.date(), until=until))


def _whole(table: Table, line: Line, column: str | None, faults: list[Problem]) -> int:
    number = whole(table, line, column, None) if column else None
    if isinstance(number, Problem):
        faults.append(number)
        return 0
    return number or 0


def _moment(table: Table, line: Line, column: str | None, faults: list[Problem]) -> datetime | None:
    found = moment(table, line, column) if column else None
    if isinstance(found, Problem):
        faults.append(found)
        return None
    return found


def _channel(table: Table, line: Line, column: str, faults: list[Problem]) -> Count | None:
    text = needed_text(table, line, column, faults)
    found = words().channels.get(plain(text))
    if text and found is None:
        allowed = ", ".join(heading(name) for name in ("direct", "post", "online"))
        faults.append(table.problem(line, column, "DOS_CHANNEL", got=text[:40], allowed=allowed))
    return found


def _period(day: datetime, by: By) -> str:
    if by == "all":
        return ""
    if by == "year":
        return str(day.year)
    return f"{day:%m/%Y}" if by == "month" else f"Q{(day.month + 2) // 3}/{day.year}"


def _in_time(period: str) -> tuple[str, str]:
    before, _, year = period.rpartition("/")
    return year, before
