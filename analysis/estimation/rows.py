"""How uncertain is a statistic that totals do not suffice for? By its rows' influence values, or by replicates.

The row route: quantiles, rank tests and models take it, and it is the second route to whatever totals give.
"""

from collections.abc import Callable

import numpy as np

from analysis.estimation.columns import Bools, Codes, Floats
from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.replicates import Replicates
from analysis.estimation.sample import Calibration, Sample
from analysis.estimation.variance import Spread, check_lonely, needs_presence, unit_deviations

Statistic = Callable[[Floats], Floats]
"""m numbers from the rows' final weights: (n,) → (m,)."""


def row_spread(sample: Sample, statistic: Statistic, influence: Floats, inside: Bools | None = None) -> Spread:
    """The spread of m numbers θ(w) = `statistic`(w): replicated where the sample has replicates, else linearised.

    `influence` (n, m): ∂θ/∂w_i, 0 (not NaN) for rows it does not rest on; used without replicates only.
    `inside` (n,): the rows of the domain, for designs whose lone units depend on it. Raises EstimationError for a lone
    PSU under `lonely_psu="fail"`.
    """
    replicates = sample.replicates
    if replicates is not None:
        return Spread(
            space=replicates,
            deviations=lambda: _replicated(sample, replicates, statistic),
            source=sample.frame,
        )
    check_lonely(sample.units, sample.design)
    return Spread(space=sample.units, deviations=lambda: _linearised(sample, influence, inside), source=sample.frame)


def _replicated(sample: Sample, replicates: Replicates, statistic: Statistic) -> Floats:
    values = np.stack([statistic(sample.replicate_weights(r)) for r in range(len(replicates.scales))])
    return replicates.deviations(values, statistic(sample.weights))


def _linearised(sample: Sample, influence: Floats, inside: Bools | None) -> Floats:
    """Calibration takes its residuals here, on the last step's auxiliaries first, as totals do by cells.

    Each step sees what is left times what later steps made of its weights (Deville & Särndal 1992, step by step).
    """
    units = sample.units
    totals = _sums(units.of_row, sample.weights, influence, len(units))
    fitted: list[tuple[Calibration, Floats]] = []
    for calibration in reversed(sample.calibrations):
        size = len(calibration.auxiliaries)
        root = np.sqrt(weight_sums(calibration.cells, calibration.weights, size))[:, None]
        sums = _sums(calibration.cells, calibration.carried(sample.weights), influence, size)
        for later, fit in fitted:
            sums -= _sums(calibration.cells, calibration.carried(later.after), fit, size)
        solved = np.linalg.lstsq(calibration.auxiliaries * root, sums / root, rcond=1e-12)[0]
        fit = (calibration.auxiliaries @ solved)[calibration.cells]
        fitted.append((calibration, fit))
        totals -= _sums(units.of_row, calibration.after, fit, len(units))
    present = None
    if needs_presence(sample.design):
        present = np.zeros(len(units), dtype=bool)
        present[units.of_row if inside is None else units.of_row[inside]] = True
    return unit_deviations(totals, units, sample.design, present)


def _sums(groups: Codes, weights: Floats, values: Floats, count: int) -> Floats:
    """Σ weight·value per group: values (n, m) → (count, m)."""
    return np.column_stack([weight_sums(groups, weights * column, count) for column in values.T])
