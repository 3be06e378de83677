"""Whom does each respondent stand for, by the draw alone? Base weights, from inclusion probabilities."""

from collections.abc import Sequence

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.design import as_tuple
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample
from analysis.estimation.weighting.log import log_step, row_ratios


def inclusion_weights(sample: Sample, probabilities: str | Sequence[str]) -> Sample:
    """Weights 1/Π π of the stages' inclusion probabilities π (Horvitz & Thompson 1952), one column a stage.

    Raises EstimationError for a sample that has weights already, and for a probability that is not in (0, 1].
    """
    _refuse_weighted(sample)
    names = names_of(probabilities, empty=True)
    if not names:
        raise EstimationError("WGT_NO_PROBABILITY")
    factors = np.ones(len(sample))
    for column in names:
        values = sample.columns.numeric(column)
        wrong = ~((values > 0) & (values <= 1))
        if wrong.any():
            row = int(wrong.argmax())
            raise EstimationError("WGT_BAD_PROBABILITY", column=column, row=row + 1, got=values[row])
        factors /= values
    return _multiplied("inclusion", sample, names, factors)


def fpc_weights(sample: Sample) -> Sample:
    """Weights Π N_h/n_h over the stages, from the design's fpc, as R's svydesign makes them where none are given.

    Raises EstimationError for a sample that has weights already, or no fpc for some stage.
    """
    _refuse_weighted(sample)
    columns = as_tuple(sample.design.fpc)
    if len(columns) < max(len(as_tuple(sample.design.psu)), 1):
        raise EstimationError("WGT_NO_FPC", got=len(columns), stages=max(len(as_tuple(sample.design.psu)), 1))
    units = sample.units
    factors = np.ones(len(units))
    for stage in units.stages:
        factors /= stage.fraction[stage.group[stage.unit]]
    return _multiplied("fpc", sample, columns, factors[units.of_row])


def _refuse_weighted(sample: Sample) -> None:
    if sample.design.weight is not None:
        raise EstimationError("WGT_HAS_WEIGHT", column=sample.design.weight)
    if sample.steps:
        raise EstimationError("WGT_NOT_FIRST", steps=", ".join(step.name for step in sample.steps))


def _multiplied(name: str, sample: Sample, columns: tuple[str, ...], factors: Floats) -> Sample:
    weights = sample.weights * factors
    step = log_step(name, sample, weights, variables=columns, ratios=row_ratios(sample.weights, weights))
    return sample.reweighted(weights, step, lambda before: before * factors)
