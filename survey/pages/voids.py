"""Page: which slips were taken out of the results, and which wait for a decision?

Nobody sees an answer here: a slip is taken out for how it came to be, not for what it says.
"""

import secrets
from datetime import date

import streamlit as st

from survey.access import people
from survey.clock import today
from survey.errors import Refused
from survey.forms.words import day, plain, whole
from survey.pages.context import person
from survey.pages.desk import choose_round, problems
from survey.pages.language import language, tell
from survey.proof.audit import UnitCount, unit_counts
from survey.proof.audit_text import in_all
from survey.proof.voiding import CITIZEN, Pending, ask, decide, pending
from survey.round import Round
from survey.site import site
from survey.store import VoidAct

_SAID = "void-said"
_SHORT = 8


def show() -> None:
    """The counts by office, what waits, the form for a new request, and what was decided."""
    round_ = choose_round(tell("VOID_TITLE"))
    me = person()
    if round_ is None or me is None:
        return
    st.markdown(plain(tell("VOID_MEANS")))
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    if len(people(site().folder)) < 2:
        st.warning(plain(tell("VOID_ALONE")), icon=":material/group_add:")
    acts = site().store.void_acts(round_.id)
    _counts(round_)
    _waiting(pending(acts, today()), me)
    _new(round_, me)
    _decided(acts)


def _counts(round_: Round) -> None:
    st.header(tell("VOID_COUNTS"), anchor=False)
    units = unit_counts(round_, site().store.states(round_.id))
    rows = [(unit.unit or tell("AUD_NO_UNIT"), unit) for unit in units] + [(tell("AUD_ALL_UNITS"), in_all(units))]
    st.table([_row(name, unit) for name, unit in rows], hide_index=True)


def _row(name: str, unit: UnitCount) -> dict[str, str]:
    numbers = {
        "VOID_RECEIVED": unit.received,
        "VOID_VOIDED": unit.voided,
        "VOID_ERASED": unit.erased,
        "VOID_USED": unit.used,
    }
    return {tell("VOID_UNIT"): plain(name)} | {tell(code): whole(n, language()) for code, n in numbers.items()}


def _waiting(requests: tuple[Pending, ...], me: str) -> None:
    st.header(tell("VOID_WAITING"), anchor=False)
    if not requests:
        st.info(tell("VOID_NONE_WAITING"))
    for request in requests:
        with st.form(f"decide-{request.response_id}", enter_to_submit=False):
            values = {"slip": request.response_id[:_SHORT], "who": _who(request.actor), "day": _day(request.day)}
            st.markdown(f"**{plain(tell('VOID_REQUEST', **values))}**")
            if request.reason:
                st.markdown(plain(tell("VOID_REASON_GIVEN", reason=request.reason)))
            left = "VOID_DAYS_LEFT" if request.left >= 0 else "VOID_OVERDUE"
            st.caption(plain(tell(left, days=abs(request.left))))
            reason = st.text_input(tell("VOID_WHY_DECIDE"), key=f"why-{request.response_id}", max_chars=500)
            with st.container(horizontal=True):
                mine = request.actor == me
                yes = st.form_submit_button(tell("VOID_APPROVE"), disabled=mine, key=f"yes-{request.response_id}")
                no = st.form_submit_button(tell("VOID_REFUSE"), key=f"no-{request.response_id}")
            if mine:
                st.caption(plain(tell("VOID_ANOTHER_PERSON")))
            if yes or no:
                _decide(request, reason, me, approve=yes)


def _decide(request: Pending, reason: str, me: str, *, approve: bool) -> None:
    store, random = site().store, secrets.token_bytes
    try:
        decide(store, request.response_id, reason, approve=approve, actor=me, today=today(), random=random)
    except Refused as refused:
        problems(refused)
        return
    st.session_state[_SAID] = tell("VOID_APPROVED" if approve else "VOID_REFUSED", slip=request.response_id[:_SHORT])
    st.rerun()


def _new(round_: Round, me: str) -> None:
    st.header(tell("VOID_NEW"), anchor=False)
    with st.form("ask", clear_on_submit=False, enter_to_submit=False):
        slip = st.text_input(tell("VOID_SLIP"), help=tell("VOID_SLIP_HELP"), key="slip", max_chars=300)
        reason = st.text_input(tell("VOID_WHY_ASK"), key="why", max_chars=500)
        sent = st.form_submit_button(tell("VOID_ASK"), key="ask-void")
    if not sent:
        return
    try:
        act = ask(site().store, round_.id, slip, reason, actor=me, today=today(), random=secrets.token_bytes)
    except Refused as refused:
        problems(refused)
        return
    st.session_state[_SAID] = tell("VOID_ASKED", slip=act.response_id[:_SHORT])
    st.rerun()


def _decided(acts: tuple[VoidAct, ...]) -> None:
    """Every step there was, the latest first: who, when, why."""
    if not acts:
        return
    st.header(tell("VOID_HISTORY"), anchor=False)
    rows = [
        {
            tell("VOID_DAY"): _day(act.day),
            tell("VOID_OF_SLIP"): act.response_id[:_SHORT],
            tell("VOID_STEP"): tell(f"VOID_STEP_{act.act.upper()}"),
            tell("VOID_WHO"): plain(_who(act.actor)),
            tell("VOID_REASON_TITLE"): plain(act.reason or "–"),
        }
        for act in sorted(acts, key=lambda each: each.day, reverse=True)
    ]
    st.dataframe(rows, hide_index=True)


def _who(actor: str) -> str:
    return tell("VOID_CITIZEN") if actor == CITIZEN else actor


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso), language())
