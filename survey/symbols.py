"""How is a code written that people copy by hand? In Crockford's 32 symbols, the last of which checks the others."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U. A symbol carries 5 bits."""

_BASE = len(ALPHABET)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_DOUBLED = {symbol: 2 * value // _BASE + 2 * value % _BASE for symbol, value in _VALUES.items()}
_DASHES = dict.fromkeys(map(ord, " \u00a0-‐‑‒–—−_.·\t\n\r"))
_MISREAD = str.maketrans("OIL", "011")
_LONGEST = 200


def symbols(number: int, length: int) -> str:
    """The lowest 5·`length` bits of `number`, highest first."""
    return "".join([ALPHABET[number >> shift & 31] for shift in range(5 * length - 5, -1, -5)])


def check_symbol(code: str) -> str:
    """Luhn mod 32: finds every single wrong symbol and every swap of neighbours but 0 with Z."""
    backwards = code[::-1]
    total = sum([_DOUBLED[each] for each in backwards[::2]]) + sum([_VALUES[each] for each in backwards[1::2]])
    return ALPHABET[-total % _BASE]


def grouped(code: str, size: int) -> str:
    """The code as people see it, with a dash after every `size` symbols."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def typed(text: str) -> str:
    """What a person meant to type: capitals without spaces and dashes, 0 for O, 1 for I and L. May hold any letter."""
    return unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_DASHES).upper().translate(_MISREAD)
