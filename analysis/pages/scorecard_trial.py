"""What would the index be if some points were others? A trial on the screen; nothing of it is kept."""

from dataclasses import replace

import streamlit as st

from analysis.pages.scored import Scored
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.points import Entry, Peer
from analysis.scores.scorecard.ranks import standing
from analysis.scores.scorecard.words import next_steps, points_words
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import DASH, number, percent, plain


def trial(found: Scored, made: tuple[Scorecard, ...], card: Scorecard) -> None:
    """Other points for some lines, and what becomes of index, grade and place; then what the next steps need."""
    spoken = language()
    peers = found.peers(made, card)
    for sentence in next_steps(card, peers, found.workings.own, spoken):
        st.markdown(f"- {plain(sentence)}")
    st.caption(tell("SCR_TRIAL_NOT_KEPT"))
    rows = {row.code: row for row in card.leaves if row.applicable and row.evidence in ("documents", "data")}
    chosen = st.multiselect(
        tell("SCR_TRIAL_LINES"),
        list(rows),
        format_func=lambda code: f"{code} – {say(rows[code].title, spoken)}",
        key=f"trial-{found.round_.id}-{card.subject}",
    )
    if not chosen:
        return
    entries = {(each.subject, each.code): each for each in found.workings.of(found.scheme.id)}
    for code in chosen:
        row = rows[code]
        value = st.slider(
            plain(tell("SCR_TRIAL_POINTS", line=code, most=points_words(row.max_points, spoken))),
            min_value=-row.max_points if row.extra else 0.0,
            max_value=row.max_points,
            value=float(row.points or 0.0),
            step=0.05,
            key=f"trial-{found.round_.id}-{card.subject}-{code}",
        )
        before = entries.get((card.subject, code), Entry(code=code, subject=card.subject))
        entries[card.subject, code] = replace(before, appraised=value)
    untouched = tuple(each for each in found.findings if each.criterion not in chosen)
    trying = replace(found, findings=untouched)
    then = next(each for each in trying.cards(tuple(entries.values())) if each.subject == card.subject)
    _compared(card, then, peers, found.workings.own)


def _compared(now: Scorecard, then: Scorecard, peers: tuple[Peer, ...], own: str) -> None:
    spoken = language()
    rows = []
    for name, each in ((tell("SCR_TRIAL_NOW"), now), (tell("SCR_TRIAL_THEN"), then)):
        place = standing(each.index, peers, own) if peers and each.index is not None else None
        rows.append(
            {
                tell("SCR_TRIAL_CASE"): name,
                tell(
                    "SCR_HEAD_POINTS"
                ): f"{points_words(each.points, spoken)} / {points_words(each.scored_max, spoken)}",
                tell("SCR_COL_INDEX"): DASH if each.index is None else percent(each.index, 2, spoken),
                tell("SCR_HEAD_BAND"): plain(say(each.band.label, spoken)) if each.band else DASH,
                tell("SCR_RANK"): f"{number(place.rank, 0, spoken)}/{number(place.of, 0, spoken)}" if place else DASH,
            }
        )
    st.table(rows, hide_index=True)
