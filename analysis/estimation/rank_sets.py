"""Where can each of several estimates stand among the others? Confidence sets for ranks that hold all together.

All ordered pairs are tested at once, «j is not above k», by the largest studentised difference under the estimates' own
joint covariance, and stepped down: what is rejected leaves, the rest is tested again (Romano & Wolf 2005). Then j is
surely below those that are above it and above those that are below it, and all true ranks lie in these sets at the
confidence level (Mogstad, Romano, Shaikh & Wilhelm 2024, Review of Economic Studies 91, 476-518). Ties are no problem.

Beyond the paper: a standard error on few degrees of freedom varies itself, each estimate's on its own, so the draws
have it vary (a parametric bootstrap of the studentised difference, as Krishnamoorthy, Lu & Mathew 2007), and each
difference is measured in units of its own t quantile, lest the pair with the fewest decide for all. On fewer than ten
degrees of freedom that is not safe where variances differ (in simulations 90 % on two, 94 % on eight): there
Bonferroni's quantile on the smaller degrees of freedom of the two must be reached as well.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count, check_level

_NO_SPREAD = 1e-12
"""A variance of a difference, relative to the variances it is made of, that is rounding."""
_FEW = 10
"""Degrees of freedom below which the draws alone are not trusted."""
_AT_ONCE = 500_000
"""Differences held in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankSets:
    """What is known of the order of k estimates; rank 1 is the highest.

    `above` (k, k): estimate i surely lies above j, all such statements together at the level. `low`, `high` (k,): the
    smallest and largest rank each can have. `chance` (k, k): the probability that i lies above j, one pair looked at
    alone, under a flat prior (one less the one-sided p-value); NaN where there is no error to judge by.
    """

    above: Bools
    low: Floats
    high: Floats
    chance: Floats


def rank_sets(
    value: Floats,
    covariance: Floats,
    *,
    df: ArrayLike = np.inf,
    shared: Bools | None = None,
    level: float,
    seed: int,
    draws: int = 4_000,
) -> RankSets:
    """The sets of k estimates with this covariance (k, k), by `draws` draws from a generator seeded with `seed`.

    `df`: one number or (k,), the degrees of freedom of each variance; below 1 an estimate is told apart from nobody.
    `shared` (k, k): pairs that rest on the same sampling units, whose difference has no more degrees of freedom than
    the smaller of the two (by default none); the others have Welch and Satterthwaite's. What has no variance, or NaN,
    is told apart from nobody. Raises EST_BAD_LEVEL, EST_NOT_COUNT, SIM_SHAPE.
    """
    check_level(level)
    check_count("seed", seed, 0)
    check_count("draws", draws, 1)
    value, covariance = np.asarray(value, dtype=float), np.asarray(covariance, dtype=float)
    count = len(value)
    freedom = np.broadcast_to(np.asarray(df, dtype=float), value.shape)
    if covariance.shape != (count, count):
        got = " × ".join(map(str, covariance.shape))
        raise EstimationError("SIM_SHAPE", name="covariance", got=got, wanted=f"{count} × {count}")
    pairs = _pairs(value, covariance, freedom, np.zeros((count, count), dtype=bool) if shared is None else shared)
    above = np.zeros((count, count), dtype=bool)
    if pairs.tested.any():
        up, down = _step_down(pairs, level, draws, np.random.default_rng(seed))
        first, second = pairs.first[pairs.tested], pairs.second[pairs.tested]
        above[first[up], second[up]] = True
        above[second[down], first[down]] = True
    return RankSets(above=above, low=1.0 + above.sum(axis=0), high=count - above.sum(axis=1), chance=_chance(pairs))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """The m pairs first < second: difference, error, degrees of freedom, whether these are few; tested: those with all.

    `share` (m,): the part of a pair's error that varies with the first one's, 1 or 0 where they share units.
    """

    covariance: Floats
    freedom: Floats
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    difference: Floats
    error: Floats
    df: Floats
    few: Bools
    share: Floats
    tested: Bools


