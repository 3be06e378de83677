"""The points that a round's scorecards have lost, as a table for the page of priorities."""

import streamlit as st

from analysis.pages.evaluated import feeds, rests_on
from analysis.scores.driver_words import order_words, win_words
from analysis.scores.evaluate import Evaluation
from analysis.scores.lost_points import LostPoints, lost_points
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.of_round import scorecards_of_round
from survey.errors import Refused
from survey.pages import desk
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.round import Round
from survey.site import site
from survey.words import DASH, number, percent, plain


def show_lost(round_: Round, evaluation: Evaluation) -> None:
    """Areas, then criteria, the largest loss first, each with its owner and what would win it back."""
    try:
        cards = _cards(rests_on(round_, evaluation), round_, evaluation)
    except Refused as refused:
        desk.problems(refused)
        return
    if not cards:
        st.info(tell("DRV_LOST_NONE"))
        return
    lost = lost_points(cards, evaluation, weighted=feeds(round_))
    if not lost:
        st.success(tell("DRV_LOST_ALL_WON"))
        return
    _total(cards, lost)
    level = percent(cards[0].level, 0, language())
    for leaf in (False, True):
        if lines := [line for line in lost if line.leaf is leaf]:
            st.table([_line(line) for line in lines], hide_index=True)
    st.caption(plain(tell("DRV_LOST_LINE", scheme=cards[0].scheme.settings)))
    st.caption(plain(tell("DRV_LOST_INTERVAL", level=level)))
    st.caption(plain(tell("DRV_LOST_WIN_LINE")))


@st.cache_resource(max_entries=8, show_spinner=False)
def _cards(key: str, _round: Round, _evaluation: Evaluation) -> tuple[Scorecard, ...]:
    return scorecards_of_round(site().store, _round, _evaluation)


def _total(cards: tuple[Scorecard, ...], lost: tuple[LostPoints, ...]) -> None:
    spoken = language()
    first = lost[0]
    gaps = {
        "lost": number(sum(line.lost for line in lost if line.leaf), 2, spoken),
        "of": number(sum(card.scored_max for card in cards), 2, spoken),
        "first": say(first.title, spoken),
        "points": number(first.lost, 2, spoken),
    }
    st.markdown(f"**{plain(tell('DRV_LOST_TOTAL', **gaps))}**")
    if doubt := order_words(lost, spoken):
        st.markdown(plain(doubt))


def _line(line: LostPoints) -> dict[str, str]:
    """The texts come first: only the first two columns of a table wrap their words."""
    spoken = language()
    title, area = say(line.title, spoken), say(line.area, spoken)
    words = {
        tell("DRV_HEAD_CRITERION"): plain(f"{line.code}. {f'{area}: ' if line.leaf and title != area else ''}{title}"),
        **({tell("DRV_HEAD_SUBJECT"): plain(line.subject)} if line.subject else {}),
    }
    if line.leaf:
        words[tell("DRV_HEAD_WIN")] = plain(win_words(line, spoken))
    known = line.low is not None and line.high is not None
    figures = {
        "DRV_HEAD_LOST": number(line.lost, 2, spoken),
        "DRV_INTERVAL": f"{number(line.low or 0, 2, spoken)} – {number(line.high or 0, 2, spoken)}" if known else DASH,
        "DRV_HEAD_POINTS": number(line.points, 2, spoken),
        "DRV_HEAD_MAX": number(line.max_points, 2, spoken),
    }
    owner = {tell("DRV_HEAD_OWNER"): plain(line.owner or tell("DRV_NO_OWNER"))} if line.leaf else {}
    return words | {tell(code): figure for code, figure in figures.items()} | owner
