"""Who reads and who writes? One writer at a time, readers beside it; every part of the store stands on this."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from survey.store.door import Door
from survey.store.faults import refusing
from survey.store.room import Room


class Kept:
    """An opened database. `where` names it in messages; `door` is how slips get in; `room` is None for a server.

    A `writer` is kept by SQLite, where two writing connections would only wait for each other; a server's connections
    come from the pool, which replaces those that broke.
    """

    def __init__(self, where: str, engine: Engine, writer: Connection | None, door: Door, room: Room | None) -> None:
        self._where = where
        self._engine = engine
        self._writer = writer
        self._writing = threading.Lock()
        self._door = door
        self._room = room

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with refusing(self._where), self._engine.connect() as reader:
            yield reader

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """A transaction that is on disk when it ends well, and undone when it does not."""
        with self._writing, refusing(self._where):
            if self._writer is None:
                with self._engine.begin() as writer:
                    yield writer
            else:
                with self._writer.begin():
                    yield self._writer

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT with this database's ON CONFLICT."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    def _must_have_room(self) -> None:
        if self._room is not None:
            self._room.must_be_left()
