"""What is one survey round (đợt khảo sát)?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Final, Literal

from survey.collation import Key, unit_sort_key
from survey.questionnaire import Words

NOTICE = "2026-11-22b"
"""Version of the privacy notice that the forms show; a slip names the version its respondent read.

Whoever changes a wording of the notice gives it a new version and writes docs/thong-bao/<version>.md."""


State = Literal["draft", "open", "closed", "archived"]
"""How far a round has come: being set up, taking slips, taking none any more, kept for reading only."""

NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    "draft": ("open", "archived"),
    "open": ("closed",),
    "closed": ("archived", "open"),
    "archived": (),
}
"""To which states a round may go, the usual one first. A draft is archived when it is given up."""

FIXED: Final = ("questionnaire", "study", "places", "margins", "feeds", "rated", "least")
"""What may not change of a round that takes or took slips: what they refer to, whom they count for, who is ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One first-stage unit of the draw (PSU), known to the form only by its opaque `code`.

    `name` is what the respondent picks from (a commune), `stratum` its stratum (a district), `unit` the office that
    is rated there; `weight` the base weight of a respondent there (1/inclusion probability, 1 if unknown);
    `fpc` the number of PSUs in the stratum's population, None if unknown; `wanted` the answers that are planned there,
    0 if there is no plan.
    """

    code: str
    name: str
    stratum: str
    unit: str
    weight: float = 1.0
    fpc: float | None = None
    wanted: int = 0


def place_order(place: Place) -> Key:
    """Where a place stands in every list that people see: by stratum, then by name."""
    return unit_sort_key(place.stratum), unit_sort_key(place.name), place.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A counter at a place (`place` is a place's code) with a link, a QR or a tablet of its own."""

    code: str
    name: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """An office that respondents of the round rate by name, several on one form; `kind` like department, locality."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A known population total: `total` people have `level` on `variable` (`sex|age` and `1|2` for a joint cell)."""

    variable: str
    level: str
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round. `questionnaire` is the content hash of the instrument version it asks.

    `study` household, user, officials or other; `opens`/`closes` inclusive days, `closes` None for open end;
    `demonstration` marks synthetic data, said on every screen and sheet; `contact` whom a respondent may ask;
    `invited`: slips handed out, unit to number, empty if unknown;
    `desks` counters with links of their own; `rated` the offices that officials rate by name (survey.rating);
    `invitation_only`: only who has a one-time code may answer; `keep_years`: answers are erased so long after `closes`;
    `consent` the notice that an imported slip's respondent read (a form's slip names NOTICE, which the form shows);
    `feeds` which number goes to points and ranks: `weighted` (the round has margins or base weights) or `unweighted`;
    `state` changes by survey.life alone; `least`: from so many answers on a unit is ranked, 0: as the rules say;
    `channels` the ways of answering that are taken (survey.forms.accept), empty: all.
    """

    id: str
    name: str
    questionnaire: str
    study: str
    opens: date
    closes: date | None
    languages: tuple[str, ...]
    consent: str
    contact: Words
    places: tuple[Place, ...] = ()
    margins: tuple[Margin, ...] = ()
    feeds: str = "unweighted"
    invited: Mapping[str, int] = field(default_factory=dict)
    desks: tuple[Desk, ...] = ()
    rated: tuple[Rated, ...] = ()
    invitation_only: bool = False
    keep_years: int = 5
    demonstration: bool = False
    state: State = "open"
    least: int = 0
    channels: tuple[str, ...] = ()

    def open_on(self, day: date) -> bool:
        """Whether the round takes an answer given on `day`."""
        return self.state == "open" and self.opens <= day and (self.closes is None or day <= self.closes)


def fixed_changes(before: Round, after: Round) -> tuple[str, ...]:
    """The fields that differ and must not, by name: in a draft none, in an archived round all, else those FIXED.

    `state` where no step of NEXT leads from one to the other.
    """
    names = tuple(each.name for each in fields(Round)) if before.state == "archived" else FIXED
    wrong = [name for name in names if getattr(before, name) != getattr(after, name)]
    if before.state == "draft":
        wrong = []
    stepped = after.state == before.state or after.state in NEXT[before.state]
    return tuple(dict.fromkeys((*wrong, *(() if stepped else ("state",)))))
