"""From an error to an interval: how far a figure may be from the truth. Vectorised over k estimates.

The methods and where they come from (t: quantile of Student's t at the level on `df`; v = p(1−p)/se², the effective n):

t           value ± t·se                                                             (R svyciprop method="mean")
logit       expit(logit p ± t·se/(p(1−p)))                                           (R "logit", "xlogit")
likelihood  where the deviance over its design effect reaches t² (`likelihood.py`)   (R "likelihood")
asin        sin²(arcsin√p ± t·se/(2√(p(1−p)))), kept within 0 and 1                  (R "asin")
beta        Korn & Graubard (1998): Clopper-Pearson at v·(t at n−1 df / t at df)²    (R "beta")
wilson      Wilson (1927) at the effective n, with t                                 (R 4.5 "wilson")
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, expit, logit, stdtrit

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.likelihood import profile_limits
from analysis.estimation.options import check_level, check_option

Method = Literal["t", "logit", "likelihood", "asin", "beta", "xlogit", "wilson"]

_NOTHING = 1e-9
"""A standard error of a share that is rounding, not uncertainty."""


def transform(method: Method, value: Floats) -> Floats:
    """The scale on which a replicate design measures the error of `method`: logit for logit and likelihood, else as is.

    The standard error of the transformed replicates is what `limits` takes as `scale_se`.
    """
    return logit(value) if method in ("logit", "likelihood") else value


def limits(
    value: Floats,
    se: Floats,
    *,
    method: Method,
    level: ArrayLike,
    df: ArrayLike,
    n: ArrayLike,
    scale_se: Floats | None = None,
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Low (k,), high (k,) and the method used, for k estimates with standard errors `se` on `df` degrees of freedom.

    `level`, `df`, `n` (people with a valid answer) may differ between estimates. All methods but `t` are for shares.
    At a share of exactly 0 or 1 logit, xlogit, asin and likelihood have no honest value and `beta` takes their place,
    with n as effective n (NCHS Data Presentation Standards for Proportions, 2017). A share that cannot vary (a census,
    a margin that was calibrated) is its own interval. NaN where df < 1 or the standard error is unknown.

    `scale_se` (k,): for replicate designs, the replicate standard error of `transform(method, value)`. Without it, and
    where it is not finite (a replicate of exactly 0 or 1), it is se/(p(1−p)), the delta method. R `survey` takes the
    replicates on the scale for logit alone; xlogit, asin, beta and mean use the replicate `se` by the delta method,
    and likelihood, which R leaves undefined on replicates, is here the counterpart of logit.

    Raises EST_BAD_OPTION for an unknown method, EST_BAD_LEVEL for a level outside 0-1, EST_NOT_SHARE.
    """
    check_option("method", method, Method)
    levels = np.asarray(level, dtype=float)
    check_level(float(levels.min(initial=0.5)))
    check_level(float(levels.max(initial=0.5)))
    value, se, levels, df, n = np.broadcast_arrays(value, se, levels, np.asarray(df, float), np.asarray(n, float))
    known = (df >= 1) & np.isfinite(value) & np.isfinite(se)
    outside = np.isfinite(value) & ((value < -_NOTHING) | (value > 1 + _NOTHING))
    if method != "t" and outside.any():
        raise EstimationError("EST_NOT_SHARE", value=f"{value[outside][0]:.6g}", method=method)
    replaced = np.zeros(len(value), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        t = stdtrit(df, (1 + levels) / 2)
        if method == "t":
            low, high = value - t * se, value + t * se
        else:
            share = np.clip(value, 0.0, 1.0)
            edge = (share <= 0) | (share >= 1)
            effective = np.where(edge, n, share * (1 - share) / se**2)
            if method == "wilson":
                low, high = _wilson(share, effective, t)
            elif method == "beta":
                low, high = _beta(share, effective, levels, t, n)
            else:
                low, high = _on_a_scale(method, share, se, t, n, scale_se)
                replaced = edge & known
                if replaced.any():
                    at = (share[replaced], effective[replaced], levels[replaced], t[replaced], n[replaced])
                    low[replaced], high[replaced] = _beta(*at)
            fixed = ~edge & (se <= _NOTHING)
            low, high = np.where(fixed, value, low), np.where(fixed, value, high)
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return low, high, tuple(np.where(replaced, "beta", method).tolist())


def _on_a_scale(
    method: Method, share: Floats, se: Floats, t: Floats, n: Floats, scale_se: Floats | None
) -> tuple[Floats, Floats]:
    """The methods that are symmetric, or nearly, on the scale of logit or of arcsin√p."""
    spread = share * (1 - share)
    if method == "asin":
        centre, half = np.arcsin(np.sqrt(share)), t * se / (2 * np.sqrt(spread))
        return np.sin(np.maximum(centre - half, 0)) ** 2, np.sin(np.minimum(centre + half, np.pi / 2)) ** 2
    logit_se = se / spread
    if scale_se is not None and method != "xlogit":
        logit_se = np.where(np.isfinite(scale_se), scale_se, logit_se)
    if method == "likelihood":
        return profile_limits(share, logit_se, t, n)
    centre, half = logit(share), t * logit_se
    return expit(centre - half), expit(centre + half)


def _wilson(share: Floats, effective: Floats, t: Floats) -> tuple[Floats, Floats]:
    shrink = 1 + t**2 / effective
    centre = (share + t**2 / (2 * effective)) / shrink
    half = t / shrink * np.sqrt(share * (1 - share) / effective + t**2 / (4 * effective**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _beta(share: Floats, effective: Floats, level: Floats, t: Floats, n: Floats) -> tuple[Floats, Floats]:
    adjusted = np.where(n > 1, effective * (stdtrit(n - 1, (1 + level) / 2) / t) ** 2, effective)
    hits, misses, tail = adjusted * share, adjusted * (1 - share), (1 - level) / 2
    low = np.where(share <= 0, 0.0, betaincinv(hits, misses + 1, tail))
    high = np.where(share >= 1, 1.0, betaincinv(hits + 1, misses, 1 - tail))
    return low, high


def finite_population_limits(
    hits: ArrayLike, n: ArrayLike, population: ArrayLike, *, level: float
) -> tuple[Codes, Codes]:
    """Lowest and highest number of hits (k,) in populations of known size, from simple samples without replacement.

    The exact interval for a hypergeometric count (Buonaccorsi 1987): all counts for which seeing so many hits, and
    so few, each has a probability above (1−level)/2. It is [hits, hits] when everybody was asked. Divide by
    `population` for a share. Raises EST_BAD_LEVEL, and EST_FINITE unless 0 ≤ hits ≤ n ≤ population.
    """
    check_level(level)
    given = np.broadcast_arrays(*(np.atleast_1d(np.asarray(count, dtype=float)) for count in (hits, n, population)))
    for counts in zip(*given, strict=True):
        if any(count != np.rint(count) for count in counts):
            raise EstimationError("EST_FINITE", hits=counts[0], n=counts[1], population=counts[2])
    cases = [counts.astype(np.int64) for counts in given]
    low, high = np.empty(len(cases[0]), dtype=np.int64), np.empty(len(cases[0]), dtype=np.int64)
    for row, (seen, asked, people) in enumerate(zip(*(case.tolist() for case in cases), strict=True)):
        if not 0 <= seen <= asked <= people:
            raise EstimationError("EST_FINITE", hits=seen, n=asked, population=people)
        high[row] = _most_hits(seen, asked, people, (1 - level) / 2)
        low[row] = people - _most_hits(asked - seen, asked, people, (1 - level) / 2)
    return low, high


def _most_hits(seen: int, asked: int, people: int, tail: float) -> int:
    """The largest number of hits among `people` under which at most `seen` of `asked` has a probability above `tail`.

    By bisection: the probability falls as the number rises; it is 1 at `seen`, 0 beyond people − (asked − seen).
    """
    possible, impossible = seen, people - (asked - seen) + 1
    while impossible - possible > 1:
        middle = (possible + impossible) // 2
        if _at_most(seen, asked, middle, people) > tail:
            possible = middle
        else:
            impossible = middle
    return possible


def _at_most(seen: int, asked: int, hits: int, people: int) -> float:
    """P(X ≤ seen) for a hypergeometric X: `asked` drawn from `people` of whom `hits` are hits.

    All probabilities from the ratios of neighbours, scaled to add up to 1: no factorials, no loss of digits.
    """
    least, most = max(0, asked - (people - hits)), min(asked, hits)
    x = np.arange(least, most, dtype=float)
    logs = np.log((hits - x) * (asked - x)) - np.log((x + 1) * (people - hits - asked + x + 1))
    logs = np.concatenate([[0.0], np.cumsum(logs)])
    chances = np.exp(logs - logs.max())
    return float(chances[: seen - least + 1].sum() / chances.sum())
