"""What did the staff do, in words? Writing an entry, choosing among entries, and the file of them."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Final

from survey.clock import VIETNAM
from survey.csv_out import csv_file
from survey.errors import Problem, Refused, catalogue, word
from survey.ledger.chain import LogEntry, first_break
from survey.roles import ROLES
from survey.store import Store
from survey.store.staff_log import LONGEST_ABOUT
from survey.words import whole

CONSOLE: Final = "hailong"
"""The actor and role of what the server did by itself or a command on it."""

_DAY = re.compile(r": ([0-9]{4})-([0-9]{2})-([0-9]{2})$")
_HASH = re.compile(r"[0-9a-f]{64}")
_HEADS = ("LOG_NUMBER", "LOG_MOMENT", "LOG_WHO", "LOG_ROLE", "LOG_ACT", "LOG_ABOUT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries to show: of these people, these acts, about something with this text, from day to day (in
    Vietnam). What is empty or None asks for nothing."""

    actors: Sequence[str] = ()
    acts: Sequence[str] = ()
    about: str = ""
    since: date | None = None
    until: date | None = None


def write_act(store: Store, name: str, role: str, act: str, about: str, moment: datetime) -> None:
    """Adds an entry. A log that takes none stops nobody's work: the program's own log says so, and when.

    `act` like "round.open"; `about`: what it was done to, never an answer; what cannot be printed becomes a space.
    """
    told = "".join(sign if sign.isprintable() else " " for sign in about)[:LONGEST_ABOUT]
    try:
        store.add_log(name, role, act, told, moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    except Refused:
        logging.getLogger("hailong").exception("the staff log took no entry of %s", act)


def chosen(entries: Iterable[LogEntry], wanted: Wanted) -> tuple[LogEntry, ...]:
    """The entries that are asked for, in their order."""
    text = wanted.about.strip().casefold()
    return tuple(
        entry
        for entry in entries
        if (not wanted.actors or entry.actor in wanted.actors)
        and (not wanted.acts or entry.act in wanted.acts)
        and text in entry.about.casefold()
        and (wanted.since is None or wanted.since <= _when(entry).date())
        and (wanted.until is None or _when(entry).date() <= wanted.until)
    )


def act_words(act: str, language: str) -> str:
    """What was done, in words; the bare code of an act that nobody has worded."""
    code = f"LOG_ACT_{act.replace('.', '_').upper()}"
    return word(code, language) if code in catalogue() else act


def role_words(role: str, language: str) -> str:
    """What a role is called; a dash for none, and what the server itself is called."""
    if role == CONSOLE:
        return word("LOG_CONSOLE", language)
    return word(f"ACC_ROLE_{role.upper()}", language) if role else "–"


def row(entry: LogEntry, language: str) -> dict[str, str]:
    """One entry as a line of a table, by its heads."""
    cells = (
        whole(entry.number, language),
        f"{_when(entry):%d/%m/%Y %H:%M:%S}",
        entry.actor,
        role_words(entry.role, language),
        act_words(entry.act, language),
        _about(entry, language),
    )
    return {word(head, language): cell for head, cell in zip(_HEADS, cells, strict=True)}


def log_file(entries: Iterable[LogEntry], language: str) -> bytes:
    """The entries as CSV: in words, then as they are chained (survey.ledger.chain), so that anybody can check them."""
    raw = [each.name for each in fields(LogEntry) if each.name != "number"]
    heads = [*(word(head, language) for head in _HEADS), *raw]
    rows = [[*row(entry, language).values(), *(str(getattr(entry, name)) for name in raw)] for entry in entries]
    return csv_file([heads, *rows])


def log_faults(entries: Sequence[LogEntry], kept: str = "") -> tuple[Problem, ...]:
    """What is wrong with the log: a broken chain, and a line that somebody kept of it (number and hash, as the page
    shows them) that it does not bear out. `entries`: all, the oldest first."""
    broken = first_break(entries)
    problems = [] if broken is None else [Problem(code="LOG_BROKEN", values={"number": broken})]
    if kept.strip():
        number, _, hashed = kept.strip().partition(" ")
        if not (number.isascii() and number.isdigit() and _HASH.fullmatch(hashed.strip().lower())):
            problems.append(Problem(code="LOG_KEPT_FORM", values={"got": kept.strip()[:80]}))
        elif not any(str(each.number) == number and each.hash == hashed.strip().lower() for each in entries):
            problems.append(Problem(code="LOG_KEPT_DIFFERS", values={"number": number}))
    return tuple(problems)


def _about(entry: LogEntry, language: str) -> str:
    """What it was done to; a person's new role in words, a day as it is written here."""
    name, colon, role = entry.about.partition(": ")
    if entry.act == "ledger.close":
        return _DAY.sub(r": \3/\2/\1", entry.about)
    if entry.act.startswith("people.") and role.partition(";")[0] in ROLES:
        given, more, units = role.partition(";")
        return f"{name}{colon}{role_words(given, language)}{more}{units}"
    return entry.about


def _when(entry: LogEntry) -> datetime:
    return datetime.fromisoformat(entry.moment).astimezone(VIETNAM)
