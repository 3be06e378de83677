"""How is a wording put on a Streamlit screen? Markdown signs in anybody's text stay signs."""

import re
from datetime import date

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""The names of languages in themselves; a code without one is shown as it is."""

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=\"'&])")


def plain(text: str) -> str:
    """`text` for a Streamlit label or markdown body, so that it reads exactly as written. Line breaks stay."""
    return _SIGNS.sub(r"\\\1", text).replace("\n", "  \n")


def day(value: date) -> str:
    """A date as people here write it: 05/11/2026."""
    return value.strftime("%d/%m/%Y")


def whole(value: int) -> str:
    """A count with dots between thousands: 1.234."""
    return f"{value:,}".replace(",", ".")


def share(part: int, of: int) -> str:
    """`part` of `of` in percent, two decimals rounded half up, decimal comma: 81,45 %. A dash if `of` is 0."""
    if of <= 0:
        return "–"
    hundredths = (part * 20_000 + of) // (2 * of)
    return f"{hundredths // 100},{hundredths % 100:02d} %"
