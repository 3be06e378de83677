"""Page part: a first walk through the desk on the sample round, five steps. Walked or put away once, it stays away."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.pages.context import person
from survey.pages.desk import CHOSEN
from survey.pages.language import tell
from survey.round import Round
from survey.site import site
from survey.words import plain

STEPS = (
    ("cach-tra-loi", "TOU_COLLECT"),
    ("tien-do", "TOU_PROGRESS"),
    ("ket-qua", "TOU_RESULTS"),
    ("xep-hang", "TOU_RANKS"),
    ("tai-bao-cao", "TOU_FILES"),
)
"""The pages in the order of the work, and what is said on each."""

_NAMED = {"setup": "SET_TITLE", "quality": "QUA_TITLE", "points": "SCR_TITLE"}
"""Other pages that a step speaks of."""

_KIND, _AT, _KNOWN = "tour", "tour-step", "tour-known"
_LEAST = 3
"""Steps: who may see fewer of the pages is not led around."""


def show(slug: str, pages: Mapping[str, Any]) -> None:
    """Above the page `slug`: the offer to begin, or the step that the walk has come to; nothing for who has been here.

    `pages`: the desk's pages that are there for this person, by the last part of their address.
    """
    name, steps, at = person(), _steps(pages), st.session_state.get(_AT)
    if name is None or len(steps) < _LEAST:
        return
    if at is not None:
        _step(name, slug, steps, pages, min(at, len(steps) - 1))
    elif not _been(name):
        _offer(name, steps, pages)


def again(pages: Mapping[str, Any]) -> None:
    """In the sidebar: the walk once more, where there is a sample round."""
    steps = _steps(pages)
    free = len(steps) >= _LEAST and st.session_state.get(_AT) is None and _sample() is not None
    if free and st.button(tell("TOU_AGAIN"), type="tertiary", icon=":material/route:"):
        _begin(steps, pages)


def _offer(name: str, steps: list[tuple[str, str]], pages: Mapping[str, Any]) -> None:
    if _sample() is None:
        return
    with st.container(border=True):
        st.markdown(plain(tell("TOU_OFFER", count=len(steps))))
        with st.container(horizontal=True):
            if st.button(tell("TOU_BEGIN"), type="primary", icon=":material/route:"):
                _begin(steps, pages)
            if st.button(tell("TOU_NOT_NOW")):
                _end(name)


def _step(name: str, slug: str, steps: list[tuple[str, str]], pages: Mapping[str, Any], at: int) -> None:
    last, titles = at == len(steps) - 1, {key: page.title for key, page in pages.items()}
    with st.container(border=True):
        st.markdown(f"**{plain(tell('TOU_STEP', step=at + 1, count=len(steps), page=titles[steps[at][0]]))}**")
        st.markdown(plain(tell(steps[at][1], **{gap: tell(title) for gap, title in _NAMED.items()})))
        with st.container(horizontal=True):
            if slug != steps[at][0]:
                if st.button(tell("TOU_BACK", step=at + 1), type="primary"):
                    _go(pages[steps[at][0]])
            elif last:
                if st.button(tell("TOU_DONE"), type="primary", icon=":material/check:"):
                    _end(name)
            elif st.button(tell("TOU_NEXT", page=titles[steps[at + 1][0]]), type="primary"):
                st.session_state[_AT] = at + 1
                _go(pages[steps[at + 1][0]])
            if not last and st.button(tell("TOU_LEAVE")):
                _end(name)


def _steps(pages: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [step for step in STEPS if step[0] in pages]


def _sample() -> Round | None:
    """The sample round: the newest demonstration."""
    return next((each for each in reversed(site().store.rounds()) if each.demonstration), None)


def _begin(steps: list[tuple[str, str]], pages: Mapping[str, Any]) -> None:
    sample = _sample()
    if sample is not None:
        st.session_state[CHOSEN], st.session_state[_AT] = sample.id, 0
        _go(pages[steps[0][0]])


def _go(page: Any) -> NoReturn:
    # Given none, Streamlit clears the address's parameters and refuses, as the language is bound to its switch.
    st.switch_page(page, query_params={})


def _end(name: str) -> None:
    """Remembers that this person has been around, or does not want to."""
    store = site().store
    st.session_state.pop(_AT, None)
    st.session_state[_KNOWN] = True
    paper = store.office_paper(_KIND)
    walked = {**(json.loads(paper.content) if paper else {}), name: today().isoformat()}
    content, after = json.dumps(walked, ensure_ascii=False, sort_keys=True), paper.revision if paper else 0
    with suppress(Refused):  # a colleague ended theirs in the same moment: ours is offered again after the next sign-in
        store.save_office_paper(_KIND, content, name, today().isoformat(), after=after)
    st.rerun()


def _been(name: str) -> bool:
    if _KNOWN not in st.session_state:
        paper = site().store.office_paper(_KIND)
        st.session_state[_KNOWN] = paper is not None and name in json.loads(paper.content)
    return bool(st.session_state[_KNOWN])
