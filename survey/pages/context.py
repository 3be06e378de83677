"""Who is signed in to the desk?"""

import time

import streamlit as st

from survey.access import session_holds
from survey.site import site

COOKIE = "hailong_desk"
"""The cookie that carries the desk's session token."""

_ended: set[str] = set()


def signed_in() -> bool:
    """Whether this browser has signed in to the desk and its session still holds."""
    return holds(st.context.cookies.get(COOKIE, ""))


def holds(token: str) -> bool:
    """Whether this is the token of a session that was not ended."""
    here = site()
    return bool(token) and token not in _ended and session_holds(here.folder, here.secret, token, time.time())


def end_session(token: str) -> None:
    """Signs a session out: its token opens nothing more in this process."""
    if holds(token):
        _ended.add(token)
