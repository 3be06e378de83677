"""Page: the start page. Which surveys are open, and where is the desk?"""

import streamlit as st

from survey.clock import today
from survey.forms import look
from survey.pages.context import signed_in
from survey.pages.language import language, spoken, tell
from survey.pages.links import open_rounds
from survey.pages.signin import SIGN_IN
from survey.site import site


def show() -> None:
    """The open rounds, and the way to the desk for who is not in it."""
    look.style()
    st.title(tell("FORM_HOME_TITLE"), anchor=False)
    open_rounds(site().store.rounds(), today(), language())
    if not signed_in():
        st.html(f'<p><a target="_self" href="{spoken(SIGN_IN, language())}">{tell("FORM_HOME_DESK")}</a></p>')
