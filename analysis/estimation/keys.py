"""Which number of an estimate is meant? A label, with the levels of its domain where the label alone will not do."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Floats, level_name
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate

Key = str | tuple[Any, ...]
"""A number of an estimate: its label, or (label, level, …) with a level for every column of its domain, in order.

A level is given as in the data or as it is written: 1 or "1".
"""

_NAMED = 12
"""Numbers that an error names at most."""


def coefficients_of(estimate: Estimate, given: Mapping[Key, float] | ArrayLike) -> Floats:
    """(k,): the coefficients of a combination of k numbers. A mapping has those named, the others being 0.

    Raises EST_NO_NUMBER and EST_MANY_NUMBERS for a key that fits no number or several, EST_LENGTH, EST_COEFFICIENTS for
    what is no number and where all are 0.
    """
    try:
        if isinstance(given, Mapping):
            found = np.zeros(len(estimate))
            for key, coefficient in given.items():
                found[_position(estimate, key)] += float(coefficient)
        else:
            found = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        if isinstance(error, EstimationError):
            raise
        raise EstimationError("EST_COEFFICIENTS", got=given, known=known(estimate)) from None
    if found.shape != (len(estimate),):
        raise EstimationError("EST_LENGTH", name="coefficients", got=shape_text(found), wanted=len(estimate))
    if not np.isfinite(found).all() or not found.any():
        raise EstimationError("EST_COEFFICIENTS", got=given, known=known(estimate))
    return found


def known(estimate: Estimate) -> str:
    """The first numbers of an estimate, as keys."""
    keys = [key_text((label, *by.values())) for label, by in zip(estimate.labels, estimate.by, strict=True)]
    return "; ".join(keys[:_NAMED]) + ("; …" if len(keys) > _NAMED else "")


def key_text(key: object) -> str:
    """A key as an error shows it."""
    return " / ".join(map(level_name, key)) if isinstance(key, tuple) and key else str(key)


def shape_text(values: Floats) -> str:
    """An array's shape as an error shows it."""
    return " × ".join(map(str, values.shape)) if values.ndim else "1"


def _position(estimate: Estimate, key: object) -> int:
    label, *levels = key if isinstance(key, tuple) and key else (key,)
    domain = [level_name(level) for level in levels]
    found = [
        number
        for number, (name, by) in enumerate(zip(estimate.labels, estimate.by, strict=True))
        if name == label and (not isinstance(key, tuple) or list(by.values()) == domain)
    ]
    if not found:
        raise EstimationError("EST_NO_NUMBER", key=key_text(key), known=known(estimate))
    if len(found) > 1:
        raise EstimationError("EST_MANY_NUMBERS", key=key_text(key), count=len(found), known=known(estimate))
    return found[0]
