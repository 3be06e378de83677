"""Page: where do I get the report?"""

from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from analysis.pages.evaluated import evaluated
from analysis.report.about import About
from analysis.report.build import build
from analysis.report.excel import write
from survey.clock import now
from survey.errors import word
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.round import Round
from survey.words import day, number, plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """One button: the workbook is made when it is pressed."""
    found = evaluated(tell("RES_DOWNLOAD_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    facts = about(round_, language())
    slips = number(len(evaluation.sample), 0, language())
    st.markdown(plain(tell("RES_DOWNLOAD_WHAT", slips=slips)))
    st.download_button(
        tell("RES_DOWNLOAD_BUTTON"),
        data=lambda: write(build(evaluation, facts)),
        file_name=f"{tell('RES_DOWNLOAD_FILE')}-{round_.id}-{now():%Y%m%d}.xlsx",
        mime=_XLSX,
        on_click="ignore",
        type="primary",
        icon=":material/download:",
    )
    st.caption(plain(tell("RES_DOWNLOAD_CARE")))


def about(round_: Round, in_language: str = "vi") -> About:
    """What the report says of the round beside its numbers, in the report's language."""
    until = day(round_.closes, in_language) if round_.closes else word("RES_NO_LAST_DAY", in_language)
    return About(
        round_name=round_.name,
        study=round_.study,
        period=f"{day(round_.opens, in_language)} – {until}",
        source=round_.id,
        contact=say(round_.contact, in_language),
        created=now().replace(tzinfo=None, microsecond=0),
        code_version=_version(),
        feeds="weighted" if round_.feeds == "weighted" else "unweighted",
        invited=round_.invited,
        demonstration=round_.demonstration,
        language=in_language,
    )


def _version() -> str:
    try:
        return version("hailong")
    except PackageNotFoundError:  # run from a source tree
        return "0"
