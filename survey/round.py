"""What is one survey round (đợt khảo sát)?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from survey.questionnaire import Words

NOTICE = "2026-11-22b"
"""Version of the privacy notice that the forms show; a slip names the version its respondent read.

Whoever changes a wording of the notice gives it a new version and writes docs/thong-bao/<version>.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One first-stage unit of the draw (PSU), known to the form only by its opaque `code`.

    `name` is what the respondent picks from (a commune), `stratum` its stratum (a district), `unit` the office that
    is rated there; `weight` the base weight of a respondent there (1/inclusion probability, 1 if unknown);
    `fpc` the number of PSUs in the stratum's population, None if unknown.
    """

    code: str
    name: str
    stratum: str
    unit: str
    weight: float = 1.0
    fpc: float | None = None


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
    `feeds` which number goes to points and ranks: `weighted` (the round has margins or base weights) or `unweighted`.
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

    def open_on(self, day: date) -> bool:
        """Whether an answer given on `day` belongs to the round."""
        return self.opens <= day and (self.closes is None or day <= self.closes)
