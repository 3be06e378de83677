"""What is a change between two rounds? Two numbers, the error of their difference, and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.scores.asked_alike import LeftOut
from analysis.scores.plan import Mode
from analysis.scores.satisfaction import RowLevel
from survey.errors import Problem
from survey.questionnaire import Words
from survey.round import Round

Verdict = Literal["up", "down", "unclear", "doubtful", "break"]
"""`unclear`: not enough evidence; `doubtful`: one of the figures is not reliable; `break`: no change is measured."""
Basis = Literal["all", "common"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One number then and now. `value`, errors and limits are shares (0.01 is one percentage point).

    `unit` is empty for everybody. `basis` «common»: made only of the items that both rounds asked alike, where the
    number itself («all») rests on other items than before. `critical`: the t quantile of the interval.
    """

    id: str
    level: RowLevel
    unit: str
    weighted: bool
    basis: Basis
    before: float
    now: float
    se_before: float
    se_now: float
    covariance: float
    df: float
    critical: float
    n_before: int
    n_now: int
    verdict: Verdict
    notes: tuple[Problem, ...]

    @property
    def value(self) -> float:
        """Now less before."""
        return self.now - self.before

    @property
    def se(self) -> float:
        """The standard error of the difference."""
        return float(np.sqrt(max(self.se_before**2 + self.se_now**2 - 2 * self.covariance, 0.0)))

    @property
    def low(self) -> float:
        """The lower end of the row's own interval."""
        return self.value - self.critical * self.se

    @property
    def high(self) -> float:
        """The upper end of the row's own interval."""
        return self.value + self.critical * self.se


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChanges:
    """Two rounds side by side. `before`, `now`: the rounds. `shared`: sampling units that both drew.

    `breaks`: between the rounds as wholes; `serious`: they make every difference no change. `labels`: what ids are
    called. `alone`: a unit of today → the one it was, where it is just that one.
    """

    now: Round
    before: Round
    level: float
    mode: Mode
    shared: int
    breaks: tuple[Problem, ...]
    serious: bool
    changes: tuple[Change, ...]
    left_out: tuple[LeftOut, ...]
    labels: Mapping[str, Words]
    alone: Mapping[str, str]

    def change(self, id: str, *, weighted: bool, unit: str = "", basis: Basis = "all") -> Change | None:
        """The change of one number; None where it is not compared."""
        wanted = (id, weighted, unit, basis)
        return next((c for c in self.changes if (c.id, c.weighted, c.unit, c.basis) == wanted), None)

    def of(self, *, weighted: bool, units: bool) -> tuple[Change, ...]:
        """The changes of one kind of number: everybody's, or those of units."""
        return tuple(each for each in self.changes if each.weighted == weighted and bool(each.unit) == units)

    def telling(self, *, weighted: bool, units: bool) -> tuple[Change, ...]:
        """As `of`, but one a number: where it rests on other items than before, that of the common items."""
        found = self.of(weighted=weighted, units=units)
        common = {(each.id, each.unit) for each in found if each.basis == "common"}
        return tuple(each for each in found if each.basis == "common" or (each.id, each.unit) not in common)
