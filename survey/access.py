"""Who may do what? One passcode opens the desk; a signed cookie remembers it; wrong tries have to wait.

The passcode itself is shown once, when it is made. What is kept is a scrypt hash in `passcode.json` (mode 0600).
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

Random = Callable[[int], bytes]
"""Gives that many random bytes, as `secrets.token_bytes` does."""

SESSION_SECONDS: Final = 12 * 3600
FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0

_FILE = "passcode.json"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, so 5 bits each; no I and O, no 0 and 1
_GROUPS, _GROUP = 3, 4
_COST = {"n": 2**14, "r": 8, "p": 1}  # 16 MiB, about 50 ms
_REMEMBERED = 10_000


def ensure_passcode(folder: Path, random: Random) -> str | None:
    """A new passcode if the folder has none yet, to be shown once; None if there is one."""
    return None if (folder / _FILE).exists() else reset_passcode(folder, random)


def reset_passcode(folder: Path, random: Random) -> str:
    """A new passcode in place of the old one. Whoever was signed in no longer is."""
    letters = [_ALPHABET[byte % 32] for byte in random(_GROUPS * _GROUP)]
    passcode = "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))
    salt = random(16)
    kept = {"scheme": "scrypt", **_COST, "salt": salt.hex(), "hash": _hash(passcode, salt, _COST).hex()}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{_FILE}.{random(4).hex()}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(kept, file)
    fresh.replace(folder / _FILE)
    return passcode


def verify(folder: Path, typed: str) -> bool:
    """Whether this is the passcode; spaces, hyphens and lower case are forgiven. False if there is none at all."""
    kept = _kept(folder)
    if kept is None:
        return False
    cost = {name: int(kept[name]) for name in _COST}
    return hmac.compare_digest(_hash(typed, bytes.fromhex(kept["salt"]), cost), bytes.fromhex(kept["hash"]))


def new_session(folder: Path, secret: bytes, now: float) -> str:
    """A signed token that says «signed in until», for a cookie. `now` in seconds since 1970."""
    until = str(int(now) + SESSION_SECONDS)
    return f"{until}.{_sign(folder, secret, until)}"


def session_holds(folder: Path, secret: bytes, token: str, now: float) -> bool:
    """Whether the token is ours, not expired, and made under the passcode of today."""
    until, _, signature = token.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 16 and signature.isascii()):
        return False
    return hmac.compare_digest(signature, _sign(folder, secret, until)) and now < int(until)


@dataclass(slots=True)
class Patience:
    """How long a client must wait before the next try: nothing for five tries, then 30 s, doubling up to 15 min.

    Kept in memory only and per client, so that a stranger's guesses do not lock the analyst out.
    """

    _tries: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def try_now(self, client: str, now: float) -> float:
        """Counts a try and returns 0, or returns the seconds still to wait and counts nothing."""
        with self._lock:
            tries, free_at = self._tries.pop(client, (0, 0.0))
            wait = free_at - now
            if wait <= 0:
                tries += 1
                pause = min(FIRST_WAIT * 2 ** max(0, min(tries - FREE_TRIES, 10)), LONGEST_WAIT)
                free_at = now + pause if tries >= FREE_TRIES else 0.0
            self._tries[client] = (tries, free_at)
            while len(self._tries) > _REMEMBERED:
                del self._tries[next(iter(self._tries))]
            return max(wait, 0.0)

    def forget(self, client: str) -> None:
        """The client has shown the right passcode."""
        with self._lock:
            self._tries.pop(client, None)


def _hash(passcode: str, salt: bytes, cost: dict[str, int]) -> bytes:
    plain = "".join(letter for letter in passcode.upper()[:200] if letter.isalnum())
    return hashlib.scrypt(plain.encode(), salt=salt, dklen=32, maxmem=2**26, **cost)


def _kept(folder: Path) -> dict[str, str] | None:
    try:
        kept: dict[str, str] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return kept


def _sign(folder: Path, secret: bytes, until: str) -> str:
    """The salt goes in, so that a new passcode ends every session of the old one."""
    kept = _kept(folder)
    message = f"desk|{until}|{kept['salt'] if kept else ''}"
    return base64.urlsafe_b64encode(hmac.digest(secret, message.encode(), "sha256")).decode().rstrip("=")
