"""Is the file as new as the program? Brings it forward, never back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from survey.errors import Problem, Refused

_STEPS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Take the steps that are missing, in the transaction of `connection`. Raises Refused on a newer program's file."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    ours = {step.revision for step in ScriptDirectory.from_config(settings).walk_revisions()}
    theirs = MigrationContext.configure(connection).get_current_revision()
    if theirs is not None and theirs not in ours:
        raise Refused([Problem(code="STO_NEWER", values={"got": theirs, "known": max(ours)})])
    command.upgrade(settings, "head")
