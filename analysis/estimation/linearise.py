"""How do totals become estimates? As smooth functions of them, linearised or done again on each replicate.

An estimate θ(T) has the influence values z_i = ∇θ(T)·c_i (Taylor; Woodruff 1971), and its variance is that of their
total (`variance.py`). With replicate weights θ is computed again on each replicate's totals instead.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimation import intervals
from analysis.estimation.columns import Codes, Floats
from analysis.estimation.estimate import Estimate, Precision, make_estimate
from analysis.estimation.replicates import Replicates
from analysis.estimation.totals import CellTotals, Totals
from analysis.estimation.variance import Spread, needs_presence, pair_variances, unit_deviations

_BLOCK = 1 << 22
"""Numbers held at a time while domains are worked through."""
_ROUNDING = 1e-12
"""Part of a second moment below which a variance is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smooth:
    """m functions of K totals. `value`: (..., K) → (..., m). `gradient`: (D, K) → (D, K, m), 0 where undefined.

    `shares`: they are shares of people, whose variance under simple random sampling is p(1−p)/(n−1).
    """

    value: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]
    shares: bool = False


def estimate(
    totals: Totals, labels: Sequence[str], base: Sequence[str], function: Smooth, precision: Precision
) -> Estimate:
    """m smooth functions of each domain's totals, domain by domain, with the joint covariance of everything.

    `base` (m names of terms that count people): the rows each function rests on, for its n, weighted n and design
    effect, which needs second moments unless the functions are shares.
    """
    count, m = len(totals.domains), len(labels)
    columns = [totals.terms.index(name) for name in base]
    n, weighted_n = totals.counts[:, columns], totals.totals[:, columns]
    value, variance, srs, scale_se = (np.full((count, m), np.nan) for _ in range(4))
    for block in _blocks(totals, m):
        value[block], gradient = _linear(totals, block, function)
        srs[block] = _simple_random(totals, block, function, gradient, value[block], n[block], weighted_n[block])
        if totals.replicates is not None:
            replicates = _replicate_values(totals, block, function)
            variance[block] = _replicate_variance(totals.replicates, replicates, value[block])
            scaled = (intervals.transform(precision.method, each) for each in (replicates, value[block]))
            scale_se[block] = np.sqrt(_replicate_variance(totals.replicates, *scaled))
        elif _sparse(totals):
            variance[block] = pair_variances(*_pairs(totals, block, gradient), len(gradient), totals.units)
        else:
            variance[block] = (_deviations(totals, block, gradient, columns) ** 2).sum(axis=1)
    variance[np.isnan(value)] = np.nan
    df = np.full((count, m), totals.df)
    if precision.df == "domain":
        by_base = {column: totals.domain_df(column) for column in set(columns)}
        df = np.minimum(np.stack([by_base[column] for column in columns], axis=1), df)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = (variance / srs).reshape(-1)
    return make_estimate(
        labels=tuple(labels) * count,
        by=tuple(domain for domain in totals.domains for _ in range(m)),
        value=value.reshape(-1),
        variance=variance.reshape(-1),
        spread=_spread(totals, function, columns),
        study=totals.design.study,
        n=n.reshape(-1),
        weighted_n=weighted_n.reshape(-1),
        df=df.reshape(-1),
        deff=np.where(np.isfinite(deff), deff, np.nan),
        precision=precision,
        scale_se=None if totals.replicates is None else scale_se.reshape(-1),
        steps=totals.steps,
        provenance=totals.provenance,
    )


