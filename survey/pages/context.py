"""Who is signed in to the desk, and what may they do?"""

import os
import time
from functools import cache

import streamlit as st

from survey import access
from survey.access import Rules
from survey.clock import now
from survey.proof.staff_log import write_act
from survey.roles import Role, opens
from survey.site import site

COOKIE = "hailong_desk"
"""The cookie that carries the desk's session token."""


@cache
def rules() -> Rules:
    """The IT officer's settings of this process. Raises Refused (ACC_SETTING_...) if they cannot be read."""
    return access.read_rules(os.environ)


def signed_in() -> bool:
    """Whether this browser has signed in to the desk and its session still holds."""
    return person() is not None


def person() -> str | None:
    """The name of who is signed in to the desk in this browser; None if nobody is."""
    return holder(_token())


def role() -> Role | None:
    """What who is signed in here may do; None if nobody is."""
    name = person()
    return None if name is None else access.role_of(site().folder, name)


def units() -> tuple[str, ...] | None:
    """The units whose results a viewer may see, by name; None for everybody else, who may see all."""
    name = person()
    found = None if name is None else access.who(site().folder, name)
    return found.units if found is not None and found.role == "viewer" else None


def may(what: str) -> bool:
    """Whether this page (its slug) or way (survey.roles) is there for who is signed in."""
    return opens(role(), what)


def reads_only() -> bool:
    """Whether who is signed in looks at results and keeps nothing with a round: an approver."""
    return role() == "approver"


def seen() -> None:
    """Somebody is at work here: the session's idle time begins anew. Called where a person did something, not where a
    page refreshes itself."""
    if signed_in():
        access.session_seen(site().folder, _token(), time.time())


def _token() -> str:
    """What this browser's cookie says; nothing where a page runs without a browser, as in tests."""
    token: object = st.context.cookies.get(COOKIE, "")
    return token if isinstance(token, str) else ""


def note(act: str, about: str = "") -> None:
    """Writes into the staff log that who is signed in did this. `act` is a code like "round.open", `about` what it was
    done to: a round's id, a file's name, a person; never an answer. Nothing if nobody is signed in."""
    name = person()
    if name is not None:
        note_for(name, access.role_of(site().folder, name) or "", act, about)


def note_for(name: str, of_role: str, act: str, about: str = "") -> None:
    """The same for somebody who is named."""
    write_act(site().store, name, of_role, act, about, now())


def holds(token: str) -> bool:
    """Whether this is the token of a session that was not ended."""
    return holder(token) is not None


def holder(token: str) -> str | None:
    """The name of who has the session with this token; None if it has ended, is none, or the desk is shut."""
    if not token or not rules().open_at(now()):
        return None
    here = site()
    return access.session_person(here.folder, here.secret, token, time.time(), rules().idle)


def end_session(token: str) -> None:
    """Signs a session out: its token opens nothing more in any process on this data folder."""
    if holds(token):
        access.end_session(site().folder, token)
