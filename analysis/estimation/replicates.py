"""What are replicate weights? Factors on the units' weights, and how the replicates' spread becomes a variance."""

from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Bools, Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replicates:
    """R replicates of a design with P first-stage units.

    `factors` (P, R): what each unit's base weights are multiplied by. `scales` (R,): V = Σ scales_r (θ_r − centre)².
    `around`: the centre: the `mean` of the replicates or the full-sample `estimate`. `df`: degrees of freedom.
    """

    kind: str
    factors: Floats
    scales: Floats
    around: str
    df: float

    def deviations(self, replicates: Floats, estimate: Floats) -> Floats:
        """Deviations (R, …) of replicate estimates (R, …) of an estimate (…)."""
        used: Bools = self.scales > 0
        centre = replicates[used].mean(axis=0) if self.around == "mean" else estimate
        return np.asarray((replicates - centre) * np.sqrt(self.scales).reshape(-1, *[1] * estimate.ndim))
