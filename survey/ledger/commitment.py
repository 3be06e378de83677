"""What binds a slip? The commitment: an entry of the public log that tells nothing of the answers without the salt."""

import hashlib
import json
from collections.abc import Mapping

from survey.response import Answer, Response

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def commitment(response: Response) -> str:
    """The leaf (hex) that binds everything the slip says; the field `commitment` itself is not looked at.

    leaf = H(0x00 | questionnaire | day | hidden | receipt hash); H is SHA-256, every part but the first is preceded by
    its length in 4 bytes; `hidden` is the slip behind its salt.
    """
    return joined(response.questionnaire, response.day, hidden(response), response.receipt_hash)


def hidden(response: Response) -> str:
    """H(salt | slip) in hex: what may be shown of the slip, and what its receipt is joined to in the leaf.

    slip is the canonical JSON of the answers with round, place, channel, language, duration, flags and consent, so that
    a slip cannot be moved to another office or marked as doubtful afterwards.
    """
    slip: dict[str, object] = {
        "answers": response.answers,
        "channel": response.channel,
        "consent": response.consent,
        "duration": response.duration,
        "flags": response.flags,
        "language": response.language,
        "place": response.place,
        "round": response.round_id,
    }
    # Fields that came later: only where they say something, so that earlier slips keep their leaves.
    later = {"desk": response.desk, "interviewer": response.interviewer}
    slip |= {name: value for name, value in later.items() if value is not None}
    return digest(b"", bytes.fromhex(response.salt), canonical_json(slip).encode()).hex()


def joined(questionnaire: str, day: str, hidden: str, receipt_hash: str) -> str:
    """The leaf (hex) of these four parts, by which whoever has a receipt code checks that a leaf is theirs."""
    return digest(
        b"\x00", questionnaire.encode(), day.encode(), bytes.fromhex(hidden), bytes.fromhex(receipt_hash)
    ).hex()


def canonical_json(content: Mapping[str, object] | Mapping[str, Answer]) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 letters as they are. Raises ValueError for NaN."""
    return _ENCODER.encode(content)


def digest(start: bytes, *parts: bytes) -> bytes:
    """SHA-256 of `start` and the length-prefixed parts: no two lists of parts have the same input."""
    return hashlib.sha256(start + b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
