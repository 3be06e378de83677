"""Which questionnaires and rounds are kept?"""

from sqlalchemy import Connection, Engine, select

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.store.codec import read_round, round_text
from survey.store.door import Door
from survey.store.kept import Kept
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

    def save_round(self, round_: Round) -> None:
        """Keep the round, or its new settings beside the earlier ones. Raises Refused on an unknown questionnaire."""
        with self._write() as writer:
            writer.execute(self._insert(rounds).on_conflict_do_nothing(index_elements=["id"]), {"id": round_.id})
            mine = round_settings.c.round_id == round_.id
            latest = select(round_settings).where(mine).order_by(round_settings.c.revision.desc()).limit(1)
            before = writer.execute(latest).one_or_none()
            row = {
                "round_id": round_.id,
                "revision": before.revision + 1 if before else 1,
                "questionnaire": round_.questionnaire,
                "settings": round_text(round_),
            }
            if before is None or before.settings != row["settings"]:
                writer.execute(self._insert(round_settings), row)

    def rounds(self) -> tuple[Round, ...]:
        """All rounds with their latest settings, in the order they were made."""
        query = (
            select(rounds.c.id, round_settings.c.settings)
            .join(round_settings, round_settings.c.round_id == rounds.c.id)
            .order_by(rounds.c.position, round_settings.c.revision)
        )
        with self._read() as reader:
            latest = {row.id: row.settings for row in reader.execute(query)}
        return tuple(map(read_round, latest.values()))

    def round(self, round_id: str) -> Round:
        """The round with this id. Raises Refused if there is none."""
        mine = round_settings.c.round_id == round_id
        query = select(round_settings.c.settings).where(mine).order_by(round_settings.c.revision.desc()).limit(1)
        with self._read() as reader:
            text = reader.execute(query).scalar_one_or_none()
        if text is None:
            raise Refused([Problem(code="STO_NO_ROUND", values={"got": round_id[:40]})])
        return read_round(text)
