"""Submissions handed to accept(), and what came of them."""

from datetime import datetime
from secrets import token_bytes

import pytest

from survey.errors import Refused
from survey.forms.accept import Accepted, Submission, accept
from survey.forms.flags import Recent
from survey.invitations import hashed, new_codes
from survey.response import Response
from survey.round import Round
from survey.store import Store
from tests.survey.builders import NOON, QUESTIONNAIRE, ROUND

SECRET = bytes(32)


def take(
    store: Store,
    sent: Submission,
    now: datetime = NOON,
    round_: Round = ROUND,
    secret: bytes | None = None,
    recent: Recent | None = None,
) -> Accepted:
    return accept(store, round_, QUESTIONNAIRE, sent, now=now, random=token_bytes, secret=secret, recent=recent)


def taken(
    store: Store, sent: Submission, now: datetime = NOON, round_: Round = ROUND, secret: bytes | None = None
) -> Response:
    take(store, sent, now, round_, secret)
    (slip,) = store.responses(ROUND.id)
    return slip


def codes(store: Store, sent: Submission, now: datetime = NOON, round_: Round = ROUND) -> list[str]:
    with pytest.raises(Refused) as caught:
        take(store, sent, now, round_)
    assert store.counts(ROUND.id).total == 0
    assert caught.value.say("vi")
    return [problem.code for problem in caught.value.problems]


def codes_of(store: Store, sent: Submission) -> list[str]:
    """As `codes`, where there may be slips already."""
    with pytest.raises(Refused) as caught:
        take(store, sent, secret=SECRET)
    return [problem.code for problem in caught.value.problems]


def invite(store: Store, place: str | None = None, round_: Round = ROUND) -> str:
    (issued,) = new_codes({place: 1}, token_bytes)
    store.add_invitations(round_.id, hashed(SECRET, [issued]))
    return issued.code
