"""When does the round run, in which languages and ways, under which notice, and whom may people ask?"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import streamlit as st

from analysis.setup.plan import Plan
from survey.errors import Problem, Refused
from survey.forms.accept import CHANNELS
from survey.making import KEEP_YEARS, ways, with_contact
from survey.pages.desk import channel_words, problems
from survey.pages.language import tell
from survey.round import NOTICE, Round
from survey.site import site
from survey.words import LANGUAGES, plain

_DAYS: Final[dict[str, Any]] = {"format": "DD/MM/YYYY", "min_value": date(1990, 1, 1), "max_value": date(2100, 1, 1)}
_NOTICE = ("FORM_PRIVACY_FREE", "FORM_PRIVACY_NONE", "FORM_PRIVACY_KEPT", "LIGHT_DRAFT", "LIGHT_WITHDRAW")


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """Period, languages, contact, ways of answering, notice, years."""
    key = f"setup-{round_.id}"
    asked_in = site().store.questionnaire(round_.questionnaire).languages
    with st.container(horizontal=True):
        opens = st.date_input(tell("ROUNDS_OPENS"), value=round_.opens, **_DAYS, key=f"{key}-opens")
        closes = st.date_input(tell("ROUNDS_CLOSES"), value=round_.closes, **_DAYS, key=f"{key}-closes")
    if closes is not None and closes < opens:
        problems(Refused([Problem(code="RND_DAYS", values={"opens": opens, "closes": closes})]))
    languages = st.multiselect(
        tell("ROUNDS_LANGUAGES"),
        asked_in,
        default=[each for each in round_.languages if each in asked_in],
        format_func=lambda code: LANGUAGES.get(code, code),
        key=f"{key}-languages",
    )
    contact = st.text_input(
        tell("ROUNDS_CONTACT"),
        value=round_.contact.get("vi", ""),
        placeholder=tell("ROUNDS_CONTACT_LIKE"),
        key=f"{key}-contact",
    )
    channels = st.multiselect(
        tell("SET_CHANNELS"),
        CHANNELS,
        default=round_.channels or CHANNELS,
        format_func=channel_words,
        help=tell("SET_CHANNELS_MEAN"),
        key=f"{key}-channels",
    )
    if not channels:
        st.error(plain(tell("SET_NO_CHANNEL")))
        channels = list(round_.channels or CHANNELS)
    invited = st.checkbox(tell("RND_INVITATION_ONLY"), value=round_.invitation_only, key=f"{key}-invited")
    years = st.number_input(
        tell("RND_KEEP"), KEEP_YEARS[0], KEEP_YEARS[-1], value=round_.keep_years, key=f"{key}-years"
    )
    _notice()
    return (
        replace(
            with_contact(round_, contact),
            opens=opens,
            closes=closes,
            languages=tuple(each for each in asked_in if each in languages),
            channels=ways(channels),
            invitation_only=invited,
            keep_years=int(years),
            consent=NOTICE,
        ),
        plan,
    )


def _notice() -> None:
    """What every respondent is told before the first question."""
    with st.expander(plain(tell("SET_NOTICE", version=NOTICE))):
        st.caption(plain(tell("SET_NOTICE_MEANS")))
        st.markdown("\n".join(f"- {plain(tell(code))}" for code in _NOTICE))
