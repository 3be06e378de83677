"""What do the buttons of the form do? One run of the page, with the callbacks that change the draft."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from survey.errors import Problem, Refused
from survey.forms.accept import Submission, accept
from survey.forms.draft import (
    PLACE,
    Draft,
    answer_problems,
    place_problems,
    section_named,
    step_of,
    step_problems,
    steps,
)
from survey.forms.widgets import collect
from survey.keys import new_key
from survey.questionnaire import Questionnaire
from survey.response import relevant_answers
from survey.round import Round
from survey.store import Store

_log = logging.getLogger("hailong.form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One run of the page: everything its callbacks need."""

    store: Store
    round: Round
    questionnaire: Questionnaire
    draft: Draft
    secret: bytes
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    place_known: bool

    def steps(self) -> tuple[str, ...]:
        """The steps that the answers so far lead through."""
        return steps(self.draft, self.questionnaire, self.round, place_known=self.place_known)

    def take(self) -> None:
        """Takes over what the widgets of this step hold: they vanish with the step."""
        draft = self.draft
        if draft.step is None:
            return
        if draft.step == PLACE:
            stratum, place = place_slots(draft)
            draft.stratum = st.session_state.get(stratum, draft.stratum)
            draft.place = st.session_state.get(place, draft.place if place == place_slots(draft)[1] else None)
            return
        section = section_named(self.questionnaire, draft.step)
        collect(draft.answers, section.questions, draft.key, draft.language)

    def go(self, step: str | None, problems: tuple[Problem, ...] = ()) -> None:
        """Shows a step, from its top."""
        self.draft.step, self.draft.problems = step, problems
        self.draft.broken = False
        self.draft.moves += 1

    def speak(self, language: str) -> None:
        """Changes the language; the answers stay."""
        self.take()
        self.draft.language = language
        self.draft.moves += 1
        st.query_params["ngon_ngu"] = language

    def start(self) -> None:
        """From the notice to the first step."""
        if self.draft.opened_at is None:
            self.draft.opened_at = self.clock()
        if self.draft.step is None:
            self.go(self.steps()[0])

    # The buttons name the step they were drawn on: a second click that comes while the next step is being drawn must
    # not act on that one, which nobody has seen yet.

    def back(self, step: str) -> None:
        """To the step before, without a word about what is missing here."""
        if self.draft.step != step:
            return
        self.take()
        all_steps = self.steps()
        at = all_steps.index(self.draft.step) if self.draft.step in all_steps else 0
        self.go(all_steps[at - 1] if at else None)

    def onward(self, step: str) -> None:
        """To the next step if this one is in order."""
        if self.draft.step != step:
            return
        self.take()
        problems = step_problems(self.draft, self.questionnaire, self.round, step)
        all_steps = self.steps()
        at = all_steps.index(step) if step in all_steps else -1
        if problems:
            self.go(step, problems)
        elif at + 1 < len(all_steps):
            self.go(all_steps[at + 1])

    def send(self, step: str) -> None:
        """Saves the slip, once; or opens the first step where something is wrong."""
        draft = self.draft
        if draft.receipt is not None or draft.step != step:
            return
        self.take()
        problems = (*place_problems(draft, self.round), *answer_problems(draft, self.questionnaire))
        if problems:
            self._mend(problems)
            return
        submission = Submission(
            key=draft.key,
            answers=relevant_answers(draft.answers, self.questionnaire),
            language=draft.language,
            channel=draft.channel,
            place=draft.place,
            opened_at=draft.opened_at,
        )
        try:
            accepted = accept(
                self.store, self.round, self.questionnaire, submission, now=self.clock(), random=self.random
            )
        except Refused as refused:
            if any(problem.code.startswith("STO_") for problem in refused.problems):
                self._fail()
            else:
                self._mend(refused.problems)
        except Exception:
            self._fail()
        else:
            draft.receipt, draft.already = accepted.receipt, accepted.already
            draft.answers.clear()
            self.go(None)

    def again(self) -> None:
        """A new, empty form at the same place."""
        st.session_state.pop(slot(self.draft.key), None)
        st.query_params["k"] = new_key(self.secret, self.random, self.round.id)
        if self.draft.channel == "kiosk" and "ngon_ngu" in st.query_params:
            del st.query_params["ngon_ngu"]

    def _mend(self, problems: tuple[Problem, ...]) -> None:
        places = (step_of(problem, self.questionnaire) for problem in problems)
        self.go(next((step for step in places if step in self.steps()), self.draft.step), problems)

    def _fail(self) -> None:
        _log.exception("a slip could not be saved")
        self.go(self.draft.step)
        self.draft.broken = True


def slot(key: str) -> str:
    """The name under which the session keeps the draft of this form."""
    return f"draft-{key}"


def place_slots(draft: Draft) -> tuple[str, str]:
    """The names of the two widgets that ask for the place."""
    return f"stratum-{draft.key}-{draft.language}", f"place-{draft.key}-{draft.language}-{draft.stratum}"
