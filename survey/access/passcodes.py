"""Whose passcode is this? Drawn, never chosen, shown once; kept as argon2id, found by its first two letters."""

import hashlib
import hmac
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.access.files import Entry, Random, alone, keep, kept
from survey.access.names import ADMINISTRATOR, clean_name, same_person
from survey.roles import Role

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, so 5 bits each; no I and O, no 0 and 1
_GROUPS, _GROUP = 3, 4
_MARK = 2  # letters that say whose passcode it is; the other ten are 50 secret bits

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 30 ms.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)
_SCRYPT_MEMORY = 2**26


def ensure_passcode(folder: Path, random: Random) -> str | None:
    """The administrator's passcode if the folder has none at all yet, to be shown once; None if there is one."""
    return None if kept(folder) else reset_passcode(folder, random)


def reset_passcode(folder: Path, random: Random, person: str = ADMINISTRATOR, role: Role | None = None) -> str:
    """A new passcode for this person, in place of the old one. Whoever was signed in with that no longer is.

    One name is one person however it is typed (see `same_person`); the first spelling, the role, the units and the
    identities stay. Who is new has `role`; without one whoever has the administrator's name is an administrator, all
    others are analysts. The very first person is an administrator in any case. Raises Refused (ACC_NAME).
    """
    typed = clean_name(person)
    salt = random(16)
    with alone(folder):
        entries = kept(folder)
        before = next((entry for entry in entries if same_person(entry["name"], typed)), None)
        letters = _drawn(random, {entry.get("mark") for entry in entries if entry is not before})
        default: Role = "administrator" if typed == ADMINISTRATOR else "analyst"
        fresh: Role = (role or default) if entries else "administrator"  # a desk without one could not be mended
        mine: Entry = {
            **{name: value for name, value in (before or {"name": typed}).items() if name in _STAYS},
            "role": before["role"] if before else fresh,
            "mark": letters[:_MARK],
            "scheme": "argon2id",
            "hash": _HASHER.hash(letters, salt=salt),
            "stamp": salt.hex(),
        }
        keep(folder, [mine if entry is before else entry for entry in entries] + [mine] * (before is None), random)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


_STAYS = ("name", "units", "identities")


def verify(folder: Path, typed: str) -> str | None:
    """Whose passcode this is; spaces, hyphens and lower case are forgiven. None if it is nobody's.

    One hash, about 30 ms, whoever it is and however many have a passcode; passcodes of the first version, which do not
    say whose they are, take one more each.
    """
    plain = _plain(typed)
    entries = kept(folder)
    marked: Mapping[str, Any] = next((each for each in entries if each.get("mark") == plain[:_MARK]), _nobody())
    found = None
    for entry in (marked, *(entry for entry in entries if "mark" not in entry)):
        if _fits(plain, entry):
            found = entry["name"]
    return found


def rehash(folder: Path, random: Random, person: str, typed: str) -> None:
    """Keeps a passcode that has just been verified as argon2id of today's cost, if it was kept otherwise.

    The sessions that it opened go on.
    """
    if not _dated(kept(folder), person):
        return
    with alone(folder):
        entries = kept(folder)
        for entry in _dated(entries, person):
            entry["stamp"] = stamp_of(entry)
            entry["scheme"], entry["hash"] = "argon2id", _HASHER.hash(_plain(typed), salt=random(16))
            for name in ("salt", "n", "r", "p"):
                entry.pop(name, None)
        keep(folder, entries, random)


def tried_for(typed: str) -> str:
    """What a try is counted under: the two letters that say whose passcode was meant. No secret."""
    return _plain(typed)[:_MARK]


def stamp_of(entry: Entry) -> str:
    """What changes with every new passcode of a person, and so ends the sessions of the old one."""
    stamp: str = entry.get("stamp") or entry["salt"]
    return stamp


def _dated(entries: list[Entry], person: str) -> list[Entry]:
    mine = [entry for entry in entries if entry["name"] == person]
    return [each for each in mine if each["scheme"] != "argon2id" or _HASHER.check_needs_rehash(each["hash"])]


def _fits(plain: str, entry: Mapping[str, Any]) -> bool:
    if entry["scheme"] == "scrypt":  # how passcodes were kept before
        cost = {name: int(entry[name]) for name in ("n", "r", "p")}
        salt = bytes.fromhex(entry["salt"])
        hashed = hashlib.scrypt(plain.encode(), salt=salt, dklen=32, maxmem=_SCRYPT_MEMORY, **cost)
        return hmac.compare_digest(hashed, bytes.fromhex(entry["hash"]))
    try:
        return _HASHER.verify(entry["hash"], plain)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> Mapping[str, Any]:
    """An entry that no passcode fits, so that a stranger's try takes as long as anybody's."""
    return {"scheme": "argon2id", "hash": _HASHER.hash("no letters of a passcode", salt=bytes(16)), "name": ""}


def _plain(passcode: str) -> str:
    letters = (letter for letter in passcode.upper()[:200] if letter.isalnum())
    return "".join(letters).encode("utf-8", "replace").decode()


def _drawn(random: Random, taken: set[str | None]) -> str:
    """The letters of a new passcode, with a mark that nobody has yet."""
    while True:
        letters = "".join(_ALPHABET[byte % 32] for byte in random(_GROUPS * _GROUP))
        if letters[:_MARK] not in taken:
            return letters
