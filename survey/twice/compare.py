"""In which answers do two entries of one slip differ?"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from survey.expression import Answer
from survey.questionnaire import Questionnaire
from survey.response import Response

PLACE = "_place"
"""The name under which a place that differs is told; no question is called so."""

_MANY = 0.5  # more of the answers differ than this: perhaps it is another slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question on which the entries differ: what is stored, and what was typed now; None: nothing."""

    question: str
    stored: Answer | None
    typed: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two entries of one slip: the questions that either of them answers, and those on which they differ, in order."""

    compared: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def too_many(self) -> bool:
        """Whether so much differs that it is another slip's number, so that nothing of what is stored may be shown."""
        return len(self.differences) > _MANY * len(self.compared) > 1


def compare(stored: Response, typed: Response, asked: Questionnaire) -> Comparison:
    """Question by question. Texts differ only if more does than case, blanks and how the letters are composed."""
    places: tuple[Mapping[str, Answer], Mapping[str, Answer]] = (
        {PLACE: stored.place} if stored.place else {},
        {PLACE: typed.place} if typed.place else {},
    )
    one, other = {**places[0], **stored.answers}, {**places[1], **typed.answers}
    texts = {question.name for question in asked.questions() if question.kind == "text"}
    names = [PLACE, *(question.name for question in asked.questions())]
    compared = tuple(name for name in names if name in one or name in other)
    return Comparison(
        compared=compared,
        differences=tuple(
            Difference(question=name, stored=one.get(name), typed=other.get(name))
            for name in compared
            if not _same(one.get(name), other.get(name), text=name in texts)
        ),
    )


def _same(one: Answer | None, other: Answer | None, *, text: bool) -> bool:
    if text and one is not None and other is not None:
        return _plainly(str(one)) == _plainly(str(other))
    return one == other


def _plainly(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
