"""What does the server do by itself? It closes days that are over and removes what is past its time."""

import asyncio
import gc
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final

from survey.clock import now
from survey.errors import word
from survey.ledger import promise_key
from survey.privacy.retention import Removed, tidy
from survey.proof.closing import keep_closing
from survey.site import Site
from survey.store import Store

_LOOK_EVERY: Final = 600.0  # seconds
_DENIED: Final = "STO_DENIED"
_NOT_TODAY: Final = frozenset({_DENIED, "STO_PURGE_EARLY"})
_log = logging.getLogger("hailong")


@asynccontextmanager
async def caretaker(site: Site) -> AsyncIterator[None]:
    """The standing work of the process that owns the store, for as long as the block lasts.

    Raises Refused when the key of the receipts cannot be read or made.
    """
    promise_key(site.folder, secrets.token_bytes)
    work = [keep_closing(site.store, site.folder, secrets.token_bytes, now), keep_tidy(site.store, now)]
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def settle() -> None:
    """What was loaded for good is no longer searched for garbage: a full search of it costs tens of milliseconds."""
    gc.collect()
    gc.freeze()


async def keep_tidy(store: Store, clock: Callable[[], datetime]) -> None:
    """Remove what is past its time, once a day and at the start; what fails goes to the log and is tried again.

    What only the database's owner may do is told once a day, with the command to run.
    """
    done: date | None = None
    while True:
        today = clock().date()
        if today != done:
            try:
                removed = await asyncio.to_thread(tidy, store, today)
                done = today if _told(removed) else done
            except Exception as error:  # a fault of the program must not end the tidying of all later days
                _log.error("not removed: %s", error, exc_info=error)
        await asyncio.sleep(_LOOK_EVERY)


def _told(removed: Removed) -> bool:
    """Logs what was removed and what was not. False if trying again today may help."""
    counts = (removed.drafts, removed.invitations, removed.answers)
    _log.info("removed: %d drafts, %d invitations, %d answers", *counts)
    denied = [problem for problem in removed.faults if problem.code == _DENIED]
    if denied:
        _log.error("not removed: %s", word("RETENTION_DENIED"))
    others = [problem.say() for problem in removed.faults if problem.code != _DENIED]
    if others:
        _log.error("not removed: %s", " | ".join(others))
    return all(problem.code in _NOT_TODAY for problem in removed.faults)
