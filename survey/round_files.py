"""Which places, desks and rated offices does a new round have? Tables become values, with every fault named at once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from survey.errors import Problem, Refused
from survey.response import clean_text
from survey.round import Desk, Place, Rated
from survey.sheet import Line, Table

PLACE_COLUMNS = ("code", "name", "stratum", "unit")
"""What a file of places must have; `weight`, `fpc` and `invited` (slips handed out there) may be there too."""

DESK_COLUMNS = ("code", "name", "place")
"""What a file of desks must have; `place` is a place's code."""

RATED_COLUMNS = ("code", "name", "kind")
"""What a file of rated offices must have."""

_INVITED = "invited"
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


def read_places(table: Table) -> tuple[Place, ...]:
    """The places in a table with PLACE_COLUMNS and, if known, weight and fpc.

    Raises Refused with every fault, each with row and column.
    """
    faults: list[Problem] = []
    places = []
    for line, texts in _lines(table, PLACE_COLUMNS, faults):
        weight, fpc = _number(table, line, "weight", faults), _number(table, line, "fpc", faults)
        _invited(table, line, faults)
        kept = Place(
            code=texts["code"],
            name=texts["name"],
            stratum=texts["stratum"],
            unit=texts["unit"],
            weight=1.0 if weight is None else weight,
            fpc=fpc,
        )
        places.append(kept)
    if faults:
        raise Refused(faults)
    return tuple(places)


def read_invited(table: Table) -> Mapping[str, int]:
    """Slips handed out, by unit: the sums of the column `invited` of a table of places; empty if it has none.

    Raises Refused where a cell is no whole number, as `read_places` does.
    """
    faults: list[Problem] = []
    invited: dict[str, int] = {}
    for line in table.lines:
        number = _invited(table, line, faults)
        if number is not None:
            unit = str(line.cells.get("unit"))
            invited[unit] = invited.get(unit, 0) + number
    if faults:
        raise Refused(faults)
    return invited


def read_desks(table: Table, places: Iterable[Place]) -> tuple[Desk, ...]:
    """The desks in a table with DESK_COLUMNS, each at one of `places`.

    Raises Refused with every fault, each with row and column.
    """
    faults: list[Problem] = []
    known = {place.code for place in places}
    desks = []
    for line, texts in _lines(table, DESK_COLUMNS, faults):
        if texts["place"] and texts["place"] not in known:
            faults.append(table.problem(line, "place", "RND_NO_PLACE", got=texts["place"][:60]))
        desks.append(Desk(**texts))
    if faults:
        raise Refused(faults)
    return tuple(desks)


def read_rated(table: Table) -> tuple[Rated, ...]:
    """The rated offices in a table with RATED_COLUMNS; whether they fit a questionnaire: survey.rating.

    Raises Refused with every fault, each with row and column.
    """
    faults: list[Problem] = []
    rated = [Rated(**texts) for _, texts in _lines(table, RATED_COLUMNS, faults)]
    if faults:
        raise Refused(faults)
    return tuple(rated)


def _lines(table: Table, columns: Sequence[str], faults: list[Problem]) -> Iterator[tuple[Line, dict[str, str]]]:
    """Each line with its texts by column; raises Refused for a missing column, notes blanks and bad codes."""
    if missing := table.lacking(columns):
        raise Refused(missing)
    seen: dict[str, int] = {}
    for line in table.lines:
        texts = {column: _text(table, line, column, faults) for column in columns}
        code = texts["code"]
        if code and not _CODE.fullmatch(code):
            faults.append(table.problem(line, "code", "RND_BAD_CODE", got=code[:60]))
        if code and seen.setdefault(code, line.number) != line.number:
            faults.append(table.problem(line, "code", "RND_TWICE", got=code, first=seen[code]))
        yield line, texts


def _text(table: Table, line: Line, column: str, faults: list[Problem]) -> str:
    cell = line.cells.get(column)
    text = "" if cell is None else clean_text(str(cell))
    if not text:
        faults.append(table.problem(line, column, "TAB_BLANK"))
    return text


def _number(table: Table, line: Line, column: str, faults: list[Problem]) -> float | None:
    """A number above 0, None where the cell is empty."""
    if line.cells.get(column) is None:
        return None
    found = table.number(line, column)
    if isinstance(found, Problem):
        faults.append(found)
        return None
    return found


def _invited(table: Table, line: Line, faults: list[Problem]) -> int | None:
    """The slips handed out at a place, None where it is not said."""
    if line.cells.get(_INVITED) is None:
        return None
    found = table.number(line, _INVITED, zero=True, counts=True)
    if not isinstance(found, Problem) and found != int(found):
        found = table.problem(line, _INVITED, "RND_NOT_WHOLE", got=found)
    if isinstance(found, Problem):
        faults.append(found)
        return None
    return int(found)
