"""How were people chosen? Column names of the frame, never arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LonelyPsu = Literal["fail", "adjust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The sampling design, as names of columns. All None: a simple random sample, every row its own PSU.

    `strata`: first-stage strata. `psu`: first-stage units, nested in strata (one code may recur in two strata).
    `weight`: base weights, 1/inclusion probability. `fpc`: per row, the number of PSUs in its stratum's population,
    or the sampled fraction of them where every value is at most 1.
    `lonely_psu`: what to do with a stratum that has a single PSU: `fail` raises and names it; `adjust` centres it at
    the grand mean of the PSU totals (R `survey` 4.5).
    """

    strata: str | None = None
    psu: str | None = None
    weight: str | None = None
    fpc: str | None = None
    lonely_psu: LonelyPsu = "fail"

    def columns(self) -> Iterator[str]:
        """The columns of the frame that the design speaks of."""
        yield from (name for name in (self.strata, self.psu, self.weight, self.fpc) if name is not None)
