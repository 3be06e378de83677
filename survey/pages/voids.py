"""Page: which slips were taken out of the results, and which wait for a decision?

Nobody sees an answer here: a slip is taken out for how it came to be, not for what it says. Nor a slip's id, day or
place: with those the data file would lead from a receipt code to its answers. A request has a number of its own.
"""

import secrets
from datetime import date

import streamlit as st

from survey.access import everybody
from survey.clock import today
from survey.errors import Refused
from survey.pages.context import may, note, person
from survey.pages.desk import choose_round, problems
from survey.pages.language import language, tell
from survey.proof.audit import UnitCount, unit_counts
from survey.proof.audit_text import in_all
from survey.proof.voiding import CITIZEN, PASSED_ON, Pending, ask, decide, may_approve, needs_two, pending, requests
from survey.roles import opens
from survey.round import Round
from survey.site import site
from survey.store import VoidAct
from survey.words import day, plain, whole

_SAID = "void-said"
_SHORT = 6
DECIDING = "void.decide"


def show() -> None:
    """The counts by office, what waits, the form for a new request, and what was decided."""
    round_ = choose_round(tell("VOID_TITLE"))
    me = person()
    if round_ is None or me is None:
        return
    st.markdown(plain(tell("VOID_MEANS")))
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    if not any(opens(each.role, DECIDING) for each in everybody(site().folder) if each.name != me):
        st.warning(plain(tell("VOID_ALONE")), icon=":material/group_add:")
    acts = site().store.void_acts(round_.id)
    _counts(round_)
    _waiting(round_, pending(acts, today()), me)
    _new(round_, me)
    _history(acts)


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


def _waiting(round_: Round, waiting: tuple[Pending, ...], me: str) -> None:
    st.header(tell("VOID_WAITING"), anchor=False)
    if not waiting:
        st.info(tell("VOID_NONE_WAITING"))
        return
    slips = {row.id: row for row in site().store.all_responses(round_.id)}
    unit_of = {place.code: place.unit for place in round_.places}
    for request in waiting:
        slip = slips[request.response_id]
        two, mine = needs_two(request, slip), not may_approve(request, slip, me)
        with st.form(f"decide-{request.id}", enter_to_submit=False):
            unit = unit_of.get(slip.place or "") or tell("AUD_NO_UNIT")
            values = {"who": _who(request.actor), "day": _day(request.day), "unit": unit}
            st.markdown(f"**{plain(tell('VOID_REQUEST', number=_number(request.id), **values))}**")
            if request.reason:
                st.markdown(plain(tell("VOID_REASON_GIVEN", reason=request.reason)))
            if request.confirmed_by:
                st.markdown(plain(tell("VOID_CONFIRMED_BY", who=request.confirmed_by)))
            left = "VOID_DAYS_LEFT" if request.left >= 0 else "VOID_OVERDUE"
            st.caption(plain(tell(left, days=abs(request.left))))
            if two:
                st.caption(plain(tell("VOID_NEEDS_TWO")))
            reason = st.text_input(tell("VOID_WHY_DECIDE"), key=f"why-{request.id}", max_chars=500)
            barred = not may(DECIDING)
            with st.container(horizontal=True):
                label = tell("VOID_CONFIRM" if two else "VOID_APPROVE")
                yes = st.form_submit_button(label, disabled=mine or barred, key=f"yes-{request.id}")
                no = st.form_submit_button(tell("VOID_REFUSE"), disabled=barred, key=f"no-{request.id}")
            if mine or barred:
                st.caption(plain(tell("VOID_ANOTHER_PERSON" if not barred else "ACC_APPROVER_DECIDES")))
            if (yes or no) and not barred:
                _decide(round_, request, reason, me, approve=yes)


def _decide(round_: Round, request: Pending, reason: str, me: str, *, approve: bool) -> None:
    store, random = site().store, secrets.token_bytes
    try:
        done = decide(
            store, round_.id, request.response_id, reason, approve=approve, actor=me, today=today(), random=random
        )
    except Refused as refused:
        problems(refused)
        return
    note(f"void.{done.act}", f"{round_.id}, {_number(request.id)}")
    said = {"ask": "VOID_CONFIRMED", "approve": "VOID_APPROVED", "refuse": "VOID_REFUSED"}[done.act]
    st.session_state[_SAID] = tell(said, number=_number(request.id))
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
    note("void.ask", f"{round_.id}, {_number(act.id)}")
    st.session_state[_SAID] = tell("VOID_ASKED", number=_number(act.id))
    st.rerun()


def _history(acts: tuple[VoidAct, ...]) -> None:
    """Every step there was, the latest first: who, when, why."""
    if not acts:
        return
    st.header(tell("VOID_HISTORY"), anchor=False)
    steps = [(chain[0].id, act) for chain in requests(acts) for act in chain if act.reason != PASSED_ON]
    rows = [
        {
            tell("VOID_DAY"): _day(act.day),
            tell("VOID_OF_SLIP"): _number(number),
            tell("VOID_STEP"): tell(f"VOID_STEP_{_step(number, act)}"),
            tell("VOID_WHO"): _who(act.actor),
            tell("VOID_REASON_TITLE"): act.reason or "–",
        }
        for number, act in sorted(steps, key=lambda step: step[1].day, reverse=True)
    ]
    st.dataframe(rows, hide_index=True)


def _step(number: str, act: VoidAct) -> str:
    return "CONFIRM" if act.act == "ask" and act.id != number else act.act.upper()


def _number(request_id: str) -> str:
    """As people name a request to each other: drawn at random, it leads to no slip."""
    return request_id[:_SHORT].upper()


def _who(actor: str) -> str:
    return tell("VOID_CITIZEN") if actor == CITIZEN else actor


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso), language())
