"""Page: which rounds are there, how far are they, where are their forms?"""

import streamlit as st

from survey.pages.language import language, spoken, tell
from survey.pages.round_card import card
from survey.round import NEXT
from survey.site import site
from survey.words import plain

SETUP = "/lap-dot"
"""The page where a round is set up (analysis.pages.setup)."""


def show() -> None:
    """All rounds by state, the newest first, and the way to a new one."""
    st.title(tell("ROUNDS_TITLE"), anchor=False)
    st.markdown(f"[{plain(tell('LIF_NEW'))}]({spoken(SETUP, language())})")
    if broken := site().store.unreadable_rounds():
        st.error(plain(tell("STO_ROUND_UNREADABLE", got=", ".join(broken))), icon=":material/error:")
    rounds = tuple(reversed(site().store.rounds()))
    if not rounds:
        st.info(plain(tell("LIF_NONE", page=tell("SET_TITLE"))))
    for state in NEXT:
        found = [round_ for round_ in rounds if round_.state == state]
        if found:
            st.header(plain(tell(f"LIF_GROUP_{state.upper()}")), anchor=False)
        for round_ in found:
            card(round_)
