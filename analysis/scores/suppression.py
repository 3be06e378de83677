"""Which further cells must be hidden, so that the small ones cannot be worked out from sums?

Secondary suppression of linked tables by a sequence of linear programmes (Kelly, Golden and Assad 1992; Cox 1995; the
family of methods in Castro 2012). For one number of one small cell the cheapest shift is sought that moves it by its
protection range and keeps every relation between the cells; the cells that move are hidden, so that a reader cannot
tell the table from the shifted one. Hidden cells move for nothing. This goes on until every hidden cell can be moved.
A shown cell is taken as known exactly, though the publication rounds it: that errs on the safe side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

PEOPLE, SATISFIED, OTHER = range(3)
_WHOLE = 1e5
"""Hiding a number of the whole round costs so many times more than one of a group."""
_STILL = 1e-6
"""A cell that moves less stands still: what a solver leaves of 0."""

Demand = tuple[int, int, float]
"""Measure, cell, and how far it must be able to move: up, or down where negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The cell `total` is the sum of the cells `parts`: in answers, and where `people` is set in people too."""

    total: int
    parts: tuple[int, ...]
    people: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """C cells of linked tables and what everybody knows to hold between them.

    `counts` (3, C): people, answers that are satisfied, other answers; the answers may be sums of weights. `unit` (C,):
    what one answer counts there. `whole` (C,): the cell is of the whole round, not of a group. `lead` (C,): the cell of
    the same group that covers it; where that one is small, an empty one is hidden too. `pool` (C,): groups of one pool
    have the same cells in the same order and add up to the same. `items` (C,): how many items lie under the cell; where
    `plain` (answers counted, not weighed) people ≤ answers ≤ items · people. `covers`: a cell and its
    children: people of each child ≤ people of the cell ≤ their sum. `ceilings` (3, C): each count's value in the whole
    round.
    """

    counts: Floats
    unit: Floats
    whole: Bools
    lead: Ints
    pool: Ints
    items: Floats
    plain: bool
    sums: tuple[Sum, ...]
    covers: tuple[tuple[int, tuple[int, ...]], ...]
    ceilings: Floats

    def __len__(self) -> int:
        return int(self.counts.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How small is too small, and how exactly a hidden number may be known.

    A cell of fewer than `least` people is hidden. Each number x of it, in people or answers, must stay possible from
    x − k to x + k with k the greater of `range_least` and `range_share` · x, but never below 0 or beyond the whole
    round's. Any other hidden cell must possibly have `range_least` people less.
    """

    least: float
    range_share: float
    range_least: float

    def width(self, count: float) -> float:
        """k, in people or answers."""
        return max(self.range_least, self.range_share * count)


def small_cells(cells: Cells, least: float) -> Bools:
    """(C,): the cells that are hidden for themselves."""
    people = cells.counts[PEOPLE]
    small = (people > 0) & (people < least)
    return np.asarray(small | ((people == 0) & small[cells.lead]))


def hidden_cells(cells: Cells, protection: Protection) -> Bools:
    """(C,): the cells not to be shown.

    A number whose range cannot be reached with everything hidden keeps the range there is: the reader of the
    publication's own check must then refuse it.
    """
    small = small_cells(cells, protection.least)
    if not small.any():
        return small
    hidden = small.copy()
    blocks = [_Block(cells, members, hidden) for members in _blocks(cells, small)]
    for block in blocks:
        while wanted := [each for each in _demands(cells, protection, small, hidden, block) if block.lacks(each)]:
            block.look(wanted)
            for demand in wanted:
                if block.lacks(demand):
                    block.meet(demand)
    return hidden


def _demands(cells: Cells, protection: Protection, small: Bools, hidden: Bools, block: "_Block") -> Iterator[Demand]:
    """What each hidden cell of a block must be able to do: the small ones first, the fullest of them at the head."""
    members = block.members[hidden[block.members]]
    for cell in members[np.lexsort((-cells.counts[PEOPLE, members], ~small[members]))].tolist():
        for measure in (PEOPLE, SATISFIED, OTHER) if small[cell] else (PEOPLE,):
            unit = 1.0 if measure == PEOPLE else float(cells.unit[cell])
            value, ceiling = float(cells.counts[measure, cell]), float(cells.ceilings[measure, cell])
            width = protection.width(value / unit) * unit
            if small[cell]:
                yield measure, cell, min(width, ceiling - value)
                yield measure, cell, -min(width, value)
            else:
                yield measure, cell, -min(protection.range_least, value)


