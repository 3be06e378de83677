"""What is kept no longer? Drafts after a week, invitations a month after the close, answers after the round's years."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from survey.errors import word
from survey.store import Store

DRAFT_DAYS: Final = 7
"""An unsent form: long enough for a second sitting, short enough that nothing half-said lies about."""
INVITATION_DAYS: Final = 30
"""After the close: as long as somebody may still ask why a code does not work ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much was removed: drafts, invitations, and the answers of slips (their leaves stay in the ledger)."""

    drafts: int
    invitations: int
    answers: int


def tidy(store: Store, today: date) -> Removed:
    """Remove what is past its time on `today`. Does nothing the second time.

    Raises Refused when the store cannot do it.
    """
    drafts = store.purge_drafts((today - timedelta(days=DRAFT_DAYS)).isoformat())
    invitations = answers = 0
    for round_ in store.rounds():
        if round_.closes is None:
            continue
        if today > round_.closes + timedelta(days=INVITATION_DAYS):
            invitations += store.purge_invitations(round_.id)
        if today > _years_after(round_.closes, round_.keep_years):
            answers += store.erase(round_.id, today.isoformat(), word("RETENTION_REASON", years=round_.keep_years))
    return Removed(drafts=drafts, invitations=invitations, answers=answers)


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
