"""Page: what should be repaired first? Factors by importance and satisfaction, points lost, what people write about."""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.lost import show_lost
from analysis.pages.matrix import matrix
from analysis.pages.themes import show_themes
from analysis.scores.driver_words import claim_words, headline, left_out_lines, method_lines, part_label
from analysis.scores.drivers import OVERALL_ITEM, Driver, Importance, importance
from analysis.scores.evaluate import Evaluation
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.site import site
from survey.words import number, percent, percent_sign, plain


def show() -> None:
    """The matrix of factors, the points lost, the themes of comments."""
    found = evaluated(tell("DRV_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    st.header(tell("DRV_MATRIX_TITLE"), anchor=False)
    _factors(round_, evaluation, weighted=feeds(round_))
    st.header(tell("DRV_LOST_TITLE"), anchor=False)
    show_lost(round_, evaluation)
    st.header(tell("THM_TITLE"), anchor=False)
    show_themes(round_, evaluation)


# Keyed as the evaluation is: slips are append-only, so their number stands for the data.
@st.cache_resource(max_entries=16, show_spinner=False)
def _importance(key: str, _evaluation: Evaluation, *, weighted: bool, overall: str) -> Importance | None:
    return importance(_evaluation, weighted=weighted, overall=overall)


def _factors(round_: Round, evaluation: Evaluation, *, weighted: bool) -> None:
    asked, spoken = evaluation.questionnaire, language()
    overall = ""
    if items := [item.name for item in asked.items()]:
        overall = st.selectbox(
            tell("DRV_OUTCOME"),
            ["", *items],
            index=items.index(OVERALL_ITEM) + 1 if OVERALL_ITEM in items else 0,
            format_func=lambda name: part_label(asked, name, spoken) if name else tell("DRV_OUTCOME_REST"),
        )
    key = repr((str(site().folder), round_, len(evaluation.sample), evaluation.plan, overall))
    found = _importance(key, evaluation, weighted=weighted, overall=overall)
    if found is None:
        st.info(tell("DRV_MATRIX_NONE"))
        return
    said = headline(found, asked, spoken)
    st.markdown(f"**{plain(said)}**")
    level = percent(found.level, 0, spoken)
    title = tell("DRV_CHART_TITLE", level=level)
    st.altair_chart(matrix(found, asked, spoken), alt=tell("DRV_CHART_ALT", headline=said, table=title))
    st.caption(plain(tell("DRV_MATRIX_KEY")))
    lines = [_line(asked, place, driver, spoken) for place, driver in enumerate(found.drivers, start=1)]
    st.table(lines, hide_index=True)
    st.caption(plain(tell("DRV_ENDS", level=level)))
    for line in left_out_lines(found, asked, spoken):
        st.warning(plain(line))
    _how(found, spoken)


def _how(found: Importance, spoken: str) -> None:
    with st.expander(tell("DRV_HOW"), icon=":material/functions:"):
        st.markdown("\n".join(f"- {plain(line)}" for line in (*method_lines(found, spoken), tell("DRV_SLOPE_LINE"))))


def _line(asked: Questionnaire, place: int, driver: Driver, spoken: str) -> dict[str, str]:
    row = driver.performance
    return {
        tell("DRV_HEAD_FACTOR"): plain(f"{place}. {part_label(asked, driver.id, spoken)}"),
        tell("DRV_HEAD_CLAIM"): claim_words(driver, spoken),
        tell("DRV_HEAD_IMPORTANCE"): _with_ends(driver.importance, driver.low, driver.high, spoken),
        tell("DRV_HEAD_SHARE"): _with_ends(row.value, row.low, row.high, spoken),
        tell("DRV_HEAD_SLOPE"): _with_ends(driver.slope, driver.slope_low, driver.slope_high, spoken),
        tell("RES_SLIPS"): number(row.n, 0, spoken),
    }


def _with_ends(value: float, low: float, high: float, spoken: str) -> str:
    """«11,98 % (10,50 – 13,63)»."""
    first, last = (percent(end, 2, spoken).removesuffix(percent_sign(spoken)) for end in (low, high))
    return f"{percent(value, 2, spoken)} ({first} – {last})"
