"""Which targets and published figures does a table hold? Rows become values, with every fault named at once.

Both kinds of table have the columns series, unit, year, value_percent, rank, of, source; figures may have mark too.
"""

from collections.abc import Collection

from analysis.scores.published import SATISFACTION, Figure
from analysis.scores.targets import Target
from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.response import clean_text
from survey.sheet import Line, Table

COLUMNS = ("series", "unit", "year", "value_percent", "rank", "of", "source")
"""What a template has; `series` and what is aimed at or was reached must be there."""

_NEEDED = ("series",)
_YEARS = range(1990, 2101)


def read_targets(table: Table, series: Collection[str]) -> tuple[Target, ...]:
    """The targets in a table: each a least value in percent, or a rank. `series`: the names that may stand there.

    Raises Refused with every fault, each with row and column.
    """
    rows = _Rows(table, series)
    found = []
    for line in table.lines:
        value, rank = rows.share(line), rows.whole(line, "rank")
        if rows.filled(line, "value_percent") == rows.filled(line, "rank"):
            rows.faults.append(table.problem(line, "value_percent", "CMP_ONE_AIM"))
        year, of = rows.year(line, needed=False), rows.of(line, rank)
        name, unit, source = rows.series(line), rows.text(line, "unit"), rows.text(line, "source")
        found.append(Target(series=name, unit=unit, year=year, value=value, rank=rank, of=of, source=source))
    rows.refuse()
    return tuple(found)


def read_figures(table: Table, series: Collection[str]) -> tuple[Figure, ...]:
    """The published figures in a table: a value in percent, a rank, or both, of one year.

    Raises Refused with every fault, each with row and column; one year of one series and unit may stand there once.
    """
    rows = _Rows(table, set(series) - {SATISFACTION})
    found: list[Figure] = []
    seen: dict[tuple[str, str, int], int] = {}
    for line in table.lines:
        value, rank = rows.share(line), rows.whole(line, "rank")
        if not rows.filled(line, "value_percent") and not rows.filled(line, "rank"):
            rows.faults.append(table.problem(line, "value_percent", "CMP_NO_FIGURE"))
        year, of = rows.year(line, needed=True) or 0, rows.of(line, rank)
        name, unit = rows.series(line), rows.text(line, "unit")
        first = seen.setdefault((name, spelling(unit), year), line.number)
        if first != line.number and name and year:
            rows.faults.append(table.problem(line, "year", "CMP_TWICE", first=first))
        source, mark = rows.text(line, "source"), rows.text(line, "mark")
        found.append(Figure(series=name, unit=unit, year=year, value=value, rank=rank, of=of, source=source, mark=mark))
    rows.refuse()
    return tuple(found)


class _Rows:
    """The cells of a table of figures, and the faults found in them so far."""

    def __init__(self, table: Table, series: Collection[str]) -> None:
        self._table, self._series = table, sorted(series)
        shown = ", ".join(table.headers)
        self.faults: list[Problem] = [
            Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": column, "columns": shown})
            for column in _NEEDED
            if column not in table.headers
        ]
        self.refuse()

    def refuse(self) -> None:
        """Raises Refused if there were faults."""
        if self.faults:
            raise Refused(self.faults)

    def filled(self, line: Line, column: str) -> bool:
        """Whether anything stands there."""
        return line.cells.get(column) is not None

    def text(self, line: Line, column: str) -> str:
        """A cell's text, empty where there is none."""
        cell = line.cells.get(column)
        return "" if cell is None else clean_text(str(cell))

    def series(self, line: Line) -> str:
        """The name of a known series."""
        name = self.text(line, "series")
        if name not in self._series:
            code = "CMP_SERIES" if name else "TAB_BLANK"
            allowed = ", ".join(self._series)
            self.faults.append(self._table.problem(line, "series", code, got=name[:60], allowed=allowed))
        return name

    def share(self, line: Line) -> float | None:
        """A percentage as a share 0-1."""
        found = self._number(line, "value_percent")
        if found is not None and found > 100:
            self.faults.append(self._table.problem(line, "value_percent", "CMP_OVER_100", got=found))
        return None if found is None else found / 100

    def whole(self, line: Line, column: str) -> int | None:
        """A whole number from 1 on."""
        found = self._number(line, column)
        if found is not None and found != int(found):
            self.faults.append(self._table.problem(line, column, "CMP_NOT_WHOLE", got=found))
        return None if found is None else int(found)

    def of(self, line: Line, rank: int | None) -> int | None:
        """How many are ranked: at least the rank."""
        found = self.whole(line, "of")
        if found is not None and rank is not None and rank > found:
            self.faults.append(self._table.problem(line, "of", "CMP_RANK_OVER", rank=rank, of=found))
        return found

    def year(self, line: Line, *, needed: bool) -> int | None:
        """A year; None where it may be left open and is."""
        found = self.whole(line, "year")
        if found is None:
            if needed and not self.filled(line, "year"):
                self.faults.append(self._table.problem(line, "year", "TAB_BLANK"))
        elif found not in _YEARS:
            values = {"got": found, "first": _YEARS[0], "last": _YEARS[-1]}
            self.faults.append(self._table.problem(line, "year", "CMP_YEAR", **values))
        return found

    def _number(self, line: Line, column: str) -> float | None:
        """The number that stands there, if one does; what else stands there is a fault."""
        if not self.filled(line, column):
            return None
        found = self._table.number(line, column)
        if isinstance(found, Problem):
            self.faults.append(found)
            return None
        return found
