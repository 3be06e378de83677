"""How are changes drawn? A dot and its interval a row, about a line of no change; grey where nothing can be said."""

import math
from collections.abc import Iterable

import altair as alt

from analysis.scores.change import Change
from analysis.scores.change_words import reach, signed, verdict_words
from survey.errors import word

_BLUE, _GREY, _DARK_GREY = "#0b5394", "#9aa5b1", "#5f6b76"
_LINE = 30


def changes(rows: Iterable[tuple[str, Change]], language: str) -> alt.LayerChart:
    """The changes in the order given, in percentage points."""
    values = [
        {
            "name": name,
            "value": 100 * change.value,
            "low": 100 * change.low if math.isfinite(change.low) else None,
            "high": 100 * change.high if math.isfinite(change.high) else None,
            "told": signed(100 * change.value, 2, language),
            "reach": reach(change, language),
            "verdict": verdict_words(change, language),
            "sure": change.verdict in ("up", "down"),
        }
        for name, change in rows
    ]
    base = alt.Chart(alt.InlineData(values=values), height=alt.Step(_LINE)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=13)),
        tooltip=[
            alt.Tooltip("name:N", title=word("CMP_WHAT", language)),
            alt.Tooltip("told:N", title=word("CMP_HEAD_CHANGE", language)),
            alt.Tooltip("reach:N", title=word("RES_INTERVAL", language)),
            alt.Tooltip("verdict:N", title=word("CMP_HEAD_VERDICT", language)),
        ],
    )
    axis = alt.Axis(title=word("CMP_HEAD_CHANGE", language), grid=True)
    rule = base.mark_rule(strokeWidth=2, color=_GREY).encode(x=alt.X("low:Q", axis=axis), x2="high:Q")
    dot = base.mark_point(filled=True, size=80, opacity=1, strokeWidth=2).encode(
        x=alt.X("value:Q", axis=axis),
        fill=alt.condition("datum.sure", alt.value(_BLUE), alt.value("white")),
        stroke=alt.condition("datum.sure", alt.value(_BLUE), alt.value(_DARK_GREY)),
    )
    line = alt.Chart(alt.InlineData(values=[{"value": 0}])).mark_rule(strokeDash=[5, 4], color="#b3261e")
    # Without Vega's own English words for a screen reader: a picture has its description, and a table below it.
    chart: alt.LayerChart = alt.layer(rule, dot, line.encode(x=alt.X("value:Q", axis=axis))).configure(aria=False)
    return chart
