"""What does the lint find, where, and how grave is it?"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from survey.errors import Problem, word
from survey.questionnaire import Question, Questionnaire, Scale

OPINIONS = frozenset({"perception", "satisfaction", "need", "criterion"})
"""Roles of questions that ask what somebody thinks; the others ask who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at. `error`: answers will be wrong or lost; `advice`: the question can be asked better.

    `question` is a question's name, `option` an option's value, `language` the wording's; `values` fill the gaps.
    """

    code: str
    level: Literal["error", "advice"]
    question: str | None = None
    option: str | None = None
    language: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: str = "vi") -> str:
        """Place and fault in one line, with what to do."""
        place = Problem(code=self.code, question=self.question).where(language)
        if self.option is not None:
            place += f", {word('LNT_AT_OPTION', language, at=self.option)}"
        if self.language is not None:
            place = f"{place} ({self.language})".strip()
        said = word(self.code, language, **self.values)
        return f"{place}: {said}" if place else said


@cache
def known_words() -> Mapping[str, Any]:
    """The word lists and limits of words.toml."""
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def scales(questionnaire: Questionnaire) -> Iterator[tuple[Scale, Question]]:
    """Each list of options once, with the first question that uses it."""
    seen: set[str] = set()
    for question in questionnaire.questions():
        if question.scale is not None and question.scale.name not in seen:
            seen.add(question.scale.name)
            yield question.scale, question


def bare(text: str) -> str:
    """The words alone, small, one space apart: «Không biết / KHÔNG nhớ.» is `không biết không nhớ`."""
    return " ".join(re.findall(r"[\w']+", text.casefold()))


def is_exit(label: Mapping[str, str]) -> bool:
    """Whether an option lets a person out who has no answer among the others."""
    return any(
        (bare(label.get(language, "")) + " ").startswith(f"{beginning} ")
        for language, beginnings in known_words()["exits"].items()
        for beginning in beginnings
    )
