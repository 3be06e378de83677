"""Who else is closing this folder's days? Nobody while this lock is held, in this process or another."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey.errors import Problem, Refused

if sys.platform != "win32":
    import fcntl

_FILE = "closing.lock"
_STALE = 3_600.0
"""So old (seconds), a lock file without a system's lock was left by a run that was cut off."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The only one for as long as the block lasts; another is waited for, on Windows refused as `by_file` does."""
    path = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        with by_file(path):
            yield
    else:
        with path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, also by a crash
            yield


@contextmanager
def by_file(path: Path) -> Iterator[None]:
    """The only one who has made this file. Raises Refused (PRF_LOCKED) if somebody else has."""
    with suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > _STALE:
            path.unlink()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError as error:
        raise Refused([Problem(code="PRF_LOCKED", values={"path": path})]) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
