"""How is a half-filled form kept so that only its address opens it? Sealed under the form's key, which nobody keeps.

The store has the key's hash, never the key: who reads the store reads no draft.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from json import loads

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.ledger import canonical_json

_PURPOSE = b"hailong draft 1"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A half-filled form: the answers as the person gave them (dates as ISO text), and where the person is in it.

    `step` is the face's own name of a step or page, None before the first; `opened_at` (aware) when it was opened;
    `interviewer` and `slip` (the number on the paper) where staff enters it, else empty.
    """

    answers: Mapping[str, object]
    language: str
    place: str | None = None
    step: str | None = None
    opened_at: datetime | None = None
    interviewer: str = ""
    slip: str = ""


def seal(key: str, kept: Kept, random: Callable[[int], bytes]) -> bytes:
    """The draft for `Store.save_draft`, readable with the form's key alone: nonce, AES-256-GCM of canonical JSON."""
    answers = {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.answers.items()}
    content = {
        "answers": answers,
        "language": kept.language,
        "place": kept.place,
        "step": kept.step,
        "opened_at": kept.opened_at.isoformat() if kept.opened_at else None,
        "interviewer": kept.interviewer,
        "slip": kept.slip,
    }
    nonce = random(_NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, canonical_json(content).encode("utf-8", "replace"), _PURPOSE)


def unseal(key: str, content: bytes) -> Kept | None:
    """What was kept under this key; None if it was sealed with another one, or is damaged."""
    try:
        read = loads(_cipher(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _PURPOSE))
    except (InvalidTag, ValueError):
        return None
    opened_at = read.pop("opened_at")
    return Kept(**read, opened_at=datetime.fromisoformat(opened_at) if opened_at else None)


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.encode("utf-8", "replace")))
