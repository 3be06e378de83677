"""The course of a round on the desk: what was done, by whom, and the next step as a button."""

from datetime import date

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.life import LONGEST_REASON, advance, history, next_steps
from survey.pages.context import may, note, person
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.round import Round, State
from survey.site import site
from survey.words import day, plain


def steps(round_: Round) -> None:
    """What the round went through, then each step that is open to it. A draft is opened where it is set up."""
    for each in history(site().store, round_.id):
        on = day(date.fromisoformat(each.day), language())
        code = "LIF_DID_REOPENED" if (each.before, each.to) == ("closed", "open") else f"LIF_DID_{each.to.upper()}"
        st.caption(plain(tell(code, who=each.actor, day=on, reason=each.reason)))
    for to in next_steps(round_.state):
        if round_.state != "draft":
            _step(round_, to)
    if refused := st.session_state.pop(f"life-not-{round_.id}", None):
        problems(refused)


def _step(round_: Round, to: State) -> None:
    key = f"life-{round_.id}-{to}"
    again = (round_.state, to) == ("closed", "open")
    name = "REOPENED" if again else to.upper()
    with st.popover(tell(f"LIF_DO_{name}")):
        st.markdown(plain(tell(f"LIF_DO_{name}_MEANS")))
        if again:
            st.text_area(tell("LIF_REASON"), max_chars=LONGEST_REASON, key=f"{key}-reason")
            st.date_input(
                tell("LIF_NEW_LAST"), value=today(), min_value=today(), format="DD/MM/YYYY", key=f"{key}-until"
            )
        st.button(tell(f"LIF_DO_{name}"), type="primary", key=key, on_click=_take, args=(round_, to))


def _take(round_: Round, to: State) -> None:
    me = person()  # a callback runs before the page asks who is there
    if me is None or not may("dot-khao-sat"):
        return
    key = f"life-{round_.id}-{to}"
    reason, until = st.session_state.get(f"{key}-reason", ""), st.session_state.get(f"{key}-until")
    try:
        advance(site().store, round_, to, me, today(), reason=reason, until=until)
    except Refused as refused:
        st.session_state[f"life-not-{round_.id}"] = refused
        return
    again = (round_.state, to) == ("closed", "open")
    note("round.reopened" if again else f"round.{to}", round_.id)
    st.toast(tell("LIF_DONE"), icon=":material/check:")
