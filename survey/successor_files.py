"""Which units came after which, as a table says it? Rows become successors, with every fault named at once."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import get_args

from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.response import clean_text
from survey.sheet import Line, Table
from survey.successors import Successor, UnitsMap, What
from survey.units import EARLIEST

COLUMNS = ("old", "new", "valid_from")
"""What a table of successors must have; `what` (unit or place) and `basis` may be there too."""


def read_units_map(table: Table) -> UnitsMap:
    """The successors in a table with COLUMNS. Days are read as 2025-07-01 and as 01/07/2025.

    Raises Refused with every fault, each with row and column.
    """
    if missing := table.lacking(COLUMNS):
        raise Refused(missing)
    faults: list[Problem] = []
    found: list[tuple[Line, Successor]] = []
    for line in table.lines:
        texts = {column: _text(line, column) for column in (*COLUMNS, "what", "basis")}
        bad = [*_faults(table, line, texts)]
        faults += bad
        if not bad:
            what: What = "place" if texts["what"] == "place" else "unit"
            valid_from = read_day(texts["valid_from"])
            assert valid_from is not None  # noqa: S101  told above
            made = Successor(old=texts["old"], new=texts["new"], valid_from=valid_from, what=what, basis=texts["basis"])
            found.append((line, made))
    faults += _together(table, found)
    if faults:
        raise Refused(faults)
    return UnitsMap(successors=tuple(made for _, made in found))


def read_day(text: str) -> date | None:
    """The day in a text, None where it is none or one before EARLIEST."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        return found if found >= EARLIEST else None
    return None


def _text(line: Line, column: str) -> str:
    cell = line.cells.get(column)
    return "" if cell is None else clean_text(str(cell))


def _faults(table: Table, line: Line, texts: dict[str, str]) -> Iterator[Problem]:
    for column in COLUMNS:
        if not texts[column]:
            yield table.problem(line, column, "TAB_BLANK")
    if texts["valid_from"] and read_day(texts["valid_from"]) is None:
        yield table.problem(line, "valid_from", "UNT_DAY", got=texts["valid_from"][:40])
    if texts["what"] not in ("", *get_args(What)):
        yield table.problem(line, "what", "UNT_WHAT", got=texts["what"][:40], allowed=", ".join(get_args(What)))
    if texts["old"] and texts["what"] != "place" and spelling(texts["old"]) == spelling(texts["new"]):
        yield table.problem(line, "new", "UNT_SAME", got=texts["new"][:60])


def _together(table: Table, found: list[tuple[Line, Successor]]) -> Iterator[Problem]:
    """Rows that say the same twice, and rows of one day that lead round in a circle."""
    seen: dict[tuple[str, str, str, date], int] = {}
    for line, made in found:
        key = (made.what, spelling(made.old), spelling(made.new), made.valid_from)
        if seen.setdefault(key, line.number) != line.number:
            yield table.problem(line, "old", "UNT_TWICE", got=made.old[:60], first=seen[key])
    units = [(line, made) for line, made in found if made.what == "unit"]
    days: dict[date, dict[str, set[str]]] = {}
    for _, made in units:
        days.setdefault(made.valid_from, {}).setdefault(spelling(made.old), set()).add(spelling(made.new))
    for line, made in units:
        if spelling(made.old) in _reached(days[made.valid_from], spelling(made.new)):
            yield table.problem(line, "new", "UNT_CIRCLE", got=made.old[:60])


def _reached(after: Mapping[str, set[str]], start: str) -> set[str]:
    """Everything that `start` became, and itself."""
    found, left = {start}, [start]
    while left:
        fresh = after.get(left.pop(), set()) - found
        found |= fresh
        left += fresh
    return found
