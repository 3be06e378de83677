"""What can one ask the store, and give it?"""

import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, Select, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.response import Response
from survey.round import Round
from survey.store.codec import read_response, read_round, response_row, round_text
from survey.store.migrate import migrate
from survey.store.schema import desk_counts, questionnaires, responses, round_settings, rounds
from survey.store.sqlite import open_engine, refusal, refusing
from survey.xlsform import read_workbook

_ADD = insert(responses).on_conflict_do_nothing(index_elements=["key_hash"])
_COUNT = insert(desk_counts).on_conflict_do_update(
    index_elements=["round_id", "place", "hour"],
    set_={"number": desk_counts.c.number + insert(desk_counts).excluded.number},
)
_DAY_BY_KEY = select(responses.c.day).where(responses.c.key_hash == bindparam("digest"))
_DAY_BY_RECEIPT = select(responses.c.day).where(responses.c.receipt_hash == bindparam("digest"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many slips a round has: in all, and by day (ISO), place code (None: none given) and channel."""

    total: int
    days: Mapping[str, int]
    places: Mapping[str | None, int]
    channels: Mapping[str, int]


class _Waiting:
    """One slip in the queue of those that wait for the next commit."""

    __slots__ = ("hour", "outcome", "response")

    def __init__(self, response: Response, hour: str | None) -> None:
        self.response = response
        self.hour = hour
        self.outcome: bool | BaseException | None = None


class Store:
    """The kept rounds, questionnaires and responses of one SQLite file. For use by many threads at once.

    One connection writes, and each of its commits takes along everybody who waits (group commit); readers have their
    own. Every method that meets a full, locked, read-only or damaged disk raises Refused; nothing is stored then.
    """

    def __init__(self, path: Path, engine: Engine, writer: Connection) -> None:
        self._path = path
        self._engine = engine
        self._writer = writer
        self._writing = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._questionnaires: dict[str, Questionnaire] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, making and migrating it as needed.

        Raises Refused when SQLite has the WAL-reset bug, the path cannot be used, or the file is a newer program's.
        """
        engine = open_engine(path)
        try:
            with refusing(path):
                writer = engine.connect().execution_options(writes=True)
                with writer.begin():
                    migrate(writer)
        except BaseException:
            engine.dispose()
            raise
        return cls(path, engine, writer)

    def close(self) -> None:
        """Let go of the file."""
        with self._writing:
            self._writer.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_questionnaire(self, questionnaire: Questionnaire, workbook: bytes) -> None:
        """Keep the questionnaire with the workbook it was read from. Does nothing if it is kept already."""
        digest = questionnaire.content_hash()
        row = {"hash": digest, "id": questionnaire.id, "version": questionnaire.version, "workbook": workbook}
        with self._writing, refusing(self._path), self._writer.begin():
            self._writer.execute(insert(questionnaires).on_conflict_do_nothing(index_elements=["hash"]), row)
        self._questionnaires[digest] = questionnaire

    def questionnaire(self, digest: str) -> Questionnaire:
        """The questionnaire with this content hash. Raises Refused if there is none or its workbook says otherwise."""
        if digest not in self._questionnaires:
            with refusing(self._path), self._engine.connect() as reader:
                query = select(questionnaires.c.id, questionnaires.c.version, questionnaires.c.workbook)
                row = reader.execute(query.where(questionnaires.c.hash == digest)).one_or_none()
            if row is None:
                raise Refused([Problem(code="STO_NO_QUESTIONNAIRE", values={"got": digest[:12]})])
            questionnaire = read_workbook(row.workbook, name=f"{row.id} {row.version}")
            if questionnaire.content_hash() != digest:
                raise Refused(
                    [Problem(code="STO_QUESTIONNAIRE_CHANGED", values={"id": row.id, "version": row.version})]
                )
            self._questionnaires[digest] = questionnaire
        return self._questionnaires[digest]

    def save_round(self, round_: Round) -> None:
        """Keep the round, or its new settings beside the earlier ones. Raises Refused on an unknown questionnaire."""
        with self._writing, refusing(self._path), self._writer.begin():
            self._writer.execute(insert(rounds).on_conflict_do_nothing(index_elements=["id"]), {"id": round_.id})
            mine = round_settings.c.round_id == round_.id
            latest = select(round_settings).where(mine).order_by(round_settings.c.revision.desc()).limit(1)
            before = self._writer.execute(latest).one_or_none()
            row = {
                "round_id": round_.id,
                "revision": before.revision + 1 if before else 1,
                "questionnaire": round_.questionnaire,
                "settings": round_text(round_),
            }
            if before is None or before.settings != row["settings"]:
                self._writer.execute(insert(round_settings), row)

    def rounds(self) -> tuple[Round, ...]:
        """All rounds with their latest settings, in the order they were made."""
        query = (
            select(rounds.c.id, round_settings.c.settings)
            .join(round_settings, round_settings.c.round_id == rounds.c.id)
            .order_by(rounds.c.position, round_settings.c.revision)
        )
        with refusing(self._path), self._engine.connect() as reader:
            latest = {row.id: row.settings for row in reader.execute(query)}
        return tuple(map(read_round, latest.values()))

    def round(self, round_id: str) -> Round:
        """The round with this id. Raises Refused if there is none."""
        mine = round_settings.c.round_id == round_id
        query = select(round_settings.c.settings).where(mine).order_by(round_settings.c.revision.desc()).limit(1)
        with refusing(self._path), self._engine.connect() as reader:
            text = reader.execute(query).scalar_one_or_none()
        if text is None:
            raise Refused([Problem(code="STO_NO_ROUND", values={"got": round_id[:40]})])
        return read_round(text)

    def add(self, response: Response, hour: str | None = None) -> bool:
        """Keep the response. True: stored now; False: its key was there already. On disk before this returns.

        `hour` (like 2026-11-21T14) counts it for its place, without a link to it. Raises Refused, with nothing stored,
        when the disk does not take it or its round or questionnaire is unknown.
        """
        mine = _Waiting(response, hour)
        self._queue.append(mine)
        with self._writing:
            if mine.outcome is None:  # nobody took mine along: I commit all that wait
                self._commit([self._queue.popleft() for _ in range(len(self._queue))])
        if isinstance(mine.outcome, bool):
            return mine.outcome
        raise mine.outcome or RuntimeError("the commit was interrupted before this response's turn")

    def _commit(self, batch: list[_Waiting]) -> None:
        outcomes: list[bool | BaseException]
        try:
            with refusing(self._path), self._writer.begin():
                outcomes = [self._insert(each.response) for each in batch]
                self._count(each for each, outcome in zip(batch, outcomes, strict=True) if outcome is True)
        except BaseException as error:
            outcomes = [error] * len(batch)
        for each, outcome in zip(batch, outcomes, strict=True):
            each.outcome = outcome

    def _insert(self, response: Response) -> bool | BaseException:
        """Whether the slip is new, or what is wrong with it alone; SQLite undoes only the one statement then."""
        try:
            return self._writer.execute(_ADD, response_row(response)).rowcount == 1
        except IntegrityError as error:
            return refusal(error, self._path) or error

    def _count(self, stored: Iterable[_Waiting]) -> None:
        desks = Counter((each.response.round_id, each.response.place or "", each.hour) for each in stored if each.hour)
        for (round_id, place, hour), number in desks.items():
            self._writer.execute(_COUNT, {"round_id": round_id, "place": place, "hour": hour, "number": number})

    def has_key(self, key_hash: str) -> bool:
        """Whether a response with this key is stored."""
        return self._day(_DAY_BY_KEY, key_hash) is not None

    def receipt_known(self, receipt_hash: str) -> str | None:
        """The day (ISO) of the response with this receipt, None if there is none."""
        return self._day(_DAY_BY_RECEIPT, receipt_hash)

    def _day(self, query: Select[str], digest: str) -> str | None:
        with refusing(self._path), self._engine.connect() as reader:
            return reader.execute(query, {"digest": digest}).scalar_one_or_none()

    def responses(self, round_id: str) -> tuple[Response, ...]:
        """All responses of the round in the order of their random ids, which says nothing about who came first."""
        query = select(responses).where(responses.c.round_id == round_id).order_by(responses.c.id)
        with refusing(self._path), self._engine.connect() as reader:
            return tuple(read_response(row._asdict()) for row in reader.execute(query))

    def counts(self, round_id: str) -> Counts:
        """How many responses the round has, without reading them."""
        columns = (responses.c.day, responses.c.place, responses.c.channel)
        query = select(*columns, func.count()).where(responses.c.round_id == round_id).group_by(*columns)
        days: Counter[str] = Counter()
        places: Counter[str | None] = Counter()
        channels: Counter[str] = Counter()
        with refusing(self._path), self._engine.connect() as reader:
            for day, place, channel, number in reader.execute(query.order_by(*columns)):
                days[day] += number
                places[place] += number
                channels[channel] += number
        return Counts(total=days.total(), days=days, places=places, channels=channels)

    def hours(self, round_id: str) -> dict[tuple[str | None, str], int]:
        """Responses by place code (None: none given) and hour (local, like 2026-11-21T14), for finding bursts."""
        query = select(desk_counts).where(desk_counts.c.round_id == round_id)
        with refusing(self._path), self._engine.connect() as reader:
            return {(row.place or None, row.hour): row.number for row in reader.execute(query)}
