"""What does the store hand out beside slips and rounds?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many slips a round received: in all, and by day (ISO), place code (None: none given) and channel.

    `voided` and `erased` have no slip in common (a voided slip stays voided when its answers are erased), so
    total - voided - erased are used.
    """

    total: int
    days: Mapping[str, int]
    places: Mapping[str | None, int]
    channels: Mapping[str, int]
    voided: int
    erased: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptState:
    """What the holder of a receipt may know. `asked`: its withdrawal was asked for and nobody has decided yet."""

    round_id: str
    day: str
    voided: bool
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One issued code: the round it opens, the place (code) it was issued for, and whether an answer burnt it."""

    round_id: str
    place: str | None
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidAct:
    """One step towards taking a slip out of the results, or of leaving it in. `id` is random hex, `day` ISO.

    `actor` is who did it: a member of staff, or "citizen".
    """

    id: str
    response_id: str
    act: Literal["ask", "approve", "refuse"]
    reason: str
    actor: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The closing of a round's days up to `through` (ISO): the tree of all their `size` leaves has this `root` (hex).

    `note` is the signed text as it was published.
    """

    round_id: str
    through: str
    size: int
    root: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuestionnaire:
    """One version of a questionnaire that is kept: its content's hash, its id, its version as the author names it."""

    hash: str
    id: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPaper:
    """What the desk worked out about a round, as it stood after one change. `kind` is a slug, like points or targets.

    `content` is JSON text, whose shape the module of the kind knows; `actor` who changed it, `day` ISO; `revision`
    counts from 1.
    """

    round_id: str
    kind: str
    content: str
    actor: str
    day: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePaper:
    """A WorkingPaper of no round: what the office keeps for all of them, as it stood after one change."""

    kind: str
    content: str
    actor: str
    day: str
    revision: int
