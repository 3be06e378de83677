"""What the desk works out about a round: one row a revision, none ever changed. Only the desk reads them."""

import sqlalchemy as sa
from alembic import op

from survey.store.migrations import postgresql_0002 as postgresql
from survey.store.migrations.versions import v0002_public

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("working_papers",)

_NEXT = "SELECT coalesce(max(revision), 0) + 1 FROM working_papers WHERE round_id = NEW.round_id AND kind = NEW.kind"
STOPS: dict[str, tuple[tuple[str, str], ...]] = {
    "working_papers_no_replace BEFORE INSERT ON working_papers": ((f"NEW.revision <> ({_NEXT})", "STO_PAPER_MOVED"),),
}

# A process of the desk that was broken into sends what it likes; a paper that no program can read, or that fills the
# disk, would stay for ever.
_CHECKS = {
    "kind": "kind ~ '^[a-z][a-z0-9_]{0,39}$'",
    "content": "octet_length(content) <= 4194304 AND content::json IS NOT NULL",
    "actor": "length(actor) BETWEEN 1 AND 200",
    "day": "day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'",
}


def upgrade() -> None:
    op.create_table(
        "working_papers",
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    if op.get_context().dialect.name == "postgresql":
        postgresql.stop(STOPS)
        postgresql.keep(APPEND_ONLY, STOPS)
        for name, check in _CHECKS.items():
            op.execute(f"ALTER TABLE working_papers ADD CONSTRAINT working_papers_{name} CHECK ({check})")
        op.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {postgresql.SCHEMA} FROM PUBLIC")
        op.execute(f"GRANT SELECT, INSERT ON working_papers TO {postgresql.STAFF}")
    else:
        v0002_public.guard(APPEND_ONLY, STOPS)
