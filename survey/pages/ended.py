"""Page: what stands where a page of the desk was, once its session has ended?"""

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from survey.pages.context import rules, signed_in
from survey.pages.language import language, tell
from survey.pages.people_acts import OWN
from survey.pages.signin import sign_in_address

_EVERY_SECONDS = 60


def show() -> None:
    """That the session is over, why that can be, and the way back to the same page. Who has just made a new passcode
    of their own, which ended it, reads that here: it is shown nowhere else."""
    st.title(tell("ACC_ENDED"), anchor=False)
    if OWN in st.session_state:
        st.success(tell("ACC_MADE_OWN"), icon=":material/key:")
        st.code(st.session_state[OWN], language=None)
    st.markdown(tell("ACC_ENDED_MEANS", minutes=int(rules().idle // 60)))
    address = escape(sign_in_address(asked_for(), language()))
    st.html(f'<p><a target="_self" href="{address}">{escape(tell("ACC_AGAIN"))}</a></p>')


def asked_for() -> str:
    """The path that this browser asked for."""
    return urlsplit(st.context.url or "").path


@st.fragment(run_every=_EVERY_SECONDS)
def watch() -> None:
    """Takes the page off a screen that was left alone, within a minute of the session's end. Being watched is no use:
    the idle time goes on."""
    if not signed_in():
        st.rerun(scope="app")