def _pairs(value: Floats, covariance: Floats, freedom: Floats, shared: Bools) -> _Pairs:
    first, second = np.triu_indices(len(value), 1)
    variance = np.diag(covariance)
    mass = variance[first] + variance[second]
    squared = mass - 2 * covariance[first, second]
    known = np.isfinite(squared) & np.isfinite(value[first]) & np.isfinite(value[second])
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(mass > 0, variance[first] / mass, 0.5)
        share = np.where(shared[first, second], freedom[first] <= freedom[second], own)
        spread = share**2 / freedom[first] + (1 - share) ** 2 / freedom[second]
        df = np.where(spread > 0, 1 / spread, np.inf)
    smaller = np.minimum(freedom[first], freedom[second])
    return _Pairs(
        covariance=covariance,
        freedom=freedom,
        first=first,
        second=second,
        difference=value[first] - value[second],
        error=np.sqrt(np.where(squared > 0, squared, 0.0)),
        df=np.where(smaller < _FEW, smaller, df),
        few=smaller < _FEW,
        share=share,
        tested=known & (squared > _NO_SPREAD * mass) & (smaller >= 1),
    )


def _step_down(pairs: _Pairs, level: float, draws: int, random: np.random.Generator) -> tuple[Bools, Bools]:
    """Of the tested pairs: which first ones are surely above, which surely below."""
    use = pairs.tested
    first, second, share = pairs.first[use], pairs.second[use], pairs.share[use]
    scale = stdtrit(pairs.df[use], 1 - (1 - level) / (2 * len(first)))
    moving = np.unique(np.concatenate([first, second]))
    freedom = pairs.freedom[moving]
    normal = random.standard_normal((draws, len(moving))) @ _root(pairs.covariance[np.ix_(moving, moving)])
    factor = np.ones((draws, len(moving)))
    varies = np.isfinite(freedom)
    factor[:, varies] = random.chisquare(freedom[varies], size=(draws, int(varies.sum()))) / freedom[varies]
    i, j = np.searchsorted(moving, first), np.searchsorted(moving, second)

    def largest(up: Bools, down: Bools) -> Floats:
        """(draws,): the largest studentised difference among the hypotheses still there."""
        here = np.flatnonzero(up | down)
        size = max(1, _AT_ONCE // len(here))
        a, b, part = i[here], j[here], share[here]
        unit = pairs.error[use][here] * scale[here]
        found = np.empty(draws)
        for start in range(0, draws, size):
            rows = slice(start, start + size)
            moved = normal[rows][:, a] - normal[rows][:, b]
            moved /= unit * np.sqrt(part * factor[rows][:, a] + (1 - part) * factor[rows][:, b])
            sides = np.where(up[here], moved, -np.inf), np.where(down[here], -moved, -np.inf)
            found[rows] = np.maximum(*sides).max(axis=1)
        return found

    # of all draws and the data's own, equally likely where nothing differs, this one: exact for any number of draws
    place = min(math.ceil(level * (draws + 1)), draws) - 1
    reached = pairs.difference[use] / (pairs.error[use] * scale)
    up, down = np.ones(len(first), dtype=bool), np.ones(len(first), dtype=bool)
    while True:
        drawn = float(np.partition(largest(up, down), place)[place])
        critical = np.where(pairs.few[use], max(drawn, 1.0), drawn)
        more_up, more_down = up & (reached > critical), down & (-reached > critical)
        if not (more_up.any() or more_down.any()):
            return ~up, ~down
        up, down = up & ~more_up, down & ~more_down


def _root(covariance: Floats) -> Floats:
    """(k, k): a matrix whose square is the covariance, taken of the correlations, since variances may lie far apart."""
    spread = np.sqrt(np.diag(covariance))
    scale = np.where(spread > 0, spread, 1.0)
    roots, axes = np.linalg.eigh(covariance / np.outer(scale, scale))
    return np.asarray((axes * np.sqrt(np.maximum(roots, 0.0))).T * spread)


def _chance(pairs: _Pairs) -> Floats:
    count = len(pairs.freedom)
    found = np.full((count, count), np.nan)
    use = pairs.tested
    first, second = pairs.first[use], pairs.second[use]
    chance = stdtr(pairs.df[use], pairs.difference[use] / pairs.error[use])
    found[first, second], found[second, first] = chance, 1 - chance
    return found
