"""What is said in public at the end of a day? A signed line about the whole log of a round.

The text is a C2SP tlog-checkpoint in a C2SP signed-note, so that any transparency-log tool reads it:

    hailong/lang-son-2026            origin, which is the key's name too
    1312                             slips in the log
    CsUYapGGPo4dkMgIAUqom/Xajj7…     root (RFC 9162), base64
    voids 2 5f0c…                    how many acts of voiding there are up to the last closed day, SHA-256 of them (hex)
    settings 9e41…                   SHA-256 of the round's settings (hex)
    day 2026-11-21 17                each day that was added since the checkpoint before; the last line names the
    day 2026-11-22 0                 last closed day, even if it had no slip

    — hailong/lang-son-2026 Az3grlgtzPICa5OS8npVmf1M…

Checkpoints that were signed before there were lines about voids and settings are read as well.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.errors import Problem, Refused
from survey.ledger.signing import key_id, public_bytes, signed_by

_ROUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")  # a file system bears a name of 255 bytes
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_DAY = re.compile(r"day ([0-9]{4}-[0-9]{2}-[0-9]{2}) (0|[1-9][0-9]{0,15})")
_VOIDS = re.compile(r"voids (0|[1-9][0-9]{0,15}) ([0-9a-f]{64})")
_SETTINGS = re.compile(r"settings ([0-9a-f]{64})")
_HASH_BYTES = 32
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a checkpoint says: the log's origin, its leaves, its root, and the days (ISO, slips) it added, ascending.

    `voids`: the acts of voiding up to `through`, their number and SHA-256 (hex); `settings`: SHA-256 (hex) of the
    round's settings; None where the checkpoint does not say.
    """

    origin: str
    size: int
    root: bytes
    days: tuple[tuple[str, int], ...]
    voids: tuple[int, str] | None = None
    settings: str | None = None

    @property
    def through(self) -> str:
        """The last closed day (ISO)."""
        return self.days[-1][0]


def origin(round_id: str) -> str:
    """The log's name. Raises ValueError for an id that could not stand in a note or name a folder."""
    if not _ROUND.fullmatch(round_id):
        raise ValueError(f"round id {round_id!r} cannot name a log")
    return f"hailong/{round_id}"


def sign_checkpoint(key: Ed25519PrivateKey, head: Head) -> str:
    """The signed note of a checkpoint, with its final line break."""
    lines = [head.origin, str(head.size), base64.b64encode(head.root).decode()]
    if head.voids is not None:
        lines.append("voids {} {}".format(*head.voids))
    if head.settings is not None:
        lines.append(f"settings {head.settings}")
    text = "".join(f"{line}\n" for line in (*lines, *(f"day {day} {count}" for day, count in head.days)))
    signature = key_id(head.origin, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {head.origin} {base64.b64encode(signature).decode()}\n"


def read_checkpoint(note: str, public: bytes) -> Head:
    """What a signed note says. Raises Refused: LED_NOTE if it is no checkpoint, LED_SIGNATURE if this key did not sign.

    Signatures of other keys (witnesses) are passed over.
    """
    head = parse_checkpoint(note)
    text, _, signatures = note.rpartition("\n\n")
    wanted = key_id(head.origin, public)
    for line in signatures.splitlines():
        start, _, encoded = line.rpartition(" ")
        content = _decoded(encoded)
        if start == f"— {head.origin}" and content[: len(wanted)] == wanted:
            if signed_by(public, content[len(wanted) :], f"{text}\n".encode()):
                return head
            break
    raise Refused([Problem(code="LED_SIGNATURE", values={"origin": head.origin, "size": head.size})])


def parse_checkpoint(note: str) -> Head:
    """What a note says, without asking who signed it. Raises Refused (LED_NOTE) if it is no checkpoint of ours."""
    text = note[:_LONGEST].rpartition("\n\n")[0]
    name, size, root, *more = [*text.split("\n"), "", ""]
    more = more[:-2]  # without the two that were put behind
    voids = _VOIDS.fullmatch(more[0]) if more else None
    more = more[voids is not None :]
    settings = _SETTINGS.fullmatch(more[0]) if more else None
    more = more[settings is not None :]
    days = [match for line in more if (match := _DAY.fullmatch(line))]
    round_id = name.removeprefix("hailong/")
    good = (
        name.startswith("hailong/")
        and _ROUND.fullmatch(round_id)
        and _SIZE.fullmatch(size)
        and len(_decoded(root)) == _HASH_BYTES
        and 0 < len(days) == len(more)
        and all(_is_day(match[1]) for match in days)
        and all(before[1] < after[1] for before, after in pairwise(days))  # else a day could be closed twice
    )
    if not good:
        raise Refused([Problem(code="LED_NOTE", values={"got": note.strip()[:60]})])
    return Head(
        origin=name,
        size=int(size),
        root=_decoded(root),
        days=tuple((match[1], int(match[2])) for match in days),
        voids=(int(voids[1]), voids[2]) if voids else None,
        settings=settings[1] if settings else None,
    )


def join_notes(notes: Sequence[str]) -> str:
    """The text of checkpoints.txt: the notes with an empty line between them."""
    return "\n".join(notes)


def split_notes(text: str) -> tuple[str, ...]:
    """The notes in such a text, whatever else stands around them; CR line ends of a mailed copy are understood."""
    blocks = [block for block in re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n\ufeff")) if block.strip()]
    notes = []
    for before, after in pairwise(blocks):
        if after.startswith("— ") and not before.startswith("— "):
            notes.append(f"{before}\n\n{after}\n")
    return tuple(notes)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
