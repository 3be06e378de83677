"""Page: how satisfied are people? The tree from overall to item, each number with its interval, both kinds abreast."""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.pages.proof import evidence, kinds, proof, standing
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row
from survey.errors import word
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire, say
from survey.words import number, percent, plain


def show() -> None:
    """The overall index, a chart of one level, and the whole tree as a table."""
    found = evaluated(tell("RES_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    if not evaluation.questionnaire.items():
        st.info(tell("RES_NO_ITEMS"))
        return
    main = feeds(round_)
    _headline(evaluation, main)
    st.header(tell("RES_COMPARE"), anchor=False)
    levels = [level for level in ("aspect", "factor", "item") if _rows(evaluation, main, level)]
    level = st.segmented_control(
        tell("RES_VIEW"),
        levels,
        default="factor" if "factor" in levels else levels[-1],
        format_func=_level,
        required=True,
        key="results-level",
    )
    rows = _rows(evaluation, main, str(level))
    spoken = language()
    st.altair_chart(
        whiskers([(label(evaluation.questionnaire, row, spoken), row) for row in rows], spoken),
        alt=tell("RES_CHART_SHARES"),
    )
    st.caption(plain(tell("RES_CHART_KEY")))
    st.header(tell("RES_ALL"), anchor=False)
    rows = _tree(evaluation)
    st.table([_line(evaluation, row, main) for row in rows], hide_index=True)
    st.caption(plain(tell("RES_GRADE_OF", kind=kinds(evaluation, spoken)[main].lower())))
    feeding = [evaluation.result.row(row.id, weighted=main) for row in rows]
    named = [(plain(label(evaluation.questionnaire, row, spoken)), row) for row in feeding]
    evidence(evaluation, tell("RES_INDEX"), named, spoken)


def label(questionnaire: Questionnaire, row: Row, language: str) -> str:
    """What a row of the tree is called."""
    if row.level == "overall":
        return word("RES_OVERALL", language)
    words = questionnaire.question(row.id).label if row.level == "item" else questionnaire.node(row.id).label
    return " ".join(say(words, language).split())


def _level(level: str) -> str:
    return tell(f"RES_LEVEL_{level.upper()}")


def _headline(evaluation: Evaluation, main: bool) -> None:
    spoken = language()
    with st.container(horizontal=True):
        for weighted in (main, not main):
            row = evaluation.result.row("overall", weighted=weighted)
            figures = {
                "n": number(row.n, 0, spoken),
                "n_eff": number(row.n_eff, 0, spoken),
                "deff": number(row.deff, 2, spoken),
                "df": number(row.df, 0, spoken),
            }
            with st.container(border=True, width=320):
                st.metric(tell("RES_OVERALL" if weighted == main else "RES_OTHER_KIND"), percent(row.value, 2, spoken))
                rests = tell("RES_INTERVAL_AND_SLIPS", interval=interval(row, spoken), **figures)
                st.markdown(f"{plain(kinds(evaluation, spoken)[weighted])}  \n{plain(rests)}")
                st.caption(plain(tell("RES_RESTS_ON", **figures)))
                stands = standing(row, spoken)
                if row.reliability == "reliable":
                    st.markdown(plain(tell("RES_STANDS", standing=stands)))
                else:
                    st.warning(plain(tell("RES_STANDS_NOT", standing=stands)))


def _rows(evaluation: Evaluation, weighted: bool, level: str) -> list[Row]:
    return [row for row in evaluation.result.rows if not row.by and row.weighted == weighted and row.level == level]


def _tree(evaluation: Evaluation) -> list[Row]:
    """The weighted rows in reading order: a node, then what it is made of."""
    questionnaire = evaluation.questionnaire
    rows = {row.id: row for row in evaluation.result.rows if not row.by and row.weighted and row.level != "option"}
    order = ["overall"]

    def below(parent: str | None) -> None:
        for node in questionnaire.index:
            if node.parent == parent:
                order.append(node.code)
                order.extend(item.name for item in questionnaire.items() if item.factor == node.code)
                below(node.code)

    below(None)
    order.extend(name for name in rows if name not in order)
    return [rows[name] for name in order if name in rows]


def _line(evaluation: Evaluation, weighted: Row, main: bool) -> dict[str, str]:
    other = evaluation.result.row(weighted.id, weighted=False)
    spoken = language()
    name = plain(label(evaluation.questionnaire, weighted, spoken))
    names = kinds(evaluation, spoken)
    kind, against = (names[each].partition(" (")[0] for each in (True, False))
    return {
        tell("RES_TREE_LEVEL"): _level(weighted.level),
        tell("RES_INDEX"): name if weighted.level == "item" else f"**{name}**",
        kind: percent(weighted.value, 2, spoken),
        tell("RES_INTERVAL"): interval(weighted, spoken),
        against: percent(other.value, 2, spoken),
        tell("RES_INTERVAL_UNWEIGHTED"): interval(other, spoken),
        **proof(weighted if main else other, spoken),
    }
