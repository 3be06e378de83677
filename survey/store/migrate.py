"""Is the database as new as the program? Brings it forward, never back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from survey.errors import Problem, Refused
from survey.store.faults import sqlstate
from survey.store.migrations import postgresql_0002 as postgresql
from survey.store.migrations.versions import v0001_first, v0002_public, v0003_papers, v0004_office

_APPEND_ONLY = (
    *v0001_first.APPEND_ONLY,
    *v0002_public.APPEND_ONLY,
    *v0003_papers.APPEND_ONLY,
    *v0004_office.APPEND_ONLY,
)
_STOPS = {trigger.split()[0] for step in (v0002_public, v0003_papers, v0004_office) for trigger in step.STOPS}
_GUARDS = {
    "sqlite": _STOPS | {f"{table}_no_{action}" for table in _APPEND_ONLY for action in ("update", "delete", "replace")},
    "postgresql": _STOPS
    | {f"{table}_no_{action}" for table in _APPEND_ONLY for action in ("update", "delete", "truncate")}
    | set(postgresql.EXTRA_GUARDS),
}
_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = current_schema() AND tgenabled = 'A'",
}
_STEPS = Path(__file__).parent / "migrations"
_LOCK = v0001_first.APPLICATION_ID


def migrate(connection: Connection) -> None:
    """Take the steps that are missing, in the transaction of `connection`. Raises Refused on a newer program's file."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    if connection.dialect.name == "postgresql":
        _prepare_schema(connection)
    else:
        _must_be_ours(connection)
    _must_be_known(connection, settings)
    try:
        command.upgrade(settings, "head")
    except DBAPIError as error:
        if sqlstate(error) == "42501":
            raise Refused([Problem(code="STO_NOT_OWNER")]) from error
        raise
    _must_be_guarded(connection)


def must_be_current(connection: Connection) -> None:
    """For who may not migrate. Raises Refused (STO_NOT_MIGRATED) where the owner has to do something first."""
    settings = Config()
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    if connection.dialect.name == "sqlite":
        _must_be_ours(connection)
    if _must_be_known(connection, settings) != ScriptDirectory.from_config(settings).get_current_head():
        raise Refused([Problem(code="STO_NOT_MIGRATED")])
    _must_be_guarded(connection)


def _must_be_known(connection: Connection, settings: Config) -> str | None:
    """The step the database is at; one that this program has."""
    ours = {step.revision for step in ScriptDirectory.from_config(settings).walk_revisions()}
    theirs = MigrationContext.configure(connection).get_current_revision()
    if theirs is not None and theirs not in ours:
        raise Refused([Problem(code="STO_NEWER", values={"got": theirs, "known": max(ours)})])
    return theirs


def _must_be_guarded(connection: Connection) -> None:
    dialect = connection.dialect.name
    gone = sorted(_GUARDS[dialect] - set(connection.exec_driver_sql(_FOUND[dialect]).scalars()))
    if gone:
        raise Refused([Problem(code="STO_UNGUARDED", values={"triggers": ", ".join(gone)})])


def _must_be_ours(connection: Connection) -> None:
    """Another program's file is left as it is."""
    kept = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if kept and mark != v0001_first.APPLICATION_ID:
        raise Refused([Problem(code="STO_FOREIGN")])


def _prepare_schema(connection: Connection) -> None:
    """Our schema, made if missing. Programs that start together wait for each other."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    if connection.exec_driver_sql("SELECT current_schema()").scalar_one() is None:
        connection.exec_driver_sql(f"CREATE SCHEMA {postgresql.SCHEMA}")
    tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    kept = set(tables.scalars())
    if kept and "alembic_version" not in kept:
        raise Refused([Problem(code="STO_FOREIGN")])
