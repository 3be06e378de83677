"""A report as a value: sheets of titled tables whose cells are text, numbers, and formulas with their value.

Everything is checked when it is made, by the rules of good official spreadsheets: one table a sheet, against column A,
nothing below it, one header row with unique names, no merged cells, legal and distinct names of sheets and tables.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analysis.report.cells import must_be_moment, must_be_number, must_be_text

Form = Literal["count", "share", "decimal", "weight", "plain", "headline"]
"""How a number is shown: 1.234 · 81,45 % · 1,23 · 1.234,5678 · as it is · 81,45 % in bold at the left."""
Style = Literal["text", "line", "strong", "dash", "mark"]
"""How a text is shown: wrapped in its cell · in one line running to the right · the same in bold · at the right, where
numbers stand · centred."""

MOST_ROWS = 1_048_576
_SHEET_FORBIDDEN = re.compile(r"[/\\:*?\[\]]|^'|'$")
_NAME = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[a-zA-Z]{1,3}\d+|[rcRC]\d*([rcRC]\d*)?")


@dataclass(frozen=True, slots=True)
class Text:
    """Words. Never a formula, whatever they begin with."""

    value: str
    style: Style = "text"

    def __post_init__(self) -> None:
        must_be_text(self.value)


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number; shares are 0-1."""

    value: float
    form: Form = "plain"

    def __post_init__(self) -> None:
        must_be_number(self.value)


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula (without «=») and the value it has now, so that a reader that does not calculate sees it too."""

    expression: str
    value: float | str
    form: Form = "plain"

    def __post_init__(self) -> None:
        must_be_text(self.expression)
        must_be_text(self.value) if isinstance(self.value, str) else must_be_number(self.value)
        if len(self.expression) > 8192:
            raise ValueError(f"Excel takes formulas of at most 8,192 characters, this has {len(self.expression)}")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another sheet of the same report."""

    sheet: str


