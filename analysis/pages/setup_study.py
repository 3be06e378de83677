"""What is surveyed, with which questionnaire, under which name? The first step of setting a round up."""

from dataclasses import replace

import streamlit as st

from analysis.pages.setup_questionnaire import choose_questionnaire, keep_questionnaire
from analysis.setup.plan import Plan
from survey.clock import today
from survey.errors import Refused
from survey.life import begin as begin_round
from survey.making import blank_round
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import tell
from survey.response import clean_text
from survey.round import Round
from survey.site import site
from survey.words import plain

_ROUND, _NAMED, _DRAFT, _CHOSEN = "setup-round", "setup-named", "setup-draft", "setup-chosen"
_NEW = ""


def choose_draft(drafts: dict[str, Round]) -> Round | None:
    """The draft that was just begun, that the address names (`?dot=`), or that was made last; else the choice.

    None: a new one is to be begun.
    """
    begun, named = st.session_state.pop(_ROUND, None), st.query_params.get("dot", "")
    if named and st.session_state.get(_NAMED) != named:  # an address counts once: then the choice does
        st.session_state[_NAMED], begun = named, named
    if not drafts:
        return None
    picked = begun if begun in drafts else st.session_state.get(_DRAFT, next(iter(drafts)))
    if picked not in (_NEW, *drafts):  # a browser sends the name that was shown: the draft may be renamed, or gone
        picked = st.session_state.get(_CHOSEN)
    st.session_state[_DRAFT] = picked if picked in drafts else _NEW
    chosen = st.selectbox(
        tell("SET_DRAFTS"),
        [_NEW, *drafts],
        format_func=lambda each: f"{drafts[each].name} ({each})" if each in drafts else tell("SET_NEW"),
        key=_DRAFT,
    )
    st.session_state[_CHOSEN] = chosen
    return drafts.get(chosen)


def begin(me: str) -> bool:
    """Whether a new draft was made: once its kind, questionnaire, name and id are there, and the button is pressed."""
    asked = choose_questionnaire(None)
    name = st.text_input(tell("ROUNDS_NAME"), placeholder=tell("ROUNDS_NAME_LIKE"), key="setup-new-name")
    identifier = st.text_input(tell("ROUNDS_ID"), placeholder="lang-son-2026", key="setup-new-id")
    if not st.button(tell("SET_BEGIN"), type="primary", disabled=asked is None) or asked is None:
        return False
    try:
        draft = blank_round(identifier.strip(), name, asked, today())
        keep_questionnaire(asked, me)
        made = begin_round(site().store, draft, me, today())
    except Refused as refused:
        desk.problems(refused)
        return False
    note("round.draft", made.id)
    st.session_state[_ROUND] = made.id
    return True


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """Name and questionnaire of a draft."""
    name = clean_text(st.text_input(tell("ROUNDS_NAME"), value=round_.name, key=f"setup-{round_.id}-name"))
    if not name:
        st.error(plain(tell("RND_NO_NAME")))
    st.caption(plain(tell("SET_ID", id=round_.id)))
    asked = choose_questionnaire(round_)
    if asked is not None and asked.content_hash() != round_.questionnaire:
        keep_questionnaire(asked, person() or "")
        spoken_in = tuple(each for each in round_.languages if each in asked.languages) or asked.languages
        changed = {"questionnaire": asked.content_hash(), "study": asked.study, "languages": spoken_in}
        round_ = replace(round_, **changed)  # type: ignore[arg-type]
    return replace(round_, name=name or round_.name), plan
