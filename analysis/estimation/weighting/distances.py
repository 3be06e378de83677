"""How far may a weight move, and at what cost? The distances of Deville & Särndal (1992), as factors g = F(u).

F is the inverse of the distance's derivative, u = x·λ a person's auxiliaries times the multipliers; F(0) = 1.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import expit, xlogy

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_option

Distance = Literal["linear", "raking", "logit"]
Bounds = tuple[float, float]


class Factor(NamedTuple):
    """`value` F(u), `slope` its derivative and `area` its integral ∫F, up to a constant; each (C,) → (C,)."""

    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    area: Callable[[Floats], Floats]


def factor(distance: Distance, bounds: Bounds | None) -> Factor:
    """The factor function of a distance: linear 1+u, raking exp(u), each cut off at its bounds, or logit within them.

    Raises EstimationError for bounds that are none.
    """
    check_option("distance", distance, Distance)
    low, high = (-np.inf, np.inf) if bounds is None else check_bounds(bounds)
    if distance == "linear":
        return _linear(low, high)
    if distance == "raking":
        return _raking(low, high)
    if not (np.isfinite([low, high]).all() and low < 1 < high):
        raise EstimationError("WGT_LOGIT_BOUNDS", low=low, high=high)
    return _logit(low, high)


def check_bounds(given: Any) -> Bounds:
    """The lower and the upper bound. Raises EstimationError for anything else."""
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low < high:
        raise EstimationError("WGT_BAD_BOUNDS", got=given)
    return low, high


def _linear(low: float, high: float) -> Factor:
    def value(u: Floats) -> Floats:
        return np.clip(1 + u, low, high)

    def slope(u: Floats) -> Floats:
        return ((1 + u >= low) & (1 + u <= high)).astype(float)

    def area(u: Floats) -> Floats:
        return u * value(u) - (value(u) - 1) ** 2 / 2

    return Factor(value, slope, area)


def _raking(low: float, high: float) -> Factor:
    def value(u: Floats) -> Floats:
        return np.clip(np.exp(u), low, high)

    def slope(u: Floats) -> Floats:
        return np.where((np.exp(u) >= low) & (np.exp(u) <= high), np.exp(u), 0.0)

    def area(u: Floats) -> Floats:
        g = value(u)
        return u * g - xlogy(g, g) + g

    return Factor(value, slope, area)


def _logit(low: float, high: float) -> Factor:
    """Case 6 of Deville & Särndal (1992), written with the logistic function."""
    start = np.log((1 - low) / (high - 1))
    steep = (high - low) / ((1 - low) * (high - 1))

    def value(u: Floats) -> Floats:
        return np.asarray(low + (high - low) * expit(steep * u + start))

    def slope(u: Floats) -> Floats:
        return np.asarray((high - low) * steep * expit(steep * u + start) * expit(-steep * u - start))

    def area(u: Floats) -> Floats:
        return np.asarray(low * u + (high - low) / steep * np.logaddexp(0, steep * u + start))

    return Factor(value, slope, area)
