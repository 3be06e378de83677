"""Who stands in for those who did not answer? Nonresponse adjustment within classes."""

import numpy as np

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.weighting.cells import find_levels, scaled
from analysis.estimation.weighting.log import log_step, margin_lines, row_ratios


def nonresponse(sample: Sample, classes: str, respondent: str) -> Sample:
    """Respondents' weights × (Σ everybody's / Σ respondents') in their class; nonrespondents get the weight 0.

    Weighting classes (Oh & Scheuren 1983). `classes`: a column, or columns joined by `|`. `respondent`: a column of 0
    and 1, or of false and true. Nonrespondents stay among the rows, so the sampling units remain those that were drawn;
    estimates leave them out, and later steps need no answer of theirs. Variances by linearisation take the response
    rates as given; replicates estimate them anew.
    Raises EstimationError for an empty class and, naming it, for a class where nobody responds, in a replicate too.
    """
    answered = _answered(sample, respondent)
    of_row, levels = find_levels(sample, classes)

    def again(weights: Floats) -> Floats:
        everybody = weight_sums(of_row, weights, len(levels))
        responding = weight_sums(of_row, np.where(answered, weights, 0.0), len(levels))
        if (responding < 0).any():
            raise EstimationError("EST_NEGATIVE_WEIGHT", step="nonresponse", count=int((weights < 0).sum()))
        silent = (responding == 0) & (everybody != 0)
        if silent.any():
            level = int(silent.argmax())
            count = int(((of_row == level) & (weights != 0)).sum())
            raise EstimationError("WGT_NO_RESPONDENT", variable=classes, level=levels[level], count=count)
        factors = np.divide(everybody, responding, out=np.ones(len(levels)), where=responding != 0)
        return np.where(answered, scaled(weights, factors, of_row), 0.0)

    weights = again(sample.weights)
    everybody, before, after = (
        weight_sums(of_row, each, len(levels))
        for each in (sample.weights, np.where(answered, sample.weights, 0.0), weights)
    )
    names = [(classes, level) for level in levels]
    step = log_step(
        "nonresponse",
        sample,
        weights,
        variables=(classes,),
        ratios=row_ratios(sample.weights, weights),
        margins=margin_lines(names, everybody, before, after),
    )
    return sample.reweighted(weights, step, again)


def _answered(sample: Sample, respondent: str) -> Bools:
    values = sample.columns.numeric(respondent)
    wrong = (values != 0) & (values != 1) & (sample.weights != 0)
    if wrong.any():
        row = int(wrong.argmax())
        raise EstimationError("WGT_NOT_RESPONDENT", column=respondent, row=row + 1, got=values[row])
    return np.asarray(values == 1)
