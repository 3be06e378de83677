"""Collection in public: desks and interviewers, drafts, invitations, voids, checkpoints, erasures, keys' prints."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from survey.store.migrations import postgresql_0002 as postgresql
from survey.store.migrations.versions import v0001_first

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("voids", "checkpoints", "erasures")

# A trigger stops a statement by raising; what it raises is a code that the store's catalogue has words for, or says
# which table is append-only. The condition is asked of every new or changed row.
SAME = " AND ".join(
    f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}"
    for name in (
        *("id", "round_id", "questionnaire", "place", "channel", "language", "day", "duration", "flags", "consent"),
        *("key_hash", "commitment", "receipt_hash", "desk", "interviewer"),
    )
)
ERASING = (
    f"NEW.answers = '{{}}' AND NEW.salt = '' AND {SAME} "
    "AND EXISTS (SELECT 1 FROM erasures WHERE round_id = OLD.round_id)"
)
MINE = "FROM voids WHERE response_id = NEW.response_id"
STOPS: dict[str, tuple[tuple[str, str], ...]] = {
    "responses_no_update BEFORE UPDATE ON responses": ((f"NOT ({ERASING})", "responses is append-only"),),
    # A second sending of a form is passed over by another trigger, also after its day was closed.
    "responses_open_day BEFORE INSERT ON responses": (
        (
            "EXISTS (SELECT 1 FROM checkpoints WHERE round_id = NEW.round_id AND through >= NEW.day) "
            "AND NOT EXISTS (SELECT 1 FROM responses WHERE key_hash = NEW.key_hash)",
            "STO_DAY_CLOSED",
        ),
    ),
    "invitations_used_once BEFORE UPDATE ON invitations": (
        (
            "NOT (OLD.used = 0 AND NEW.used = 1 AND NEW.code_hash = OLD.code_hash AND NEW.round_id = OLD.round_id "
            "AND NEW.place IS NOT DISTINCT FROM OLD.place)",
            "invitations are used once",
        ),
    ),
    "invitations_no_replace BEFORE INSERT ON invitations": (
        (
            "NEW.used <> 0 OR EXISTS (SELECT 1 FROM invitations WHERE code_hash = NEW.code_hash)",
            "invitations are used once",
        ),
    ),
    "voids_no_replace BEFORE INSERT ON voids": (
        (f"EXISTS (SELECT 1 {MINE} AND step = NEW.step)", "voids is append-only"),
        ("EXISTS (SELECT 1 FROM voids WHERE id = NEW.id)", "voids is append-only"),
    ),
    "voids_in_turn BEFORE INSERT ON voids": (
        ("NOT EXISTS (SELECT 1 FROM responses WHERE id = NEW.response_id)", "VOI_UNKNOWN"),
        (f"EXISTS (SELECT 1 {MINE} AND act = 'approve')", "VOI_DONE"),
        (f"NEW.act = 'ask' AND (SELECT count(*) {MINE}) % 2 = 1", "VOI_ASKED"),
        (f"NEW.act <> 'ask' AND (SELECT count(*) {MINE}) % 2 = 0", "VOI_NOT_ASKED"),
        (f"NEW.act = 'approve' AND EXISTS (SELECT 1 {MINE} AND step = NEW.step - 1 AND actor = NEW.actor)", "VOI_SAME"),
        (
            f"NEW.act NOT IN ('ask', 'approve', 'refuse') OR NEW.step <> (SELECT count(*) {MINE})",
            "voids is append-only",
        ),
    ),
    "checkpoints_no_replace BEFORE INSERT ON checkpoints": (
        (
            "EXISTS (SELECT 1 FROM checkpoints WHERE round_id = NEW.round_id AND through = NEW.through)",
            "checkpoints is append-only",
        ),
    ),
    "checkpoints_in_turn BEFORE INSERT ON checkpoints": (
        (
            "EXISTS (SELECT 1 FROM checkpoints WHERE round_id = NEW.round_id AND through >= NEW.through)",
            "STO_CLOSED_BEFORE",
        ),
        (
            "NEW.size <> (SELECT count(*) FROM responses WHERE round_id = NEW.round_id AND day <= NEW.through)",
            "STO_COUNT_MOVED",
        ),
    ),
    "erasures_no_replace BEFORE INSERT ON erasures": (
        ("EXISTS (SELECT 1 FROM erasures WHERE round_id = NEW.round_id)", "erasures is append-only"),
    ),
}

# When a day is closed, hours in which fewer than five slips came at a place are put together in one row for the day:
# the hour of a single slip is nobody's business, and bursts are looked for in full hours.
_FEW = "round_id = {round} AND length(hour) > 10 AND substr(hour, 1, 10) <= {through} AND number < 5"
FORGET_HOURS = (
    "INSERT INTO desk_counts (round_id, place, hour, number) "
    f"SELECT round_id, place, substr(hour, 1, 10), sum(number) FROM desk_counts WHERE {_FEW} GROUP BY 1, 2, 3 "
    "ON CONFLICT (round_id, place, hour) DO UPDATE SET number = desk_counts.number + excluded.number",
    f"DELETE FROM desk_counts WHERE {_FEW}",
)


def upgrade() -> None:
    _tables()
    if op.get_context().dialect.name == "postgresql":
        forget_hours = [each.format(round="NEW.round_id", through="NEW.through") for each in FORGET_HOURS]
        postgresql.guard((*v0001_first.APPEND_ONLY, *APPEND_ONLY), STOPS, forget_hours)
        postgresql.open_doors()
    else:
        op.execute("DROP TRIGGER responses_no_update")
        guard(APPEND_ONLY, STOPS)


def guard(append_only: Sequence[str], stops: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """The triggers of a SQLite file."""
    for trigger, rules in stops.items():
        cases = " ".join(f"WHEN {condition} THEN RAISE(ABORT, '{raised}')" for condition, raised in rules)
        op.execute(sa.text(f"CREATE TRIGGER {trigger} BEGIN SELECT CASE {cases} END; END"))
    for table in append_only:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _tables() -> None:
    for name in ("desk", "interviewer"):
        op.add_column("responses", sa.Column(name, sa.Text))
    op.create_table(
        "key_prints",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("print", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drafts",
        sa.Column("key_hash", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("used", sa.Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("invitations_by_round", "invitations", ["round_id"])
    op.create_table(
        "voids",
        sa.Column("response_id", sa.Text, sa.ForeignKey("responses.id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoints",
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("through", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column("round_id", sa.Text, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
