"""Which units were drawn? The sampling units of a design, stage by stage, with their strata and sampled fractions."""

from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Coded, Codes, Columns, Floats, group, level_name, whole
from analysis.estimation.design import Design, as_tuple
from analysis.estimation.errors import EstimationError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """One stage of a draw: S units in H groups (strata at the first stage, units of the stage before later).

    `unit` (U,): the unit of this stage that each last-stage unit lies in. `group` (S,): each unit's group, ascending.
    `names` (H,). `size` (H,): units drawn. `fraction` (H,): the share of the group's units that was drawn, 0 without
    fpc. `share` (H,): the product of the fractions of the stages before, 1 at the first.
    """

    unit: Codes
    group: Codes
    names: tuple[str, ...]
    size: Floats
    fraction: Floats
    share: Floats

    @property
    def factor(self) -> Floats:
        """(H,): share (1 − f) n/(n − 1), the factor of a group's squared deviations; 1 for n/(n − 1) where n is 1."""
        return self.share * (1 - self.fraction) * self.size / np.maximum(self.size - 1, 1)

    @property
    def lonely(self) -> tuple[str, ...]:
        """Names of the groups with a single unit that are not a census."""
        return tuple(self.names[h] for h in np.flatnonzero((self.size == 1) & (self.fraction < 1)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """The U last-stage units of a design that enter its variance. `of_row` (n,): each row's unit."""

    of_row: Codes
    stages: tuple[Stage, ...]

    def __len__(self) -> int:
        return len(self.stages[0].unit)

    @property
    def first(self) -> Stage:
        """The first stage: primary sampling units in strata."""
        return self.stages[0]

    @property
    def df(self) -> float:
        """Primary sampling units less strata."""
        return float(len(self.first.group) - len(self.first.names))


def find_units(columns: Columns, design: Design) -> Units:
    """The units of a frame under a design. Raises EstimationError for a population size that cannot be."""
    psus, fpcs, strata = (as_tuple(names) for names in (design.psu, design.fpc, design.strata))
    depth = max(len(fpcs), 1)
    keys: list[Coded] = []
    ends: list[tuple[int, int]] = []  # how many keys make a stage's group, and its unit
    for stage in range(depth):
        keys.append(columns.coded(strata[stage]) if stage < len(strata) else whole(columns.rows))
        keys.append(columns.coded(psus[stage]) if psus else _each(columns.rows))
        ends.append((len(keys) - 1, len(keys)))
    units = group(keys)
    numbers = [columns.numeric(name) for name in fpcs]
    stages: list[Stage] = []
    for stage, (top, end) in enumerate(ends):
        stages.append(_stage(units.parts, keys, top, end, stages))
        if fpcs:
            stages[-1] = _with_fraction(stages[-1], units.of_row, fpcs[stage], numbers[stage])
    return Units(of_row=units.of_row, stages=tuple(stages))


def _each(rows: int) -> Coded:
    return Coded(raw=np.arange(rows), low=0, levels=range(rows))


def _stage(parts: Codes, keys: list[Coded], top: int, end: int, before: list[Stage]) -> Stage:
    first, unit = _runs(parts[:, :end])
    starts, of_group = _runs(parts[first][:, :top])
    names = tuple(
        "/".join(level_name(keys[k].level(part)) for k, part in enumerate(row)) for row in parts[first][starts][:, :top]
    )
    share = np.ones(len(starts))
    if before:
        last = before[-1]
        share = (last.share * last.fraction)[last.group[last.unit[first[starts]]]]
    size = np.bincount(of_group, minlength=len(starts)).astype(float)
    return Stage(unit=unit, group=of_group, names=names, size=size, fraction=np.zeros(len(starts)), share=share)


def _runs(parts: Codes) -> tuple[Codes, Codes]:
    """Where each run of equal rows begins, and each row's run. The rows are in order."""
    new = np.ones(len(parts), dtype=bool)
    new[1:] = (parts[1:] != parts[:-1]).any(axis=1)
    return np.flatnonzero(new), np.cumsum(new) - 1


def _with_fraction(stage: Stage, of_row: Codes, column: str, values: Floats) -> Stage:
    groups = len(stage.names)
    low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
    of_group = stage.group[stage.unit][of_row]
    np.minimum.at(low, of_group, values)
    np.maximum.at(high, of_group, values)
    if (low != high).any():
        stratum = stage.names[int((low != high).argmax())] or "–"
        raise EstimationError("EST_FPC_VARIES", column=column, stratum=stratum)
    fraction = low if (low <= 1).all() else stage.size / low
    bad = (fraction > 1) | (low <= 0)
    if bad.any():
        h = int(bad.argmax())
        raise EstimationError(
            "EST_FPC_SMALL", column=column, stratum=stage.names[h] or "–", count=int(stage.size[h]), got=low[h]
        )
    return Stage(
        unit=stage.unit, group=stage.group, names=stage.names, size=stage.size, fraction=fraction, share=stage.share
    )
