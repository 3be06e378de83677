"""Which questionnaires and rounds are kept?"""

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection, Engine, select

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.round import Round, fixed_changes
from survey.store.codec import read_round, round_text
from survey.store.door import Door
from survey.store.kept import Kept
from survey.store.records import KeptQuestionnaire
from survey.store.room import Room
from survey.store.schema import questionnaires, round_settings, rounds
from survey.xlsform import read_workbook


class Rounds(Kept):
    """What was asked, and when and of whom."""

    def __init__(self, where: str, engine: Engine, writer: Connection | None, door: Door, room: Room | None) -> None:
        super().__init__(where, engine, writer, door, room)
        self._questionnaires: dict[str, Questionnaire] = {}

    def add_questionnaire(self, questionnaire: Questionnaire, workbook: bytes) -> None:
        """Keep the questionnaire with the workbook it was read from. Does nothing if it is kept already."""
        digest = questionnaire.content_hash()
        row = {"hash": digest, "id": questionnaire.id, "version": questionnaire.version, "workbook": workbook}
        with self._write() as writer:
            writer.execute(self._insert(questionnaires).on_conflict_do_nothing(index_elements=["hash"]), row)
        self._questionnaires[digest] = questionnaire

    def questionnaire(self, digest: str) -> Questionnaire:
        """The questionnaire with this content hash. Raises Refused if there is none or its workbook says otherwise."""
        if digest not in self._questionnaires:
            with self._read() as reader:
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

    def questionnaires(self) -> tuple[KeptQuestionnaire, ...]:
        """Every questionnaire that is kept, by id and version."""
        columns = (questionnaires.c.hash, questionnaires.c.id, questionnaires.c.version)
        query = select(*columns).order_by(questionnaires.c.id, questionnaires.c.version, questionnaires.c.hash)
        with self._read() as reader:
            return tuple(KeptQuestionnaire(**row._asdict()) for row in reader.execute(query))

    def workbook(self, digest: str) -> bytes:
        """The workbook that this questionnaire was read from. Raises Refused if there is none."""
        with self._read() as reader:
            query = select(questionnaires.c.workbook).where(questionnaires.c.hash == digest)
            found = reader.execute(query).scalar_one_or_none()
        if found is None:
            raise Refused([Problem(code="STO_NO_QUESTIONNAIRE", values={"got": digest[:12]})])
        return bytes(found)

    def save_round(self, round_: Round) -> None:
        """Keep the round, or its new settings beside the earlier ones.

        Raises Refused on an unknown questionnaire, and (LIF_FIXED) for what may not change any more.
        """
        with self._write() as writer:
            writer.execute(self._insert(rounds).on_conflict_do_nothing(index_elements=["id"]), {"id": round_.id})
            mine = round_settings.c.round_id == round_.id
            kept = writer.execute(select(round_settings).where(mine).order_by(round_settings.c.revision.desc())).all()
            before = kept[0] if kept else None
            known = _latest(each.settings for each in kept)
            if known is not None and fixed_changes(known, round_):
                raise Refused([Problem(code="LIF_FIXED", values={"name": known.name})])
            row = {
                "round_id": round_.id,
                "revision": before.revision + 1 if before else 1,
                "questionnaire": round_.questionnaire,
                "settings": round_text(round_),
            }
            if before is None or before.settings != row["settings"]:
                writer.execute(self._insert(round_settings), row)

    def rounds(self) -> tuple[Round, ...]:
        """All rounds with their latest settings that can be read, in the order they were made.

        Whoever may add settings could add senseless ones; they take neither the other rounds down nor this one's
        earlier settings. A round that has none that can be read is left out: see `unreadable_rounds`.
        """
        found = (_latest(texts) for texts in self._settings().values())
        return tuple(round_ for round_ in found if round_ is not None)

    def unreadable_rounds(self) -> tuple[str, ...]:
        """The ids of rounds whose newest settings cannot be read, so that `rounds` has earlier ones or none."""
        return tuple(round_id for round_id, texts in self._settings().items() if _latest(texts[:1]) is None)

    def round(self, round_id: str) -> Round:
        """The round with this id, as `rounds` has it. Raises Refused if there is none."""
        texts = self._settings(round_id).get(round_id, [])
        round_ = _latest(texts)
        if round_ is None:
            code = "STO_ROUND_UNREADABLE" if texts else "STO_NO_ROUND"
            raise Refused([Problem(code=code, values={"got": round_id[:40]})])
        return round_

    def _settings(self, round_id: str | None = None) -> dict[str, list[str]]:
        """The settings of each round, or of one, the newest first."""
        query = (
            select(rounds.c.id, round_settings.c.settings)
            .join(round_settings, round_settings.c.round_id == rounds.c.id)
            .order_by(rounds.c.position, round_settings.c.revision.desc())
        )
        if round_id is not None:
            query = query.where(rounds.c.id == round_id)
        found: dict[str, list[str]] = {}
        with self._read() as reader:
            for row in reader.execute(query):
                found.setdefault(row.id, []).append(row.settings)
        return found


def _latest(texts: Iterable[str]) -> Round | None:
    """The first that can be read."""
    for text in texts:
        with suppress(ValueError):
            return read_round(text)
    return None
