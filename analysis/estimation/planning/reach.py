"""How precise will this design be? The error that a planned stratified multi-stage sample will have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count, check_level
from analysis.estimation.planning.size import Figure, Reached, reached, require_least, require_positive

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """One stage: `take` units inside each unit of the stage before, out of `population` (None: unlimited).

    `icc`: the correlation between two people of one unit of this stage; of the last stage, where the units are the
    people themselves, it is 1.
    """

    take: int
    population: int | None = None
    icc: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStratum:
    """A stratum of the population, and how it will be sampled.

    `population`: people in it. `value`: the expected share or mean. `sd`: between its people, None for a share.
    `stages`: first stage first, the last one draws people. `weight_cv`: of the weights that will be needed.
    """

    name: str
    population: float
    stages: tuple[PlannedStage, ...]
    value: float = 0.5
    sd: float | None = None
    weight_cv: float = 0.0

    @property
    def n(self) -> int:
        """People in the sample."""
        return math.prod(stage.take for stage in self.stages)

    @property
    def spread(self) -> float:
        """S² between its people. Raises EstimationError for an impossible value."""
        return Figure(value=self.value, sd=self.sd).variance


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPrecision:
    """What the design reaches, stratum by stratum and over all."""

    strata: tuple[Reached, ...]
    whole: Reached

    def to_frame(self) -> "pd.DataFrame":
        """One row a stratum, the last row (name «») the whole."""
        import pandas as pd  # noqa: PLC0415  only who asks for a frame pays for pandas

        names = list(Reached.__dataclass_fields__)
        return pd.DataFrame([{name: getattr(row, name) for name in names} for row in (*self.strata, self.whole)])


def planned_precision(strata: Sequence[PlannedStratum], *, level: float = 0.95) -> PlannedPrecision:
    """The precision of the mean or share under a nested design of equal takes, t intervals with the design's df.

    The variance between people is split by the ICCs into one component a stage (σ_k² = (ρ_k − ρ_{k−1})·S²); the units
    of stage k then vary by S_k² = σ_k² + σ_{k+1}²/M_{k+1} + …, and a stratum's variance is
    Σ_k (1 − m_k/M_k)·S_k² / (m_1·…·m_k) times 1 + cv² of the weights (Cochran 1977, 10.3 and 10.8, with units of equal
    size; Kish 1987). A systematic draw with probability proportional to size and equal takes is planned the same way.
    The whole weighs strata by their population; its `deff` counts what stratification gains. Raises EstimationError
    naming the stratum whose stages are impossible.
    """
    check_level(level)
    if not strata:
        raise EstimationError("PLN_NO_STRATA")
    names = [stratum.name for stratum in strata]
    if len(set(names)) < len(names):
        raise EstimationError("PLN_STRATUM_TWICE", stratum=max(names, key=names.count))
    for stratum in strata:
        _check(stratum)
    people = math.fsum(stratum.population for stratum in strata)
    shares = [stratum.population / people for stratum in strata]
    mean = math.fsum(w * stratum.value for w, stratum in zip(shares, strata, strict=True))
    variances = [_variance(stratum) for stratum in strata]
    freedom = [_df(stratum) for stratum in strata]
    spread = math.fsum(
        w * (stratum.spread + (stratum.value - mean) ** 2) for w, stratum in zip(shares, strata, strict=True)
    )
    return PlannedPrecision(
        strata=tuple(
            reached(
                name=stratum.name,
                value=stratum.value,
                n=stratum.n,
                variance=variance,
                spread=stratum.spread,
                df=df,
                level=level,
            )
            for stratum, variance, df in zip(strata, variances, freedom, strict=True)
        ),
        whole=reached(
            value=mean,
            n=sum(stratum.n for stratum in strata),
            variance=math.fsum(w**2 * variance for w, variance in zip(shares, variances, strict=True)),
            spread=spread,
            df=math.fsum(freedom),
            level=level,
        ),
    )


def _check(stratum: PlannedStratum) -> None:
    require_positive(f"population, {stratum.name}", stratum.population)
    require_least(f"weight_cv, {stratum.name}", stratum.weight_cv, 0)
    if not stratum.stages:
        raise EstimationError("PLN_NO_STAGE", stratum=stratum.name)
    before = 0.0
    for number, stage in enumerate(stratum.stages, start=1):
        check_count(f"take, {stratum.name}, {number}", stage.take, 1)
        if stage.population is not None:
            check_count(f"population, {stratum.name}, {number}", stage.population, 1)
            if stage.take > stage.population:
                raise EstimationError(
                    "PLN_STAGE_SIZE", stratum=stratum.name, stage=number, got=stage.take, count=stage.population
                )
        if not before <= stage.icc <= 1:
            raise EstimationError("PLN_BAD_ICC", got=stage.icc, least=before)
        before = stage.icc
    if stratum.n > stratum.population:
        raise EstimationError("PLN_TOO_MANY", stratum=stratum.name, got=stratum.n, count=stratum.population)
    if before != 1:
        raise EstimationError("PLN_LAST_ICC", stratum=stratum.name, got=before)


def _variance(stratum: PlannedStratum) -> float:
    """Of the stratum's mean, from the last stage up."""
    above = [0.0, *(stage.icc for stage in stratum.stages[:-1])]
    components = [(stage.icc - rho) * stratum.spread for stage, rho in zip(stratum.stages, above, strict=True)]
    below = total = 0.0
    takes = [math.prod(stage.take for stage in stratum.stages[: k + 1]) for k in range(len(stratum.stages))]
    for stage, component, units in reversed(list(zip(stratum.stages, components, takes, strict=True))):
        between = component + below
        fraction = 0.0 if stage.population is None else stage.take / stage.population
        total += (1 - fraction) * between / units
        below = 0.0 if stage.population is None else between / stage.population
    return total * (1 + stratum.weight_cv**2)


def _df(stratum: PlannedStratum) -> float:
    """Units less their number of parents at the first stage that is no census; none where all are."""
    parents = 1
    for stage in stratum.stages:
        if stage.take != stage.population:
            return float(parents * (stage.take - 1))
        parents *= stage.take
    return 0.0
