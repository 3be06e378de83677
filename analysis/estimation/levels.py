"""What does a level look like outside a frame? Values of any library as plain Python, or as one array."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]
"""A column of levels."""

_TYPES = {"b": np.bool_, "i": np.int64, "u": np.int64, "f": np.float64}


def level_array(values: Sequence[Any] | Values) -> Values:
    """Levels of one key as an array: whole numbers, numbers (NaN where empty), truth values, or anything (None)."""
    if isinstance(values, np.ndarray) and not np.ma.isMaskedArray(values) and values.dtype.kind in _TYPES:
        return values.astype(_TYPES[values.dtype.kind])
    levels = [plain(value) for value in (values.tolist() if isinstance(values, np.ndarray) else values)]
    kinds = {type(level) for level in levels}
    if kinds in ({bool}, {int}):
        return np.array(levels)
    if kinds <= {int, float, type(None)}:
        return np.array([np.nan if level is None else level for level in levels], dtype=float)
    made = np.empty(len(levels), dtype=object)
    made[:] = levels
    return made


def plain(value: Any) -> Any:
    """A level as a plain Python value, None where it is empty."""
    if isinstance(value, Decimal):
        value = int(value) if value.is_finite() and value == int(value) else float(value)
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value


def kind(level: Any) -> str:
    """What a plain level is, for a message."""
    if isinstance(level, bool):
        return "true/false"
    return "number" if isinstance(level, int | float) else "text"
