"""Which offices exist, when, under whom, after which predecessor? The office's registry of units, no version ever lost.

A unit that is renamed, merged or divided ends on a day, and what came after names it as a predecessor. So the registry
itself says what a unit of an earlier round is called today (`Registry.today`), as a map of successors does.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final, Literal, get_args

from survey.collation import Key, bare, kind, of_committee, spelling, unit_sort_key
from survey.errors import Problem, Refused

Block = Literal["province", "department", "sector", "district", "commune", "other"]
"""Tỉnh; sở, ban; ngành dọc; huyện (until 30/06/2025); xã, phường, đặc khu; what else an office rates."""

BLOCKS: Final[tuple[Block, ...]] = get_args(Block)
"""In the order of every list: sở before ngành dọc before xã."""

EARLIEST: Final = date(1945, 1, 1)
"""The first day that a unit may begin or end on: what is earlier was mistyped."""

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One version of one unit: what it was called and where it belonged from `valid_from` to `valid_to`.

    `name` is the full one («Xã Thất Khê»). `parent` and `predecessors` are codes; a predecessor's code is that of the
    day before `valid_from`. `valid_to` is the last day. None: from before anything
    that is known; still there. `basis`: by which act. `mark`: how sure the source is, as in the shipped lists.
    """

    code: str
    name: str
    block: Block
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()
    basis: str = ""
    mark: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether this version held on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def type(self) -> str:
        """The kind of unit that the name begins with: «Xã»; empty if it begins with none."""
        return kind(self.name)

    @property
    def key(self) -> tuple[str, date]:
        """What no other version has: code and first day."""
        return self.code, self.valid_from or date.min


