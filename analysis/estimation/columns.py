"""What is in a column? Any frame's columns as numpy arrays: numbers, codes of levels, groups of rows.

A frame is a pandas or polars frame or a mapping of name to array; none of those libraries is imported here.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.errors import EstimationError

Floats = NDArray[np.float64]
Codes = NDArray[Any]
"""Whole numbers of any width."""
Bools = NDArray[np.bool_]

CHUNK = 1 << 17
"""Rows worked on at a time: what fits a processor's cache."""
_TABLE, _ROOM = 1 << 12, 4
"""Groups are numbered by a table of at most this size, or this many times the rows, else by sorting."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A column as small whole numbers. `raw` (n,): low … low+span−1.

    `levels`: what the numbers stand for, in their natural order; a level need not occur. `gaps`: some rows have no
    answer, which the number `low` says; the levels then begin at low+1.
    """

    raw: Codes
    low: int
    levels: Sequence[Any]
    gaps: bool = False

    @property
    def span(self) -> int:
        """How many numbers there are."""
        return len(self.levels) + self.gaps

    def level(self, position: int) -> Any:
        """What the number low+position stands for, None where it is no answer."""
        return None if position < self.gaps else self.levels[position - self.gaps]

    @property
    def missing(self) -> Bools:
        """(n,): rows without an answer."""
        return np.asarray(self.raw == self.low) if self.gaps else np.zeros(len(self.raw), dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Rows grouped by what several codings say together. G groups occur, in the order of the codings.

    `of_row` (n,): each row's group, −1 where a row is in none. `parts` (G, codings): each group's position in each
    coding's `levels`.
    """

    of_row: Codes
    parts: Codes

    def __len__(self) -> int:
        return len(self.parts)


class Columns:
    """A frame's columns, each converted once and remembered."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.rows = len(frame[self.names[0]]) if self.names else 0
        self._coded: dict[str, Coded] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns there are."""
        return tuple(self.frame.keys() if isinstance(self.frame, Mapping) else self.frame.columns)

    def require(self, name: str) -> Any:
        """The column as the frame has it. Raises EstimationError naming the columns there are."""
        if not isinstance(name, Hashable):
            raise EstimationError("EST_NAMES", got=name)
        if name not in (self.frame if isinstance(self.frame, Mapping) else self.frame.columns):
            raise EstimationError("EST_NO_COLUMN", column=name, columns=", ".join(map(str, self.names)))
        column = self.frame[name]
        if len(column) != self.rows:
            raise EstimationError("EST_RAGGED", column=name, got=len(column), rows=self.rows)
        return column

    def numeric(self, name: str) -> Floats:
        """(n,) floats, NaN where empty. Raises EstimationError naming the row that is not a number."""
        column = self.require(name)
        if not hasattr(column, "dtype"):
            column = np.asarray(column)
        if getattr(column.dtype, "kind", "O") in "fiub":
            values = column if isinstance(column, np.ndarray) else column.to_numpy()
            values = np.asarray(values, dtype=float) if values.dtype.kind in "fiub" else _floats(column, name)
        else:
            values = _floats(column, name)
        if np.isinf(values).any():
            row = int(np.isinf(values).argmax())
            raise EstimationError("EST_NOT_NUMBER", column=name, row=row + 1, got=values[row])
        return values

    def missing(self, name: str) -> Bools:
        """(n,): rows where the column is empty."""
        known = isinstance(name, Hashable) and name in self._coded
        return self._coded[name].missing if known else _missing(self.require(name))

    def coded(self, name: str) -> Coded:
        """The column as levels; an empty cell, None or NaN is no answer."""
        if not isinstance(name, Hashable) or name not in self._coded:
            self._coded[name] = _code(self.require(name), name)
        return self._coded[name]


def group(codings: Sequence[Coded], inside: Bools | None = None) -> Groups:
    """The groups of rows that occur. Rows without an answer in any coding, or not `inside`, are in none."""
    shape = tuple(coding.span for coding in codings)
    size, rows = float(np.prod(shape, dtype=float)), len(codings[0].raw)
    if size > max(_ROOM * rows, _TABLE):
        return _sorted_groups(codings, shape, inside)
    present = np.zeros(shape, dtype=bool)
    flat = present.reshape(-1)
    of_row = np.empty(rows, dtype=np.int32)
    for start in range(0, rows, CHUNK):
        here = slice(start, start + CHUNK)
        of_row[here] = keys = _keys(codings, here)
        flat[keys if inside is None else keys[inside[here]]] = True
    for axis, coding in enumerate(codings):
        if coding.gaps:
            present[(slice(None),) * axis + (0,)] = False
    found = np.flatnonzero(flat)
    number = np.full(len(flat), -1, dtype=np.int32)
    number[found] = np.arange(len(found), dtype=np.int32)
    for start in range(0, rows, CHUNK):
        of_row[start : start + CHUNK] = number[of_row[start : start + CHUNK]]
    if inside is not None:
        of_row[~inside] = -1
    return Groups(of_row=of_row, parts=np.column_stack(np.unravel_index(found, shape)))


def whole(rows: int) -> Coded:
    """Everybody in one level."""
    return Coded(raw=np.zeros(rows, dtype=np.int8), low=0, levels=("",))


def level_name(value: Any) -> str:
    """How a level is written: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float | np.floating) and value.is_integer() else str(value)


