"""How much do answers differ, and do they go together? Variance, covariance and correlation in the population.

With E the weighted mean over the n rows that answered every column asked for: cov(x, y) = n/(n−1)·(E[xy] − E[x]E[y])
and cor(x, y) = cov(x, y)/√(cov(x, x)·cov(y, y)), both smooth functions of weighted totals (R `survey` svyvar). Every
column is centred in its domain first, which changes neither and loses no digits where a mean is large.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.linearise import Smooth, estimate
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample
from analysis.estimation.totals import psu_totals

Pairs = Sequence[tuple[int, int]]


def variance(
    sample: Sample,
    columns: str | Sequence[str],
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The variance of each numeric column, in each domain, over rows that answered all of `columns`.

    Raises EST_NAMES for no columns, or one given twice.
    """
    names = names_of(columns)
    labels = [f"var({name})" for name in names]
    return _covariances(sample, names, [(k, k) for k in range(len(names))], labels, where, by, precision)


def covariance(
    sample: Sample,
    x: str,
    y: str,
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The covariance of two numeric columns, in each domain, over rows that answered both."""
    return _covariances(sample, (x, y), [(0, 1)], [f"cov({x}, {y})"], where, by, precision)


def correlation(
    sample: Sample,
    x: str,
    y: str,
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The correlation (Pearson) of two numeric columns, in each domain, over rows that answered both.

    NaN where one of them does not vary.
    """
    pairs = [(0, 1), (0, 0), (1, 1)]
    moments = _moments(2, pairs)

    def value(totals: Floats) -> Floats:
        both, first, second = np.moveaxis(moments.value(totals), -1, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(both / np.sqrt(first * second))[..., None]

    def gradient(totals: Floats) -> Floats:
        _, first, second = moments.value(totals).T
        r = value(totals)[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            outer = np.stack([1 / np.sqrt(first * second), -r / (2 * first), -r / (2 * second)], axis=1)
        return np.asarray(moments.gradient(totals) @ np.where(np.isfinite(outer), outer, 0.0)[..., None])

    function = Smooth(value=value, gradient=gradient)
    return _estimated(sample, (x, y), pairs, function, [f"cor({x}, {y})"], where, by, precision)


def _covariances(
    sample: Sample,
    names: Sequence[str],
    pairs: Pairs,
    labels: Sequence[str],
    where: Where,
    by: Sequence[str],
    precision: Precision | None,
) -> Estimate:
    """The covariances of pairs of columns, made unbiased for a simple random sample: n/(n−1) times their moments."""
    found = _estimated(sample, names, pairs, _moments(len(names), pairs), labels, where, by, precision)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(found.n > 1, found.n / (found.n - 1), np.nan)
    spread = found.spread
    return replace(
        found,
        value=found.value * factor,
        variance=found.variance * factor**2,
        low=found.low * factor,
        high=found.high * factor,
        spread=replace(spread, deviations=lambda: spread.deviations() * factor),
    )


def _estimated(
    sample: Sample,
    names: Sequence[str],
    pairs: Pairs,
    function: Smooth,
    labels: Sequence[str],
    where: Where,
    by: Sequence[str],
    precision: Precision | None,
) -> Estimate:
    """Functions of the totals that `_moments` speaks of, over rows that answered every column."""
    answers = [sample.columns.numeric(name) for name in names]
    complete = ~np.isnan(answers).any(axis=0)
    domain, domains = domains_of(sample, where, by)
    domain = np.where(complete, domain, -1)
    centred = [_centred(column, sample.weights, domain, len(domains)) for column in answers]
    terms = {"o": complete.astype(float)} | {f"{k}": column for k, column in enumerate(centred)}
    terms |= {f"{j}·{k}": centred[j] * centred[k] for j, k in pairs}
    totals = psu_totals(sample, terms, where=where, by=by)
    return estimate(totals, labels, ["o"] * len(labels), function, precision or Precision())


def _centred(values: Floats, weights: Floats, domain: Codes, count: int) -> Floats:
    """(n,): values less their domain's weighted mean, 0 in none. A domain of one value becomes exactly 0."""
    rows = np.flatnonzero(domain >= 0)
    of_row = domain[rows]
    start = np.zeros(count)
    start[of_row[::-1]] = values[rows[::-1]]
    shifted = values[rows] - start[of_row]
    mass = np.bincount(of_row, weights=weights[rows], minlength=count)
    sums = np.bincount(of_row, weights=weights[rows] * shifted, minlength=count)
    found = np.zeros(len(values))
    found[rows] = shifted - np.divide(sums, mass, out=np.zeros(count), where=mass != 0)[of_row]
    return found


def _moments(columns: int, pairs: Pairs) -> Smooth:
    """E[xy] − E[x]E[y] of each pair, from totals of one, of each of so many columns, and of each pair's product."""
    x, y = (1 + np.array(side) for side in zip(*pairs, strict=True))
    products, place = 1 + columns + np.arange(len(pairs)), np.arange(len(pairs))

    def value(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            means = totals / totals[..., :1]
        return np.asarray(means[..., products] - means[..., x] * means[..., y])

    def gradient(totals: Floats) -> Floats:
        found = np.zeros((*totals.shape, len(pairs)))
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / totals[:, :1]
            means = totals * inverse
            found[:, products, place] = inverse
            found[:, x, place] -= means[:, y] * inverse
            found[:, y, place] -= means[:, x] * inverse
            found[:, 0] = (2 * means[:, x] * means[:, y] - means[:, products]) * inverse
        return np.where(np.isfinite(found), found, 0.0)

    return Smooth(value=value, gradient=gradient)
