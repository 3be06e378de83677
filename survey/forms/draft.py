"""Where is a person in the form, and what have they answered so far? No screen code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from survey.errors import Problem
from survey.expression import Expression
from survey.forms.sealing import Kept
from survey.questionnaire import Questionnaire, Section
from survey.response import asked, check, relevant_answers
from survey.round import Place, Round

PLACE, WHOLE = "#place", "#all"
"""The step that asks for the place, and the only one of a form on one page. No section can be called so."""

STAFF = ("assisted", "paper")
"""Channels in which staff enters for somebody else: signed in, and named on every slip."""

ONE_PAGE = 30
"""So many questions stand on one page; more go in steps."""

_SECONDS_A_QUESTION = 8


@dataclass(slots=True, kw_only=True)
class Draft:
    """One form being filled in, kept in the browser's session until it is sent.

    `opened_at`: when the first step was opened. `step`: None before the start, else PLACE, WHOLE or a section's name.
    `interviewer` who enters for the person, `slip` the number printed on a paper slip, `invitation` the one-time code
    (empty if none).
    `problems` are those of the last attempt to go on; `moves` counts changes of the screen; `kept` what was last put
    away against a refresh, `resumed`: the answers come from there; `acted`: this run came with a button that was acted
    on. `receipt` is set once the slip is stored; `already`: it had been before.
    """

    key: str
    language: str
    channel: str
    place: str | None
    desk: str | None = None
    interviewer: str = ""
    slip: str = ""
    invitation: str = ""
    opened_at: datetime | None = None
    stratum: str | None = None
    step: str | None = None
    answers: dict[str, object] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    moves: int = 0
    kept: Kept | None = None
    resumed: bool = False
    acted: bool = False
    broken: bool = False
    receipt: str | None = None
    already: bool = False

    def keepable(self) -> Kept:
        """What a refresh must not lose."""
        return Kept(
            answers=dict(self.answers),
            language=self.language,
            place=self.place,
            step=self.step,
            opened_at=self.opened_at,
            interviewer=self.interviewer,
            slip=self.slip,
        )

    def resume(self, kept: Kept, questionnaire: Questionnaire, round_: Round) -> None:
        """Goes on where the form was left. What the round no longer knows is dropped."""
        names = {question.name for question in questionnaire.questions()}
        self.answers = {name: value for name, value in kept.answers.items() if name in names}
        self.language = kept.language if kept.language in round_.languages else self.language
        self.place = self.place or kept.place
        self.opened_at, self.interviewer, self.slip = kept.opened_at, kept.interviewer, kept.slip
        known = (WHOLE,) if one_page(questionnaire) else (PLACE, *(section.name for section in questionnaire.sections))
        self.step = kept.step if kept.step in known else self.step
        self.kept, self.resumed = kept, bool(self.answers)


def one_page(questionnaire: Questionnaire) -> bool:
    """Whether all questions stand on one page."""
    return sum(question.kind != "note" for question in questionnaire.questions()) <= ONE_PAGE


def steps(draft: Draft, questionnaire: Questionnaire, round_: Round, *, place_known: bool) -> tuple[str, ...]:
    """The steps that these answers lead through, in order."""
    if one_page(questionnaire):
        return (WHOLE,)
    names = {question.name for question in asked(draft.answers, questionnaire)}
    shown = [s.name for s in questionnaire.sections if any(question.name in names for question in s.questions)]
    return (*([PLACE] if round_.places and not place_known else []), *shown)


def still_to_come(draft: Draft, questionnaire: Questionnaire, step: str) -> int:
    """How many sections may come after this step: all but those that the answers of earlier steps rule out.

    An upper limit that never grows on the way onward, whatever a gate on this step opens.
    """
    names = [section.name for section in questionnaire.sections]
    at = names.index(step) if step in names else -1
    before = {question.name for section in questionnaire.sections[: max(at, 0)] for question in section.questions}
    good, _ = check(relevant_answers(draft.answers, questionnaire), questionnaire)

    def ruled_out(condition: Expression | None) -> bool:
        return condition is not None and set(condition.names) <= before and not condition.holds(good, None)

    return sum(
        not ruled_out(section.relevant) and not all(ruled_out(question.relevant) for question in section.questions)
        for section in questionnaire.sections[at + 1 :]
    )


def step_sections(questionnaire: Questionnaire, step: str) -> tuple[Section, ...]:
    """The sections on this step; none where the step asks for the place."""
    return tuple(section for section in questionnaire.sections if step in (WHOLE, section.name))


def shown_questions(draft: Draft, questionnaire: Questionnaire) -> frozenset[str]:
    """The names of the questions that these answers lead to."""
    return frozenset(question.name for question in asked(draft.answers, questionnaire))


def gates(questionnaire: Questionnaire) -> frozenset[str]:
    """The questions that others depend on: only these redraw the page when they are answered."""
    conditions = [s.relevant for s in questionnaire.sections] + [q.relevant for q in questionnaire.questions()]
    return frozenset(name for condition in conditions if condition is not None for name in condition.names)


def step_problems(draft: Draft, questionnaire: Questionnaire, round_: Round, step: str) -> tuple[Problem, ...]:
    """What is wrong on one step."""
    if step == PLACE:
        return place_problems(draft, round_)
    names = {question.name for section in step_sections(questionnaire, step) for question in section.questions}
    return tuple(problem for problem in answer_problems(draft, questionnaire) if problem.question in names)


def staff_problems(draft: Draft) -> tuple[Problem, ...]:
    """Whether somebody enters for another person without saying who."""
    return (Problem(code="FRM_INTERVIEWER"),) if draft.channel in STAFF and not draft.interviewer else ()


def place_problems(draft: Draft, round_: Round) -> tuple[Problem, ...]:
    """Whether a place is needed and missing."""
    missing = bool(round_.places) and place_of(round_, draft.place) is None
    return (Problem(code="FRM_PLACE_MISSING"),) if missing else ()


def answer_problems(draft: Draft, questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """What is wrong with the answers, in the order of the questions."""
    return check(relevant_answers(draft.answers, questionnaire), questionnaire)[1]


def step_of(problem: Problem, questionnaire: Questionnaire) -> str | None:
    """The step on which the problem can be mended; None if it is on no step."""
    if one_page(questionnaire):
        return WHOLE
    if problem.code.startswith("FRM_PLACE"):
        return PLACE
    named = (s.name for s in questionnaire.sections if any(q.name == problem.question for q in s.questions))
    return next(named, None)


def place_of(round_: Round, code: str | None) -> Place | None:
    """The round's place with this code, if it has one."""
    return next((place for place in round_.places if place.code == code), None)


def minutes(questionnaire: Questionnaire) -> int:
    """How long the form takes, roughly, rounded up."""
    count = sum(question.kind != "note" for question in questionnaire.questions())
    return -(-count * _SECONDS_A_QUESTION // 60)


def form_address(
    round_id: str, *, key: str = "", token: str = "", place: str = "", channel: str = "", language: str = ""
) -> str:
    """The form's address from the root on: `/phieu?dot=…`. What is empty is left out.

    `token` (survey.links) fixes place and desk; a bare `place` is only proposed to the person.
    """
    given: Mapping[str, str] = {
        "dot": round_id,
        "tu": token,
        "dv": place,
        "kenh": channel,
        "ngon_ngu": language,
        "k": key,
    }
    return f"/phieu?{urlencode({name: value for name, value in given.items() if value})}"
