"""Which kind of personal data does a question ask for?"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from survey.questionnaire import Question, say

Kind = Literal["identity", "sensitive", "basic", "text", "opinion"]
"""`identity` names a person; `sensitive` and `basic` as in the law; `text` may hold anything; `opinion` holds none."""

_ORDER: tuple[Kind, ...] = ("identity", "sensitive", "basic")


def kind_of(question: Question) -> Kind:
    """The kind, by the words of `kinds.toml`; whatever is asked about the respondent is at least basic."""
    if question.role in (None, "respondent", "comment", "officer"):
        wording = f"{say(question.label, 'vi')} {question.name.replace('_', ' ')}".lower()
        for kind in _ORDER:
            if _pattern(kind).search(wording):
                return kind
    if question.kind == "text":
        return "text"
    return "basic" if question.role == "respondent" else "opinion"


def source(kind: Kind) -> str:
    """The article that the kind comes from; empty where the law has none."""
    return str(_kinds()[kind]["source"]) if kind in _ORDER else ""


@cache
def _pattern(kind: Kind) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in _kinds()[kind]["words"])
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


@cache
def _kinds() -> Mapping[str, Mapping[str, str | list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))
