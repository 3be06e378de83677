"""How is a questionnaire taken along where there is no network? As a form for KoboToolbox and ODK."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from survey.errors import Refused
from survey.pages.desk import problems
from survey.pages.language import tell
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.round import Place, Round
from survey.site import site
from survey.words import plain
from survey.xlsform.plain import plain_workbook, reserved

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offline_of(round_: Round) -> None:
    """The round's form, with its places and the units that it rates."""
    st.header(tell("STU_PLAIN_TITLE"), anchor=False)
    asked = asked_in(site().store.questionnaire(round_.questionnaire), round_)
    offline_form(asked, round_.id, round_.places)


def offline_form(asked: Questionnaire, name: str, places: Sequence[Place] = ()) -> None:
    """What it is good for, and the file; what is in the way, if something is."""
    st.markdown(plain(tell("STU_PLAIN_MEANS")))
    if taken := reserved(asked):
        problems(Refused(taken))
        return
    st.download_button(
        tell("STU_PLAIN"),
        data=partial(plain_workbook, asked, places),
        file_name=f"{name}-kobo-odk.xlsx",
        mime=_XLSX,
        on_click="ignore",
        icon=":material/download:",
    )
