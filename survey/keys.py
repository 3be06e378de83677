"""Which form is this? The random key in a form's address, which only this installation can make."""

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from survey.errors import Problem, Refused

_SECRET_BYTES = 32
_NONCE_BYTES = 16
_NONCE_LETTERS = 26  # 128 bits in base32
_SEAL_BYTES = 10  # 80 bits, 16 letters: guessed only online
KEY_LETTERS = 42
_RUNS = re.compile(r"[0-9]+|[^\W\d_]+")


def new_key(secret: bytes, random: Callable[[int], bytes], round_id: str) -> str:
    """A fresh key for a form of this round: 42 small letters and digits, 128 random bits and the seal of `secret`."""
    nonce = _letters(random(_NONCE_BYTES))
    return nonce + _seal(secret, nonce, round_id)


def paper_key(secret: bytes, number: str, round_id: str, again: int = 0) -> str:
    """The key of the paper slip with this printed number: always the same, so that one slip cannot be entered twice.

    `again`: how many entries of it were voided before this one. Only runs of letters and digits count, so `LS-0012`,
    `ls 12` and `LS12` are one slip. Nobody can work the key out without `secret`. Raises Refused for a number without
    a letter or a digit.
    """
    runs = _RUNS.findall(unicodedata.normalize("NFKC", number[:200]).upper())
    if not runs:
        raise Refused([Problem(code="FRM_SLIP_NUMBER")])
    same = "-".join(run.lstrip("0") or "0" for run in runs)
    later = f"\x00{again}" if again else ""
    sealed = f"hailong paper slip 1\x00{round_id}\x00{same}{later}".encode("utf-8", "replace")
    nonce = _letters(hmac.digest(secret, sealed, "sha256")[:_NONCE_BYTES])
    return nonce + _seal(secret, nonce, round_id)


def file_key(secret: bytes, identity: str, round_id: str) -> str:
    """The key of the row that has this identity in the file it comes from: always the same, so that a file that is
    imported twice adds nothing. Nobody can work the key out without `secret`."""
    sealed = f"hailong imported slip 1\x00{round_id}\x00{identity}".encode("utf-8", "replace")
    nonce = _letters(hmac.digest(secret, sealed, "sha256")[:_NONCE_BYTES])
    return nonce + _seal(secret, nonce, round_id)


def valid_key(secret: bytes, key: str, round_id: str) -> bool:
    """Whether `key` was made with `secret` for this round; takes the same time for every wrong key of that length."""
    expected = key[:_NONCE_LETTERS] + _seal(secret, key[:_NONCE_LETTERS], round_id)
    return hmac.compare_digest(expected.encode("utf-8", "replace"), key.encode("utf-8", "replace"))


def key_hash(key: str) -> str:
    """What is stored of a key (hex). The prefix keeps it apart from the receipt, which comes from the key too."""
    return hashlib.sha256(b"hailong key 1\x00" + key.encode("utf-8", "replace")).hexdigest()


def key_mark(hashed: str) -> str:
    """What names a slip in working papers, from its key's hash: leads nobody to the slip's number or its form."""
    return hashed[:24]


def load_secret(path: Path, random: Callable[[int], bytes]) -> bytes:
    """The installation's secret (32 bytes), made at the first call; only the owner may read the file (mode 0600).

    Processes that start together get the same secret: the file appears whole or not at all. Raises Refused when the
    file cannot be written or does not hold 32 bytes.
    """
    try:
        if not path.exists():
            _create(path, random(_SECRET_BYTES), draft=path.with_name(f"{path.name}.{random(8).hex()}"))
        secret = path.read_bytes()
    except OSError as error:
        raise Refused([Problem(code="STO_SECRET_FILE", values={"path": path, "reason": error.strerror})]) from error
    if len(secret) != _SECRET_BYTES:
        raise Refused([Problem(code="STO_SECRET_DAMAGED", values={"path": path})])
    return secret


def _create(path: Path, secret: bytes, draft: Path) -> None:
    """Write a draft, then give it its name in one step that fails if the name is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret counts
    finally:
        draft.unlink()


def _seal(secret: bytes, nonce: str, round_id: str) -> str:
    sealed = f"hailong form key 1\x00{round_id}\x00{nonce}".encode("utf-8", "replace")
    seal = hmac.digest(secret, sealed, "sha256")
    return _letters(seal[:_SEAL_BYTES])


def _letters(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=").lower()
