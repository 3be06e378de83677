"""Who works at the desk, in which role, for which units, and known to the office's own sign-in as whom?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.access.files import Entry, Random, alone, keep, kept
from survey.access.names import LONGEST_NAME, clean_name, same_person
from survey.access.passcodes import reset_passcode
from survey.errors import Problem, Refused
from survey.roles import Role

_LONGEST_IDENTITY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a passcode.

    `units`: whose results a viewer sees, by name; empty for all others. `identities`: the e-mail addresses or subjects
    by which the office's own sign-in (OpenID Connect, a trusted proxy) names this person.
    """

    name: str
    role: Role
    units: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()


def everybody(folder: Path) -> tuple[Person, ...]:
    """All people of the desk, in the order in which they came."""
    return tuple(_person(entry) for entry in kept(folder))


def people(folder: Path) -> tuple[str, ...]:
    """The names of those who have a passcode."""
    return tuple(entry["name"] for entry in kept(folder))


def who(folder: Path, name: str) -> Person | None:
    """The person of exactly this name."""
    return next((_person(entry) for entry in kept(folder) if entry["name"] == name), None)


def role_of(folder: Path, name: str) -> Role | None:
    """What this person may do; None for nobody's name."""
    person = who(folder, name)
    return None if person is None else person.role


def identified(folder: Path, identity: str) -> Person | None:
    """Whom an e-mail address or subject names. None for an identity that no administrator has listed."""
    wanted = _identity(identity)
    return next((each for each in everybody(folder) if wanted and wanted in each.identities), None)


def add(
    folder: Path, random: Random, person: str, role: Role, units: Sequence[str] = (), identities: Iterable[str] = ()
) -> tuple[Person, str]:
    """Somebody new at the desk, and the passcode, to be shown once.

    Raises Refused with every problem: ACC_NAME, ACC_THERE (somebody has the name), else as `change`.
    """
    name, wanted = clean_name(person), _listed(identities)
    entries = kept(folder)
    there = [entry["name"] for entry in entries if same_person(entry["name"], name)]
    problems = [Problem(code="ACC_THERE", values={"name": each}) for each in there]
    problems += _faults(name, role, units, wanted, entries)
    if problems:
        raise Refused(problems)
    passcode = reset_passcode(folder, random, name, role)
    return change(folder, random, name, role, units, wanted), passcode


def change(
    folder: Path, random: Random, person: str, role: Role, units: Sequence[str] = (), identities: Iterable[str] = ()
) -> Person:
    """Gives a person another role, other units or other identities, and ends the sessions that the person has: a page
    that was drawn for the old role must not act.

    Raises Refused with every problem: ACC_NOBODY, ACC_LAST (the last administrator stays one), ACC_UNITS (a viewer
    needs at least one unit), ACC_IDENTITY (too long, or with a space), ACC_IDENTITY_TAKEN.
    """
    wanted = _listed(identities)
    with alone(folder):
        entries = kept(folder)
        mine = _found(entries, person)
        others = [entry for entry in entries if entry is not mine]
        problems = [] if role == "administrator" else _without_administrator(others)
        problems += _faults(mine["name"], role, units, wanted, others)
        if problems:
            raise Refused(problems)
        mine["role"], mine["identities"] = role, list(wanted)
        mine["units"] = list(units) if role == "viewer" else []
        mine["stamp"] = random(16).hex()
        keep(folder, entries, random)
        return _person(mine)


def remove_passcode(folder: Path, random: Random, person: str) -> str:
    """Takes a person's passcode away, with the sessions it opened; returns the name.

    Raises Refused (ACC_NOBODY, or ACC_LAST for the last administrator).
    """
    with alone(folder):
        entries = kept(folder)
        mine = _found(entries, person)
        left = [entry for entry in entries if entry is not mine]
        if problems := _without_administrator(left):
            raise Refused(problems)
        keep(folder, left, random)
    return str(mine["name"])


def _found(entries: Sequence[Entry], person: str) -> Entry:
    mine = next((entry for entry in entries if same_person(entry["name"], person)), None)
    if mine is None:
        values = {"got": person[:LONGEST_NAME], "names": ", ".join(entry["name"] for entry in entries) or "–"}
        raise Refused([Problem(code="ACC_NOBODY", values=values)])
    return mine


def _without_administrator(left: Iterable[Entry]) -> list[Problem]:
    return [] if any(entry["role"] == "administrator" for entry in left) else [Problem(code="ACC_LAST")]


def _listed(identities: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for each in identities if (found := _identity(each))))


def _faults(
    name: str, role: Role, units: Sequence[str], identities: Sequence[str], others: Iterable[Entry]
) -> list[Problem]:
    """What is wrong with a viewer without units, and with identities that are none or another's."""
    problems = [Problem(code="ACC_UNITS", values={"name": name})] if role == "viewer" and not units else []
    problems += [Problem(code="ACC_IDENTITY", values={"got": each[:80]}) for each in identities if not _fit(each)]
    for entry in others:
        taken = sorted({*identities} & {*entry.get("identities", ())})
        problems += [Problem(code="ACC_IDENTITY_TAKEN", values={"got": each, "name": entry["name"]}) for each in taken]
    return problems


def _identity(typed: str) -> str:
    """Small and capital letters are one; of other letters none passes for one of the alphabet (K, the Kelvin sign)."""
    return typed.strip().lower() if typed.isascii() else typed.strip()


def _fit(identity: str) -> bool:
    return len(identity) <= _LONGEST_IDENTITY and identity.isprintable() and not any(map(str.isspace, identity))


def _person(entry: Entry) -> Person:
    units, identities = tuple(entry.get("units", ())), tuple(entry.get("identities", ()))
    return Person(name=entry["name"], role=entry["role"], units=units, identities=identities)
