"""What does a respondent keep? The receipt code.

It is derived from the form's random key (docs/decisions/0002), never stored, only its hash.
"""

import hashlib

from survey import symbols
from survey.errors import Problem, Refused
from survey.ledger.commitment import digest

_LENGTH = 20  # 19 symbols of 5 bits carry 95 random bits, the last one checks
_BITS = 5 * (_LENGTH - 1)
_GROUP = 5


def receipt_code(key: str) -> str:
    """The receipt (20 symbols, ungrouped) of the form with this key: always the same, and no way back to the key."""
    number = int.from_bytes(digest(b"hailong receipt 1", key.encode("utf-8", "replace")), "big") >> (256 - _BITS)
    code = symbols.symbols(number, _LENGTH - 1)
    return code + symbols.check_symbol(code)


def receipt_hash(code: str) -> str:
    """What is stored of a receipt (hex): SHA-256 of its 20 ungrouped symbols."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def grouped(code: str) -> str:
    """The receipt as people see it: XXXXX-XXXXX-XXXXX-XXXXX."""
    return symbols.grouped(code, _GROUP)


def read_receipt(text: str) -> str:
    """The receipt a person typed: small letters, spaces, dashes, O for 0, I or L for 1 are understood.

    Raises Refused if it is not 20 symbols, has a letter that no receipt has, or its check symbol does not fit.
    """
    code = symbols.typed(text)
    strange = sorted({letter for letter in code if letter not in symbols.ALPHABET})
    if strange:
        raise Refused([Problem(code="RCP_LETTER", values={"got": " ".join(strange[:5])})])
    if len(code) != _LENGTH:
        raise Refused([Problem(code="RCP_LENGTH", values={"got": len(code), "length": _LENGTH})])
    if symbols.check_symbol(code[:-1]) != code[-1]:
        raise Refused([Problem(code="RCP_CHECK")])
    return code
