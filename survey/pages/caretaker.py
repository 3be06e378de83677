"""What does the server do by itself? It closes days that are over and removes what is past its time."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final

from survey.clock import now
from survey.errors import Refused
from survey.ledger import signing_key
from survey.privacy.retention import tidy
from survey.proof.closing import keep_closing
from survey.site import Site
from survey.store import Store

_LOOK_EVERY: Final = 600.0  # seconds
_log = logging.getLogger("hailong")


@asynccontextmanager
async def caretaker(site: Site) -> AsyncIterator[None]:
    """The standing work of the process that owns the store, for as long as the block lasts.

    Raises Refused when the signing key cannot be read or made.
    """
    key = signing_key(site.folder, secrets.token_bytes)
    work = [keep_closing(site.store, site.folder, key, now), keep_tidy(site.store, now)]
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def keep_tidy(store: Store, clock: Callable[[], datetime]) -> None:
    """Remove what is past its time, once a day and at the start; what fails goes to the log and is tried again."""
    done: date | None = None
    while True:
        today = clock().date()
        if today != done:
            try:
                removed = await asyncio.to_thread(tidy, store, today)
                done = today
                _log.info("removed %s", removed)
            except Refused as refused:
                _log.error("not removed: %s", ", ".join(problem.code for problem in refused.problems))
        await asyncio.sleep(_LOOK_EVERY)
