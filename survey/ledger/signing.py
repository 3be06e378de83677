"""Who signs? The installation's Ed25519 keys, and the text by which others know them.

Two keys, so that the process that citizens reach needs only the one: `signing.key` for checkpoints, `promise.key` for
what receipts carry.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from errno import ENOENT
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.errors import Problem, Refused
from survey.keys import load_secret

SIGNING: Final = "signing.key"
PROMISE: Final = "promise.key"
_ED25519 = b"\x01"  # the signature type of C2SP signed-note
_ID_BYTES = 4
_PUBLIC_BYTES = 32


def signing_key(folder: Path, random: Callable[[int], bytes]) -> Ed25519PrivateKey:
    """The key of checkpoints in the data folder, made if there is none (mode 0600).

    Only for who may start a ledger: a new key beside old checkpoints is a break that everybody sees. All others ask
    `known_key`. Raises Refused as `survey.keys.load_secret`.
    """
    return Ed25519PrivateKey.from_private_bytes(load_secret(folder / SIGNING, random))


def promise_key(folder: Path, random: Callable[[int], bytes]) -> Ed25519PrivateKey:
    """The key of receipts, made likewise. Raises Refused as `survey.keys.load_secret`."""
    return Ed25519PrivateKey.from_private_bytes(load_secret(folder / PROMISE, random))


def known_key(folder: Path, name: str = SIGNING) -> Ed25519PrivateKey | None:
    """The key of that name if the data folder has it; none is made. Raises Refused as `survey.keys.load_secret`."""
    path = folder / name
    return Ed25519PrivateKey.from_private_bytes(load_secret(path, _never)) if path.exists() else None


def _never(_: int) -> bytes:
    raise FileNotFoundError(ENOENT, os.strerror(ENOENT))  # it was taken away just now


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that verify what the key signs."""
    return key.public_key().public_bytes_raw()


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_ID_BYTES]


def vkey(name: str, public: bytes) -> str:
    """The key as text for publication: name+id+base64, as Go's `note` and C2SP tools read it."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def read_vkey(text: str) -> bytes:
    """The 32 bytes in a vkey text. Raises Refused (LED_VKEY) if it is none, or its id does not fit."""
    name, _, rest = text.strip().partition("+")
    shown, _, encoded = rest.partition("+")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    public = content[1:]
    if content[:1] != _ED25519 or len(public) != _PUBLIC_BYTES or shown != key_id(name, public).hex():
        raise Refused([Problem(code="LED_VKEY", values={"got": text.strip()[:80]})])
    return public


def signed_by(public: bytes, signature: bytes, content: bytes) -> bool:
    """Whether the key with these 32 bytes made this signature of the content."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
