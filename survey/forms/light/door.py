"""What does this process remember between requests? Rounds for two seconds, sheets, buckets; nothing of a person."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from survey import clock
from survey.errors import Refused
from survey.forms.flags import Recent
from survey.forms.light.form import Form
from survey.limits import PAGES, Limits, Rate
from survey.rating import asked_in
from survey.store import Store

_AGE = 2.0
"""So many seconds old a round's settings may be."""
FRESH = 5.0
"""So many seconds a key counts as minted just now. Another process may get its posting, of which this one hears
nothing: nobody fills in a form and comes back within these seconds."""

DRAFTS = Rate(burst=120, per_second=1.0)
"""Half-filled pages from one address, each of which the disk keeps for a while."""

_REMEMBERED = 10_000


class Few:
    """The hashes of the last keys of some kind, the oldest forgotten. For use by many threads at once."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def add(self, digest: str, at: float = 0.0) -> None:
        """Remember it, and since when."""
        with self._lock:
            self._known[digest] = at
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def __contains__(self, digest: str) -> bool:
        return digest in self._known

    def take(self, digest: str) -> float | None:
        """Since when it was remembered, None if it was not; it is not any more."""
        with self._lock:
            return self._known.pop(digest, None)


@dataclass(frozen=True, slots=True)
class _Held:
    form: Form
    store: Store
    at: float


class Door:
    """What the light form's routes share. `clock` gives the time (aware), `random` bytes.

    `minted`: keys handed out and not yet come back; while FRESH they can have no slip and no draft.
    `stored`: keys whose slip is on disk, where it stays. `shown`: keys whose receipt a kiosk has shown.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = clock.now,
        random: Callable[[int], bytes] = secrets.token_bytes,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.random = random
        self.ticks = ticks
        self.recent = Recent()
        self.sends = Limits(random)
        self.pages = Limits(random, by_address=PAGES)
        self.drafts = Limits(random, by_address=DRAFTS)
        self.minted = Few()
        self.stored = Few()
        self.shown = Few()
        self._forms: dict[str, _Held] = {}

    def held(self, store: Store, round_id: str) -> Form | None:
        """The round's form if it was looked up just now."""
        held = self._forms.get(round_id)
        return held.form if held and held.store is store and self.ticks() - held.at < _AGE else None

    def last(self, store: Store, round_id: str) -> Form | None:
        """The round's form as it was when last looked up, however long ago: to show answers, never to take them."""
        held = self._forms.get(round_id)
        return held.form if held and held.store is store else None

    def is_fresh(self, digest: str) -> bool:
        """Whether this key was minted here just now and comes back for the first time."""
        at = self.minted.take(digest)
        return at is not None and self.ticks() - at < FRESH

    def form(self, store: Store, round_id: str) -> Form | None:
        """The round's form, None if there is no such round. Raises Refused when the store cannot say."""
        if (form := self.held(store, round_id)) is not None:
            return form
        try:
            round_ = store.round(round_id)
        except Refused as refused:
            if any(problem.code == "STO_NO_ROUND" for problem in refused.problems):
                return None
            raise
        questionnaire = asked_in(store.questionnaire(round_.questionnaire), round_)
        held = self._forms.get(round_id)
        same = held and held.form.questionnaire is questionnaire and held.form.round == round_
        form = held.form if held and same else Form(round_, questionnaire)
        self._forms[round_id] = _Held(form, store, self.ticks())
        return form
