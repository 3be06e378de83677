"""Which tables are there? What the statements are written with; `migrations/` makes the same tables in the file.

Only text, whole numbers and bytes; JSON is text. Nothing here is ever updated or deleted but the desk counts.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

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

# Without rowid and keyed by random values, the table keeps no order of arrival.
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
