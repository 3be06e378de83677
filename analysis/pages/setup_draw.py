"""Which communes and villages are drawn? The seed, the draw, its audit workbook, and the places it makes."""

from dataclasses import replace

import streamlit as st

from analysis.estimation.errors import EstimationError
from analysis.pages.setup_drawn import show_drawn
from analysis.scores.responses import refusal
from analysis.setup import drawing
from analysis.setup import frame as frames
from analysis.setup.drawing import METHODS, Rated, drawn, round_places
from analysis.setup.frame import Frame
from analysis.setup.plan import Plan, planned_recipe
from survey.clock import today
from survey.making import weighed
from survey.pages.context import note, person
from survey.pages.language import tell
from survey.round import Round
from survey.site import site
from survey.words import plain

_LARGEST_SEED = 2**31 - 1


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """Seed and method, the button that draws, and what was drawn."""
    paper = site().store.paper(round_.id, frames.PAPER)
    if plan.source != "frame":
        st.info(plain(tell("SET_NOT_DRAWN", page=tell("SET_STEP_PLACES"))))
        return round_, plan
    if paper is None or not plan.answers:
        st.info(plain(tell("SET_SIZE_FIRST", page=tell("SET_STEP_SIZE"))))
        return round_, plan
    frame = frames.from_json(paper.content)
    plan = _choices(round_, plan, frame)
    try:
        if plan.seed is not None and st.button(tell("SET_DRAW_DO"), type="primary", icon=":material/casino:"):
            round_ = _draw(round_, plan, frame, paper.revision)
        show_drawn(round_, frame, paper.revision)
    except EstimationError as error:
        raise refusal(error) from error
    return round_, plan


def _choices(round_: Round, plan: Plan, frame: Frame) -> Plan:
    key = f"setup-{round_.id}-draw"
    seed = st.number_input(
        tell("SET_SEED"), 0, _LARGEST_SEED, value=plan.seed, help=tell("SET_SEED_MEANS"), key=f"{key}-seed"
    )
    method = st.radio(
        tell("SET_METHOD"),
        METHODS,
        index=METHODS.index(plan.method),
        format_func=lambda each: tell(f"SET_METHOD_{each.upper()}"),
        key=f"{key}-method",
    )
    named = any(row.unit for row in frame.rows)
    offered: tuple[Rated, ...] = ("unit", "stratum", "psu") if named else ("stratum", "psu")
    rated: Rated = st.radio(
        tell("SET_RATED"),
        offered,
        index=offered.index(plan.rated) if plan.rated in offered else 0,
        format_func=lambda each: tell(f"SET_RATED_{each.upper()}"),
        key=f"{key}-rated",
    )
    return replace(plan, seed=None if seed is None else int(seed), method=method, rated=rated)


def _draw(round_: Round, plan: Plan, frame: Frame, revision: int) -> Round:
    """The round with the places of a new draw, which is kept beside every earlier one."""
    me = person()
    if me is None or plan.seed is None:
        return round_
    made = drawn(frame, planned_recipe(plan, frame, plan.seed))
    site().store.save_paper(round_.id, drawing.PAPER, drawing.to_json(made, revision), me, today().isoformat())
    note("round.draw", round_.id)
    places, desks = round_places(made)
    asked: dict[str, int] = {}
    for place in made.places:
        asked[place.unit] = asked.get(place.unit, 0) + place.ask
    return weighed(replace(round_, places=places, desks=desks, invited=asked))
