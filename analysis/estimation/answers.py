"""Which rows can a test or a model use? Those of the domain with every answer and a weight, and their levels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.estimation.columns import Bools, Floats, group, level_name
from analysis.estimation.domains import Where, inside_of
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample


def answered(sample: Sample, columns: Sequence[str], where: Where = None) -> Bools:
    """(n,): rows of the domain that have an answer in every column and a weight other than 0.

    Raises EST_NO_COLUMN, EST_NO_ROWS and what `inside_of` raises.
    """
    inside: Bools = np.asarray(sample.weights != 0)
    domain = inside_of(sample, where)
    if domain is not None:
        inside &= domain
    for column in columns:
        inside &= ~sample.columns.missing(column)
    if not inside.any():
        raise EstimationError("EST_NO_ROWS")
    return inside


def refuse_negative(weights: Floats, inside: Bools, statistic: str) -> None:
    """Raises EST_NEGATIVE_ROWS naming a row inside (n,) whose weight (n,) is below 0, as linear calibration makes."""
    negative = inside & (weights < 0)
    if negative.any():
        row = int(negative.argmax())
        raise EstimationError(
            "EST_NEGATIVE_ROWS", statistic=statistic, count=int(negative.sum()), row=row + 1, got=weights[row]
        )


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