def _keys(codings: Sequence[Coded], rows: slice) -> NDArray[np.int64]:
    keys = codings[0].raw[rows].astype(np.int64) - codings[0].low
    for coding in codings[1:]:
        keys *= coding.span
        keys += coding.raw[rows]
        keys -= coding.low
    return keys


def _sorted_groups(codings: Sequence[Coded], shape: tuple[int, ...], inside: Bools | None) -> Groups:
    """As `group`, where combinations are too many for a table."""
    keep = np.ones(len(codings[0].raw), dtype=bool) if inside is None else inside.copy()
    for coding in codings:
        keep &= ~coding.missing
    parts = np.column_stack([coding.raw[keep].astype(np.int64) - coding.low for coding in codings])
    if np.prod(shape, dtype=float) < 2**62:
        keys, position = np.unique(np.ravel_multi_index(tuple(parts.T), shape), return_inverse=True)
        found = np.column_stack(np.unravel_index(keys, shape))
    else:
        found, position = np.unique(parts, axis=0, return_inverse=True)
    of_row = np.full(len(keep), -1, dtype=np.int32)
    of_row[keep] = position.reshape(-1)
    return Groups(of_row=of_row, parts=found)


def _floats(column: Any, name: str) -> Floats:
    """Numbers from a column of any kind, an empty cell NaN."""
    missing = _missing(column)
    values = np.full(len(column), np.nan)
    for row, value in enumerate(column.tolist() if hasattr(column, "tolist") else column):
        if missing[row]:
            continue
        try:
            values[row] = float(value)
        except (TypeError, ValueError):
            raise EstimationError("EST_NOT_NUMBER", column=name, row=row + 1, got=value) from None
        if np.isnan(values[row]):
            raise EstimationError("EST_NOT_NUMBER", column=name, row=row + 1, got=value)
    return values


def _missing(column: Any) -> Bools:
    array = column.to_numpy() if hasattr(column, "to_numpy") else column
    if isinstance(array, np.ndarray) and array.dtype.kind == "f":
        return np.isnan(array)
    for method in ("isna", "is_null"):
        if hasattr(column, method):
            return np.asarray(getattr(column, method)(), dtype=bool)
    if isinstance(column, np.ndarray) and column.dtype.kind in "iub":
        return np.zeros(len(column), dtype=bool)
    return np.array([value is None or (isinstance(value, float) and value != value) for value in column], dtype=bool)


def _code(column: Any, name: str) -> Coded:
    if hasattr(column, "array") and hasattr(column.dtype, "categories"):
        levels = [value.item() if isinstance(value, np.generic) else value for value in column.dtype.categories]
        return Coded(raw=column.array.codes, low=-1, levels=levels, gaps=True)
    array = column.to_numpy() if hasattr(column, "to_numpy") else np.asarray(column)
    if array.dtype.kind == "b":
        return Coded(raw=array.view(np.int8), low=0, levels=(False, True))
    if array.dtype.kind in "iu" and len(array):
        found = _code_whole(array, None)
    elif array.dtype.kind == "f" and len(array):
        found = _code_whole(array, np.isnan(array))
    else:
        found = None
    return found or _code_levels(array, _missing(column), name)


def _code_whole(array: Codes, missing: Bools | None) -> Coded | None:
    """Whole numbers stand for themselves where they lie close together, else None."""
    gaps = missing is not None and bool(missing.any())
    known = array[~missing] if missing is not None and gaps else array
    if not len(known):
        return None
    low, high = int(known.min()), int(known.max())
    if high - low > max(_ROOM * len(array), _TABLE) or abs(low) > 2**31:
        return None
    if array.dtype.kind == "f":
        if (known != np.rint(known)).any():
            return None
        width = np.int16 if max(-low, high) < 2**15 - 1 else np.int32
        array = np.where(np.isnan(array), low - 1, array.astype(float)).astype(width)
    if array.dtype == np.uint64:
        array = array.astype(np.int64)  # the two do not add
    return Coded(raw=array, low=low - gaps, levels=range(low, high + 1), gaps=gaps)


def _code_levels(array: Codes, missing: Bools, name: str) -> Coded:
    """Codes of arbitrary values; numbers are sorted before texts."""
    known = array[~missing].tolist()
    try:
        levels = sorted(dict.fromkeys(known), key=lambda level: (isinstance(level, str), level))
    except TypeError:
        wrong = next((value for value in known if not isinstance(value, str | int | float)), known[0])
        row = int(np.flatnonzero(~missing)[next(k for k, value in enumerate(known) if value is wrong)]) + 1
        raise EstimationError("EST_LEVEL_KIND", column=name, row=row, got=wrong) from None
    named = dict.fromkeys(map(level_name, levels))
    if len(named) < len(levels):
        texts = [level for level in levels if isinstance(level, str)]
        twice = next(text for text in texts if any(level_name(level) == text for level in levels if level is not text))
        raise EstimationError("EST_LEVELS_TWICE", column=name, level=twice)
    number = {level: position for position, level in enumerate(levels)}
    raw = np.full(len(array), -1, dtype=np.int32)
    raw[~missing] = [number[value] for value in known]
    return Coded(raw=raw, low=-1, levels=levels, gaps=True)
