"""What is a round compared with? The earlier round and series to choose; tables of targets, figures and units."""

from typing import get_args

import streamlit as st

from analysis.report.comparison_template import kept, template
from analysis.scores.change_words import series_words
from analysis.scores.comparison import earlier_rounds
from analysis.scores.comparison_papers import CHOICE, Choice, Inputs, Kind, choice_to_json, paper, read_inputs
from analysis.scores.published import SATISFACTION, Published, load_published
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person, reads_only
from survey.pages.language import language, tell
from survey.round import Round
from survey.sheet import read_table
from survey.site import site
from survey.words import day, plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAID, _TURN = "comparison-said", "comparison-turn"
_MEGABYTES = 5


def chosen(round_: Round) -> Inputs:
    """What is kept for the round, with the form that chooses what to compare it with.

    Raises Refused where a kept paper cannot be read.
    """
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    inputs = read_inputs(site().store, round_.id)
    if not reads_only():
        _choose(round_, inputs, load_published())
    return inputs


def tables(round_: Round, inputs: Inputs) -> None:
    """The tables that staff keep: targets, published figures, and which units came after which."""
    st.header(tell("CMP_TABLES"), anchor=False)
    for kind in get_args(Kind):
        _table(round_, inputs, kind)


def _choose(round_: Round, inputs: Inputs, shipped: Published) -> None:
    earlier = {each.id: each for each in earlier_rounds(site().store, round_)}
    known = dict.fromkeys((each.series, each.unit) for each in (*inputs.figures, *shipped.figures))
    if not earlier:
        st.info(tell("CMP_NO_EARLIER"))

    def of_series(each: tuple[str, str]) -> str:
        name = series_words(shipped, each[0], language())
        return f"{name}: {each[1]}" if each[1] else name

    with st.form("comparison-choice", enter_to_submit=False):
        ids = ["", *earlier]
        before = st.selectbox(
            tell("CMP_BEFORE"),
            ids,
            index=ids.index(inputs.choice.before) if inputs.choice.before in ids else 0,
            format_func=lambda name: (
                f"{desk.named(earlier[name])} · {day(earlier[name].opens, language())}"
                if name
                else tell("CMP_BEFORE_NONE")
            ),
        )
        now = [each for each in inputs.choice.series if each in known]
        series = st.multiselect(tell("CMP_SERIES_SHOWN"), list(known), default=now, format_func=of_series)
        if st.form_submit_button(tell("CMP_CHOOSE"), type="primary"):
            made = Choice(before=before, series=tuple(series))
            _save(round_, CHOICE, choice_to_json(made))


def _table(round_: Round, inputs: Inputs, kind: Kind) -> None:
    """One kind of table: what it is for, the kept one to take away, and a file to keep in its place."""
    series, count = (*load_published().series, SATISFACTION), kept(kind, inputs)
    with st.expander(tell(f"CMP_KIND_{kind.upper()}", count=count), icon=":material/table:"):
        st.markdown(plain(tell(f"CMP_ABOUT_{kind.upper()}")))
        st.download_button(
            tell("CMP_GET"),
            data=template(kind, inputs),
            file_name=f"{tell(f'CMP_FILE_{kind.upper()}')}-{round_.id}.xlsx",
            mime=_XLSX,
            on_click="ignore",
            icon=":material/download:",
            key=f"comparison-get-{kind}",
        )
        turn = st.session_state.get(_TURN, 0)  # a file that was kept leaves the box: the next one has a box of its own
        upload = st.file_uploader(
            tell("CMP_UPLOAD"), type=["xlsx", "csv"], max_upload_size=_MEGABYTES, key=f"comparison-{kind}-{turn}"
        )
        if upload is not None:
            try:
                content = paper(kind, read_table(upload.getvalue(), name=upload.name), series)
            except Refused as refused:
                desk.problems(refused)
                return
            if st.button(tell("CMP_KEEP"), type="primary", key=f"comparison-keep-{kind}", icon=":material/save:"):
                _save(round_, kind, content)
        if count and st.button(tell("CMP_CLEAR"), key=f"comparison-clear-{kind}", icon=":material/delete:"):
            _save(round_, kind, paper(kind, None, series))


def _save(round_: Round, kind: str, content: str) -> None:
    me = person()
    if me is None or reads_only():  # the session ended, or the role changed, while the page stood open
        return
    revision = site().store.save_paper(round_.id, kind, content, me, today().isoformat())
    note("paper.save", f"{round_.id}: {kind}")
    st.session_state[_SAID] = tell("CMP_SAVED", revision=revision)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.rerun()
