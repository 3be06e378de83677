"""Which rows can a test or a model use? Those of the domain with every answer and a weight, and their levels."""

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from analysis.estimation.columns import Bools, Floats, group, level_name
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Df, Estimate, Precision, make_estimate
from analysis.estimation.sample import Sample
from analysis.estimation.variance import Spread


def answered(sample: Sample, columns: Sequence[str], where: Where = None) -> Bools:
    """(n,): rows of the domain that have an answer in every column and a weight.

    Raises EST_NO_COLUMN, EST_WHERE_LENGTH, EST_NO_ROWS.
    """
    inside = sample.weights > 0
    if where is not None:
        domain = np.asarray(where, dtype=bool)
        if len(domain) != len(sample):
            raise EstimationError("EST_WHERE_LENGTH", got=len(domain), rows=len(sample))
        inside &= domain
    for column in columns:
        inside &= ~sample.columns.missing(column)
    if not inside.any():
        raise EstimationError("EST_NO_ROWS")
    return inside


def level_rows(sample: Sample, column: str, inside: Bools) -> dict[Any, Bools]:
    """Each level that occurs inside, in order → its rows (n,)."""
    coding = sample.columns.coded(column)
    found = group([coding], inside)
    return {coding.level(part): found.of_row == k for k, part in enumerate(found.parts[:, 0].tolist())}


def need_levels(column: str, levels: Sequence[Any], most: int | None = None) -> None:
    """Raises EST_LEVELS where a column has fewer than two levels or more than `most`."""
    if len(levels) < 2 or (most is not None and len(levels) > most):
        shown = ", ".join(map(level_name, levels))
        raise EstimationError("EST_LEVELS", column=column, levels=shown, needed="2" if most else "≥ 2")


def design_df(sample: Sample, inside: Bools, df: Df) -> float:
    """Degrees of freedom of the whole design, or of the first-stage units with a row inside (n,) if these are fewer."""
    whole = sample.units.df if sample.replicates is None else sample.replicates.df
    if df == "design":
        return whole
    first = sample.units.first
    psu = np.unique(first.unit[sample.units.of_row[inside]])
    return min(whole, float(len(psu) - len(np.unique(first.group[psu]))))


def t_precision(precision: Precision | None) -> Precision:
    """The level and kind of df asked for, with the t interval that tests and models have."""
    return Precision() if precision is None else Precision(level=precision.level, df=precision.df)


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


def check_option(got: str, options: Any) -> None:
    """Raises EST_BAD_OPTION where `got` is not one of a Literal's values."""
    if got not in get_args(options):
        raise EstimationError("EST_BAD_OPTION", got=got, allowed=", ".join(get_args(options)))
