"""From an error to an interval. Only scipy.special is needed, so a page is not held up by scipy.stats."""

from typing import Literal, get_args

import numpy as np
from scipy.special import betaincinv, expit, logit, stdtrit

from analysis.estimation.errors import EstimationError

_NOTHING = 1e-9
"""A standard error of a share that is rounding, not uncertainty."""

Method = Literal["logit", "t", "wilson", "beta"]


def interval(
    value: float, se: float, *, method: Method, level: float, df: float, n: float
) -> tuple[float, float, Method]:
    """Low, high and the method used, for one estimate with standard error `se` on `df` degrees of freedom.

    `n`: people with a valid answer, needed by `wilson` and `beta`. `logit`, `wilson` and `beta` are for shares; at a
    share of exactly 0 or 1 `logit` has no value, and `beta` is used in its place. A share that cannot vary (a census, a
    margin that was calibrated) is its own interval. NaN limits where df < 1 or se is unknown.

    t       value ± t·se
    logit   expit(logit p ± t·se/(p(1−p)))                                   (R svyciprop method="logit")
    beta    Korn & Graubard (1998): Clopper-Pearson at the df-adjusted effective n; at 0 or 1 the effective n is n
            (NCHS Data Presentation Standards for Proportions, 2017)          (R method="beta")
    wilson  Wilson score at the effective n with t                             (R 4.5 method="wilson")
    """
    if method not in get_args(Method):
        raise EstimationError("EST_BAD_OPTION", got=method, allowed=", ".join(get_args(Method)))
    if not 0 < level < 1:
        raise EstimationError("EST_BAD_LEVEL", got=level)
    if not (df >= 1 and np.isfinite(value) and np.isfinite(se)):
        return np.nan, np.nan, method
    t = float(stdtrit(df, (1 + level) / 2))
    if method == "t":
        return value - t * se, value + t * se, method
    edge = value <= 0 or value >= 1
    if not edge and se <= _NOTHING:
        return value, value, method
    if method == "logit" and not edge:
        half = t * se / (value * (1 - value))
        return float(expit(logit(value) - half)), float(expit(logit(value) + half)), method
    effective = n if edge else value * (1 - value) / se**2
    if method == "wilson":
        centre = (value + t**2 / (2 * effective)) / (1 + t**2 / effective)
        half = t / (1 + t**2 / effective) * np.sqrt(value * (1 - value) / effective + t**2 / (4 * effective**2))
        return float(max(centre - half, 0)), float(min(centre + half, 1)), method
    if n > 1:
        effective *= float(stdtrit(n - 1, (1 + level) / 2) / t) ** 2
    tail = (1 - level) / 2
    hits, misses = effective * value, effective * (1 - value)
    low = 0.0 if value <= 0 else float(betaincinv(hits, misses + 1, tail))
    high = 1.0 if value >= 1 else float(betaincinv(hits + 1, misses, 1 - tail))
    return low, high, "beta"
