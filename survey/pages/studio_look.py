"""How do the forms of a questionnaire look, and in which files is it taken along?"""

from functools import partial
from html import escape

import streamlit as st

from survey.pages.language import tell
from survey.pages.offline_part import offline_form
from survey.pages.paper_part import form_language, paper_buttons
from survey.pages.preview import LIGHT, PAPER, address, show_on_shelf
from survey.pages.preview_form import preview_address
from survey.print.files import paper_file
from survey.questionnaire import Questionnaire
from survey.rating import as_examples
from survey.words import plain

_WIDTHS = {"PHONE": 410, "SCREEN": 940}
"""Pixels of the frame, border and scroll bar included: a phone of 360, and a desktop."""


def looked(questionnaire: Questionnaire) -> None:
    """The light form in a frame, ways into the Streamlit form, and the paper; in each language."""
    digest = show_on_shelf(questionnaire)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = form_language(questionnaire.languages, f"studio-language-look-{questionnaire.id}")
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
    spoken = form_language(questionnaire.languages, f"studio-language-take-{questionnaire.id}")
    st.markdown(plain(tell("STU_PAPER_MEANS")))
    name = f"{questionnaire.id}-{questionnaire.version}"
    paper_buttons(partial(paper_file, questionnaire, None, spoken), f"{name}-giay-{spoken}")
    offline_form(as_examples(questionnaire), name)
    st.caption(plain(tell("STU_PLAIN_ROUND")))
