"""What stands in the workbook? Its sheets as rows of clean text under known columns, each row with its number."""

import datetime
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import BytesIO
from typing import Any

import openpyxl

from survey.errors import Problem, Refused
from survey.guard import check_xlsx
from survey.questionnaire import Words
from survey.xlsform.columns import SHEETS, UNSUPPORTED_SHEETS, WORDED, Column, Unclear, plain, recognise

MAX_ROWS = 10_000
MAX_COLUMNS = 200
NEEDED = ("survey", "settings")
# A control character, or the way a workbook writes one («_x0007_»).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that is not blank; `number` as Excel counts."""

    number: int
    cells: Mapping[Column, str]

    def get(self, base: str) -> str:
        """The text of a column without language, empty if there is none."""
        return self.cells.get(Column(base), "")

    def words(self, base: str) -> Words:
        """The wordings of a column with languages, by language code, blank ones left out."""
        return {column.language: text for column, text in self.cells.items() if column.base == base and column.language}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet, called `sheet` by its author. `headers`: our column to the header as its author wrote it, in order.

    `complete`: all columns that must be there are; without them the rows cannot be judged. `places`: where each column
    stands, 0 for Excel's A.
    """

    sheet: str
    headers: Mapping[Column, str]
    rows: tuple[Row, ...]
    complete: bool = True
    places: Mapping[Column, int] = field(default_factory=dict)

    def fault(
        self, code: str, row: Row | int, base: str | None, language: str | None = None, **values: object
    ) -> Problem:
        """A problem in a cell of this sheet, its column named as the author named it."""
        number = row if isinstance(row, int) else row.number
        column = Column(base, language) if base else None
        header = self.headers.get(column, column.header()) if column else None
        return Problem(code=code, sheet=self.sheet, row=number, column=header, values=values)

    def languages(self, base: str) -> tuple[str, ...]:
        """The languages in which a column exists, in the order of the columns."""
        return tuple(column.language for column in self.headers if column.base == base and column.language)


def read_tables(data: bytes, name: str) -> tuple[Mapping[str, Table], list[Problem]]:
    """The workbook's sheets by our names, and all that is wrong with its sheets, headers and single cells.

    A missing sheet comes back empty and not `complete`. Raises Refused if the file cannot be opened at all.
    """
    harmful = check_xlsx(data, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
    if harmful:
        raise Refused(harmful)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")  # «no default style», «unknown extension»: not our matter
        try:
            book = openpyxl.load_workbook(BytesIO(data), read_only=True)
            grids = {unicodedata.normalize("NFC", sheet.title).strip(): list(_grid(sheet)) for sheet in book.worksheets}
        except Exception as error:  # the reader has no common exception for a damaged workbook
            raise Refused([Problem(code="XLS_UNREADABLE", values={"name": name})]) from error
    titles, faults = _sheets(list(grids), name)
    tables = {}
    for sheet in SHEETS:
        title = titles.get(sheet, sheet)
        tables[sheet], found = _Reading(sheet, title).table(grids.get(title))
        faults += found
    return tables, faults


@dataclass(frozen=True, slots=True)
class _Cell:
    value: object
    kind: str


def _grid(sheet: Any) -> Iterator[list[_Cell]]:
    sheet.reset_dimensions()  # the sheet's own statement of its size may be false
    for row in sheet.iter_rows():
        yield [_Cell(cell.value, getattr(cell, "data_type", "n")) for cell in row]


def _sheets(found: Sequence[str], name: str) -> tuple[dict[str, str], list[Problem]]:
    """Which sheet of the file is which of ours (also where it is misnamed), and what is wrong with their names."""
    titles = {title.lower(): title for title in found if title.lower() in SHEETS}
    faults = []
    for title in found:
        if title.lower() in UNSUPPORTED_SHEETS:
            faults.append(Problem(code="XLS_SHEET_UNSUPPORTED", sheet=title, values={"allowed": ", ".join(SHEETS)}))
        elif title.lower() not in SHEETS:
            near = get_close_matches(title.lower(), SHEETS, n=1, cutoff=0.8)
            meant = near[0] if near else next((s for s, k in SHEETS.items() if plain(title) in k.also_called), None)
            if meant and meant not in titles:
                titles[meant] = title
                faults.append(Problem(code="XLS_SHEET_NAME", sheet=title, row=1, values={"meant": meant}))
    listed = ", ".join(f"«{title}»" for title in found)
    for sheet in NEEDED:
        if sheet not in titles:
            values = {"meant": sheet, "name": name, "found": listed}
            faults.append(Problem(code="XLS_SHEET_MISSING", values=values))
    return titles, faults


class _Reading:
    """One sheet as it is read, header first, then row by row."""

    def __init__(self, sheet: str, title: str) -> None:
        self._kind = SHEETS[sheet]
        self._sheet, self._title = sheet, title
        self._places: dict[Column, int] = {}
        self._headers: dict[Column, str] = {}
        self._unsupported: dict[int, str] = {}
        self._faults: list[Problem] = []

    def table(self, grid: Sequence[Sequence[_Cell]] | None) -> tuple[Table, list[Problem]]:
        if grid is None:
            return Table(sheet=self._title, headers={}, rows=(), complete=False), []
        for position, cell in enumerate(grid[0] if grid else ()):
            self._header(position, self._text(cell, 1, None))
        rows = tuple(row for number, cells in enumerate(grid[1:], start=2) if (row := self._row(number, cells)).cells)
        wanted = [Column(base, "vi" if base in WORDED else None) for base in self._kind.required]
        missing = [column.header() for column in wanted if column not in self._places]
        if rows or self._sheet in NEEDED:
            for header in missing:
                self._fault("XLS_COLUMN_MISSING", 1, None, meant=header)
        table = Table(sheet=self._title, headers=self._headers, rows=rows, complete=not missing, places=self._places)
        return table, self._faults

    def _header(self, position: int, header: str) -> None:
        found = recognise(self._sheet, header) if header else None
        column = found.column if isinstance(found, Unclear) else found
        if isinstance(found, Unclear) and found.code == "XLS_COLUMN_UNSUPPORTED":
            self._unsupported[position] = header  # a fault only where something stands under it
        elif isinstance(found, Unclear):
            self._fault(found.code, 1, header, meant=found.write)
        elif column in self._places:
            self._fault("XLS_COLUMN_TWICE", 1, header, other=self._headers[column])
        if column and column not in self._places:
            self._places[column], self._headers[column] = position, header

    def _row(self, number: int, cells: Sequence[_Cell]) -> Row:
        for at in [at for at in self._unsupported if at < len(cells) and cells[at].value not in (None, "")]:
            self._fault("XLS_COLUMN_UNSUPPORTED", number, self._unsupported.pop(at))
        texts = {
            column: self._text(cells[at], number, self._headers[column])
            for column, at in self._places.items()
            if at < len(cells)
        }
        return Row(number=number, cells={column: text for column, text in texts.items() if text})

    def _text(self, cell: _Cell, row: int, header: str | None) -> str:
        """The cell as trimmed NFC text. What is no text (formula, error, date) is a fault, and then empty."""
        value = cell.value
        if code := _no_text(cell):
            self._fault(code, row, header, got=str(value)[:60])
            return ""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()

    def _fault(self, code: str, row: int, header: str | None, **values: object) -> None:
        self._faults.append(Problem(code=code, sheet=self._title, row=row, column=header, values=values))


def _no_text(cell: _Cell) -> str | None:
    """Why a cell cannot be taken as text (message code), None if it can."""
    if cell.kind == "f":
        return "XLS_CELL_FORMULA"
    if cell.kind == "e":
        return "XLS_CELL_ERROR"
    if isinstance(cell.value, datetime.date | datetime.time | datetime.timedelta):
        return "XLS_CELL_DATE"
    if isinstance(cell.value, str) and _UNPRINTABLE.search(cell.value.replace("\r", "")):
        return "XLS_CELL_CHARACTER"
    return None
