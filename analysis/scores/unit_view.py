"""What does one unit see of itself? Its items beside everybody's, with what may be said of each difference.

The unit is a part of the whole it is compared with: every difference has its error from the joint covariance of both,
on the unit's own degrees of freedom, and all items of the unit hold together at the confidence level (max-t). A figure
whose label is not reliable is compared with nothing, as in `differences.py`; one that rests on too few people is not
shown at all, for the unit's staff may know who answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.estimation import Estimate
from analysis.estimation.columns import Floats
from analysis.estimation.contrasts import smooth
from analysis.estimation.joint import join
from analysis.estimation.simultaneous import max_t
from analysis.scores.caveats import PRIVATE
from analysis.scores.differences import Verdict
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row, index_tree, satisfaction, satisfied_answers

_SEED = 2022


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item of a unit beside everybody's: `difference` with the interval `low` to `high`, NaN where unknown."""

    own: Row
    everybody: Row
    difference: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit's overall number beside everybody's, and its items, the lowest difference first.

    `hidden`: ids of the items that too few people of the unit answered to be shown.
    """

    unit: str
    own: Row
    everybody: Row
    items: tuple[ItemView, ...]
    hidden: tuple[str, ...]


def unit_view(evaluation: Evaluation, unit: str, *, weighted: bool, column: str = "unit") -> UnitView:
    """The unit's own page. Raises KeyError for a unit without slips."""
    result, where = evaluation.result, {column: unit}
    own, everybody = (result.row("overall", weighted=weighted, by=by) for by in (where, None))
    names = [item.name for item in evaluation.questionnaire.items()]
    rows = {name: result.row(name, weighted=weighted, by=where) for name in names}
    shown = [name for name in names if rows[name].n >= PRIVATE]
    found = _differences(evaluation, where, shown, weighted=weighted) if shown else None
    items = [
        _item(rows[name], result.row(name, weighted=weighted), found, place)
        for place, name in enumerate(shown)
        if found is not None
    ]
    items.sort(key=lambda item: item.difference)
    return UnitView(
        unit=unit,
        own=own,
        everybody=everybody,
        items=tuple(items),
        hidden=tuple(name for name in names if name not in shown),
    )


def _item(own: Row, everybody: Row, found: Estimate, place: int) -> ItemView:
    low, high = float(found.low[place]), float(found.high[place])
    verdict: Verdict = "above" if low > 0 else "below" if high < 0 else "unclear"
    if own.reliability != "reliable":
        verdict = "doubtful"
    return ItemView(
        own=own, everybody=everybody, difference=own.value - everybody.value, low=low, high=high, verdict=verdict
    )


def _differences(evaluation: Evaluation, where: Mapping[str, str], items: list[str], *, weighted: bool) -> Estimate:
    """The unit's items less everybody's, with t intervals that hold together."""
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    tree = [node for node in index_tree(evaluation.questionnaire) if node.id in items]
    satisfied = satisfied_answers(evaluation.questionnaire)
    plan = replace(evaluation.plan, df="domain", interval="t")
    both = join(*(satisfaction(sample, tree, satisfied, plan, by, deff=False) for by in (tuple(where), ())))
    place = {(label, *by.values()): k for k, (label, by) in enumerate(zip(both.labels, both.by, strict=True))}
    slopes = np.zeros((len(both), len(items)))
    for k, item in enumerate(items):
        slopes[place[item, *where.values()], k] = 1
        slopes[place[item,], k] = -1
    known = replace(both, value=np.nan_to_num(both.value))

    def made(level: float) -> Estimate:
        def gradient(_: Floats) -> Floats:
            return slopes

        return smooth(known, lambda values: values @ slopes, labels=items, gradient=gradient, level=level)

    once = made(plan.level)
    return made(max_t(np.nan_to_num(once.covariance), df=once.df, level=plan.level, seed=_SEED, draws=4_000))
