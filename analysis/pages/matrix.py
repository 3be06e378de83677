"""How is importance drawn against satisfaction on a screen? A dot a factor with both intervals, averages dashed."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from analysis.scores.driver_words import claim_words, part_label
from analysis.scores.drivers import Importance
from survey.errors import word
from survey.questionnaire import Questionnaire
from survey.words import percent, percent_sign

_BLUE, _GREY = "#0b5394", "#5f6b76"
_NEAR = 0.1
"""Values that lie closer together need a decimal along the axis."""


def matrix(found: Importance, questionnaire: Questionnaire, language: str) -> alt.LayerChart:
    """Importance to the right, share satisfied upwards; a hollow grey dot where no conclusion may be drawn.

    Factors have their numbers in the order of importance, as in the table: names would lie on each other.
    """
    values: list[dict[str, Any]] = []
    for place, driver in enumerate(found.drivers, start=1):
        row, name = driver.performance, part_label(questionnaire, driver.id, language)
        values.append(
            {
                "name": f"{place}. {name}",
                "number": str(place),
                "x": driver.importance,
                "x_low": driver.low,
                "x_high": driver.high,
                "y": row.value,
                "y_low": row.low,
                "y_high": row.high,
                "x_text": percent(driver.importance, 2, language),
                "y_text": percent(row.value, 2, language),
                "claim": claim_words(driver, language),
                "sure": driver.quadrant is not None,
            }
        )
    base = alt.Chart(alt.InlineData(values=values))
    x = alt.X("x:Q", axis=_axis("DRV_HEAD_IMPORTANCE", values, "x", language), scale=alt.Scale(zero=False))
    y = alt.Y("y:Q", axis=_axis("DRV_HEAD_SHARE", values, "y", language), scale=alt.Scale(zero=False))
    dots = base.mark_point(filled=True, size=90, opacity=1, strokeWidth=2).encode(
        x=x,
        y=y,
        fill=alt.condition("datum.sure", alt.value(_BLUE), alt.value("white")),
        stroke=alt.condition("datum.sure", alt.value(_BLUE), alt.value(_GREY)),
        tooltip=[
            alt.Tooltip("name:N", title=word("DRV_HEAD_FACTOR", language)),
            alt.Tooltip("x_text:N", title=word("DRV_HEAD_IMPORTANCE", language)),
            alt.Tooltip("y_text:N", title=word("DRV_HEAD_SHARE", language)),
            alt.Tooltip("claim:N", title=word("DRV_HEAD_CLAIM", language)),
        ],
    )
    whiskers = [
        base.mark_rule(color="#9aa5b1").encode(x=alt.X("x_low:Q"), x2="x_high:Q", y="y:Q"),
        base.mark_rule(color="#9aa5b1").encode(x="x:Q", y=alt.Y("y_low:Q"), y2="y_high:Q"),
    ]
    names = base.mark_text(align="left", dx=8, dy=-8, fontSize=14, fontWeight="bold").encode(x=x, y=y, text="number:N")
    middle = alt.Chart(alt.InlineData(values=[{"x": 1 / len(values), "y": found.average}]))
    lines = [
        middle.mark_rule(strokeDash=[5, 4], color="#b3261e").encode(x="x:Q"),
        middle.mark_rule(strokeDash=[5, 4], color="#b3261e").encode(y="y:Q"),
    ]
    drawn: alt.LayerChart = alt.layer(*whiskers, *lines, dots, names).properties(height=460).configure(aria=False)
    return drawn


def _axis(title: str, values: Sequence[Mapping[str, Any]], field: str, language: str) -> alt.Axis:
    """Percent, with a decimal where the whiskers lie close together."""
    ends = [value[f"{field}_{end}"] for value in values for end in ("low", "high")]
    decimals = 1 if max(ends) - min(ends) < _NEAR else 0
    said = f"format(datum.value * 100, '.{decimals}f')"
    said = said if language == "en" else f"replace({said}, '.', ',')"
    return alt.Axis(labelExpr=f"{said} + '{percent_sign(language)}'", title=word(title, language))
