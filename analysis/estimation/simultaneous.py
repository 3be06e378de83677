"""Which level must each interval have so that all of a list hold together? Give the answer to `intervals.limits`.

All adjustments are levels, so they work with every method and on its own scale, and limits of shares stay within 0-1:

    together = sidak(len(units), 0.95)                  # or bonferroni, max_t, bootstrap_max_t
    low, high, methods = limits(value, se, method="logit", level=together, df=df, n=n)

The multiplier of the standard error that belongs to a level is the t quantile at (1 + level)/2. Bonferroni is the
widest and Šidák (1967) a little narrower; both hold whatever the correlations. max-t is as narrow as the correlations
allow (Hothorn, Bretz & Westfall 2008); it is never below the single interval or above Bonferroni.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, ndtr, stdtr

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count, check_level

_BLOCK = 2000
"""Draws held in memory at a time."""
_NO_SPREAD = 1e-12
"""A variance, relative to the largest, that is rounding."""
_TAIL_REPLICATES = 10
"""Replicates that must lie beyond the critical value for it to mean anything."""


def bonferroni(m: int, level: float) -> float:
    """The level for each of m intervals after Bonferroni: 1 − (1−level)/m. Raises EST_BAD_LEVEL, EST_NOT_COUNT."""
    check_level(level)
    check_count("m", m, 0)
    return 1 - (1 - level) / max(m, 1)


def sidak(m: int, level: float) -> float:
    """The level for each of m intervals after Šidák: level^(1/m). Raises EST_BAD_LEVEL, EST_NOT_COUNT."""
    check_level(level)
    check_count("m", m, 0)
    return float(level ** (1 / max(m, 1)))


def max_t(covariance: Floats, *, df: ArrayLike, level: float, seed: int, draws: int = 20_000) -> float:
    """The level for each of m intervals from the largest |t| of a multivariate t with this covariance (m, m).

    By `draws` draws from a generator seeded with `seed`; the error of the joint level is about √(level(1−level)/draws).
    `df`: one number or (m,), each estimate's own; all share one draw of the error's error. Estimates without degrees of
    freedom or variance have no interval and are left out; one whose variance is zero (a share of exactly 0 or 1) is
    taken as independent of all others, which errs on the wide side. Raises EST_BAD_LEVEL, EST_NOT_COUNT, SIM_SHAPE.
    """
    check_level(level)
    check_count("seed", seed, 0)
    check_count("draws", draws, 1)
    covariance, freedom = np.asarray(covariance, dtype=float), np.asarray(df, dtype=float)
    _check_shape("covariance", covariance, (len(covariance), len(covariance)) if covariance.ndim else ("m", "m"))
    if freedom.ndim:
        _check_shape("df", freedom, (len(covariance),))
    variance = np.diag(covariance)
    freedom = np.broadcast_to(freedom, variance.shape)
    counted = (freedom >= 1) & np.isfinite(variance)
    moving = counted & (variance > _NO_SPREAD * np.max(variance[counted], initial=0.0))
    still = int(counted.sum() - moving.sum())
    if not moving.any():
        return sidak(still, level)
    spread = np.sqrt(variance[moving])
    correlation = covariance[np.ix_(moving, moving)] / np.outer(spread, spread)
    random = np.random.default_rng(seed)
    smallest = np.concatenate(list(_smallest_p(correlation, freedom[moving], draws, random)))
    return _joint_level(smallest, int(moving.sum()), still, level, random)


def bootstrap_max_t(deviations: Floats, *, level: float, seed: int) -> float:
    """The level for each of m intervals from the largest |t| over bootstrap replicates.

    `deviations` (R, m): replicate estimates minus the estimate, on the scale of the interval (`intervals.transform`).
    Only a bootstrap has the distribution that is needed: jackknife and BRR replicates have not. A column that is not
    finite throughout is left out, one without spread is taken as independent of all others, as in `max_t`; `seed` is
    for those. Raises EST_BAD_LEVEL, EST_NOT_COUNT, SIM_SHAPE, and SIM_FEW_REPLICATES if fewer than ten lie beyond the
    level.
    """
    check_level(level)
    check_count("seed", seed, 0)
    deviations = np.asarray(deviations, dtype=float)
    if deviations.ndim != 2:
        _check_shape("deviations", deviations, ("R", "m"))
    least = int(np.ceil(_TAIL_REPLICATES / (1 - level) - 1e-9))
    if len(deviations) < least:
        raise EstimationError("SIM_FEW_REPLICATES", got=len(deviations), least=least, level=level)
    finite = deviations[:, np.isfinite(deviations).all(axis=0)]
    square = np.mean(finite**2, axis=0)
    moving = square > _NO_SPREAD * np.max(square, initial=0.0)
    still = int(finite.shape[1] - moving.sum())
    if not moving.any():
        return sidak(still, level)
    largest = np.abs(finite[:, moving] / np.sqrt(square[moving])).max(axis=1)
    return _joint_level(2 * ndtr(-largest), int(moving.sum()), still, level, np.random.default_rng(seed))


def _check_shape(name: str, array: Floats, wanted: tuple[int | str, ...]) -> None:
    if array.shape != wanted:
        got, wanted_text = (" × ".join(map(str, shape)) or "1" for shape in (array.shape, wanted))
        raise EstimationError("SIM_SHAPE", name=name, got=got, wanted=wanted_text)


def _smallest_p(correlation: Floats, df: Floats, draws: int, random: np.random.Generator) -> Iterator[Floats]:
    """The smallest two-sided p-value of each draw of a multivariate t, in blocks.

    Estimates with the same df are ordered by |t|; across different df their p-values are compared.
    """
    roots, axes = np.linalg.eigh(correlation)
    kept = roots > _NO_SPREAD * roots[-1]
    factor = (axes[:, kept] * np.sqrt(roots[kept])).T
    for start in range(0, draws, _BLOCK):
        size = min(_BLOCK, draws - start)
        normal = np.abs(random.standard_normal((size, len(factor))) @ factor)
        uniform = random.uniform(size=size)
        smallest = np.ones(size)
        for freedom in np.unique(df):
            largest = normal[:, df == freedom].max(axis=1)
            if np.isfinite(freedom):
                largest /= np.sqrt(chdtri(freedom, uniform) / freedom)
            smallest = np.minimum(smallest, 2 * stdtr(freedom, -largest))
        yield smallest


def _joint_level(smallest: Floats, moving: int, still: int, level: float, random: np.random.Generator) -> float:
    """One level for all: of the smallest p-values of `moving` estimates, joined by `still` independent ones."""
    if still:
        independent = -np.expm1(np.log1p(-random.uniform(size=len(smallest))) / still)
        smallest = np.minimum(smallest, independent)
    error = float(np.quantile(smallest, 1 - level))
    return min(max(1 - error, level), bonferroni(moving + still, level))
