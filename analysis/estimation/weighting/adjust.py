"""How does a sample take a step that works on cells? Their factors, a line in the log, and what variances must know."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_option
from analysis.estimation.sample import Calibration, Sample
from analysis.estimation.weighting.cells import Cells, scaled
from analysis.estimation.weighting.log import log_step, margin_lines

Residuals = Literal["base", "equal"]
"""The weights with which variances take residuals on the margins: those before the step, or one each (R's rake())."""


class Solution(NamedTuple):
    """`factors` (C,): what the weights of each cell are multiplied by. `errors`: as `log_step` has them."""

    factors: Floats
    errors: tuple[float, ...]


def adjust(
    name: str, sample: Sample, cells: Cells, solve: Callable[[Floats], Solution], residuals: Residuals
) -> Sample:
    """The sample with its cells' weights multiplied by what `solve` finds for their sums (C,).

    Raises EstimationError where `solve` does, in a replicate too: EST_NEGATIVE_WEIGHT where the weights of a cell sum
    to less than 0, since the equations then need have no solution, or the search no way to it.
    """
    check_option("residuals", residuals, Residuals)

    def solved(sums: Floats, weights: Floats) -> Solution:
        try:
            return solve(sums)
        except EstimationError:
            if (sums < 0).any():
                raise EstimationError("EST_NEGATIVE_WEIGHT", step=name, count=int((weights < 0).sum())) from None
            raise

    def again(weights: Floats) -> Floats:
        sums = weight_sums(cells.of_row, weights, len(cells))
        return scaled(weights, solved(sums, weights).factors, cells.of_row)

    before = weight_sums(cells.of_row, sample.weights, len(cells))
    factors, errors = solved(before, sample.weights)
    weights = scaled(sample.weights, factors, cells.of_row)
    auxiliaries, used = cells.auxiliaries, factors[before != 0]
    margins = margin_lines(cells.names, cells.given, before @ auxiliaries, (before * factors) @ auxiliaries)
    step = log_step(
        name,
        sample,
        weights,
        variables=(margin.variable for margin in cells.margins),
        ratios=(float(used.min()), float(used.max())),
        margins=margins,
        errors=errors,
    )
    calibration = Calibration(
        cells=cells.of_row,
        auxiliaries=auxiliaries,
        weights=sample.weights if residuals == "base" else _equal(sample.weights),
        after=weights,
        margins=margins,
    )
    return sample.reweighted(weights, step, again, calibration)


def _equal(weights: Floats) -> Floats:
    """(n,): one for everybody who has a weight."""
    if weights.all():
        return np.broadcast_to(np.ones(1), weights.shape)
    return np.asarray(weights != 0, dtype=float)
