"""What should be repaired first? How much each factor goes along with overall satisfaction, beside how it is judged.

Importance is derived, not asked. Where the questionnaire has an overall item, it is the factor's part of R² in the
regression of that item on all factors (LMG; Johnson's weights where there are too many). Without one there is nothing
to explain: then each item stands against the index of everything outside its factor, so that no answer explains
itself, and the factor's importance is the mean of its items' squared correlations.

A quadrant is claimed only where the interval of a factor's importance leaves out the average factor's, that of its
share satisfied leaves out their average, and the factors explain enough at all. What goes along is not a cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.estimation import Estimate, EstimationError, Precision, Sample, join, limits, sidak, smooth
from analysis.estimation.columns import Columns, Floats
from analysis.estimation.importance import MOST_ORDERED, relative_importance
from analysis.estimation.models import glm
from analysis.scores.evaluate import Evaluation
from analysis.scores.person_shares import OUTCOME, PersonShares, against_item, against_rest, without
from analysis.scores.satisfaction import Node, Row, index_tree, satisfaction, satisfied_answers
from survey.errors import Problem

Verdict = Literal["above", "below", "unclear"]
Quadrant = Literal["repair", "keep", "later", "enough"]
Division = Literal["lmg", "johnson", "rest"]

OVERALL_ITEM = "in_general"
"""What a questionnaire calls its item on satisfaction as a whole; «overall» is the index itself."""
LEAST_EXPLAINED = 0.10
"""Where R² may be below this, more is claimed of its parts than the level allows (`test_drivers.py`, by simulation)."""
LARGE_VIF = 10.0
"""From here on slopes are not to be read one by one."""

_QUADRANTS: Mapping[tuple[Verdict, Verdict], Quadrant] = {
    ("above", "below"): "repair",
    ("above", "above"): "keep",
    ("below", "below"): "later",
    ("below", "above"): "enough",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One factor (an item where there are no two factors): how much it matters, how it is judged, what may be claimed.

    `importance`: its part of all factors' together (0-1, they add up to 1) with its interval; `part`: the same in R².
    `slope`: how much higher the outcome's share is among people whose share of the factor is higher by 1, the other
    factors alike (in `rest`: the mean over its items, nothing held alike). `vif`: variance inflation, NaN in `rest`.
    `performance`: the row with its share satisfied.
    """

    id: str
    importance: float
    low: float
    high: float
    part: float
    slope: float
    slope_low: float
    slope_high: float
    vif: float
    performance: Row
    important: Verdict
    performs: Verdict

    @property
    def quadrant(self) -> Quadrant | None:
        """What the intervals allow to say; None: nothing."""
        return _QUADRANTS.get((self.important, self.performs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """The factors, the most important first. `outcome`: the overall item's name, None: the index outside each factor.

    `r2`: what all factors explain of the overall item, NaN in `rest`. `explains`: whether it is enough for any claim.
    `average`: the factors' plain mean share satisfied, with which each is compared. `n`: people with every answer (in
    `rest`: with both answers of the pair that fewest have). `left_out`: what is not among the factors, and why.
    """

    outcome: str | None
    division: Division
    r2: float
    r2_low: float
    r2_high: float
    explains: bool
    average: float
    n: int
    drivers: tuple[Driver, ...]
    left_out: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    weighted: bool
    level: float

    def of(self, quadrant: Quadrant) -> tuple[Driver, ...]:
        """The factors that may be said to be in it."""
        return tuple(driver for driver in self.drivers if driver.quadrant == quadrant)


def importance(evaluation: Evaluation, *, weighted: bool, overall: str = OVERALL_ITEM) -> Importance | None:
    """What the factors of an evaluation matter; None where there are not two that can be compared.

    `overall`: the item that asks about satisfaction as a whole, if the questionnaire has an item of this name.
    """
    tree = index_tree(evaluation.questionnaire)
    outcome = next((node.id for node in tree if node.id == overall and node.level == "item"), None)
    nodes = _parts(tree, outcome)
    if len(nodes) < 2:
        return None
    shares = against_rest(evaluation, nodes) if outcome is None else against_item(evaluation, nodes, outcome)
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    sample = replace(sample, columns=Columns(sample.frame.assign(**shares.columns)))
    while len(shares.parts) > 1:
        try:
            found = _regressed(sample, shares, outcome, evaluation)
        except EstimationError as error:
            part = _blamed(error, shares)
            if part is None:
                return None
            shares = without(shares, part, Problem(code=f"DRV_OUT_{error.code}", question=part))
            continue
        return _importance(evaluation, sample, shares, found, outcome, weighted=weighted)
    return None


def _parts(tree: Sequence[Node], outcome: str | None) -> list[Node]:
    """The factors but the outcome's own; the items where that leaves fewer than two."""
    factors = [node for node in tree if node.level == "factor" and outcome not in node.items]
    items = [node for node in tree if node.level == "item" and node.id != outcome]
    return factors if len(factors) > 1 else items


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Regressed:
    """Of k parts: their parts of R² (k,), R² itself if there is one, slopes (k,), variance inflation (k,)."""

    parts: Estimate
    r2: Estimate | None
    slopes: Estimate
    vif: Floats


def _regressed(sample: Sample, shares: PersonShares, outcome: str | None, evaluation: Evaluation) -> _Regressed:
    precision = Precision(level=evaluation.plan.level, df=evaluation.plan.df)
    k = len(shares.parts)
    if outcome is None:
        alone = join(*(relative_importance(sample, pair.y, pair.x, precision=precision) for pair in shares.pairs))
        lines = join(*(glm(sample, pair.y, pair.x, precision=precision).coefficients for pair in shares.pairs))
        # Each pair has two numbers: its r² and R² (the same), and the intercept and the slope.
        first = np.repeat(_means(shares), 2, axis=0) * (np.arange(2 * len(shares.pairs)) % 2 == 0)[:, None]
        parts, slopes = _linear(alone, first, shares.parts), _linear(lines, np.roll(first, 1, axis=0), shares.parts)
        return _Regressed(parts=parts, r2=None, slopes=slopes, vif=np.full(k, np.nan))
    names = [pair.x for pair in shares.pairs]
    division: Literal["lmg", "johnson"] = "lmg" if k <= MOST_ORDERED else "johnson"
    found = relative_importance(sample, OUTCOME, names, division=division, precision=precision)
    line = glm(sample, OUTCOME, names, precision=precision).coefficients
    return _Regressed(
        parts=_linear(found, np.eye(k + 1, k), shares.parts),
        r2=_linear(found, np.eye(k + 1)[:, k:], ["r2"]),
        slopes=_linear(line, np.eye(k + 1)[:, 1:], shares.parts),
        vif=_inflation(sample, names),
    )


def _means(shares: PersonShares) -> Floats:
    """(pairs, k): the mean over each part's pairs."""
    belongs = np.array([[pair.part == part for part in shares.parts] for pair in shares.pairs], dtype=float)
    return np.asarray(belongs / belongs.sum(axis=0))


def _linear(estimate: Estimate, slopes: Floats, labels: Sequence[str], level: float | None = None) -> Estimate:
    """Linear functions (k, m) of an estimate, with t intervals."""
    return smooth(estimate, lambda values: values @ slopes, labels=labels, gradient=lambda _: slopes, level=level)


def _inflation(sample: Sample, names: Sequence[str]) -> Floats:
    """(k,): the diagonal of the inverse of the columns' weighted correlations, among people with every answer."""
    values = np.column_stack([sample.columns.numeric(name) for name in (OUTCOME, *names)])
    inside = ~np.isnan(values).any(axis=1)
    spread = np.cov(values[inside, 1:].T, aweights=np.abs(sample.weights[inside]))
    scale = np.sqrt(np.diag(spread))
    return np.diag(np.linalg.inv(spread / np.outer(scale, scale)))


def _blamed(error: EstimationError, shares: PersonShares) -> str | None:
    """The part whose column a regression cannot have, None where it is not one part's fault."""
    named = error.values.get("term", error.values.get("column"))
    return next((pair.part for pair in shares.pairs if named == pair.x or (named == pair.y != OUTCOME)), None)


def _importance(
    evaluation: Evaluation,
    sample: Sample,
    shares: PersonShares,
    found: _Regressed,
    outcome: str | None,
    *,
    weighted: bool,
) -> Importance:
    k, level = len(shares.parts), evaluation.plan.level
    among = _of_their_sum(found.parts)
    low, high = _logit_limits(among, level)
    surely_low, surely_high = _logit_limits(among, sidak(k, level))
    r2, r2_low, r2_high = np.nan, np.nan, np.nan
    if found.r2 is not None:
        r2, (r2_low, r2_high) = found.r2.value[0], (ends[0] for ends in _logit_limits(found.r2, level))
    explains = bool((r2_low if found.r2 is not None else found.parts.value.mean()) >= LEAST_EXPLAINED)
    performs, average = _performances(evaluation, sample, shares.parts, sidak(k, level))
    drivers = [
        Driver(
            id=part,
            importance=float(among.value[j]),
            low=float(low[j]),
            high=float(high[j]),
            part=float(found.parts.value[j]),
            slope=float(found.slopes.value[j]),
            slope_low=float(found.slopes.low[j]),
            slope_high=float(found.slopes.high[j]),
            vif=float(found.vif[j]),
            performance=(row := evaluation.result.row(part, weighted=weighted)),
            important=_verdict(surely_low[j], surely_high[j], 1 / k) if explains else "unclear",
            performs=performs[j] if row.reliability == "reliable" else "unclear",
        )
        for j, part in enumerate(shares.parts)
    ]
    entangled = ", ".join(driver.id for driver in drivers if driver.vif >= LARGE_VIF)
    warnings = [
        *([] if explains else [Problem(code="DRV_EXPLAINS_LITTLE")]),
        *([Problem(code="DRV_ENTANGLED", values={"items": entangled})] if entangled else []),
    ]
    return Importance(
        outcome=outcome,
        division="rest" if outcome is None else "lmg" if k <= MOST_ORDERED else "johnson",
        r2=float(r2),
        r2_low=float(r2_low),
        r2_high=float(r2_high),
        explains=explains,
        average=average,
        n=int(found.parts.n.min()),
        drivers=tuple(sorted(drivers, key=lambda driver: -driver.importance)),
        left_out=shares.left_out,
        warnings=tuple(warnings),
        weighted=weighted,
        level=level,
    )


def _of_their_sum(parts: Estimate) -> Estimate:
    """Numbers as shares of their sum."""

    def gradient(values: Floats) -> Floats:
        total = values.sum()
        return np.asarray(np.eye(len(values)) / total - values / total**2)

    return smooth(parts, lambda values: values / values.sum(), labels=parts.labels, gradient=gradient)


def _logit_limits(estimate: Estimate, level: float) -> tuple[Floats, Floats]:
    low, high, _ = limits(estimate.value, estimate.se, method="logit", level=level, df=estimate.df, n=estimate.n)
    return low, high


def _performances(
    evaluation: Evaluation, sample: Sample, parts: Sequence[str], level: float
) -> tuple[list[Verdict], float]:
    """Whether each part's share satisfied is above or below the mean of all parts', and that mean."""
    tree = index_tree(evaluation.questionnaire)
    satisfied = satisfied_answers(evaluation.questionnaire)
    found = satisfaction(sample, tree, satisfied, evaluation.plan, (), deff=False)
    k, places = len(parts), [found.labels.index(part) for part in parts]
    apart = _linear(found, np.eye(len(found))[:, places] @ (np.eye(k) - 1 / k), parts, level)
    verdicts = [_verdict(low, high, 0.0) for low, high in zip(apart.low, apart.high, strict=True)]
    return verdicts, float(found.value[places].mean())


def _verdict(low: float, high: float, middle: float) -> Verdict:
    return "above" if low > middle else "below" if high < middle else "unclear"
