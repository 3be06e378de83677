"""Page: how far can the ranking be trusted? Ranks with the ranks units may truly have, and any two units compared."""

import math

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.pages.proof import kinds
from analysis.pages.rank_picture import rank_spans
from analysis.pages.ranked import named_settings, ranked
from analysis.scores.evaluate import Evaluation
from analysis.scores.rank_words import block_sentences, block_words, how_words, pair_sentences, set_words
from analysis.scores.ranking import Block, Ranked, Ranking
from analysis.scores.satisfaction import Row
from survey.pages import desk
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import number, percent, plain


def show() -> None:
    """Block by block what may be said, the pictures and the table; then two units of the reader's choice."""
    found = evaluated(tell("RNK_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    spoken = language()
    nodes = {"overall": tell("RES_OVERALL")}
    nodes |= {node.code: " ".join(say(node.label, spoken).split()) for node in evaluation.questionnaire.index}
    wanted = st.selectbox(tell("RES_INDEX"), list(nodes), format_func=nodes.__getitem__, key="ranking-index")
    ranking = ranked(round_, evaluation, wanted, weighted=feeds(round_))
    if not ranking.blocks:
        st.info(tell("RES_NO_UNITS"))
        return
    for block in ranking.blocks:
        _block(evaluation, ranking, block)
    st.caption(plain(how_words(ranking, spoken)))
    _pair(ranking)
    _shrunken(ranking)
    with st.expander(tell("RNK_SETTINGS"), icon=":material/tune:"):
        desk.table_of_words(named_settings(ranking.rules, spoken), "settings")


def _block(evaluation: Evaluation, ranking: Ranking, block: Block) -> None:
    spoken = language()
    named = f"{plain(block_words(block.kind, spoken))}: " if len(ranking.blocks) > 1 else ""
    st.header(named + tell("RNK_SAID"), anchor=False)
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in block_sentences(ranking, block, spoken)))
    rows = [(unit.unit, _row(evaluation, ranking, unit)) for unit in block.units]
    everybody = evaluation.result.row(ranking.id, weighted=ranking.weighted)
    st.altair_chart(whiskers(rows, spoken, reference=everybody.value), alt=tell("RES_CHART_UNITS"))
    if len(block.ranked) > 1:
        st.altair_chart(rank_spans(block.ranked, spoken), alt=tell("RNK_CHART"))
        st.caption(plain(tell("RNK_CHART_KEY")))
    st.header(named + tell("RNK_TABLE_ALL"), anchor=False)
    st.table([_line(evaluation, ranking, unit) for unit in block.units], hide_index=True)


def _row(evaluation: Evaluation, ranking: Ranking, unit: Ranked) -> Row:
    return evaluation.result.row(ranking.id, weighted=ranking.weighted, by={ranking.column: unit.unit})


def _line(evaluation: Evaluation, ranking: Ranking, unit: Ranked) -> dict[str, str]:
    spoken = language()
    names = kinds(evaluation, spoken)
    main = ranking.weighted
    other = evaluation.result.row(ranking.id, weighted=not main, by={ranking.column: unit.unit})
    return {
        tell("RNK_RANK"): set_words(unit),
        tell("RES_UNIT"): plain(unit.unit),
        names[main]: percent(unit.value, 2, spoken),
        tell("RES_INTERVAL"): interval(unit, spoken),
        names[not main]: percent(other.value, 2, spoken),
        tell("RES_SLIPS"): number(unit.n, 0, spoken),
        tell("RNK_BETTER"): "–" if unit.rank is None else number(len(unit.better_than), 0, spoken),
        tell("RNK_WORSE"): "–" if unit.rank is None else number(len(unit.worse_than), 0, spoken),
    }


def _pair(ranking: Ranking) -> None:
    """Any two ranked units of one block."""
    names = [unit.unit for block in ranking.blocks if len(block.ranked) > 1 for unit in block.ranked]
    if not names:
        return
    st.header(tell("RNK_PAIR"), anchor=False)
    left, right = st.columns(2)
    unit = left.selectbox(tell("RNK_PAIR_FIRST"), names, key="ranking-unit")
    others = [each.unit for each in ranking.block_of(unit).ranked if each.unit != unit]
    other = right.selectbox(tell("RNK_PAIR_SECOND"), others, key="ranking-other")
    verdict, more = pair_sentences(ranking, unit, other, language())
    st.markdown(f"**{plain(verdict)}**  \n{plain(more)}")


def _shrunken(ranking: Ranking) -> None:
    spoken = language()
    with st.expander(tell("RNK_SHRUNKEN"), icon=":material/compress:"):
        st.markdown(plain(tell("RNK_LINE_SHRUNKEN")))
        units = [unit for unit in ranking.units if math.isfinite(unit.shrunken)]
        if not units:
            st.markdown(plain(tell("RNK_SHRUNKEN_NONE", least=ranking.rules.least_shrunk_units)))
            return
        st.table(
            [
                {
                    tell("RES_UNIT"): plain(unit.unit),
                    tell("RES_SLIPS"): number(unit.n, 0, spoken),
                    tell("RES_SHARE_SATISFIED"): percent(unit.value, 2, spoken),
                    tell("RNK_SHRUNKEN_VALUE"): percent(unit.shrunken, 2, spoken),
                    tell("RNK_SHRUNKEN_ERROR"): percent(unit.shrunken_error, 2, spoken),
                }
                for unit in units
            ],
            hide_index=True,
        )
