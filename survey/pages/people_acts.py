"""What do the buttons of the page about people do? Each act once, by an administrator only, and into the log."""

import secrets
from collections.abc import Callable

import streamlit as st

from survey import access
from survey.errors import Refused
from survey.pages import context
from survey.pages.language import tell
from survey.roles import Role
from survey.site import site

MADE, OWN, NOT = "people-made", "people-own", "people-not"
"""Where the session has the passcode that was just made, with its person; one's own new passcode, which ends the
session; and what was refused."""


def safely(act: Callable[..., tuple[str, str]], *given: str) -> None:
    """An act of an administrator: a callback runs before the page asks who is there.

    Who it was is asked before: an act on oneself ends the own session, and stands in the log all the same.
    """
    me, of_role = context.person(), context.role()
    if me is None or of_role is None or not context.may("nguoi-dung"):
        return
    try:
        done, about = act(*given)
    except Refused as refused:
        st.session_state[NOT] = refused
    else:
        context.note_for(me, of_role, done, about)


def add() -> tuple[str, str]:
    """Somebody new, as typed. Returns, as all acts here, what the log keeps: the act and what it was done to."""
    of_role, units, identities = _typed("new")
    name = st.session_state["new-name"]
    made, passcode = access.add(site().folder, secrets.token_bytes, name, of_role, units, identities)
    st.session_state[MADE] = (made.name, passcode)
    st.session_state["new-name"] = st.session_state["new-identities"] = ""
    return "people.add", f"{made.name}: {of_role}"


def change(name: str) -> tuple[str, str]:
    """Role, units and accounts, as typed."""
    of_role, units, identities = _typed(f"of {name}")
    access.change(site().folder, secrets.token_bytes, name, of_role, units, identities)
    st.toast(tell("ACC_SAVED"), icon=":material/check:")
    return "people.change", "; ".join([f"{name}: {of_role}", *units])


def renew(name: str) -> tuple[str, str]:
    """A new passcode in place of the old one, with the sessions of that."""
    mine = name == context.person()
    passcode = access.reset_passcode(site().folder, secrets.token_bytes, name)
    if mine:
        st.session_state[OWN] = passcode
    else:
        st.session_state[MADE] = (name, passcode)
    return "people.passcode", name


def remove(name: str) -> tuple[str, str]:
    """Nobody of this name at the desk any more."""
    access.remove_passcode(site().folder, secrets.token_bytes, name)
    st.toast(tell("ACC_REMOVED", name=name), icon=":material/check:")
    return "people.remove", name


def _typed(of: str) -> tuple[Role, list[str], list[str]]:
    state = st.session_state
    return state[f"{of}-role"], state[f"{of}-units"], state[f"{of}-identities"].splitlines()
