"""The one door that every answer passes: checked, stripped of the moment, committed, acknowledged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.keys import KEY_LETTERS, key_hash
from survey.ledger import commitment, receipt_code, receipt_hash
from survey.questionnaire import Questionnaire, say
from survey.response import Response, check
from survey.round import Round
from survey.store import Store

CHANNELS = ("open", "link", "invited", "kiosk", "assisted", "paper", "import")
"""How an answer came: the open link, a desk's signed link or QR, a one-time code, a tablet at the desk, an interviewer,
a paper slip typed in, a file."""

_BANDS = ((1, "<1"), (3, "1-3"), (10, "3-10"), (30, "10-30"))  # minutes: up to, exclusive
_FAST_SECONDS = 3  # per answered question
_OFFICE_HOURS = range(6, 22)
_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What arrives from a form. `key` names the form load, `opened_at` (aware) when it was opened, None if unknown.

    `place` is a place code of the round, `desk` a desk code there, `interviewer` who enters for the person;
    `invitation` the one-time code; `trap`: a field that no person sees was filled in;
    `answers` are as the person gave them, by question name.
    """

    key: str
    answers: Mapping[str, object]
    language: str
    channel: str
    place: str | None = None
    opened_at: datetime | None = None
    desk: str | None = None
    interviewer: str | None = None
    invitation: str | None = None
    trap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The answer is on disk. `receipt` is the 20-symbol code; `already`: it was there before this sending."""

    receipt: str
    already: bool


def accept(
    store: Store,
    round_: Round,
    questionnaire: Questionnaire,
    submission: Submission,
    *,
    now: datetime,
    random: Callable[[int], bytes],
) -> Accepted:
    """Store one submission exactly once, however often it is sent, and give its receipt.

    `now` is aware; of it and of `opened_at` only the day in Vietnam, a coarse duration band and flags are kept. A key
    that is stored already is acknowledged without looking at the answers. Raises Refused with everything that is
    wrong, or when the store cannot take it; nothing is stored then. Raises ValueError for a time without zone.
    """
    if now.utcoffset() is None or (submission.opened_at is not None and submission.opened_at.utcoffset() is None):
        raise ValueError("accept needs times with a time zone")
    if len(submission.key) < KEY_LETTERS:
        raise Refused([Problem(code="FRM_KEY")])
    receipt = receipt_code(submission.key)
    hashed_key = key_hash(submission.key)
    if store.has_key(hashed_key):
        return Accepted(receipt=receipt, already=True)

    local = now.astimezone(VIETNAM)
    answers, problems = check(submission.answers, questionnaire)
    problems = (*_misplaced(store, round_, questionnaire, submission, local.date()), *problems)
    if not answers and not problems:
        problems = (Problem(code="FRM_EMPTY"),)
    if problems:
        raise Refused(problems)

    seconds = (now - submission.opened_at).total_seconds() if submission.opened_at is not None else -1
    imported = submission.channel == "import"
    response = Response(
        id=random(_RANDOM_BYTES).hex(),
        round_id=round_.id,
        questionnaire=round_.questionnaire,
        answers=answers,
        place=submission.place,
        channel=submission.channel,
        language=submission.language if submission.language in round_.languages else "vi",
        day=local.date().isoformat(),
        duration=_band(seconds),
        flags=tuple(_flags(seconds, len(answers), None if imported else local.hour)),
        consent=round_.consent,
        key_hash=hashed_key,
        salt=random(_RANDOM_BYTES).hex(),
        commitment="",
        receipt_hash=receipt_hash(receipt),
    )
    response = replace(response, commitment=commitment(response))
    stored = store.add(response, hour=None if imported else f"{local:%Y-%m-%dT%H}")
    return Accepted(receipt=receipt, already=not stored)


def _misplaced(
    store: Store, round_: Round, questionnaire: Questionnaire, submission: Submission, today: date
) -> Iterator[Problem]:
    """What is wrong about where, when and on which form the answers were given."""
    if today < round_.opens:
        yield Problem(code="FRM_NOT_OPEN_YET", values={"opens": f"{round_.opens:%d/%m/%Y}"})
    elif not round_.open_on(today):
        contact = {f"contact_{language}": say(round_.contact, language) for language in ("vi", "en")}
        yield Problem(code="FRM_CLOSED", values={"closes": f"{round_.closes:%d/%m/%Y}", **contact})
    # The store's own value needs no hashing, which would cost more than all other checks together.
    if questionnaire is not store.questionnaire(round_.questionnaire) and (
        questionnaire.content_hash() != round_.questionnaire
    ):
        yield Problem(code="FRM_OTHER_QUESTIONNAIRE")
    if submission.channel not in CHANNELS:
        yield Problem(code="FRM_CHANNEL", values={"got": submission.channel[:40]})
    codes = {place.code for place in round_.places}
    if submission.place is None and codes:
        yield Problem(code="FRM_PLACE_MISSING")
    elif submission.place is not None and submission.place not in codes:
        yield Problem(code="FRM_PLACE_UNKNOWN", values={"got": submission.place[:40]})


def _band(seconds: float) -> str:
    """The coarse duration in minutes; empty if unknown or before its start (a clock was set)."""
    if seconds < 0:
        return ""
    return next((band for minutes, band in _BANDS if seconds < 60 * minutes), ">30")


def _flags(seconds: float, answered: int, hour: int | None) -> Iterator[str]:
    if 0 <= seconds < _FAST_SECONDS * answered:
        yield "fast"
    if hour is not None and hour not in _OFFICE_HOURS:
        yield "off_hours"
