"""How does a rate become points? The four conversion rules of the method, and steps for 2/1/0 sheets.

*linear*   max × rate                                    SIPAS → points
*options*  max × Σ w_k·n_k / Σ n_k                       the rate is already weighted by option (`rates.py`)
*ratio*    rate ≥ target → max, else max × rate / target
*yes_no*   rate ≥ target (1 if unset) → max, else 0
*steps*    the points of the highest step that the rate reaches, 0 below the last

A rate that equals an edge has reached it; rounding of floating point is no difference. All rules rise with the rate, so
the points of an interval's ends are the ends of the interval for the points: max × CI(rate) for the first two.
"""

from dataclasses import dataclass

from analysis.scores.scorecard.scheme import NOISE, Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Points with the interval they have from the rate's, None where there is none.

    `slope`: points per rate all over the interval, None where the rule bends or jumps inside it.
    """

    points: float
    low: float | None
    high: float | None
    slope: float | None


def convert(criterion: Criterion, rate: float, low: float | None = None, high: float | None = None) -> Converted:
    """The points of a rate 0-1 with its interval, if it has one."""
    points = _points(criterion, rate)
    if low is None or high is None or low != low or high != high:
        return Converted(points=points, low=None, high=None, slope=None)
    least, most = _points(criterion, low), _points(criterion, high)
    return Converted(points=points, low=least, high=most, slope=_slope(criterion, low, high, least, most))


def _points(criterion: Criterion, rate: float) -> float:
    most, rule = criterion.max_points, criterion.rule
    if rule == "steps":
        return next((points for least, points in criterion.steps if rate >= least - NOISE), 0.0)
    target = 1.0 if criterion.target is None else criterion.target
    if rule in ("ratio", "yes_no"):
        if rate >= target - NOISE:
            return most
        return most * rate / target if rule == "ratio" else 0.0
    return most * rate


def _slope(criterion: Criterion, low: float, high: float, least: float, most: float) -> float | None:
    if criterion.rule in ("linear", "options"):
        return criterion.max_points
    if abs(most - least) <= NOISE and criterion.rule != "ratio":
        return 0.0
    if criterion.rule == "ratio" and criterion.target is not None:
        if high <= criterion.target:
            return criterion.max_points / criterion.target
        if low >= criterion.target:
            return 0.0
    return None
