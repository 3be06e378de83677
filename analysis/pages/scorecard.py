"""Page: how many official points, what would change them, and where are they entered?"""

import streamlit as st

from analysis.pages.scorecard_entry import entry
from analysis.pages.scorecard_trial import trial
from analysis.pages.scored import Scored, scored
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.ranks import standing
from analysis.scores.scorecard.row import Row
from analysis.scores.scorecard.words import basis_words, card_notes, evidence_words, interval_words, points_words
from survey.collation import unit_sort_key
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import DASH, number, percent, plain

_INDENT = "\u2003"


def show() -> None:
    """The index with its grade and place, every line, a trial, and the entry of points."""
    found = scored(tell("SCR_TITLE"))
    if found is None:
        return
    made = found.cards()
    card = _chosen(found, made)
    _headline(found, made, card)
    notes = [f"- {plain(note)}" for note in card_notes(card, language())]
    with st.expander(tell("SCR_NOTES", count=len(notes)), expanded=not card.complete, icon=":material/info:"):
        st.markdown("\n".join(notes))
    st.header(tell("SCR_LINES"), anchor=False)
    st.table([_line(row) for row in card.rows], hide_index=True)
    st.header(tell("SCR_TRIAL"), anchor=False)
    trial(found, made, card)
    st.header(tell("SCR_ENTRY"), anchor=False)
    entry(found, card)


def _chosen(found: Scored, made: tuple[Scorecard, ...]) -> Scorecard:
    """The unit whose card is shown, under a table of all units."""
    if len(made) == 1:
        return made[0]
    ordered = sorted(made, key=lambda card: -(card.index if card.index is not None else -1))
    st.table([_unit(found, made, card) for card in ordered], hide_index=True)
    subject = st.selectbox(
        tell("SCR_UNIT"),
        sorted((card.subject for card in made), key=unit_sort_key),
        key=f"scorecard-unit-{found.round_.id}",
    )
    return next(card for card in made if card.subject == subject)


def _unit(found: Scored, made: tuple[Scorecard, ...], card: Scorecard) -> dict[str, str]:
    spoken = language()
    place = standing(card.index, found.peers(made, card)) if card.index is not None else None
    return {
        tell("SCR_COL_SUBJECT"): plain(card.subject),
        tell("SCR_RANK"): number(place.rank, 0, spoken) if place else DASH,
        tell("SCR_COL_INDEX"): DASH if card.index is None else percent(card.index, 2, spoken),
        tell("SCR_HEAD_BAND"): plain(say(card.band.label, spoken)) if card.band else DASH,
        tell("SCR_HEAD_POINTS"): f"{points_words(card.points, spoken)} / {points_words(card.scored_max, spoken)}",
        tell("SCR_LEFT_OUT"): number(len(card.left_out), 0, spoken),
    }


def _headline(found: Scored, made: tuple[Scorecard, ...], card: Scorecard) -> None:
    spoken = language()
    if card.index is None:
        st.info(tell("SCR_NOTHING"))
        return
    with st.container(horizontal=True):
        with st.container(border=True, width=320):
            provisional = "SCR_COL_INDEX" if card.complete else "SCR_INDEX_PROVISIONAL"
            st.metric(tell(provisional), percent(card.index, 2, spoken))
            of = {"points": points_words(card.points, spoken), "most": points_words(card.scored_max, spoken)}
            st.markdown(plain(tell("SCR_POINTS_OF", **of)))
            if card.index_low is not None and card.index_high is not None:
                ends = {"low": percent(card.index_low, 2, spoken), "high": percent(card.index_high, 2, spoken)}
                st.caption(plain(tell("SCR_INDEX_INTERVAL", level=percent(card.level, 0, spoken), **ends)))
        with st.container(border=True, width=320):
            st.metric(tell("SCR_HEAD_BAND"), say(card.band.label, spoken) if card.band else DASH)
            if card.band:
                st.caption(plain(tell("SCR_BAND_SOURCE", source=say(card.band.source, spoken), mark=card.band.mark)))
        if peers := found.peers(made, card):
            place = standing(card.index, peers, found.workings.own)
            with st.container(border=True, width=320):
                st.metric(tell("SCR_RANK"), f"{number(place.rank, 0, spoken)}/{number(place.of, 0, spoken)}")
                st.caption(plain(tell("SCR_RANK_HOW")))
        for evidence in ("survey", "sipas", "documents", "data"):
            part = card.part(evidence)
            if part.points is not None:
                with st.container(border=True, width=240):
                    name = evidence_words(evidence, spoken)
                    st.metric(f"{name[0].upper()}{name[1:]}", points_words(part.points, spoken))
                    st.markdown(plain(tell("SCR_PART_OF", most=points_words(part.scored_max, spoken))))
                    st.caption(plain(interval_words(part, spoken) or tell("SCR_NO_INTERVAL")))


def _line(row: Row) -> dict[str, str]:
    spoken = language()
    name = plain(f"{row.code}. {say(row.title, spoken)}")
    basis = "; ".join(filter(None, (basis_words(row, spoken), tell("SCR_GAP") if row.gap else "")))
    return {
        # Only the first two columns of a table wrap their words.
        tell("SCR_COL_TITLE"): _INDENT * row.depth + (name if row.leaf else f"**{name}**"),
        tell("SCR_HEAD_BASIS"): plain(f"{basis} – {tell('SCR_CONTESTED')}" if row.leaf and row.contested else basis),
        tell("SCR_HEAD_POINTS"): DASH if row.points is None else points_words(row.points, spoken),
        tell("SCR_COL_MAX"): points_words(row.max_points if row.applicable else 0.0, spoken),
        tell("SCR_INTERVAL"): interval_words(row, spoken) or DASH,
        tell("SCR_HEAD_RATE"): DASH if row.rate is None else percent(row.rate, 2, spoken),
        tell("SCR_HEAD_MARK"): plain(row.mark),
    }
