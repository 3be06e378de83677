"""What can a reader work out about the hidden numbers of a publication?

An independent check of the suppression: it is given what stands in the published tables and nothing else, writes down
everything a reader knows (each shown number within its rounding; a whole is the sum of its groups, a group of its
subgroups, a factor of its items; nobody is counted below zero) and asks linear programmes how small and how large every
hidden number can be, over all tables together. Only then is it compared with the truth. It shares no code with the
suppression.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack
from scipy.sparse.csgraph import connected_components

Key = tuple[str, str, str]
"""Column, level of it, number of the index tree; everybody has column and level ""."""

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PEOPLE, SATISFIED, OTHER = range(3)
"""What is counted in a cell: people, answers that are satisfied, other answers."""

_SLACK = 1e-5
_MANY = 1e7
"""More than any round has: a number without another bound ends here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure as it is published: `people` None is hidden; `share` (0-1, rounded) None where there is none."""

    people: int | None
    share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """All published tables of a round. `step`: what shares are rounded to (0.0001: two decimals of a percentage).

    `items`: the items under every number of the tree, a number after its children. `inside`: the groups (column,
    level) of coarser columns that hold all of a group. `counted`: shares are of answers counted, not
    weighed. `pooled`: a share above the items is that of all answers under it. `masses`: sums of weights of a cell's
    answers that a reader is granted to know; without them weighted shares tell nothing of sums.
    """

    cells: Mapping[Key, Shown]
    items: Mapping[str, frozenset[str]]
    step: float
    inside: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = field(default_factory=dict)
    counted: bool = True
    pooled: bool = True
    masses: Mapping[Key, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must stay possible of one hidden number: values down to `low` and up to `high`."""

    key: Key
    measure: int
    low: float = inf
    high: float = -inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A hidden number that the tables narrow down too far: it lies between `low` and `high`."""

    wanted: Wanted
    low: float
    high: float


def bounds(published: Published, numbers: Sequence[tuple[Key, int]]) -> tuple[tuple[float, float], ...]:
    """The least and the greatest value that each number (cell, measure) can have; 10 million where there is no bound.

    Raises ValueError where the tables contradict each other.
    """
    attack = _Attack(published)
    return tuple((attack.extreme(key, measure, 1), attack.extreme(key, measure, -1)) for key, measure in numbers)


def exposures(published: Published, wanted: Sequence[Wanted]) -> tuple[Exposure, ...]:
    """The hidden numbers of which less stays possible than is wanted: none, in a publication that may go out.

    Raises ValueError where the tables contradict each other.
    """
    attack = _Attack(published)
    for sign in (1, -1):
        attack.look(wanted, sign)
    found = []
    for each in wanted:
        if attack.allows(each):
            continue
        low, high = (attack.extreme(each.key, each.measure, sign) for sign in (1, -1))
        if not attack.allows(each):
            found.append(Exposure(wanted=each, low=low, high=high))
    return tuple(found)


class _Attack:
    """The reader's linear programme, taken apart where nothing connects, and what was seen to be possible so far."""

    def __init__(self, published: Published) -> None:
        self._place = {key: place for place, key in enumerate(published.cells)}
        self._cells = len(self._place)
        self._low, self._high = np.zeros(3 * self._cells), np.full(3 * self._cells, _MANY)
        self._entries: list[tuple[int, int, float]] = []
        self._rooms: list[tuple[float, float]] = []
        for key, shown in published.cells.items():
            self._figure(published, key, shown)
        for total, parts, people in _sums(published):
            for measure in range(0 if people else 1, 3):
                row = {self._at(part, measure): -1.0 for part in parts}
                self._row({self._at(total, measure): 1.0, **row}, 0.0, 0.0)
            if not people:
                for part in parts:
                    self._row({self._at(total, PEOPLE): 1.0, self._at(part, PEOPLE): -1.0}, 0.0, inf)
                self._row({self._at(total, PEOPLE): -1.0} | {self._at(part, PEOPLE): 1.0 for part in parts}, 0.0, inf)
        self._fix()
        self._part = self._parts()
        self._seen_low, self._seen_high = np.full(3 * self._cells, inf), np.full(3 * self._cells, -inf)

    def look(self, wanted: Sequence[Wanted], sign: int) -> None:
        """Makes many numbers small together (`sign` 1), or great (−1), each no more than it must be possible to be.

        Where every such programme still shows something new: most numbers then need none of their own.
        """
        while lacking := [each for each in wanted if not self._went(each, sign)]:
            places = np.array([self._at(each.key, each.measure) for each in lacking])
            goals = np.array([each.low if sign > 0 else each.high for each in lacking])
            for part in dict.fromkeys(self._part[places].tolist()):
                here = self._part[places] == part
                self._solve(part, places[here], sign, goals[here])
            if all(not self._went(each, sign) for each in lacking):
                return

    def allows(self, wanted: Wanted) -> bool:
        """Whether what is wanted was seen to be possible."""
        return self._went(wanted, 1) and self._went(wanted, -1)

    def _went(self, wanted: Wanted, sign: int) -> bool:
        """Whether the number was seen as small (`sign` 1) or as great (−1) as is wanted."""
        place = self._at(wanted.key, wanted.measure)
        if sign > 0:
            return bool(self._seen_low[place] <= wanted.low + _SLACK)
        return bool(self._seen_high[place] >= wanted.high - _SLACK)

    def extreme(self, key: Key, measure: int, sign: int) -> float:
        """The least value of a number (`sign` 1) or the greatest (−1)."""
        place = self._at(key, measure)
        return self._solve(int(self._part[place]), np.array([place]), sign)

    def _at(self, key: Key, measure: int) -> int:
        return measure * self._cells + self._place[key]

    def _row(self, row: Mapping[int, float], low: float, high: float) -> None:
        self._entries += [(len(self._rooms), place, value) for place, value in row.items()]
        self._rooms.append((low, high))

    def _set(self, place: int, low: float, high: float) -> None:
        self._low[place], self._high[place] = low, high

    def _figure(self, published: Published, key: Key, shown: Shown) -> None:
        """What one figure says of its own cell."""
        people, satisfied, other = (self._at(key, measure) for measure in (PEOPLE, SATISFIED, OTHER))
        size = len(published.items[key[2]])
        if published.counted:  # as many answers as people at least, and one of each person to each item at most
            self._row({satisfied: 1.0, other: 1.0, people: -1.0}, 0.0, inf)
            self._row({satisfied: -1.0, other: -1.0, people: float(size)}, 0.0, inf)
        if shown.people is None:
            return
        self._set(people, shown.people, shown.people)
        if shown.share is None:
            self._set(satisfied, 0.0, 0.0)
            self._set(other, 0.0, 0.0)
            return
        least, most = shown.share - published.step / 2, shown.share + published.step / 2
        if published.counted and size == 1:
            low, high = ceil(shown.people * least - _SLACK), floor(shown.people * most + _SLACK)
            low, high = max(low, 0), min(high, shown.people)
            self._set(satisfied, low, high)
            self._set(other, shown.people - high, shown.people - low)
        elif published.counted and published.pooled:
            self._row({satisfied: 1 - least, other: -least}, 0.0, inf)
            self._row({satisfied: most - 1, other: most}, 0.0, inf)
        elif key in published.masses:
            mass = published.masses[key]
            self._set(satisfied, max(mass * least, 0.0), mass * most)
            self._set(other, max(mass * (1 - most), 0.0), mass * (1 - least))
            self._row({satisfied: 1.0, other: 1.0}, mass, mass)

    def _fix(self) -> None:
        """Numbers that sums of fixed ones give are fixed too, so that more falls apart."""
        rows, places, values = (np.array(column) for column in zip(*self._entries, strict=True))
        self._matrix = coo_array((values, (rows, places)), shape=(len(self._rooms), 3 * self._cells)).tocsr()
        self._least, self._most = np.array(self._rooms).T
        for number, (low, high) in enumerate(self._rooms):
            inside = slice(self._matrix.indptr[number], self._matrix.indptr[number + 1])
            columns, factors = self._matrix.indices[inside], self._matrix.data[inside]
            open_ = np.flatnonzero(self._low[columns] != self._high[columns])
            if low == high and len(open_) == 1:
                rest = np.delete(factors * self._low[columns], open_).sum()
                place, found = int(columns[open_[0]]), (low - rest) / factors[open_[0]]
                if not self._low[place] - _SLACK <= found <= self._high[place] + _SLACK:
                    raise ValueError(f"the published tables contradict each other: a number would be {found:g}")
                found = min(max(found, self._low[place]), self._high[place])
                self._set(place, found, found)

    def _parts(self) -> Ints:
        """(3 · cells,): the part of the programme that each number belongs to."""
        open_ = self._low != self._high
        matrix = self._matrix.tocoo()
        keep = open_[matrix.col]
        size = self._matrix.shape[0]
        links = coo_array(
            (np.ones(int(keep.sum())), (matrix.row[keep], size + matrix.col[keep])),
            shape=(size + 3 * self._cells, size + 3 * self._cells),
        )
        _, part = connected_components(links, directed=False)
        self._row_part = part[:size]
        return np.asarray(part[size:], dtype=np.intp)

    def _solve(self, part: int, places: Ints, sign: int, goals: Floats | None = None) -> float:
        """The least sum of these numbers of one part, times `sign`; remembers where every number was seen.

        `goals`: none of them shall go beyond its own, unless the tables say so.
        """
        members = np.flatnonzero(self._part == part)
        if (self._low[members] == self._high[members]).all():
            self._see(members, self._low[members])
            return float(self._low[places].sum())
        rows = np.flatnonzero(self._row_part == part)
        whole = self._matrix[rows]
        given = whole @ np.where(self._low == self._high, self._low, 0.0)
        low, high = self._least[rows] - given, self._most[rows] - given
        matrix = whole[:, members]
        same, below, above = low == high, (low < high) & (high < inf), (low < high) & (low > -inf)
        costs = np.zeros(3 * self._cells)
        costs[places] = sign
        solve: Any = linprog  # its stubs know no sparse matrices
        found = solve(
            costs[members],
            A_ub=vstack([matrix[below], -matrix[above]]),
            b_ub=np.concatenate([high[below], -low[above]]),
            A_eq=matrix[same],
            b_eq=low[same],
            bounds=np.column_stack([ends[members] for ends in self._ends(places, sign, goals)]),
            method="highs",
        )
        if found.x is None and goals is not None:
            return np.nan
        if found.x is None:
            raise ValueError(f"the published tables contradict each other: {found.message}")
        self._see(members, np.asarray(found.x))
        return float(sign * found.fun)

    def _ends(self, places: Ints, sign: int, goals: Floats | None) -> tuple[Floats, Floats]:
        """Between which ends every number is sought."""
        low, high = self._low.copy(), self._high.copy()
        if goals is not None and sign > 0:
            low[places] = np.clip(goals, low[places], high[places])
        elif goals is not None:
            high[places] = np.clip(goals, low[places], high[places])
        return low, high

    def _see(self, members: Ints, values: Floats) -> None:
        self._seen_low[members] = np.minimum(self._seen_low[members], values)
        self._seen_high[members] = np.maximum(self._seen_high[members], values)


