"""How many must we ask? The sample size for a wanted precision, and the precision that a size reaches."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtri, stdtrit

from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count, check_level

if TYPE_CHECKING:
    import pandas as pd

NOISE = 1e-9
"""Relative error of a computed size that must not cost one person more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure to be estimated, and the survey's conditions.

    `value`: the expected share (0-1) or mean; None: a mean of which only `sd` is known. `sd`: the standard deviation
    between people (divisor N−1); None: `value` is a share. `level`: of confidence. `deff`: Kish's design effect.
    `population`: people in it, None: unlimited. `response_rate`: the fraction of those asked who will answer.
    Raises EstimationError for a number outside its range.
    """

    value: float | None = 0.5
    sd: float | None = None
    level: float = 0.95
    deff: float = 1.0
    population: int | None = None
    response_rate: float = 1.0

    def __post_init__(self) -> None:
        check_level(self.level)
        require_positive("deff", self.deff)
        if self.value is not None and not math.isfinite(self.value):
            raise EstimationError("PLN_BAD_NUMBER", name="value", got=self.value, allowed="-∞ < … < ∞")
        if self.sd is not None:
            require_positive("sd", self.sd)
        elif self.value is None or not 0 < self.value < 1:
            raise EstimationError("PLN_BAD_SHARE", got=self.value)
        if not 0 < self.response_rate <= 1:
            raise EstimationError("PLN_BAD_RATE", got=self.response_rate)
        if self.population is not None:
            check_count("population", self.population, 1)

    @property
    def variance(self) -> float:
        """S², divisor N−1: of a share PQ·N/(N−1) (Cochran 1977, 3.2), PQ where the population is unlimited."""
        if self.sd is not None:
            return self.sd**2
        share = self.value or 0.0
        count = self.population
        return share * (1 - share) * (1.0 if count is None or count == 1 else count / (count - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The precision that a sample reaches.

    `n`: answers. `effective_n`: people in a simple random sample, of an unlimited population, that say as much.
    `deff`: n / effective_n, so it is below 1 where the sample is a good part of the population. `df`: degrees of
    freedom of the interval (infinite: the normal quantile). `half_width`: of the interval, in units of `value`, NaN
    where one unit alone leaves no degree of freedom. `cv`: se / value, NaN without a value.
    """

    name: str = ""
    value: float | None
    n: int
    effective_n: float
    deff: float
    df: float
    se: float
    half_width: float
    cv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How many to ask. `formula`: "cochran" or "yamane".

    `unrounded`: answers needed, by the formula. `need`: the same, rounded up. `ask`: people to be asked so that `need`
    may be expected to answer, at most the population. `expect`: answers to expect from `ask`. `met`: `expect` is
    enough; False where even asking everybody is not. `reached`: the precision of `expect` answers.
    """

    formula: str
    unrounded: float
    need: int
    ask: int
    expect: int
    met: bool
    reached: Reached


def cluster_deff(people: float, icc: float, *, weight_cv: float = 0.0) -> float:
    """Kish's design effect (1965; 1987): (1 + (m−1)ρ)(1 + cv²).

    `people`: m, answers a cluster, on average. `icc`: ρ, the correlation within a cluster. `weight_cv`: the weights'
    coefficient of variation. Raises EstimationError for a number outside its range.
    """
    require_least("people", people, 1)
    require_least("weight_cv", weight_cv, 0)
    if not -1 <= icc <= 1 or not 1 + (people - 1) * icc > 0:
        raise EstimationError("PLN_BAD_ICC", got=icc, least=round(max(-1.0, -1 / max(people - 1, 1)), 4))
    return (1 + (people - 1) * icc) * (1 + weight_cv**2)


def sample_size(figure: Figure, *, half_width: float | None = None, cv: float | None = None) -> SampleSize:
    """The size for a half width of the interval (in units of the figure) or for a coefficient of variation.

    Cochran (1977, 4.4 and 4.6): n = n₀ / (1 + n₀/N) with n₀ = deff·S²/se²; for a share this is his
    n₀ / (1 + (n₀−1)/N). Raises EstimationError unless exactly one wish is given, it is positive and, for a share's half
    width and for a coefficient of variation, below 1.
    """
    se = _wanted_se(figure, half_width, cv)
    unlimited = figure.deff * figure.variance / se**2
    unrounded = unlimited if figure.population is None else unlimited / (1 + unlimited / figure.population)
    return _planned("cochran", unrounded, figure)


def yamane_size(figure: Figure, *, half_width: float = 0.05) -> SampleSize:
    """Yamane's size (1967) for a share: n = N / (1 + N·e²), e the half width.

    It is Cochran's at a share of 50 %, z = 2 and a simple random sample, and so knows neither the level nor the design
    effect; `reached` does. Raises EstimationError without a population, for a mean, and for a half width not in (0, 1).
    """
    if figure.sd is not None:
        raise EstimationError("PLN_YAMANE_MEAN")
    if figure.population is None:
        raise EstimationError("PLN_NEEDS_POPULATION")
    require_part("half_width", half_width)
    return _planned("yamane", figure.population / (1 + figure.population * half_width**2), figure)


def precision(figure: Figure, n: int) -> Reached:
    """What `n` answers reach, by the normal quantile: se² = deff·S²/n·(1 − n/N). n is at least 1 and at most N."""
    check_count("n", n, 1)
    if figure.population is not None and n > figure.population:
        raise EstimationError("PLN_BEYOND", name="n", got=n, count=figure.population)
    fraction = 0.0 if figure.population is None else n / figure.population
    variance = figure.deff * figure.variance / n * (1 - fraction)
    return reached(value=figure.value, n=n, variance=variance, spread=figure.variance, df=math.inf, level=figure.level)


def domain_sizes(
    figures: Mapping[str, Figure], *, half_width: float | Mapping[str, float] = 0.05
) -> dict[str, SampleSize]:
    """A size for each domain, which is to be precise by itself: one half width for all, or one for each by its name."""
    missing = [name for name in figures if isinstance(half_width, Mapping) and name not in half_width]
    if missing:
        raise EstimationError("PLN_NO_WISH", domain=missing[0])
    return {
        name: sample_size(figure, half_width=half_width[name] if isinstance(half_width, Mapping) else half_width)
        for name, figure in figures.items()
    }


def sizes_frame(sizes: Mapping[str, SampleSize]) -> "pd.DataFrame":
    """Sizes as a table, one row a domain."""
    import pandas as pd  # noqa: PLC0415  only who asks for a frame pays for pandas

    return pd.DataFrame(
        [
            {
                "domain": name,
                "formula": size.formula,
                "need": size.need,
                "ask": size.ask,
                "expect": size.expect,
                "met": size.met,
                "effective_n": size.reached.effective_n,
                "se": size.reached.se,
                "half_width": size.reached.half_width,
                "cv": size.reached.cv,
            }
            for name, size in sizes.items()
        ]
    )


def reached(
    *, value: float | None, n: int, variance: float, spread: float, df: float, level: float, name: str = ""
) -> Reached:
    """A precision from the variance of the estimate and the spread S² between people."""
    se = math.sqrt(variance)
    effective = spread / variance if variance > 0 else math.inf
    return Reached(
        name=name,
        value=value,
        n=n,
        effective_n=effective,
        deff=n / effective,
        df=df,
        se=se,
        half_width=_quantile(level, df) * se if variance > 0 else 0.0,
        cv=se / abs(value) if value else math.nan,
    )


def require_positive(name: str, value: float) -> float:
    """The value, if it is a number above 0; else EstimationError."""
    if not (math.isfinite(value) and value > 0):
        raise EstimationError("PLN_BAD_NUMBER", name=name, got=value, allowed="> 0")
    return value


def require_least(name: str, value: float, least: float) -> float:
    """The value, if it is a number of at least `least`; else EstimationError."""
    if not (math.isfinite(value) and value >= least):
        raise EstimationError("PLN_BAD_NUMBER", name=name, got=value, allowed=f"≥ {least:g}")
    return value


def require_part(name: str, value: float) -> float:
    """The value, if it is a part of 1 and not percent; else EstimationError."""
    if require_positive(name, value) >= 1:
        raise EstimationError("PLN_NOT_PART", name=name, got=value)
    return value


def _quantile(level: float, df: float) -> float:
    if df <= 0:
        return math.nan
    return float(ndtri((1 + level) / 2) if math.isinf(df) else stdtrit(df, (1 + level) / 2))


def _wanted_se(figure: Figure, half_width: float | None, cv: float | None) -> float:
    if half_width is not None and cv is None:
        check = require_part if figure.sd is None else require_positive
        return check("half_width", half_width) / _quantile(figure.level, math.inf)
    if cv is not None and half_width is None:
        if not figure.value:
            raise EstimationError("PLN_NEEDS_VALUE")
        return require_part("cv", cv) * abs(figure.value)
    raise EstimationError("PLN_ONE_WISH", allowed="half_width, cv")


def _planned(formula: str, unrounded: float, figure: Figure) -> SampleSize:
    need = max(round_up(unrounded), 1)
    ask = round_up(need / figure.response_rate)
    ask = ask if figure.population is None else min(ask, figure.population)
    expect = max(math.floor(ask * figure.response_rate * (1 + NOISE)), 1)
    return SampleSize(
        formula=formula,
        unrounded=unrounded,
        need=need,
        ask=ask,
        expect=expect,
        met=expect >= need,
        reached=precision(figure, expect),
    )


def round_up(count: float) -> int:
    """The next whole number, a computation's noise left aside."""
    return math.ceil(count * (1 - NOISE))
