"""Which days are closed, and which rounds' answers were erased?"""

from sqlalchemy import func, select, text, update

from survey.store.kept import Kept
from survey.store.migrations.versions.v0002_public import FORGET_HOURS
from survey.store.records import Checkpoint
from survey.store.schema import checkpoints, erasures, responses


class Checkpoints(Kept):
    """The published states of each round's tree, and the end of a round's answers."""

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Close the round's days up to `checkpoint.through`; no slip of these days is taken any more.

        Of these days the store forgets in which order their slips came, and the hours in which few came (see `hours`).
        Raises Refused: STO_CLOSED_BEFORE if that day or a later one is closed, STO_COUNT_MOVED if `size` is not the
        number of slips of these days (one came while the tree was computed: read the leaves again).
        """
        row = {column.name: getattr(checkpoint, column.name) for column in checkpoints.c}
        with self._write() as writer:
            writer.execute(self._insert(checkpoints), row)
            if self._engine.dialect.name == "sqlite":  # a PostgreSQL server does both in the checkpoint's own triggers
                for statement in FORGET_HOURS:
                    writer.execute(text(statement.format(round=":round_id", through=":through")), row)
        if self._engine.dialect.name == "sqlite":
            # A page keeps its rows in the order in which they came, and the log whole transactions: who came first,
            # and with which invitation. The file is written anew in the order of its keys, and the log emptied.
            with self._writing, self._read() as reader:
                reader.exec_driver_sql("VACUUM")
                reader.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def checkpoints(self, round_id: str) -> tuple[Checkpoint, ...]:
        """The round's checkpoints, the earliest first."""
        query = select(checkpoints).where(checkpoints.c.round_id == round_id).order_by(checkpoints.c.through)
        with self._read() as reader:
            return tuple(Checkpoint(**row._asdict()) for row in reader.execute(query))

    def erase(self, round_id: str, day: str, reason: str) -> int:
        """Empty the answers and salts of the round's slips; leaf and receipt stay. Returns how many were emptied.

        The first day and reason are kept. On PostgreSQL only the owner may do it (STO_DENIED), once there is something.
        """
        kept = (responses.c.round_id == round_id) & (responses.c.salt != "")
        with self._read() as reader:
            if reader.execute(select(responses.c.id).where(kept).limit(1)).one_or_none() is None:
                return 0
        row = {"round_id": round_id, "day": day, "reason": reason}
        with self._write() as writer:
            if writer.execute(select(erasures.c.day).where(erasures.c.round_id == round_id)).one_or_none() is None:
                writer.execute(self._insert(erasures), row)
            erased = writer.execute(update(responses).where(kept).values(answers="{}", salt="")).rowcount
            if self._engine.dialect.name == "postgresql":
                writer.execute(select(func.forget_order()))  # and with it the old rows that it keeps until a vacuum
        if self._engine.dialect.name == "sqlite":
            with self._read() as reader:
                reader.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # no copy stays in the log
        return erased
