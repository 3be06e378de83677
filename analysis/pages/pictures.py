"""How do the result pages draw a number? A dot or bar with its interval, worded for a Vietnamese reader."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from analysis.report.vietnamese import DASH, number, percent
from analysis.scores.beside import grade_words
from analysis.scores.satisfaction import Row

_PERCENT = "format(datum.value * 100, '.0f') + ' %'"
_BLUE, _GREY, _DARK_GREY = "#0b5394", "#9aa5b1", "#5f6b76"
_LINE = 30

Chart = alt.LayerChart | alt.FacetChart


def interval(row: Row) -> str:
    """«72,50 – 75,70 %»; «–» where there is no number, «chưa tính được» where only its error is unknown."""
    if not (math.isfinite(row.low) and math.isfinite(row.high)):
        return "chưa tính được" if math.isfinite(row.value) else DASH
    return f"{percent(row.low).removesuffix(' %')} – {percent(row.high)}"


def whiskers(rows: Iterable[tuple[str, Row]], *, reference: float | None = None) -> Chart:
    """One dot a row with its interval, in the order given, and a dashed line at `reference`.

    Figures that are not reliable are hollow and grey.
    """
    values = [_told(name, row) for name, row in rows if row.n]
    base = _chart(values, height=alt.Step(_LINE)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=13)),
        tooltip=[
            alt.Tooltip("name:N", title="Nội dung"),
            alt.Tooltip("value_text:N", title="Tỷ lệ hài lòng"),
            alt.Tooltip("interval_text:N", title="Khoảng tin cậy"),
            alt.Tooltip("n_text:N", title="Số phiếu"),
            alt.Tooltip("grade:N", title="Độ vững"),
        ],
    )
    axis = alt.Axis(labelExpr=_PERCENT, title="Tỷ lệ hài lòng", grid=True)
    rule = base.mark_rule(strokeWidth=2, color=_GREY).encode(
        x=alt.X("low:Q", axis=axis, scale=alt.Scale(domain=_domain(values, reference), nice=False)), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=80, opacity=1, strokeWidth=2).encode(
        x=alt.X("value:Q", axis=axis),
        fill=alt.condition("datum.reliable", alt.value(_BLUE), alt.value("white")),
        stroke=alt.condition("datum.reliable", alt.value(_BLUE), alt.value(_DARK_GREY)),
    )
    if reference is None:
        return alt.layer(rule, dot)
    line = _chart([{"value": reference}]).mark_rule(strokeDash=[5, 4], color="#b3261e")
    return alt.layer(rule, dot, line.encode(x=alt.X("value:Q", axis=axis)))


def bars(rows: Iterable[tuple[str, Row]]) -> Chart:
    """One bar a row with its interval, from zero; figures that are not reliable are grey."""
    values = [_told(name, row) for name, row in rows if row.n]
    base = _chart(values, height=alt.Step(_LINE)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240, labelFontSize=13)),
        tooltip=[
            alt.Tooltip("name:N", title="Phương án"),
            alt.Tooltip("value_text:N", title="Tỷ lệ"),
            alt.Tooltip("grade:N", title="Độ vững"),
        ],
    )
    axis = alt.Axis(labelExpr=_PERCENT, title="Tỷ lệ người chọn")
    bar = base.mark_bar().encode(
        x=alt.X("value:Q", axis=axis),
        color=alt.condition("datum.reliable", alt.value("#7fa8d1"), alt.value("#c9ced4")),
    )
    return alt.layer(bar, base.mark_rule(strokeWidth=2, color="#333").encode(x=alt.X("low:Q", axis=axis), x2="high:Q"))


def _chart(values: Sequence[Mapping[str, Any]], **properties: Any) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[dict(value) for value in values]), **properties)


def _told(name: str, row: Row) -> Mapping[str, Any]:
    return {
        "name": name,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "value_text": percent(row.value),
        "interval_text": interval(row),
        "n_text": number(row.n),
        "grade": grade_words(row.reliability),
        "reliable": row.reliability == "reliable",
    }


def _domain(values: Iterable[Mapping[str, Any]], reference: float | None) -> list[float]:
    """Wide enough for every whisker, in tenths."""
    ends = [value[end] for value in values for end in ("low", "high")] + ([reference] if reference is not None else [])
    finite = [end for end in ends if end == end] or [0.0, 1.0]
    return [int(min(finite) * 10) / 10, min(1.0, int(max(finite) * 10 + 1) / 10)]
