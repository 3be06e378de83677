"""What has been typed for a sample so far? The plan of a round that is being set up, kept at every change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from analysis.setup.aim import Aim, start
from analysis.setup.drawing import Method, Rated
from analysis.setup.sharing import Sharing
from survey.round import Place
from survey.store import Store
from survey.units import Unit

PAPER: Final = "setup"
"""The kind of working paper that keeps a plan."""

Source = Literal["frame", "units", "file", "none"]
SOURCES: Final[tuple[Source, ...]] = ("frame", "units", "file", "none")
"""Where the places come from: drawn from a frame, one for each chosen unit, a file of places, or no places at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`units`: codes of the registry, one place each (`source` units). `answers`: the size decided on, 0: not yet.

    `seed` None: not chosen yet.
    """

    source: Source = "frame"
    units: tuple[str, ...] = ()
    aim: Aim = field(default_factory=start)
    sharing: Sharing = field(default_factory=Sharing)
    answers: int = 0
    seed: int | None = None
    method: Method = "pps"
    rated: Rated = "unit"


def kept_plan(store: Store, round_id: str) -> Plan:
    """The plan as it was left; a fresh one where there is none."""
    paper = store.paper(round_id, PAPER)
    return Plan() if paper is None else from_json(paper.content)


def to_json(plan: Plan) -> str:
    """The working paper of kind «setup»."""
    return json.dumps(asdict(plan), ensure_ascii=False)


def from_json(text: str) -> Plan:
    """The plan that `to_json` made a text of. What an earlier version did not ask has its start value."""
    kept: dict[str, Any] = json.loads(text)
    known = {each.name for each in fields(Plan)}
    values = {name: value for name, value in kept.items() if name in known}
    values["units"] = tuple(values.get("units", ()))
    values["aim"] = Aim(**{**asdict(start()), **values.get("aim", {})})
    values["sharing"] = Sharing(**values.get("sharing", {}))
    return Plan(**values)


def unit_places(units: Sequence[Unit], blocks: Mapping[str, str]) -> tuple[Place, ...]:
    """Each unit as a place of its own: everybody who comes there is asked, nobody is drawn.

    Units of one block are a stratum, called as `blocks` says.
    """
    return tuple(Place(code=unit.code, name=unit.name, stratum=blocks[unit.block], unit=unit.name) for unit in units)
