"""How does a page keep a changed registry of units? One way in, for the page and its forms."""

from collections.abc import Callable

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.pages.context import note, person
from survey.pages.desk import problems
from survey.site import site
from survey.unit_office import keep_units
from survey.units import Registry

SAID = "units-said"
"""What the next run says was done."""


def save(make: Callable[[], Registry], revision: int, *, act: str, about: str, said: str) -> None:
    """Keep what `make` gives in place of this revision, log it and show the page anew; or say every fault."""
    try:
        keep_units(site().store, make(), person() or "", today(), revision)
    except Refused as refused:
        problems(refused)
        return
    note(act, about)
    st.session_state[SAID] = said
    st.rerun()
