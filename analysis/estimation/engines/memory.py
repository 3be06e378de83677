"""The pass over rows, in memory: a frame's terms summed by group with numpy, a chunk of rows at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from analysis.estimation.columns import CHUNK, Bools, Coded, Codes, Columns, Floats
from analysis.estimation.terms import Term

_CELLS = 1 << 21
"""Cells of tables held at a time."""
_SLICE = 128
"""Rows multiplied at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Summand:
    """A term on a frame: each row's share of it is table[raw − low] of one coding, or values[row]."""

    coding: Coded | None
    values: Floats


def summands(columns: Columns, terms: Mapping[str, Term | Floats]) -> tuple[Summand, ...]:
    """The terms of a frame; an array (n,) stands for itself. Raises EstimationError for a column it does not have."""
    leveled = {name for term in terms.values() if isinstance(term, Term) for name in term.within}
    return tuple(
        _summand(columns, term, leveled) if isinstance(term, Term) else Summand(coding=None, values=term)
        for term in terms.values()
    )


def group_sums(parts: Sequence[Summand], weights: Floats, groups: Codes, count: int) -> Floats:
    """Σ weight·share per group: groups (n,) → (count, K). Rows with group < 0 stay out."""
    found = np.zeros((count, len(parts)))
    of_coding: dict[int, list[int]] = {}
    for k, part in enumerate(parts):
        if part.coding is not None:
            of_coding.setdefault(id(part.coding), []).append(k)
    for batch in _batches(list(of_coding.values()), parts, count):
        codings = [coding for members in batch if (coding := parts[members[0]].coding) is not None]
        for members, table in zip(batch, _tables(codings, weights, groups, count), strict=True):
            found[:, members] = table @ np.column_stack([parts[k].values for k in members])
    for k, part in enumerate(parts):
        if part.coding is None:
            found[:, k] = weight_sums(groups, weights * part.values, count)
    return found


def group_counts(parts: Sequence[Summand], groups: Codes, count: int) -> Floats:
    """Rows with a share other than 0 per group: groups (n,) → (count, K). Rows with group < 0 stay out."""
    found = np.zeros((count, len(parts)))
    everybody = _rows_of(groups, groups >= 0, count)
    for k, part in enumerate(parts):
        if part.coding is None:
            found[:, k] = _rows_of(groups, part.values != 0, count)
            continue
        counted = part.values != 0
        fewer = counted if 2 * counted.sum() <= len(counted) else ~counted  # the rest follows from everybody
        rows = np.zeros(len(groups), dtype=bool)
        for level in np.flatnonzero(fewer).tolist():
            rows |= part.coding.raw == part.coding.low + level
        some = _rows_of(groups, rows, count)
        found[:, k] = some if fewer is counted else everybody - some
    return found


def _rows_of(groups: Codes, rows: Bools, count: int) -> Floats:
    """How many of these rows (n,) each group has: (count,)."""
    if count == 1:
        return np.array([float(np.count_nonzero(rows & (groups >= 0)))])
    found = np.zeros(count + 1)
    for start in range(0, len(groups), CHUNK):
        chosen = groups[start : start + CHUNK][rows[start : start + CHUNK]]
        found += np.bincount(chosen.astype(np.int64) + 1, minlength=count + 1)
    return found[1:]


def _batches(codings: list[list[int]], parts: Sequence[Summand], count: int) -> Iterator[list[list[int]]]:
    """Codings whose tables are made in one pass, so that they take little memory together."""
    batch: list[list[int]] = []
    size = 0
    for members in codings:
        coding = parts[members[0]].coding
        cells = 0 if coding is None else (count + 1) * coding.span
        if batch and size + cells > _CELLS:
            yield batch
            batch, size = [], 0
        batch.append(members)
        size += cells
    if batch:
        yield batch


def _tables(codings: Sequence[Coded], weights: Floats, groups: Codes, count: int) -> Iterator[Floats]:
    """Σ weight per (group, level) of each coding: (count, span)."""
    sizes = [(count + 1) * coding.span for coding in codings]
    found = np.zeros(sum(sizes))
    starts = np.cumsum([0, *sizes]).tolist()
    step = max(CHUNK, 4 * max(sizes, default=0))
    for first in range(0, len(groups), step):
        rows = slice(first, first + step)
        here = groups[rows].astype(np.int64) + 1
        w = weights[rows]
        kinds = {(coding.span, coding.low) for coding in codings}
        base = {(span, low): here * span - low for span, low in kinds}
        if len(here) * len(codings) <= CHUNK:
            keys = np.concatenate(
                [
                    base[coding.span, coding.low] + coding.raw[rows] + start
                    for start, coding in zip(starts[:-1], codings, strict=True)
                ]
            )
            found += np.bincount(keys, weights=np.tile(w, len(codings)), minlength=len(found))
            continue
        for start, end, coding in zip(starts[:-1], starts[1:], codings, strict=True):
            keys = base[coding.span, coding.low] + coding.raw[rows]
            found[start:end] += np.bincount(keys, weights=w, minlength=end - start)
    for start, end in pairwise(starts):
        yield found[start:end].reshape(count + 1, -1)[1:]


