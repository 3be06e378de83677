"""Which unit is how high in its block, and how sure is that?

Ranks go by unrounded numbers, equal ones share a rank. Beside each stands what the official method does not give and
this tool adds: the set of ranks that the unit may truly have, all sets of a block together at the confidence level
(`estimation/rank_sets.py`), and the number drawn to its block's mean (`shrinkage.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.rank_sets import RankSets, rank_sets
from analysis.estimation.reliability import Grade
from analysis.scores.evaluate import Evaluation
from analysis.scores.rank_scale import Comparable, comparable
from analysis.scores.ranking_rules import RankingRules, load_ranking_rules
from analysis.scores.responses import NOWHERE
from analysis.scores.satisfaction import Row
from analysis.scores.shrinkage import shrink

Standing = Literal["better", "worse", "unclear", "unranked"]

_TIE = 1e-12
"""A difference of two numbers that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A unit among the `of` ranked units of its block. `value`, `low`, `high`: its number 0-1 with its own interval.

    `rank`, and `rank_low` to `rank_high`, the ranks it may truly have: None where too few people answered.
    `better_than`, `worse_than`: the units it is clearly told apart from. `shrunken`: its number drawn to the block's
    mean, `shrunken_error` the root of its mean squared error; NaN where there are too few units.
    """

    unit: str
    n: int
    value: float
    se: float
    low: float
    high: float
    grade: Grade
    rank: int | None
    of: int
    rank_low: int | None
    rank_high: int | None
    better_than: tuple[str, ...]
    worse_than: tuple[str, ...]
    shrunken: float
    shrunken_error: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Units that are ranked together, the best first, those without a rank last. `kind`: "" where there are no blocks.

    `tiers`: the ranked units in groups, the best first: every unit of one is clearly better than every unit of the
    next. `chances` (k, k): of the k ranked units, the probability that one is better than another, that pair alone.
    """

    kind: str
    units: tuple[Ranked, ...]
    tiers: tuple[tuple[str, ...], ...]
    chances: Floats

    @property
    def ranked(self) -> tuple[Ranked, ...]:
        """The units that have a rank."""
        return tuple(unit for unit in self.units if unit.rank is not None)

    def standing(self, unit: str, other: str) -> Standing:
        """How a unit stands to another, of all such statements together. Raises KeyError for one that is not here."""
        named = {each.unit: each for each in self.units}
        if named[unit].rank is None or named[other].rank is None:
            return "unranked"
        if other in named[unit].better_than:
            return "better"
        return "worse" if other in named[unit].worse_than else "unclear"

    def chance(self, unit: str, other: str) -> float:
        """The probability that one ranked unit is better than another; NaN where there is nothing to judge by."""
        place = {each.unit: k for k, each in enumerate(self.ranked)}
        return float(self.chances[place[unit], place[other]]) if unit in place and other in place else np.nan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """One number of the index tree by a column, in blocks. `least_n`: people below whom a unit has no rank."""

    id: str
    column: str
    weighted: bool
    level: float
    least_n: int
    rules: RankingRules
    blocks: tuple[Block, ...]

    @property
    def units(self) -> tuple[Ranked, ...]:
        """All units, block by block."""
        return tuple(unit for block in self.blocks for unit in block.units)

    def unit(self, name: str) -> Ranked:
        """The unit called so. Raises KeyError if there is none."""
        return {unit.unit: unit for unit in self.units}[name]

    def block_of(self, name: str) -> Block:
        """The block of the unit called so. Raises KeyError if there is none."""
        return {unit.unit: block for block in self.blocks for unit in block.units}[name]


