"""Below which value do a given share of people lie? Quantiles with Woodruff's interval.

A quantile is no smooth function of totals, but the share of people at or below it is. Woodruff (1952) takes that
share's interval and reads it back through the estimated distribution: [F⁻¹(low), F⁻¹(high)], with (high − low)/2t as
standard error. So every design, calibration and replicate that a share knows, a quantile knows too.

Rules for F⁻¹, C_k the cumulative weight at the k-th ordered row and W the total:

math = hf1     the smallest value with F ≥ p
school = hf2   as math, but the mean of it and the next value where F = p exactly
hf3            as math, but where F = p exactly that of the two values at an even place among the distinct ones
hf4 … hf9      linear between the points (p_k, x_k), p_k = (C_k − a·w_k)/(W + b·w_n), never outside the values seen

They are the types 1-9 of Hyndman & Fan (1996) for weights (R `survey` vignette "Quantile rules"); with equal weights
they are those types, but for hf3, which follows R `survey`. Rows of equal value stand in the order of the data, which
hf4 … hf9 feel by less than the gap to the next value where tied rows have different weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from analysis.estimation import intervals
from analysis.estimation.answers import refuse_negative
from analysis.estimation.columns import Codes, Floats
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision, make_estimate
from analysis.estimation.linearise import estimate, quotients
from analysis.estimation.options import check_option
from analysis.estimation.row_estimates import t_precision
from analysis.estimation.sample import Sample
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.estimation.variance import Spread

Rule = Literal["math", "school", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
Interval = Literal["mean", "beta", "xlogit", "asin", "replicates"]

_SHARE_METHODS: dict[Interval, intervals.Method] = {"mean": "t", "beta": "beta", "xlogit": "xlogit", "asin": "asin"}
_KNOTS = {
    "hf4": (0.0, 0.0),
    "hf5": (1 / 2, 0.0),
    "hf6": (0.0, 1.0),
    "hf7": (1.0, -1.0),
    "hf8": (1 / 3, 1 / 3),
    "hf9": (3 / 8, 1 / 4),
}
"""(a, b) of the continuous rules."""
_ROUNDING = 1e-12
"""Relative: a cumulative weight this near to p·W, or a value this near to a quantile, is equal to it; so is a share
to 0 or 1."""


def quantile(
    sample: Sample,
    column: str,
    p: float | Sequence[float],
    *,
    rule: Rule = "math",
    interval: Interval = "mean",
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The quantiles of a numeric column at the shares `p` (0-1), in each domain; rows without an answer leave it.

    `interval`: how the share at or below the quantile gets its interval (R `survey` interval.type): mean is t, the
    others are those of `intervals.py`. A limit of that share below 0 or above 1 bounds no value: the quantile's limit
    and standard error are then NaN, as they are for the extremes, p = 0 and p = 1.
    `replicates`: from the spread of the replicates' own quantiles, with t; for BRR, Fay and bootstrap.

    `precision`: its level and df; the method is the interval's to say.

    Its design effect is that of the share. Its joint covariance with other estimates is that of the shares, each
    scaled to the quantile's standard error.
    Raises EST_BAD_P, EST_BAD_OPTION, EST_NO_COLUMN, EST_NEGATIVE_ROWS, EST_NO_REPLICATES, and EST_JACKKNIFE where
    `replicates` are of a jackknife, which is not consistent for quantiles (Shao & Wu 1989).
    """
    check_option("rule", rule, Rule)
    check_option("interval", interval, Interval)
    if not isinstance(column, str):
        raise EstimationError("EST_NO_COLUMN", column=column, columns=", ".join(sample.columns.names))
    wanted, precision = _shares(p), t_precision(precision)
    domain, domains = domains_of(sample, where, by)
    ranked = _rank(sample.columns.numeric(column), domain, len(domains))
    asked = np.broadcast_to(wanted, (len(domains), len(wanted)))
    value = ranked.quantiles(sample.weights, asked, rule)
    of_share = replace(precision, method=_SHARE_METHODS.get(interval, "t"))
    shares = _shares_below(sample, column, value, domain, where, by, of_share)
    labels = tuple(f"quantile({column}, {share:g})" for share in wanted) * len(domains)
    if interval == "replicates":
        return _replicated(sample, ranked, asked, rule, replace(shares, labels=labels), value)
    return _read_back(sample, ranked, asked, rule, replace(shares, labels=labels), value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ranked:
    """Rows with an answer, domain by domain in ascending order of value. `edges` (D+1,): where the domains begin."""

    rows: Codes
    values: Floats
    edges: Codes

    def quantiles(self, weights: Floats, p: Floats, rule: Rule) -> Floats:
        """Weights of all rows (n,) and shares (D, P) → quantiles (D, P). Raises EST_NEGATIVE_ROWS."""
        inside = np.zeros(len(weights), dtype=bool)
        inside[self.rows] = True
        refuse_negative(weights, inside, "quantile")
        ordered = weights[self.rows]
        found = [
            weighted_quantiles(self.values[low:high], ordered[low:high], shares, rule)
            for low, high, shares in zip(self.edges[:-1], self.edges[1:], p, strict=True)
        ]
        return np.array(found).reshape(p.shape)


def weighted_quantiles(values: Floats, weights: Floats, p: Floats, rule: Rule) -> Floats:
    """Quantiles (P,) of ascending values (m,) at shares p (P,); NaN where p is not in 0-1 or there is no weight."""
    used = weights > 0
    values, weights = values[used], weights[used]
    known = (p >= -_ROUNDING) & (p <= 1 + _ROUNDING)
    if not len(values):
        return np.full(len(p), np.nan)
    cumulative, shares = np.cumsum(weights), np.clip(np.where(known, p, 0.0), 0.0, 1.0)
    if rule in _KNOTS:
        before, after = _KNOTS[rule]
        knots = cumulative - before * weights
        found = np.interp(shares * (cumulative[-1] + after * weights[-1]), knots, values)
    else:
        found = _step(values, cumulative, shares * cumulative[-1], rule)
    return np.where(known, found, np.nan)


def _step(values: Floats, cumulative: Floats, target: Floats, rule: Rule) -> Floats:
    """The discrete rules."""
    nearly = _ROUNDING * cumulative[-1]
    place = np.minimum(np.searchsorted(cumulative, target - nearly), len(values) - 1)
    following = np.minimum(place + 1, len(values) - 1)
    low, high = values[place], values[following]
    exact = cumulative[place] <= target + nearly
    if rule in ("school", "hf2"):
        return np.asarray(np.where(exact, (low + high) / 2, low))
    if rule == "hf3":
        rank = np.cumsum(np.concatenate([[1], values[1:] != values[:-1]]))
        return np.asarray(np.where(exact & (rank[place] % 2 == 1), high, low))
    return np.asarray(low)


def _shares(p: float | Sequence[float]) -> Floats:
    """The shares asked for (P,). Raises EST_BAD_P."""
    try:
        wanted = np.atleast_1d(np.asarray(p, dtype=float))
    except (TypeError, ValueError):
        raise EstimationError("EST_BAD_P", got=p) from None
    bad = ~((wanted >= 0) & (wanted <= 1))
    if wanted.ndim > 1 or not wanted.size or bad.any():
        raise EstimationError("EST_BAD_P", got=wanted[bad][0] if bad.any() else p)
    return wanted


def _rank(values: Floats, domain: Codes, count: int) -> _Ranked:
    rows = np.flatnonzero((domain >= 0) & ~np.isnan(values))
    rows = rows[np.lexsort((values[rows], domain[rows]))]
    return _Ranked(rows=rows, values=values[rows], edges=np.searchsorted(domain[rows], np.arange(count + 1)))


def _shares_below(
    sample: Sample, column: str, value: Floats, domain: Codes, where: Where, by: Sequence[str], precision: Precision
) -> Estimate:
    """The share of each domain at or below each of its values (D, P), as a mean of an indicator."""
    answers = sample.columns.numeric(column)
    bounds = np.append(value + _ROUNDING * np.abs(value), np.full((1, value.shape[1]), np.nan), axis=0)  # no domain: −1
    terms: dict[str, Term | Floats] = {"o": (~np.isnan(answers)).astype(float)}
    terms |= {f"F{k}": (answers <= bounds[domain, k]).astype(float) for k in range(value.shape[1])}
    totals = psu_totals(sample, terms, where=where, by=by, second_moments=False)
    count = value.shape[1]
    function = quotients(range(1, count + 1), [0] * count)
    return estimate(totals, list(terms)[1:], ["o"] * count, function, precision)


def _read_back(sample: Sample, ranked: _Ranked, p: Floats, rule: Rule, shares: Estimate, value: Floats) -> Estimate:
    """Woodruff's interval: the shares' limits through the distribution."""
    low, high = (
        ranked.quantiles(sample.weights, np.where((p > 0) & (p < 1), limit.reshape(p.shape), np.nan), rule).reshape(-1)
        for limit in (shares.low, shares.high)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        se = (high - low) / (2 * stdtrit(shares.df, (1 + shares.precision.level) / 2))
        scale = np.where(se == 0, 0.0, -se / shares.se)  # where the density is high a share more is little value less
    spread = shares.spread
    return replace(
        shares,
        value=value.reshape(-1),
        variance=se**2,
        low=low,
        high=high,
        spread=replace(spread, deviations=lambda: spread.deviations() * scale),
        methods=tuple(f"woodruff-{method}" for method in shares.methods),
    )


def _replicated(sample: Sample, ranked: _Ranked, p: Floats, rule: Rule, shares: Estimate, value: Floats) -> Estimate:
    """Quantiles again on every replicate's weights."""
    replicates = sample.replicates
    if replicates is None:
        raise EstimationError("EST_NO_REPLICATES")
    if replicates.kind.startswith("JK"):
        raise EstimationError("EST_JACKKNIFE", kind=replicates.kind)
    each = np.stack([ranked.quantiles(sample.replicate_weights(r), p, rule) for r in range(len(replicates.scales))])
    deviations = replicates.deviations(each, value).reshape(len(each), -1)
    return make_estimate(
        labels=shares.labels,
        by=shares.by,
        value=value.reshape(-1),
        variance=(deviations**2).sum(axis=0),
        spread=Spread(space=replicates, deviations=lambda: deviations, source=sample.frame),
        n=shares.n,
        weighted_n=shares.weighted_n,
        df=shares.df,
        deff=np.full(len(shares), np.nan),
        precision=shares.precision,
        steps=shares.steps,
        provenance=shares.provenance,
        study=shares.study,
    )