@dataclass(frozen=True, kw_only=True)
class Registry:
    """All versions of all units that an office knows. A value: what changes it makes a new one."""

    units: tuple[Unit, ...] = field(default=())

    def on(self, day: date, *, block: Block | None = None, parent: str | None = None) -> tuple[Unit, ...]:
        """The units of a day, in the order of people's lists: by block, then by name without its kind of unit."""
        pool = self.in_order if parent is None else self._under.get(parent, ())
        return tuple(unit for unit in pool if unit.valid_on(day) and block in (None, unit.block))

    def total(self, day: date, block: Block, parent: str | None = None) -> int:
        """How many units of a block there were on a day, the N of «trên tổng số N»."""
        return len(self.on(day, block=block, parent=parent))

    def unit(self, code: str, day: date) -> Unit | None:
        """The unit with this code on that day, None if there was none."""
        return next((unit for unit in self.versions(code) if unit.valid_on(day)), None)

    def versions(self, code: str) -> tuple[Unit, ...]:
        """Every version of the unit with this code, the oldest first. One code may have been given to two units."""
        return self._by_code.get(code, ())

    def children(self, code: str, day: date) -> tuple[Unit, ...]:
        """The units directly under this one on that day, in order."""
        return self.on(day, parent=code)

    def find(self, text: str, day: date) -> tuple[Unit, ...]:
        """The units of a day that a person may mean by a code, a full name or (if none has it) a name without its kind.

        Case, spaces, the place of the tone and «UBND» before the name do not count. Several: two units share the name.
        """
        if by_code := self.unit(text.strip(), day):
            return (by_code,)
        there = tuple(unit for unit in self._by_name.get(spelling(bare(text)), ()) if unit.valid_on(day))
        exact = tuple(unit for unit in there if spelling(unit.name) == spelling(text))
        if exact or not kind(text):  # who names no kind of unit may mean any
            return exact or there
        office = of_committee(text)
        return self.find(office, day) if office != text else ()

    def predecessors(self, unit: Unit) -> tuple[Unit, ...]:
        """What a unit was before: the versions that it names, else the last earlier one with its code."""
        if unit.valid_from is None:
            return ()
        if unit.predecessors:
            found = (self.unit(code, unit.valid_from - _ONE_DAY) for code in unit.predecessors)
            return tuple(each for each in found if each is not None)
        return tuple(each for each in self.versions(unit.code) if each.key < unit.key)[-1:]

    def successors(self, unit: Unit) -> tuple[Unit, ...]:
        """What a unit became when it ended; one that went with all that was under it became what those became."""
        if unit.valid_to is None:
            return ()
        direct = self._after.get(unit.key, ())
        if direct:
            return direct
        under = (self.successors(child) for child in self.children(unit.code, unit.valid_to))
        return tuple(sorted({each for became in under for each in became}, key=_order))

    def today(self, unit: Collection[str], place: Collection[str] = (), *, since: date, until: date) -> tuple[str, ...]:
        """What a unit of the day `since` is called on the day `until`; empty if nothing is known to have happened.

        `unit`, `place`: all by which it may be known (code, name). Where a unit was divided, a place that lay under it
        tells which part is meant. Several names: it was divided, and nothing says which part is meant.
        """
        meant = self._meant(unit, since)
        found = self._at(meant, until)
        if len(found) > 1:
            codes = {each.code for each in meant}
            under = [each for text in place for each in self.find(text, since) if each.parent in codes]
            found = self._at(under, until) or found
        names = tuple(dict.fromkeys(each.name for each in found))
        return () if [spelling(name) for name in names] in [[spelling(each.name)] for each in meant] else names

    @cached_property
    def in_order(self) -> tuple[Unit, ...]:
        """Every version: by block, name and day."""
        return tuple(sorted(self.units, key=_order))

    @cached_property
    def _by_code(self) -> dict[str, tuple[Unit, ...]]:
        found: dict[str, tuple[Unit, ...]] = {}
        for unit in sorted(self.units, key=lambda each: each.key):
            found[unit.code] = (*found.get(unit.code, ()), unit)
        return found

    @cached_property
    def _under(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.in_order:
            found.setdefault(unit.parent, []).append(unit)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.in_order:
            found.setdefault(spelling(bare(unit.name)), []).append(unit)
        return found

    @cached_property
    def _after(self) -> dict[tuple[str, date], tuple[Unit, ...]]:
        found: dict[tuple[str, date], tuple[Unit, ...]] = {}
        for unit in self.in_order:
            for before in self.predecessors(unit):
                found[before.key] = (*found.get(before.key, ()), unit)
        return found

    def _meant(self, names: Iterable[str], day: date) -> tuple[Unit, ...]:
        """The units of a day by any of these names; where a bare name fits several blocks, those of the first one."""
        found = tuple(dict.fromkeys(each for name in names for each in self.find(name, day)))
        return tuple(each for each in found if each.block == found[0].block)

    def _at(self, units: Iterable[Unit], day: date) -> tuple[Unit, ...]:
        """What these units had become on that day, in order."""
        return tuple(sorted({each for unit in units for each in self._became(unit, day)}, key=_order))

    def _became(self, unit: Unit, day: date) -> Iterator[Unit]:
        if unit.valid_to is None or day <= unit.valid_to:
            yield unit
            return
        for each in self.successors(unit):
            yield from self._became(each, day)


def to_json(registry: Registry) -> str:
    """The office paper of kind «units»."""
    rows = [
        {name: value for name, value in asdict(unit).items() if value not in ("", (), None)}
        | {name: day.isoformat() for name in ("valid_from", "valid_to") if (day := getattr(unit, name))}
        for unit in sorted(registry.units, key=lambda each: each.key)
    ]
    return json.dumps({"units": rows}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Registry:
    """The registry that `to_json` made a text of. Raises Refused where it is none."""
    try:
        return Registry(units=tuple(_from_row(row) for row in json.loads(text)["units"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused([Problem(code="UNI_DAMAGED")]) from error


def _from_row(row: dict[str, object]) -> Unit:
    days = {name: date.fromisoformat(str(row[name])) for name in ("valid_from", "valid_to") if name in row}
    before = row.get("predecessors", [])
    unit = Unit(**row | days | {"predecessors": tuple(before)})  # type: ignore[arg-type]
    texts = (unit.code, unit.name, unit.parent, unit.basis, unit.mark, *unit.predecessors)
    if not all(isinstance(each, str) for each in texts) or unit.block not in BLOCKS:
        raise TypeError(texts)
    return unit


def _order(unit: Unit) -> tuple[int, Key, date]:
    return BLOCKS.index(unit.block), unit_sort_key(unit.name), unit.valid_from or date.min
