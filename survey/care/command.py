"""How is care worked from the command line? `hailong doctor`, `backup` and `restore`."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import cast, get_args

from survey import clock
from survey.care.backup import KEEP, Made, back_up
from survey.care.checks import Installation, examine, unopened
from survey.care.finding import as_json, as_text, worst
from survey.care.manifest import Manifest
from survey.care.restore import restore
from survey.command import Commands, add_command
from survey.errors import Problem, Refused, day, word
from survey.proof.audit_text import audit_text
from survey.proof.staff_log import CONSOLE, write_act
from survey.site import DATABASE, FILE, FOLDER, ROLE, Role
from survey.store import Store
from survey.words import number, whole


def add_commands(commands: Commands, language: str) -> None:
    """The commands `doctor`, `backup` and `restore`."""
    folder = word("CLI_FOLDER", language)
    examining = add_command(commands, "doctor", _doctor, language)
    examining.add_argument("--json", action="store_true", help=word("CAR_OPT_JSON", language))
    copying = add_command(commands, "backup", _backup, language)
    copying.add_argument("--to", required=True, metavar=folder, help=word("CAR_OPT_TO", language))
    copying.add_argument(
        "--keep", type=int, default=KEEP, metavar="N", help=word("CAR_OPT_KEEP", language, number=KEEP)
    )
    for command in (examining, copying):
        command.add_argument("--data", metavar=folder, help=word("CLI_OPT_DATA", language, folder=FOLDER))
    restoring = add_command(commands, "restore", _restore, language)
    restoring.add_argument("archive", metavar=word("PRF_FILE", language), help=word("CAR_OPT_ARCHIVE", language))
    restoring.add_argument("--data", required=True, metavar=folder, help=word("CAR_OPT_NEW", language))


def _doctor(given: argparse.Namespace) -> int:
    """0 unless something is a fault; what is told is the same either way."""
    now = clock.now()
    with _found(_folder(given)) as here:
        findings = examine(here, now)
    tell = as_json(findings, now, given.language) if given.json else as_text(findings, given.language)
    sys.stdout.write(f"{tell}\n")
    return int(worst(findings) == "fault")


def _folder(given: argparse.Namespace) -> Path:
    return Path(given.data or os.environ.get("HAILONG_DATA") or FOLDER)


@contextmanager
def _found(folder: Path) -> Iterator[Installation]:
    """The installation as it is: nothing is made, nothing brought forward. Raises Refused (PRF_NO_FOLDER)."""
    if not folder.is_dir():
        raise Refused([Problem(code="PRF_NO_FOLDER", values={"path": folder})])
    settings = dict(os.environ)
    named = settings.get(ROLE) or "all"
    role = cast(Role, named if named in get_args(Role) else "all")
    file, url = folder.absolute() / FILE, settings.get(DATABASE)
    try:
        if not url and not file.is_file():
            raise Refused([Problem(code="CAR_NO_STORE", values={"path": folder})])
        store = Store.open(url or file, role=role, migrating=False)
    except PermissionError as error:  # another account than the service's
        why = Refused([Problem(code="CAR_UNREADABLE", values={"what": error.filename})])
    except Refused as refused:
        why = refused
    else:
        with store:
            yield Installation(folder=folder, role=role, settings=settings, store=store)
        return
    yield Installation(folder=folder, role=role, settings=settings, store=None, why=why)


def _backup(given: argparse.Namespace) -> None:
    """An older program's store is left to that program: to bring it forward before it is copied would be too late."""
    with _found(_folder(given)) as here:
        store = here.store
        if store is None:
            raise Refused(finding.problem for finding in unopened(here, "CAR_BACKUP_OLDER"))
        folder, target = here.folder.absolute(), Path(given.to)
        made = back_up(store, folder, target, keep=given.keep, now=clock.now(), program=version("hailong"))
        _tell_made(made, given.language)  # first: on a full disk the log may not take a line
        about = f"{made.last.file.name} {made.last.sha256}"
        write_act(store, CONSOLE, CONSOLE, "care.backup", about, clock.now())
    if made.undone is not None:
        raise Refused([made.undone])


def _tell_made(made: Made, language: str) -> None:
    size = number(made.last.size / (1 << 20), 1, language)
    values = {"file": made.last.file, "size": size, "sha256": made.last.sha256}
    _say(word("CAR_MADE", language, **_inside(made.manifest, language), **values))
    if made.removed:
        _say(word("CAR_REMOVED", language, files=", ".join(path.name for path in made.removed)))


def _restore(given: argparse.Namespace) -> int:
    """0 if the audit is clean, else 1; the folder is there in both cases."""
    done = restore(Path(given.archive), Path(given.data), os.environ.get(DATABASE))
    made = datetime.fromisoformat(done.manifest.made).astimezone(clock.VIETNAM)
    values = {"path": done.folder, "made": f"{made:%H:%M} {day(made, given.language)}"}
    _say(word("CAR_RESTORED", given.language, **_inside(done.manifest, given.language), **values))
    if done.migrated:
        _say(word("CAR_MIGRATED", given.language, program=done.manifest.program))
    told = audit_text(done.audit, given.language)
    _say(told.splitlines()[-1] if done.audit.clean else told)
    _say(word("CAR_AFTER", given.language))
    return 0 if done.audit.clean else 1


def _inside(manifest: Manifest, language: str) -> dict[str, str]:
    held = manifest.held
    return {"rounds": whole(len(held.rounds), language), "slips": whole(held.slips, language)}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
