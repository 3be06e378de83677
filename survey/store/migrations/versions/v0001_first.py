"""The first tables. Frozen: what comes later is a later version, forward only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("questionnaires", "rounds", "round_settings", "responses")

# REPLACE takes the old row away without asking the DELETE triggers, so an INSERT that meets a kept row is stopped
# before that. A second sending of a form (same key) and the same workbook or round again are passed over, not failed.
KNOWN = {
    "questionnaires": ("hash = NEW.hash", "0"),
    "rounds": ("id = NEW.id", "position = NEW.position"),
    "round_settings": ("0", "round_id = NEW.round_id AND revision = NEW.revision"),
    "responses": ("key_hash = NEW.key_hash", "id = NEW.id OR receipt_hash = NEW.receipt_hash"),
}
APPLICATION_ID = 0x48414C4F


def upgrade() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("workbook", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "rounds",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sqlite_strict=True,
    )
    op.create_table(
        "round_settings",
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("questionnaire", sa.Text, sa.ForeignKey("questionnaires.hash"), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), nullable=False),
        sa.Column("questionnaire", sa.Text, sa.ForeignKey("questionnaires.hash"), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("duration", sa.Text, nullable=False),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False, unique=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("commitment", sa.Text, nullable=False),
        sa.Column("receipt_hash", sa.Text, nullable=False, unique=True),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("responses_by_round", "responses", ["round_id"])
    op.create_table(
        "desk_counts",
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("hour", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        return  # it came to PostgreSQL with the second step, which makes the triggers of both
    for table, (again, other) in KNOWN.items():
        op.execute(  # every word is from KNOWN above
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE ({again}) OR ({other})) BEGIN "
            f"SELECT CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE {again}) THEN RAISE(IGNORE) "
            f"ELSE RAISE(ABORT, '{table} is append-only') END; END"
        )
    op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
