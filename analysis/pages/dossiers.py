"""Page: what do the case files of this round's offices say, and do their sums add up?"""

from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from analysis.pages.dossier_table import show_table
from analysis.pages.exchange import give
from analysis.report.dossier_template import dossier_template
from analysis.scores.dossier_cases import By
from analysis.scores.dossier_files import read_dossier_file
from analysis.scores.dossiers import PAPER, DossierTable, Kind, from_json, to_json
from analysis.scores.dossiers_766 import load_766
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import language, tell
from survey.round import Round
from survey.sheet import read_table
from survey.site import site
from survey.words import day, plain

_SAID, _SENT = "dossiers-said", "dossiers-sent"
_MEGABYTES = 50


def show() -> None:
    """Templates, a file to look at and keep, and the table that is kept."""
    round_, me = desk.choose_round(tell("DOS_TITLE")), person()
    if round_ is None or me is None:
        return
    st.markdown(plain(tell("DOS_WHAT")))
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    with st.container(horizontal=True):
        for kind in get_args(Kind):
            template = partial(dossier_template, kind, load_766(), language())
            give(f"DOS_GET_{kind.upper()}", template, tell(f"DOS_FILE_{kind.upper()}"))
    try:
        sent = _sent()
        if sent is not None:
            st.header(plain(tell("DOS_PREVIEW", file=sent.file)), anchor=False)
            _keep(round_, sent, me)
            show_table(sent)
            return
        _kept(round_)
    except Refused as refused:
        desk.problems(refused)


def _sent() -> DossierTable | None:
    """The table in the file that was uploaded, None if there is none."""
    turn = st.session_state.get(_SENT, 0)  # a file that was kept leaves the box: the next one has a box of its own
    upload = st.file_uploader(
        tell("DOS_UPLOAD"), type=["xlsx", "csv"], max_upload_size=_MEGABYTES, key=f"dossiers-{turn}"
    )
    with st.container(horizontal=True):
        until = st.date_input(tell("DOS_UNTIL"), value=today(), format="DD/MM/YYYY")
        by = st.selectbox(tell("DOS_BY"), get_args(By), format_func=lambda name: tell(f"DOS_BY_{name.upper()}"))
    if upload is None:
        return None
    with st.spinner(tell("DOS_READING")):
        return _read(upload.getvalue(), upload.name, until, by)


# A person changes the day and looks again: the same file is read once for each choice.
@st.cache_resource(max_entries=8, show_spinner=False)
def _read(content: bytes, name: str, until: date, by: By) -> DossierTable:
    return read_dossier_file(read_table(content, name=name), name, until=until, by=by, settings=load_766())


def _keep(round_: Round, sent: DossierTable, me: str) -> None:
    if st.button(tell("DOS_KEEP"), type="primary", icon=":material/save:"):
        revision = site().store.save_paper(round_.id, PAPER, to_json(sent), me, today().isoformat())
        note("paper.save", f"{round_.id}: {PAPER}")
        st.session_state[_SAID] = tell("DOS_KEPT", revision=revision)
        st.session_state[_SENT] = st.session_state.get(_SENT, 0) + 1
        st.rerun()


def _kept(round_: Round) -> None:
    paper = site().store.paper(round_.id, PAPER)
    if paper is None:
        st.info(tell("DOS_NONE"))
        return
    table, on = from_json(paper.content), day(date.fromisoformat(paper.day), language())
    st.header(tell("DOS_IN_USE"), anchor=False)
    st.caption(plain(tell("DOS_STORED", file=table.file, revision=paper.revision, who=paper.actor, day=on)))
    show_table(table)
