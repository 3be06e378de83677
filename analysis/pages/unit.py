"""Page: what does one unit see of itself? Its number and rank with their doubt, its items beside everybody's."""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.officers import officers
from analysis.pages.pictures import interval
from analysis.pages.proof import proof
from analysis.pages.ranked import ranked
from analysis.scores.caveats import PRIVATE
from analysis.scores.evaluate import Evaluation
from analysis.scores.rank_words import listed
from analysis.scores.ranking import Ranked, Ranking
from analysis.scores.unit_view import ItemView, UnitView, unit_view
from survey.collation import unit_sort_key
from survey.pages.context import units
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import number, percent, plain


def show() -> None:
    """One unit of the reader's choice; a unit viewer chooses among the own units and sees no other's name."""
    found = evaluated(tell("UNV_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    ranking = ranked(round_, evaluation, "overall", weighted=feeds(round_))
    if not ranking.units:
        st.info(tell("RES_NO_UNITS"))
        return
    names = sorted((unit.unit for unit in ranking.units), key=unit_sort_key)
    bound = units()
    if bound is not None:
        names = [name for name in names if name in bound]
        if not names:
            st.info(plain(tell("ACC_NOT_IN_ROUND", units=", ".join(bound))))
            return
    name = st.selectbox(tell("UNV_UNIT"), names, key="unit-name")
    unit = ranking.unit(name)
    if unit.n < PRIVATE:
        st.info(plain(tell("UNV_HIDDEN_ALL", least=PRIVATE)))
        return
    view = unit_view(evaluation, name, weighted=ranking.weighted)
    _headline(ranking, unit, view, named=bound is None)
    st.header(tell("UNV_ITEMS"), anchor=False)
    _items(evaluation, view)
    officers(round_, evaluation, name)


def _headline(ranking: Ranking, unit: Ranked, view: UnitView, *, named: bool) -> None:
    """`named`: whether the units that are clearly better or worse are told by name."""
    spoken = language()
    level = percent(ranking.level, 0, spoken)
    with st.container(horizontal=True):
        for title, row in (("UNV_OWN", view.own), ("UNV_EVERYBODY", view.everybody)):
            with st.container(border=True, width=300):
                st.metric(tell(title), percent(row.value, 2, spoken))
                st.markdown(plain(f"{tell('RES_INTERVAL')} {interval(row, spoken)}"))
                st.caption(plain("; ".join(f"{name}: {value}" for name, value in proof(row, spoken).items())))
        with st.container(border=True, width=300):
            shown = "–" if unit.rank is None else tell("UNV_RANK_OF", rank=unit.rank, of=unit.of)
            st.metric(tell("UNV_RANK"), shown)
            if unit.rank is None:
                st.markdown(plain(tell("UNV_NO_RANK", least=ranking.least_n)))
            else:
                st.markdown(plain(tell("UNV_RANK_SET", low=unit.rank_low, high=unit.rank_high, level=level)))
    if unit.rank is not None and named:
        for code, names in (("UNV_BETTER", unit.better_than), ("UNV_WORSE", unit.worse_than)):
            if names:
                st.markdown(plain(tell(code, units=listed(names, spoken))))
        if not (unit.better_than or unit.worse_than):
            st.markdown(plain(tell("UNV_NEITHER")))


def _items(evaluation: Evaluation, view: UnitView) -> None:
    spoken = language()
    names = {q.name: " ".join(say(q.label, spoken).split()) for q in evaluation.questionnaire.items()}
    clear = {
        code: [names[item.own.id] for item in view.items if item.verdict == verdict]
        for code, verdict in (("UNV_LOWER", "below"), ("UNV_HIGHER", "above"))
    }
    for code, found in clear.items():
        if found:
            st.markdown(plain(tell(code, items="; ".join(f"«{item}»" for item in found))))
    doubtful = sum(item.verdict == "doubtful" for item in view.items)
    if doubtful < len(view.items) and not any(clear.values()):
        st.markdown(plain(tell("UNV_NO_ITEM")))
    if doubtful:
        st.markdown(plain(tell("UNV_DOUBTFUL", count=doubtful)))
    if view.items:
        st.table([_line(names[item.own.id], item) for item in view.items], hide_index=True)
        st.caption(plain(tell("UNV_HOW", level=percent(evaluation.plan.level, 0, spoken))))
    if view.hidden:
        st.caption(plain(tell("UNV_HIDDEN", count=len(view.hidden), least=PRIVATE)))
    st.caption(plain(tell("UNV_COMMENTS")))


def _line(name: str, item: ItemView) -> dict[str, str]:
    spoken = language()
    low, high = (_points(value, spoken) for value in (item.low, item.high))
    return {
        tell("UNV_ITEM"): plain(name),
        tell("UNV_VERDICT"): tell(f"UNV_VERDICT_{item.verdict.upper()}"),
        tell("UNV_OWN_SHORT"): percent(item.own.value, 2, spoken),
        tell("UNV_EVERYBODY"): percent(item.everybody.value, 2, spoken),
        tell("UNV_DIFFERENCE"): _points(item.difference, spoken),
        tell("UNV_DIFFERENCE_INTERVAL"): f"{low} … {high}",
        tell("RES_SLIPS"): number(item.own.n, 0, spoken),
    }


def _points(value: float, spoken: str) -> str:
    """A difference of shares in percentage points, with its sign."""
    return ("+" if value > 0 else "") + number(100 * value, 2, spoken).replace("-", "−")
