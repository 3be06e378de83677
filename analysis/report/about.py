"""What is said about a round beside its numbers?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analysis.scores.blocks import unit_blocks
from survey.errors import word
from survey.questionnaire import say
from survey.round import Round
from survey.store import Checkpoint
from survey.words import day

Feeds = Literal["weighted", "unweighted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Facts of a round that are not in its answers. What the questionnaire and the sample know is taken from them.

    `period` in words («01/06/2022 – 30/06/2022»); `source`: a file's name or the round's id; `contact`: whom a reader
    may ask; `created`: local time without zone; `feeds`: which number goes to points and ranks; `invited`: slips handed
    out, unit to number, empty if unknown; `blocks`: unit to its kind, each kind ranked apart, empty for one block;
    `least`: people below whom a unit has no rank, 0: as the ranking rules say;
    `demonstration`: synthetic data, said on the cover and on every sheet. `language`: of the words here and of the
    whole report. `parent`, `agency`: the offices in the head of an official document, the one above first; `locality`:
    where it is dated; left empty they stay open for the clerk.
    `checkpoint`: the last closing of the round's public ledger, None if no day has been closed.
    """

    round_name: str
    study: str
    period: str
    source: str
    contact: str
    created: datetime
    code_version: str
    feeds: Feeds = "unweighted"
    invited: Mapping[str, int] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    least: int = 0
    demonstration: bool = False
    language: str = "vi"
    parent: str = ""
    agency: str = ""
    locality: str = ""
    checkpoint: Checkpoint | None = None


def about_round(
    round_: Round,
    language: str,
    *,
    created: datetime,
    code_version: str,
    checkpoint: Checkpoint | None = None,
    parent: str = "",
    agency: str = "",
    locality: str = "",
) -> About:
    """What the report says of a stored round, in its language. `created`: local time without zone."""
    until = day(round_.closes, language) if round_.closes else word("RES_NO_LAST_DAY", language)
    return About(
        round_name=round_.name,
        study=round_.study,
        period=f"{day(round_.opens, language)} – {until}",
        source=round_.id,
        contact=say(round_.contact, language),
        created=created,
        code_version=code_version,
        feeds="weighted" if round_.feeds == "weighted" else "unweighted",
        invited=round_.invited,
        blocks=unit_blocks(round_),
        least=round_.least,
        demonstration=round_.demonstration,
        language=language,
        parent=parent,
        agency=agency,
        locality=locality,
        checkpoint=checkpoint,
    )
