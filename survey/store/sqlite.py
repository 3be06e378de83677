"""How is the SQLite file opened? Library, version, settings."""

import os
import sqlite3
import time
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from survey.errors import Problem, Refused

try:
    from pysqlite3 import dbapi2 as _newer  # type: ignore[import-untyped,import-not-found,unused-ignore]
except ImportError:
    _newer = sqlite3

DBAPI: ModuleType = _newer
"""The newest SQLite there is: the wheel's, else Python's own."""

BUSY_SECONDS = 10
"""How long a statement waits for another process before it gives up."""
_AGAIN = 0.005


def wal_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the repair of the WAL-reset bug, which could lose committed rows (3.7.0 to 3.51.2)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def open_engine(path: Path) -> Engine:
    """The engine on the file at `path`, made (mode 0600) if missing. Raises Refused on an unsafe SQLite or bad path.

    Every connection: WAL, synchronous=FULL, foreign keys, triggers on REPLACE too, zeros over what is deleted. One with
    the execution option `writes` takes the write lock when its transaction begins; others read statement by statement.
    """
    if not wal_safe(DBAPI.sqlite_version_info):
        raise Refused([Problem(code="STO_SQLITE_OLD", values={"got": DBAPI.sqlite_version})])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Refused([Problem(code="STO_CANNOT_OPEN", values={"path": path})]) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path.resolve())),
        module=DBAPI,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        max_overflow=-1,
        hide_parameters=True,  # no answer in an error's text, so none in a log
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def open_writer(engine: Engine) -> Connection:
    """The one connection that writes. It waits for other processes here, in `begin`, and not within SQLite."""
    writer = engine.connect().execution_options(writes=True)
    writer.connection.driver_connection.execute("PRAGMA busy_timeout = 0")  # type: ignore[union-attr]
    return writer


def begin(driver: Any, *, wait: bool = True) -> None:
    """Take the write lock. Raises the driver's error; where another process has the lock, at once unless `wait`."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except DBAPI.OperationalError as error:
            if not wait or "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(_AGAIN)
        else:
            return


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        try:
            begin(connection.connection.driver_connection)
        except DBAPI.Error as error:
            raise raised(error) from error


def raised(error: Exception) -> DBAPIError:
    """What SQLAlchemy would have raised for the driver's error; without the statement's values."""
    return cast(DBAPIError, DBAPIError.instance("", None, error, DBAPI.Error, hide_parameters=True))