def weight_sums(groups: Codes, weights: Floats, count: int) -> Floats:
    """Σ weight per group: (n,) → (count,). Rows with group < 0 stay out."""
    found = np.zeros(count + 1)
    for start in range(0, len(groups), CHUNK):
        rows = slice(start, start + CHUNK)
        found += np.bincount(groups[rows].astype(np.int64) + 1, weights=weights[rows], minlength=count + 1)
    return found[1:]


def cross_sums(weights: Floats, first: Codes, second: Codes, shape: tuple[int, int]) -> csr_array:
    """Σ weight per pair of groups: a sparse table of this shape."""
    if shape[0] * shape[1] <= max(len(weights), CHUNK):
        sums = weight_sums(first.astype(np.int64) * shape[1] + second, weights, shape[0] * shape[1])
        return csr_array(sums.reshape(shape))
    return csr_array((weights, (first, second)), shape=shape)


def moments(parts: Sequence[Summand], weights: Floats, groups: Codes, count: int) -> Floats:
    """Σ weight·share·shareᵀ per group: → (count, K, K)."""
    found = np.zeros((count, len(parts), len(parts)))
    step = max(CHUNK // 4, len(groups) // 256)
    for start in range(0, len(groups), step):
        rows = slice(start, start + step)
        here = groups[rows]
        order = np.argsort(here, kind="stable") if count > 1 else np.flatnonzero(here >= 0)
        values, w, here = _values(parts, rows, order), weights[rows][order], here[order]
        edges = np.searchsorted(here, np.arange(count + 1)).tolist()
        for g, (low, high) in enumerate(pairwise(edges)):
            if high > low:
                found[g] += _square(values[:, low:high], w[low:high])
    return found


def _values(parts: Sequence[Summand], rows: slice, order: Codes) -> Floats:
    """(K, len(order)): the shares of some of these rows."""
    found = np.empty((len(parts), len(order)))
    places: dict[int, Codes] = {}
    for k, part in enumerate(parts):
        coding = part.coding
        if coding is None:
            np.take(part.values[rows], order, out=found[k])
            continue
        if id(coding) not in places:
            places[id(coding)] = coding.raw[rows][order].astype(np.intp) - coding.low
        np.take(part.values, places[id(coding)], out=found[k])
    return found


def _square(values: Floats, weights: Floats) -> Floats:
    """values·weights·valuesᵀ, (K, s) → (K, K), in slices so short that linear algebra starts no threads for them."""
    slices = values.shape[1] // _SLICE
    cut = slices * _SLICE
    weighted = values * weights
    one, other = (each[:, :cut].reshape(len(values), slices, _SLICE) for each in (values, weighted))
    found = np.matmul(one.transpose(1, 0, 2), other.transpose(1, 2, 0)).sum(axis=0)
    return np.asarray(found + values[:, cut:] @ weighted[:, cut:].T)


def _summand(columns: Columns, term: Term, leveled: set[str]) -> Summand:
    names = tuple(term.names())
    if not names:
        return Summand(coding=None, values=np.ones(columns.rows))
    if not term.columns and len(names) == 1 and names[0] in leveled:
        coding = columns.coded(names[0])
        table = np.array([_lets_in(term, names[0], coding.level(k)) for k in range(coding.span)], dtype=float)
        return Summand(coding=coding, values=table)
    inside = np.ones(columns.rows, dtype=bool)
    for name in dict.fromkeys((*term.within, *term.given)):
        inside &= _rows_in(columns, term, name)
    if term.any_of:
        nothing = np.ones(columns.rows, dtype=bool)
        for name in term.any_of:
            nothing &= columns.missing(name)
        inside &= ~nothing
    product = np.ones(columns.rows)
    for name in term.columns:
        product = product * columns.numeric(name)
    return Summand(coding=None, values=np.where(inside & ~np.isnan(product), product, 0.0))


def _lets_in(term: Term, name: str, level: object) -> bool:
    return level is not None and level in term.within.get(name, (level,))


def _rows_in(columns: Columns, term: Term, name: str) -> Bools:
    if name not in term.within:
        return ~columns.missing(name)
    coding = columns.coded(name)
    table = np.array([_lets_in(term, name, coding.level(k)) for k in range(coding.span)])
    return np.asarray(table[coding.raw.astype(np.intp) - coding.low])
