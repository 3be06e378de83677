"""Of whom can a sample be drawn? A table of communes (and villages) with the people in each becomes a frame."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final, TypeVar

from survey.collation import spelling
from survey.errors import Problem, Refused, languages, word
from survey.response import clean_text
from survey.sheet import Line, Table

PAPER: Final = "frame"
"""The kind of working paper that keeps a round's frame."""

COLUMNS: Final = ("stratum", "psu", "village", "people", "unit")
"""What the template has; `village` and `unit` may be left out or empty in every row."""

MOST_ROWS: Final = 20_000
"""Rows of a frame: it must fit a working paper."""

_NEEDED: Final = ("stratum", "psu", "people")
_LONGEST = 120

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRow:
    """One village, or one commune where no villages are listed. `people`: households, persons or transactions there."""

    stratum: str
    psu: str
    village: str
    people: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The population as listed. `file`: the name of the file it was read from."""

    file: str
    rows: tuple[FrameRow, ...]

    @cached_property
    def strata(self) -> Mapping[str, int]:
        """People by stratum, in the order of the file."""
        return _sums((row.stratum, row.people) for row in self.rows)

    @cached_property
    def psus(self) -> Mapping[tuple[str, str], int]:
        """People by stratum and commune, in the order of the file."""
        return _sums(((row.stratum, row.psu), row.people) for row in self.rows)

    @property
    def people(self) -> int:
        """All of them."""
        return sum(row.people for row in self.rows)

    @property
    def villages(self) -> bool:
        """Whether villages are listed."""
        return any(row.village for row in self.rows)

    def psus_in(self, stratum: str) -> int:
        """How many communes a stratum has."""
        return sum(name == stratum for name, _ in self.psus)


def read_frame(table: Table, file: str) -> Frame:
    """The frame in a table with the headings of COLUMNS, in Vietnamese, English or as codes.

    Raises Refused with every fault, each with row and column.
    """
    names = _headers(table)
    missing = [column for column in _NEEDED if column not in names]
    if missing:
        shown = ", ".join(table.headers)
        values = ({"column": {each: heading(column, each) for each in languages()}} for column in missing)
        raise Refused(
            Problem(code="SET_NO_COLUMN", sheet=table.sheet, values={**each, "columns": shown}) for each in values
        )
    if len(table.lines) > MOST_ROWS:
        raise Refused([Problem(code="SET_FRAME_LONG", values={"got": len(table.lines), "most": MOST_ROWS})])
    faults: list[Problem] = []
    rows: list[tuple[Line, FrameRow]] = []
    for line in table.lines:
        bad, row = _row(table, line, names)
        faults += bad
        if row is not None:
            rows.append((line, row))
    faults += _together(table, names, rows)
    if faults:
        raise Refused(faults)
    return Frame(file=file, rows=tuple(row for _, row in rows))


def heading(column: str, language: str = "vi") -> str:
    """What the template calls a column."""
    return word(f"SET_HEAD_{column.upper()}", language)


def to_json(frame: Frame) -> str:
    """The working paper of kind «frame»."""
    rows = [list(asdict(row).values()) for row in frame.rows]
    return json.dumps({"file": frame.file, "rows": rows}, ensure_ascii=False)


def from_json(text: str) -> Frame:
    """The frame that `to_json` made a text of."""
    kept = json.loads(text)
    rows = (FrameRow(**dict(zip(COLUMNS, row, strict=True))) for row in kept["rows"])
    return Frame(file=kept["file"], rows=tuple(rows))


def _headers(table: Table) -> dict[str, str]:
    """What the file calls each column that it has."""
    known = {
        spelling(text): name for name in COLUMNS for text in (name, *(heading(name, each) for each in languages()))
    }
    found: dict[str, str] = {}
    for header in table.headers:
        name = known.get(spelling(header))
        if name is not None:
            found.setdefault(name, header)
    return found


def _row(table: Table, line: Line, names: Mapping[str, str]) -> tuple[list[Problem], FrameRow | None]:
    faults: list[Problem] = []
    texts = {column: _text(line, names.get(column)) for column in ("stratum", "psu", "village", "unit")}
    for column, text in texts.items():
        if not text and column in _NEEDED:
            faults.append(table.problem(line, names[column], "TAB_BLANK"))
        if len(text) > _LONGEST or "|" in text:
            faults.append(table.problem(line, names[column], "SET_FRAME_NAME", got=text[:60], most=_LONGEST))
    people = table.number(line, names["people"], counts=True)
    if isinstance(people, Problem):
        faults.append(people)
    elif people != int(people):
        faults.append(table.problem(line, names["people"], "SET_NOT_WHOLE", got=people))
    else:
        return faults, None if faults else FrameRow(people=int(people), **texts)
    return faults, None


def _together(table: Table, names: Mapping[str, str], rows: list[tuple[Line, FrameRow]]) -> Iterator[Problem]:
    """Places that are listed twice, communes with villages in some rows only, communes of two units."""
    seen: dict[tuple[str, str, str], int] = {}
    first: dict[tuple[str, str], tuple[Line, FrameRow]] = {}
    for line, row in rows:
        key = (spelling(row.stratum), spelling(row.psu), spelling(row.village))
        if seen.setdefault(key, line.number) != line.number:
            column = names["village" if row.village else "psu"]
            yield table.problem(line, column, "SET_FRAME_TWICE", got=row.village or row.psu, first=seen[key])
            continue
        before, other = first.setdefault(key[:2], (line, row))
        if bool(row.village) != bool(other.village):
            yield table.problem(line, names["village"], "SET_FRAME_HALF", got=row.psu, first=before.number)
        if spelling(row.unit) != spelling(other.unit):
            yield table.problem(line, names["unit"], "SET_FRAME_UNITS", got=row.psu, first=before.number)


def _text(line: Line, header: str | None) -> str:
    cell = None if header is None else line.cells.get(header)
    return "" if cell is None else clean_text(str(cell))


def _sums(pairs: Iterator[tuple[Key, int]]) -> Mapping[Key, int]:
    found: dict[Key, int] = {}
    for key, number in pairs:
        found[key] = found.get(key, 0) + number
    return found
