"""How does the registry change when a unit is founded, renamed, merged, divided, ended? Every change keeps what was.

`day` is the first day on which the change holds; what it ends has the day before as its last.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from survey.errors import Problem, Refused
from survey.unit_checks import check
from survey.units import Registry, Unit


def rename(registry: Registry, code: str, name: str, day: date, basis: str = "") -> Registry:
    """The unit bears another name from `day` on; its code stays. Raises Refused: UNI_GONE, and what `check` finds."""
    unit = _there(registry, code, day)
    later = replace(unit, name=name, valid_from=day, predecessors=(), basis=basis, mark="")
    return _checked(registry, [*_without(registry, [unit]), _ended(unit, day), later])


def found(registry: Registry, unit: Unit, *, absorbed: bool = True) -> Registry:
    """A new unit from its `valid_from` on. Its predecessors end with it or, not `absorbed`, go on without a part.

    What lay under a predecessor that ends lies under the new unit. Raises Refused: UNI_GONE, UNI_ALONE for a unit that
    would be merged with itself, and what `check` finds.
    """
    if not unit.predecessors:
        return _checked(registry, [*registry.units, unit])
    if absorbed and {*unit.predecessors} == {unit.code}:
        raise Refused([Problem(code="UNI_ALONE")])
    if unit.valid_from is None:
        raise Refused([Problem(code="UNI_NO_DAY")])
    day = unit.valid_from
    before = [_there(registry, code, day) for code in unit.predecessors]
    ending = [each for each in before if absorbed and each.code != unit.code]
    moved = [child for each in ending for child in registry.children(each.code, day) if child not in before]
    kept = [*_without(registry, [*before, *moved]), *(_ended(each, day) for each in (*before, *moved)), unit]
    later = [replace(each, parent=unit.code) for each in moved] if absorbed else before
    kept += [replace(each, valid_from=day, predecessors=(), basis=unit.basis, mark="") for each in later]
    return _checked(registry, kept)


def end(registry: Registry, codes: Collection[str], day: date, basis: str = "") -> Registry:
    """These units are no more from `day` on, and nothing came after them. Raises Refused as `rename` does."""
    units = [_there(registry, code, day) for code in codes]
    ended = [replace(_ended(unit, day), basis=basis or unit.basis) for unit in units]
    return _checked(registry, [*_without(registry, units), *ended])


def correct(registry: Registry, unit: Unit, corrected: Unit) -> Registry:
    """One version as it should have been entered; nothing happened to the unit. Raises Refused: what `check` finds."""
    return _checked(registry, [*_without(registry, [unit]), corrected])


def remove(registry: Registry, unit: Unit) -> Registry:
    """The registry without a version that was entered by mistake. Raises Refused while another unit names it."""
    rest = Registry(units=tuple(_without(registry, [unit])))
    under = [each for each in rest.units if each.parent == unit.code] if not rest.versions(unit.code) else []
    if named := [*under, *registry.successors(unit)]:
        names = ", ".join(each.name for each in named[:5])
        raise Refused([Problem(code="UNI_NAMED", values={"unit": unit.name, "units": names})])
    return _checked(registry, rest.units)


def load(registry: Registry, units: Collection[Unit]) -> Registry:
    """The registry with these units. Those of the same code and first day stay as they are, but for an end that is new.

    Raises Refused: what `check` finds.
    """
    known = {unit.key: unit for unit in registry.units}
    fresh = {unit.key: unit for unit in units}
    ends = {key: fresh[key].valid_to for key in known.keys() & fresh.keys() if known[key].valid_to is None}
    kept = [replace(unit, valid_to=ends[key]) if key in ends else unit for key, unit in known.items()]
    return _checked(registry, [*kept, *(unit for key, unit in fresh.items() if key not in known)])


def _there(registry: Registry, code: str, day: date) -> Unit:
    """The version that goes on over `day`. Raises Refused where there is none, or where it began on that very day."""
    unit = registry.unit(code, day - timedelta(days=1))
    if unit is None or unit.valid_to is not None:
        raise Refused([Problem(code="UNI_GONE", values={"id": code, "day": day})])
    return unit


def _ended(unit: Unit, day: date) -> Unit:
    return replace(unit, valid_to=day - timedelta(days=1))


def _without(registry: Registry, units: Collection[Unit]) -> list[Unit]:
    return [each for each in registry.units if each not in units]


def _checked(before: Registry, units: Collection[Unit]) -> Registry:
    """The changed registry. Raises Refused with every fault that it has and had not before."""
    made = Registry(units=tuple(units))
    old = {(fault.unit.key, fault.code) for fault in check(before)}
    if faults := [fault.problem() for fault in check(made) if (fault.unit.key, fault.code) not in old]:
        raise Refused(faults)
    return made
