"""Which tables are there? What the statements are written with; `migrations/` makes the same tables in the file.

Only text, whole numbers and bytes; JSON is text. Triggers keep what is kept as it is: rows are added, never changed or
taken away. The exceptions: desk counts count, drafts come and go, an invitation is used once and purged, and a round's
answers are erased when its time is over. No row tells who came first: without rowid (SQLite), keyed by random
values, days but no times. A file's bytes do until the day is closed (decision 0002), which also forgets the hours in
which few came.
"""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _revisions() -> list[Column[Any]]:
    """The columns of what is kept as papers of a kind, a row a revision."""
    return [
        Column("kind", Text, primary_key=True),
        Column("revision", Integer, primary_key=True, autoincrement=False),
        *(Column(name, Text, nullable=False) for name in ("content", "actor", "day")),
    ]


questionnaires = Table(
    "questionnaires",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("workbook", LargeBinary, nullable=False),
    sqlite_strict=True,
)

rounds = Table(
    "rounds",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    sqlite_strict=True,
)

round_settings = Table(
    "round_settings",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("questionnaire", Text, ForeignKey("questionnaires.hash"), nullable=False),
    Column("settings", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

responses = Table(
    "responses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("round_id", Text, ForeignKey("rounds.id"), nullable=False),
    Column("questionnaire", Text, ForeignKey("questionnaires.hash"), nullable=False),
    Column("answers", Text, nullable=False),
    Column("place", Text),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("duration", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("salt", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("receipt_hash", Text, nullable=False, unique=True),
    Column("desk", Text),
    Column("interviewer", Text),
    Index("responses_by_round", "round_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# `hour` is like 2026-11-21T14; after a day is closed it is 2026-11-21 for all hours with fewer than five at the place.
desk_counts = Table(
    "desk_counts",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("hour", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Which secret files belong to a server's database: a name, and the hash of its content.
key_prints = Table(
    "key_prints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("print", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Sealed by the form, so that only who has the form's address can read it.
drafts = Table(
    "drafts",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("day", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("round_id", Text, ForeignKey("rounds.id"), nullable=False),
    Column("place", Text),
    Column("used", Integer, nullable=False),
    Index("invitations_by_round", "round_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# `step` counts the acts about one slip from 0: even ones ask, odd ones decide.
voids = Table(
    "voids",
    metadata,
    Column("response_id", Text, ForeignKey("responses.id"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("day", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("through", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("root", Text, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

erasures = Table(
    "erasures",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    Column("day", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# What the desk works out about a round: points, findings, targets. `content` is JSON text, of its kind's own shape.
working_papers = Table(
    "working_papers",
    metadata,
    Column("round_id", Text, ForeignKey("rounds.id"), primary_key=True),
    *_revisions(),
    sqlite_strict=True,
)

# What the office keeps of no round: its units, what it learned about files. As working papers, without the round.
office_papers = Table(
    "office_papers",
    metadata,
    *_revisions(),
    sqlite_strict=True,
)

# What staff did, each entry with the hash of the one before (survey.ledger.chain).
staff_log = Table(
    "staff_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("moment", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    sqlite_strict=True,
)
