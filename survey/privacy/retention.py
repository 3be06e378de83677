"""What is kept no longer? Drafts after a week, invitations a month after the close, answers after the round's years."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from survey.errors import Problem, Refused, word
from survey.making import KEEP_YEARS
from survey.round import Round
from survey.store import Store

DRAFT_DAYS: Final = 7
"""An unsent form: long enough for a second sitting, short enough that nothing half-said lies about."""
INVITATION_DAYS: Final = 30
"""After the close: as long as somebody may still ask why a code does not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much was removed: drafts, invitations, and the answers of slips (their leaves stay in the ledger).

    `faults`: what should have been removed and could not be.
    """

    drafts: int
    invitations: int
    answers: int
    faults: tuple[Problem, ...] = ()


def tidy(store: Store, today: date) -> Removed:
    """Remove what is past its time on `today`. Does nothing the second time.

    A round's time runs from its close or its last slip, whichever is later: a close that is put back, by mistake or
    on purpose, erases nothing. What the store cannot do for one round does not hinder the others.
    """
    drafts = invitations = answers = 0
    rounds: tuple[Round, ...] = ()
    faults = list[Problem]()
    with _noting(faults):
        drafts = store.purge_drafts((today - timedelta(days=DRAFT_DAYS)).isoformat())
    with _noting(faults):
        rounds = store.rounds()
    for round_ in rounds:
        ended: date | None = None
        with _noting(faults):
            ended = _ended(store, round_)
        if ended is None:
            continue
        if (today - ended).days > INVITATION_DAYS:
            with _noting(faults):
                invitations += store.purge_invitations(round_.id)
        if today > _years_after(ended, max(round_.keep_years, KEEP_YEARS[0])):
            with _noting(faults):
                reason = word("RETENTION_REASON", years=round_.keep_years)
                answers += store.erase(round_.id, today.isoformat(), reason)
    with _noting(faults):
        store.forget_order()
    return Removed(drafts=drafts, invitations=invitations, answers=answers, faults=tuple(faults))


@contextmanager
def _noting(faults: list[Problem]) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        faults += refused.problems


def _ended(store: Store, round_: Round) -> date | None:
    """The close or the day of the last slip; None for a round without a close."""
    if round_.closes is None:
        return None
    return max([round_.closes, *map(date.fromisoformat, store.counts(round_.id).days)])


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a 29 February. Beyond the calendar's end, its end."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
