"""What number or day stands in a cell of a table about dossiers? «1.643» and «1,643» are read, «2.000» may be asked."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from survey.errors import Problem
from survey.sheet import Cell, Line, Table

_PLAIN = re.compile(r"[0-9]{1,15}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([., ])[0-9]{3})(?:\1[0-9]{3}){0,3}")
_ONE_GROUP_OF_ZEROS = re.compile(r"[1-9][0-9]{0,2}[.,]000")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2})[:hH](\d{2})(?::\d{2})?)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")


def thousands_sign(table: Table, columns: Iterable[str]) -> str | None:
    """The sign that these columns put between thousands, if one cell shows it beyond doubt and none another.

    «1.643» can only be one thousand six hundred and forty-three dossiers, «1.234.567» too; «2.000» could be 2.
    """
    if table.point:
        return None
    signs = set()
    columns = tuple(columns)
    for line in table.lines:
        for column in columns:
            text = str(line.cells.get(column) or "").replace("\u00a0", " ").strip()
            grouped = _GROUPED.fullmatch(text)
            if grouped and not _ONE_GROUP_OF_ZEROS.fullmatch(text):
                signs.add(grouped[1])
    signs.discard(" ")
    return signs.pop() if len(signs) == 1 else None


def whole(table: Table, line: Line, column: str, thousands: str | None) -> int | Problem | None:
    """How many dossiers a cell says, None where it is empty, or what is wrong with it.

    `thousands`: of `thousands_sign`; it decides what «2.000» means.
    """
    cell = line.cells.get(column)
    if cell is None:
        return None
    if isinstance(cell, int):
        return cell if 0 <= cell < 10**12 else table.problem(line, column, "DOS_NOT_COUNT", got=cell)
    if isinstance(cell, float):
        return table.problem(line, column, "DOS_FRACTION", got=_shown(cell))
    text = cell.replace("\u00a0", " ").strip()
    if _PLAIN.fullmatch(text):
        return int(text)
    grouped = _GROUPED.fullmatch(text)
    if grouped and (grouped[1] == " " or not table.point):
        if _ONE_GROUP_OF_ZEROS.fullmatch(text) and grouped[1] != thousands:
            return table.problem(line, column, "DOS_AMBIGUOUS", got=text)
        return int(text.replace(grouped[1], ""))
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text):
        return table.problem(line, column, "DOS_FRACTION", got=text)
    return table.problem(line, column, "DOS_NOT_COUNT", got=text[:40])


def moment(table: Table, line: Line, column: str) -> datetime | Problem | None:
    """The day, and the time if there is one (else midnight); None where the cell is empty. Days stand before months."""
    cell = line.cells.get(column)
    if cell is None:
        return None
    text = str(cell).strip()
    try:
        if _ISO.fullmatch(text):
            return _local(datetime.fromisoformat(text))
        found = _DAY.fullmatch(text)
        if found:
            day, month, year, hour, minute = (int(part or 0) for part in found.groups())
            return datetime.combine(date(year, month, day), time(hour, minute))
    except ValueError:
        pass
    return table.problem(line, column, "DOS_NOT_DAY", got=text[:40])


def ended_in_time(end: datetime, due: datetime) -> bool:
    """Whether `end` is not after `due`; a due day without a time lasts until midnight."""
    return end.date() <= due.date() if due.time() == time() else end <= due


def period_text(cell: Cell) -> str:
    """A period as it reads: a spreadsheet makes a day of «06/2022», which is turned back."""
    text = "" if cell is None else " ".join(str(cell).split())
    found = re.fullmatch(r"(\d{4})-(\d{2})-01", text)
    return f"{found[2]}/{found[1]}" if found else text


def _local(value: datetime) -> datetime:
    return value.replace(tzinfo=None)


def _shown(value: float) -> str:
    return f"{value:.15g}"
