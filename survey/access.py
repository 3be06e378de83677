"""Who may do what? A passcode of one's own opens the desk; a signed cookie remembers whose; wrong tries have to wait.

A passcode is shown once, when it is made. What is kept of each person is a name and a scrypt hash, in `passcode.json`
(mode 0600). Passcodes are drawn, never chosen, so no two persons have the same.
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

from survey.errors import Problem, Refused

Random = Callable[[int], bytes]
"""Gives that many random bytes, as `secrets.token_bytes` does."""

SESSION_SECONDS: Final = 12 * 3600
FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0
ADMINISTRATOR: Final = "Quản trị viên"
"""The name of who has the first passcode."""
LONGEST_NAME: Final = 60

_FILE = "passcode.json"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, so 5 bits each; no I and O, no 0 and 1
_GROUPS, _GROUP = 3, 4
_COST = {"n": 2**14, "r": 8, "p": 1}  # 16 MiB, about 50 ms
_REMEMBERED = 10_000


def ensure_passcode(folder: Path, random: Random) -> str | None:
    """The administrator's passcode if the folder has none at all yet, to be shown once; None if there is one."""
    return None if people(folder) else reset_passcode(folder, random)


def reset_passcode(folder: Path, random: Random, person: str = ADMINISTRATOR) -> str:
    """A new passcode for this person, in place of the old one. Whoever was signed in with that no longer is.

    Raises Refused (ACC_NAME) for a name that is empty, too long, or not fit to stand under a decision.
    """
    name = _name(person)
    letters = [_ALPHABET[byte % 32] for byte in random(_GROUPS * _GROUP)]
    passcode = "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))
    salt = random(16)
    hashed = _hash(passcode, salt, _COST).hex()
    mine = {"name": name, "scheme": "scrypt", **_COST, "salt": salt.hex(), "hash": hashed}
    others = [kept for kept in _kept(folder) if kept["name"] != name]
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{_FILE}.{random(4).hex()}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([*others, mine], file, ensure_ascii=False)
    fresh.replace(folder / _FILE)
    return passcode


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who have a passcode."""
    return tuple(kept["name"] for kept in _kept(folder))


def verify(folder: Path, typed: str) -> str | None:
    """Whose passcode this is; spaces, hyphens and lower case are forgiven. None if it is nobody's.

    Takes the same time whoever it is, about 50 ms a person.
    """
    found = None
    for kept in _kept(folder):
        cost = {name: int(kept[name]) for name in _COST}
        if hmac.compare_digest(_hash(typed, bytes.fromhex(kept["salt"]), cost), bytes.fromhex(kept["hash"])):
            found = kept["name"]
    return found


def new_session(folder: Path, secret: bytes, person: str, now: float) -> str:
    """A signed token that says «signed in as, until», for a cookie. `now` in seconds since 1970."""
    said = f"{int(now) + SESSION_SECONDS}.{_letters(person.encode())}"
    return f"{said}.{_sign(folder, secret, person, said)}"


def session_person(folder: Path, secret: bytes, token: str, now: float) -> str | None:
    """Whose session this is; None if the token is not ours, has expired, or was made under an earlier passcode."""
    said, _, signature = token.rpartition(".")
    until, _, encoded = said.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 16 and now < int(until) and signature.isascii()):
        return None
    # The name is looked for, not decoded: a token can only be of somebody who has a passcode.
    person = next((name for name in people(folder) if _letters(name.encode()) == encoded), None)
    if person is None or not hmac.compare_digest(signature, _sign(folder, secret, person, said)):
        return None
    return person


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


def _name(person: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", person).split())
    if not 0 < len(name) <= LONGEST_NAME or name.lower() == "citizen" or not name.isprintable():
        raise Refused([Problem(code="ACC_NAME", values={"got": name[:LONGEST_NAME], "most": LONGEST_NAME})])
    return name


def _kept(folder: Path) -> Sequence[Mapping[str, Any]]:
    """Everybody's entry. A file of the first version has one entry, the administrator's, without a name."""
    try:
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    entries: list[dict[str, Any]] = kept if isinstance(kept, list) else [kept]
    return [{"name": ADMINISTRATOR, **entry} for entry in entries]


def _sign(folder: Path, secret: bytes, person: str, said: str) -> str:
    """The person's salt goes in, so that a new passcode ends every session of the old one."""
    salt = next((kept["salt"] for kept in _kept(folder) if kept["name"] == person), "")
    return _letters(hmac.digest(secret, f"desk|{said}|{salt}".encode(), "sha256"))


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
