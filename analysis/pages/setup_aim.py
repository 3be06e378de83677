"""How precise shall it be, and what is expected of the field? What is typed in percent becomes an aim."""

import streamlit as st

from analysis.setup.aim import Aim, settings
from survey.pages.language import language, tell
from survey.round import Round
from survey.words import number, plain


def choose_aim(round_: Round, aim: Aim) -> Aim:
    """What is wanted and expected, typed in percent."""
    key = f"setup-{round_.id}-aim"

    def part(name: str, value: float, least: float, most: float, stride: float = 1.0) -> float:
        shown = round(100 * value, 4)
        label, means = tell(f"SET_AIM_{name.upper()}"), _source(name)
        got = st.number_input(label, least, most, shown, stride, help=means, key=f"{key}-{name}")
        return round(float(got) / 100, 6)

    with st.container(horizontal=True):
        half = part("half_width", aim.half_width, 0.5, 30.0, 0.5)
        level = part("level", aim.level, 80.0, 99.9)
        expected = part("share", aim.share, 1.0, 99.0)
    with st.container(horizontal=True):
        per = st.number_input(tell("SET_AIM_PER_PSU"), 1, 1000, aim.per_psu, help=_source("per_psu"), key=f"{key}-per")
        villages = st.number_input(
            tell("SET_AIM_VILLAGES"), 1, 100, aim.villages, help=_source("villages"), key=f"{key}-villages"
        )
        rate = part("response_rate", aim.response_rate, 1.0, 100.0)
        icc = st.number_input(
            tell("SET_AIM_ICC"), 0.0, 1.0, aim.icc, 0.01, format="%.3f", help=_source("icc"), key=f"{key}-icc"
        )
    made = Aim(
        half_width=half,
        level=level,
        share=expected,
        icc=round(float(icc), 6),
        per_psu=int(per),
        villages=int(villages),
        response_rate=rate,
    )
    deff = number(made.deff, 2, language())
    st.caption(plain(tell("SET_DEFF", deff=deff, people=made.per_psu, icc=number(made.icc, 3, language()))))
    return made


def _source(name: str) -> str:
    """Where the start value comes from, and how sure that is."""
    table = settings()[name]
    return plain(tell("SET_AIM_SOURCE", source=table["source"][language()], mark=table["mark"]))