def _blocks(cells: Cells, small: Bools) -> Iterator[Ints]:
    """The cells that depend on each other, where something is small. The whole round's numbers stay, if they can."""
    free = ~cells.whole | bool((small & cells.whole).any())
    pairs = [
        (first, second)
        for total, parts in [*((each.total, each.parts) for each in cells.sums), *cells.covers]
        for linked in [[cell for cell in (total, *parts) if free[cell]]]
        for first, second in pairwise(linked)
    ]
    rows, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    links = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(cells), len(cells)))
    _, block = connected_components(links, directed=False)
    for number in dict.fromkeys(block[small].tolist()):
        yield np.flatnonzero((block == number) & free)


class _Block:
    """Cells that depend on each other, and how far each hidden one is known to be able to move."""

    def __init__(self, cells: Cells, members: Ints, hidden: Bools) -> None:
        """`hidden` is shared: cells that must move are marked in it."""
        self.members, self._hidden, self._cells = members, hidden, cells
        self._counts = cells.counts[:, members]
        self._place = {cell: place for place, cell in enumerate(members.tolist())}
        self._rows, self._least, self._most = _relations(cells, self._place)
        scale = np.vstack([np.ones(len(members)), cells.unit[members], cells.unit[members]])
        price = (1 + cells.counts[PEOPLE, members]) * np.where(cells.whole[members], _WHOLE, 1.0)
        self._cost = (price / scale).ravel()
        self._fixed = (self._counts[PEOPLE] == 0) & ~hidden[members]
        self._up, self._down = np.zeros_like(self._counts), np.zeros_like(self._counts)

    def lacks(self, demand: Demand) -> bool:
        """Whether no shift is known yet that meets the demand."""
        measure, cell, by = demand
        reach = (self._up if by > 0 else self._down)[measure, self._place[cell]]
        return bool(reach < abs(by) - _STILL)

    def look(self, demands: Sequence[Demand]) -> None:
        """Finds what the cells hidden already can do: groups hidden as a whole, then many cells together."""
        self._exchange()
        for upward in (True, False):
            while lacking := [each for each in demands if (each[2] > 0) == upward and self.lacks(each)]:
                self._together(lacking)
                if sum(self.lacks(each) for each in lacking) == len(lacking):
                    break

    def meet(self, demand: Demand) -> None:
        """Hides the cheapest cells whose movement meets the demand, or comes as near to it as can be."""
        measure, cell, by = demand
        ahead, back = self._sides(demand)
        least, most, cost = self._free(~self._fixed)
        most[ahead], most[back], least[ahead] = abs(by), 0.0, abs(by)
        moved = self._solve(cost, least, most)
        if moved is None:  # not so far, then: as far as it goes
            least[ahead], cost[:] = 0.0, 0.0
            cost[ahead] = -1.0
            moved = self._solve(cost, least, most)
        if moved is not None:
            self._hidden[self.members[(np.abs(moved) > _STILL).any(axis=0)]] = True
            self._see(moved)
        side = self._up if by > 0 else self._down  # as near as can be is all there is to be had
        side[measure, self._place[cell]] = max(side[measure, self._place[cell]], abs(by))

    def _sides(self, demand: Demand) -> tuple[int, int]:
        """The places of a demand's number in a shift: ahead, and back."""
        measure, cell, by = demand
        up = measure * len(self.members) + self._place[cell]
        down = up + self._counts.size
        return (up, down) if by > 0 else (down, up)

    def _exchange(self) -> None:
        """People may belong to another group that is hidden as a whole: one such group may have those of all."""
        groups: dict[int, dict[int, list[int]]] = {}
        for place, cell in enumerate(self.members.tolist()):
            groups.setdefault(int(self._cells.pool[cell]), {}).setdefault(int(self._cells.lead[cell]), []).append(place)
        for pool in groups.values():
            gone = [places for places in pool.values() if self._hidden[self.members[places]].all()]
            sizes = {len(places) for places in gone}
            if len(gone) > 1 and len(sizes) == 1:
                sums = sum(self._counts[:, places] for places in gone)
                for one in gone:
                    moved = np.zeros_like(self._counts)
                    for places in gone:
                        moved[:, places] = -self._counts[:, places]
                    moved[:, one] += sums
                    if self._keeps(moved):
                        self._see(moved)

    def _keeps(self, moved: Floats) -> bool:
        """Whether a shift keeps every relation."""
        values = self._rows @ np.concatenate([moved.ravel(), np.zeros(moved.size)])
        slack = _STILL * max(1.0, float(self._counts.max()))
        return bool((values >= self._least - slack).all() and (values <= self._most + slack).all())

    def _together(self, demands: Sequence[Demand]) -> None:
        """One shift of hidden cells that goes far towards many demands."""
        least, most, cost = self._free(self._hidden[self.members])
        cost[:] = 0.0
        for demand in demands:
            ahead, back = self._sides(demand)
            unit = abs(demand[2])
            most[ahead] = min(most[ahead], unit)
            cost[ahead], cost[back] = -1.0 / unit, 1.0 / unit
        moved = self._solve(cost, least, most)
        if moved is not None:
            self._see(moved)

    def _free(self, free: Bools) -> tuple[Floats, Floats, Floats]:
        """The ends between which numbers may go if these cells (m,) may move, and what their moving costs."""
        open_ = np.tile(free, 3)
        most = np.concatenate([np.where(open_, np.inf, 0.0), np.where(open_, self._counts.ravel(), 0.0)])
        cost = np.where(np.tile(self._hidden[self.members], 3), 0.0, self._cost)
        return np.zeros(len(most)), most, np.tile(cost, 2)

    def _solve(self, cost: Floats, least: Floats, most: Floats) -> Floats | None:
        """(3, m): the cheapest shift between these ends; None if there is none."""
        keep = np.flatnonzero(most > 0)  # what cannot move is left away
        found = milp(  # without whole numbers: a linear programme
            cost[keep],
            constraints=LinearConstraint(self._rows[:, keep], self._least, self._most),
            bounds=Bounds(least[keep], most[keep]),
        )
        if found.x is None:
            return None
        shift = np.zeros(len(most))
        shift[keep] = found.x
        return np.asarray(shift[: self._counts.size] - shift[self._counts.size :]).reshape(self._counts.shape)

    def _see(self, moved: Floats) -> None:
        self._up, self._down = np.maximum(self._up, moved), np.maximum(self._down, -moved)


