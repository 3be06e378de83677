"""Is the file as new as the program? Brings it forward, never back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from survey.errors import Problem, Refused
from survey.store.migrations.versions.v0001_first import APPEND_ONLY, APPLICATION_ID

_GUARDS = {f"{table}_no_{action}" for table in APPEND_ONLY for action in ("update", "delete", "replace")}
_STEPS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Take the steps that are missing, in the transaction of `connection`. Raises Refused on a newer program's file."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    ours = {step.revision for step in ScriptDirectory.from_config(settings).walk_revisions()}
    _must_be_ours(connection)
    theirs = MigrationContext.configure(connection).get_current_revision()
    if theirs is not None and theirs not in ours:
        raise Refused([Problem(code="STO_NEWER", values={"got": theirs, "known": max(ours)})])
    command.upgrade(settings, "head")
    found = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    gone = sorted(_GUARDS - found)
    if gone:
        raise Refused([Problem(code="STO_UNGUARDED", values={"triggers": ", ".join(gone)})])


def _must_be_ours(connection: Connection) -> None:
    """Another program's file is left as it is."""
    kept = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if kept and mark != APPLICATION_ID:
        raise Refused([Problem(code="STO_FOREIGN")])
