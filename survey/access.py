"""Who may do what? A passcode of one's own opens the desk; a signed cookie remembers whose; wrong tries have to wait.

A passcode is shown once, when it is made. What is kept of each person is a name, two letters by which the passcode is
found, and a scrypt hash, in `passcode.json` (mode 0600). Passcodes are drawn, never chosen.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

from survey.errors import Problem, Refused

try:
    import fcntl
except ImportError:  # not on Windows, where two processes must not change passcodes in the same moment
    fcntl = None  # type: ignore[assignment]

Random = Callable[[int], bytes]
"""Gives that many random bytes, as `secrets.token_bytes` does."""

SESSION_SECONDS: Final = 12 * 3600
FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0
ADMINISTRATOR: Final = "Quản trị viên"
"""The name of who has the first passcode."""
LONGEST_NAME: Final = 60

_FILE, _ENDED = "passcode.json", "ended-sessions.txt"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, so 5 bits each; no I and O, no 0 and 1
_GROUPS, _GROUP = 3, 4
_MARK = 2  # letters that say whose passcode it is; the other ten are 50 secret bits
_COST = {"n": 2**14, "r": 8, "p": 1}  # 16 MiB, about 50 ms
_NOBODY: Mapping[str, Any] = {"salt": "00" * 16, "hash": "00" * 32, "name": "", **_COST}
_REMEMBERED = 10_000
_MEANT_OTHERWISE = frozenset({"citizen", "respondent", "the respondent", "nguoi dan", "nguoi gui phieu"})
_PLAIN_LETTERS = re.compile(r"[A-Za-zĐđ0-9 .,'()-]+")
_ours = Lock()


def ensure_passcode(folder: Path, random: Random) -> str | None:
    """The administrator's passcode if the folder has none at all yet, to be shown once; None if there is one."""
    return None if people(folder) else reset_passcode(folder, random)


def reset_passcode(folder: Path, random: Random, person: str = ADMINISTRATOR) -> str:
    """A new passcode for this person, in place of the old one. Whoever was signed in with that no longer is.

    One name is one person however it is typed (see `same_person`); the first spelling stays. Raises Refused (ACC_NAME)
    for a name that is empty, too long, or not fit to stand under a decision.
    """
    typed = _name(person)
    salt = random(16)
    with _alone(folder):
        kept = _kept(folder)
        others = [entry for entry in kept if not same_person(entry["name"], typed)]
        name = next((entry["name"] for entry in kept if same_person(entry["name"], typed)), typed)
        letters = _drawn(random, {entry.get("mark") for entry in others})
        hashed = _hash(letters, salt, _COST).hex()
        mine = {"name": name, "mark": letters[:_MARK], "scheme": "scrypt", **_COST, "salt": salt.hex(), "hash": hashed}
        _write(folder / _FILE, json.dumps([*others, mine], ensure_ascii=False), random)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def remove_passcode(folder: Path, random: Random, person: str) -> str:
    """Takes a person's passcode away, with the sessions it opened; returns the name. Raises Refused (ACC_NOBODY)."""
    with _alone(folder):
        kept = _kept(folder)
        gone = [entry["name"] for entry in kept if same_person(entry["name"], person)]
        if not gone:
            values = {"got": person[:LONGEST_NAME], "names": ", ".join(entry["name"] for entry in kept) or "–"}
            raise Refused([Problem(code="ACC_NOBODY", values=values)])
        left = [entry for entry in kept if entry["name"] not in gone]
        _write(folder / _FILE, json.dumps(left, ensure_ascii=False), random)
    return str(gone[0])


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who have a passcode."""
    return tuple(kept["name"] for kept in _kept(folder))


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: the form of letters, spaces and marks at the end do not make another person."""
    return _known_by(one) == _known_by(other)


