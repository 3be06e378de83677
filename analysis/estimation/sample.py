"""What do we estimate from? Rows, how they were drawn, and every step their weights have gone through."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginLine:
    """One level of one margin: its population total, and the weighted total before and after the step."""

    variable: str
    level: str
    target: float
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStep:
    """One action on the weights, as the log tells it. `deff` and `n_eff` are Kish's: n Σw²/(Σw)² and (Σw)²/Σw².

    `min_ratio`, `max_ratio`: the smallest and largest factor a weight was multiplied by.
    """

    name: str
    variables: tuple[str, ...]
    n: int
    sum_before: float
    sum_after: float
    deff_before: float
    deff_after: float
    n_eff_before: float
    n_eff_after: float
    min_ratio: float
    max_ratio: float
    iterations: int
    margins: tuple[MarginLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What the variance must know of a step: residuals are taken on these cells' auxiliaries.

    `cells` (n,): the calibration cell of each row. `auxiliaries` (cells, p): each cell's row of margin indicators.
    `weights` (n,): the weights the residuals are taken with: those before the step, or ones (R's `rake()` form).
    """

    cells: Codes
    auxiliaries: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Psus:
    """The first-stage units of a design. P units in H strata.

    `of_row` (n,): each row's unit. `stratum` (P,): each unit's stratum. `names` (H,): the strata's names.
    `size` (H,): units a stratum. `fraction` (H,): the share of the stratum's population units in the sample, 0 without
    fpc.
    """

    of_row: Codes
    stratum: Codes
    names: tuple[str, ...]
    size: Floats
    fraction: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Rows and design, with weights that never travel without their history. Make one with `Sample.of`.

    `frame`: one row a person. `weights`, `base` (n,): final and base weights. `steps`: the weight log, oldest first.
    `provenance`: what the numbers can be traced to (data hash, source, …), carried into every estimate.
    """

    frame: pd.DataFrame
    design: Design
    base: Floats
    weights: Floats
    steps: tuple[WeightStep, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pd.DataFrame, design: Design, provenance: Mapping[str, str] | None = None) -> Self:
        """A sample with base weights. Raises EstimationError where a design column is missing, empty or impossible."""
        if not len(frame):
            raise EstimationError("EST_NO_ROWS")
        for column in design.columns():
            require(frame, column)
            empty = frame[column].isna().to_numpy()
            if empty.any():
                row = int(empty.argmax()) + 1
                raise EstimationError("EST_MISSING_DESIGN", column=column, count=int(empty.sum()), row=row)
        frame = frame.reset_index(drop=True)
        base = np.ones(len(frame)) if design.weight is None else _weights(frame, design.weight)
        sample = cls(frame=frame, design=design, base=base, weights=base, provenance=dict(provenance or {}))
        sample.psus  # noqa: B018  a bad fpc is told now, not at the first estimate
        return sample

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def psus(self) -> Psus:
        """The first-stage units that the design names."""
        design, n = self.design, len(self)
        strata, names = _codes(self.frame, design.strata)
        if design.psu is None:
            of_row, stratum = np.arange(n), strata
        else:
            units, _ = _codes(self.frame, design.psu)
            pairs, of_row = np.unique(np.column_stack([strata, units]), axis=0, return_inverse=True)
            of_row, stratum = of_row.reshape(-1), pairs[:, 0]
        size = np.bincount(stratum, minlength=len(names)).astype(float)
        fraction = (
            np.zeros(len(names)) if design.fpc is None else _fraction(self.frame, design.fpc, strata, names, size)
        )
        return Psus(of_row=of_row, stratum=stratum, names=names, size=size, fraction=fraction)

    def unweighted(self) -> "Sample":
        """The same people and design, everybody counting one: the way official figures appear to be made."""
        ones = np.ones(len(self))
        return replace(
            self, design=replace(self.design, weight=None), base=ones, weights=ones, steps=(), calibrations=()
        )

    def reweighted(self, weights: Floats, step: WeightStep, calibration: Calibration) -> "Sample":
        """The same people with new weights, one step of history longer."""
        return replace(self, weights=weights, steps=(*self.steps, step), calibrations=(*self.calibrations, calibration))


def require(frame: pd.DataFrame, column: str) -> None:
    """Raises EstimationError if the frame has no such column, naming those it has."""
    if column not in frame:
        raise EstimationError("EST_NO_COLUMN", column=column, columns=", ".join(map(str, frame.columns)))


def numeric(frame: pd.DataFrame, column: str) -> Floats:
    """A column as floats, NaN where it is empty. Raises EstimationError naming the row that is not a number."""
    require(frame, column)
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = np.isinf(values) | (np.isnan(values) & frame[column].notna().to_numpy())
    if bad.any():
        row = int(bad.argmax())
        raise EstimationError("EST_NOT_NUMBER", column=column, row=row + 1, got=frame[column].iloc[row])
    return values


def _weights(frame: pd.DataFrame, column: str) -> Floats:
    values = numeric(frame, column)
    bad = ~(values > 0)
    if bad.any():
        row = int(bad.argmax())
        raise EstimationError("EST_BAD_WEIGHT", column=column, row=row + 1, got=values[row])
    return values


def _codes(frame: pd.DataFrame, column: str | None) -> tuple[Codes, tuple[str, ...]]:
    if column is None:
        return np.zeros(len(frame), dtype=np.intp), ("",)
    codes, levels = pd.factorize(frame[column], sort=False)
    return codes, tuple(level_name(level) for level in levels)


def level_name(value: Any) -> str:
    """How a level is written: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float | np.floating) and value == int(value) else str(value)


def _fraction(frame: pd.DataFrame, column: str, strata: Codes, names: tuple[str, ...], size: Floats) -> Floats:
    values = numeric(frame, column)
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(low, strata, values)
    np.maximum.at(high, strata, values)
    if (low != high).any():
        raise EstimationError("EST_FPC_VARIES", column=column, stratum=names[int((low != high).argmax())])
    fraction = low if (low <= 1).all() else size / low
    bad = (fraction > 1) | (low <= 0)
    if bad.any():
        h = int(bad.argmax())
        raise EstimationError("EST_FPC_SMALL", column=column, stratum=names[h], count=int(size[h]), got=low[h])
    return np.asarray(fraction, dtype=float)
