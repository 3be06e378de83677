"""What is shared by all tests of a round's units: who is compared with whom, and how alike slips are."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.scores.quality_rules import QualityRules
from analysis.scores.quality_slips import MISSING, Ints, Mask, QualitySlips
from analysis.scores.quality_tail import Floats
from analysis.scores.responses import NOWHERE

PAIRED = 1_500
"""Slips of other units that a unit's are compared with, and of the round among themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """One test of one unit: `hits` of `n` where the others lead one to expect `expected`; `p` of so many or more by
    chance, corrected for the cells looked at. `where`: the day that stands out. `rows`: the hits' rows."""

    test: str
    unit: int
    hits: int
    n: int
    expected: float
    p: float
    rows: Ints
    where: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Yardstick:
    """A round's slips with what every unit's tests share."""

    slips: QualitySlips
    rules: QualityRules

    @cached_property
    def sizes(self) -> Ints:
        """Slips of each unit."""
        return np.bincount(self.slips.unit, minlength=len(self.slips.units))

    @cached_property
    def _testable(self) -> Ints:
        """The units with slips enough; those of no known place are no unit."""
        known = np.array([name != NOWHERE for name in self.slips.units], dtype=bool)
        return np.flatnonzero(known & (self.sizes >= self.rules.least_n))

    def others(self, unit: int) -> Ints | None:
        """The units that this one is compared with; None where it, or they, are too few to be tested."""
        others = self._testable[self._testable != unit]
        return others if unit in self._testable and len(others) >= self.rules.least_units else None

    @cached_property
    def comparable(self) -> Mask:
        """(n,): slips long enough to be alike by more than chance, those of one answer throughout left out."""
        return ~self.slips.constant & (self.slips.answered >= self.rules.least_items)

    @cached_property
    def fits(self) -> Floats:
        """(n,): how far a slip's answers go up and down with what people generally rate high and low: the correlation
        with the items' means outside its unit. NaN for slips that are not comparable."""
        items, there = self.slips.items, self.slips.items != MISSING
        there = there & self.comparable[:, None]
        home = (self.slips.unit[:, None] == np.arange(len(self.sizes))).astype(float)
        sums, counts = home.T @ np.where(there, items, 0), home.T @ there
        general = ((sums.sum(axis=0) - sums) / np.maximum(counts.sum(axis=0) - counts, 1))[self.slips.unit]
        number = np.maximum(there.sum(axis=1), 1)[:, None]

        def centred(values: Floats) -> Floats:
            kept = np.where(there, values, 0.0)
            return np.where(there, kept - kept.sum(axis=1)[:, None] / number, 0.0)

        own, expected = centred(items.astype(float)), centred(general)
        size = np.sqrt((own**2).sum(axis=1) * (expected**2).sum(axis=1))
        return np.where(size > 0, (own * expected).sum(axis=1) / np.where(size > 0, size, 1.0), np.nan)

    @cached_property
    def pairs(self) -> tuple[Floats, Floats]:
        """(u, u) twice: pairs of slips of two units that were compared, and those that were alike."""
        rows, units = np.flatnonzero(self.comparable), len(self.sizes)
        if len(rows) > PAIRED:
            rows = np.random.default_rng(self.rules.seed).choice(rows, PAIRED, replace=False)
        same = alike(self.slips.items[rows], self.slips.items[rows], self.rules.near_copy).astype(np.float32)
        np.fill_diagonal(same, 0)
        home = (self.slips.unit[rows][:, None] == np.arange(units)).astype(np.float32)
        compared = home.T @ (1 - np.eye(len(rows), dtype=np.float32)) @ home
        return compared.astype(float), (home.T @ same @ home).astype(float)


def alike(some: Ints, other: Ints, share: float) -> Mask:
    """(a, b): whether at least this share of the items that either answered has the same answer in both."""
    same = np.zeros((len(some), len(other)), dtype=np.float32)
    for value in np.union1d(some, other):
        if value >= 0:
            same += (some == value).astype(np.float32) @ (other == value).astype(np.float32).T
    there, too = (some >= 0).astype(np.float32), (other >= 0).astype(np.float32)
    either = there.sum(axis=1)[:, None] + too.sum(axis=1)[None, :] - there @ too.T
    return np.asarray(same >= share * either - 1e-4)
