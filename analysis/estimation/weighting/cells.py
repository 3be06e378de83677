"""What do population margins say about the rows? Cells: the combinations of the margins' levels that occur.

Adjustment is done on cells, whatever the number of rows, and every row's factor is that of its cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.estimation.columns import CHUNK, Bools, Coded, Codes, Columns, Floats, group, level_name, whole
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample

Margins = Mapping[str, Mapping[str, float]]
"""Variable (a column, or columns joined by `|`) → level (or levels joined by `|`) → population total.

A whole number does for the level that is written so; a pandas series does for level → total.
"""

SUM = "Σ"
"""The level that a total of a numeric column, or of people, is logged under."""
_ROUNDING = 1e-3
"""By how much margins may differ on the population, as tables that were rounded do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """One margin over C cells. `values` (C, L): each cell's indicator of the L levels, or a number in one column.

    `given` (L,): population totals as the caller has them; `targets` (L,): those to be met, on one population.
    """

    variable: str
    levels: tuple[str, ...]
    values: Floats
    given: Floats
    targets: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Rows in C cells. `of_row` (n,): each row's cell; a row of weight 0 may be in any."""

    of_row: Codes
    margins: tuple[Margin, ...]

    def __len__(self) -> int:
        return len(self.margins[0].values)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Variable and level of each of the p auxiliaries."""
        return tuple((margin.variable, level) for margin in self.margins for level in margin.levels)

    @property
    def auxiliaries(self) -> Floats:
        """(C, p): what is to be brought to the population's totals."""
        return np.column_stack([margin.values for margin in self.margins])

    @property
    def given(self) -> Floats:
        """(p,): the totals as the caller has them."""
        return np.concatenate([margin.given for margin in self.margins])

    @property
    def targets(self) -> Floats:
        """(p,): the totals to be met."""
        return np.concatenate([margin.targets for margin in self.margins])


def find_cells(
    sample: Sample, factors: Margins, numbers: Mapping[str, Any] | None = None, population: float | None = None
) -> Cells:
    """The cells of a sample under margins of levels (`factors`), of numeric columns (`numbers`) and of people.

    People of weight 0 need no answer. Where margins disagree on the population by no more than a thousandth, they are
    scaled to `population`, or else to the first margin's.
    Raises EstimationError for an empty answer, a level without total, a total that is none or without people, or
    margins that disagree.
    """
    numbers = {name: _column_total(name, total) for name, total in (numbers or {}).items()}
    factors = {variable: _level_totals(variable, totals) for variable, totals in factors.items()}
    if population is not None and not _number(population) > 0:
        raise EstimationError("WGT_BAD_POPULATION", got=population)
    size = None if population is None else _number(population)
    inside = _weighted(sample)
    names = list(dict.fromkeys(part for variable in factors for part in variable.split("|")))
    codings = [_answered(sample.columns, name, inside) for name in names]
    codings += [_numeric(sample.columns, name, inside) for name in numbers]
    found = group(codings or [whole(len(sample))], inside)
    margins = []
    for variable, totals in factors.items():
        places = [names.index(part) for part in variable.split("|")]
        levels, of_cell = _levels(found.parts[:, places], [codings[place] for place in places])
        _check_totals(variable, totals, levels, of_cell, found.of_row)
        given = np.array([totals[level] for level in levels])
        margins.append(_margin(variable, levels, np.eye(len(levels))[of_cell], given))
    for place, (name, total) in enumerate(numbers.items(), start=len(names)):
        values = np.array(codings[place].levels)[found.parts[:, place]]
        margins.append(_margin(name, (SUM,), values[:, None], np.array([total])))
    if inside is not None:
        found.of_row[~inside] = 0
    return Cells(of_row=found.of_row, margins=_on_one_population(margins, len(factors), size, len(found)))


def find_levels(sample: Sample, variable: str) -> tuple[Codes, tuple[str, ...]]:
    """Each row's level of a variable (n,), any for a row of weight 0; and the levels, in order.

    Raises EstimationError for an empty answer.
    """
    inside = _weighted(sample)
    codings = [_answered(sample.columns, part, inside) for part in variable.split("|")]
    found = group(codings, inside)
    levels, of_group = _levels(found.parts, codings)
    if inside is not None:
        found.of_row[~inside] = 0
    return of_group[found.of_row], levels


def scaled(weights: Floats, factors: Floats, of_row: Codes) -> Floats:
    """(n,): weights times their cell's factor."""
    made = np.empty(len(weights))
    for start in range(0, len(weights), CHUNK):
        rows = slice(start, start + CHUNK)
        np.multiply(weights[rows], factors[of_row[rows]], out=made[rows])
    return made


def _weighted(sample: Sample) -> Bools | None:
    """(n,): people who have a weight; None if everybody does."""
    return None if sample.weights.all() else sample.weights != 0


