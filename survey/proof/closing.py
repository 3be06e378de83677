"""How is a day closed? Its leaves go behind those of the days before, and a signed checkpoint says so in public."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.ledger import Frontier, Head, join_notes, leaf_hash, origin, public_bytes, sign_checkpoint, vkey
from survey.proof.published import (
    CHECKPOINTS,
    FOLDER,
    VKEY,
    leaves_file,
    lines,
    parts_text,
    place,
    read,
    receipts_file,
    write,
)
from survey.round import Round
from survey.store import Checkpoint, Store

GRACE: Final = timedelta(minutes=10)
"""So long after midnight a day stays open: for slips that were under way."""
_EVERY: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What one run closed of a round: the days (ISO) with their slips, up to `through`; `size` slips in all."""

    round_id: str
    days: Mapping[str, int]
    through: str
    size: int


def last_over(now: datetime) -> date:
    """The last day that is over for closing at this moment. Raises ValueError for a time without zone."""
    if now.utcoffset() is None:
        raise ValueError("closing needs a time with a time zone")
    return (now.astimezone(VIETNAM) - GRACE).date() - timedelta(days=1)


def close_days(store: Store, folder: Path, key: Ed25519PrivateKey, now: datetime) -> tuple[Closed, ...]:
    """Close every day that is over, in every round, and mend the public files in `folder`/so-cai. Idempotent.

    One checkpoint a round and run; a quiet day of an open round is closed too, so that nothing can be put into it
    later. What could not be closed does not hinder the rest: then raises Refused with all the reasons, PRF_LOG_BROKEN
    where the store no longer has what its last checkpoint says, PRF_FILE_CHANGED, PRF_WRITE, or the store's own.
    """
    closed, faults = [], list[Problem]()
    for round_ in store.rounds():
        try:
            fresh = _close(store, place(folder / FOLDER, round_.id), key, round_, last_over(now).isoformat())
            closed += [fresh] if fresh is not None else []
        except Refused as refused:
            faults += refused.problems
        except OSError as error:
            values = {"round": round_.id, "path": error.filename, "reason": error.strerror}
            faults.append(Problem(code="PRF_WRITE", values=values))
    if faults:
        raise Refused(faults)
    return tuple(closed)


async def keep_closing(store: Store, folder: Path, key: Ed25519PrivateKey, clock: Callable[[], datetime]) -> None:
    """Close days at the start and then as each is over, looked at every ten minutes; runs until it is cancelled.

    What fails goes to the log and is tried again.
    """
    done = None
    while True:
        now = clock()
        if last_over(now) != done:
            try:
                await asyncio.to_thread(close_days, store, folder, key, now)
                done = last_over(now)
            except Exception as error:  # a fault of the program must not end the closing of all later days
                logging.getLogger("hailong").error("a day could not be closed: %s", error, exc_info=error)
        await asyncio.sleep(_EVERY)


def _close(store: Store, folder: Path, key: Ed25519PrivateKey, round_: Round, last: str) -> Closed | None:
    kept, days = store.checkpoints(round_.id), _days(store, round_.id)
    log = _continued(round_.id, kept, days)
    done = kept[-1].through if kept else ""
    fresh = {day: leaves for day, leaves in days.items() if done < day <= last}
    calendar = min(last, round_.closes.isoformat()) if round_.closes is not None else last
    through = max(calendar, *fresh) if fresh else calendar
    closed = None
    if fresh or (through > done and through >= round_.opens.isoformat()):
        log.extend(_hash(leaf) for leaves in fresh.values() for leaf in leaves)
        counts = {day: len(leaves) for day, leaves in fresh.items()}
        checkpoint = _checkpoint(key, round_.id, log, {through: 0} | counts)
        for day, leaves in fresh.items():  # what an interrupted run left of these days may be older than their slips
            write(leaves_file(folder, day), lines(leaves))
            write(receipts_file(folder, day), parts_text(store.all_responses(round_.id, day)))
        store.add_checkpoint(checkpoint)
        kept = (*kept, checkpoint)
        closed = Closed(round_id=round_.id, days=counts, through=through, size=log.size)
    if kept:
        _mend(store, folder, key, kept, days)
    return closed


def _days(store: Store, round_id: str) -> dict[str, list[str]]:
    """The round's leaves by day, both in order."""
    days: dict[str, list[str]] = {}
    for day, leaf in store.leaves(round_id):
        days.setdefault(day, []).append(leaf)
    return {day: sorted(days[day]) for day in sorted(days)}


def _continued(round_id: str, kept: Sequence[Checkpoint], days: Mapping[str, list[str]]) -> Frontier:
    """The log as the last checkpoint left it. Raises Refused (PRF_LOG_BROKEN) if the store has another one."""
    log = Frontier()
    if kept:
        last = kept[-1]
        log.extend(_hash(leaf) for day, leaves in days.items() if day <= last.through for leaf in leaves)
        if (log.size, log.root().hex()) != (last.size, last.root):
            values = {"round": round_id, "through": last.through, "size": last.size, "got": log.size}
            raise Refused([Problem(code="PRF_LOG_BROKEN", values=values)])
    return log


def _checkpoint(key: Ed25519PrivateKey, round_id: str, log: Frontier, days: Mapping[str, int]) -> Checkpoint:
    named = tuple(sorted(days.items()))
    head = Head(origin=origin(round_id), size=log.size, root=log.root(), days=named)
    note = sign_checkpoint(key, head)
    return Checkpoint(round_id=round_id, through=head.through, size=head.size, root=head.root.hex(), note=note)


def _mend(
    store: Store,
    folder: Path,
    key: Ed25519PrivateKey,
    kept: tuple[Checkpoint, ...],
    days: Mapping[str, list[str]],
) -> None:
    """Write again what is lost. What is there and says something else is left for the audit to find."""
    round_id = kept[-1].round_id
    for day, leaves in days.items():
        if day > kept[-1].through:
            continue
        if not leaves_file(folder, day).exists():
            write(leaves_file(folder, day), lines(leaves))
        if not receipts_file(folder, day).exists():
            write(receipts_file(folder, day), parts_text(store.all_responses(round_id, day)))
    if not (folder / VKEY).exists():
        write(folder / VKEY, vkey(origin(round_id), public_bytes(key)) + "\n")
    there, whole = read(folder / CHECKPOINTS) or "", join_notes([each.note for each in kept])
    if not whole.startswith(there):
        raise Refused([Problem(code="PRF_FILE_CHANGED", values={"round": round_id, "path": folder / CHECKPOINTS})])
    if there != whole:
        write(folder / CHECKPOINTS, whole)


def _hash(leaf: str) -> bytes:
    try:
        return leaf_hash(bytes.fromhex(leaf))
    except ValueError as error:
        raise Refused([Problem(code="PRF_LEAF", values={"leaf": leaf[:80]})]) from error
