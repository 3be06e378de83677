"""What is an estimate? Numbers of a population with their proof: error, interval, design effect, origin."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.estimation import intervals
from analysis.estimation.columns import Floats
from analysis.estimation.design import Study
from analysis.estimation.no_arithmetic import NoArithmetic
from analysis.estimation.options import check_level, check_option
from analysis.estimation.sample import WeightStep
from analysis.estimation.variance import Spread

if TYPE_CHECKING:
    import pandas as pd

Df = Literal["design", "domain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How intervals are made: method, confidence level (0-1), degrees of freedom of the design or of the domain."""

    method: intervals.Method = "t"
    level: float = 0.95
    df: Df = "design"

    def __post_init__(self) -> None:
        check_option("method", self.method, intervals.Method)
        check_option("df", self.df, Df)
        check_level(self.level)


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate(NoArithmetic):
    """k numbers with their proof. Every array is (k,); NaN is what cannot be computed.

    `labels`: what each measures; `by`: its domain. `n`: rows it rests on, `weighted_n` the sum of their weights.
    `deff`: variance over that of a simple random sample of n with replacement. `methods`: the interval each has.
    `spread`: where their joint covariance comes from. `study`: what the intervals cover, as in Design. `steps` and
    `provenance` are the sample's.
    Arithmetic on an Estimate is refused, since it would lose the covariance; `contrasts.py` has what is meant.
    """

    labels: tuple[str, ...]
    by: tuple[Mapping[str, str], ...]
    value: Floats
    variance: Floats
    spread: Spread
    study: Study
    n: Floats
    weighted_n: Floats
    df: Floats
    deff: Floats
    low: Floats
    high: Floats
    precision: Precision
    methods: tuple[str, ...]
    steps: tuple[WeightStep, ...]
    provenance: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def covariance(self) -> Floats:
        """(k, k): the joint covariance of all numbers in it."""
        deviations = self.spread.deviations()
        return np.asarray(deviations.T @ deviations)

    @property
    def se(self) -> Floats:
        """Standard errors."""
        return np.sqrt(self.variance)

    @property
    def margin(self) -> Floats:
        """Half the width of each interval."""
        return (self.high - self.low) / 2

    @property
    def n_eff(self) -> Floats:
        """Effective sample size: n over the design effect."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.n / self.deff

    def with_df(self, df: Floats) -> "Estimate":
        """The same numbers on other degrees of freedom (k,), with the intervals these give."""
        kept = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _MADE}
        return make_estimate(**kept, df=df)

    @property
    def weight_log(self) -> str:
        """What names the weight log: the first 12 hexadecimal digits of its SHA-256, "" for base weights."""
        return hashlib.sha256(repr(self.steps).encode()).hexdigest()[:12] if self.steps else ""

    def to_frame(self) -> "pd.DataFrame":
        """One row a number: the domain's columns, then label, value, se, low, high, margin, n, n_eff, …, method."""
        import pandas as pd  # noqa: PLC0415  the estimates themselves do not need it

        domains = pd.DataFrame(list(self.by), index=range(len(self)))
        names = ("value", "se", "low", "high", "margin", "n", "n_eff", "weighted_n", "df", "deff")
        columns: dict[str, Any] = {"label": self.labels, **{name: getattr(self, name) for name in names}}
        return pd.concat([domains, pd.DataFrame(columns | {"method": self.methods})], axis=1)

    def __repr__(self) -> str:
        return self.to_frame().to_string(index=False)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))


_MADE = ("df", "low", "high", "methods")


def make_estimate(
    *,
    value: Floats,
    variance: Floats,
    df: Floats,
    n: Floats,
    precision: Precision,
    scale_se: Floats | None = None,
    **others: Any,
) -> Estimate:
    """An Estimate with the intervals that its precision asks for. `others`: the other fields of Estimate."""
    low, high, methods = intervals.limits(
        value, np.sqrt(variance), method=precision.method, level=precision.level, df=df, n=n, scale_se=scale_se
    )
    others |= {"value": value, "variance": variance, "df": df, "n": n, "low": low, "high": high}
    return Estimate(methods=methods, precision=precision, **others)