def verify(folder: Path, typed: str) -> str | None:
    """Whose passcode this is; spaces, hyphens and lower case are forgiven. None if it is nobody's.

    One hash, about 50 ms, whoever it is and however many have a passcode; passcodes of earlier versions, which do not
    say whose they are, take one more each.
    """
    mark = _plain(typed)[:_MARK]
    kept = _kept(folder)
    marked = next((entry for entry in kept if entry.get("mark") == mark), _NOBODY)
    found = None
    for entry in (marked, *(entry for entry in kept if "mark" not in entry)):
        cost = {name: int(entry[name]) for name in _COST}
        if hmac.compare_digest(_hash(typed, bytes.fromhex(entry["salt"]), cost), bytes.fromhex(entry["hash"])):
            found = entry["name"]
    return found


def tried_for(typed: str) -> str:
    """What a try is counted under: the two letters that say whose passcode was meant. No secret."""
    return _plain(typed)[:_MARK]


def new_session(folder: Path, secret: bytes, person: str, now: float) -> str:
    """A signed token that says «signed in as, until», for a cookie. `now` in seconds since 1970."""
    said = f"{int(now) + SESSION_SECONDS}.{_letters(person.encode())}"
    return f"{said}.{_sign(folder, secret, person, said)}"


def session_person(folder: Path, secret: bytes, token: str, now: float) -> str | None:
    """Whose session this is; None if it is not ours, has expired, was ended, or was made under an earlier passcode."""
    said, _, signature = token.rpartition(".")
    until, _, encoded = said.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 16 and now < int(until) and signature.isascii()):
        return None
    # The name is looked for, not decoded: a token can only be of somebody who has a passcode.
    person = next((name for name in people(folder) if _letters(name.encode()) == encoded), None)
    if person is None or not hmac.compare_digest(signature, _sign(folder, secret, person, said)):
        return None
    return None if _digest(token) in _ended(folder, now) else person


def end_session(folder: Path, random: Random, token: str, now: float) -> None:
    """The token opens nothing more, in any process on this folder. Only its hash is kept, for as long as it held."""
    with _alone(folder):
        ended = {**_ended(folder, now), _digest(token): int(now) + SESSION_SECONDS}
        _write(folder / _ENDED, "".join(f"{digest} {until}\n" for digest, until in ended.items()), random)


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
    return hashlib.scrypt(_plain(passcode).encode(), salt=salt, dklen=32, maxmem=2**26, **cost)


def _plain(passcode: str) -> str:
    return "".join(letter for letter in passcode.upper()[:200] if letter.isalnum())


def _drawn(random: Random, taken: set[str | None]) -> str:
    """The letters of a new passcode, with a mark that nobody has yet."""
    while True:
        letters = "".join(_ALPHABET[byte % 32] for byte in random(_GROUPS * _GROUP))
        if letters[:_MARK] not in taken:
            return letters


def _name(person: str) -> str:
    """Only Latin letters, so that no letter of another alphabet passes for one of them."""
    name = " ".join(unicodedata.normalize("NFKC", person).split())
    bare = _bare(name)
    if (
        not 0 < len(name) <= LONGEST_NAME
        or not _PLAIN_LETTERS.fullmatch(bare)
        or not any(map(str.isalpha, bare))
        or _known_by(bare).replace("đ", "d") in _MEANT_OTHERWISE
    ):
        raise Refused([Problem(code="ACC_NAME", values={"got": name[:LONGEST_NAME], "most": LONGEST_NAME})])
    return name


def _bare(name: str) -> str:
    """Without the marks above and below letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


def _known_by(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).rstrip(" .,'()-")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the folder's passcodes and sessions meanwhile: no thread, and no other process."""
    folder.mkdir(parents=True, exist_ok=True)
    with _ours, (folder / "passcode.lock").open("a") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str, random: Random) -> None:
    """The file as a whole or not at all, for its owner's eyes only."""
    fresh = path.with_name(f"{path.name}.{random(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _ended(folder: Path, now: float) -> dict[str, int]:
    """The hashes of the tokens that were ended, each with the second until which it is kept."""
    try:
        lines = (folder / _ENDED).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    kept = (line.split() for line in lines)
    return {digest: int(until) for digest, until in kept if now < int(until)}


def _digest(token: str) -> str:
    return hashlib.sha256(f"hailong ended session 1|{token}".encode("utf-8", "replace")).hexdigest()


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
