"""Part of the quality page: one sign, its slips, and the decision about them."""

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.pages.quality_tables import SHORT, SHOWN, slip_table
from analysis.scores.quality import Flag
from analysis.scores.quality_words import flag_words, kind_words, unit_words
from survey.clock import today
from survey.errors import Refused
from survey.exclusions import LEAST, MOST, REASONS, Decision, decide
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import language, tell
from survey.response import Response
from survey.round import Round
from survey.site import site
from survey.words import plain, whole

_SAID = "quality-said"
_WHICH = ("OPEN", "ALL", "SOME")


def decide_about(
    round_: Round, flags: Sequence[Flag], standing: Mapping[str, Decision], places: Mapping[str, str]
) -> None:
    """One sign chosen, its slips, and the form."""
    known = {flag.id: flag for flag in flags if flag.slips}
    if not known:
        return
    st.header(tell("QUA_DECIDE"), anchor=False)
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    chosen = st.selectbox(
        tell("QUA_CHOOSE"),
        list(known),
        index=None,
        format_func=lambda id_: _called(known[id_]),
        placeholder=tell("QUA_CHOOSE_NONE"),
        key="quality-flag",
    )
    if chosen is None:
        return
    flag = known[chosen]
    st.markdown(plain(flag_words(flag, places, language())))
    slips = {slip.id: slip for slip in site().store.responses(round_.id)}
    mine = [slips[id_] for id_ in flag.slips if id_ in slips]
    slip_table(round_, mine, standing)
    _form(round_, flag, mine, standing)


def _called(flag: Flag) -> str:
    return (
        f"{unit_words(flag.unit, language())} · {kind_words(flag, language())} · {whole(len(flag.slips), language())}"
    )


def _form(round_: Round, flag: Flag, slips: Sequence[Response], standing: Mapping[str, Decision]) -> None:
    if flag.reason == "excess":
        st.warning(plain(tell("QUA_CARE_EXCESS")), icon=":material/balance:")
    waiting = [slip.id for slip in slips if slip.id not in standing]
    counts = {"ALL": len(slips), "OPEN": len(waiting), "SOME": 0}
    ways = [way for way in _WHICH if way != "OPEN" or 0 < len(waiting) < len(slips)]
    which = st.radio(
        tell("QUA_WHICH"),
        ways,
        format_func=lambda way: tell(f"QUA_WHICH_{way}", count=counts[way]),
        key="quality-which",
    )
    with st.form("quality-decide", enter_to_submit=False):
        chosen = [slip.id for slip in slips] if which == "ALL" else waiting
        if which == "SOME":
            options = [slip.id for slip in slips[:SHOWN]]
            chosen = st.multiselect(
                tell("QUA_SOME"), options, format_func=lambda id_: id_[:SHORT], key=f"quality-some-{flag.id}"
            )
        out = st.radio(tell("QUA_DO"), ("KEEP", "OUT"), format_func=lambda way: tell(f"QUA_DO_{way}"), key="quality-do")
        reason = st.selectbox(
            tell("QUA_WHY_CHOOSE"),
            REASONS,
            index=REASONS.index(flag.reason),
            format_func=lambda code: tell(f"QUA_REASON_{code.upper()}"),
            key=f"quality-reason-{flag.id}",
        )
        text = st.text_input(tell("QUA_WHY_TEXT", least=LEAST), max_chars=MOST, key=f"quality-text-{flag.id}")
        sent = st.form_submit_button(tell("QUA_SAVE"), key="quality-save")
    if sent:
        _keep(round_, chosen, exclude=out == "OUT", reason=str(reason), text=text)


def _keep(round_: Round, ids: Sequence[str], *, exclude: bool, reason: str, text: str) -> None:
    me = person()
    if me is None:
        return
    try:
        count = decide(site().store, round_.id, ids, exclude=exclude, reason=reason, text=text, actor=me, today=today())
    except Refused as refused:
        desk.problems(refused)
        return
    note("quality.exclude" if exclude else "quality.keep", round_.id)
    st.session_state[_SAID] = tell("QUA_SAVED_OUT" if exclude else "QUA_SAVED_KEEP", count=whole(count, language()))
    st.rerun()
