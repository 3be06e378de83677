"""The Streamlit face of a questionnaire: kiosk, assisted and paper entry, desktop. Rendered from any `Questionnaire`.

Exactly once: the form's key stands in the address, the slip is saved in the callback of «Gửi phiếu», and the key is
UNIQUE in the store. What is on screen is never believed to be saved before `accept` has returned. Few questions stand
on one page, which is one run to open and one to send; many go in steps.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import streamlit as st

from survey.errors import Refused, word
from survey.forms import look, screens
from survey.forms.draft import (
    PLACE,
    STAFF,
    WHOLE,
    Draft,
    gates,
    one_page,
    place_of,
    shown_questions,
    step_sections,
    still_to_come,
)
from survey.forms.filling import INTERVIEWER, STAFF_PLACE, Filling, slot
from survey.forms.flags import Recent
from survey.forms.sealing import unseal
from survey.forms.widgets import ask
from survey.keys import key_hash, new_key, valid_key
from survey.ledger import receipt_code
from survey.links import Link, read_link
from survey.questionnaire import Section, say
from survey.rating import asked_in
from survey.round import Round
from survey.store import Store
from survey.words import LANGUAGES, plain

CHANNELS = ("kiosk", *STAFF)
"""What `kenh=` in the address may say; else a form is `link` where a signed link names the place, `open` without."""

_LONGEST_CODE = 40

_log = logging.getLogger("hailong.form")


def show(
    store: Store,
    round_: Round,
    *,
    secret: bytes,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    staff: Callable[[], str | None],
    wait: Callable[[str | None], float],
    recent: Recent,
    promise: Callable[[str], str],
) -> None:
    """The form of the round, from the notice to the receipt.

    Reads from the address `k` (key), `tu` (signed link: place and desk), `dv` (a place to propose), `ma` (one-time
    code), `kenh`, `ngon_ngu`. `staff`, `wait`, `recent` and `promise` as in `Filling`.
    """
    questionnaire = asked_in(store.questionnaire(round_.questionnaire), round_)
    key = st.query_params.get("k", "")
    if not valid_key(secret, key, round_.id) or _left_behind(store, key):
        key = st.query_params["k"] = new_key(secret, random, round_.id)
    link = read_link(secret, round_, st.query_params.get("tu", ""))
    if slot(key) not in st.session_state:
        draft = _fresh(round_, key, link)
        _look_up(store, draft, round_)
        if draft.step is None and draft.receipt is None and one_page(questionnaire) and draft.channel != "kiosk":
            draft.step, draft.opened_at = WHOLE, clock()
        st.session_state[slot(key)] = draft
    draft = st.session_state[slot(key)]
    filling = Filling(
        store=store,
        round=round_,
        questionnaire=questionnaire,
        draft=draft,
        secret=secret,
        clock=clock,
        random=random,
        staff=staff,
        wait=wait,
        recent=recent,
        promise=promise,
        place_known=link is not None or len(round_.places) == 1,
    )
    if filling.kiosk:
        look.kiosk_style()
    if draft.receipt is not None:
        screens.receipt(filling)
    else:
        _languages(filling)
        filling.take()  # also on a first run: after a restart the browser still holds what was answered
        filling.name()
        if draft.step is None:
            screens.notice(filling)
        else:
            _step(filling, draft.step)
    draft.acted = False
    look.top_of_screen(
        f"{key}-{draft.moves}", draft.language, focus=screens.first_box(filling), **screens.patience(filling)
    )


def _left_behind(store: Store, key: str) -> bool:
    """On a kiosk, a form that somebody else has sent: Back must not show the next person its receipt."""
    kiosk = st.query_params.get("kenh") == "kiosk"
    return kiosk and slot(key) not in st.session_state and store.has_key(key_hash(key))


def _fresh(round_: Round, key: str, link: Link | None) -> Draft:
    wanted, channel = st.query_params.get("ngon_ngu", ""), st.query_params.get("kenh", "")
    draft = Draft(
        key=key,
        language=wanted if wanted in round_.languages else round_.languages[0],
        channel=channel if channel in CHANNELS else "link" if link else "open",
        place=link.place if link else st.query_params.get("dv"),
        desk=link.desk if link else None,
        invitation=st.query_params.get("ma", "")[:_LONGEST_CODE],
    )
    if len(round_.places) == 1:
        draft.place = round_.places[0].code
    if draft.channel in STAFF:
        draft.interviewer = st.session_state.get(INTERVIEWER, "")
        draft.place = draft.place or st.session_state.get(STAFF_PLACE)
    return draft


def _look_up(store: Store, draft: Draft, round_: Round) -> None:
    """What is known of this key: the slip is stored, or was half filled in before a refresh."""
    digest = key_hash(draft.key)
    if store.has_key(digest):
        draft.receipt, draft.already = receipt_code(draft.key), True
    elif draft.channel != "kiosk":
        try:
            content = store.draft(digest)
        except Refused:
            _log.exception("a draft could not be read")
            content = None
        kept = unseal(draft.key, content) if content else None
        if kept is not None:
            draft.resume(kept, asked_in(store.questionnaire(round_.questionnaire), round_), round_)
    place = place_of(round_, draft.place)
    draft.place, draft.stratum = (place.code, place.stratum) if place else (None, None)


def _languages(filling: Filling) -> None:
    others = [language for language in filling.round.languages if language != filling.draft.language]
    if not others:
        return
    with st.container(horizontal=True, horizontal_alignment="right", key="languages"):
        for language in others:
            name = LANGUAGES.get(language, language)
            st.button(
                name, key=f"speak-{language}", on_click=filling.speak, args=(language,), icon=":material/language:"
            )


def _step(filling: Filling, step: str) -> None:
    draft, language = filling.draft, filling.draft.language
    all_steps = filling.steps()
    at = all_steps.index(step) if step in all_steps else 0
    last = at + 1 == len(all_steps)
    if step == WHOLE:
        screens.opening(filling)
    else:
        _heading(filling, step, at + 1)
    screens.summary(filling)
    if step == WHOLE:
        screens.typed(filling)
    if step in (PLACE, WHOLE) and not filling.place_known and filling.round.places:
        screens.place(filling)
    _questions(filling, step_sections(filling.questionnaire, step))
    _button(filling, "FORM_SEND" if last else "FORM_NEXT", "on", filling.send if last else filling.onward, step)
    if step != WHOLE or filling.kiosk:
        _button(filling, "FORM_BACK", "back", filling.back, step)
    if filling.kiosk:
        screens.start_over(filling)
    else:
        screens.keeper(filling)
    if draft.broken:
        st.error(word("FORM_SAVE_FAILED", language), icon=":material/error:")


def _button(filling: Filling, code: str, name: str, action: Callable[[str], None], step: str) -> None:
    """A button of this step. The key stands in its name: a late click must not send the next, still empty form."""
    draft = filling.draft
    pressed = st.button(
        word(code, draft.language),
        key=f"{name}-{draft.key}-{step}",
        type="primary" if name == "on" else "secondary",
        width="stretch",
        on_click=action,
        args=(step,),
    )
    if pressed and not draft.acted:  # after a restart of the server: a click that no earlier run has a callback for
        action(step)
        st.rerun()


def _heading(filling: Filling, step: str, part: int) -> None:
    """Where one is, and the step's title: a section without one of its own goes under the questionnaire's."""
    draft, language = filling.draft, filling.draft.language
    if filling.round.demonstration:
        st.warning(word("FORM_DEMONSTRATION", language).partition(".")[0], icon=":material/science:")
    left = still_to_come(draft, filling.questionnaire, step)
    text = word("FORM_PART" if left else "FORM_PART_LAST", language, part=part, left=left)
    st.progress(part / (part + left), text=text)
    if step == PLACE:
        title = screens.place_title(filling)
    else:
        [section] = step_sections(filling.questionnaire, step)
        title = say(section.label, language) or say(filling.questionnaire.title, language)
    st.title(plain(title), anchor=False)


def _questions(filling: Filling, sections: tuple[Section, ...]) -> None:
    """The questions that the answers lead to; on one page each section has its heading."""
    draft, language = filling.draft, filling.draft.language
    names = shown_questions(draft, filling.questionnaire)
    redrawing = gates(filling.questionnaire)
    whole = draft.step == WHOLE
    shown = [(section, [each for each in section.questions if each.name in names]) for section in sections]
    notes = [screens.agreement(filling)] if whole else []
    if any(question.required for _, questions in shown for question in questions):
        notes.append(plain(word("FORM_REQUIRED_NOTE", language)))
    if note := " ".join(filter(None, notes)):
        st.caption(note)
    for section, questions in shown:
        heading = say(section.label, language)
        if whole and questions and heading:
            st.header(plain(heading), anchor=False)
        factor: str | None = None
        for question in questions:
            if question.factor != factor:
                factor = question.factor
                title = say(filling.questionnaire.node(factor).label, language) if factor is not None else ""
                if title and title != heading:
                    (st.subheader if whole else st.header)(plain(title), anchor=False)
            ask(
                question,
                form=draft.key,
                language=language,
                answers=draft.answers,
                gate=question.name in redrawing,
                problems=[problem for problem in draft.problems if problem.question == question.name],
            )
