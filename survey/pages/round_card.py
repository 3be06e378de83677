"""One round on the desk: its days, the addresses of its form, and its last day."""

from dataclasses import replace

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.forms.draft import form_address
from survey.forms.words import plain
from survey.making import mended
from survey.pages.context import signed_in
from survey.pages.desk import named, period, problems, study_words
from survey.pages.language import tell
from survey.round import Round
from survey.site import site


def card(round_: Round) -> None:
    """The round as a box that opens."""
    state = "OPEN" if round_.open_on(today()) else "EARLY" if today() < round_.opens else "OVER"
    with st.expander(f"{plain(named(round_))} · {plain(tell(f'ROUND_STATE_{state}'))}", key=f"card-{round_.id}"):
        if round_.demonstration:
            st.caption(f"**{plain(tell('DESK_DEMONSTRATION'))}**")
        st.markdown(f"{plain(study_words(round_.study))} · {plain(period(round_))}")
        base = (st.context.url or "").split("/dot-khao-sat")[0].rstrip("/")
        for code, channel in (("ROUND_LINK", ""), ("ROUND_LINK_KIOSK", "kiosk"), ("ROUND_LINK_ASSISTED", "assisted")):
            st.caption(plain(tell(code)))
            st.code(base + form_address(round_.id, channel=channel), language=None)
        if round_.places:
            st.caption(plain(tell("ROUND_LINKS_PLACES")))
            rows = [
                {
                    tell("ROUND_STRATUM"): place.stratum,
                    tell("ROUND_PLACE"): place.name,
                    tell("ROUND_ADDRESS"): base + form_address(round_.id, place=place.code),
                }
                for place in round_.places
            ]
            st.dataframe(rows, hide_index=True, height=240)
        _close(round_)
        _mend(round_)


def _close(round_: Round) -> None:
    st.date_input(
        tell("ROUND_CLOSES"),
        value=round_.closes,
        min_value=round_.opens,
        format="DD/MM/YYYY",
        key=f"closes-{round_.id}",
    )
    st.button(tell("ROUND_SAVE"), key=f"close-{round_.id}", on_click=_save_closing, args=(round_,))


def _save_closing(round_: Round) -> None:
    # The date is read here: what the button was drawn with is the date before the last change. And a callback runs
    # before the page asks who is there.
    if signed_in():
        site().store.save_round(replace(round_, closes=st.session_state[f"closes-{round_.id}"]))
        st.toast(tell("ROUND_SAVED"), icon=":material/check:")


def _mend(round_: Round) -> None:
    st.text_input(tell("RND_MEND_NAME"), value=round_.name, key=f"name-{round_.id}")
    st.text_input(tell("RND_MEND_CONTACT"), value=round_.contact.get("vi", ""), key=f"contact-{round_.id}")
    st.button(tell("RND_MEND"), key=f"mend-{round_.id}", on_click=_save_mended, args=(round_,))
    if refused := st.session_state.pop(f"mend-not-{round_.id}", None):
        problems(refused)


def _save_mended(round_: Round) -> None:
    if not signed_in():
        return
    try:
        # The round is read again: its last day may have been changed in another window.
        here = site().store.round(round_.id)
        typed = {name: st.session_state[f"{name}-{round_.id}"] for name in ("name", "contact")}
        site().store.save_round(mended(here, **typed))
    except Refused as refused:
        st.session_state[f"mend-not-{round_.id}"] = refused
    else:
        st.toast(tell("RND_MENDED"), icon=":material/check:")
