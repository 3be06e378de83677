"""Which rows belong to which domain? The groups of people that `where=` and `by=` ask for."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.estimation.columns import Bools, Codes, group, level_name
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample

Where = Sequence[bool] | Bools | None


def domains_of(sample: Sample, where: Where, by: Sequence[str]) -> tuple[Codes, tuple[Mapping[str, str], ...]]:
    """Each row's domain (−1: in none, because `where` says so or a `by` column is empty), and the domains in order.

    Rows of weight 0, such as nonrespondents, are in no domain.
    Raises EST_WHERE_LENGTH, EST_NO_COLUMN.
    """
    inside = None if where is None else np.asarray(where, dtype=bool)
    if inside is not None and len(inside) != len(sample):
        raise EstimationError("EST_WHERE_LENGTH", got=len(inside), rows=len(sample))
    if not sample.weights.all():
        inside = sample.weights > 0 if inside is None else inside & (sample.weights > 0)
    if not by:
        return (np.zeros(len(sample), dtype=np.int8) if inside is None else inside.astype(np.int8) - np.int8(1)), ({},)
    codings = [sample.columns.coded(column) for column in by]
    found = group(codings, inside)
    domains = tuple(
        {column: level_name(coding.level(part)) for column, coding, part in zip(by, codings, parts, strict=True)}
        for parts in found.parts.tolist()
    )
    return found.of_row, domains
