"""How are extreme weights cut back? Trimming, with the excess handed to the others."""

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import MarginLine, Sample
from analysis.estimation.weighting.distances import check_bounds
from analysis.estimation.weighting.log import log_step, margin_lines, row_ratios


def trim(
    sample: Sample,
    *,
    upper: float = np.inf,
    lower: float = -np.inf,
    times_median: bool = False,
    strict: bool = False,
) -> Sample:
    """Weights cut to [lower, upper]; what is cut off is shared equally by those not cut (Potter 1990; R trimWeights).

    `times_median`: the bounds are multiples of the median weight. `strict`: repeat until no weight is outside; a weight
    once cut stays at its bound (R `survey` 4.5). People of weight 0 keep it. Margins met by an earlier step may be
    missed afterwards, which the log shows; variances take the trimmed weights as given, unless replicates trim again.
    Raises EstimationError for bounds that are none, or that leave nobody to take what was cut off.
    """
    lower, upper = check_bounds((lower, upper))

    def again(weights: Floats) -> Floats:
        used = weights != 0
        unit = float(np.median(weights[used])) if times_median else 1.0
        made = weights.copy()
        made[used] = _trimmed(weights[used], lower * unit, upper * unit, strict)
        return made

    weights = again(sample.weights)
    step = log_step(
        "trim", sample, weights, ratios=row_ratios(sample.weights, weights), margins=_margins(sample, weights)
    )
    return sample.reweighted(weights, step, again)


def _trimmed(weights: Floats, lower: float, upper: float, strict: bool) -> Floats:
    made, cut = weights, np.zeros(len(weights), dtype=bool)
    while True:
        outside = (made < lower) | (made > upper)
        if not outside.any():
            return made
        cut |= outside
        within = np.clip(made, lower, upper)
        excess, others = float((made - within).sum()), int((~cut).sum())
        if not others:
            raise EstimationError(
                "WGT_TRIM_ALL", low=f"{lower:.10g}", high=f"{upper:.10g}", mean=f"{weights.mean():.10g}"
            )
        made = np.where(cut, within, within + excess / others)
        if not strict:
            return made


def _margins(sample: Sample, weights: Floats) -> tuple[MarginLine, ...]:
    """The margins that earlier steps met, as the last of them had them."""
    found: dict[tuple[str, str], MarginLine] = {}
    for step in sample.calibrations:
        before, after = (
            weight_sums(step.cells, each, len(step.auxiliaries)) @ step.auxiliaries
            for each in (sample.weights, weights)
        )
        names = [(line.variable, line.level) for line in step.margins]
        targets = np.array([line.target for line in step.margins])
        found |= zip(names, margin_lines(names, targets, before, after), strict=True)
    return tuple(found.values())
