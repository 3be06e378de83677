"""What does a backup say of itself? Every file with its hash, and what the store held when it was made."""

import hashlib
import json
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from gzip import BadGzipFile
from pathlib import Path
from typing import IO, Final

from survey.errors import Problem, Refused
from survey.store import Store

NAME: Final = "manifest.json"
DAMAGED: Final = (tarfile.TarError, BadGzipFile, zlib.error, EOFError)
"""What is raised by reading an archive whose bytes are not as they were written."""

_KIND: Final = "hailong backup "
_FORMAT: Final = f"{_KIND}1"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundState:
    """One round: its slips, and the latest closed day (ISO) with size and root (hex) of the tree; None: none yet."""

    slips: int
    through: str | None
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a store holds: its rounds by id, and number and hash of the newest entry of the staff log (0, '': none)."""

    rounds: Mapping[str, RoundState]
    log_number: int
    log_hash: str

    @property
    def slips(self) -> int:
        """All slips of all rounds."""
        return sum(each.slips for each in self.rounds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`made`: when (UTC, ISO); `program`: version of Hài Lòng; `database`: what it was copied from.

    `files`: by name in the archive, length and SHA-256 (hex).
    """

    made: str
    program: str
    database: str
    held: Held
    files: Mapping[str, tuple[int, str]]


def held(store: Store) -> Held:
    """What the store holds now. Raises Refused as the store does."""
    rounds = {}
    for round_ in store.rounds():
        last = store.checkpoints(round_.id)[-1:]
        rounds[round_.id] = RoundState(
            slips=store.counts(round_.id).total,
            through=last[0].through if last else None,
            size=last[0].size if last else 0,
            root=last[0].root if last else "",
        )
    newest = store.staff_log(limit=1)
    return Held(rounds=rounds, log_number=newest[0].number if newest else 0, log_hash=newest[0].hash if newest else "")


def print_of(content: IO[bytes]) -> tuple[int, str]:
    """Length and SHA-256 (hex) of what is still to be read. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    while block := content.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def print_of_file(path: Path) -> tuple[int, str]:
    """The same of a file."""
    with path.open("rb") as file:
        return print_of(file)


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON."""
    return json.dumps({"format": _FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1) + "\n"


def read_manifest(text: str) -> Manifest:
    """The manifest of that text. Raises Refused (CAR_NOT_OURS) if it is none, CAR_ARCHIVE_NEWER for a later kind."""
    try:
        said = json.loads(text)
        if said["format"] != _FORMAT:
            newer = str(said["format"]).startswith(_KIND)
            raise Refused([Problem(code="CAR_ARCHIVE_NEWER" if newer else "CAR_NOT_OURS")])
        kept = said["held"]
        rounds = {name: RoundState(**state) for name, state in kept["rounds"].items()}
        return Manifest(
            made=str(said["made"]),
            program=str(said["program"]),
            database=str(said["database"]),
            held=Held(rounds=rounds, log_number=int(kept["log_number"]), log_hash=str(kept["log_hash"])),
            files={str(name): (int(size), str(digest)) for name, (size, digest) in said["files"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused([Problem(code="CAR_NOT_OURS")]) from error
