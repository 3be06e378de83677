"""What does a receipt prove before its day is closed? The office's signed promise to count the slip.

The QR on a receipt carries it: «HAILONG1 <round> <day> <code> <signature>», where the signature (Ed25519, base64url
without padding) is over "hailong promise 1", round, day and receipt hash, a line each. A promise whose receipt is in no
published day is the respondent's proof that a slip was taken away.
"""

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.errors import Problem, Refused
from survey.ledger.receipt import read_receipt, receipt_hash
from survey.ledger.signing import signed_by

_MARK = "HAILONG1"
_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a receipt's QR says: that the slip with this code (ungrouped) was taken on this day (ISO)."""

    round_id: str
    day: str
    code: str
    signature: bytes

    def kept_by(self, public: bytes) -> bool:
        """Whether the key with these 32 bytes signed it."""
        return signed_by(public, self.signature, _content(self.round_id, self.day, self.code))


def receipt_promise(key: Ed25519PrivateKey, round_id: str, day: str, code: str) -> str:
    """The text of a receipt's QR: the same for the same slip, however often it is shown."""
    signature = base64.urlsafe_b64encode(key.sign(_content(round_id, day, code))).decode().rstrip("=")
    return f"{_MARK} {round_id} {day} {code} {signature}"


def read_promise(text: str) -> Promise:
    """The promise in a QR's text. Raises Refused: LED_PROMISE if it is none, or as `read_receipt` for its code."""
    parts = text[:500].split()
    if len(parts) != _PARTS or parts[0].upper() != _MARK:
        raise Refused([Problem(code="LED_PROMISE")])
    _, round_id, day, code, encoded = parts
    try:
        signature = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        signature = b""
    return Promise(round_id=round_id, day=day, code=read_receipt(code), signature=signature)


def code_in(text: str) -> str:
    """The receipt code in what a person typed or scanned: the code alone, or the whole text of the QR.

    Raises Refused as `read_receipt`.
    """
    parts = text[:500].split()
    return read_receipt(parts[3] if len(parts) == _PARTS and parts[0].upper() == _MARK else text)


def _content(round_id: str, day: str, code: str) -> bytes:
    return f"hailong promise 1\n{round_id}\n{day}\n{receipt_hash(code)}\n".encode()
