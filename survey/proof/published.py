"""Which files stand in public about a round's log, and how are they written so that a crash leaves them whole?

so-cai/<round>/checkpoints.txt    every checkpoint, an empty line between them
so-cai/<round>/days/<day>.txt     the leaves of a closed day (hex), sorted, a line each
so-cai/<round>/receipts/<day>.txt what each leaf of the day is made of: receipt hash, hidden part, questionnaire;
                                  sorted, so that its order tells no more than that of the leaves
so-cai/<round>/vkey.txt           the public key of the checkpoints
so-cai/<round>/promise-vkey.txt   the public key of the receipts
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from survey.errors import Problem, Refused
from survey.ledger import hidden, joined, origin
from survey.response import Response

FOLDER = "so-cai"
"""The folder in the data folder that may be copied, mirrored and shown to everybody."""
CHECKPOINTS = "checkpoints.txt"
VKEY = "vkey.txt"
PROMISE_VKEY = "promise-vkey.txt"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def place(published: Path, round_id: str) -> Path:
    """The round's folder. Raises Refused (PRF_ROUND) for an id that could not name one; no page makes such a round."""
    try:
        origin(round_id)
    except ValueError as error:
        raise Refused([Problem(code="PRF_ROUND", values={"round": round_id[:60]})]) from error
    return published / round_id


def leaves_file(folder: Path, day: str) -> Path:
    """Where the leaves of a day stand. Raises Refused (PRF_DAY) for what is no day: it would name another place."""
    return folder / "days" / f"{_iso(day)}.txt"


def receipts_file(folder: Path, day: str) -> Path:
    """Where the parts of the leaves of a day stand. Raises Refused (PRF_DAY) likewise."""
    return folder / "receipts" / f"{_iso(day)}.txt"


def _iso(day: str) -> str:
    if not _DAY.fullmatch(day):
        raise Refused([Problem(code="PRF_DAY", values={"day": day[:40]})])
    return day


def read(path: Path) -> str | None:
    """The file's text, None if there is no such file; bytes that are no text become signs that fit nothing."""
    try:
        return path.read_text("utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def read_leaves(folder: Path, day: str) -> tuple[str, ...] | None:
    """The leaves of a day, None if the file is missing."""
    text = read(leaves_file(folder, day))
    return None if text is None else tuple(text.split())


def lines(entries: Iterable[str]) -> str:
    """A line each."""
    return "".join(f"{entry}\n" for entry in entries)


def parts_text(slips: Iterable[Response]) -> str:
    """The lines of the receipts file.

    A slip whose salt was erased has no parts any more, and one that was changed has others than its leaf: both are
    left out.
    """
    return lines(sorted(filter(None, map(_parts, slips))))


def _parts(slip: Response) -> str:
    try:
        inside = hidden(slip) if slip.salt else ""
        whole = inside and joined(slip.questionnaire, slip.day, inside, slip.receipt_hash) == slip.commitment
    except ValueError:  # what should be hex is not
        return ""
    return f"{slip.receipt_hash} {inside} {slip.questionnaire}" if whole else ""


def write(path: Path, text: str) -> None:
    """The file appears whole or not at all, on disk when this returns. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
