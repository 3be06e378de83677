"""What does a set of rules for points say? Areas, criteria, sub-criteria with their evidence, rule, owner, source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from typing import Literal

from survey.questionnaire import Words

Mark = Literal["V", "P", "C", "D", "M", "?"]
"""How sure a fact is: seen in the official text · in the press · in a public program · by arithmetic · from memory ·
looked for and not found."""
Kind = Literal["province", "units", "one_stop", "portal"]
"""Who gets a card: the province · every unit of the round · a one-stop desk · the portal's data."""
Evidence = Literal["", "documents", "survey", "sipas", "data"]
"""What points rest on; empty for a node that has criteria under it."""
Rule = Literal["entered", "linear", "options", "ratio", "yes_no", "steps"]
"""How evidence becomes points: `analysis.scores.scorecard.conversion`."""

NOISE = 1e-9
"""Points that differ by less are the same points: sums of decimals are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the rules: an area, a criterion or a sub-criterion. Only lines without children get points.

    Shares are 0-1. `study`, `questions`, `weights` (answer → its share of the maximum; answers without one do not
    count), `node` (of the index tree, for the linear rule) and `respondents` (question → answers of those who count)
    say which answers are the evidence; `measure` which figure of the case files. `target`: the rate that gives all the
    points; `steps`: least rate → points, highest first. `extra`: a bonus or a penalty, outside the maximum. `gap`: what
    the official text divides further, but which is not known; editable.
    """

    code: str
    title: Words
    max_points: float
    parent: str | None = None
    evidence: Evidence = ""
    rule: Rule = "entered"
    study: str = ""
    questions: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    node: str = ""
    respondents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measure: str = ""
    target: float | None = None
    steps: tuple[tuple[float, float], ...] = ()
    owner: str = ""
    group: Words = field(default_factory=dict)
    extra: bool = False
    gap: bool = False
    source: Words = field(default_factory=dict)
    mark: Mark = "?"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A grade: from `at_least` on, of the index (0-1) or of the points as the rules say."""

    label: Words
    at_least: float
    source: Words
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the maxima of the lines with this evidence must add up to."""

    evidence: tuple[Evidence, ...]
    points: float
    source: Words
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A set of rules, every line with its source. Parents come before their children.

    `bands` from the highest down, edges `bands_of` the index or the points. `declared_criteria`, `declared_parts`: how
    many the official text has, None if it does not say. `unit_kind`: of the rated offices that get a card, empty for
    all.
    """

    id: str
    version: str
    kind: Kind
    title: Words
    source: Words
    mark: Mark
    valid_from: date
    criteria: tuple[Criterion, ...]
    valid_to: date | None = None
    note: Words = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    bands_of: Literal["index", "points"] = "index"
    sums: tuple[Sum, ...] = ()
    declared_criteria: int | None = None
    declared_parts: int | None = None
    unit_kind: str = ""

    def criterion(self, code: str) -> Criterion:
        """The line with this code. Raises KeyError if there is none."""
        for each in self.criteria:
            if each.code == code:
                return each
        raise KeyError(code)

    def children(self, code: str | None) -> tuple[Criterion, ...]:
        """The lines right under a line, or the areas."""
        return tuple(each for each in self.criteria if each.parent == code)

    def leaves(self) -> tuple[Criterion, ...]:
        """The lines that get points."""
        parents = {each.parent for each in self.criteria}
        return tuple(each for each in self.criteria if each.code not in parents)

    @property
    def max_points(self) -> float:
        """The maximum of all points, without those that come on top."""
        return fsum(leaf.max_points for leaf in self.leaves() if not leaf.extra)

    def walk(self, code: str | None = None, depth: int = 0) -> Iterator[tuple[int, Criterion]]:
        """Every line with its depth (an area: 0), in reading order."""
        for each in self.children(code):
            yield depth, each
            yield from self.walk(each.code, depth + 1)

    def band(self, index: float, points: float) -> Band | None:
        """The grade of a result on unrounded numbers; what equals an edge has reached it."""
        value = index if self.bands_of == "index" else points
        return next((band for band in self.bands if value >= band.at_least - NOISE), None)

    @property
    def settings(self) -> str:
        """What every output names: id and version."""
        return f"{self.id} ({self.version})"