def _margin(variable: str, levels: tuple[str, ...], values: Floats, given: Floats) -> Margin:
    return Margin(variable=variable, levels=levels, values=values, given=given, targets=given)


def _answered(columns: Columns, name: str, inside: Bools | None) -> Coded:
    """The column as levels. Raises EstimationError where somebody with a weight has no answer."""
    columns.require(name)
    coding = columns.coded(name)
    if coding.gaps:
        _refuse_empty(name, coding.missing if inside is None else coding.missing & inside)
    return coding


def _numeric(columns: Columns, name: str, inside: Bools | None) -> Coded:
    """The column as numbers that occur."""
    values = columns.numeric(name)
    empty = np.isnan(values)
    if empty.any():
        _refuse_empty(name, empty if inside is None else empty & inside)
        values = np.where(empty, 0.0, values)
    levels, raw = np.unique(values, return_inverse=True)
    return Coded(raw=raw.astype(np.int32), low=0, levels=levels.tolist())


def _refuse_empty(name: str, empty: Bools) -> None:
    if empty.any():
        raise EstimationError("WGT_MISSING", variable=name, count=int(empty.sum()), row=int(empty.argmax()) + 1)


def _levels(parts: Codes, codings: Sequence[Coded]) -> tuple[tuple[str, ...], Codes]:
    """The levels of a margin that occur, in order, and each cell's place among them."""
    found, of_cell = np.unique(parts, axis=0, return_inverse=True)
    names = [
        "|".join(level_name(coding.level(part)) for coding, part in zip(codings, row, strict=True))
        for row in found.tolist()
    ]
    levels = tuple(dict.fromkeys(names))
    place = {level: position for position, level in enumerate(levels)}
    return levels, np.array([place[name] for name in names])[of_cell.reshape(-1)]


def _number(given: Any) -> float:
    """A finite number, or a text that is one, as a float; anything else NaN."""
    try:
        total = float(given)
    except (TypeError, ValueError):
        return np.nan
    return total if np.isfinite(total) else np.nan


def _column_total(name: str, given: Any) -> float:
    total = _number(given)
    if np.isnan(total):
        raise EstimationError("WGT_BAD_TOTAL", variable=name, target=given)
    return total


def _level_totals(variable: str, totals: Any) -> dict[str, float]:
    """Level, as `level_name` writes it → total. Raises EstimationError for a total that is none."""
    try:
        given = dict(totals)
    except (TypeError, ValueError):
        raise EstimationError("WGT_NO_LEVELS", variable=variable, got=totals) from None
    written = [level_name(level) for level in given]
    found = {}
    for level, total in zip(written, given.values(), strict=True):
        if level in found:
            raise EstimationError("WGT_LEVEL_TWICE", variable=variable, level=level)
        found[level] = _number(total)
        if not found[level] >= 0:
            raise EstimationError("WGT_BAD_TARGET", variable=variable, level=level, target=total)
    return found


def _check_totals(
    variable: str, totals: Mapping[str, float], levels: tuple[str, ...], of_cell: Codes, of_row: Codes
) -> None:
    for place, level in enumerate(levels):
        if level not in totals:
            count = int(np.isin(of_row, np.flatnonzero(of_cell == place)).sum())
            raise EstimationError("WGT_NO_TARGET", variable=variable, level=level, count=count)
    for level, target in totals.items():
        if level in levels and target == 0:
            raise EstimationError("WGT_BAD_TARGET", variable=variable, level=level, target=target)
        if target > 0 and level not in levels:
            raise EstimationError("WGT_EMPTY_CELL", variable=variable, level=level, target=target)


def _on_one_population(
    margins: Sequence[Margin], factors: int, population: float | None, count: int
) -> tuple[Margin, ...]:
    """The margins, the first `factors` scaled to one population; its number is a margin if nothing implies it."""
    sums = {margin.variable: float(margin.given.sum()) for margin in margins[:factors]}
    if population is not None:
        sums = {"N": population, **sums}
    if sums and max(sums.values()) - min(sums.values()) > _ROUNDING * max(sums.values()):
        totals = ", ".join(f"{variable} = {total:.10g}" for variable, total in sums.items())
        raise EstimationError("WGT_TOTALS_DIFFER", totals=totals)
    if not factors:
        everybody = [] if population is None else [_margin("N", (SUM,), np.ones((count, 1)), np.array([population]))]
        return (*everybody, *margins)
    size = next(iter(sums.values()))
    on_one = [
        Margin(
            variable=margin.variable,
            levels=margin.levels,
            values=margin.values,
            given=margin.given,
            targets=margin.given * (size / margin.given.sum()),
        )
        for margin in margins[:factors]
    ]
    return (*on_one, *margins[factors:])
