"""One round on the desk: its days and state, the address of its form, its assessment, and what can be changed."""

from dataclasses import replace
from datetime import date

import streamlit as st

from survey.errors import Problem, Refused
from survey.forms.accept import CHANNELS
from survey.links import light_address
from survey.making import mended
from survey.pages.addresses import base
from survey.pages.context import note, signed_in
from survey.pages.desk import channel_words, named, period, problems, state_now, study_words
from survey.pages.language import language, spoken, tell
from survey.pages.round_steps import steps
from survey.privacy.assessment import assessment
from survey.privacy.document import word_file
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.site import site
from survey.words import plain

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def card(round_: Round) -> None:
    """The round as a box that opens."""
    with st.expander(f"{plain(named(round_))} · {plain(state_now(round_))}", key=f"card-{round_.id}"):
        if round_.demonstration:
            st.caption(f"**{plain(tell('DESK_DEMONSTRATION'))}**")
        st.markdown(f"{plain(study_words(round_.study))} · {plain(period(round_))}")
        if round_.state == "draft":
            address = spoken(f"/lap-dot?dot={round_.id}", language())
            st.markdown(f"[{plain(tell('LIF_GO_ON'))}]({address})")
        if round_.state == "open":
            st.caption(plain(tell("ROUND_LINK")))
            st.code(light_address(base(st.context.url or "").public, round_.id), language=None)
            st.markdown(f"[{plain(tell('ROUND_WAYS', page=tell('CHN_TITLE')))}]({spoken('/cach-tra-loi', language())})")
        asked = site().store.questionnaire(round_.questionnaire)
        assessment_button(asked, round_, f"{round_.id}-danh-gia-tac-dong.docx", key=f"dpia-{round_.id}")
        if round_.state == "open":
            _close(round_)
        if round_.state in ("open", "closed"):
            _mend(round_)
        steps(round_)


def assessment_button(asked: Questionnaire, round_: Round | None, file_name: str, *, key: str) -> None:
    """The data-protection assessment to take away; it is made when it is asked for."""
    spoken_in = language()
    st.download_button(
        tell("DPIA_DOWNLOAD"),
        data=lambda: word_file(assessment(asked, round_, spoken_in)),
        file_name=file_name,
        mime=_DOCX,
        help=tell("DPIA_DOWNLOAD_HELP"),
        on_click="ignore",
        icon=":material/policy:",
        key=key,
    )


def _close(round_: Round) -> None:
    st.date_input(
        tell("ROUND_CLOSES"),
        value=round_.closes,
        min_value=round_.opens,
        format="DD/MM/YYYY",
        key=f"closes-{round_.id}",
    )
    st.button(tell("ROUND_SAVE"), key=f"close-{round_.id}", on_click=_save_closing, args=(round_.id,))
    if refused := st.session_state.pop(f"close-not-{round_.id}", None):
        problems(refused)


def _save_closing(round_id: str) -> None:
    # The date is read here: what the button was drawn with is the date before the last change. And a callback runs
    # before the page asks who is there.
    if not signed_in():
        return
    store, closes = site().store, st.session_state[f"closes-{round_id}"]
    try:
        last = max(store.counts(round_id).days, default="")
        if closes is not None and closes.isoformat() < last:
            values = {"closes": closes, "last": date.fromisoformat(last)}
            raise Refused([Problem(code="RND_CLOSES_EARLY", values=values)])
        # The round is read again: its name may have been changed in another window.
        store.save_round(replace(store.round(round_id), closes=closes))
    except Refused as refused:
        st.session_state[f"close-not-{round_id}"] = refused
    else:
        note("round.mend", round_id)
        st.toast(tell("ROUND_SAVED"), icon=":material/check:")


def _mend(round_: Round) -> None:
    st.text_input(tell("RND_MEND_NAME"), value=round_.name, key=f"name-{round_.id}")
    st.text_input(tell("RND_MEND_CONTACT"), value=round_.contact.get("vi", ""), key=f"contact-{round_.id}")
    st.multiselect(
        tell("SET_CHANNELS"),
        CHANNELS,
        default=round_.channels or CHANNELS,
        format_func=channel_words,
        key=f"channels-{round_.id}",
    )
    st.button(tell("RND_MEND"), key=f"mend-{round_.id}", on_click=_save_mended, args=(round_,))
    if refused := st.session_state.pop(f"mend-not-{round_.id}", None):
        problems(refused)


def _save_mended(round_: Round) -> None:
    if not signed_in():
        return
    try:
        # The round is read again: its last day may have been changed in another window.
        here = site().store.round(round_.id)
        typed = {name: st.session_state[f"{name}-{round_.id}"] for name in ("name", "contact", "channels")}
        site().store.save_round(mended(here, **typed))
    except Refused as refused:
        st.session_state[f"mend-not-{round_.id}"] = refused
    else:
        note("round.mend", round_.id)
        st.toast(tell("RND_MENDED"), icon=":material/check:")
