"""How are ranks drawn with the ranks that units may truly have? A dot and a line a unit, the first rank at the left."""

from collections.abc import Sequence

import altair as alt

from analysis.scores.rank_words import span_words
from analysis.scores.ranking import Ranked
from survey.errors import word

_BLUE, _GREY = "#0b5394", "#9aa5b1"
_LINE = 30


def rank_spans(units: Sequence[Ranked], language: str) -> alt.LayerChart:
    """The ranked units of one block in their order."""
    values = [
        {
            "name": unit.unit,
            "rank": unit.rank,
            "low": unit.rank_low,
            "high": unit.rank_high,
            "span": span_words(unit),
        }
        for unit in units
    ]
    base = alt.Chart(alt.InlineData(values=values), height=alt.Step(_LINE)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=13)),
        tooltip=[
            alt.Tooltip("name:N", title=word("RES_UNIT", language)),
            alt.Tooltip("rank:Q", title=word("RPT_HEAD_RANK", language)),
            alt.Tooltip("span:N", title=word("RNK_SPAN", language)),
        ],
    )
    axis = alt.Axis(title=word("RNK_SPAN", language), tickMinStep=1, format="d", grid=True)
    scale = alt.Scale(domain=[0.5, len(units) + 0.5], nice=False)
    rule = base.mark_rule(strokeWidth=3, color=_GREY, strokeCap="round").encode(
        x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=80, opacity=1, color=_BLUE).encode(x=alt.X("rank:Q", axis=axis))
    # Without Vega's own English words for a screen reader: a picture has its description, and a table below it.
    chart: alt.LayerChart = alt.layer(rule, dot).configure(aria=False)
    return chart
