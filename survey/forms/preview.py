"""How is a questionnaire looked at before it is used? The real forms, in front of a store that cannot keep anything."""

from collections import OrderedDict
from datetime import date
from threading import Lock

from survey.errors import Problem, Refused, word
from survey.questionnaire import Questionnaire
from survey.rating import examples
from survey.response import Response
from survey.round import NOTICE, Round
from survey.store import Store
from survey.store.records import Invitation

ROUND = "xem-thu"
"""The id of the round that a preview plays; no round can be opened under it by way of a preview."""

_MOST = 20


class Nowhere(Store):
    """A store without a database: it knows one questionnaire, and refuses every slip. Whatever else is asked of it
    fails, as there is nothing that it could be asked of."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._asked = questionnaire  # and nothing of a real store is set up

    def questionnaire(self, digest: str) -> Questionnaire:
        """The one that is looked at."""
        return self._asked

    def has_key(self, key_hash: str) -> bool:
        """Nothing was ever stored here."""
        return False

    def draft(self, key_hash: str) -> bytes | None:
        """Nothing is kept against a refresh."""
        return None

    def save_draft(self, key_hash: str, content: bytes, day: str) -> None:
        """Lets go of it."""

    def drop_draft(self, key_hash: str) -> None:
        """There is none."""

    def invitation(self, code_hash: str) -> Invitation | None:
        """No code opens a preview."""
        return None

    def add(self, response: Response, hour: str | None = None, invitation: str | None = None) -> bool:
        """Raises Refused: a preview stores nothing."""
        raise Refused([Problem(code="STU_PREVIEW_END")])


def preview_round(questionnaire: Questionnaire, day: date) -> Round:
    """A round of this one day that asks the questionnaire about the workbook's own examples of offices."""
    return Round(
        id=ROUND,
        name=word("STU_PREVIEW_ROUND"),
        questionnaire=questionnaire.content_hash(),
        study=questionnaire.study,
        opens=day,
        closes=day,
        languages=questionnaire.languages,
        consent=NOTICE,
        contact={},
        rated=examples(questionnaire),
    )


class Shelf:
    """Questionnaires that are looked at before they are published, by content hash: in memory, the last few."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Questionnaire] = OrderedDict()
        self._lock = Lock()

    def put(self, questionnaire: Questionnaire) -> str:
        """Keeps it for a while; returns its content hash, by which it is found again."""
        digest = questionnaire.content_hash()
        with self._lock:
            self._held[digest] = questionnaire
            self._held.move_to_end(digest)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return digest

    def get(self, digest: str) -> Questionnaire | None:
        """The questionnaire, None if it was never put here or has gone."""
        with self._lock:
            return self._held.get(digest)
