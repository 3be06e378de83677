"""Does a registry of units hold together? Every fault, with the unit and the column where it is mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from survey.collation import spelling
from survey.errors import Problem
from survey.response import clean_text
from survey.units import Registry, Unit

LONGEST: Final = 200
"""Letters of a unit's name and of the act it rests on."""

_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one version of a unit; `column` is the field of Unit that it is mended in."""

    unit: Unit
    column: str
    code: str
    values: dict[str, object] = field(default_factory=dict)

    def problem(self) -> Problem:
        """The fault for who sees no table, with the unit's code and name in front."""
        named = f"{self.unit.code} {self.unit.name}".strip()
        return Problem(code="UNI_OF", values={"unit": named, "why": {v: self._what(v) for v in ("vi", "en")}})

    def _what(self, language: str) -> str:
        return Problem(code=self.code, values=self.values).what(language)


def check(registry: Registry) -> tuple[Fault, ...]:
    """Every fault of every version, in the order of codes and days."""
    return tuple(
        fault for unit in sorted(registry.units, key=lambda each: each.key) for fault in _faults(registry, unit)
    )


def _faults(registry: Registry, unit: Unit) -> Iterator[Fault]:
    yield from _alone(unit)
    yield from _among_versions(registry, unit)
    yield from _above(registry, unit)
    yield from _before(registry, unit)


def _alone(unit: Unit) -> Iterator[Fault]:
    if not _CODE.fullmatch(unit.code):
        yield Fault(unit=unit, column="code", code="UNI_BAD_CODE", values={"got": unit.code[:60]})
    for column, text in (("name", unit.name), ("basis", unit.basis)):
        if len(text) > LONGEST or text != clean_text(text):
            yield Fault(unit=unit, column=column, code="UNI_LONG", values={"limit": LONGEST})
    if not unit.name:
        yield Fault(unit=unit, column="name", code="UNI_NO_NAME")
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        yield Fault(unit=unit, column="valid_to", code="UNI_ORDER", values={"first": unit.valid_from})


def _among_versions(registry: Registry, unit: Unit) -> Iterator[Fault]:
    versions = registry.versions(unit.code)
    earlier = versions[: [each is unit for each in versions].index(True)]  # one entered twice has the very same key
    for other in earlier:
        if other.valid_to is None or other.valid_to >= (unit.valid_from or date.min):
            values: dict[str, object] = {"other": other.name, "id": unit.code}
            yield Fault(unit=unit, column="valid_from", code="UNI_OVERLAP", values=values)
    first = unit.valid_from or date.min
    same = registry.find(unit.name, first) if unit.name else ()
    for other in same:
        alike = (other.parent, other.block) == (unit.parent, unit.block) and spelling(other.name) == spelling(unit.name)
        if alike and (other.key[1], other.code) < (first, unit.code):
            yield Fault(unit=unit, column="name", code="UNI_SAME_NAME", values={"id": other.code})


def _above(registry: Registry, unit: Unit) -> Iterator[Fault]:
    if unit.parent and not registry.versions(unit.parent):
        yield Fault(unit=unit, column="parent", code="UNI_NO_PARENT", values={"got": unit.parent[:60]})
    first = unit.valid_from or date.min  # on the first day of the youngest of them, all of a circle are there
    seen, above = {unit.code}, unit.parent
    while above and above not in seen:
        seen.add(above)
        there = registry.unit(above, first)
        above = there.parent if there else ""
    if above and above == unit.code:
        yield Fault(unit=unit, column="parent", code="UNI_CIRCLE", values={"got": unit.parent})


def _before(registry: Registry, unit: Unit) -> Iterator[Fault]:
    if unit.predecessors and unit.valid_from is None:
        yield Fault(unit=unit, column="valid_from", code="UNI_NO_DAY")
        return
    for code in unit.predecessors:
        assert unit.valid_from is not None  # noqa: S101  told above
        last = unit.valid_from - timedelta(days=1)
        before = registry.unit(code, last)
        if before is None:
            values: dict[str, object] = {"got": code[:60], "day": last}
            yield Fault(unit=unit, column="predecessors", code="UNI_NO_BEFORE", values=values)
        elif before.valid_to != last:
            values = {"got": before.name, "id": code, "day": last}
            yield Fault(unit=unit, column="predecessors", code="UNI_NOT_ENDED", values=values)
