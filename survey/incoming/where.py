"""On which day, and at which place of the round, was a row answered? What the file does not say a person has said."""

from collections.abc import Callable, Mapping
from datetime import date

from survey.collation import spelling
from survey.errors import Problem
from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.incoming.moments import day_comes_first, read_day, undated
from survey.incoming.shapes import plainly
from survey.round import Round
from survey.sheet import Line


def day_first(source: Source, column: str) -> bool | None:
    """Whether this column writes the day before the month; None if nothing in it tells, or there is no column."""
    cells = (line.cells.get(column) for line in source.table.lines)
    return day_comes_first(str(cell) for cell in cells if cell is not None) if column else None


def day_reader(source: Source, matching: Matching, round_: Round, today: date) -> Callable[[Line], date | Problem]:
    """A function that gives the day of a row, which is one of the round's and has come, or what is wrong with it."""
    utc = source.shape.utc and matching.day == source.shape.day
    first = matching.day_first if matching.day_first is not None else day_first(source, matching.day)
    one = date.fromisoformat(matching.one_day) if matching.one_day else None

    def told(line: Line, code: str, **values: object) -> Problem:
        return _at(source, line, matching.day, code, **values)

    def read(line: Line) -> date | Problem:
        text = str(line.cells.get(matching.day) or "")
        said = text and not undated(text)
        day = read_day(text, utc=utc, day_first=first is not False) if said else one
        if day is None:
            return told(line, "INT_NOT_DAY", got=text[:40]) if said else told(line, "INT_NO_DAY")
        if day < round_.opens:
            return told(line, "INT_BEFORE", got=day, opens=round_.opens)
        if round_.closes is not None and day > round_.closes:
            return told(line, "INT_AFTER", got=day, closes=round_.closes)
        return told(line, "INT_FUTURE", got=day) if day > today else day

    return read


def place_reader(source: Source, matching: Matching, round_: Round) -> Callable[[Line], str | Problem | None]:
    """A function that gives the code of a row's place, or what is wrong with it; None in a round without places."""
    known = _places(round_, matching)
    only = round_.places[0].code if len(round_.places) == 1 else matching.one_place

    def read(line: Line) -> str | Problem | None:
        text = str(line.cells.get(matching.place) or "")
        if not round_.places:
            return None
        if not text:
            return only or _at(source, line, matching.place, "INT_NO_PLACE")
        found = known.get(plainly(text)) or known.get(spelling(text))
        return found or source.table.problem(line, matching.place, "INT_PLACE", got=text[:60])

    return read


def _at(source: Source, line: Line, column: str, code: str, **values: object) -> Problem:
    """A fault of a row, in its column if there is one."""
    return Problem(code=code, sheet=source.table.sheet, row=line.number, column=column or None, values=values)


def _places(round_: Round, matching: Matching) -> Mapping[str, str]:
    """Code of a place by code and name, by name and stratum, and by what a person has said. A name of two: of none."""
    found: dict[str, str] = {}
    for place in round_.places:
        for name in (place.name, f"{place.name}, {place.stratum}", f"{place.name} ({place.stratum})"):
            for key in {plainly(name), spelling(name)}:
                found[key] = place.code if found.setdefault(key, place.code) == place.code else ""
    found |= {plainly(place.code): place.code for place in round_.places}
    return found | {plainly(text): code for text, code in matching.places.items()}
