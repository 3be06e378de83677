"""How is a round to be analysed? The choices that change a number, in one value that travels to every sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from survey.round import Margin

Mode = Literal["pooled", "items", "weights"]
Adjust = Literal["none", "poststratify", "rake"]
Interval = Literal["logit", "t", "wilson", "beta"]
Df = Literal["design", "domain"]
RakeVariance = Literal["base", "equal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `evaluate` needs to know besides the answers. Defaults are those of the house (design decisions 13, 14).

    `strata`, `psu`, `fpc`, `weight`: columns of the answers' frame. `adjust` with `margins`: how weights are brought to
    known totals. `mode`: how items become factors, aspects and the overall index. `by`: columns to break results down.
    `level`: the confidence level of every interval, 0-1.
    """

    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    weight: str | None = None
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
        return self.weight is not None or self.adjust != "none"


def margin_variables(margins: Iterable[Margin]) -> tuple[str, ...]:
    """The distinct margin variables in their order (`sex`, `age`, `sex|age`)."""
    return tuple(dict.fromkeys(margin.variable for margin in margins))
