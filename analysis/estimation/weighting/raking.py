"""How are weights brought to several margins at once? Raking."""

from collections.abc import Mapping

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.weighting.adjust import Residuals, Solution, adjust
from analysis.estimation.weighting.cells import Cells, Margins, find_cells
from analysis.estimation.weighting.poststrata import refuse_emptied

_TOLERANCE = 1e-13
_ITERATIONS = 1000


def rake(sample: Sample, margins: Margins, *, residuals: Residuals = "base") -> Sample:
    """Weights brought to all margins by iterative proportional fitting (Deming & Stephan 1940; R rake).

    `residuals`: the weights with which later variances take residuals on the margins: `base` (those before raking, as
    R's calibrate(calfun="raking") does) or `equal` (R's rake()). The weights are the same.
    Raises EstimationError as `poststratify` does, when margins disagree on the population, and when raking cannot meet
    them, naming the worst variable and level.
    """
    if not isinstance(margins, Mapping) or not margins:
        raise EstimationError("WGT_NO_MARGINS")
    cells = find_cells(sample, margins)
    return adjust("rake", sample, cells, lambda sums: _fit(sums, cells), residuals)


def _fit(sums: Floats, cells: Cells) -> Solution:
    """Factors that bring the cells' sums to every margin, to a relative 1e-13 or as near as rounding lets."""
    for margin in cells.margins:
        refuse_emptied(margin, sums)
    of_cell = [margin.values.argmax(axis=1) for margin in cells.margins]
    mass, factors = sums.copy(), np.ones(len(sums))
    errors: list[float] = []
    while len(errors) < _ITERATIONS:
        for margin, level in zip(cells.margins, of_cell, strict=True):
            now = weight_sums(level, mass, len(margin.levels))
            factors *= np.divide(margin.targets, now, out=np.zeros(len(now)), where=now != 0)[level]
            mass = sums * factors
        misses = [
            np.abs(weight_sums(level, mass, len(margin.levels)) / margin.targets - 1)
            for margin, level in zip(cells.margins, of_cell, strict=True)
        ]
        errors.append(float(max(miss.max() for miss in misses)))
        stalled = len(errors) > 1 and errors[-1] >= errors[-2]
        if errors[-1] <= _TOLERANCE or (stalled and errors[-1] <= 100 * _TOLERANCE):
            return Solution(factors, tuple(errors))
    place = int(np.argmax([miss.max() for miss in misses]))
    margin, level = cells.margins[place], int(misses[place].argmax())
    raise EstimationError(
        "WGT_NOT_CONVERGED",
        variable=margin.variable,
        level=margin.levels[level],
        error=f"{errors[-1]:.2%}",
        iterations=_ITERATIONS,
    )
