"""Which paper slip is this? The number printed on it: made, and read back from a scanner or a keyboard.

    4821-00012-7   four digits of the round, the running number, a check digit

Digits and hyphens only, so that a scanner that types through a Vietnamese keyboard driver spoils nothing. The picture
(QR) on the slip holds exactly this text. The check digit is that of ISO/IEC 7064, MOD 11,10: it finds every single
wrong digit.
"""

import hashlib
import re

from survey.errors import Problem, Refused

MOST = 99_999
"""The highest running number of a round."""

_ROUND_DIGITS = 4
_RUNNING_DIGITS = 5
_OURS = re.compile(r"([0-9]{4})([-\s]?)([0-9]{5})\2([0-9])")


def slip_number(round_id: str, running: int) -> str:
    """The number printed on the slip `running` (1 to MOST) of a round. Raises ValueError for any other."""
    if not 1 <= running <= MOST:
        raise ValueError(f"a running number is 1 to {MOST}, not {running}")
    digits = f"{_of_round(round_id)}{running:0{_RUNNING_DIGITS}d}"
    return f"{digits[:_ROUND_DIGITS]}-{digits[_ROUND_DIGITS:]}-{_check_digit(digits)}"


def read_slip(typed: str, round_id: str) -> str:
    """The slip's number as it is printed, from what was typed or scanned, with hyphens, with spaces or without.

    A number of another make, as an office that prints its own paper has, comes back as it is. Raises Refused for the
    slip of another round and for a mistyped number.
    """
    text = typed.strip()
    found = _OURS.fullmatch(text)
    if found is None:
        return text
    round_, between, running, check = found.groups()
    mine = round_ == _of_round(round_id)
    if not between and not mine:
        return text  # ten digits in a row may be anybody's own number
    if _check_digit(round_ + running) != check:
        raise Refused([Problem(code="PAP_SLIP_MISTYPED", values={"got": text})])
    if not mine:
        raise Refused([Problem(code="PAP_SLIP_OTHER", values={"got": text})])
    return f"{round_}-{running}-{check}"


def _of_round(round_id: str) -> str:
    digest = hashlib.sha256(b"hailong paper round 1\x00" + round_id.encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**_ROUND_DIGITS:0{_ROUND_DIGITS}d}"


def _check_digit(digits: str) -> str:
    """ISO/IEC 7064:2003, MOD 11,10, by its recursive method."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
