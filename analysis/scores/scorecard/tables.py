"""Which column of an uploaded table is which? Headers in any of our languages, cells as texts, numbers, yes or no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from survey.errors import Problem, Refused, catalogue
from survey.response import clean_text
from survey.sheet import Line, Table

_YES, _NO = "SCR_YES", "SCR_NO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A table whose columns are known. `headers`: our field → the header as the file has it, where it has it."""

    table: Table
    headers: Mapping[str, str]
    faults: list[Problem]

    def fault(self, line: Line, field: str, code: str, **values: object) -> None:
        """Notes a fault of one cell."""
        self.faults.append(self.table.problem(line, self.headers.get(field, field), code, **values))

    def text(self, line: Line, field: str) -> str:
        """The words in a cell, empty where there are none."""
        cell = line.cells.get(self.headers.get(field, ""))
        return "" if cell is None else clean_text(str(cell))

    def number(self, line: Line, field: str, *, least: float, most: float) -> float | None:
        """A number in these limits, None where the cell is empty or (noted) has something else."""
        header = self.headers.get(field, "")
        cell = line.cells.get(header)
        if cell is None:
            return None
        negative = str(cell).startswith(("-", "−"))
        bare = abs(cell) if not isinstance(cell, str) else cell.lstrip("-−")
        found = self.table.number(replace(line, cells={**line.cells, header: bare}), header, zero=True)
        if isinstance(found, Problem):
            self.faults.append(replace(found, values={**found.values, "got": cell}))
            return None
        value = -found if negative else found
        if least - 1e-12 <= value <= most + 1e-12:
            return value
        self.fault(line, field, "SCR_OUTSIDE", got=_number(value), least=_number(least), most=_number(most))
        return None

    def yes(self, line: Line, field: str, *, default: bool) -> bool:
        """Yes or no as people write it; what is neither is noted."""
        text = self.text(line, field).casefold()
        if not text:
            return default
        if text in _words(_YES) | {"x", "1", "true"}:
            return True
        if text not in _words(_NO) | {"0", "false"}:
            self.fault(line, field, "SCR_YES_NO", got=text[:60])
        return False

    def one_of(self, line: Line, field: str, codes: Mapping[str, str], *, default: str) -> str:
        """One of several values, written as itself or in its wording (`codes`: value → code of the wording)."""
        text = self.text(line, field).casefold()
        if not text:
            return default
        for value, code in codes.items():
            if text == value or text in _words(code):
                return value
        allowed = {language: "; ".join(catalogue()[code][language] for code in codes.values()) for language in _SPOKEN}
        self.fault(line, field, "SCR_CHOICE", got=text[:60], allowed=allowed)
        return default


_SPOKEN = ("vi", "en")


def find_columns(table: Table, heads: Mapping[str, str], needed: Iterable[str]) -> Columns:
    """Our fields in a table. `heads`: field → code of the header's wording.

    Raises Refused with every needed column that is missing.
    """
    known = {_plain(header): header for header in table.headers}
    headers = {}
    for field, code in heads.items():
        for wording in (*catalogue()[code].values(), field):
            if _plain(wording) in known:
                headers[field] = known[_plain(wording)]
                break
    shown = ", ".join(table.headers)
    missing = [
        Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": catalogue()[heads[field]], "columns": shown})
        for field in needed
        if field not in headers
    ]
    if missing:
        raise Refused(missing)
    return Columns(table=table, headers=headers, faults=[])


def _words(code: str) -> set[str]:
    return {wording.casefold() for wording in catalogue()[code].values()}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _number(value: float) -> Mapping[str, str]:
    text = f"{value:.10g}"
    return {"vi": text.replace(".", ","), "en": text}