def _sums(published: Published) -> Iterator[tuple[Key, tuple[Key, ...], bool]]:
    """Every total that is there with its parts, and whether people add up too; where not, each part has at most the
    people of the total, and all parts together have at least those."""
    groups: dict[tuple[str, str], list[str]] = {}
    for column, level, number in published.cells:
        groups.setdefault((column, level), []).append(number)
    columns = {column: [group for group in groups if group[0] == column] for column, _ in groups if column}
    for mine in columns.values():
        yield from _over({("", ""): mine}, groups, published)
        coarser: dict[str, dict[tuple[str, str], list[tuple[str, str]]]] = {}
        for group in mine:
            for holder in published.inside.get(group, ()):
                coarser.setdefault(holder[0], {}).setdefault(holder, []).append(group)
        for held in coarser.values():
            if sum(map(len, held.values())) == len(mine):
                yield from _over(held, groups, published)
    for group, numbers in groups.items():
        for place, number in enumerate(numbers):
            if parts := _children(number, numbers[:place], published.items):
                yield (*group, number), tuple((*group, part) for part in parts), False


def _over(
    totals: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
    groups: Mapping[tuple[str, str], Sequence[str]],
    published: Published,
) -> Iterator[tuple[Key, tuple[Key, ...], bool]]:
    for whole, parts in totals.items():
        for number in groups.get(whole, ()):
            if all((*part, number) in published.cells for part in parts):
                yield (*whole, number), tuple((*part, number) for part in parts), True


def _children(number: str, before: Sequence[str], items: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The shown numbers right under one, if they hold all of its items once."""
    under = [other for other in before if items[other] <= items[number]]
    top = [
        other
        for place, other in enumerate(under)
        if not any(items[other] <= items[later] for later in under[place + 1 :])
    ]
    held = [item for other in top for item in items[other]]
    return tuple(top) if sorted(held) == sorted(items[number]) else ()
