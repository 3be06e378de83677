"""Is everything well with this installation? Every check, each answered in words with what to do next."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Final

from survey.access import everybody
from survey.care.finding import Finding, Level, found
from survey.care.last import LATE, last_backup
from survey.care.root_age import root_age
from survey.care.settings import settings_findings
from survey.errors import Refused, languages
from survey.ledger import PROMISE
from survey.ledger.chain import first_break
from survey.ledger.signing import SIGNING
from survey.proof.published import FOLDER
from survey.site import DATABASE, FILE, SECRET, Role
from survey.store import Store
from survey.store.room import DEFAULT
from survey.store.room import SETTING as MIN_FREE
from survey.store.sqlite import DBAPI, wal_safe
from survey.words import whole

MANY: Final = 3
"""Administrators, more than whom nobody needs."""

_MIB: Final = 1 << 20
_SECRETS: Final = (SECRET, SIGNING, PROMISE, "passcode.json", "secrets.toml", FILE)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is looked at. `store` is None where it could not be opened, and `why` says why not."""

    folder: Path
    role: Role
    settings: Mapping[str, str]
    store: Store | None
    why: Refused | None = None


def examine(here: Installation, now: datetime) -> tuple[Finding, ...]:
    """Every check that this process' role can make, in a fixed order; one that breaks is a fault of its own.

    `now` is aware. Takes as long as reading the database file once.
    """
    findings = list(_machine(here, now))
    if here.store is None:
        findings += unopened(here, "CAR_STORE_OLDER")
    else:
        findings += _stored(here, here.store, now)
    return (*findings, *settings_findings(here.settings))


def ready(here: Installation, store: Store, now: datetime) -> tuple[Finding, ...]:
    """What can be asked every few seconds: may slips come in (sqlite, disk, writes), is the night's work done.

    A late backup or closing stops nobody from answering: their findings are warnings here.
    """
    coming_in = (*_sqlite(here), _disk(here), *_tried("writes", _writes(store)))
    night = [*_tried("closing", _closing(store, now))]
    if here.role != "public":
        night += _tried("backup", _backup(here.folder, store, now))
    faults = (each for each in coming_in if each.level == "fault")
    return (*faults, *(replace(each, level="warning") for each in night if each.level != "good"))


def unopened(here: Installation, older: str) -> Iterator[Finding]:
    """Why the store could not be opened; `older`: the message where an older program's file is the reason."""
    for problem in here.why.problems if here.why is not None else ():
        if problem.code == "STO_NOT_MIGRATED" and not here.settings.get(DATABASE):
            yield found("store", "fault", older)  # of a file nobody has to grant anything
        else:
            yield Finding(check="store", level="fault", problem=problem)


def _machine(here: Installation, now: datetime) -> Iterator[Finding]:
    yield found("program", "good", "CAR_PROGRAM", version=version("hailong"), python=python_version())
    yield from _sqlite(here)
    yield from _tried("folder", _folder(here.folder))
    yield from _tried("secrets", _secrets(here.folder))
    yield _disk(here)
    yield from _tried("clock", _clock(here.folder, now))


def _sqlite(here: Installation) -> Iterator[Finding]:
    if not here.settings.get(DATABASE):
        good = wal_safe(DBAPI.sqlite_version_info)
        code = "CAR_SQLITE" if good else "STO_SQLITE_OLD"
        yield found("sqlite", "good" if good else "fault", code, got=DBAPI.sqlite_version)


def _folder(folder: Path) -> Iterator[Finding]:
    if not os.access(folder, os.W_OK | os.X_OK):
        yield found("folder", "fault", "CAR_FOLDER_READ_ONLY", path=folder)
    elif _opened(folder):
        yield found("folder", "warning", "CAR_FOLDER_OPEN", path=folder)
    else:
        yield found("folder", "good", "CAR_FOLDER", path=folder)


def _secrets(folder: Path) -> Iterator[Finding]:
    there = [folder / name for name in _SECRETS if (folder / name).exists()]
    if not (folder / SECRET).exists():
        yield found("secrets", "fault", "CAR_NO_SECRET", file=SECRET, path=folder)
    if loose := [path for path in there if _opened(path)]:
        names = " ".join(str(path) for path in loose)
        yield found("secrets", "fault", "CAR_SECRETS_OPEN", files=names)
    elif (folder / SECRET).exists():
        yield found("secrets", "good", "CAR_SECRETS", count=len(there))


def _opened(path: Path) -> bool:
    """Whether others than the owner may do something with it. Windows has rights of another kind."""
    return sys.platform != "win32" and bool(path.stat().st_mode & _OTHERS)


def _disk(here: Installation) -> Finding:
    given = here.settings.get(MIN_FREE) or ""
    least = int(given) if given.isdecimal() else DEFAULT
    free = shutil.disk_usage(here.folder).free // _MIB
    level: Level = "fault" if free < least else "warning" if free < 2 * least else "good"
    code = "CAR_DISK" if level == "good" else "CAR_DISK_LOW"
    if level != "good" and here.settings.get(DATABASE):  # slips are on the server's disk: they still come in
        level, code = "warning", "CAR_DISK_LOW_HERE"
    told = {"free": _counts(free), "least": _counts(least)}
    return found("disk", level, code, path=here.folder, **told)


