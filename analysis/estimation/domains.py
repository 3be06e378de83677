"""Which rows belong to which domain? The groups of people that `where=` and `by=` ask for."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.estimation.columns import Bools, Codes, group, level_name
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample

Where = Sequence[bool] | Bools | None


def domains_of(sample: Sample, where: Where, by: str | Sequence[str]) -> tuple[Codes, tuple[Mapping[str, str], ...]]:
    """Each row's domain (−1: in none, because `where` says so or a `by` column is empty), and the domains in order.

    Rows of weight 0, such as nonrespondents, are in no domain.
    Raises EST_WHERE_KIND, EST_WHERE_LENGTH, EST_WHERE_INDEX, EST_NO_COLUMN, EST_NAMES.
    """
    inside, names = inside_of(sample, where), names_of(by, empty=True)
    if not sample.weights.all():
        inside = sample.weights != 0 if inside is None else inside & (sample.weights != 0)
    if not names:
        return (np.zeros(len(sample), dtype=np.int8) if inside is None else inside.astype(np.int8) - np.int8(1)), ({},)
    codings = [sample.columns.coded(column) for column in names]
    found = group(codings, inside)
    domains = tuple(
        {column: level_name(coding.level(part)) for column, coding, part in zip(names, codings, parts, strict=True)}
        for parts in found.parts.tolist()
    )
    return found.of_row, domains


def inside_of(sample: Sample, where: Where) -> Bools | None:
    """The rows that `where` lets in (n,), None for all: yes or no for each row of the data, in its order.

    Raises EST_WHERE_KIND for anything else, EST_WHERE_LENGTH, EST_WHERE_INDEX for a pandas condition on other rows.
    """
    if where is None:
        return None
    index = getattr(getattr(where, "index", None), "equals", None)
    if index is not None and hasattr(sample.frame, "index") and not index(sample.frame.index):
        raise EstimationError("EST_WHERE_INDEX")
    values = np.asarray(where)
    if values.dtype == object and all(isinstance(value, bool | np.bool_) for value in values.ravel()):
        values = values.astype(bool)
    if values.ndim != 1 or values.dtype != bool:
        raise EstimationError("EST_WHERE_KIND", got=f"{values.dtype}, {values.ndim}D")
    if len(values) != len(sample):
        raise EstimationError("EST_WHERE_LENGTH", got=len(values), rows=len(sample))
    return values
