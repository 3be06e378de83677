"""Page: which slips come in from a file? First a trial that stores nothing, then all of it or none.

What the columns mean is worked out, shown, and corrected by a person (survey.pages.import_matching).
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.incoming.files import KINDS, Source, read_file
from survey.incoming.matching import Matching, remember, remembered
from survey.incoming.propose import propose
from survey.incoming.storing import store_all
from survey.incoming.template import template_bytes
from survey.incoming.trial import Into, Trial, trial
from survey.pages.context import may, note, person
from survey.pages.desk import choose_round, problems
from survey.pages.import_matching import matched_by_hand
from survey.pages.import_result import result
from survey.pages.import_undo import undo
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.round import Round
from survey.site import site
from survey.words import plain, whole

_WORK, _DONE = "import-work", "import-done"
_LARGEST = 20  # MB; 10,000 slips of the longest form have five
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True, kw_only=True)
class _Work:
    """One file on its way, kept for the session: reading and trying a large one takes seconds."""

    file: str
    round: Round
    source: Source
    matching: Matching
    known: bool
    tried: Trial | None = None


def show() -> None:
    """The template, the file, what its columns mean, what would come of it, and the button that stores it."""
    round_ = choose_round(tell("INT_TITLE"))
    me = person()
    if round_ is None or me is None:
        return
    st.markdown(plain(tell("INT_MEANS")))
    if said := st.session_state.pop(_DONE, None):
        st.success(plain(said), icon=":material/check_circle:")
    asked = asked_in(site().store.questionnaire(round_.questionnaire), round_)
    if st.toggle(tell("INT_TEMPLATE_SHOW"), key="import-template"):
        st.download_button(
            tell("INT_TEMPLATE"),
            data=template_bytes(round_, asked, language()),
            file_name=f"{round_.id}-nhap-phieu.xlsx",
            mime=_XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
    upload = st.file_uploader(tell("INT_FILE"), type=list(KINDS), max_upload_size=_LARGEST, key="import-file")
    if upload is None:
        st.session_state.pop(_WORK, None)
        return
    work = _read(round_, asked, upload.file_id, upload.name, upload.getvalue())
    if work is None:
        return
    _recognised(work, asked)
    with st.spinner(tell("INT_TRYING")):
        tried = work.tried = work.tried or _tried(work, round_, asked)
    result(tried, round_, asked)
    if not tried.problems and tried.ready:
        label = tell("INT_STORE", count=whole(len(tried.ready), language()))
        if st.button(plain(label), type="primary", key="import-store"):
            _store(work, tried, round_, asked, me)
    corrected = matched_by_hand(work.source, work.matching, tried, round_, asked)
    if corrected is not None and corrected != work.matching:
        work.matching, work.tried = corrected, None
        st.rerun()
    if tried.known and may("chat-luong") and (said := undo(round_, work.source.name, tried, me)) is not None:
        st.session_state[_DONE], work.tried = said, None
        st.rerun()


def _read(round_: Round, asked: Questionnaire, file: str, name: str, data: bytes) -> _Work | None:
    """The file's work, begun where this is another file or the round has changed; None (said) if it cannot be read."""
    work: _Work | None = st.session_state.get(_WORK)
    if work is not None and work.file == file and work.round == round_:
        return work
    try:
        with st.spinner(tell("INT_READING")):
            source = read_file(data, name)
    except Refused as refused:
        problems(Refused(replace(problem, file=name) for problem in refused.problems))
        return None
    before = remembered(site().store, source, asked)
    matching = before or propose(source, asked)
    work = _Work(file=file, round=round_, source=source, matching=matching, known=before is not None)
    st.session_state[_WORK] = work
    return work


def _recognised(work: _Work, asked: Questionnaire) -> None:
    matched = len(work.matching.questions.keys() | work.matching.parts.keys())
    values = {
        "shape": tell(f"INT_SHAPE_{work.source.shape.name.upper()}"),
        "rows": whole(len(work.source.table.lines), language()),
        "matched": matched,
        "questions": sum(question.kind != "note" for question in asked.questions()),
    }
    st.markdown(plain(tell("INT_RECOGNISED", **values)))
    if work.known:
        st.caption(plain(tell("INT_REMEMBERED")))


def _tried(work: _Work, round_: Round, asked: Questionnaire) -> Trial:
    here = site()
    into = Into(
        store=here.store, round=round_, asked=asked, today=today(), random=secrets.token_bytes, secret=here.secret
    )
    return trial(into, work.source, work.matching)


def _store(work: _Work, tried: Trial, round_: Round, asked: Questionnaire, me: str) -> None:
    try:
        done = store_all(site().store, tried)
    except Refused as refused:
        work.tried = None
        problems(refused)
        return
    with suppress(Refused):  # the slips are stored; somebody else has remembered another file in the same moment
        remember(site().store, work.source, asked, work.matching, actor=me, day=today().isoformat())
    note("intake.import", f"{round_.id}: {work.source.name} ({done.new} + {done.known})")
    st.session_state[_DONE] = tell("INT_DONE", new=whole(done.new, language()), known=whole(done.known, language()))
    work.tried = None
    st.rerun()
