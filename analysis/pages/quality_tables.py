"""Part of the quality page: the slips of one sign, and the decisions that stand, as tables.

What a slip says is not shown: it stays out for how it came to be. Its number is the beginning of its random id.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from survey.exclusions import Decision
from survey.forms.flags import flag_words as mark_words
from survey.pages import desk
from survey.pages.language import language, tell
from survey.response import Response
from survey.round import Round
from survey.words import DASH, day, plain, whole

SHOWN = 200
"""Slips that are listed, and from which single ones can be chosen."""
SHORT = 8
"""Digits of a slip's id that are shown."""


def slip_table(round_: Round, slips: Sequence[Response], standing: Mapping[str, Decision]) -> None:
    """How each slip came, and what was decided about it."""
    spoken = language()
    unit_of = {place.code: place.unit for place in round_.places}
    rows = [
        {
            tell("QUA_SLIP"): slip.id[:SHORT],
            tell("QUA_STATE"): _state(standing.get(slip.id)),
            tell("QUA_UNIT"): unit_of.get(slip.place or "", DASH),
            tell("QUA_DAY"): day(date.fromisoformat(slip.day), spoken),
            tell("QUA_CHANNEL"): tell(f"COUNTS_CHANNEL_{slip.channel.upper()}"),
            tell("QUA_DURATION"): slip.duration or DASH,
            tell("QUA_WHO_ENTERED"): slip.interviewer or DASH,
            tell("QUA_MARKS"): "; ".join(mark_words(mark, spoken) for mark in slip.flags) or DASH,
        }
        for slip in slips[:SHOWN]
    ]
    st.dataframe(rows, hide_index=True)
    if len(slips) > SHOWN:
        st.caption(plain(tell("QUA_MORE", shown=SHOWN, all=whole(len(slips), spoken))))


def _state(made: Decision | None) -> str:
    return tell("QUA_STATE_OPEN" if made is None else "QUA_STATE_OUT" if made.exclude else "QUA_STATE_KEPT")


def history(standing: Mapping[str, Decision]) -> None:
    """The decisions that stand, alike ones together, the latest first."""
    if not standing:
        return
    st.header(tell("QUA_HISTORY"), anchor=False)
    alike = Counter((each.day, each.actor, each.exclude, each.reason, each.text) for each in standing.values())
    rows = [
        {
            tell("QUA_DAY"): day(date.fromisoformat(when), language()),
            tell("QUA_WHO"): plain(actor),
            tell("QUA_DO"): tell("QUA_STATE_OUT" if out else "QUA_STATE_KEPT"),
            tell("QUA_SLIPS"): whole(count, language()),
            tell("QUA_WHY_CHOOSE"): tell(f"QUA_REASON_{reason.upper()}"),
            tell("QUA_EXPLAINED"): plain(text),
        }
        for (when, actor, out, reason, text), count in sorted(alike.items(), reverse=True)
    ]
    desk.table_of_words(rows, "quality-history")