Cell = Text | Number | Formula | Link | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's header and its width in characters."""

    header: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A native table: `rows` are as wide as `columns`, at least one. `name` is what formulas call it."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        legal_name(self.name)
        headers = [column.header for column in self.columns]
        if not all(header.strip() for header in headers) or len({h.casefold() for h in headers}) != len(headers):
            raise ValueError(f"table {self.name}: headers must be non-empty and distinct: {headers}")
        for header in headers:
            if len(must_be_text(header)) > 255:
                raise ValueError(f"table {self.name}: Excel takes headers of at most 255 characters")
        if not self.rows or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.name}: needs rows, each with {len(headers)} cells")

    def place(self, header: str) -> int:
        """The 0-based place of a column. Raises ValueError if there is none."""
        return [column.header for column in self.columns].index(header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A defined name for one cell of the sheet's table, or `rows` cells downward: 0-based `row` within the table."""

    name: str
    row: int
    header: str
    rows: int = 1

    def __post_init__(self) -> None:
        legal_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a parameter's cell accepts: one of `values`, or a whole number / decimal between `low` and `high`.

    `title`, `message`: what a person reads who types something else.
    """

    row: int
    header: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    title: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of bars: column `header` of the sheet's table; `plus`, `minus`: columns with its whiskers' lengths.

    `pale`: places of the rows whose bars are drawn grey. `named`: the column whose header names it in the legend, its
    own if none is said. `label`: what figure its bars carry, their own by default; another column's, which only a
    picture can show; None: no figure.
    """

    header: str
    colour: str
    plus: str | None = None
    minus: str | None = None
    label_colour: str = "#000000"
    pale: tuple[int, ...] = ()
    named: str = ""
    label: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Horizontal bars of the sheet's own table, its first row on top, to the right of it. `alt` tells them in words,
    `source` says under the bars where they come from.

    `stacked`: parts of a whole, from 0 to 1. `diverging`: parts below zero grow to the left, the others to the right,
    each side from its first series outward.
    """

    kind: Literal["bars", "stacked", "diverging"]
    title: str
    alt: str
    source: str
    categories: str
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        for text in (self.title, self.alt, self.source):
            must_be_text(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture for what Excel cannot draw itself: PNG, shown `width` pixels wide and `height` high; `alt` tells it."""

    png: bytes
    alt: str
    width: int
    height: int

    def __post_init__(self) -> None:
        must_be_text(self.alt)
        if not self.png.startswith(b"\x89PNG"):
            raise ValueError("a picture must be PNG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet: title, `lines` under it, then the table, then nothing; a chart or picture stands at its right.

    The title stands in A1, but for a cover, whose `head` stands above it: the two columns of an official document.
    """

    name: str
    title: str
    table: Table
    lines: tuple[Text | Formula, ...] = ()
    head: tuple[tuple[Text, Text], ...] = ()
    chart: Chart | None = None
    picture: Picture | None = None
    names: tuple[Name, ...] = ()
    choices: tuple[Choices, ...] = ()
    data: bool = False

    def __post_init__(self) -> None:
        name = must_be_text(self.name)
        must_be_text(self.title)
        if not name.strip() or len(name) > 31 or _SHEET_FORBIDDEN.search(name) or name.casefold() == "history":
            raise ValueError(f"not a legal sheet name: {name!r}")
        if self.chart is not None and self.picture is not None:
            raise ValueError(f"sheet {name}: a chart and a picture would stand on each other")
        if self.header_row + len(self.table.rows) >= MOST_ROWS:
            raise ValueError(f"sheet {name}: more rows than Excel has")

    @property
    def header_row(self) -> int:
        """The 0-based row of the table's header."""
        return len(self.head) + 1 + len(self.lines)

    def cells(self) -> Iterator[tuple[int, int, Text | Number | Formula | Link]]:
        """Everything that stands on the sheet but the headers: 0-based row, column, content."""
        for row, pair in enumerate(self.head):
            yield from ((row, column, text) for column, text in enumerate(pair))
        yield len(self.head), 0, Text(self.title, "line")
        for row, line in enumerate(self.lines, start=len(self.head) + 1):
            yield row, 0, line
        for row, cells in enumerate(self.table.rows, start=self.header_row + 1):
            for column, cell in enumerate(cells):
                if cell is not None:
                    yield row, column, cell

    def range(self, header: str, row: int = 0, rows: int | None = None) -> str:
        """The address of a column's cells in absolute notation: `'04 Chỉ số'!$F$5:$F$20`."""
        letters = column_letters(self.table.place(header))
        first = self.header_row + 2 + row
        last = first + (len(self.table.rows) if rows is None else rows) - 1
        start = "'" + self.name.replace("'", "''") + f"'!${letters}${first}"
        return start if first == last else f"{start}:${letters}${last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The sheets in order. `created`: local time, the same in every copy, so that the same report is the same file."""

    title: str
    author: str
    created: datetime
    sheets: tuple[Sheet, ...]

    def __post_init__(self) -> None:
        must_be_moment(self.created)
        for what, names in (
            ("sheet", [sheet.name for sheet in self.sheets]),
            (
                "table or cell",
                [sheet.table.name for sheet in self.sheets] + [n.name for s in self.sheets for n in s.names],
            ),
        ):
            twice = {name for name in names if [n.casefold() for n in names].count(name.casefold()) > 1}
            if twice:
                raise ValueError(f"{what} names used twice: {sorted(twice)}")
        missing = {c.sheet for s in self.sheets for _, _, c in s.cells() if isinstance(c, Link)} - {
            sheet.name for sheet in self.sheets
        }
        if missing:
            raise ValueError(f"links to sheets that do not exist: {sorted(missing)}")

    def sheet(self, name: str) -> Sheet:
        """The sheet called `name`. Raises KeyError if the report has none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def numbers(sheet: Sheet, header: str) -> tuple[float, ...]:
    """A column's numbers as they are now, 0 where a cell has none."""
    place = sheet.table.place(header)
    values = (cell.value if isinstance(cell, Number | Formula) else 0 for cell in (r[place] for r in sheet.table.rows))
    return tuple(0.0 if isinstance(value, str) else float(value) for value in values)


def legal_name(name: str) -> str:
    """The name of a table or cell itself. Raises ValueError if Excel would not take it."""
    if len(name) > 255 or not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name):
        raise ValueError(f"not a legal name for a table or cell: {name!r}")
    return name


def column_letters(place: int) -> str:
    """The letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
