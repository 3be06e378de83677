"""What is in a file that comes in? xlsx or CSV becomes a header and rows of cells that know their row number."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from survey import sheet_reader
from survey.errors import Problem, Refused
from survey.guard import check_xlsx

Cell = str | int | float | None

MAX_ROWS = 300_000
MAX_COLUMNS = 2_000
MAX_BYTES = 200 * 2**20

LARGEST = 1e15
"""Numbers stay below 2^53, so that JSON, Excel and every engine keep them."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:[.,][0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1.500: one thousand five hundred, or one and a half?
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_HEAD = 2**18  # characters in which the first line surely ends
_ERROR = re.compile(r"#(REF|N/A|VALUE|DIV/0|NAME|NUM|NULL)[!?]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table. `number` is the row as the person's spreadsheet counts, the header being row 1."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's table: `sheet` is None for CSV, `headers` are unique, an empty cell is None.

    `point`: a point in a number can only be its decimal point, because commas separate the cells.
    """

    sheet: str | None
    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    point: bool = False

    def lacking(self, columns: Iterable[str]) -> list[Problem]:
        """A fault for every one of the columns that is not there."""
        shown = ", ".join(self.headers)
        return [
            Problem(code="TAB_NO_COLUMN", sheet=self.sheet, values={"column": column, "columns": shown})
            for column in columns
            if column not in self.headers
        ]

    def number(self, line: Line, column: str, *, zero: bool = False, counts: bool = False) -> float | Problem:
        """The number in a cell, or what is wrong with it: decimal point and comma are read, `1.500` asked back.

        It must be above 0 (`zero`: or 0) and at most 10^15. `counts`: it counts people, slips or places, so that
        `1.500` is asked back where commas separate the cells, too: Vietnamese people write 1500 so.
        """
        cell = line.cells.get(column)
        if cell is None:
            return self.problem(line, column, "TAB_BLANK")
        if isinstance(cell, str):
            if _THOUSANDS.fullmatch(cell) and (counts or not (self.point and "." in cell)):
                return self.problem(line, column, "TAB_AMBIGUOUS", got=cell)
            cell = float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else -1.0
        if (0 < cell <= LARGEST) or (zero and cell == 0):
            return float(cell)
        return self.problem(line, column, "TAB_NOT_NUMBER", got=line.cells[column], least="0" if zero else "> 0")

    def problem(self, line: Line, column: str, code: str, **values: object) -> Problem:
        """A fault of one cell."""
        return Problem(code=code, sheet=self.sheet, row=line.number, column=column, values=values)


def read_table(data: bytes, *, name: str, sheets: Sequence[str] = (), numbered: bool = False) -> Table:
    """The table in an xlsx (its sheet called one of `sheets`, else its first) or CSV file.

    `numbered`: a heading that stands there again becomes «heading (2)» instead of a fault.
    Raises Refused with all problems: a file of another kind, hostile, damaged, without header, with bad headers.
    """
    suffix = Path(name).suffix.lower()
    if len(data) > MAX_BYTES:
        raise Refused([Problem(code="TAB_SIZE", values={"got": len(data) // 2**20, "limit": MAX_BYTES // 2**20})])
    if suffix == ".csv":
        rows, delimiter = _csv_rows(data)
        return replace(_table(None, rows, numbered), point=delimiter == ",")
    if suffix == ".xlsx":
        return _table(*_xlsx_rows(data, sheets), numbered)
    raise Refused([Problem(code="TAB_KIND", values={"got": suffix or name})])


def _xlsx_rows(data: bytes, sheets: Sequence[str]) -> tuple[str, list[list[Cell]]]:
    problems = check_xlsx(data, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
    if problems:
        raise Refused(problems)
    command = [sys.executable, "-m", sheet_reader.__name__, *sheets]
    try:
        child = subprocess.run(  # noqa: S603  our own module, the file goes in by standard input
            command, input=data, capture_output=True, timeout=sheet_reader.SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused([Problem(code="TAB_DAMAGED")]) from error
    found = json.loads(child.stdout)
    return found["sheet"], found["rows"]


def _csv_rows(data: bytes) -> tuple[list[list[Cell]], str]:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([Problem(code="TAB_ENCODING")]) from error
    head = _QUOTED.sub("x", text[:_HEAD])  # a heading may hold any of them, and line ends
    first = next((line for line in head.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused([Problem(code="TAB_CSV", values={"reason": str(error)})]) from error
    return [list[Cell](row) for row in rows], delimiter


def _table(sheet: str | None, rows: list[list[Cell]], numbered: bool) -> Table:
    rows = [[_value(cell) for cell in row] for row in rows]
    filled = [[cell for cell in row if cell is not None] for row in rows]
    if not any(filled):
        raise Refused([Problem(code="TAB_EMPTY", sheet=sheet)])
    # Titles above a table stand alone in their rows, as in our own workbook: a header has two names or more.
    first = next(k for k, cells in enumerate(filled) if cells)
    start = next((k for k, cells in enumerate(filled) if len(cells) > 1 and all(map(_is_name, cells))), first)
    if len(rows) - start > MAX_ROWS:
        raise Refused([Problem(code="TAB_ROWS", sheet=sheet, values={"got": len(rows), "limit": MAX_ROWS})])
    headers = ["" if cell is None else str(cell) for cell in rows[start]]
    headers = _numbered(headers) if numbered else headers
    body = [(k + 1, row) for k, row in enumerate(rows) if k > start and any(cell is not None for cell in row)]
    problems = _bad_headers(sheet, headers, start + 1, body)
    for number, row in body:
        for header, cell in zip(headers, row, strict=False):
            if isinstance(cell, str) and _ERROR.fullmatch(cell):
                problems.append(Problem(code="TAB_ERROR", sheet=sheet, row=number, column=header, values={"got": cell}))
    if not body:
        problems.append(Problem(code="TAB_NO_ROWS", sheet=sheet))
    if problems:
        raise Refused(problems)
    lines = [Line(number=number, cells={h: c for h, c in zip(headers, row, strict=False) if h}) for number, row in body]
    return Table(sheet=sheet, headers=tuple(header for header in headers if header), lines=tuple(lines))


def _numbered(headers: list[str]) -> list[str]:
    """Each heading once: the second «Other» is «Other (2)»."""
    found: list[str] = []
    for header in headers:
        taken, name = 1, header
        while name and name in found:
            taken += 1
            name = f"{header} ({taken})"
        found.append(name)
    return found


def _bad_headers(sheet: str | None, headers: list[str], at: int, body: list[tuple[int, list[Cell]]]) -> list[Problem]:
    problems = []
    for k, header in enumerate(headers):
        if header and header in headers[:k]:
            problems.append(Problem(code="TAB_HEADER_TWICE", sheet=sheet, row=at, column=header))
    for number, row in body:
        for k, cell in enumerate(row):
            if cell is not None and (k >= len(headers) or not headers[k]):
                values = {"got": k + 1, "cell": str(cell)[:40]}
                return [*problems, Problem(code="TAB_NO_HEADER", sheet=sheet, row=number, values=values)]
    return problems


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and not _NUMBER.fullmatch(cell)


def _value(cell: Cell) -> Cell:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, str):
        cell = cell.strip()
        return cell or None
    return cell
