"""Is a day left open that should be closed? The closing runs by itself, so somebody has to learn when it fails."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from survey.clock import VIETNAM
from survey.store import Checkpoint, Store

LATE: Final = timedelta(days=2)
"""A day that is over by more than this is late."""


def unclosed(checkpoints: Sequence[Checkpoint], days: Mapping[str, int], today: date) -> tuple[str, ...]:
    """The days (ISO) with slips that are not closed and older than `LATE`. `days`: slips by day, of the store."""
    through = checkpoints[-1].through if checkpoints else ""
    late = (today - LATE).isoformat()
    return tuple(sorted(day for day, count in days.items() if count and through < day < late))


def overdue(store: Store, now: datetime) -> tuple[str, ...]:
    """The names of the rounds that have such days. Raises Refused as the store does."""
    today = now.astimezone(VIETNAM).date()
    return tuple(
        round_.name
        for round_ in store.rounds()
        if unclosed(store.checkpoints(round_.id), store.counts(round_.id).days, today)
    )
