"""What do we estimate from? Rows, how they were drawn, and every step their weights have gone through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from analysis.estimation.columns import Codes, Columns, Floats
from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.replicates import Replicates
from analysis.estimation.units import Units, find_units

Reweight = Callable[[Floats], Floats]
"""A weighting step as an action that can be done again: weights (n,) before it → weights (n,) after it."""


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

    People of weight 0 do not count; `n`: those with a weight after the step. `min_ratio`, `max_ratio`: the smallest and
    largest factor a weight was multiplied by. `errors`: after each iteration, by how much the worst margin was missed,
    relative to its total.
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
    errors: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What the variance must know of a step: residuals are taken on these cells' auxiliaries.

    `cells` (n,): the calibration cell of each row. `auxiliaries` (cells, p): each cell's row of margin indicators.
    `weights` (n,): the weights the residuals are taken with: those before the step, or ones (R's `rake()` form).
    `after` (n,): the weights the step made. `margins`: what each auxiliary was brought to, as the log has it.
    """

    cells: Codes
    auxiliaries: Floats
    weights: Floats
    after: Floats
    margins: tuple[MarginLine, ...]

    def carried(self, weights: Floats) -> Floats:
        """(n,): the residual weights, changed by what later steps made of the step's weights."""
        if weights is self.after:
            return self.weights
        return self.weights * np.divide(weights, self.after, out=np.zeros(len(weights)), where=self.after != 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Rows and design, with weights that never travel without their history. Make one with `Sample.of`.

    `columns`: one row a person. `weights`, `base` (n,): final and base weights. `steps`: the weight log, oldest first;
    `recipe`: the same steps as actions, which replicates repeat; `calibrations`: those that the variance must know of.
    `replicates`: replicate weights, where variances are to come from them instead of from linearisation.
    `provenance`: what the numbers can be traced to (data hash, source, …), carried into every estimate.
    """

    columns: Columns
    design: Design
    base: Floats
    weights: Floats
    steps: tuple[WeightStep, ...] = ()
    recipe: tuple[Reweight, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    replicates: Replicates | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: Any, design: Design, provenance: Mapping[str, str] | None = None) -> Self:
        """A sample with base weights. `frame`: a pandas or polars frame, or a mapping of column name to array.

        Raises EstimationError where a design column is missing, empty or impossible.
        """
        columns = Columns(frame)
        if not columns.rows:
            raise EstimationError("EST_NO_ROWS")
        for column in design.columns():
            empty = columns.missing(column)
            if empty.any():
                row = int(empty.argmax()) + 1
                raise EstimationError("EST_MISSING_DESIGN", column=column, count=int(empty.sum()), row=row)
        base = np.ones(columns.rows) if design.weight is None else _weights(columns, design.weight)
        sample = cls(columns=columns, design=design, base=base, weights=base, provenance=dict(provenance or {}))
        sample.units  # noqa: B018  a bad fpc is told now, not at the first estimate
        return sample

    def __len__(self) -> int:
        return self.columns.rows

    def __repr__(self) -> str:
        steps = ", ".join(step.name for step in self.steps) or "base weights"
        return f"Sample of {len(self)} rows, {self.design}, {steps}, weights' sum {self.weights.sum():.6g}"

    @property
    def df(self) -> float:
        """Degrees of freedom of the whole design: units less strata, or the replicates' own."""
        return self.units.df if self.replicates is None else self.replicates.df

    @property
    def frame(self) -> Any:
        """The frame the sample was made of."""
        return self.columns.frame

    @cached_property
    def units(self) -> Units:
        """The sampling units that the design names."""
        return find_units(self.columns, self.design)

    def unweighted(self) -> "Sample":
        """The same people and design, everybody counting one: the way official figures appear to be made."""
        ones = np.ones(len(self))
        design = replace(self.design, weight=None)
        return self._with(design=design, base=ones, weights=ones, steps=(), recipe=(), calibrations=())

    def reweighted(
        self, weights: Floats, step: WeightStep, recipe: Reweight, calibration: Calibration | None = None
    ) -> "Sample":
        """The same people with new weights, one step of history longer."""
        calibrations = self.calibrations if calibration is None else (*self.calibrations, calibration)
        return self._with(
            weights=weights, steps=(*self.steps, step), recipe=(*self.recipe, recipe), calibrations=calibrations
        )

    def replicated(self, replicates: Replicates | None, note: str = "") -> "Sample":
        """The same people with replicate weights; None: variances by linearisation again.

        `note`: how they were made, for the provenance.
        """
        kept = {key: text for key, text in self.provenance.items() if key != "replicates"}
        return self._with(
            replicates=replicates, provenance=kept | ({"replicates": note} if replicates and note else {})
        )

    def replicate_weights(self, replicate: int) -> Floats:
        """(n,): one replicate's final weights, the whole recipe done again on its base weights.

        Raises EstimationError where the sample has no replicates.
        """
        if self.replicates is None:
            raise EstimationError("EST_NO_REPLICATES")
        units = self.units
        weights: Floats = self.base * self.replicates.factors[units.first.unit[units.of_row], replicate]
        for again in self.recipe:
            weights = again(weights)
        return weights

    def _with(self, **changes: Any) -> "Sample":
        """A changed copy that keeps the units, which depend on the rows and the design's columns only."""
        made = replace(self, **changes)
        made.__dict__["units"] = self.units
        return made


def _weights(columns: Columns, column: str) -> Floats:
    values = columns.numeric(column)
    if not values.min() > 0:
        row = int((~(values > 0)).argmax())
        raise EstimationError("EST_BAD_WEIGHT", column=column, row=row + 1, got=values[row])
    return values
