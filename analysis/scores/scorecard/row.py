"""What stands on one line of a card, or in a sum of its lines?"""

from dataclasses import dataclass, field
from typing import Literal

from analysis.scores.scorecard.scheme import Evidence, Mark, Rule
from survey.questionnaire import Words

Basis = Literal["", "inspection", "appraised", "computed", "self"]
"""Where a line's points come from; empty where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the card, or a sum of several. Points and rates are None where there are none.

    `depth`: 0 for an area. `max_points`: the rules' maximum, of a sum only of what applies. `scored_max`: the maximum
    of what has points under it. `low`, `high`: the interval of the points, None where nothing in them was estimated.
    `computed`: the points that the rate gives, whether they count or not. `n`: people (or ratings) that the rate rests
    on, `survey` the round it comes from. `contested`: an inspection disputes the points.
    """

    code: str
    parent: str | None
    depth: int
    leaf: bool
    title: Words
    max_points: float
    scored_max: float = 0.0
    points: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: Evidence = ""
    rule: Rule = "entered"
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    computed: float | None = None
    n: int | None = None
    basis: Basis = ""
    self_points: float | None = None
    appraised: float | None = None
    contested: bool = False
    applicable: bool = True
    extra: bool = False
    gap: bool = False
    owner: str = ""
    group: Words = field(default_factory=dict)
    source: Words = field(default_factory=dict)
    mark: Mark = "?"
    note: str = ""
    reference: str = ""
    survey: str = ""

    @property
    def lost(self) -> float | None:
        """Points not earned, of what was scored; None where nothing was."""
        return None if self.points is None else self.scored_max - self.points

    @property
    def share(self) -> float | None:
        """Points over the maximum of what was scored; None where nothing was."""
        return self.points / self.scored_max if self.points is not None and self.scored_max > 0 else None
