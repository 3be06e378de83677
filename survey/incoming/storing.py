"""How does a tried file get into the store? All of its slips in one transaction, or none of them."""

from dataclasses import dataclass

from survey.errors import Refused
from survey.incoming.trial import Trial
from survey.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many slips are `new` in the store, and how many were `known` from an earlier import."""

    new: int
    known: int


def store_all(store: Store, trial: Trial) -> Imported:
    """Store what a trial has found ready. Exactly once: doing it again adds nothing.

    Raises Refused, with nothing stored, if the trial has problems, and as `Store.add_all`.
    """
    if trial.problems:
        raise Refused(trial.problems)
    new = store.add_all([ready.response for ready in trial.ready])
    return Imported(new=new, known=trial.known + len(trial.ready) - new)
