"""How do the forms of a questionnaire look, and in which files is it taken along?"""

from functools import partial
from html import escape

import streamlit as st

from survey.errors import Refused
from survey.pages.desk import problems
from survey.pages.language import tell
from survey.pages.preview import LIGHT, PAPER, address, show_on_shelf
from survey.pages.preview_form import preview_address
from survey.print.files import Kind, paper_file
from survey.questionnaire import Questionnaire
from survey.rating import as_examples
from survey.words import LANGUAGES, plain
from survey.xlsform.plain import plain_workbook, reserved

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS: tuple[tuple[Kind, str], ...] = (("pdf", "application/pdf"), ("docx", _DOCX))
_WIDTHS = {"PHONE": 410, "SCREEN": 940}
"""Pixels of the frame, border and scroll bar included: a phone of 360, and a desktop."""


def looked(questionnaire: Questionnaire) -> None:
    """The light form in a frame, ways into the Streamlit form, and the paper; in each language."""
    digest = show_on_shelf(questionnaire)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = _language(questionnaire, "look")
        names = {each: tell(f"STU_WIDTH_{each}") for each in _WIDTHS}
        width = st.segmented_control(
            tell("STU_WIDTH"), list(names), default="PHONE", required=True, format_func=names.__getitem__
        )
    st.caption(plain(tell("STU_LOOK_MEANS")))
    with st.container(border=True, width=_WIDTHS[width]):
        st.iframe(address(LIGHT, digest, spoken), height=640, alt=tell("STU_PREVIEW"))
    links = {
        "STU_OPEN_LIGHT": address(LIGHT, digest, spoken),
        "STU_OPEN_RICH": preview_address(digest, spoken),
        "STU_OPEN_ENTRY": preview_address(digest, spoken, "paper"),
        "STU_OPEN_PAPER": address(PAPER, digest, spoken),
    }
    items = (
        f'<li><a target="_blank" rel="noopener" href="{escape(to)}">{escape(tell(code))}</a></li>'
        for code, to in links.items()
    )
    st.html(f"<ul>{''.join(items)}</ul>")


def taken_along(questionnaire: Questionnaire) -> None:
    """The blank paper form, and the form for KoboToolbox and ODK."""
    spoken = _language(questionnaire, "take")
    st.markdown(plain(tell("STU_PAPER_MEANS")))
    with st.container(horizontal=True):
        for kind, mime in _KINDS:
            st.download_button(
                tell(f"STU_PAPER_{kind.upper()}"),
                data=partial(paper_file, questionnaire, None, spoken, kind),
                file_name=f"{questionnaire.id}-{questionnaire.version}-giay-{spoken}.{kind}",
                mime=mime,
                on_click="ignore",
                icon=":material/print:",
                key=f"studio-paper-{kind}",
            )
    st.markdown(plain(tell("STU_PLAIN_MEANS")))
    if taken := reserved(questionnaire):
        problems(Refused(taken))
        return
    st.download_button(
        tell("STU_PLAIN"),
        data=lambda: plain_workbook(as_examples(questionnaire)),
        file_name=f"{questionnaire.id}-{questionnaire.version}-kobo-odk.xlsx",
        mime=_XLSX,
        on_click="ignore",
        icon=":material/download:",
    )


def _language(questionnaire: Questionnaire, name: str) -> str:
    return st.segmented_control(
        tell("STU_LANGUAGE"),
        questionnaire.languages,
        default=questionnaire.languages[0],
        required=True,
        format_func=lambda code: LANGUAGES.get(code, code),
        key=f"studio-language-{name}-{questionnaire.id}",
    )
