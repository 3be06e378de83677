"""Which days are closed, and which rounds' answers were erased?"""

from sqlalchemy import func, select, text, update

from survey.errors import Problem, Refused
from survey.store.kept import Kept
from survey.store.migrations.versions.v0002_public import FORGET_HOURS
from survey.store.records import Checkpoint
from survey.store.schema import checkpoints, erasures, responses
from survey.store.sqlite import BUSY_SECONDS

_OWE = "PRAGMA user_version = 1"
"""Notes in a SQLite file, in the transaction that closes or erases, that the order of its slips is to be forgotten."""

_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"
_PATIENCE = 1000  # ms


class Checkpoints(Kept):
    """The published states of each round's tree, and the end of a round's answers."""

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Close the round's days up to `checkpoint.through`; no slip of these days is taken any more.

        Of these days the store forgets the hours in which few came (see `hours`), a PostgreSQL server also in which
        order their slips came; a file does that in `forget_order`.
        Raises Refused: STO_CLOSED_BEFORE if that day or a later one is closed, STO_COUNT_MOVED if `size` is not the
        number of slips of these days (one came while the tree was computed: read the leaves again).
        """
        row = {column.name: getattr(checkpoint, column.name) for column in checkpoints.c}
        with self._write() as writer:
            writer.execute(self._insert(checkpoints), row)
            if self._engine.dialect.name == "sqlite":  # a PostgreSQL server does both in the checkpoint's own triggers
                for statement in FORGET_HOURS:
                    writer.execute(text(statement.format(round=":round_id", through=":through")), row)
                writer.exec_driver_sql(_OWE)

    def forget_order(self) -> None:
        """Forget in which order the slips of closed days came, and every copy of what was erased, if still owed.

        Raises Refused: STO_ORDER_KEPT while somebody else reads, STO_BUSY while another process writes, or what the
        disk says; it stays owed then.
        """
        if self._engine.dialect.name != "sqlite":
            return  # a server has done it in the same transaction
        # A page keeps its rows in the order in which they came, and the log whole transactions: who came first, and
        # with which invitation. The file is written anew in the order of its keys, and the log emptied.
        with self._writing, self._read() as reader:
            if not reader.exec_driver_sql("PRAGMA user_version").scalar_one():
                return
            reader.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")  # slips wait meanwhile
            try:
                reader.exec_driver_sql("VACUUM")
                if reader.exec_driver_sql(_EMPTY_LOG).one()[0]:
                    raise Refused([Problem(code="STO_ORDER_KEPT")])
                reader.exec_driver_sql("PRAGMA user_version = 0")
                reader.exec_driver_sql(_EMPTY_LOG)
            finally:
                reader.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    def checkpoints(self, round_id: str) -> tuple[Checkpoint, ...]:
        """The round's checkpoints, the earliest first."""
        query = select(checkpoints).where(checkpoints.c.round_id == round_id).order_by(checkpoints.c.through)
        with self._read() as reader:
            return tuple(Checkpoint(**row._asdict()) for row in reader.execute(query))

    def erase(self, round_id: str, day: str, reason: str) -> int:
        """Empty the answers and salts of the round's slips; leaf and receipt stay. Returns how many were emptied.

        The first day and reason are kept. On PostgreSQL only the owner may do it (STO_DENIED), once there is something.
        A file's log may hold a copy until `forget_order`.
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
            else:
                writer.exec_driver_sql(_OWE)
        return erased
