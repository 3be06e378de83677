"""Which units may be drawn, in what order? A frame's units as sorted, checked lists."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Codes, Columns, Floats, level_name
from analysis.estimation.errors import EstimationError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitList:
    """The units that a stage may draw, sorted: parents, strata, sort columns, unit. One value a unit.

    `rows`: where they stand in the frame. `parent`: their unit of the stage before, as its row of that sample.
    `starts`: where each list to draw from (one a parent and stratum) begins, and the end.
    """

    rows: Codes
    parent: Codes
    parents: Sequence[tuple[str, ...]]
    strata: Sequence[tuple[str, ...]]
    units: Sequence[str]
    size: Floats
    starts: Codes


def listed(
    columns: Columns,
    *,
    unit: str,
    strata: Sequence[str],
    sort: Sequence[str],
    size: str | None,
    above: Sequence[str],
    drawn: Sequence[tuple[str, ...]],
) -> UnitList:
    """The frame's units that belong to a `drawn` unit of the stages before, sorted.

    `unit`, `strata`, `sort`, `size`, `above`: columns; `above` are those of `drawn`. Raises EstimationError naming
    column and row, or the unit, of what is empty, listed twice, without a size, or drawn but not in the frame.
    """
    if not columns.rows:
        raise EstimationError("EST_NO_ROWS")
    for name in (*above, *strata, *sort, unit, *([] if size is None else [size])):
        columns.require(name)
    parts = [_texts(columns, name) for name in above]
    layers = [_texts(columns, name) for name in strata]
    units = _texts(columns, unit)
    sizes = np.full(len(units), np.nan) if size is None else _sizes(columns, size, units)
    paths = _rows(parts, len(units))
    parent = _parents(drawn, paths)
    sorting = [_ranks(texts) for texts in (*parts, *layers)]
    group = [*sorting, *(_sort_ranks(columns, name) for name in sort), _ranks(units)]
    order = np.lexsort(group[::-1])
    order = order[parent[order] >= 0]
    _check_unique(unit, order, [*sorting[: len(parts)], group[-1]], units)
    new = np.arange(len(order)) == 0
    for ranks in sorting:
        new[1:] |= ranks[order][1:] != ranks[order][:-1]
    strata_of = _rows(layers, len(units))
    return UnitList(
        rows=order,
        parent=parent[order],
        parents=[paths[row] for row in order],
        strata=[strata_of[row] for row in order],
        units=[units[row] for row in order],
        size=sizes[order],
        starts=np.append(np.flatnonzero(new), len(order)),
    )


def _rows(parts: Sequence[Sequence[str]], count: int) -> list[tuple[str, ...]]:
    return list(zip(*parts, strict=True)) if parts else [()] * count


def _parents(drawn: Sequence[tuple[str, ...]], paths: Sequence[tuple[str, ...]]) -> Codes:
    """(rows,) the drawn unit that each row belongs to, −1 none."""
    place = {path: row for row, path in enumerate(drawn)}
    found = np.array([place.get(path, -1) for path in paths], dtype=np.intp)
    empty = set(range(len(drawn))).difference(found.tolist())
    if empty:
        raise EstimationError("PLN_NO_UNITS", unit="|".join(drawn[min(empty)]))
    return found


def _check_unique(column: str, order: Codes, ranks: Sequence[Codes], units: Sequence[str]) -> None:
    """A unit is listed once inside its parent, whatever its stratum."""
    by_unit = order[np.lexsort([rank[order] for rank in ranks])]
    same = np.logical_and.reduce([rank[by_unit][1:] == rank[by_unit][:-1] for rank in ranks])
    if same.any():
        row = int(max(by_unit[1:][same][0], by_unit[:-1][same][0]))
        raise EstimationError("PLN_UNIT_TWICE", column=column, unit=units[row], row=row + 1)


def id_text(value: object) -> str:
    """An id as text: whole numbers without a point, letters composed (NFC), no space around."""
    return unicodedata.normalize("NFC", level_name(value)).strip()


def _texts(columns: Columns, name: str) -> list[str]:
    column = columns.require(name)
    values = column.tolist() if hasattr(column, "tolist") else column
    texts = ["" if gone else id_text(value) for value, gone in zip(values, columns.missing(name), strict=True)]
    empty = np.array([text == "" for text in texts], dtype=bool)
    if empty.any():
        row = int(empty.argmax()) + 1
        raise EstimationError("EST_MISSING_DESIGN", column=name, count=int(empty.sum()), row=row)
    return texts


def _sizes(columns: Columns, name: str, units: Sequence[str]) -> Floats:
    size = columns.numeric(name)
    bad = ~(size > 0)
    if bad.any():
        row = int(bad.argmax())
        raise EstimationError("PLN_BAD_SIZE", column=name, unit=units[row], got=size[row])
    return size


def _ranks(texts: Sequence[str]) -> Codes:
    """Places in the order of texts: numbers by their value and before other texts, these by code point."""
    levels = sorted(set(texts), key=lambda text: (0, int(text), text) if _is_number(text) else (1, 0, text))
    place = {text: rank for rank, text in enumerate(levels)}
    return np.array([place[text] for text in texts], dtype=np.intp)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sort_ranks(columns: Columns, name: str) -> Codes:
    """As `_ranks`, a column of numbers by value."""
    column = columns.require(name)
    kind = np.asarray(column).dtype.kind
    return columns.numeric(name) if kind in "fiu" and not columns.missing(name).any() else _ranks(_texts(columns, name))
