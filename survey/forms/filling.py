"""What do the buttons of the form do? One run of the page, with the callbacks that change the draft."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from survey.access import ADMINISTRATOR
from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.forms.accept import Accepted, Submission, accept
from survey.forms.draft import (
    PLACE,
    STAFF,
    WHOLE,
    Draft,
    answer_problems,
    place_problems,
    staff_problems,
    step_of,
    step_problems,
    step_sections,
    steps,
)
from survey.forms.flags import Recent
from survey.forms.sealing import seal
from survey.forms.widgets import collect
from survey.keys import key_hash, new_key, paper_key
from survey.questionnaire import Questionnaire
from survey.response import clean_text, relevant_answers
from survey.round import Round
from survey.slips import read_slip
from survey.store import Store

INTERVIEWER, STAFF_PLACE, LAST_PAPER = "interviewer", "staff-place", "last-paper"
"""What the session remembers from one form of the staff to the next: who, where, and the last paper slip's receipt."""

_log = logging.getLogger("hailong.form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One run of the page: everything its callbacks need.

    `staff`: the name of who is signed in to the desk in this browser, None if nobody is; `wait`: so many seconds until
    another slip may come from its address or this desk, which is counted; `recent` finds bursts; `promise`: the text of
    a receipt's QR.
    """

    store: Store
    round: Round
    questionnaire: Questionnaire
    draft: Draft
    secret: bytes
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    staff: Callable[[], str | None]
    wait: Callable[[str | None], float]
    recent: Recent
    promise: Callable[[str], str]
    place_known: bool

    @property
    def kiosk(self) -> bool:
        """A device that the next person will use: nothing may stay on it."""
        return self.draft.channel == "kiosk"

    def steps(self) -> tuple[str, ...]:
        """The steps that the answers so far lead through."""
        return steps(self.draft, self.questionnaire, self.round, place_known=self.place_known)

    @property
    def named(self) -> bool:
        """Whether who enters for others is known by a passcode of one's own, and need not say who it is."""
        return self.draft.channel in STAFF and self.staff() not in (None, ADMINISTRATOR)

    def name(self) -> None:
        """Puts down who enters for others, where that is known: nobody can enter in another's name."""
        if self.named:
            self.draft.interviewer = self.staff() or ""

    def take(self) -> None:
        """Takes over what the widgets of this screen hold: they vanish with it."""
        draft = self.draft
        for name in ("interviewer", "slip", "invitation"):
            if (typed := st.session_state.get(typed_slot(draft, name))) is not None:
                setattr(draft, name, " ".join(clean_text(typed).split()))
        if draft.step is None:
            return
        if not self.place_known and draft.step in (PLACE, WHOLE):
            stratum, place = place_slots(draft)
            draft.stratum = st.session_state.get(stratum, draft.stratum)
            draft.place = st.session_state.get(place, draft.place if place == place_slots(draft)[1] else None)
        for section in step_sections(self.questionnaire, draft.step):
            collect(st.session_state, draft.answers, section.questions, draft.key, draft.language)

    def keep(self) -> None:
        """Puts the answers away under the form's key, so that a refresh does not lose them; never on a kiosk.

        Quiet when the store cannot: the answers are still in the session, and sending will say what is wrong.
        """
        draft = self.draft
        self.take()
        if self.kiosk or draft.receipt is not None or draft.keepable() == draft.kept or not draft.answers:
            return
        kept = draft.keepable()
        day = self.clock().astimezone(VIETNAM).date().isoformat()
        try:
            self.store.save_draft(key_hash(draft.key), seal(draft.key, kept, self.random), day)
        except Refused:
            _log.exception("a draft could not be kept")
        else:
            draft.kept = kept

    def go(self, step: str | None, problems: tuple[Problem, ...] = ()) -> None:
        """Shows a step, from its top."""
        self.draft.step, self.draft.problems = step, problems
        self.draft.broken = self.draft.resumed = False
        self.draft.moves += 1

    def speak(self, language: str) -> None:
        """Changes the language; the answers stay."""
        self.take()
        self.draft.language = language
        self.draft.moves += 1
        st.query_params["ngon_ngu"] = language
        self.keep()

    def start(self) -> None:
        """From the notice to the first step."""
        self.draft.acted = True
        if self.draft.step is not None:
            return
        self.take()
        self.name()
        if problems := staff_problems(self.draft):
            self.go(None, problems)
            return
        self.draft.opened_at = self.draft.opened_at or self.clock()
        self.go(self.steps()[0])

    # The buttons name the step they were drawn on: a second click that comes while the next step is being drawn must
    # not act on that one, which nobody has seen yet.

    def back(self, step: str) -> None:
        """To the step before, without a word about what is missing here."""
        self.draft.acted = True
        if self.draft.step != step:
            return
        self.take()
        all_steps = self.steps()
        at = all_steps.index(self.draft.step) if self.draft.step in all_steps else 0
        self.go(all_steps[at - 1] if at else None)
        self.keep()

    def onward(self, step: str) -> None:
        """To the next step if this one is in order."""
        self.draft.acted = True
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
        self.keep()

    def send(self, step: str) -> None:
        """Saves the slip, once; or opens the first step where something is wrong."""
        draft = self.draft
        draft.acted = True
        if draft.receipt is not None or draft.step != step:
            return
        self.take()
        self.name()
        problems = (
            *staff_problems(draft),
            *place_problems(draft, self.round),
            *answer_problems(draft, self.questionnaire),
        )
        if draft.channel in STAFF and self.staff() is None:
            problems = (Problem(code="FRM_SIGNED_OUT"), *problems)
        elif not problems and draft.channel not in STAFF and (seconds := self.wait(draft.desk)) > 0:
            problems = (Problem(code="FRM_WAIT", values={"seconds": int(seconds) + 1}),)
        if problems:
            self._mend(problems)
            return
        try:
            accepted = self._accept()
        except Refused as refused:
            if any(problem.code.startswith("STO_") for problem in refused.problems):
                self._fail()
            else:
                self._mend(refused.problems)
        except Exception:
            self._fail()
        else:
            self._accepted(accepted)

    def _accept(self) -> Accepted:
        draft = self.draft
        paper = draft.channel == "paper"
        number = read_slip(draft.slip, self.round.id) if paper else ""
        submission = Submission(
            key=paper_key(self.secret, number, self.round.id) if number else draft.key,
            answers=relevant_answers(draft.answers, self.questionnaire),
            language=draft.language,
            channel=draft.channel,
            place=draft.place,
            desk=draft.desk,
            interviewer=draft.interviewer or None,
            invitation=draft.invitation or None,
            opened_at=None if paper else draft.opened_at,  # how fast somebody types says nothing about who answered
        )
        return accept(
            self.store,
            self.round,
            self.questionnaire,
            submission,
            now=self.clock(),
            random=self.random,
            secret=self.secret,
            recent=self.recent,
        )

    def _accepted(self, accepted: Accepted) -> None:
        draft = self.draft
        if draft.channel == "paper" and draft.slip and accepted.already:
            self._mend((Problem(code="FRM_SLIP_TWICE", values={"number": draft.slip}),))
            return
        draft.receipt, draft.already = accepted.receipt, accepted.already
        draft.answers.clear()
        if draft.channel in STAFF:
            st.session_state[INTERVIEWER], st.session_state[STAFF_PLACE] = draft.interviewer, draft.place
        if draft.channel == "paper":
            self._drop_draft()
            st.session_state[LAST_PAPER] = (draft.slip, accepted.receipt)
            self.again()
        else:
            self.go(None)

    def again(self) -> None:
        """A new, empty form at the same place; nothing of this one stays in the session."""
        st.session_state.pop(slot(self.draft.key), None)
        st.query_params["k"] = new_key(self.secret, self.random, self.round.id)
        for name in ("ma", "ngon_ngu") if self.kiosk else ("ma",):
            if name in st.query_params:
                del st.query_params[name]

    def _drop_draft(self) -> None:
        """What was kept under the page's key; under the slip's own key the store has dropped it already."""
        try:
            self.store.drop_draft(key_hash(self.draft.key))
        except Refused:
            _log.exception("a draft could not be dropped")

    def _mend(self, problems: tuple[Problem, ...]) -> None:
        places = (step_of(problem, self.questionnaire) for problem in problems)
        self.go(next((step for step in places if step in self.steps()), self.draft.step), problems)
        self.keep()

    def _fail(self) -> None:
        _log.exception("a slip could not be saved")
        self.go(self.draft.step)
        self.draft.broken = True
        self.keep()


def slot(key: str) -> str:
    """The name under which the session keeps the draft of this form."""
    return f"draft-{key}"


def place_slots(draft: Draft) -> tuple[str, str]:
    """The names of the two widgets that ask for the place."""
    return f"stratum-{draft.key}-{draft.language}", f"place-{draft.key}-{draft.language}-{draft.stratum}"


def typed_slot(draft: Draft, name: str) -> str:
    """The name of the widget that asks for `interviewer`, `slip` or `invitation`."""
    return f"{name}-{draft.key}-{draft.language}"