def quotients(numerators: Sequence[int], denominators: Sequence[int], *, shares: bool = False) -> Smooth:
    """The m ratios of totals T[numerators]/T[denominators]. `shares`: of people, as Smooth has it."""
    top, bottom = np.asarray(numerators), np.asarray(denominators)
    place = np.arange(len(top))

    def value(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(totals[..., bottom] == 0, np.nan, totals[..., top] / totals[..., bottom])

    def gradient(totals: Floats) -> Floats:
        found = np.zeros((*totals.shape, len(top)))
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / totals[:, bottom]
            found[:, top, place] = inverse
            found[:, bottom, place] -= totals[:, top] * inverse**2
        return np.where(np.isfinite(found), found, 0.0)

    return Smooth(value=value, gradient=gradient, shares=shares)


def _sparse(totals: Totals) -> bool:
    """Whether a domain's influence lies in its own units only and no group is lonely."""
    lonely = totals.design.lonely_domain or any(stage.lonely for stage in totals.units.stages)
    return not totals.cells and not lonely


def _blocks(totals: Totals, m: int) -> Iterator[slice]:
    """The domains, so many at a time that the arrays of a block stay small."""
    wide = len(totals.terms) * m + (0 if _sparse(totals) else len(totals.units) * m)
    if totals.replicates is not None:
        wide = len(totals.replicated) * max(m, len(totals.terms))
    size = max(_BLOCK // wide, 1)
    for start in range(0, len(totals.domains), size):
        yield slice(start, min(start + size, len(totals.domains)))


def _linear(totals: Totals, block: slice, function: Smooth) -> tuple[Floats, Floats]:
    here = totals.totals[block]
    value = function.value(here)
    return value, np.where(np.isfinite(value)[:, None, :], function.gradient(here), 0.0)


def _simple_random(
    totals: Totals,
    block: slice,
    function: Smooth,
    gradient: Floats,
    value: Floats,
    n: Floats,
    weighted_n: Floats,
) -> Floats:
    """(B, m): the variance under simple random sampling of n with replacement, on the same linearised variable."""
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(n > 1, n - 1, np.nan)
        if function.shares:
            return np.asarray(value * (1 - value) / freedom)
        if totals.moments is None:
            return np.full(value.shape, np.nan)
        second = ((totals.moments[block] @ gradient) * gradient).sum(axis=1) / weighted_n
        first = np.einsum("dk,dkm->dm", totals.totals[block], gradient) / weighted_n
        spread = second - first**2
        spread[spread <= _ROUNDING * second] = np.nan
        return np.asarray(weighted_n**2 * spread / freedom)


def _influence(sums: Floats, edges: Codes, gradient: Floats) -> Floats:
    """Totals (pairs, m) of the influence values, from the pairs' sums; domain d has pairs edges[d] … edges[d+1]."""
    found = np.empty((len(sums), gradient.shape[2]))
    for d, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        np.matmul(sums[low:high], gradient[d], out=found[low:high])
    return found


def _pairs(totals: Totals, block: slice, gradient: Floats) -> tuple[Floats, Codes, Codes]:
    """A block's (domain, unit) pairs: totals of their influence values, domain within the block, unit."""
    edges = totals.edges[block.start : block.stop + 1]
    pairs = slice(edges[0], edges[-1])
    influence = _influence(totals.sums[pairs], edges - edges[0], gradient)
    return influence, totals.pair_domain[pairs] - block.start, totals.pair_unit[pairs]


def _cell_sums(cells: CellTotals, block: slice, gradient: Floats) -> Floats:
    """(B, C, m): sums over each cell of the influence values of a block's domains."""
    edges = np.searchsorted(cells.pair_domain, np.arange(block.start, block.stop + 1))
    pairs = slice(edges[0], edges[-1])
    found = np.zeros((len(gradient), len(cells.mass), gradient.shape[2]))
    influence = _influence(cells.sums[pairs], edges - edges[0], gradient)
    found[cells.pair_domain[pairs] - block.start, cells.pair_cell[pairs]] = influence
    return found


def _deviations(totals: Totals, block: slice, gradient: Floats, base: Sequence[int]) -> Floats:
    """(B, Q, m): deviations of a block of domains, linearised.

    Calibration takes its residuals here, on the last step's auxiliaries first (Deville & Särndal 1992): totals of
    cells and of unit × cell are all it needs.
    """
    influence, domain, unit = _pairs(totals, block, gradient)
    found = np.zeros((len(gradient), len(totals.units), gradient.shape[2]))
    found[domain, unit] = influence
    fits: list[Floats] = []
    for cells in totals.cells:
        sums = _cell_sums(cells, block, gradient)
        for auxiliaries, fit in zip(cells.later_auxiliaries, fits, strict=True):
            sums -= auxiliaries @ fit
        fits.append(cells.coefficients(sums))
        found -= cells.unit_auxiliaries @ fits[-1]
    if not needs_presence(totals.design):
        return unit_deviations(found, totals.units, totals.design)
    made: list[Floats] = []
    for d, one in enumerate(found):
        present = {column: totals.present(block.start + d, column) for column in set(base)}
        each = [unit_deviations(one[:, [k]], totals.units, totals.design, present[c]) for k, c in enumerate(base)]
        made.append(np.concatenate(each, axis=1))
    return np.stack(made)


def _replicate_values(totals: Totals, block: slice, function: Smooth) -> Floats:
    """(R, B, m): the functions of each replicate's totals."""
    return function.value(totals.replicated[:, block])


def _replicate_variance(replicates: Replicates, values: Floats, estimates: Floats) -> Floats:
    return np.asarray((replicates.deviations(values, estimates) ** 2).sum(axis=0))


def _spread(totals: Totals, function: Smooth, base: Sequence[int]) -> Spread:
    def deviations() -> Floats:
        found = []
        for block in _blocks(totals, len(base)):
            value, gradient = _linear(totals, block, function)
            if totals.replicates is not None:
                each = totals.replicates.deviations(_replicate_values(totals, block, function), value)
            else:
                each = _deviations(totals, block, gradient, base).swapaxes(0, 1)
            found.append(np.where(np.isnan(value), np.nan, each).reshape(len(each), -1))
        return np.concatenate(found, axis=1)

    return Spread(space=totals.replicates or totals.units, deviations=deviations, source=totals.source)
