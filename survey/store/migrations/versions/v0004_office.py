"""What the office keeps of no round: its papers, one row a revision, and the log of its staff, each entry chained."""

import sqlalchemy as sa
from alembic import op

from survey.store.migrations import postgresql_0002 as postgresql
from survey.store.migrations.versions import v0002_public

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("office_papers", "staff_log")

_NEXT_PAPER = "SELECT coalesce(max(revision), 0) + 1 FROM office_papers WHERE kind = NEW.kind"
_NEXT_ENTRY = "SELECT coalesce(max(number), 0) + 1 FROM staff_log"
_NEWEST = "SELECT coalesce(max(hash), '') FROM staff_log WHERE number = NEW.number - 1"
STOPS: dict[str, tuple[tuple[str, str], ...]] = {
    "office_papers_no_replace BEFORE INSERT ON office_papers": (
        (f"NEW.revision <> ({_NEXT_PAPER})", "STO_PAPER_MOVED"),
    ),
    "staff_log_no_replace BEFORE INSERT ON staff_log": (
        (f"NEW.number <> ({_NEXT_ENTRY}) OR NEW.previous <> ({_NEWEST})", "STO_LOG_MOVED"),
    ),
}

# As in v0003: a process of the desk that was broken into sends what it likes.
_CHECKS = {
    "office_papers": {
        "kind": "kind ~ '^[a-z][a-z0-9_]{0,39}$'",
        "content": "octet_length(content) <= 4194304 AND content::json IS NOT NULL",
        "actor": "length(actor) BETWEEN 1 AND 200",
        "day": "day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'",
    },
    "staff_log": {
        "moment": "moment ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'",
        "actor": "length(actor) BETWEEN 1 AND 200",
        "role": "length(role) <= 40",
        "act": "act ~ '^[a-z_]{1,40}[.][a-z_]{1,40}$'",
        "about": "length(about) <= 500",
        "hash": "hash ~ '^[0-9a-f]{64}$'",
    },
}


def upgrade() -> None:
    op.create_table(
        "office_papers",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_log",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("moment", "actor", "role", "act", "about", "previous", "hash")
        ),
        sqlite_strict=True,
    )
    if op.get_context().dialect.name == "postgresql":
        postgresql.stop(STOPS)
        postgresql.keep(APPEND_ONLY, STOPS)
        for table, checks in _CHECKS.items():
            for name, check in checks.items():
                op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} CHECK ({check})")
        op.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {postgresql.SCHEMA} FROM PUBLIC")
        op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {postgresql.STAFF}")
    else:
        v0002_public.guard(APPEND_ONLY, STOPS)
