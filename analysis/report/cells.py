"""What may enter a cell? Text that a person typed is cleaned here and told; anything else that is unfit is refused.

No writer decides silently: an uncleaned text, a NaN or a moment with a time zone never reaches the file.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime

LONGEST = 32_767
"""Characters (UTF-16 units, as Excel counts) in one cell."""

HIDDEN = "RPT_HIDDEN"
"""The text that stands for a phone, identity or account number, or an e-mail address, in an open comment."""

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIGGEST = 2**53
_BEFORE_SIGN = " \t\r\n\x00\u00a0\u3000\ufeff\u200b"
_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\u2212")
_HIDING = frozenset("\t\r\n\x00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A text fit for a cell. `removed` characters were taken out, `cut` characters off its end."""

    text: str
    removed: int = 0
    cut: int = 0


def clean(text: str) -> Cleaned:
    """Takes out control characters (not line feed and tab), lone surrogates and non-characters; cuts at 32,767."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    fit = _UNFIT.sub("", lines)
    kept = _shortened(fit)
    return Cleaned(text=kept, removed=len(lines) - len(fit), cut=len(fit) - len(kept))


def safe_csv(text: str) -> str:
    """The text for a CSV cell: «'» before what a spreadsheet program would read as a formula when it opens the file.

    OWASP ASVS 1.2.10 names `=`, `+`, `-`, `@`, tab and NUL; CR, line feed, space and full-width signs hide one too.
    """
    return f"'{text}" if text.lstrip(_BEFORE_SIGN)[:1] in _SIGNS or text[:1] in _HIDING else text


def must_be_text(text: str) -> str:
    """The text itself. Raises ValueError if it has not been cleaned."""
    if not isinstance(text, str):
        raise ValueError(f"a text cell takes str, not {type(text).__name__}")
    if _UNFIT.search(text) or len(_shortened(text)) != len(text):
        raise ValueError(f"this text must be cleaned before it enters a cell: {text[:60]!r}")
    return text


def must_be_number(value: float) -> float:
    """The number itself. Raises ValueError for NaN, infinities, bool, and whole numbers a cell would round."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"a number cell takes a finite number, not {value!r}")
    if isinstance(value, int) and abs(value) > _BIGGEST:
        raise ValueError(f"a cell would round the whole number {value}; write it as text")
    return value


def must_be_moment(moment: datetime) -> datetime:
    """The moment itself. Raises ValueError if it carries a time zone: a workbook knows local time only."""
    if moment.tzinfo is not None:
        raise ValueError("a workbook holds local time: give the moment without a time zone")
    return moment


def _shortened(text: str) -> str:
    if len(text) * 2 <= LONGEST:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return text if len(units) <= 2 * LONGEST else units[: 2 * LONGEST].decode("utf-16-le", "ignore")
