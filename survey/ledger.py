"""Can it be proved? The commitment to a slip, and the receipt code that its respondent keeps.

The commitment is what a later public ledger is made of; it tells nothing about the answers to anyone without the salt.
The receipt is derived from the form's random key (docs/decisions/0002), never stored, only its hash.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping

from survey.errors import Problem, Refused
from survey.response import Answer, Response

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_BASE = len(_ALPHABET)
_LENGTH = 20  # 19 symbols of 5 bits carry 95 random bits, the last one checks
_GROUP = 5
_DASHES = dict.fromkeys(map(ord, " -‐‑‒–—−_.\t\n\r"))
_MISREAD = str.maketrans("OIL", "011")


def commitment(response: Response) -> str:
    """The leaf (hex) that binds everything the slip says; the field `commitment` itself is not looked at.

    leaf = H(0x00 | questionnaire | day | H(salt | slip) | receipt hash); H is SHA-256, every part but the first is
    preceded by its length in 4 bytes; slip is the canonical JSON of the answers with round, place, channel, language,
    duration, flags and consent, so that a slip cannot be moved to another office or marked as doubtful afterwards.
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
    hidden = _digest(b"", bytes.fromhex(response.salt), canonical_json(slip).encode())
    parts = (response.questionnaire.encode(), response.day.encode(), hidden, bytes.fromhex(response.receipt_hash))
    return _digest(b"\x00", *parts).hex()


def canonical_json(content: Mapping[str, object] | Mapping[str, Answer]) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8 letters as they are. Raises ValueError for NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def receipt_code(key: str) -> str:
    """The receipt (20 symbols, ungrouped) of the form with this key: always the same, and no way back to the key."""
    number = int.from_bytes(_digest(b"hailong receipt 1", key.encode("utf-8", "replace")), "big") >> (256 - 95)
    symbols = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_LENGTH - 1)))
    return symbols + _check_symbol(symbols)


def receipt_hash(code: str) -> str:
    """What is stored of a receipt (hex): SHA-256 of its 20 ungrouped symbols."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def grouped(code: str) -> str:
    """The receipt as people see it: XXXXX-XXXXX-XXXXX-XXXXX."""
    return "-".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def read_receipt(text: str) -> str:
    """The receipt a person typed: small letters, spaces, dashes, O for 0, I or L for 1 are understood.

    Raises Refused if it is not 20 symbols, has a letter that no receipt has, or its check symbol does not fit.
    """
    code = unicodedata.normalize("NFKC", text[:200]).translate(_DASHES).upper().translate(_MISREAD)
    strange = sorted({letter for letter in code if letter not in _ALPHABET})
    if strange:
        raise Refused([Problem(code="RCP_LETTER", values={"got": " ".join(strange[:5])})])
    if len(code) != _LENGTH:
        raise Refused([Problem(code="RCP_LENGTH", values={"got": len(code), "length": _LENGTH})])
    if _check_symbol(code[:-1]) != code[-1]:
        raise Refused([Problem(code="RCP_CHECK")])
    return code


def _check_symbol(symbols: str) -> str:
    """Luhn mod 32: finds every single wrong symbol and every swap of neighbours but 0 with Z."""
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        value = _ALPHABET.index(symbol) * (2 if place % 2 == 0 else 1)
        total += value // _BASE + value % _BASE
    return _ALPHABET[-total % _BASE]


def _digest(start: bytes, *parts: bytes) -> bytes:
    """SHA-256 of `start` and the length-prefixed parts: no two lists of parts have the same input."""
    return hashlib.sha256(start + b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
