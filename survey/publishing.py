"""Which versions of which questionnaires does the office have? Published once, never changed, told who and when."""

import json
from dataclasses import dataclass
from datetime import date

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.store import Store

KIND = "questionnaires"
"""The office's paper that remembers who published what, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One kept version. `actor` and `day` (ISO) of its publication, empty for one that a round brought along.

    `rounds`: those that ask it, in the order they were made.
    """

    hash: str
    id: str
    version: str
    actor: str
    day: str
    rounds: tuple[Round, ...]


def publish(store: Store, questionnaire: Questionnaire, workbook: bytes, *, actor: str, day: date) -> bool:
    """Keep a version for ever; False if this very content was published already.

    Raises Refused: STU_VERSION_TAKEN where its id and version name another content, STO_PAPER_MOVED when somebody else
    publishes in the same moment; nothing is kept then.
    """
    if (problem := conflict(store, questionnaire)) is not None:
        raise Refused([problem])
    digest = questionnaire.content_hash()
    paper = store.office_paper(KIND)
    told = json.loads(paper.content) if paper else {}
    if digest not in told:
        entry = {"id": questionnaire.id, "version": questionnaire.version, "actor": actor, "day": day.isoformat()}
        content = json.dumps({**told, digest: entry}, ensure_ascii=False)
        store.save_office_paper(KIND, content, actor, day.isoformat(), after=paper.revision if paper else 0)
    store.add_questionnaire(questionnaire, workbook)
    return digest not in told


def conflict(store: Store, questionnaire: Questionnaire) -> Problem | None:
    """That its id and version name another content already, with the cell to change; None if they are free."""
    paper = store.office_paper(KIND)
    told = json.loads(paper.content) if paper else {}
    named = {each.hash: (each.id, each.version) for each in store.questionnaires()}
    named |= {known: (each["id"], each["version"]) for known, each in told.items()}
    if questionnaire.content_hash() in named or (questionnaire.id, questionnaire.version) not in named.values():
        return None
    values = {"id": questionnaire.id, "version": questionnaire.version}
    return Problem(code="STU_VERSION_TAKEN", sheet="settings", row=2, column="version", values=values)


def versions(store: Store) -> tuple[Version, ...]:
    """All kept versions, the one published last first; those that only a round brought along at the end."""
    paper = store.office_paper(KIND)
    told = json.loads(paper.content) if paper else {}
    rounds = store.rounds()
    found = [
        Version(
            hash=each.hash,
            id=each.id,
            version=each.version,
            actor=told.get(each.hash, {}).get("actor", ""),
            day=told.get(each.hash, {}).get("day", ""),
            rounds=tuple(round_ for round_ in rounds if round_.questionnaire == each.hash),
        )
        for each in reversed(store.questionnaires())
    ]
    order = {digest: place for place, digest in enumerate(told)}
    return tuple(sorted(found, key=lambda version: order.get(version.hash, -1), reverse=True))


def before(store: Store, questionnaire: Questionnaire) -> tuple[Version, ...]:
    """The other kept versions of the same questionnaire, the latest first: what it is compared with."""
    digest = questionnaire.content_hash()
    return tuple(each for each in versions(store) if each.id == questionnaire.id and each.hash != digest)
