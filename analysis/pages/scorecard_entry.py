"""Where are points entered? One line on the screen, a table in Excel, the criteria themselves, and others' indices."""

from dataclasses import replace

import streamlit as st

from analysis.pages.exchange import give, take
from analysis.pages.scorecard_rules import rules
from analysis.pages.scored import Scored
from analysis.report.points_template import peers_template, points_template
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.points import Entry, enterable, read_peers, read_points
from analysis.scores.scorecard.words import rule_words
from survey.clock import now
from survey.collation import unit_sort_key
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import plain

_WAYS = ("LINE", "TABLE", "CRITERIA", "PEERS")


def entry(found: Scored, card: Scorecard) -> None:
    """Four ways in; the one that was chosen stays, whatever the page says above it."""
    way = st.segmented_control(
        tell("SCR_WAY"), _WAYS, default="LINE", format_func=lambda name: tell(f"SCR_TAB_{name}"), required=True,
        key="entry-way",
    )  # fmt: skip
    if way == "LINE":
        _line(found, card)
    elif way == "TABLE":
        _table(found)
    elif way == "CRITERIA":
        rules(found)
    else:
        _peers(found)


def _table(found: Scored) -> None:
    """All points in Excel and back."""
    st.caption(plain(tell("SCR_TABLE_HOW")))
    moment, spoken = now().replace(tzinfo=None), language()
    give(
        "SCR_GET_POINTS",
        lambda: points_template(found.scheme, found.workings.of(found.scheme.id), found.subjects, spoken, moment),
        f"{tell('SCR_FILE_POINTS')}-{found.round_.id}",
    )
    sent = take("SCR_PUT_POINTS", lambda table: read_points(table, found.scheme, found.subjects))
    if sent is not None:
        st.markdown(plain(tell("SCR_READ_POINTS", count=len(sent))))
        if st.button(tell("SCR_KEEP_POINTS"), type="primary", icon=":material/save:"):
            found.keep(found.workings.with_entries(found.scheme.id, sent))


def _peers(found: Scored) -> None:
    """Others' published indices, and which of them is this card's own."""
    st.caption(plain(tell("SCR_PEERS_HOW")))
    moment, spoken = now().replace(tzinfo=None), language()
    give("SCR_GET_PEERS", lambda: peers_template(found.workings.peers, spoken, moment), tell("SCR_FILE_PEERS"))
    sent = take("SCR_PUT_PEERS", read_peers)
    shown = found.workings.peers if sent is None else sent
    if not shown:
        return
    choices = ["", *sorted((peer.name for peer in shown), key=unit_sort_key)]
    at = choices.index(found.workings.own) if found.workings.own in choices else 0
    own = st.selectbox(tell("SCR_OWN"), choices, index=at, format_func=lambda name: name or tell("SCR_OWN_NONE"))
    if st.button(tell("SCR_KEEP_PEERS"), type="primary", icon=":material/save:"):
        found.keep(replace(found.workings, peers=tuple(shown), own=own))


def _line(found: Scored, card: Scorecard) -> None:
    """One line of the card, to be changed and kept."""
    spoken, rows = language(), {row.code: row for row in card.leaves}
    code = st.selectbox(
        tell("SCR_LINE"),
        list(rows),
        format_func=lambda each: f"{each} – {say(rows[each].title, spoken)}",
        key="entry-line",
    )
    criterion = found.scheme.criterion(code)
    entries = {(each.subject, each.code): each for each in found.workings.of(found.scheme.id)}
    before = entries.get((card.subject, code), Entry(code=code, subject=card.subject))
    st.caption(plain(rule_words(criterion, spoken)))
    with st.form(f"entry-{found.round_.id}-{card.subject}-{code}", enter_to_submit=False):
        least, most = -criterion.max_points if criterion.extra else 0.0, criterion.max_points
        own = st.number_input(tell("SCR_COL_SELF"), least, most, before.self_points, 0.05)
        appraised = st.number_input(tell("SCR_COL_APPRAISED"), least, most, before.appraised, 0.05)
        value = before.value
        if enterable(criterion):
            percents = None if before.value is None else 100 * before.value
            typed = st.number_input(tell("SCR_VALUE_PERCENT"), 0.0, 100.0, value=percents, step=0.01)
            value = None if typed is None else typed / 100
        applicable = st.checkbox(tell("SCR_APPLIES"), value=before.applicable)
        note = st.text_area(tell("SCR_COL_NOTE"), value=before.note, max_chars=2000)
        evidence = st.text_input(tell("SCR_COL_EVIDENCE"), value=before.evidence, max_chars=2000)
        if not st.form_submit_button(tell("SCR_KEEP_LINE"), type="primary", icon=":material/save:"):
            return
    if not applicable and not note.strip():
        st.error(tell("SCR_WHY_NOT"))
        return
    after = replace(
        before, self_points=own, appraised=appraised, value=value, applicable=applicable, note=note.strip(),
        evidence=evidence.strip(),
    )  # fmt: skip
    entries[card.subject, code] = after
    found.keep(found.workings.with_entries(found.scheme.id, entries.values()))
