"""Which places does a new round have? A table of them becomes `Place`s, with every fault named at once."""

import re

from survey.errors import Problem, Refused
from survey.round import Place
from survey.sheet import Line, Table

PLACE_COLUMNS = ("code", "name", "stratum", "unit")
"""What the file must have; `weight` and `fpc` may be there too."""

_NUMBERS = ("weight", "fpc")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


def read_places(table: Table) -> tuple[Place, ...]:
    """The places in a table with the columns code, name, stratum, unit and, if known, weight and fpc.

    Raises Refused with every fault, each with row and column.
    """
    missing = [column for column in PLACE_COLUMNS if column not in table.headers]
    if missing:
        shown = ", ".join(table.headers)
        raise Refused(
            Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": column, "columns": shown})
            for column in missing
        )
    faults: list[Problem] = []
    seen: dict[str, int] = {}
    places = []
    for line in table.lines:
        texts = {column: _text(table, line, column, faults) for column in PLACE_COLUMNS}
        code = texts["code"]
        if code and not _CODE.fullmatch(code):
            faults.append(table.problem(line, "code", "RND_BAD_CODE", got=code[:60]))
        if code and seen.setdefault(code, line.number) != line.number:
            faults.append(table.problem(line, "code", "RND_TWICE", got=code, first=seen[code]))
        weight, fpc = (_number(table, line, column, faults) for column in _NUMBERS)
        places.append(Place(**texts, weight=1.0 if weight is None else weight, fpc=fpc))
    if faults:
        raise Refused(faults)
    return tuple(places)


def _text(table: Table, line: Line, column: str, faults: list[Problem]) -> str:
    cell = line.cells.get(column)
    if cell is None:
        faults.append(table.problem(line, column, "TAB_BLANK"))
        return ""
    return str(cell)


def _number(table: Table, line: Line, column: str, faults: list[Problem]) -> float | None:
    """A number above 0, None where the cell is empty."""
    if line.cells.get(column) is None:
        return None
    found = table.number(line, column)
    if isinstance(found, Problem):
        faults.append(found)
        return None
    return found
