"""How is a day closed? Its leaves go behind those of the days before, and a signed checkpoint says so in public."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.ledger import (
    PROMISE,
    Frontier,
    Head,
    join_notes,
    known_key,
    leaf_hash,
    origin,
    public_bytes,
    sign_checkpoint,
    signing_key,
    vkey,
)
from survey.proof.bound import bound_acts, bound_settings
from survey.proof.lock import alone
from survey.proof.published import (
    CHECKPOINTS,
    FOLDER,
    PROMISE_VKEY,
    VKEY,
    leaves_file,
    lines,
    parts_text,
    place,
    read,
    read_leaves,
    receipts_file,
    write,
)
from survey.proof.staff_log import CONSOLE, write_act
from survey.round import Round
from survey.store import Checkpoint, Store

GRACE: Final = timedelta(minutes=10)
"""So long after midnight a day stays open: for slips that were under way."""
_EVERY: Final = 600.0
Random = Callable[[int], bytes]


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


def closing_key(store: Store, folder: Path, random: Random) -> Ed25519PrivateKey:
    """The key that signs this folder's checkpoints, made where nothing was closed yet.

    Raises Refused: PRF_KEY_LOST if checkpoints were signed with a key that is not there, or as `signing_key`.
    """
    key = known_key(folder)
    if key is None and any(store.checkpoints(round_.id) for round_ in store.rounds()):
        raise Refused([Problem(code="PRF_KEY_LOST", values={"path": folder})])
    return key or signing_key(folder, random)


def close_days(store: Store, folder: Path, key: Ed25519PrivateKey, now: datetime) -> tuple[Closed, ...]:
    """Close every day that is over, in every round, and mend the public files in `folder`/so-cai. Idempotent.

    One checkpoint a round and run; a quiet day of an open round is closed too, so that nothing can be put into it
    later. Each stands in the staff log, as the server's own act. What could not be closed does not hinder the rest:
    then raises Refused with all the reasons, and nothing is signed for a round whose store no longer has what its last
    checkpoint says (PRF_LOG_BROKEN), whose public files are newer than the store (PRF_STORE_OLDER), others than the
    store's (PRF_FILE_CHANGED) or of another key (PRF_KEY_CHANGED); PRF_WRITE, or the store's own.
    """
    promise = known_key(folder, PROMISE)
    keys = {VKEY: public_bytes(key)} | ({PROMISE_VKEY: public_bytes(promise)} if promise else {})
    closed, faults = [], list[Problem]()
    with alone(folder):
        for round_ in store.rounds():
            if round_.state == "draft":  # it takes no slip yet, and its settings still change
                continue
            try:
                public = _Public(place(folder / FOLDER, round_.id), round_.id, keys)
                fresh = _close(store, public, key, round_, last_over(now).isoformat())
                if fresh is not None:
                    closed.append(fresh)
                    write_act(store, CONSOLE, CONSOLE, "ledger.close", f"{fresh.round_id}: {fresh.through}", now)
            except Refused as refused:
                faults += refused.problems
            except OSError as error:
                values = {"round": round_.id, "path": error.filename, "reason": error.strerror}
                faults.append(Problem(code="PRF_WRITE", values=values))
        try:
            store.forget_order()
        except Refused as refused:
            faults += refused.problems
    if faults:
        raise Refused(faults)
    return tuple(closed)


async def keep_closing(store: Store, folder: Path, random: Random, clock: Callable[[], datetime]) -> None:
    """Close days at the start and then as each is over, looked at every ten minutes; runs until it is cancelled.

    What fails goes to the log and is tried again.
    """
    done = None
    while True:
        now = clock()
        if last_over(now) != done:
            try:
                await asyncio.to_thread(_run, store, folder, random, now)
                done = last_over(now)
            except Exception as error:  # a fault of the program must not end the closing of all later days
                logging.getLogger("hailong").error("a day could not be closed: %s", error, exc_info=error)
        await asyncio.sleep(_EVERY)


def _run(store: Store, folder: Path, random: Random, now: datetime) -> None:
    close_days(store, folder, closing_key(store, folder, random), now)


def _close(store: Store, public: "_Public", key: Ed25519PrivateKey, round_: Round, last: str) -> Closed | None:
    kept, days = store.checkpoints(round_.id), _days(store, round_.id)
    public.must_be_of(kept)
    log = _continued(round_.id, kept, days)
    done = kept[-1].through if kept else ""
    fresh = {day: leaves for day, leaves in days.items() if done < day <= last}
    calendar = min(last, round_.closes.isoformat()) if round_.closes is not None else last
    # After a round's end acts of voiding go on; they are bound by further checkpoints.
    acts = store.void_acts(round_.id)
    through = max([calendar, *fresh, *(act.day for act in acts if act.day <= last)])
    closed = None
    if through > done and (fresh or through >= round_.opens.isoformat()):
        log.extend(_hash(leaf) for leaves in fresh.values() for leaf in leaves)
        counts = {day: len(leaves) for day, leaves in fresh.items()}
        head = Head(
            origin=origin(round_.id),
            size=log.size,
            root=log.root(),
            days=tuple(sorted(({through: 0} | counts).items())),
            voids=bound_acts(acts, through),
            settings=bound_settings(round_),
        )
        checkpoint = Checkpoint(
            round_id=round_.id,
            through=through,
            size=head.size,
            root=head.root.hex(),
            note=sign_checkpoint(key, head),
        )
        store.add_checkpoint(checkpoint)  # before any file: of two who close, only one gets so far
        kept = (*kept, checkpoint)
        closed = Closed(round_id=round_.id, days=counts, through=through, size=log.size)
    if kept:
        public.mend(store, kept, days)
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


class _Public:
    """The public files of a round. `keys`: name of the key's file to the key's 32 bytes."""

    def __init__(self, folder: Path, round_id: str, keys: Mapping[str, bytes]) -> None:
        self._folder, self._round_id = folder, round_id
        self._keys = {folder / name: vkey(origin(round_id), public) + "\n" for name, public in keys.items()}

    def must_be_of(self, kept: Sequence[Checkpoint]) -> None:
        """Raises Refused if the files say anything that the store's checkpoints do not: they may be the evidence."""
        file = self._folder / CHECKPOINTS
        there, whole = read(file) or "", join_notes([each.note for each in kept])
        if not whole.startswith(there):
            code = "PRF_STORE_OLDER" if there.startswith(whole) else "PRF_FILE_CHANGED"
            raise Refused([Problem(code=code, values={"round": self._round_id, "path": file})])
        for path, text in self._keys.items():
            if read(path) not in (None, text):
                raise Refused([Problem(code="PRF_KEY_CHANGED", values={"round": self._round_id, "path": path})])

    def mend(self, store: Store, kept: Sequence[Checkpoint], days: Mapping[str, list[str]]) -> None:
        """Write what is missing or was left short. What says something else is left for the audit to find.

        The checkpoints come last: who reads them finds the files they speak of.
        """
        for day, leaves in days.items():
            if day <= kept[-1].through:
                for path, text in self._lacking(store, day, leaves):
                    write(path, text)
        texts = {**self._keys, self._folder / CHECKPOINTS: join_notes([each.note for each in kept])}
        for path, text in texts.items():
            if read(path) != text:
                write(path, text)

    def _lacking(self, store: Store, day: str, leaves: list[str]) -> Iterator[tuple[Path, str]]:
        found = read_leaves(self._folder, day)
        if found is None or set(found) < set(leaves):
            yield leaves_file(self._folder, day), lines(leaves)
        path = receipts_file(self._folder, day)
        there = read(path)
        if there is None or there.count("\n") < len(leaves):
            parts = parts_text(store.all_responses(self._round_id, day))
            if there is None or set(there.splitlines()) < set(parts.splitlines()):
                yield path, parts


def _hash(leaf: str) -> bytes:
    try:
        return leaf_hash(bytes.fromhex(leaf))
    except ValueError as error:
        raise Refused([Problem(code="PRF_LEAF", values={"leaf": leaf[:80]})]) from error
