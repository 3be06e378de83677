"""How old is the published state? It is renewed every night; somebody has to learn when it is not."""

from datetime import date, datetime, time, timedelta

from survey.clock import VIETNAM
from survey.errors import Refused
from survey.life import history
from survey.proof.closing import last_over
from survey.round import Round
from survey.store import Store


def root_age(store: Store, now: datetime) -> timedelta | None:
    """How old the oldest published state is, of the rounds whose days are still being closed.

    Counted from the end of the last closed day, of a round without any from the beginning of its first, or of the day
    it was opened; None if no round has a day to close. After a night's closing it is never above 26 hours. Raises
    Refused as the store does.
    """
    over, ages = last_over(now), list[timedelta]()
    for round_ in store.rounds():
        due = over if round_.closes is None else min(over, round_.closes)
        closed = store.checkpoints(round_.id)
        done = date.fromisoformat(closed[-1].through) if closed else round_.opens - timedelta(days=1)
        if round_.state != "draft" and (done < due or (closed and done == over)):
            since = done + timedelta(days=1)
            if not closed:
                since = max(since, _opened(store, round_))
            ages.append(now - datetime.combine(since, time(), VIETNAM))
    return max(ages, default=None)


def _opened(store: Store, round_: Round) -> date:
    """The day when it was opened, which may be after its first day; the first day where the opening was not noted."""
    try:
        steps = history(store, round_.id)
    except Refused:  # the citizens' process may not read who did what
        return round_.opens
    return next((date.fromisoformat(step.day) for step in steps if step.to == "open"), round_.opens)