def rank_units(
    evaluation: Evaluation,
    *,
    weighted: bool,
    id: str = "overall",
    column: str = "unit",
    blocks: Mapping[str, str] | None = None,
    officers: bool = False,
    rules: RankingRules | None = None,
) -> Ranking:
    """The units of a `by` column ranked in a number of the index tree. `blocks`: unit → its kind.

    `officers`: they are single officials, for whom the rules have a least number of their own. Slips whose unit is not
    known make no unit.
    """
    rules = rules or load_ranking_rules()
    least = rules.least_officer_n if officers else rules.least_n
    rows = {
        row.by[column]: row
        for row in evaluation.result.rows
        if row.id == id and row.weighted == weighted and set(row.by) == {column} and row.n and row.by[column] != NOWHERE
    }
    made: list[Block] = []
    if rows:
        compared = comparable(evaluation, id, column, weighted=weighted)
        kinds = blocks or {}
        own = [kinds.get(unit, "") for unit in compared.units]
        drawn = shrink(compared.numbers, own, rules.least_shrunk_units)
        shrunk = dict(zip(compared.units, drawn, strict=True))
        order = {kind: place for place, kind in enumerate(rules.block_order)}
        for kind in sorted(
            {kinds.get(unit, "") for unit in rows}, key=lambda kind: (order.get(kind, len(order)), kind)
        ):
            inside = [unit for unit in rows if kinds.get(unit, "") == kind]
            made.append(
                _block(kind, [rows[unit] for unit in inside], compared, shrunk, evaluation.plan.level, least, rules)
            )
    return Ranking(
        id=id,
        column=column,
        weighted=weighted,
        level=evaluation.plan.level,
        least_n=least,
        rules=rules,
        blocks=tuple(made),
    )


def renamed(ranking: Ranking, name: Callable[[str], str]) -> Ranking:
    """The same ranking with other names for its units, to be told to people."""

    def named(units: Sequence[str]) -> tuple[str, ...]:
        return tuple(name(unit) for unit in units)

    blocks = tuple(
        replace(
            block,
            tiers=tuple(named(tier) for tier in block.tiers),
            units=tuple(
                replace(
                    unit, unit=name(unit.unit), better_than=named(unit.better_than), worse_than=named(unit.worse_than)
                )
                for unit in block.units
            ),
        )
        for block in ranking.blocks
    )
    return replace(ranking, blocks=blocks)


def competition_ranks(values: Sequence[float]) -> tuple[int | None, ...]:
    """1 for the highest; equal values share a rank and the next one is skipped; None for NaN."""
    known = [value for value in values if value == value]
    return tuple(None if v != v else 1 + sum(other > v + _TIE for other in known) for v in values)


def _block(
    kind: str,
    rows: Sequence[Row],
    compared: Comparable,
    shrunk: Mapping[str, tuple[float, float]],
    level: float,
    least: int,
    rules: RankingRules,
) -> Block:
    column = next(iter(rows[0].by))
    order = sorted(rows, key=lambda row: (row.n < least, -row.value, row.by[column]))
    names = [row.by[column] for row in order if row.n >= least]
    place = {unit: k for k, unit in enumerate(compared.units)}
    here = np.array([place[name] for name in names], dtype=int)
    grid = np.ix_(here, here)
    sets = rank_sets(
        compared.value[here],
        compared.covariance[grid],
        df=compared.numbers.df[here],
        shared=compared.shared[grid],
        level=level,
        seed=rules.seed,
        draws=rules.draws,
    )
    ranks = competition_ranks([row.value for row in order[: len(names)]])
    units = []
    for k, row in enumerate(order):
        ranked = k < len(names)
        drawn, error = shrunk[row.by[column]]
        units.append(
            Ranked(
                unit=row.by[column],
                n=row.n,
                value=row.value,
                se=row.se,
                low=row.low,
                high=row.high,
                grade=row.reliability,
                rank=ranks[k] if ranked else None,
                of=len(names),
                rank_low=int(sets.low[k]) if ranked else None,
                rank_high=int(sets.high[k]) if ranked else None,
                better_than=tuple(np.array(names)[sets.above[k]]) if ranked else (),
                worse_than=tuple(np.array(names)[sets.above[:, k]]) if ranked else (),
                shrunken=drawn,
                shrunken_error=error,
            )
        )
    return Block(kind=kind, units=tuple(units), tiers=_tiers(names, sets), chances=sets.chance)


def _tiers(names: Sequence[str], sets: RankSets) -> tuple[tuple[str, ...], ...]:
    """The ranked units, the best first, cut wherever all before are surely above all after."""
    cuts = [m for m in range(1, len(names)) if sets.above[:m, m:].all()]
    return tuple(tuple(names[a:b]) for a, b in zip([0, *cuts], [*cuts, len(names)], strict=True) if names)
