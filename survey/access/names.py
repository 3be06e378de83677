"""Which names can stand under a decision, and which two are one person's?"""

import re
import unicodedata
from typing import Final

from survey.errors import Problem, Refused

ADMINISTRATOR: Final = "Quản trị viên"
"""The name of who has the first passcode."""
LONGEST_NAME: Final = 60

_MEANT_OTHERWISE = frozenset({"citizen", "respondent", "the respondent", "nguoi dan", "nguoi gui phieu"})
_PLAIN_LETTERS = re.compile(r"[A-Za-zĐđ0-9 .,'()-]+")


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: the form of letters, spaces and marks at the end do not make another person."""
    return _known_by(one) == _known_by(other)


def clean_name(person: str) -> str:
    """The name as it is kept. Only Latin letters, so that no letter of another alphabet passes for one of them.

    Raises Refused (ACC_NAME) for a name that is empty, too long, or not fit to stand under a decision.
    """
    name = " ".join(unicodedata.normalize("NFKC", person).split())
    bare = _bare(name)
    if (
        not 0 < len(name) <= LONGEST_NAME
        or not _PLAIN_LETTERS.fullmatch(bare)
        or not any(map(str.isalpha, bare))
        or _known_by(bare).replace("đ", "d") in _MEANT_OTHERWISE
    ):
        raise Refused([Problem(code="ACC_NAME", values={"got": name[:LONGEST_NAME], "most": LONGEST_NAME})])
    return name


def _bare(name: str) -> str:
    """Without the marks above and below letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


def _known_by(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).rstrip(" .,'()-")
