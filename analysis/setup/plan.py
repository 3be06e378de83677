"""What has been typed for a sample so far? The plan of a round that is being set up, kept at every change."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from analysis.estimation.errors import EstimationError
from analysis.setup import frame as frames
from analysis.setup.aim import Aim, start
from analysis.setup.drawing import Method, Rated, Recipe, read_recipe, recipe_of
from analysis.setup.frame import Frame
from analysis.setup.sharing import Sharing, share_out
from survey.round import Place
from survey.store import Store, WorkingPaper
from survey.unit_files import block_word
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


def planned_recipe(plan: Plan, frame: Frame, seed: int) -> Recipe:
    """What would be drawn now. Raises EstimationError where the bounds of the strata leave no room."""
    shared = share_out(frame, plan.aim, plan.sharing, plan.answers)
    return recipe_of(shared, plan.aim, seed=seed, method=plan.method, rated=plan.rated)


def drawn_as_planned(plan: Plan, draw: WorkingPaper | None, frame: WorkingPaper | None) -> bool:
    """Whether the draw that is kept is what plan and frame would still give."""
    if draw is None or frame is None or plan.seed is None:
        return False
    recipe, revision = read_recipe(draw.content)
    try:
        planned = planned_recipe(plan, frames.from_json(frame.content), plan.seed)
    except EstimationError:
        return False
    return (recipe, revision) == (planned, frame.revision)


def unit_places(units: Sequence[Unit]) -> tuple[Place, ...]:
    """Each unit as a place of its own: everybody who comes there is asked, nobody is drawn.

    Units of one block are a stratum; like the names of units it is Vietnamese, whoever looks at the page.
    """
    return tuple(
        Place(code=unit.code, name=unit.name, stratum=block_word(unit.block, "vi"), unit=unit.name) for unit in units
    )
