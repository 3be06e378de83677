"""In which cell of the workbook is it? The address, as Excel shows it, of what a fault or a finding is about."""

from contextlib import suppress
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from survey.errors import Problem, Refused
from survey.xlsform.columns import Column
from survey.xlsform.tables import Table, read_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place: the sheet as its author called it, and the address in it (`C12`, `12` without a known column)."""

    sheet: str
    address: str


class Cells:
    """The cells of one workbook. What cannot be opened has none."""

    def __init__(self, workbook: bytes) -> None:
        self._tables: dict[str, Table] = {}
        with suppress(Refused):
            self._tables = dict(read_tables(workbook, "")[0])

    def of_problem(self, problem: Problem) -> Cell | None:
        """Where a fault of reading the workbook is; None if it concerns the whole file."""
        if problem.sheet is None:
            return None
        table = next((each for each in self._tables.values() if each.sheet == problem.sheet), None)
        headers = table.headers.items() if table is not None else ()
        column = next((column for column, header in headers if header == problem.column), None)
        return self._cell(table, problem.sheet, column, problem.row)

    def of_question(self, name: str, language: str | None, option: str | None = None) -> Cell | None:
        """The wording of a question, or of one of its options, in a language (None: Vietnamese); None if it is none."""
        survey = self._tables.get("survey")
        row = next((each for each in survey.rows if each.get("name") == name), None) if survey is not None else None
        if survey is None or row is None:
            return None
        column = Column("label", language or "vi")
        if option is None:
            return self._cell(survey, survey.sheet, column, row.number)
        choices, listed = self._tables["choices"], row.get("type").partition(" ")[2].strip()
        wanted = (each for each in choices.rows if (each.get("list_name"), each.get("name")) == (listed, option))
        found = next(wanted, None)
        return self._cell(choices, choices.sheet, column, found.number) if found is not None else None

    def _cell(self, table: Table | None, sheet: str, column: Column | None, row: int | None) -> Cell:
        place = table.places.get(column) if table is not None and column is not None else None
        letters = xl_col_to_name(place) if place is not None else ""
        return Cell(sheet=sheet, address=f"{letters}{row or ''}")
