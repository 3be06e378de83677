"""Which slips are kept, and how many?"""

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, and_, case, func, select

from survey import meters
from survey.errors import Refused
from survey.response import Response
from survey.store.codec import read_response
from survey.store.door import Door
from survey.store.faults import refusing
from survey.store.kept import Kept
from survey.store.queue import Outcome, Queue, Slip
from survey.store.records import Counts, ReceiptState
from survey.store.room import Room
from survey.store.schema import desk_counts, responses, voids

_APPROVED = and_(voids.c.response_id == responses.c.id, voids.c.act == "approve")
_STATE = case((voids.c.id.is_not(None), "voided"), (responses.c.salt == "", "erased"), else_="used")


class Responses(Kept):
    """The slips. Each commit takes along everybody who waits (group commit)."""

    def __init__(self, where: str, engine: Engine, writer: Connection | None, door: Door, room: Room | None) -> None:
        super().__init__(where, engine, writer, door, room)
        self._queue = Queue(self._commit, self._at_once)

    def add(self, response: Response, hour: str | None = None, invitation: str | None = None) -> bool:
        """Keep the response. True: stored now; False: its key was there already. On disk before this returns.

        `hour` (like 2026-11-21T14) counts it for its place, without a link to it. `invitation` (a code's hash) is
        burnt in the same transaction. A draft with the response's key is dropped. Raises Refused, with nothing stored:
        STO_* when the disk or the server does not take it now, its round or questionnaire is unknown, too many wait
        (STO_QUEUE) or its day was closed (STO_DAY_CLOSED); INV_UNKNOWN, INV_USED. After STO_LOST or STO_DISK nobody
        knows; sending again with the same key finds out.
        """
        try:
            self._must_have_room()
            stored = self._queue.add(Slip(response=response, hour=hour, invitation=invitation))
        except Refused as refused:
            meters.refused(refused.problems)
            raise
        return _counted(stored)

    def add_all(self, rows: Sequence[Response]) -> int:
        """Keep all of these (a file's) in one transaction, or none of them; returns how many are new.

        One whose key is stored already stays as it was. No place's hours are counted. On disk before this returns.
        Raises Refused as `add`, with what is wrong with any of them.
        """
        self._must_have_room()
        slips = [Slip(response=row, hour=None, invitation=None) for row in rows]
        with self._writing, refusing(self._where):
            if self._writer is not None:
                outcomes = self._door.add(self._writer, slips, whole=True)
            else:
                with self._engine.begin() as writer:
                    outcomes = self._door.add(writer, slips, whole=True)
        return sum(outcome is True for outcome in outcomes)

    async def added(self, response: Response, hour: str | None = None, invitation: str | None = None) -> bool:
        """`add` for a caller on an event loop, which goes on meanwhile."""
        try:
            self._must_have_room()
            stored = await self._queue.added(Slip(response=response, hour=hour, invitation=invitation))
        except Refused as refused:
            meters.refused(refused.problems)
            raise
        return _counted(stored)

    @property
    def waiting(self) -> int:
        """How many slips wait for the next commit of this process."""
        return self._queue.waiting

    def _commit(self, slips: Sequence[Slip]) -> Sequence[Outcome]:
        with self._writing, refusing(self._where):
            if self._writer is not None:
                return self._door.add(self._writer, slips)
            with self._engine.begin() as writer:
                return self._door.add(writer, slips)

    def _at_once(self, slip: Slip) -> Outcome | None:
        """Committed in the caller's thread; None where somebody else is writing, or on a server, which is far away."""
        if self._writer is None or not self._writing.acquire(blocking=False):
            return None
        try:
            with refusing(self._where):
                (outcome,) = self._door.add(self._writer, [slip], wait=False)
        except Refused as refused:
            return None if any(problem.code == "STO_BUSY" for problem in refused.problems) else refused
        finally:
            self._writing.release()
        return outcome

    def has_key(self, key_hash: str) -> bool:
        """Whether a response with this key is stored."""
        with self._read() as reader:
            return self._door.key_known(reader, key_hash)

    def key_hashes(self, round_id: str) -> frozenset[str]:
        """The keys (hashed) of every response that the round ever received. For the desk alone, as all answers are."""
        with self._read() as reader:
            query = select(responses.c.key_hash).where(responses.c.round_id == round_id)
            return frozenset(reader.execute(query).scalars())

    def receipt_state(self, receipt_hash: str) -> ReceiptState | None:
        """What the holder of this receipt may know, None if there is no such response."""
        with self._read() as reader:
            return self._door.receipt_state(reader, receipt_hash)

    def responses(self, round_id: str) -> tuple[Response, ...]:
        """The responses that count, neither voided nor erased. By random id, which tells nothing about arrival."""
        return self._responses(round_id, "used")

    def all_responses(self, round_id: str, day: str | None = None) -> tuple[Response, ...]:
        """Every response ever received (on that day, ISO), for the proof. Erased: no answers, and the salt ''."""
        return self._responses(round_id, None, day)

    def _responses(self, round_id: str, state: str | None, day: str | None = None) -> tuple[Response, ...]:
        query = select(responses).where(responses.c.round_id == round_id).order_by(responses.c.id)
        if day is not None:
            query = query.where(responses.c.day == day)
        if state is not None:
            query = query.outerjoin(voids, _APPROVED).where(_STATE.in_([state]))
        with self._read() as reader:
            return tuple(read_response(row._asdict()) for row in reader.execute(query))

    def leaves(self, round_id: str) -> tuple[tuple[str, str], ...]:
        """Day (ISO) and commitment of every response ever received, sorted; no answer is read."""
        columns = (responses.c.day, responses.c.commitment)
        with self._read() as reader:
            rows = reader.execute(select(*columns).where(responses.c.round_id == round_id).order_by(*columns))
            return tuple((row.day, row.commitment) for row in rows)

    def counts(self, round_id: str) -> Counts:
        """How many responses the round received, and how many of them no longer count."""
        columns = (responses.c.day, responses.c.place, responses.c.channel)
        query = select(*columns, _STATE.label("state"), func.count().label("number")).outerjoin(voids, _APPROVED)
        query = query.where(responses.c.round_id == round_id).group_by(*columns, "state").order_by(*columns)
        days: Counter[str] = Counter()
        places: Counter[str | None] = Counter()
        channels: Counter[str] = Counter()
        states: Counter[str] = Counter()
        with self._read() as reader:
            for row in reader.execute(query):
                days[row.day] += row.number
                places[row.place] += row.number
                channels[row.channel] += row.number
                states[row.state] += row.number
        return Counts(
            total=days.total(),
            days=days,
            places=places,
            channels=channels,
            voided=states["voided"],
            erased=states["erased"],
        )

    def states(self, round_id: str) -> dict[tuple[str | None, str], int]:
        """Responses by place code (None: none given) and by what became of them: used, voided or erased."""
        query = select(responses.c.place, _STATE.label("state"), func.count().label("number"))
        query = query.outerjoin(voids, _APPROVED).where(responses.c.round_id == round_id)
        with self._read() as reader:
            rows = reader.execute(query.group_by(responses.c.place, "state"))
            return {(row.place, row.state): row.number for row in rows}

    def marks(self, round_id: str) -> dict[tuple[str, ...], int]:
        """Every response ever received by the marks (flags) it carries, in their order; () for those without."""
        query = select(responses.c.flags, func.count().label("number")).where(responses.c.round_id == round_id)
        with self._read() as reader:
            rows = reader.execute(query.group_by(responses.c.flags))
            return {tuple(json.loads(row.flags)): row.number for row in rows}

    def hours(self, round_id: str) -> dict[tuple[str | None, str], int]:
        """Responses by place code (None: none given) and hour (local, like 2026-11-21T14), for finding bursts.

        Of a closed day only hours with five or more at the place are kept; the others are together under the day alone
        (2026-11-21).
        """
        query = select(desk_counts).where(desk_counts.c.round_id == round_id)
        with self._read() as reader:
            return {(row.place or None, row.hour): row.number for row in reader.execute(query)}


def _counted(stored: bool) -> bool:
    if stored:
        meters.ACCEPTED.inc()
    return stored
