"""Whose session is this? A signed token in a cookie, and a small file that says when it was last used.

A token opens something only while its file is there: taking the file away ends the session in every process.
"""

import base64
import hashlib
import hmac
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from survey.access.files import Random, kept
from survey.access.passcodes import stamp_of
from survey.access.rules import IDLE_SECONDS

SESSION_SECONDS: Final = 12 * 3600
"""After so long one signs in again, busy or not."""

_FOLDER = "sessions"
_SEEN_EVERY = 20.0


def new_session(folder: Path, secret: bytes, person: str, now: float, random: Random) -> str:
    """A token that says «signed in as, until», for a cookie, in use from now on. `now` in seconds since 1970."""
    said = f"{int(now) + SESSION_SECONDS}.{_letters(person.encode())}.{_letters(random(9))}"
    token = f"{said}.{_sign(folder, secret, person, said)}"
    sessions = folder / _FOLDER
    sessions.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in sessions.iterdir():
        with suppress(FileNotFoundError):  # another process tidies up too
            if now - old.stat().st_mtime > SESSION_SECONDS:
                old.unlink()
    file = _file(folder, token)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    os.utime(file, (now, now))
    return token


def session_person(folder: Path, secret: bytes, token: str, now: float, idle: float = IDLE_SECONDS) -> str | None:
    """Whose session this is; None if it is not ours, was not used for `idle` seconds, has expired, was ended, or was
    opened with an earlier passcode."""
    said, _, signature = token.rpartition(".")
    until, _, rest = said.partition(".")
    encoded = rest.partition(".")[0]
    if not (until.isascii() and until.isdigit() and len(until) < 16 and now < int(until) and signature.isascii()):
        return None
    # The name is looked for, not decoded: a token can only be of somebody who has a passcode.
    names = [entry["name"] for entry in kept(folder)]
    person: str | None = next((name for name in names if _letters(name.encode()) == encoded), None)
    if person is None or not hmac.compare_digest(signature, _sign(folder, secret, person, said)):
        return None
    seen = _seen(folder, token)
    return person if seen is not None and now - seen < idle else None


def session_seen(folder: Path, token: str, now: float) -> None:
    """Somebody has used this session just now. Writes at most every 20 seconds; an ended session stays ended."""
    seen = _seen(folder, token)
    if seen is not None and now - seen > _SEEN_EVERY:
        with suppress(FileNotFoundError):  # ended by another process in this very moment
            os.utime(_file(folder, token), (now, now))


def end_session(folder: Path, token: str) -> None:
    """The token opens nothing more, in any process on this folder."""
    _file(folder, token).unlink(missing_ok=True)


def _seen(folder: Path, token: str) -> float | None:
    try:
        return _file(folder, token).stat().st_mtime
    except FileNotFoundError:
        return None


def _file(folder: Path, token: str) -> Path:
    """Named by a hash: who can list the folder cannot take a session over."""
    return folder / _FOLDER / hashlib.sha256(f"hailong session 2|{token}".encode("utf-8", "replace")).hexdigest()


def _sign(folder: Path, secret: bytes, person: str, said: str) -> str:
    """The passcode's stamp goes in, so that a new passcode ends every session of the old one."""
    stamp = next((stamp_of(entry) for entry in kept(folder) if entry["name"] == person), "")
    return _letters(hmac.digest(secret, f"desk|{said}|{stamp}".encode(), "sha256"))


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
