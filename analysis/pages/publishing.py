"""How does the file for the public leave? With its warnings, and a record of what it disclosed and who took it."""

from datetime import date

import streamlit as st

from analysis.report.about import About
from analysis.report.excel import write
from analysis.report.files import SUFFIXES
from analysis.report.publication import Publication, publication
from analysis.scores.evaluate import Evaluation
from analysis.scores.republication import KIND, again, record
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import plain


def publish(round_: Round, evaluation: Evaluation, facts: About) -> None:
    """The small workbook without answers, made when asked for; handing it out is recorded with who did it."""
    st.markdown(plain(tell("OUT_PUBLIC_WHAT")))
    if not st.toggle(tell("OUT_PUBLIC_SHOW"), key="exports-public"):
        return
    try:
        made = publication(evaluation, facts)
    except Refused as refused:
        desk.problems(refused)
        return
    earlier = site().store.paper(round_.id, KIND)
    for warning in (*made.warnings, *again(earlier.content if earlier else None, made.disclosure)):
        st.warning(plain(warning.say(language())))
    suffix, media = SUFFIXES["workbook"]
    day = today()
    name = f"{tell('OUT_NAME_PUBLIC')}-{round_.id}-{day:%Y%m%d}{suffix}"
    label = tell("OUT_GET", file=tell("OUT_FILE_PUBLIC"))
    st.download_button(
        label, write(made.report), name, media, on_click=_recorded, args=(round_, made, day), icon=":material/download:"
    )


def _recorded(round_: Round, made: Publication, day: date) -> None:
    site().store.save_paper(round_.id, KIND, record(made.disclosure), person() or "–", day.isoformat())
    note("export.public", round_.id)
