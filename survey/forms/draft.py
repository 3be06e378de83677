"""Where is a person in the form, and what have they answered so far? No screen code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from survey.errors import Problem
from survey.questionnaire import Question, Questionnaire, Section
from survey.response import asked, check, relevant_answers
from survey.round import Place, Round

PLACE = "#place"
"""The step that asks for the place. No section can be called so."""

_SECONDS_A_QUESTION = 8


@dataclass(slots=True, kw_only=True)
class Draft:
    """One form being filled in, kept in the browser's session until it is sent.

    `opened_at`: when the first step was opened. `step`: None before the start, else PLACE or a section's name.
    `problems` are those of the last attempt to go on; `moves` counts changes of the screen. `receipt` is set once the
    slip is stored; `already`: it had been before.
    """

    key: str
    language: str
    channel: str
    place: str | None
    opened_at: datetime | None = None
    stratum: str | None = None
    step: str | None = None
    answers: dict[str, object] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    moves: int = 0
    broken: bool = False
    receipt: str | None = None
    already: bool = False


def steps(draft: Draft, questionnaire: Questionnaire, round_: Round, *, place_known: bool) -> tuple[str, ...]:
    """The steps that these answers lead through, in order."""
    names = {question.name for question in asked(draft.answers, questionnaire)}
    shown = [s.name for s in questionnaire.sections if any(question.name in names for question in s.questions)]
    return (*([PLACE] if round_.places and not place_known else []), *shown)


def shown_questions(draft: Draft, questionnaire: Questionnaire, section: Section) -> tuple[Question, ...]:
    """The questions of this section that these answers lead to."""
    names = {question.name for question in asked(draft.answers, questionnaire)}
    return tuple(question for question in section.questions if question.name in names)


def section_named(questionnaire: Questionnaire, name: str) -> Section:
    """The section with this name. Raises StopIteration if there is none."""
    return next(section for section in questionnaire.sections if section.name == name)


def gates(questionnaire: Questionnaire) -> frozenset[str]:
    """The questions that others depend on: only these redraw the page when they are answered."""
    conditions = [s.relevant for s in questionnaire.sections] + [q.relevant for q in questionnaire.questions()]
    return frozenset(name for condition in conditions if condition is not None for name in condition.names)


def step_problems(draft: Draft, questionnaire: Questionnaire, round_: Round, step: str) -> tuple[Problem, ...]:
    """What is wrong on one step."""
    if step == PLACE:
        return place_problems(draft, round_)
    names = {question.name for question in section_named(questionnaire, step).questions}
    return tuple(problem for problem in answer_problems(draft, questionnaire) if problem.question in names)


def place_problems(draft: Draft, round_: Round) -> tuple[Problem, ...]:
    """Whether a place is needed and missing."""
    missing = bool(round_.places) and place_of(round_, draft.place) is None
    return (Problem(code="FRM_PLACE_MISSING"),) if missing else ()


def answer_problems(draft: Draft, questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """What is wrong with the answers, in the order of the questions."""
    return check(relevant_answers(draft.answers, questionnaire), questionnaire)[1]


def step_of(problem: Problem, questionnaire: Questionnaire) -> str | None:
    """The step on which the problem can be mended; None if it is on no step."""
    if problem.code.startswith("FRM_PLACE"):
        return PLACE
    for section in questionnaire.sections:
        if any(question.name == problem.question for question in section.questions):
            return section.name
    return None


def place_of(round_: Round, code: str | None) -> Place | None:
    """The round's place with this code, if it has one."""
    return next((place for place in round_.places if place.code == code), None)


def minutes(questionnaire: Questionnaire) -> int:
    """How long the form takes, roughly, rounded up."""
    count = sum(question.kind != "note" for question in questionnaire.questions())
    return -(-count * _SECONDS_A_QUESTION // 60)


def form_address(round_id: str, *, key: str = "", place: str = "", channel: str = "", language: str = "") -> str:
    """The form's address from the root on: `/phieu?dot=…`. What is empty is left out."""
    given: Mapping[str, str] = {"dot": round_id, "dv": place, "kenh": channel, "ngon_ngu": language, "k": key}
    return f"/phieu?{urlencode({name: value for name, value in given.items() if value})}"