def _counts(count: int) -> dict[str, str]:
    return {language: whole(count, language) for language in languages()}


def _clock(folder: Path, now: datetime) -> Iterator[Finding]:
    """A clock that runs before what was written already has been set back."""
    marks = [*folder.glob(f"{FOLDER}/*/checkpoints.txt"), *(folder / name for name in _SECRETS)]
    newest = max((path.stat().st_mtime for path in marks if path.exists()), default=0.0)
    told = f"{now:%d/%m/%Y %H:%M %z}"
    if newest > now.timestamp() + _HOUR.total_seconds():
        written = datetime.fromtimestamp(newest, now.tzinfo)
        yield found("clock", "fault", "CAR_CLOCK", now=told, written=f"{written:%d/%m/%Y %H:%M}")
    else:
        yield found("clock", "good", "CAR_CLOCK_GOOD", now=told)


def _stored(here: Installation, store: Store, now: datetime) -> Iterator[Finding]:
    yield found("store", "good", "CAR_STORE", database=store.database())
    yield from _tried("writes", _writes(store))
    yield from _tried("integrity", _integrity(store))
    yield from _tried("rounds", _rounds(store))
    yield from _tried("closing", _closing(store, now))
    if here.role != "public":  # whose database role may read none of this
        yield from _tried("log", _log(store))
        yield from _tried("rights", _rights(store))
        yield from _tried("backup", _backup(here.folder, store, now))
        yield from _tried("people", _people(here.folder))


def _tried(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """What cannot be looked at is a fault of this check, and the others are made all the same."""
    try:
        yield from findings
    except Refused as refused:
        yield from (Finding(check=name, level="fault", problem=problem) for problem in refused.problems)
    except (OSError, ValueError, LookupError, TypeError) as error:  # a file that may not be read, or is no longer one
        named = getattr(error, "filename", None) or type(error).__name__
        yield found(name, "fault", "CAR_UNREADABLE", what=named)


def _writes(store: Store) -> Iterator[Finding]:
    store.must_take_writes()
    yield found("writes", "good", "CAR_WRITES")


def _integrity(store: Store) -> Iterator[Finding]:
    if wrong := store.faults():
        yield found("integrity", "fault", "CAR_DAMAGED", said="; ".join(wrong[:3])[:300])
    else:
        yield found("integrity", "good", "CAR_INTACT")


def _rounds(store: Store) -> Iterator[Finding]:
    number, bad = len(store.rounds()), store.unreadable_rounds()
    if bad:
        yield found("rounds", "fault", "CAR_ROUNDS_UNREADABLE", rounds=", ".join(bad))
    else:
        yield found("rounds", "good", "CAR_ROUNDS", count=number)


def _closing(store: Store, now: datetime) -> Iterator[Finding]:
    age = root_age(store, now)
    if age is None:
        yield found("closing", "good", "CAR_NOTHING_TO_CLOSE")
    else:
        late = age >= LATE
        yield found("closing", "fault" if late else "good", "CAR_CLOSING_LATE" if late else "CAR_CLOSED", **_hours(age))


def _log(store: Store) -> Iterator[Finding]:
    broken = first_break(store.all_log())
    if broken is None:
        newest = store.staff_log(limit=1)
        yield found("log", "good", "CAR_LOG", count=newest[0].number if newest else 0)
    else:
        yield found("log", "fault", "CAR_LOG_BROKEN", number=broken)


def _rights(store: Store) -> Iterator[Finding]:
    if loose := store.loose_roles():
        yield found("rights", "fault", "CAR_RIGHTS_LOOSE", rights="; ".join(loose))
    elif store.database().startswith("PostgreSQL"):
        yield found("rights", "good", "CAR_RIGHTS")


def _backup(folder: Path, store: Store, now: datetime) -> Iterator[Finding]:
    last = last_backup(folder)
    if last is None:
        real = any(not round_.demonstration for round_ in store.rounds())
        yield found("backup", "fault" if real else "warning", "CAR_NO_BACKUP", folder=folder)
    elif now - last.moment >= LATE:
        yield found("backup", "fault", "CAR_BACKUP_LATE", file=last.file, **_hours(now - last.moment))
    elif not last.there:
        yield found("backup", "warning", "CAR_BACKUP_GONE", file=last.file)
    else:
        yield found("backup", "good", "CAR_BACKUP", file=last.file, **_hours(now - last.moment))


def _people(folder: Path) -> Iterator[Finding]:
    people = everybody(folder)
    chiefs = [person for person in people if person.role == "administrator"]
    if not people:
        yield found("people", "warning", "CAR_NOBODY")
    elif len(chiefs) > MANY:
        names = ", ".join(person.name for person in chiefs)
        yield found("people", "warning", "CAR_MANY_CHIEFS", count=len(chiefs), names=names)
    elif len(people) == 1:
        yield found("people", "warning", "CAR_ONE_PERSON", name=people[0].name)
    else:
        yield found("people", "good", "CAR_PEOPLE", count=len(people), chiefs=len(chiefs))


def _hours(age: timedelta) -> dict[str, int]:
    return {"hours": age // _HOUR, "late": LATE // _HOUR}
