"""Page: is this questionnaire good, how does it look, what does it change, and which versions are published?"""

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from survey.errors import Refused
from survey.instruments import load, workbook_bytes
from survey.lint import lint
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.pages.studio_begin import begin, titles
from survey.pages.studio_changes import changed
from survey.pages.studio_faults import findings_shown, refused_shown
from survey.pages.studio_look import looked, taken_along
from survey.pages.studio_versions import PUBLISHED, listed, publishing, titled
from survey.publishing import versions
from survey.questionnaire import Questionnaire, say
from survey.site import site
from survey.words import plain, whole
from survey.xlsform import read_workbook

_LARGEST = 5  # MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A questionnaire on the table, with its workbook."""

    questionnaire: Questionnaire
    workbook: bytes


def show() -> None:
    """Choose a workbook, see its faults, look at it, compare it, publish it; then what is published already."""
    st.title(tell("STU_TITLE"), anchor=False)
    st.markdown(plain(tell("STU_MEANS")))
    if said := st.session_state.pop(PUBLISHED, None):
        st.success(plain(said), icon=":material/check:")
    begin()
    chosen = _chosen()
    if chosen is not None:
        _on_the_table(chosen)
    st.header(tell("STU_VERSIONS"), anchor=False)
    listed(site().store)


def _chosen() -> Chosen | None:
    """The workbook of the upload, of a shipped questionnaire, or of a published version; None until there is one."""
    store = site().store
    kept = {each.hash: titled(store, each) for each in versions(store)}
    sources = ("UPLOAD", "SHIPPED", *(["KEPT"] if kept else []))
    sources_named = {each: tell(f"STU_SOURCE_{each}") for each in sources}
    source = st.radio(tell("STU_SOURCE"), sources, format_func=sources_named.__getitem__, horizontal=True)
    if source == "KEPT":
        digest = st.selectbox(tell("STU_WHICH"), list(kept), format_func=kept.__getitem__)
        try:
            return Chosen(questionnaire=store.questionnaire(digest), workbook=store.workbook(digest))
        except Refused as refused:
            problems(refused)
            return None
    if source == "SHIPPED":
        named = titles()
        name = st.selectbox(tell("STU_WHICH"), list(named), format_func=named.__getitem__)
        return Chosen(questionnaire=load(name), workbook=workbook_bytes(name))
    upload = st.file_uploader(tell("STU_UPLOAD"), type="xlsx", max_upload_size=_LARGEST)
    if upload is None:
        return None
    content = upload.getvalue()
    try:
        return Chosen(questionnaire=_read(content, upload.name), workbook=content)
    except Refused as refused:
        refused_shown(refused, content)
        return None


@lru_cache(maxsize=8)
def _read(content: bytes, name: str) -> Questionnaire:
    """Read once, and not at every press of a button. A workbook with faults is read again: it is about to change."""
    return read_workbook(content, name=name)


def _on_the_table(chosen: Chosen) -> None:
    questionnaire = chosen.questionnaire
    asked = [question for question in questionnaire.questions() if question.kind != "note"]
    counts = {"questions": whole(len(asked), language()), "items": whole(len(questionnaire.items()), language())}
    st.header(plain(say(questionnaire.title, language())), anchor=False)
    st.caption(plain(tell("STU_IS", id=questionnaire.id, version=questionnaire.version, **counts)))
    findings = lint(questionnaire)
    findings_shown(questionnaire, findings, chosen.workbook)
    look, compare, publish, take = st.tabs([tell(f"STU_TAB_{name}") for name in ("LOOK", "COMPARE", "PUBLISH", "TAKE")])
    with look:
        looked(questionnaire)
    with compare:
        changed(questionnaire)
    with publish:
        publishing(questionnaire, chosen.workbook, errors=sum(each.level == "error" for each in findings))
    with take:
        taken_along(questionnaire)
