"""Which slips go to disk together? Everybody who waits while one commit runs is taken along by the next."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final

from survey.errors import Problem, Refused
from survey.meters import COMMIT
from survey.response import Response

LIMIT: Final = 1000
"""So many may wait. Beyond that it is kinder to say so at once than to let phones time out."""

QUICK: Final = 0.005
"""Seconds that an event loop may stand still for a commit: about what a page of the form costs when all goes wrong."""

_IDLE: Final = 1.0
"""Seconds after which a thread that nobody needs ends."""

Outcome = bool | BaseException
"""True: stored now. False: stored before. An exception: not stored, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one caller wants kept: see Store.add."""

    response: Response
    hour: str | None
    invitation: str | None


class _Waiting:
    __slots__ = ("outcome", "slip", "tell")

    def __init__(self, slip: Slip, tell: Callable[[], None]) -> None:
        self.slip = slip
        self.outcome: Outcome | None = None
        self.tell = tell


def _result(outcome: Outcome | None) -> bool:
    if isinstance(outcome, bool):
        return outcome
    raise outcome or RuntimeError("the commit was interrupted before this response's turn")


class Queue:
    """Those who wait for `commit`, which gets all of them at once and says what became of each, in their order.

    One thread commits for everybody, as long as anybody comes: a thread for each slip would cost more than the slip,
    for threads take turns at the interpreter. An event loop commits by itself, with `at_once`, while that is quicker
    than calling the thread: as long as nobody else writes and the disk took no longer than QUICK the last time.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Slip]], Sequence[Outcome]],
        at_once: Callable[[Slip], Outcome | None] = lambda _: None,
    ) -> None:
        self._commit = commit
        self._at_once = at_once
        self._joining = threading.Lock()
        self._waiting: SimpleQueue[_Waiting] = SimpleQueue()
        self._works = False
        self._quick = True

    def add(self, slip: Slip) -> bool:
        """Whether the slip is new; it is on disk when this returns. Raises Refused STO_QUEUE, or its own outcome."""
        told = threading.Event()
        mine = _Waiting(slip, told.set)
        self._join(mine)
        told.wait()
        return _result(mine.outcome)

    async def added(self, slip: Slip) -> bool:
        """`add` for a caller on an event loop, which goes on meanwhile, or loses less than it would by going on."""
        if self._quick and self._waiting.empty():
            begun = time.perf_counter()
            outcome = self._at_once(slip)
            if outcome is not None:
                took = time.perf_counter() - begun
                COMMIT.observe(took)
                self._quick = took < QUICK
                return _result(outcome)
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not told.done():  # who asked may have gone
                told.set_result(None)

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(wake)

        mine = _Waiting(slip, tell)
        self._join(mine)
        await told
        return _result(mine.outcome)

    @property
    def waiting(self) -> int:
        """How many wait for the next commit."""
        return self._waiting.qsize()

    def _join(self, mine: _Waiting) -> None:
        with self._joining:
            if self._waiting.qsize() >= LIMIT:
                raise Refused([Problem(code="STO_QUEUE", values={"number": LIMIT})])
            self._waiting.put(mine)
            if not self._works:
                threading.Thread(target=self._work, name="store", daemon=True).start()
                self._works = True

    def _work(self) -> None:
        while True:
            try:
                batch = [self._waiting.get(timeout=_IDLE)]
            except Empty:
                with self._joining:
                    if self._waiting.empty():
                        self._works = False
                        return
                continue
            batch += [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
            outcomes: Sequence[Outcome]
            begun = time.perf_counter()
            try:
                outcomes = self._commit([each.slip for each in batch])
                if len(outcomes) != len(batch):
                    raise RuntimeError(f"{len(outcomes)} outcomes of {len(batch)} slips")
            except BaseException as error:  # whatever it is: nobody may wait for ever
                outcomes = [error] * len(batch)
            took = time.perf_counter() - begun
            COMMIT.observe(took)
            self._quick = took < QUICK
            for each, outcome in zip(batch, outcomes, strict=True):
                each.outcome = outcome
                each.tell()
