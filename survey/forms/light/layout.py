"""Which questions stand on which page?"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from survey.forms.draft import ONE_PAGE, one_page
from survey.questionnaire import Question, Questionnaire, Section

TOGETHER = 20
"""So many questions of neighbouring sections share one page of a long form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section, or a piece of a long one, as it stands on a page. `begins`: here is the section's heading."""

    section: Section
    questions: tuple[Question, ...]
    begins: bool


Page = tuple[Part, ...]


def pages(questionnaire: Questionnaire) -> tuple[Page, ...]:
    """Up to 30 questions on one page; more by section, small neighbours together, a section of more than 30 split
    where a new factor of the index tree begins.
    """
    if one_page(questionnaire):
        return (tuple(part for section in questionnaire.sections for part in _whole(section)),)
    made: list[list[Part]] = []
    for section in questionnaire.sections:
        for part in _split(section):
            if made and _items(each for p in made[-1] for each in p.questions) + _items(part.questions) <= TOGETHER:
                made[-1].append(part)
            else:
                made.append([part])
    return tuple(map(tuple, made))


def _whole(section: Section) -> tuple[Part, ...]:
    return (Part(section=section, questions=section.questions, begins=True),)


def _split(section: Section) -> tuple[Part, ...]:
    if _items(section.questions) <= ONE_PAGE:
        return _whole(section)
    pieces: list[list[Question]] = [[]]
    for _, group in groupby(section.questions, key=lambda question: question.factor):
        factor = list(group)
        if pieces[-1] and _items(pieces[-1]) + _items(factor) > ONE_PAGE:
            pieces.append([])
        for question in factor:
            if _items(pieces[-1]) == ONE_PAGE:
                pieces.append([])
            pieces[-1].append(question)
    return tuple(
        Part(section=section, questions=tuple(piece), begins=number == 0) for number, piece in enumerate(pieces)
    )


def _items(questions: Iterable[Question]) -> int:
    return sum(question.kind != "note" for question in questions)
