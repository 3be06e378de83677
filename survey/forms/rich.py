"""The Streamlit face of a questionnaire: kiosk, tablet, assisted entry and desktop. Rendered from any `Questionnaire`.

Exactly once: the form's key stands in the address, the slip is saved in the callback of «Gửi phiếu», and the key is
UNIQUE in the store. What is on screen is never believed to be saved before `accept` has returned.
"""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from survey.errors import word
from survey.forms import look, screens
from survey.forms.draft import PLACE, Draft, gates, place_of, section_named, shown_questions
from survey.forms.filling import Filling, slot
from survey.forms.widgets import ask
from survey.forms.words import LANGUAGES, plain
from survey.keys import key_hash, new_key, valid_key
from survey.ledger import receipt_code
from survey.questionnaire import Section, say
from survey.round import Round
from survey.store import Store

CHANNELS = ("kiosk", "assisted")
"""What `kenh=` in the address may say; without it a form is `link` where the address names the place, else `open`."""


def show(
    store: Store,
    round_: Round,
    *,
    secret: bytes,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> None:
    """The form of the round, from the notice to the receipt. Reads `k`, `dv`, `kenh`, `ngon_ngu` from the address."""
    key = st.query_params.get("k", "")
    if not valid_key(secret, key, round_.id) or _left_behind(store, key):
        key = st.query_params["k"] = new_key(secret, random, round_.id)
    place = place_of(round_, st.query_params.get("dv"))
    if slot(key) not in st.session_state:
        st.session_state[slot(key)] = _fresh(store, round_, key, place.code if place else None)
    draft: Draft = st.session_state[slot(key)]
    filling = Filling(
        store=store,
        round=round_,
        questionnaire=store.questionnaire(round_.questionnaire),
        draft=draft,
        secret=secret,
        clock=clock,
        random=random,
        place_known=place is not None,
    )
    if draft.receipt is not None:
        screens.receipt(filling)
    else:
        _languages(filling)
        if draft.step is None:
            screens.notice(filling)
        else:
            filling.take()
            _step(filling, draft.step)
    look.top_of_screen(f"{key}-{draft.moves}", draft.language)


def _left_behind(store: Store, key: str) -> bool:
    """On a kiosk, a form that somebody else has sent: Back must not show the next person its receipt."""
    kiosk = st.query_params.get("kenh") == "kiosk"
    return kiosk and slot(key) not in st.session_state and store.has_key(key_hash(key))


def _fresh(store: Store, round_: Round, key: str, place: str | None) -> Draft:
    wanted, channel = st.query_params.get("ngon_ngu", ""), st.query_params.get("kenh", "")
    draft = Draft(
        key=key,
        language=wanted if wanted in round_.languages else round_.languages[0],
        channel=channel if channel in CHANNELS else "link" if place else "open",
        place=place,
    )
    if store.has_key(key_hash(key)):
        draft.receipt, draft.already = receipt_code(key), True
    return draft


def _languages(filling: Filling) -> None:
    others = [language for language in filling.round.languages if language != filling.draft.language]
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
    if filling.round.demonstration:
        st.warning(word("FORM_DEMONSTRATION", language).partition(".")[0], icon=":material/science:")
    part = word("FORM_PART", language, part=at + 1, parts=len(all_steps))
    st.progress((at + 1) / len(all_steps), text=part)
    section = None if step == PLACE else section_named(filling.questionnaire, step)
    st.title(plain(_title(filling, section)), anchor=False)
    screens.summary(filling)
    if section is None:
        screens.place(filling)
    else:
        _questions(filling, section)
    last = at + 1 == len(all_steps)
    st.button(
        word("FORM_SEND" if last else "FORM_NEXT", language),
        key=f"on-{step}",
        type="primary",
        width="stretch",
        on_click=filling.send if last else filling.onward,
        args=(step,),
    )
    st.button(word("FORM_BACK", language), key=f"back-{step}", width="stretch", on_click=filling.back, args=(step,))
    if draft.channel == "kiosk":
        screens.leave(filling, screens.KIOSK_IDLE)
    if draft.broken:
        st.error(word("FORM_SAVE_FAILED", language), icon=":material/error:")


def _title(filling: Filling, section: Section | None) -> str:
    """A step's heading: a section without one of its own goes under the questionnaire's."""
    language = filling.draft.language
    if section is None:
        return word("FORM_PLACE_TITLE_USER" if filling.round.study == "user" else "FORM_PLACE_TITLE", language)
    return say(section.label, language) or say(filling.questionnaire.title, language)


def _questions(filling: Filling, section: Section) -> None:
    draft, language = filling.draft, filling.draft.language
    shown = shown_questions(draft, filling.questionnaire, section)
    redrawing = gates(filling.questionnaire)
    if any(question.required for question in shown):
        st.caption(plain(word("FORM_REQUIRED_NOTE", language)))
    factor: str | None = None
    for question in shown:
        if question.factor != factor:
            factor = question.factor
            if factor is not None:
                st.header(plain(say(filling.questionnaire.node(factor).label, language)), anchor=False)
        ask(
            question,
            form=draft.key,
            language=language,
            answers=draft.answers,
            gate=question.name in redrawing,
            problems=[problem for problem in draft.problems if problem.question == question.name],
        )
