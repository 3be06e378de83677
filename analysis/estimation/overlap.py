"""How do the numbers of two rounds vary together, where both rounds drew partly the same units?

Each number keeps the variance that its own round gives it; what a difference needs beside them is the covariance that
comes of the common units. In stratum h, with n₁ and n₂ units drawn of N and n_c of them in both rounds,

    Cov = Σ_h φ_h · n_c/(n_c − 1) · Σ_common (z₁ − z̄₁)(z₂ − z̄₂),   φ_h = 1 − n₁·n₂/(N·n_c)

with the means over the common units (Qualité & Tillé 2008, simple random sampling without replacement in each stratum;
φ = 1 without fpc). Where the rounds drew the same units altogether it is the covariance of one sample with a column for
the round. Where they drew independently and met by chance it is 0 on average, as it must be.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.estimate import Estimate
from analysis.estimation.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """The C first-stage units that two samples share, in G strata.

    `first`, `second` (C,): their places among each sample's units; `group` (C,): the stratum, 0 … G−1.
    `scales` (2, C): what turns each sample's deviations into differences from its stratum's mean. `factor` (C,): of the
    products; `alone` (C,): the stratum is this one unit in both rounds. `most`: n_c/√(n₁·n₂) over all strata, the
    largest correlation that so many common units allow.
    """

    first: Codes
    second: Codes
    group: Codes
    scales: Floats
    factor: Floats
    alone: Codes
    most: float

    def __len__(self) -> int:
        return len(self.first)

    def covariance(self, first: Estimate, second: Estimate, pairs: Sequence[tuple[int, int]]) -> Floats:
        """(k,): of numbers of one estimate with numbers of the other, linearised, one from each sample.

        `pairs`: the places of the two numbers of each covariance.

        Held within ± most·se₁·se₂, which few common units in many strata may otherwise exceed by chance.
        """
        at = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        moved = [
            self._centred(estimate.spread.deviations()[np.ix_(units, numbers)] * scale[:, None])
            for estimate, units, numbers, scale in zip(
                (first, second), (self.first, self.second), at, self.scales, strict=True
            )
        ]
        found = (self.factor[:, None] * moved[0] * moved[1]).sum(axis=0)
        limit = self.most * first.se[at[0]] * second.se[at[1]]
        return np.asarray(np.clip(found, -limit, limit))

    def _centred(self, values: Floats) -> Floats:
        """Values (C, k) less their stratum's mean; a lone unit keeps the difference its own round gave it."""
        sums = np.zeros((int(self.group.max()) + 1, values.shape[1]))
        np.add.at(sums, self.group, values)
        means = sums / np.bincount(self.group)[:, None]
        return np.asarray(values - np.where(self.alone[:, None], 0.0, means[self.group]))


def overlap(first: Sample, second: Sample, key: Sequence[str]) -> Overlap | None:
    """The first-stage units with the same values of the columns `key` in both samples; None where there are none.

    `key` must name the stratum too, where there are strata: a unit that moved to another one is not shared. Samples in
    which every row is its own unit, and those with replicate weights, share none.
    Raises EST_NO_COLUMN (as every use of a column does) for a key that a frame has not.
    """
    if any(sample.design.psu is None or sample.replicates is not None for sample in (first, second)):
        return None
    keys = [_keys(sample, key) for sample in (first, second)]
    pairs = np.array([(place, keys[1][name]) for name, place in keys[0].items() if name in keys[1]], dtype=np.intp)
    if not len(pairs):
        return None
    stages = [sample.units.first for sample in (first, second)]
    strata = [stage.group[pairs[:, side]] for side, stage in enumerate(stages)]
    _, group = np.unique(strata[0], return_inverse=True)
    common = np.bincount(group)[group].astype(float)
    size, fraction, spread = (
        np.stack([getattr(stage, name)[of] for stage, of in zip(stages, strata, strict=True)])
        for name in ("size", "fraction", "factor")
    )
    alone = (size == 1).all(axis=0)
    known = 1 - np.sqrt(fraction[0] * fraction[1] * size[0] * size[1]) / common
    factor = np.where(common > 1, known * common / np.maximum(common - 1, 1), 0.0)
    return Overlap(
        first=pairs[:, 0],
        second=pairs[:, 1],
        group=group,
        scales=np.divide(1, np.sqrt(spread), out=np.zeros_like(spread), where=spread > 0),
        factor=np.where(alone, np.sqrt(spread[0] * spread[1]), factor),
        alone=alone,
        most=min(1.0, len(pairs) / float(np.sqrt(len(keys[0]) * len(keys[1])))),
    )


def _keys(sample: Sample, columns: Sequence[str]) -> dict[tuple[Hashable, ...], int]:
    """Each first-stage unit's values of the columns, as its first row has them, and its place among the units."""
    units = sample.units
    _, rows = np.unique(units.first.unit[units.of_row], return_index=True)
    values = [np.asarray(sample.columns.require(name), dtype=object)[rows].tolist() for name in columns]
    return {key: place for place, key in enumerate(zip(*values, strict=True))}
