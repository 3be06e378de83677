"""Page: set a round up, step by step, from what is asked to the day it opens. What is typed is kept at once."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from analysis.pages import setup_draw, setup_open, setup_places, setup_size, setup_study, setup_when
from analysis.setup.plan import PAPER, Plan, kept_plan, to_json
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import person
from survey.pages.language import tell
from survey.round import Round
from survey.site import site
from survey.words import plain

Step = Callable[[Round, Plan], tuple[Round, Plan]]
"""Shows its part of the settings, and gives back what they are now."""

_STEPS: Final[dict[str, Step]] = {
    "study": setup_study.step,
    "when": setup_when.step,
    "places": setup_places.step,
    "size": setup_size.step,
    "draw": setup_draw.step,
    "open": setup_open.step,
}
_STEP, _SHOWN = "setup-step", "setup-shown"


def show() -> None:
    """The drafts to go on with, or a new one; then the steps of the one that was chosen."""
    st.title(tell("SET_TITLE"), anchor=False)
    setup_open.opened()
    st.markdown(plain(tell("SET_WHAT")))
    me = person()
    drafts = {each.id: each for each in reversed(site().store.rounds()) if each.state == "draft"}
    chosen = setup_study.choose_draft(drafts)
    if me is None:
        return
    if chosen is not None:
        _steps(chosen, me)
    elif setup_study.begin(me):
        st.rerun()


def _steps(round_: Round, me: str) -> None:
    steps = list(_STEPS)
    if st.session_state.get(_STEP) not in steps:
        st.session_state[_STEP] = steps[0]
    labels = {name: f"{at}. {tell(f'SET_STEP_{name.upper()}')}" for at, name in enumerate(steps, start=1)}
    now = st.radio(tell("SET_STEPS"), steps, format_func=labels.__getitem__, horizontal=True, key=_STEP)
    st.header(labels[now], anchor=False)
    plan = kept_plan(site().store, round_.id)
    try:
        round_, plan = _left_behind(round_, plan, now, me)
        after, planned = _STEPS[now](round_, plan)
        _keep(round_, after, plan, planned, me)
    except Refused as refused:
        desk.problems(refused)
    _ways(steps, now)
    setup_open.give_up(round_)


def _left_behind(round_: Round, plan: Plan, now: str, me: str) -> tuple[Round, Plan]:
    """What was typed last in the step that is being left: it comes in the same run as the press that leaves it."""
    shown = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = (round_.id, now)
    unseen = st.empty()  # in every run: what stands below keeps its place, and parts that were opened stay open
    if shown is None or shown[0] != round_.id or shown[1] == now:
        return round_, plan
    with unseen.container():
        after, planned = _STEPS[shown[1]](round_, plan)
        _keep(round_, after, plan, planned, me)
    unseen.empty()
    return after, planned


def _keep(before: Round, after: Round, plan: Plan, planned: Plan, me: str) -> None:
    """Everything that is other than it was, at once: the next visit finds it."""
    store = site().store
    if after != before:
        store.save_round(after)
    if planned != plan:
        store.save_paper(after.id, PAPER, to_json(planned), me, today().isoformat())
    if after != before or planned != plan:
        st.caption(plain(tell("SET_SAVED")))


def _ways(steps: list[str], now: str) -> None:
    at = steps.index(now)
    with st.container(horizontal=True):
        if at:
            st.button(tell("SET_BACK"), on_click=_go, args=(steps[at - 1],), icon=":material/arrow_back:")
        if at + 1 < len(steps):
            st.button(tell("SET_ON"), on_click=_go, args=(steps[at + 1],), type="primary")


def _go(step: str) -> None:
    st.session_state[_STEP] = step
