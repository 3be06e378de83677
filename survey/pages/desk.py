"""What stands on every desk page: which round, what kind of study, real or synthetic."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.forms.accept import CHANNELS
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import day, plain

CHOSEN = "desk-round"
"""Where a session keeps the round that was chosen."""

_NAMED = "dot"

STUDIES = ("household", "user", "officials", "other")
"""The kinds of study, the commonest first."""


def choose_round(title: str) -> Round | None:
    """The page's title, and the round chosen in the sidebar; the choice goes along from page to page.

    The address names it, so that a page read again, in another tab or from a bookmark shows the same round.
    Drafts are not offered; open rounds come first, archived ones last, the newest first of each. None (said on the
    page) where there is no round yet.
    """
    st.title(title, anchor=False)
    rounds = {round_.id: round_ for round_ in site().store.rounds() if round_.state != "draft"}
    if not rounds:
        st.info(plain(tell("DESK_NO_ROUND", page=tell("SET_TITLE"))))
        return None
    newest = list(reversed(rounds))
    ids = sorted(newest, key=lambda each: ("open", "closed", "archived").index(rounds[each].state))
    before = st.session_state.get(CHOSEN, st.query_params.get(_NAMED))
    chosen = st.sidebar.selectbox(
        tell("DESK_ROUND"),
        ids,
        index=ids.index(before) if before in ids else 0,
        format_func=_told_apart(rounds).__getitem__,
    )
    st.session_state[CHOSEN] = chosen
    if st.query_params.get(_NAMED) != chosen:
        st.query_params[_NAMED] = chosen
    describe(rounds[chosen])
    return rounds[chosen]


def named(round_: Round) -> str:
    """The round's name, and that it is a demonstration if it is one."""
    return tell("DESK_ROUND_DEMONSTRATION", name=round_.name) if round_.demonstration else round_.name


def _told_apart(rounds: Mapping[str, Round]) -> Mapping[str, str]:
    """What each round is called in a list: the browser sends the name back, so two of one name have their ids."""
    names = Counter(round_.name for round_ in rounds.values())
    return {each.id: named(each) if names[each.name] == 1 else f"{named(each)} ({each.id})" for each in rounds.values()}


def study_words(study: str) -> str:
    """Who is asked in such a study."""
    return tell(f"DESK_STUDY_{study.upper()}") if study in STUDIES else study


def channel_words(channel: str) -> str:
    """The name of a way of answering."""
    return tell(f"COUNTS_CHANNEL_{channel.upper()}") if channel in CHANNELS else channel


def period(round_: Round) -> str:
    """From which day to which day the round takes slips."""
    if round_.state == "archived" and round_.closes is not None and round_.closes < round_.opens:
        return tell("LIF_NEVER")
    values = {"opens": day(round_.opens, language())}
    if round_.closes is None:
        return tell("DESK_DAYS_OPEN", **values)
    return tell("DESK_DAYS", **values, closes=day(round_.closes, language()))


def state_now(round_: Round) -> str:
    """How far the round is; of an open one whether its days have begun or are over."""
    if round_.state != "open":
        return tell(f"LIF_STATE_{round_.state.upper()}")
    if round_.open_on(today()):
        return tell("LIF_STATE_OPEN")
    return tell("LIF_STATE_EARLY" if today() < round_.opens else "LIF_STATE_OVER")


def describe(round_: Round) -> None:
    """Name, state, days and kind of the round; loudly if its data are synthetic."""
    said = (f"**{plain(round_.name)}**", *map(plain, (state_now(round_), period(round_), study_words(round_.study))))
    st.markdown(" · ".join(said))
    if round_.demonstration:
        loud, quiet = plain(tell("DESK_DEMONSTRATION")), plain(tell("DESK_DEMONSTRATION_MEANS"))
        st.warning(f"**{loud}** {quiet}", icon=":material/science:")


def table_of_words(rows: Sequence[Mapping[str, str]], name: str) -> None:
    """A table whose every column may wrap; in others only the first two do, so that no figure is broken."""
    with st.container(key=f"words-{name}"):
        st.table(rows, hide_index=True)


def problems(refused: Refused) -> None:
    """Every problem of a refused input, one a line."""
    lines = [f"- {plain(problem.say(language()))}" for problem in refused.problems]
    head = plain(tell("DESK_PROBLEMS", count=len(lines)))
    st.error("\n".join([f"**{head}**", "", *lines]), icon=":material/error:")
