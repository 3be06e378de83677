"""How were people chosen? Column names of the frame, never arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_option

LonelyPsu = Literal["fail", "remove", "certainty", "adjust", "average"]
Names = str | tuple[str, ...] | None
Study = Literal["probability", "volunteer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The sampling design, as names of columns. All None: a simple random sample, every row its own PSU.

    `strata`: first-stage strata; a tuple names each stage's. `psu`: the sampling units, first stage first, each nested
    in the one before (one code may recur in two strata). `weight`: base weights, 1/inclusion probability.
    `fpc`: per row, stage by stage, the number of units in the population of the stratum (or of the unit of the stage
    before), or the sampled fraction of them where every value is at most 1. Later stages enter the variance only with
    their fpc; without any, first-stage units are taken as drawn with replacement.

    `lonely_psu`: what to do with a stratum that has a single unit and is no census (R `survey` 4.5, survey.lonely.psu):
    `fail` raises and names it; `remove` and `certainty` let it add nothing; `adjust` centres it at the grand mean of
    the units' totals; `average` gives it the mean variance of the other strata. `lonely_domain`: treat a stratum of
    which a domain holds a single unit the same way, for `adjust` and `average`.

    `study`: what an interval covers. `probability`: people were drawn, and it covers the draw. `volunteer`: they chose
    themselves (an open link, slips at a desk), and it covers sampling variation only if the weighting model is true.
    """

    strata: Names = None
    psu: Names = None
    weight: str | None = None
    fpc: Names = None
    lonely_psu: LonelyPsu = "fail"
    lonely_domain: bool = False
    study: Study = "probability"

    def __post_init__(self) -> None:
        check_option("lonely_psu", self.lonely_psu, LonelyPsu)
        check_option("study", self.study, Study)
        check_option("lonely_domain", self.lonely_domain, Literal[True, False])
        for name, given in (("fpc", as_tuple(self.fpc)), ("strata", as_tuple(self.strata))):
            if len(given) > max(len(as_tuple(self.psu)), 1):
                raise EstimationError("EST_STAGES", column=name, got=len(given), stages=max(len(as_tuple(self.psu)), 1))

    def columns(self) -> Iterator[str]:
        """The columns of the frame that the design speaks of."""
        for names in (self.strata, self.psu, self.weight, self.fpc):
            yield from as_tuple(names)


def as_tuple(names: Names) -> tuple[str, ...]:
    """No name, one name or several, as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)