def _relations(cells: Cells, place: Mapping[int, int]) -> tuple[csr_array, Floats, Floats]:
    """What a shift of the cells that have a `place`, up beside down, must keep: rows and between what they stay."""
    size = len(place)
    rows = _Rows(size)
    for each in cells.sums:
        for measure in (PEOPLE, SATISFIED, OTHER) if each.people else (SATISFIED, OTHER):
            signs = dict.fromkeys(each.parts, -1.0) | {each.total: 1.0}
            rows.add({measure * size + place[cell]: sign for cell, sign in signs.items() if cell in place}, 0.0, 0.0)
    people, answers = cells.counts[PEOPLE], cells.counts[SATISFIED] + cells.counts[OTHER]
    for cell, children in cells.covers:
        for child in children:
            signs = {child: 1.0, cell: -1.0}
            rows.add({place[c]: sign for c, sign in signs.items() if c in place}, -np.inf, people[cell] - people[child])
        signs = dict.fromkeys(children, -1.0) | {cell: 1.0}
        room = people[list(children)].sum() - people[cell]
        rows.add({place[c]: sign for c, sign in signs.items() if c in place}, -np.inf, room)
    for cell, here in place.items() if cells.plain else ():
        both = (size + here, 2 * size + here)
        rows.add({here: 1.0} | dict.fromkeys(both, -1.0), -np.inf, answers[cell] - people[cell])
        most = float(cells.items[cell])
        rows.add({here: -most} | dict.fromkeys(both, 1.0), -np.inf, most * people[cell] - answers[cell])
    return rows.made()


class _Rows:
    """Rows over shifts of `size` cells in three measures, up beside down."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: list[tuple[int, int, float]] = []
        self._between: list[tuple[float, float]] = []

    def add(self, row: Mapping[int, float], least: float, most: float) -> None:
        """A row from place to coefficient; an empty one is left out."""
        if row:
            self._entries += [(len(self._between), place, value) for place, value in row.items()]
            self._between.append((least, most))

    def made(self) -> tuple[csr_array, Floats, Floats]:
        """(rows, 6 · size), and both ends."""
        rows, columns, values = (np.array(each) for each in zip(*self._entries, strict=True))
        up = coo_array((values, (rows, columns)), shape=(len(self._between), 3 * self._size))
        least, most = np.array(self._between).T
        return csr_array(hstack([up, -up])), least, most
