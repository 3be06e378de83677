"""Which office came after which, as a table says it? Offices merged, renamed or divided, each with its day.

What the office's own registry says of that is in survey.units.
"""

import json
from collections.abc import Collection, Set
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, get_args

from survey.collation import spelling
from survey.errors import Problem, Refused

What = Literal["unit", "place"]
"""What the old name is one of: an office that was rated, or a place where people were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """From `valid_from` on, what was `old` is (a part of) the unit `new`; both by code or name. `basis`: by which act.

    `what` is «place» for a row that says where the people of one place belong now, when their unit was divided.
    """

    old: str
    new: str
    valid_from: date
    what: What = "unit"
    basis: str = ""


class History(Protocol):
    """What knows of units' successors: a table's map, or the office's registry (survey.units)."""

    def today(self, unit: Collection[str], place: Collection[str] = (), *, since: date, until: date) -> tuple[str, ...]:
        """What a unit of the day `since` is called on the day `until`, as in UnitsMap."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsMap:
    """Everything that a table says of units' successors."""

    successors: tuple[Successor, ...] = ()

    def today(self, unit: Collection[str], place: Collection[str] = (), *, since: date, until: date) -> tuple[str, ...]:
        """What a unit of the day `since` is called on the day `until`; empty if nothing happened to it.

        `unit`, `place`: all by which it may be known (code, name). Changes after `since`, up to and on `until`, are
        followed one after the other. A row for the place goes before those of its unit. Several names: it was divided,
        and nothing says which part is meant.
        """
        after = since + timedelta(days=1)
        return self._follow("place", place, after, until, frozenset()) or self._follow(
            "unit", unit, after, until, frozenset()
        )

    def _follow(self, what: What, names: Collection[str], since: date, until: date, seen: Set[str]) -> tuple[str, ...]:
        """`seen`: what was followed on the day `since` already; no circle of that day is gone round for ever."""
        keys = {spelling(name) for name in names}
        steps = [
            each
            for each in self.successors
            if each.what == what
            and since <= each.valid_from <= until
            and spelling(each.old) in (keys - seen if each.valid_from == since else keys)
        ]
        first = min((each.valid_from for each in steps), default=until)
        followed = keys | seen if first == since else keys
        found: dict[str, None] = {}
        for step in (each for each in steps if each.valid_from == first):
            later = self._follow("unit", (step.new,), first, until, followed)
            found |= dict.fromkeys(later or (step.new,))
        return tuple(found)


def to_json(units: UnitsMap) -> str:
    """The working paper of kind «units_map»."""
    rows = [asdict(each) | {"valid_from": each.valid_from.isoformat()} for each in units.successors]
    return json.dumps({"successors": rows}, ensure_ascii=False)


def from_json(text: str) -> UnitsMap:
    """The map that `to_json` made a text of. Raises Refused where it is none."""
    try:
        rows = json.loads(text)["successors"]
        found = tuple(Successor(**row | {"valid_from": date.fromisoformat(row["valid_from"])}) for row in rows)
        texts = [value for each in found for value in (each.old, each.new, each.basis)]
        if not all(isinstance(value, str) for value in texts) or {each.what for each in found} - {*get_args(What)}:
            raise TypeError(texts)
    except (ValueError, TypeError, KeyError) as error:
        raise Refused([Problem(code="UNT_DAMAGED")]) from error
    return UnitsMap(successors=found)
