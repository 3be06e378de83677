"""The one door that every answer passes: checked, stripped of the moment and of numbers, committed, acknowledged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter

from survey import meters
from survey.access import LONGEST_NAME
from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.expression import Answer
from survey.forms.flags import Manner, Recent, flags
from survey.invitations import code_hash, read_code
from survey.keys import KEY_LETTERS, key_hash
from survey.ledger import commitment, receipt_code, receipt_hash
from survey.masking import mask
from survey.questionnaire import Questionnaire, say
from survey.rating import asked_in
from survey.response import Response, check, clean_text
from survey.round import NOTICE, Round
from survey.store import Store

CHANNELS = ("open", "link", "invited", "kiosk", "assisted", "paper", "import")
"""How an answer came: the open link, a desk's signed link or QR, a one-time code, a tablet at the desk, an interviewer,
a paper slip typed in, a file."""

ALONE = ("open", "link", "invited", "kiosk")
"""The channels in which people answer by themselves, on a form that says when it was opened."""

ENTERED = ("assisted", "paper")
"""The channels in which somebody else enters the answers, and is named on the slip."""

LONGEST_INTERVIEWER = LONGEST_NAME
"""Characters that an interviewer's name or staff code may have."""

_BANDS = ((1, "<1"), (3, "1-3"), (10, "3-10"), (30, "10-30"))  # minutes: up to, exclusive
_RANDOM_BYTES = 16
_CODE = attrgetter("code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What arrives from a form. `key` names the form load, `opened_at` (aware) when it was opened, None if unknown.

    `place` is a place code of the round, `desk` a desk code there (which tells the place too), `interviewer` who
    enters for the person (channels `assisted` and `paper`; `import` where the file says; not kept for others);
    `invitation` the one-time code as typed; `trap`: a field that no person sees was filled in; `answers` are as the
    person gave them, by question name.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A submission that nothing is wrong with, as `Store.add` takes it: `response`, `hour`, `invitation` (a hash).

    `watch`: what looks for bursts, None if nothing does; `moment`: seconds since 1970, for it alone.
    """

    response: Response
    hour: str | None
    invitation: str | None
    receipt: str
    watch: Recent | None
    moment: float

    def acknowledged(self, stored: bool) -> Accepted:
        """What is said when the slip is on disk: `stored` now, or before."""
        if stored and self.watch is not None:
            self.watch.note(self.response.round_id, self.response.place, self.response.desk, self.moment)
        return Accepted(receipt=self.receipt, already=not stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where a slip comes from, once its link and its invitation have been looked at."""

    place: str | None
    desk: str | None
    channel: str
    interviewer: str | None
    burnt: str | None  # the hash of its invitation


def accept(
    store: Store,
    round_: Round,
    questionnaire: Questionnaire,
    submission: Submission,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    secret: bytes | None = None,
    recent: Recent | None = None,
) -> Accepted:
    """Store one submission exactly once, however often it is sent, and give its receipt.

    As `prepare`, and: a key that is stored already is acknowledged without looking at the answers. Raises Refused with
    everything that is wrong, or when the store cannot take it; nothing is stored then.
    """
    try:
        ready = prepare(store, round_, questionnaire, submission, now=now, random=random, secret=secret, recent=recent)
    except Refused as refused:
        # The store tells a known key itself when it is given the slip; only a slip it is not given needs the question.
        if store.has_key(key_hash(submission.key)):
            return Accepted(receipt=receipt_code(submission.key), already=True)
        meters.refused(refused.problems)
        raise
    return ready.acknowledged(store.add(ready.response, hour=ready.hour, invitation=ready.invitation))


def prepare(
    store: Store,
    round_: Round,
    questionnaire: Questionnaire,
    submission: Submission,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    secret: bytes | None = None,
    recent: Recent | None = None,
) -> Ready:
    """Check one submission and make of it what is stored. The store is asked for its questionnaire and invitation only.

    `questionnaire` is the round's, as it is stored or as the round asks it (survey.rating). `now` is aware; of it and
    of `opened_at` only the day in Vietnam, a coarse duration band and flags are kept. `secret` reads invitations;
    `recent` finds bursts, None: not looked for. Raises Refused with everything that is wrong; ValueError for a time
    without zone, and for an invitation without the secret.
    """
    if now.utcoffset() is None or (submission.opened_at is not None and submission.opened_at.utcoffset() is None):
        raise ValueError("accept needs times with a time zone")
    if len(submission.key) < KEY_LETTERS:
        raise Refused([Problem(code="FRM_KEY")])
    receipt = receipt_code(submission.key)
    hashed_key = key_hash(submission.key)
    local = now.astimezone(VIETNAM)
    problems = list(filter(None, [untimely(round_, local.date())]))
    asked = _asked(store, round_, questionnaire, problems)
    origin = _origin(store, round_, submission, secret, problems)
    answers, wrong = check(submission.answers, asked)
    problems += wrong
    if not answers and not problems:
        problems.append(Problem(code="FRM_EMPTY"))
    if problems:
        raise Refused(problems)

    kept, masked = _masked(answers, asked)
    imported = origin.channel == "import"
    seconds = (now - submission.opened_at).total_seconds() if submission.opened_at is not None else -1
    moment = now.timestamp()
    watched = recent if origin.channel not in ("import", "paper") else None  # both come in heaps
    manner = Manner(
        seconds=seconds,
        hour=None if imported else local.hour,
        crowded=watched is not None and watched.crowded(round_.id, origin.place, origin.desk, moment),
        trap=submission.trap,
        masked=masked,
        alone=origin.channel in ALONE,
    )
    response = Response(
        id=random(_RANDOM_BYTES).hex(),
        round_id=round_.id,
        questionnaire=round_.questionnaire,
        answers=kept,
        place=origin.place,
        channel=origin.channel,
        language=submission.language if submission.language in round_.languages else "vi",
        day=local.date().isoformat(),
        duration=_band(seconds),
        flags=flags(kept, asked, manner),
        consent=round_.consent if imported else NOTICE,
        key_hash=hashed_key,
        salt=random(_RANDOM_BYTES).hex(),
        commitment="",
        receipt_hash=receipt_hash(receipt),
        desk=origin.desk,
        interviewer=origin.interviewer,
    )
    return Ready(
        response=replace(response, commitment=commitment(response)),
        hour=None if imported else local.isoformat()[:13],
        invitation=origin.burnt,
        receipt=receipt,
        watch=watched,
        moment=moment,
    )


def untimely(round_: Round, today: date) -> Problem | None:
    """Why the round takes no slip on this day; None if it does."""
    if round_.open_on(today):
        return None
    if round_.state == "draft":
        return Problem(code="LIF_DRAFT", values=_contact(round_))
    if round_.state == "open" and today < round_.opens:
        return Problem(code="FRM_NOT_OPEN_YET", values={"opens": round_.opens})
    if round_.closes is None:  # closed by somebody who wrote no day
        return Problem(code="LIF_CLOSED", values=_contact(round_))
    return Problem(code="FRM_CLOSED", values={"closes": round_.closes, **_contact(round_)})


def untaken(round_: Round, channel: str) -> Problem | None:
    """Why the round takes no slip that comes by this channel; None if it does."""
    taken = not round_.channels or channel in round_.channels
    return None if taken else Problem(code="LIF_CHANNEL", values=_contact(round_))


def _contact(round_: Round) -> dict[str, str]:
    """Whom to ask, for the gaps of a wording in either language."""
    return {f"contact_{language}": say(round_.contact, language) for language in ("vi", "en")}


def _asked(store: Store, round_: Round, given: Questionnaire, problems: list[Problem]) -> Questionnaire:
    """The questionnaire as the round asks it."""
    stored = store.questionnaire(round_.questionnaire)
    asked = asked_in(stored, round_)
    # The store's own value needs no hashing, which would cost more than all other checks together.
    if given is not stored and given is not asked and given.content_hash() != round_.questionnaire:
        problems.append(Problem(code="FRM_OTHER_QUESTIONNAIRE"))
        return given
    return asked


def _origin(
    store: Store, round_: Round, submission: Submission, secret: bytes | None, problems: list[Problem]
) -> _Origin:
    """Place, desk, channel, interviewer and invitation, with what is wrong about them."""
    channel, place, desk = submission.channel, submission.place, submission.desk
    if channel not in CHANNELS:
        problems.append(Problem(code="FRM_CHANNEL", values={"got": channel[:40]}))
    burnt = None
    if submission.invitation is not None:
        burnt, issued_for = _invitation(store, round_, submission.invitation, secret, problems)
        # A place that has left the round since binds nobody: the person says where.
        if issued_for != place and issued_for in map(_CODE, round_.places):
            place, desk = issued_for, None
        # Who used the code on a tablet or with help answered in that way, which matters more than the code.
        channel = "invited" if channel in ("open", "link") else channel
    elif channel == "invited" or (round_.invitation_only and channel != "import"):
        # A tablet's or an interviewer's address needs a code as well: anybody can write its channel into an address.
        problems.append(Problem(code="INV_NEEDED"))
    if (barred := untaken(round_, channel)) is not None:
        problems.append(barred)
    if desk is not None:
        stands = next((each.place for each in round_.desks if each.code == desk), None)
        place = stands if place is None else place
        if stands is None or stands != place:
            problems.append(Problem(code="FRM_DESK_UNKNOWN", values={"got": desk[:40]}))
    if place is None and round_.places:
        problems.append(Problem(code="FRM_PLACE_MISSING"))
    elif place is not None and place not in map(_CODE, round_.places):
        problems.append(Problem(code="FRM_PLACE_UNKNOWN", values={"got": place[:40]}))
    named = channel in ENTERED or (channel == "import" and submission.interviewer)
    interviewer = clean_text((submission.interviewer or "")[: 10 * LONGEST_INTERVIEWER]) if named else None
    if interviewer is not None and not 0 < len(interviewer) <= LONGEST_INTERVIEWER:
        problems.append(Problem(code="FRM_INTERVIEWER"))
    return _Origin(place=place, desk=desk, channel=channel, interviewer=interviewer, burnt=burnt)


def _invitation(
    store: Store, round_: Round, typed: str, secret: bytes | None, problems: list[Problem]
) -> tuple[str | None, str | None]:
    """The hash of the code and the place it was issued for; None and a problem if it opens nothing here."""
    if secret is None:
        raise ValueError("an invitation is read with the installation's secret")
    try:
        hashed = code_hash(secret, read_code(typed))
    except Refused as refused:
        problems += refused.problems
        return None, None
    invitation = store.invitation(hashed)
    if invitation is None or invitation.round_id != round_.id:
        problems.append(Problem(code="INV_UNKNOWN"))
    elif invitation.used:
        problems.append(Problem(code="INV_USED"))
    else:
        return hashed, invitation.place
    return None, None


def _masked(answers: Mapping[str, Answer], asked: Questionnaire) -> tuple[Mapping[str, Answer], bool]:
    """The answers with what leads to a person hidden in every text, and whether there was any.

    The code of the officer who is rated (role `officer`) is asked for, and stays.
    """
    changed: dict[str, Answer] = {}
    for section in asked.sections:
        for question in section.questions:
            if question.kind == "text" and question.role != "officer" and question.name in answers:
                text, found = mask(str(answers[question.name]))
                if found:
                    changed[question.name] = text
    return ({**answers, **changed} if changed else answers), bool(changed)


def _band(seconds: float) -> str:
    """The coarse duration in minutes; empty if unknown or before its start (a clock was set)."""
    if seconds < 0:
        return ""
    return next((band for minutes, band in _BANDS if seconds < 60 * minutes), ">30")
