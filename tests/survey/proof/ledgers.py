"""The public ledger of a data folder, as its files say it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.clock import VIETNAM
from survey.ledger import Head, public_bytes, read_checkpoint, split_notes
from tests.survey.builders import ROUND

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = public_bytes(KEY)


def at(day: int, hour: int = 1, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def public(folder: Path, name: str = "") -> Path:
    return folder / "so-cai" / ROUND.id / name


def heads(folder: Path) -> list[Head]:
    notes = split_notes(public(folder, "checkpoints.txt").read_text("utf-8"))
    return [read_checkpoint(note, PUBLIC) for note in notes]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(public(folder).rglob("*")) if path.is_file()}


def harm(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = public(folder, name)
    file.write_text(change(file.read_text("utf-8")), "utf-8")
