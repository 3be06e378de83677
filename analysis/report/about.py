"""What is said about a round beside its numbers?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Feeds = Literal["weighted", "unweighted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Facts of a round that are not in its answers. What the questionnaire and the sample know is taken from them.

    `period` in words («01/06/2022 – 30/06/2022»); `source`: a file's name or the round's id; `contact`: whom a reader
    may ask; `created`: local time without zone; `feeds`: which number goes to points and ranks; `invited`: slips handed
    out, unit to number, empty if unknown; `demonstration`: synthetic data, said on the cover and on every sheet.
    `language`: of the words here and of the whole report.
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
    demonstration: bool = False
    language: str = "vi"
