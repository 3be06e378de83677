"""What do all pages share? The data folder, the open store, the secret, the clock, and who is signed in."""

import os
import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock

import streamlit as st

from survey.access import session_holds
from survey.forms.accept import VIETNAM
from survey.forms.keys import load_secret
from survey.store import Store

COOKIE = "hailong_desk"
"""The cookie that carries the desk's session token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One opened data folder. `store` is for all threads, `secret` signs form keys and desk sessions."""

    folder: Path
    store: Store
    secret: bytes


_opened: dict[Path, Context] = {}
_opening = Lock()
_ended: set[str] = set()


def context() -> Context:
    """The data folder of this process (HAILONG_DATA, default ./hailong-data), opened once and kept open.

    Raises Refused if it cannot be used.
    """
    folder = Path(os.environ.get("HAILONG_DATA") or "hailong-data").absolute()
    with _opening:
        if folder not in _opened:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            secret = load_secret(folder / "secret.key", secrets.token_bytes)
            _opened[folder] = Context(folder=folder, store=Store.open(folder / "hailong.sqlite3"), secret=secret)
        return _opened[folder]


def close() -> None:
    """Lets go of every opened folder, when the server stops."""
    with _opening:
        for opened in _opened.values():
            opened.store.close()
        _opened.clear()


def now() -> datetime:
    """This moment, in Vietnam's time."""
    return datetime.now(VIETNAM)


def today() -> date:
    """The day it is in Vietnam."""
    return now().date()


def signed_in() -> bool:
    """Whether this browser has signed in to the desk and its session still holds."""
    return holds(st.context.cookies.get(COOKIE, ""))


def holds(token: str) -> bool:
    """Whether this is the token of a session that was not ended."""
    here = context()
    return bool(token) and token not in _ended and session_holds(here.folder, here.secret, token, time.time())


def end_session(token: str) -> None:
    """Signs a session out: its token opens nothing more in this process."""
    if holds(token):
        _ended.add(token)
