"""Page: is the system well, and what is to be done where it is not?"""

import os

import streamlit as st

from survey.care.checks import Installation, examine
from survey.care.finding import LEVELS, Finding, worst
from survey.clock import now
from survey.pages.desk import table_of_words
from survey.pages.language import language, tell
from survey.site import site
from survey.words import day, plain

_FOUND = "care-findings"


def show() -> None:
    """What `hailong doctor` finds, the worst first."""
    st.title(tell("CAR_TITLE"), anchor=False)
    st.markdown(plain(tell("CAR_INTRO")))
    again = st.button(tell("CAR_AGAIN"), icon=":material/refresh:")
    if again or _FOUND not in st.session_state:
        with st.spinner(tell("CAR_WORKING")):
            here = site()
            place = Installation(folder=here.folder, role=here.role, settings=os.environ, store=here.store)
            st.session_state[_FOUND] = (now(), examine(place, now()))
    moment, findings = st.session_state[_FOUND]
    _sum(findings)
    st.caption(plain(tell("CAR_AS_OF", moment=f"{day(moment, language())} {moment:%H:%M}")))
    for finding in sorted(findings, key=lambda finding: -LEVELS.index(finding.level)):
        _told(finding)
    st.header(tell("CAR_GOOD_ONES"), anchor=False)
    table_of_words([_row(finding) for finding in findings if finding.level == "good"], "care")


def _told(finding: Finding) -> None:
    """What wants to be looked at stands by itself, above the table of all that is well."""
    said = f"**{plain(finding.title(language()))}** – {plain(finding.problem.what(language()))}"
    if finding.level == "fault":
        st.error(said, icon=":material/error:")
    elif finding.level == "warning":
        st.warning(said, icon=":material/visibility:")


def _sum(findings: tuple[Finding, ...]) -> None:
    counts = {level: sum(finding.level == level for finding in findings) for level in LEVELS}
    code = {"fault": "CAR_FAULTS", "warning": "CAR_LOOK", "good": "CAR_ALL_WELL"}[worst(findings)]
    st.markdown(f"**{plain(tell(code, **counts))}**")


def _row(finding: Finding) -> dict[str, str]:
    return {
        tell("CAR_COLUMN_CHECK"): f"✓ {plain(finding.title(language()))}",
        tell("CAR_COLUMN_WHAT"): plain(finding.problem.what(language())),
    }
