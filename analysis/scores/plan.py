"""How is a round to be analysed? The choices that change a number, in one value that travels to every sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from analysis.estimation.design import Study
from survey.round import Margin

Mode = Literal["pooled", "items", "weights"]
Adjust = Literal["none", "poststratify", "rake"]
Interval = Literal["logit", "t", "wilson", "beta"]
Df = Literal["design", "domain"]
RakeVariance = Literal["base", "equal"]
Weighting = Literal["none", "base", "adjusted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `evaluate` needs to know besides the answers. Defaults are those of the house (design decisions 13, 14).

    `strata`, `psu`, `fpc`, `weight`: columns of the answers' frame. `study`: whether people were drawn or chose
    themselves, None: what the columns tell (`chosen_by`). `adjust` with `margins`: how weights are brought to known
    totals. `mode`: how items become factors, aspects and the overall index. `by`: columns to break results down.
    `level`: the confidence level of every interval, 0-1.
    """

    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    weight: str | None = None
    study: Study | None = None
    adjust: Adjust = "none"
    margins: tuple[Margin, ...] = ()
    rake_variance: RakeVariance = "base"
    mode: Mode = "pooled"
    interval: Interval = "logit"
    level: float = 0.95
    df: Df = "design"
    by: tuple[str, ...] = ()

    def weighted(self) -> bool:
        """Whether people count differently at all under this plan."""
        return self.weighting() != "none"

    def weighting(self) -> Weighting:
        """Where the weights come from: nowhere, the draw alone, or known totals of the population."""
        if self.adjust != "none":
            return "adjusted"
        return "none" if self.weight is None else "base"

    def chosen_by(self) -> Study:
        """How people came into the sample. Unless it is said, only what tells of a draw makes it a probability sample:
        strata, sampling units, their number in the population, or base weights.
        """
        if self.study is not None:
            return self.study
        return "probability" if any((self.strata, self.psu, self.fpc, self.weight)) else "volunteer"


def margin_variables(margins: Iterable[Margin]) -> tuple[str, ...]:
    """The distinct margin variables in their order (`sex`, `age`, `sex|age`)."""
    return tuple(dict.fromkeys(margin.variable for margin in margins))
