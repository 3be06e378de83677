"""Is the store sound as a whole, and how is all of it copied? Also from a server into a file and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, insert, select, tuple_

from survey.errors import Problem, Refused
from survey.store import postgres, sqlite
from survey.store.faults import refusing
from survey.store.kept import Kept
from survey.store.migrate import migrate
from survey.store.schema import drafts, metadata

_ROWS: Final = 2000
_TRIAL = {"key_hash": "trial", "content": b"", "day": "2000-01-01"}


class _Undone(Exception):
    """Takes a transaction back that went well."""


class Whole(Kept):
    """What concerns all tables at once."""

    def must_take_writes(self) -> None:
        """A row is written and taken back: a store that reads need not write. Raises Refused like Store.add."""
        self._must_have_room()
        with suppress(_Undone), self._write() as writer:
            writer.execute(self._insert(drafts), _TRIAL)
            raise _Undone

    def faults(self) -> tuple[str, ...]:
        """What the database itself finds wrong with its file (quick_check), in its own words; a server's is its own."""
        if self._engine.dialect.name != "sqlite":
            return ()
        with self._read() as reader:
            found = tuple(str(line) for line in reader.exec_driver_sql("PRAGMA quick_check").scalars())
        return () if found == ("ok",) else found

    def loose_roles(self) -> tuple[str, ...]:
        """The group roles of a server that may more than they should, with the right; empty for a file."""
        if self._engine.dialect.name != "postgresql":
            return ()
        with self._read() as reader:
            return postgres.loose_roles(reader)

    def database(self) -> str:
        """The database's kind and version, like SQLite 3.53.4."""
        if self._engine.dialect.name == "sqlite":
            return f"SQLite {sqlite.DBAPI.sqlite_version}"
        with self._read() as reader:
            return f"PostgreSQL {reader.exec_driver_sql('SHOW server_version').scalar_one()}"

    def copy_to(self, path: Path) -> None:
        """All of it as it is now, as a SQLite file at `path` (mode 0600), while others go on reading and writing.

        A copy keeps its rows in the order of their keys, so it does not tell who came first. Of a file the database
        makes it (VACUUM INTO), of a server it is read row by row in one transaction, as owner or staff. Raises Refused
        if there is a file already, the disk is full, or as every method of the store does.
        """
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise Refused([Problem(code="STO_CANNOT_OPEN", values={"path": path})]) from error
        if self._engine.dialect.name == "sqlite":
            with refusing(str(path)), self._engine.connect() as reader:
                reader.exec_driver_sql("VACUUM INTO ?", (str(path),))
            return
        with refusing(str(path)), _made(path) as target, self._read() as reader:
            reader.rollback()  # looking whether the connection lives began a transaction
            reader.execution_options(isolation_level="REPEATABLE READ")
            kept = target.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            names = target.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in names:
                target.exec_driver_sql(f"DROP TRIGGER {_quoted(target, name)}")
            _pour(reader, target)
            for trigger in kept:
                target.exec_driver_sql(str(trigger))

    def fill_from(self, path: Path) -> None:
        """Everything that is in a copy, into this server's empty tables, as their owner.

        Raises Refused: STO_NOT_EMPTY where there is something, or as `copy_to`.
        """
        engine = sqlite.open_engine(path)
        try:
            with refusing(str(path)), engine.connect() as source, self._write() as target:
                if any(_first(target, table) is not None for table in metadata.sorted_tables):
                    raise Refused([Problem(code="STO_NOT_EMPTY", values={"path": self._where})])
                guards = target.exec_driver_sql(
                    "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace "
                    "ON pg_namespace.oid = relnamespace WHERE nspname = current_schema() AND NOT tgisinternal"
                ).all()
                for name, table in guards:
                    target.exec_driver_sql(
                        f"ALTER TABLE {_quoted(target, table)} DISABLE TRIGGER {_quoted(target, name)}"
                    )
                _pour(source, target)
                target.exec_driver_sql(
                    "SELECT setval(pg_get_serial_sequence('rounds', 'position'), max(position)) FROM rounds "
                    "HAVING count(*) > 0"
                )
                for name, table in guards:
                    target.exec_driver_sql(
                        f"ALTER TABLE {_quoted(target, table)} ENABLE ALWAYS TRIGGER {_quoted(target, name)}"
                    )
        finally:
            engine.dispose()


@contextmanager
def _made(path: Path) -> Iterator[Connection]:
    """The writer of a new file with all tables, in a transaction; the last connection puts the log into the file."""
    engine = sqlite.open_engine(path)
    try:
        with sqlite.open_writer(engine) as writer, writer.begin():
            migrate(writer)
            yield writer
    finally:
        engine.dispose()


def _pour(source: Connection, target: Connection) -> None:
    """Every row, tables that others point to first."""
    for table in metadata.sorted_tables:
        for rows in _heaps(source, table):
            target.execute(insert(table), [dict(row) for row in rows])


def _heaps(source: Connection, table: Table) -> Iterator[list[RowMapping]]:
    """The rows in the order of their key, so many at a time: a server's driver holds a whole result in memory."""
    key = tuple(table.primary_key.columns)
    query = select(table).order_by(*key).limit(_ROWS)
    last: tuple[Any, ...] | None = None
    while True:
        beyond = query if last is None else query.where(tuple_(*key) > last)
        rows = list(source.execute(beyond).mappings())
        if rows:
            yield rows
        if len(rows) < _ROWS:
            return
        last = tuple(rows[-1][column.name] for column in key)


def _first(connection: Connection, table: Table) -> Any:
    return connection.execute(select(*table.primary_key.columns).limit(1)).first()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
