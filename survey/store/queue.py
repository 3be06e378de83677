"""Which slips go to disk together? Everybody who waits while one commit runs is taken along by the next."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from survey.errors import Problem, Refused
from survey.response import Response

LIMIT: Final = 1000
"""So many may wait. Beyond that it is kinder to say so at once than to let phones time out."""

Outcome = bool | BaseException
"""True: stored now. False: stored before. An exception: not stored, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one caller wants kept: see Store.add."""

    response: Response
    hour: str | None
    invitation: str | None


class _Waiting:
    __slots__ = ("called", "outcome", "slip")

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        self.outcome: Outcome | None = None
        self.called = threading.Event()


class Queue:
    """Those who wait for `commit`, which gets all of them at once and says what became of each, in their order.

    One of them leads: commits for all who wait, calls the first of those who came meanwhile to lead next, then those
    it committed for. Nobody else waits for a lock that the next commit holds.
    """

    def __init__(self, commit: Callable[[Sequence[Slip]], Sequence[Outcome]]) -> None:
        self._commit = commit
        self._joining = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._led = False

    def add(self, slip: Slip) -> bool:
        """Whether the slip is new; it is on disk when this returns. Raises Refused STO_QUEUE, or its own outcome."""
        mine = _Waiting(slip)
        with self._joining:
            if len(self._waiting) >= LIMIT:
                raise Refused([Problem(code="STO_QUEUE", values={"number": LIMIT})])
            self._waiting.append(mine)
            leading, self._led = not self._led, True
        if not leading:
            mine.called.wait()
        if mine.outcome is None:
            self._lead()
        if isinstance(mine.outcome, bool):
            return mine.outcome
        raise mine.outcome or RuntimeError("the commit was interrupted before this response's turn")

    def _lead(self) -> None:
        with self._joining:
            batch = list(self._waiting)
            self._waiting.clear()
        outcomes: Sequence[Outcome]
        try:
            outcomes = self._commit([each.slip for each in batch])
        except BaseException as error:
            outcomes = [error] * len(batch)
        for each, outcome in zip(batch, outcomes, strict=True):
            each.outcome = outcome
        with self._joining:
            first = self._waiting[0] if self._waiting else None
            self._led = first is not None
        for each in ([] if first is None else [first]) + batch:
            each.called.set()
