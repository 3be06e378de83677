"""How does each entry of a log vouch for all before it? By the hash of the one before."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from survey.ledger.commitment import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One thing that staff did. `number` counts from 1; `moment` UTC, ISO to the second with Z; `act` like round.open.

    `about`: which round, file or person it was done to, never an answer. `previous`: the hash of the entry before,
    empty for the first; `hash` (hex SHA-256) covers everything else of the entry.
    """

    number: int
    moment: str
    actor: str
    role: str
    act: str
    about: str
    previous: str
    hash: str


def entry_hash(said: Mapping[str, object]) -> str:
    """The hash of an entry: of the canonical JSON of all its fields but `hash`."""
    fields = {name: value for name, value in said.items() if name != "hash"}
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def first_break(entries: Iterable[LogEntry]) -> int | None:
    """The number that the first entry that does not fit should have; None for a whole chain. `entries`: oldest first.

    Entries missing at the end leave no break: compare the newest hash with one that was kept elsewhere.
    """
    previous = ""
    for number, entry in enumerate(entries, 1):
        if entry.number != number or entry.previous != previous or entry.hash != entry_hash(asdict(entry)):
            return number
        previous = entry.hash
    return None
