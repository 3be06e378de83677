"""How are texts, numbers and dates put on a screen? In the reader's language; markdown signs stay signs."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from survey.errors import day
from survey.xlsform.columns import LANGUAGES

__all__ = ["DASH", "LANGUAGES", "day", "number", "percent", "percent_sign", "plain", "share", "whole"]


DASH = "–"
"""What stands where there is no number, as for 0/0."""

JOINER = "\u2060"
"""Neither seen nor spoken."""

# The framework makes links of addresses even where every sign is escaped; a joiner inside stops that.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=\"'&])")


@lru_cache(maxsize=4096)  # a form words the same options for every question and every visitor
def plain(text: str) -> str:
    """`text` for a Streamlit label or markdown body, so that it reads exactly as written. Line breaks stay."""
    return _SIGNS.sub(r"\\\1", _ADDRESS.sub(JOINER, text)).replace("\n", "  \n")


def whole(value: int, language: str = "vi") -> str:
    """A count: 1.234; 1,234 in English."""
    return number(value, 0, language)


def share(part: int, of: int, language: str = "vi") -> str:
    """`part` of `of` in percent, two decimals rounded half up: 81,45 %; 81.45% in English. A dash if `of` is 0."""
    if of <= 0:
        return DASH
    return _percent(Decimal((part * 20_000 + of) // (2 * of)).scaleb(-2), 2, language)


def number(value: float, decimals: int = 0, language: str = "vi") -> str:
    """Rounded half up: 36.525 and 4,93; 36,525 and 4.93 in English. A dash for what is not a finite number."""
    return _decimal(_rounded(value, 0, decimals), decimals, language) if math.isfinite(value) else DASH


def percent(value: float, decimals: int = 2, language: str = "vi") -> str:
    """A share 0-1, rounded half up: 81,45 %; 81.45% in English. A dash for what is not a finite number."""
    return _percent(_rounded(value, 2, decimals), decimals, language) if math.isfinite(value) else DASH


def percent_sign(language: str) -> str:
    """What follows the number of a percentage: the sign, and in Vietnamese a space before it."""
    return "%" if language == "en" else " %"


def _rounded(value: float, shift: int, decimals: int) -> Decimal:
    # repr, not the binary value: 0.81445 is meant to be exactly what was typed, so it rounds up to 0.8145.
    exact = Decimal(repr(float(value))).scaleb(shift)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _percent(hundredfold: Decimal, decimals: int, language: str) -> str:
    return _decimal(hundredfold, decimals, language) + percent_sign(language)


def _decimal(value: Decimal, decimals: int, language: str) -> str:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale="en" if language == "en" else "vi", decimal_quantization=False)
