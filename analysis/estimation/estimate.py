"""Means, shares, totals and ratios of a population, each with its standard error and interval.

All of them are smooth functions of weighted totals, linearised (Taylor; Woodruff 1971): an estimate θ(T) has the
influence values z_i = ∇θ(T)·c_i, and its variance is that of their total (`variance.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from analysis.estimation import intervals
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Floats, Sample, WeightStep, level_name, numeric, require
from analysis.estimation.totals import Totals, psu_totals
from analysis.estimation.variance import psu_covariance

Df = Literal["design", "domain"]
Smooth = Callable[[Floats], tuple[Floats, Floats]]
"""A function of the totals (K,) giving its m values (m,) and their gradient (K, m)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How intervals are made: method, confidence level (0-1), degrees of freedom of the design or of the domain."""

    method: intervals.Method = "t"
    level: float = 0.95
    df: Df = "design"

    def __post_init__(self) -> None:
        if self.df not in get_args(Df):
            raise EstimationError("EST_BAD_OPTION", got=self.df, allowed=", ".join(get_args(Df)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """k numbers with their proof. Every array is (k,), `covariance` (k, k); NaN is what cannot be computed.

    `labels`: what each measures; `by`: its domain. `n`: rows it rests on, `weighted_n` the sum of their weights.
    `deff`: variance over that of a simple random sample of n with replacement. `methods`: the interval each has.
    `steps` and `provenance` are the sample's. Arithmetic on an Estimate is refused: it would lose the covariance.
    """

    labels: tuple[str, ...]
    by: tuple[Mapping[str, str], ...]
    value: Floats
    covariance: Floats
    n: Floats
    weighted_n: Floats
    df: Floats
    deff: Floats
    low: Floats
    high: Floats
    level: float
    methods: tuple[str, ...]
    steps: tuple[WeightStep, ...]
    provenance: Mapping[str, str]

    __array_ufunc__ = None

    @property
    def se(self) -> Floats:
        """Standard errors."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def margin(self) -> Floats:
        """Half the width of each interval."""
        return (self.high - self.low) / 2

    def to_frame(self) -> pd.DataFrame:
        """One row a number: the domain's columns, then label, value, se, low, high, margin, n, weighted_n, df, deff."""
        domains = pd.DataFrame(list(self.by), index=range(len(self.labels)))
        names = ("value", "se", "low", "high", "margin", "n", "weighted_n", "df", "deff")
        columns: dict[str, Any] = {"label": self.labels, **{name: getattr(self, name) for name in names}}
        return pd.concat([domains, pd.DataFrame(columns)], axis=1)

    def __repr__(self) -> str:
        return self.to_frame().to_string(index=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """m functions of one domain's totals: value, n, weighted_n, simple random variance (m,) and influence (P, m)."""

    labels: tuple[str, ...]
    by: Mapping[str, str]
    value: Floats
    influence: Floats
    n: Floats
    weighted_n: Floats
    srs: Floats
    domain_df: float


def linearise(totals: Totals, domain: int, labels: Sequence[str], base: Sequence[str], function: Smooth) -> Linear:
    """Value and influence of m smooth functions of a domain's totals.

    `base` (m names of 0/1 columns): the rows each function rests on, for its n, weighted n and design effect.
    Totals without second moments are taken to be of 0/1 columns and the functions to be shares: their simple random
    variance is then p(1−p)/(n−1).
    """
    here = totals.totals[domain]
    with np.errstate(divide="ignore", invalid="ignore"):
        value, gradient = function(here)
        columns = [totals.columns.index(name) for name in base]
        n, weighted_n = totals.counts[domain, columns], here[columns]
        known = np.isfinite(value)
        gradient = np.where(known, gradient, 0.0)
        influence = totals.influence(domain, gradient)
        if totals.moments is None:
            srs = value * (1 - value) / (n - 1)
        else:
            second = ((totals.moments[domain] @ gradient) * gradient).sum(axis=0) / weighted_n
            srs = weighted_n**2 * (second - (here @ gradient / weighted_n) ** 2) / (n - 1)
    return Linear(
        labels=tuple(labels),
        by=totals.domains[domain],
        value=value,
        influence=np.where(known, influence, np.nan),
        n=n,
        weighted_n=weighted_n,
        srs=srs,
        domain_df=totals.domain_df(domain),
    )


def collect(totals: Totals, parts: Iterable[Linear], precision: Precision) -> Estimate:
    """One estimate of all parts, with the joint covariance of everything in it."""
    parts = tuple(parts)
    value = np.concatenate([part.value for part in parts])
    n = np.concatenate([part.n for part in parts])
    covariance = psu_covariance(np.column_stack([part.influence for part in parts]), totals.psus)
    sizes = [len(part.labels) for part in parts]
    if precision.df == "domain":
        df = np.repeat([part.domain_df for part in parts], sizes)
    else:
        df = np.full(len(value), totals.design_df)
    variance = np.diag(covariance)
    se = np.sqrt(variance)
    limits = [
        intervals.interval(*numbers[:2], method=precision.method, level=precision.level, df=numbers[2], n=numbers[3])
        for numbers in zip(value.tolist(), se.tolist(), df.tolist(), n.tolist(), strict=True)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = variance / np.concatenate([part.srs for part in parts])
    return Estimate(
        labels=tuple(label for part in parts for label in part.labels),
        by=tuple(part.by for part, size in zip(parts, sizes, strict=True) for _ in range(size)),
        value=value,
        covariance=covariance,
        n=n,
        weighted_n=np.concatenate([part.weighted_n for part in parts]),
        df=df,
        deff=np.where(np.isfinite(deff), deff, np.nan),
        low=np.array([low for low, _, _ in limits]),
        high=np.array([high for _, high, _ in limits]),
        level=precision.level,
        methods=tuple(method for _, _, method in limits),
        steps=totals.sample.steps,
        provenance=totals.sample.provenance,
    )


def quotients(numerators: Sequence[int], denominators: Sequence[int]) -> Smooth:
    """The m ratios of totals T[numerators]/T[denominators] with their gradient."""
    top, bottom = np.asarray(numerators), np.asarray(denominators)

    def function(totals: Floats) -> tuple[Floats, Floats]:
        value = totals[top] / totals[bottom]
        gradient = np.zeros((len(totals), len(top)))
        np.add.at(gradient, (top, np.arange(len(top))), 1 / totals[bottom])
        np.add.at(gradient, (bottom, np.arange(len(top))), -value / totals[bottom])
        return value, gradient

    return function


def mean(
    sample: Sample,
    column: str,
    *,
    where: "pd.Series[bool] | None" = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The mean of a numeric column, in each domain. Rows without an answer leave the estimate, not the design."""
    values = numeric(sample.frame, column)
    seen = ~np.isnan(values)
    totals = psu_totals(sample, {"y": np.where(seen, values, 0.0), "o": seen.astype(float)}, where=where, by=by)
    parts = (linearise(totals, d, [column], ["o"], quotients([0], [1])) for d in range(len(totals.domains)))
    return collect(totals, parts, precision or Precision())


def share(
    sample: Sample,
    column: str,
    *,
    where: "pd.Series[bool] | None" = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The share of each level of a column among those who answered, in each domain; intervals `logit` by default."""
    require(sample.frame, column)
    answers = sample.frame[column]
    seen = answers.notna().to_numpy()
    levels = sorted(answers[seen].unique().tolist(), key=lambda level: (isinstance(level, str), level))
    columns = {"o": seen.astype(float)} | {level_name(v): (answers == v).to_numpy(dtype=float) for v in levels}
    totals = psu_totals(sample, columns, where=where, by=by, second_moments=False)
    names = [level_name(level) for level in levels]
    function = quotients(range(1, len(names) + 1), [0] * len(names))
    parts = (linearise(totals, d, names, ["o"] * len(names), function) for d in range(len(totals.domains)))
    return collect(totals, parts, precision or Precision(method="logit"))


def total(
    sample: Sample,
    column: str,
    *,
    where: "pd.Series[bool] | None" = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The population total of a numeric column, in each domain. A row without an answer adds nothing."""
    values = np.nan_to_num(numeric(sample.frame, column), nan=0.0)
    totals = psu_totals(sample, {"y": values, "1": np.ones(len(sample))}, where=where, by=by)

    def function(sums: Floats) -> tuple[Floats, Floats]:
        return sums[:1], np.array([[1.0], [0.0]])

    parts = (linearise(totals, d, [column], ["1"], function) for d in range(len(totals.domains)))
    return collect(totals, parts, precision or Precision())


def ratio(
    sample: Sample,
    numerator: str,
    denominator: str,
    *,
    where: "pd.Series[bool] | None" = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The ratio of two totals, over rows that have both, in each domain."""
    top, bottom = numeric(sample.frame, numerator), numeric(sample.frame, denominator)
    both = ~(np.isnan(top) | np.isnan(bottom))
    columns = {"y": np.where(both, top, 0.0), "x": np.where(both, bottom, 0.0), "o": both.astype(float)}
    totals = psu_totals(sample, columns, where=where, by=by)
    label = f"{numerator}/{denominator}"
    parts = (linearise(totals, d, [label], ["o"], quotients([0], [1])) for d in range(len(totals.domains)))
    return collect(totals, parts, precision or Precision())
