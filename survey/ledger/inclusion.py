"""How does somebody without the database check that a slip is in the log? A proof as a small text file.

The text is a C2SP tlog-proof: the leaf's index and path, then the signed checkpoint. Its `extra` line carries, as JSON,
the parts that the leaf is made of but for the receipt: H(code) has to be put in by who has the code.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from survey.errors import Problem, Refused
from survey.ledger.checkpoint import Head, read_checkpoint
from survey.ledger.commitment import joined
from survey.ledger.merkle import included, leaf_hash
from survey.ledger.receipt import receipt_hash

_FIRST = "c2sp.org/tlog-proof@v1"
_FORM = re.compile(
    rf"{re.escape(_FIRST)}\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{{0,15}})\n((?:[^\n]+\n)*)\n(.*)", re.DOTALL
)
_PARTS = {"questionnaire": r"[0-9a-f]{1,64}", "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "hidden": r"[0-9a-f]{64}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That the leaf of these parts (hex, `day` ISO) stands at `index` of the log that `note` signs."""

    questionnaire: str
    day: str
    hidden: str
    index: int
    path: tuple[bytes, ...]
    note: str

    def check(self, code: str, public: bytes) -> Head:
        """The checkpoint that counts the slip with this receipt code.

        Raises Refused: LED_NOTE, LED_SIGNATURE, or LED_NOT_INCLUDED if the code's leaf is not in that tree.
        """
        head = read_checkpoint(self.note, public)
        leaf = joined(self.questionnaire, self.day, self.hidden, receipt_hash(code))
        if not included(leaf_hash(bytes.fromhex(leaf)), self.index, head.size, self.path, head.root):
            raise Refused([Problem(code="LED_NOT_INCLUDED", values={"leaf": leaf})])
        return head


def proof_text(proof: Proof) -> str:
    """The file's text."""
    extra = json.dumps({name: getattr(proof, name) for name in _PARTS}, separators=(",", ":")).encode()
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in proof.path)
    return f"{_FIRST}\nextra {base64.b64encode(extra).decode()}\nindex {proof.index}\n{steps}\n{proof.note}"


def read_proof(text: str) -> Proof:
    """The proof in a file's text. Raises Refused (LED_PROOF) if it is none of ours."""
    match = _FORM.fullmatch(text[:100_000].replace("\r\n", "\n"))
    try:
        if match is None:
            raise ValueError
        parts = json.loads(base64.b64decode(match[1], validate=True))
        return Proof(
            **{name: _text(parts[name], form) for name, form in _PARTS.items()},
            index=int(match[2]),
            path=_hashes(match[3].split("\n")[:-1]),
            note=match[4],
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise Refused([Problem(code="LED_PROOF")]) from error


def _text(value: object, form: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(form, value):
        raise TypeError
    return value


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(base64.b64decode(line, validate=True) for line in lines)
