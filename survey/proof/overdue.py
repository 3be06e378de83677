"""Is a day left open that should be closed? The closing runs by itself, so somebody has to learn when it fails."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from survey.clock import VIETNAM
from survey.proof.closing import last_over
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


def root_age(store: Store, now: datetime) -> timedelta | None:
    """How old the oldest published state is, of the rounds whose days are still being closed.

    Counted from the end of the last closed day, of a round without any from the beginning of its first; None if no
    round has a day to close. After a night's closing it is never above 26 hours. Raises Refused as the store does.
    """
    over, ages = last_over(now), list[timedelta]()
    for round_ in store.rounds():
        due = over if round_.closes is None else min(over, round_.closes)
        closed = store.checkpoints(round_.id)
        done = date.fromisoformat(closed[-1].through) if closed else round_.opens - timedelta(days=1)
        if round_.state != "draft" and (done < due or (closed and done == over)):
            ages.append(now - datetime.combine(done + timedelta(days=1), time(), VIETNAM))
    return max(ages, default=None)
