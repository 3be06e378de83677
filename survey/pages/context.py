"""Who is signed in to the desk?"""

import secrets
import time

import streamlit as st

from survey import access
from survey.site import site

COOKIE = "hailong_desk"
"""The cookie that carries the desk's session token."""


def signed_in() -> bool:
    """Whether this browser has signed in to the desk and its session still holds."""
    return person() is not None


def person() -> str | None:
    """The name of who is signed in to the desk in this browser; None if nobody is."""
    return holder(st.context.cookies.get(COOKIE, ""))


def holds(token: str) -> bool:
    """Whether this is the token of a session that was not ended."""
    return holder(token) is not None


def holder(token: str) -> str | None:
    """The name of who has the session with this token; None if it was ended or is none."""
    if not token:
        return None
    here = site()
    return access.session_person(here.folder, here.secret, token, time.time())


def end_session(token: str) -> None:
    """Signs a session out: its token opens nothing more in any process on this data folder."""
    if holds(token):
        access.end_session(site().folder, secrets.token_bytes, token, time.time())
