"""How is a round to be computed? The choices in the sidebar, kept from page to page."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from analysis.estimation.design import Study
from analysis.scores.plan import Interval, Mode, Plan
from analysis.scores.responses import round_plan
from survey.pages.language import language, tell
from survey.round import Round
from survey.words import percent

_LEVELS = (0.90, 0.95, 0.99)


def choose_plan(round_: Round) -> Plan:
    """The round's own plan with the aggregation, the interval, its level and the kind of study that are chosen."""
    with st.sidebar:
        st.divider()
        st.caption(tell("RES_PLAN"))
        mode = st.selectbox(
            tell("RES_MODE"),
            get_args(Mode),
            format_func=lambda name: tell(f"RES_MODE_{name.upper()}"),
            key="plan-mode",
            persist_state="session",
        )
        interval = st.selectbox(
            tell("RES_INTERVAL"),
            get_args(Interval),
            format_func=lambda name: tell(f"RES_INTERVAL_{name.upper()}"),
            key="plan-interval",
            persist_state="session",
        )
        level = st.selectbox(
            tell("RES_LEVEL"), _LEVELS, index=1, format_func=_level, key="plan-level", persist_state="session"
        )
        own = round_plan(round_)
        study = st.selectbox(
            tell("RES_STUDY"),
            get_args(Study),
            index=get_args(Study).index(own.chosen_by()),
            format_func=lambda name: tell(f"RES_STUDY_{name.upper()}"),
            key=f"plan-study-{round_.id}",
            persist_state="session",
        )
    said = own.study if study == own.chosen_by() else study
    return replace(own, mode=mode, interval=interval, level=level, study=said)


def _level(level: float) -> str:
    return percent(level, 0, language())
