"""How are a round's paper forms printed? Numbers handed out once, then the file, as often as the printer needs it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.pages.context import may, note, person
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.print.files import Kind, paper_file
from survey.print.handout import MOST_COPIES, Run, hand_out, runs
from survey.round import Round, place_order
from survey.site import site
from survey.words import LANGUAGES, day, plain, whole

_KINDS: tuple[Kind, ...] = get_args(Kind)
_MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_MOST_IN_WORD = 100
"""Copies that a word processor still opens at once."""
_WAY = "kenh=paper"


def paper_of(round_: Round) -> None:
    """New numbers for so many copies, and every printing's file; a blank copy without a number too."""
    st.header(tell("PAP_TITLE"), anchor=False)
    st.markdown(plain(tell("PAP_MEANS")))
    names = {place.code: f"{place.name} ({place.stratum})" for place in sorted(round_.places, key=place_order)}
    with st.form(f"paper-{round_.id}", enter_to_submit=False):
        if names:
            shown = {"": tell("PAP_FOR_ANY"), **names}
            key = f"paper-place-{round_.id}"
            st.selectbox(tell("PAP_FOR"), list(shown), format_func=shown.__getitem__, key=key)
        st.number_input(tell("PAP_NUMBER_OF"), 1, MOST_COPIES, value=50, key=f"paper-copies-{round_.id}")
        st.form_submit_button(tell("PAP_TAKE_NUMBERS"), type="primary", on_click=_take, args=(round_,))
    if refused := st.session_state.pop(_refused(round_), None):
        problems(refused)
    printed = tuple(reversed(runs(site().store, round_.id)))
    titles = {each: _named(each, names) for each in (*printed, None)}
    key = f"paper-run-{round_.id}"
    run = st.selectbox(tell("PAP_WHICH"), list(titles), format_func=titles.__getitem__, key=key)
    _files(round_, run)


def _take(round_: Round) -> None:
    # A callback: it runs once for one press, and before the page asks who is there.
    actor = person()
    if actor is None or not may(_WAY):
        return
    place = st.session_state.get(f"paper-place-{round_.id}") or None
    copies = int(st.session_state[f"paper-copies-{round_.id}"])
    try:
        run = hand_out(site().store, round_.id, copies, place=place, actor=actor, day=today())
    except Refused as refused:
        st.session_state[_refused(round_)] = refused
        return
    note("paper.print", round_.id)
    st.session_state[f"paper-run-{round_.id}"] = run


def _files(round_: Round, run: Run | None) -> None:
    spoken = form_language(round_.languages, f"paper-language-{round_.id}")
    office = st.text_input(tell("PAP_OFFICE_NAME"), max_chars=120, key="paper-office", persist_state="session")
    place = next((each for each in round_.places if run is not None and each.code == run.place), None)
    numbers = run.numbers(round_.id) if run is not None else ()
    asked = site().store.questionnaire(round_.questionnaire)
    make = partial(paper_file, asked, round_, spoken, numbers=numbers, place=place, office=office.strip())
    name = f"{round_.id}-giay-{run.first if run else 0}-{run.last if run else 0}-{spoken}"
    paper_buttons(make, name, _KINDS if len(numbers) <= _MOST_IN_WORD else ("pdf",))
    if len(numbers) > _MOST_IN_WORD:
        st.caption(plain(tell("PAP_NOT_IN_WORD", most=_MOST_IN_WORD)))


def form_language(languages: Sequence[str], key: str) -> str:
    """In which of its languages a form is wanted."""
    return st.segmented_control(
        tell("STU_LANGUAGE"),
        languages,
        default=languages[0],
        required=True,
        format_func=lambda code: LANGUAGES.get(code, code),
        key=key,
    )


def paper_buttons(make: Callable[[Kind], bytes], name: str, kinds: Sequence[Kind] = _KINDS) -> None:
    """The paper form in each kind of file, made when it is asked for."""
    with st.container(horizontal=True):
        for kind in kinds:
            st.download_button(
                tell(f"STU_PAPER_{kind.upper()}"),
                data=partial(make, kind),
                file_name=f"{name}.{kind}",
                mime=_MIMES[kind],
                on_click="ignore",
                icon=":material/print:",
                key=f"paper-{kind}",
            )


def _named(run: Run | None, names: dict[str, str]) -> str:
    if run is None:
        return tell("PAP_RUN_BLANK")
    where = names.get(run.place or "", tell("PAP_FOR_ANY"))
    when = day(date.fromisoformat(run.day), language())
    first, last = (whole(number, language()) for number in (run.first, run.last))
    return tell("PAP_RUN", first=first, last=last, place=where, day=when, actor=run.actor)


def _refused(round_: Round) -> str:
    return f"paper-not-{round_.id}"
