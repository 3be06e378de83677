"""What can one ask the store, and give it? Opens it, and puts its parts together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from survey.store import postgres, sqlite
from survey.store.checkpoints import Checkpoints
from survey.store.definer import Functions
from survey.store.door import Tables
from survey.store.drafts import Drafts
from survey.store.faults import refusing
from survey.store.invitations import Invitations
from survey.store.migrate import migrate, must_be_current
from survey.store.papers import Papers
from survey.store.postgres import Role
from survey.store.prints import Prints
from survey.store.responses import Responses
from survey.store.room import Room
from survey.store.rounds import Rounds
from survey.store.staff_log import StaffLog
from survey.store.voids import Voids
from survey.store.whole import Whole


class Store(Rounds, Responses, Drafts, Invitations, Voids, Checkpoints, Papers, Prints, StaffLog, Whole):
    """The kept rounds, questionnaires and responses of one database. For use by many threads at once.

    One transaction writes at a time, readers have their own connections. Every method that meets a full, locked,
    read-only or damaged disk, or a server that is gone, raises Refused with a problem STO_*.
    """

    @classmethod
    def open(cls, where: Path | str, *, role: Role = "all", migrating: bool = True) -> Self:
        """Open the file (a Path) or the database (text: postgresql://…), making and migrating it as needed.

        A text is never a file's name: a mistyped URL would be one, with the password in it. On PostgreSQL only the role
        "all" migrates, as the owner; "staff" and "public" have fewer rights, checked here. Raises Refused when SQLite
        has the WAL-reset bug, the path cannot be used, the server cannot be reached or could lose what it acknowledged,
        the user has too many rights, the database is not migrated or a newer program's. Not `migrating`: an older
        program's is left as it is, and refused (STO_NOT_MIGRATED).
        """
        if isinstance(where, str):
            return cls._open_server(where, role, migrate if migrating and role == "all" else must_be_current)
        room = Room(where)
        engine = sqlite.open_engine(where)
        with _disposing(engine), refusing(str(where)):
            writer = sqlite.open_writer(engine)
            with writer.begin():
                (migrate if migrating else must_be_current)(writer)
        return cls(str(where), engine, writer, Tables(str(where)), room)

    @classmethod
    def _open_server(cls, address: str, role: Role, prepare: Callable[[Connection], None]) -> Self:
        url = postgres.read_url(address)
        where = postgres.name_of(url)
        engine = postgres.open_engine(url, role)
        with _disposing(engine), refusing(where, lost_code="STO_NO_SERVER"), engine.begin() as connection:
            prepare(connection)
            postgres.must_be_safe(connection, role)
        return cls(where, engine, None, Functions(where), None)

    def close(self) -> None:
        """Let go of the file."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _disposing(engine: Engine) -> Iterator[None]:
    """No connection stays behind when opening fails."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise
