"""How does a statistic of rows become an Estimate? On the design's degrees of freedom less those it used up."""

import numpy as np

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Df, Estimate, Precision, make_estimate
from analysis.estimation.sample import Sample
from analysis.estimation.variance import Spread


def design_df(sample: Sample, inside: Bools, df: Df) -> float:
    """Degrees of freedom of the whole design, or of the first-stage units with a row inside (n,) if these are fewer."""
    if df == "design":
        return sample.df
    first = sample.units.first
    psu = np.unique(first.unit[sample.units.of_row[inside]])
    return min(sample.df, float(len(psu) - len(np.unique(first.group[psu]))))


def t_precision(precision: Precision | None) -> Precision:
    """The precision asked for, of a statistic that has t intervals alone. Raises EST_BAD_OPTION for another method."""
    if precision is not None and precision.method != "t":
        raise EstimationError("EST_BAD_OPTION", name="method", got=precision.method, allowed="t")
    return precision or Precision()


def row_estimate(
    sample: Sample,
    inside: Bools,
    labels: tuple[str, ...],
    value: Floats,
    spread: Spread,
    lost: int,
    precision: Precision,
) -> Estimate:
    """The Estimate of m numbers that rest on the rows inside (n,), on the design's degrees of freedom less `lost`."""
    m = len(labels)
    return make_estimate(
        labels=labels,
        by=({},) * m,
        value=value,
        variance=(spread.deviations() ** 2).sum(axis=0),
        spread=spread,
        study=sample.design.study,
        n=np.full(m, float(inside.sum())),
        weighted_n=np.full(m, sample.weights[inside].sum()),
        df=np.full(m, design_df(sample, inside, precision.df) - lost),
        deff=np.full(m, np.nan),
        precision=precision,
        steps=sample.steps,
        provenance=sample.provenance,
    )
