"""How are weights brought to one known margin? Post-stratification."""

from collections.abc import Mapping

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.weighting.adjust import Solution, adjust
from analysis.estimation.weighting.cells import Margin, find_cells


def poststratify(sample: Sample, variable: str, totals: Mapping[str, float]) -> Sample:
    """Weights scaled so that every poststratum of `variable` meets its total (Holt & Smith 1979; R postStratify).

    Raises EstimationError for a level without total, a total without people (in a replicate too), an empty answer.
    """
    cells = find_cells(sample, {variable: totals})
    [margin] = cells.margins

    def solve(sums: Floats) -> Solution:
        refuse_emptied(margin, sums)
        return Solution(margin.targets / (sums @ margin.values), (0.0,))

    return adjust("poststratify", sample, cells, solve, "base")


def refuse_emptied(margin: Margin, sums: Floats) -> None:
    """Raises EstimationError where the cells' sums (C,) leave nobody in a level that has a total."""
    emptied = ~(sums @ margin.values > 0)
    if emptied.any():
        place = int(np.argmax(emptied))
        level, target = margin.levels[place], margin.given[place]
        raise EstimationError("WGT_EMPTY_CELL", variable=margin.variable, level=level, target=target)
