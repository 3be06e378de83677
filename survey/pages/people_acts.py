"""What do the buttons of the page about people do? Each act once, by an administrator only, and into the log."""

import secrets
from collections.abc import Callable

import streamlit as st

from survey import access
from survey.errors import Refused
from survey.pages.context import may, note
from survey.pages.language import tell
from survey.roles import Role
from survey.site import site

MADE, NOT = "people-made", "people-not"
"""Where the session has the passcode that was just made, with its person; and what was refused."""


def safely(act: Callable[..., None], *given: str) -> None:
    """An act of an administrator: a callback runs before the page asks who is there."""
    if not may("nguoi-dung"):
        return
    try:
        act(*given)
    except Refused as refused:
        st.session_state[NOT] = refused


def add() -> None:
    """Somebody new, as typed."""
    role, units, identities = _typed("new")
    name = st.session_state["new-name"]
    person, passcode = access.add(site().folder, secrets.token_bytes, name, role, units, identities)
    st.session_state[MADE] = (person.name, passcode)
    st.session_state["new-name"] = st.session_state["new-identities"] = ""
    note("people.add", f"{person.name}: {role}")


def change(name: str) -> None:
    """Role, units and accounts, as typed."""
    role, units, identities = _typed(f"of {name}")
    access.change(site().folder, secrets.token_bytes, name, role, units, identities)
    note("people.change", "; ".join([f"{name}: {role}", *units]))
    st.toast(tell("ACC_SAVED"), icon=":material/check:")


def renew(name: str) -> None:
    """A new passcode in place of the old one, with the sessions of that."""
    st.session_state[MADE] = (name, access.reset_passcode(site().folder, secrets.token_bytes, name))
    note("people.passcode", name)


def remove(name: str) -> None:
    """Nobody of this name at the desk any more."""
    access.remove_passcode(site().folder, secrets.token_bytes, name)
    note("people.remove", name)
    st.toast(tell("ACC_REMOVED", name=name), icon=":material/check:")


def _typed(of: str) -> tuple[Role, list[str], list[str]]:
    state = st.session_state
    return state[f"{of}-role"], state[f"{of}-units"], state[f"{of}-identities"].splitlines()
