"""What did the staff do? Entries that are never changed, each with the hash of the one before."""

import re
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey.errors import Problem, Refused
from survey.ledger.chain import LogEntry, entry_hash
from survey.store.kept import Kept
from survey.store.papers import must_name
from survey.store.schema import staff_log

LONGEST_ABOUT: Final = 500

_TRIES: Final = 20  # of processes that log in the same moment one wins a number each time
_ACT = re.compile(r"[a-z_]{1,40}[.][a-z_]{1,40}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class StaffLog(Kept):
    """The log. Only the desk reads and writes it; on PostgreSQL the public role gets STO_DENIED."""

    def add_log(self, actor: str, role: str, act: str, about: str, moment: str) -> LogEntry:
        """Add an entry at the end and return it; see LogEntry for the texts.

        Raises Refused: STO_PAPER_ACTOR for a name that is none; ValueError for what only a mistake of the program
        gives: an act or a moment of another form, an `about` that is too long or cannot be printed.
        """
        must_name(actor)
        if not (_ACT.fullmatch(act) and _MOMENT.fullmatch(moment) and len(role) <= 40):
            raise ValueError((act, moment, role))
        if len(about) > LONGEST_ABOUT or not (about.isprintable() or not about):
            raise ValueError("about")
        said = {"moment": moment, "actor": actor, "role": role, "act": act, "about": about}
        for _ in range(_TRIES):
            try:
                return self._chained(said)
            except IntegrityError:
                continue
            except Refused as refused:
                if [problem.code for problem in refused.problems] != ["STO_LOG_MOVED"]:
                    raise
        raise Refused([Problem(code="STO_BUSY", values={"path": self._where})])

    def staff_log(self, *, before: int | None = None, limit: int = 200) -> tuple[LogEntry, ...]:
        """The newest entries first: at most `limit`, of those numbered below `before` if it is given."""
        query = select(staff_log).order_by(staff_log.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(staff_log.c.number < before)
        with self._read() as reader:
            return tuple(LogEntry(**row._asdict()) for row in reader.execute(query))

    def all_log(self) -> Iterator[LogEntry]:
        """Every entry, the oldest first."""
        query = select(staff_log).order_by(staff_log.c.number)
        with self._read() as reader:
            for row in reader.execution_options(yield_per=1000).execute(query):
                yield LogEntry(**row._asdict())

    def _chained(self, said: dict[str, str]) -> LogEntry:
        newest = select(staff_log.c.number, staff_log.c.hash).order_by(staff_log.c.number.desc()).limit(1)
        with self._write() as writer:
            last = writer.execute(newest).one_or_none()
            row: dict[str, Any] = {
                **said,
                "number": last.number + 1 if last else 1,
                "previous": last.hash if last else "",
            }
            row["hash"] = entry_hash(row)
            writer.execute(self._insert(staff_log), row)
            return LogEntry(**row)
