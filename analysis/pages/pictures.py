"""How do the result pages draw a number? A dot or bar with its interval, worded in the reader's language."""

import math
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

import altair as alt

from analysis.scores.beside import grade_words
from analysis.scores.ranking import Ranked
from analysis.scores.satisfaction import Row
from survey.errors import word
from survey.words import DASH, number, percent, percent_sign

_BLUE, _GREY, _DARK_GREY = "#0b5394", "#9aa5b1", "#5f6b76"
_LINE = 34

_LETTERS = 26
"""In a line of a name: on a phone a longer one leaves no room for the dots."""
_NAMES = alt.Axis(
    labelFontSize=13,
    labelLimit=240,
    labelLineHeight=14,
    labelOverlap=False,
    labelOffset=alt.condition("length(split(datum.label, '\\n')) > 1", alt.value(-7), alt.value(0)),
    labelExpr=(
        "length(split(datum.label, '\\n')) > 2"
        " ? [split(datum.label, '\\n')[0], split(datum.label, '\\n')[1] + '…']"
        " : split(datum.label, '\\n')"
    ),
)
"""Names in at most two lines. The rest of a long one is in its tooltip."""

Chart = alt.LayerChart | alt.FacetChart


def interval(row: Row | Ranked, language: str = "vi") -> str:
    """«72,50 – 75,70 %»; «–» where there is no number, «chưa tính được» where only its error is unknown."""
    if not (math.isfinite(row.low) and math.isfinite(row.high)):
        return word("RES_NO_INTERVAL", language) if math.isfinite(row.value) else DASH
    low = percent(row.low, 2, language).removesuffix(percent_sign(language))
    return f"{low} – {percent(row.high, 2, language)}"


def whiskers(rows: Iterable[tuple[str, Row]], language: str, *, reference: float | None = None) -> Chart:
    """One dot a row with its interval, in the order given, and a dashed line at `reference`.

    Figures that are not reliable are hollow and grey.
    """
    values = [_told(name, row, language) for name, row in rows if row.n]
    base = _chart(values, height=alt.Step(_LINE)).encode(
        y=alt.Y("lines:N", sort=None, title=None, axis=_NAMES),
        tooltip=[
            alt.Tooltip("name:N", title=word("RES_ITEM", language)),
            alt.Tooltip("value_text:N", title=word("RES_SHARE_SATISFIED", language)),
            alt.Tooltip("interval_text:N", title=word("RES_INTERVAL", language)),
            alt.Tooltip("n_text:N", title=word("RES_SLIPS", language)),
            alt.Tooltip("grade:N", title=word("RES_GRADE", language)),
        ],
    )
    axis = _axis(word("RES_SHARE_SATISFIED", language), language)
    rule = base.mark_rule(strokeWidth=2, color=_GREY).encode(
        x=alt.X("low:Q", axis=axis, scale=alt.Scale(domain=_domain(values, reference), nice=False)), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=80, opacity=1, strokeWidth=2).encode(
        x=alt.X("value:Q", axis=axis),
        fill=alt.condition("datum.reliable", alt.value(_BLUE), alt.value("white")),
        stroke=alt.condition("datum.reliable", alt.value(_BLUE), alt.value(_DARK_GREY)),
    )
    if reference is None:
        return _silent(alt.layer(rule, dot))
    line = _chart([{"value": reference}]).mark_rule(strokeDash=[5, 4], color="#b3261e")
    return _silent(alt.layer(rule, dot, line.encode(x=alt.X("value:Q", axis=axis))))


def bars(rows: Iterable[tuple[str, Row]], language: str) -> Chart:
    """One bar a row with its interval, from zero; figures that are not reliable are grey."""
    values = [_told(name, row, language) for name, row in rows if row.n]
    base = _chart(values, height=alt.Step(_LINE)).encode(
        y=alt.Y("lines:N", sort=None, title=None, axis=_NAMES),
        tooltip=[
            alt.Tooltip("name:N", title=word("RES_OPTION", language)),
            alt.Tooltip("value_text:N", title=word("RES_SHARE", language)),
            alt.Tooltip("grade:N", title=word("RES_GRADE", language)),
        ],
    )
    axis = _axis(word("RES_SHARE_CHOSE", language), language)
    bar = base.mark_bar().encode(
        x=alt.X("value:Q", axis=axis),
        color=alt.condition("datum.reliable", alt.value("#7fa8d1"), alt.value("#c9ced4")),
    )
    rule = base.mark_rule(strokeWidth=2, color="#333").encode(x=alt.X("low:Q", axis=axis), x2="high:Q")
    return _silent(alt.layer(bar, rule))


def _axis(title: str, language: str) -> alt.Axis:
    return alt.Axis(labelExpr=f"format(datum.value * 100, '.0f') + '{percent_sign(language)}'", title=title, grid=True)


def _silent(chart: Chart) -> Chart:
    """Without Vega's own English words for a screen reader: a picture has its description, and a table below it."""
    silent: Chart = chart.configure(aria=False)
    return silent


def _chart(values: Sequence[Mapping[str, Any]], **properties: Any) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(value) for value in values]), **properties)


def _told(name: str, row: Row, language: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "lines": "\n".join(wrap(name, _LETTERS)),
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "value_text": percent(row.value, 2, language),
        "interval_text": interval(row, language),
        "n_text": number(row.n, 0, language),
        "grade": grade_words(row.reliability, language),
        "reliable": row.reliability == "reliable",
    }


def _domain(values: Iterable[Mapping[str, Any]], reference: float | None) -> list[float]:
    """Wide enough for every whisker, in tenths."""
    ends = [value[end] for value in values for end in ("low", "high")] + ([reference] if reference is not None else [])
    finite = [end for end in ends if end == end] or [0.0, 1.0]
    return [int(min(finite) * 10) / 10, min(1.0, int(max(finite) * 10 + 1) / 10)]
