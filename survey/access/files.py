"""Where are people and sessions kept? Small files of the data folder, changed by one process at a time."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from survey.access.names import ADMINISTRATOR
from survey.errors import Problem, Refused

try:
    import fcntl
except ImportError:  # not on Windows, where two processes must not change passcodes in the same moment
    fcntl = None  # type: ignore[assignment]

Random = Callable[[int], bytes]
"""Gives that many random bytes, as `secrets.token_bytes` does."""

Entry = dict[str, Any]
"""One person as kept: name, role, units, identities, and mark, scheme, hash and stamp of the passcode."""

PEOPLE: Final = "passcode.json"
_ours = Lock()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else changes the folder's people meanwhile: no thread, and no other process."""
    folder.mkdir(parents=True, exist_ok=True)
    with _ours, (folder / "passcode.lock").open("a") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept(folder: Path) -> list[Entry]:
    """Everybody's entry, with a role. A file of the first version has one entry, the administrator's, without a name.

    Who was there before there were roles is the administrator where the name or, failing that, the place says so, and
    an analyst otherwise. Raises Refused (ACC_DAMAGED) for a file that is no longer one of ours.
    """
    try:
        read = json.loads((folder / PEOPLE).read_text(encoding="utf-8"))
        listed = read if isinstance(read, list) else [read]
        entries: list[Entry] = [{"name": ADMINISTRATOR, **entry} for entry in listed]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise Refused([Problem(code="ACC_DAMAGED", values={"path": folder / PEOPLE})]) from error
    names = [entry["name"] for entry in entries]
    if not any(entry.get("role") == "administrator" for entry in entries):
        first = names.index(ADMINISTRATOR) if ADMINISTRATOR in names else 0
        for entry in entries[first : first + 1]:
            entry.setdefault("role", "administrator")
    return [{"role": "analyst", **entry} for entry in entries]


def keep(folder: Path, entries: Sequence[Entry], random: Random) -> None:
    """The file as a whole or not at all, for its owner's eyes only."""
    path = folder / PEOPLE
    fresh = path.with_name(f"{path.name}.{random(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(entries, ensure_ascii=False))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
