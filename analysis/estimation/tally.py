"""What is totalled, and by what? The question that a pass over rows answers, whichever engine makes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import combinations_with_replacement
from typing import Any

from analysis.estimation.design import Design, as_tuple
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import names_of
from analysis.estimation.terms import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One pass over rows. `terms`: K names, each with its term.

    `by`: columns that set domains. `cells`: columns that weighting on the table will need. `where`: column → the levels
    that are in the domain; the others stay in the design. `base`: terms whose rows are counted, as `base` of
    `estimate`; None: every term that counts people. `second_moments`: the sums that design effects of anything but
    shares need, one for each two terms.
    Raises EstimationError for a design without units (then every row would be one), and for a name that is twice in
    `by` or `cells`.
    """

    design: Design
    terms: Mapping[str, Term]
    by: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    base: tuple[str, ...] | None = None
    second_moments: bool = False

    def __post_init__(self) -> None:
        if not as_tuple(self.design.psu):
            raise EstimationError("TOT_NO_PSU")
        for name in ("by", "cells"):
            object.__setattr__(self, name, names_of(getattr(self, name), empty=True))
        people = [name for name, term in self.terms.items() if not term.columns]
        for name in self.base or ():
            if name not in people:
                raise EstimationError("EST_BAD_OPTION", name="base", got=name, allowed=", ".join(people))

    @property
    def drawn(self) -> tuple[str, ...]:
        """The columns that say which unit of which stage a row is of, and out of how many."""
        fpc = as_tuple(self.design.fpc)
        depth = max(len(fpc), 1)
        return tuple(dict.fromkeys((*as_tuple(self.design.strata)[:depth], *as_tuple(self.design.psu)[:depth], *fpc)))

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that a group's rows agree on."""
        return tuple(dict.fromkeys((*self.by, *self.cells, *self.drawn)))

    @property
    def counted(self) -> tuple[str, ...]:
        """The C terms whose rows are counted."""
        if self.base is None:
            return tuple(name for name, term in self.terms.items() if not term.columns)
        return tuple(dict.fromkeys(self.base))

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The P pairs of terms with a second moment."""
        return tuple(combinations_with_replacement(range(len(self.terms)), 2)) if self.second_moments else ()

    def refuse_difference(self, other: "Tally") -> None:
        """Raises EstimationError naming what the other one totals differently."""
        for name in ("design", "by", "cells", "where", "counted", "second_moments"):
            mine, its = getattr(self, name), getattr(other, name)
            if mine != its:
                raise _difference(name, mine, its)
        for name in dict.fromkeys((*self.terms, *other.terms)):
            if self.terms.get(name) != other.terms.get(name):
                raise _difference(name, self.terms.get(name), other.terms.get(name))
        if tuple(self.terms) != tuple(other.terms):
            raise _difference("terms", tuple(self.terms), tuple(other.terms))


def _difference(what: str, first: Any, second: Any) -> EstimationError:
    """The error that names what differs; of two designs or terms, their first field that does."""
    if is_dataclass(first) and is_dataclass(second):
        name = next(each.name for each in fields(first) if getattr(first, each.name) != getattr(second, each.name))
        return _difference(f"{what}: {name}", getattr(first, name), getattr(second, name))
    return EstimationError("TOT_DIFFER", what=what, first=_said(first), second=_said(second))


def _said(value: Any) -> str:
    """A field's value for a message, – where there is none."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_said(each)}" for name, each in value.items()) or "–"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: getattr(value, each.name) for each in fields(value)}
        return _said({name: each for name, each in told.items() if each})
    return "–" if value is None else str(value)
