"""Do the slips of one interviewer differ from those of the others in the same office by more than chance?

Interviewers' names are shuffled among the slips of their unit: if nobody did anything special, no order of the names is
more likely than another. Two questions: are the answers too much alike, and are they higher or lower?
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.scores.quality_rules import QualityRules
from analysis.scores.quality_slips import MISSING, Ints, QualitySlips


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One interviewer in one unit: `kind` "alike" or "mean"; `own` and `others` the number itself (variance of answers,
    mean answer, both on scales from 0 to 1); `p` corrected for all interviewers (Holm 1979)."""

    kind: str
    interviewer: str
    unit: int
    n: int
    own: float
    others: float
    p: float
    rows: Ints


def deviations(slips: QualitySlips, rules: QualityRules) -> tuple[Deviation, ...]:
    """Every interviewer that can be compared, with corrected p; none where one person entered all slips of a unit."""
    found = [each for unit in range(len(slips.units)) for each in _of_unit(slips, unit, rules)]
    adjusted = holm([each.p for each in found])
    return tuple(replace(each, p=p) for each, p in zip(found, adjusted, strict=True))


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected so that one mistake among all is as rare as each said (Holm 1979)."""
    made, reached = [0.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        reached = max(reached, min(1.0, values[place] * (len(values) - rank)))
        made[place] = reached
    return made


def _of_unit(slips: QualitySlips, unit: int, rules: QualityRules) -> Iterator[Deviation]:
    named = np.array([bool(name) for name in slips.interviewer])
    rows = np.flatnonzero((slips.unit == unit) & named & (slips.answered >= 2))
    names, who = np.unique(np.array([slips.interviewer[row] for row in rows], dtype=object), return_inverse=True)
    sizes = np.bincount(who, minlength=len(names))
    if (sizes >= rules.least_n).sum() == 0 or len(rows) - sizes.max(initial=0) < rules.least_n:
        return
    answers = _scaled(slips.items[rows])
    dice = np.random.default_rng((rules.seed, unit))
    orders = np.array([dice.permutation(who) for _ in range(rules.draws)])
    for number, name in enumerate(names):
        if sizes[number] < rules.least_n:
            continue
        mean = _drawn(answers, orders == number, np.asarray(who == number))
        for kind, seen, drawn, low in (
            ("alike", mean[1], mean[3], True),
            ("mean", mean[0], mean[2], False),
        ):
            rest = answers[who != number]
            others = float(np.nanvar(rest, axis=0).mean() if low else np.nanmean(rest))
            yield Deviation(
                kind=kind,
                interviewer=str(name),
                unit=unit,
                n=int(sizes[number]),
                own=float(seen),
                others=others,
                p=_p(float(seen), drawn, low=low),
                rows=rows[who == number],
            )


def _scaled(items: Ints) -> NDArray[np.float64]:
    """Answers from 0 to 1, NaN for none."""
    answers = np.where(items == MISSING, np.nan, items.astype(float))
    low, high = np.nanmin(answers), np.nanmax(answers)
    return np.asarray((answers - low) / max(high - low, 1.0))


def _drawn(
    answers: NDArray[np.float64], chosen: NDArray[np.bool_], own: NDArray[np.bool_]
) -> tuple[float, float, NDArray[np.float64], NDArray[np.float64]]:
    """Mean answer and mean variance of the items, of the interviewer's own slips and of every draw."""
    there = ~np.isnan(answers)
    filled = np.where(there, answers, 0.0)

    def numbers(which: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weight = which.astype(float)
        count = np.maximum(weight @ there, 1.0)
        mean = weight @ filled / count
        variance = np.maximum(weight @ filled**2 / count - mean**2, 0.0)
        return (weight @ filled).sum(axis=1) / count.sum(axis=1), variance.mean(axis=1)

    seen, drawn = numbers(own[None, :]), numbers(chosen)
    return float(seen[0][0]), float(seen[1][0]), drawn[0], drawn[1]


def _p(seen: float, drawn: NDArray[np.float64], *, low: bool) -> float:
    """Share of draws as extreme, the seen one among them; two-sided but for `low`. Where no draw is as extreme, the
    normal tail of all draws: it errs for skewed answers, so that it is asked no earlier."""
    middle, spread = float(drawn.mean()), float(drawn.std())
    if spread <= 0:
        return 1.0
    away = drawn - middle
    extreme = (drawn <= seen) if low else (np.abs(away) >= abs(seen - middle))
    p = (1 + int(extreme.sum())) / (1 + len(drawn))
    if extreme.any():
        return p
    normal = float(norm.cdf((seen - middle) / spread)) if low else 2 * float(norm.sf(abs(seen - middle) / spread))
    return min(p, max(normal, 1e-12))
