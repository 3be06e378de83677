"""Page: how does each unit do, and which differences are real?"""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.pages.proof import evidence, kinds, proof
from analysis.scores.differences import Differences, differences
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row
from survey.collation import unit_sort_key
from survey.errors import word
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import percent, plain

_NAMED = 5


def show() -> None:
    """One number by unit with intervals, a line at everybody's, and what may honestly be said."""
    found = evaluated(tell("RES_UNITS_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    main = feeds(round_)
    spoken = language()
    nodes = {"overall": tell("RES_OVERALL")}
    nodes |= {node.code: " ".join(say(node.label, spoken).split()) for node in evaluation.questionnaire.index}
    wanted = st.selectbox(tell("RES_INDEX"), list(nodes), format_func=nodes.__getitem__, key="units-index")
    rows = _by_unit(evaluation, wanted, main)
    if not rows:
        st.info(tell("RES_NO_UNITS"))
        return
    everybody = evaluation.result.row(wanted, weighted=main)
    st.altair_chart(
        whiskers([(_name(row), row) for row in rows], spoken, reference=everybody.value), alt=tell("RES_CHART_UNITS")
    )
    names = kinds(evaluation, spoken)
    overall = percent(everybody.value, 2, spoken)
    st.caption(plain(tell("RES_UNITS_KEY", overall=overall, kind=names[main].lower())))
    for sentence in honest(differences(evaluation, wanted, "unit", weighted=main), spoken):
        st.markdown(f"- {plain(sentence)}")
    st.caption(plain(tell("RES_UNITS_HOW", level=percent(evaluation.plan.level, 0, spoken))))
    others = {row.by["unit"]: row for row in _by_unit(evaluation, wanted, not main)}
    st.table([_line(row, others[row.by["unit"]], names[main], names[not main]) for row in rows], hide_index=True)
    evidence(evaluation, tell("RES_UNIT"), [(plain(_name(row)), row) for row in rows], spoken)


def honest(found: Differences, language: str = "vi") -> list[str]:
    """What may be said of the units."""

    def told(code: str, names: tuple[str, ...] = ()) -> str:
        return word(code, language, first=found.first, count=len(names), units=_listed(names, language))

    if len(found.verdicts) < 2:
        return [told("RES_UNITS_ALONE")]
    if found.first is None:
        return [told("RES_UNITS_NONE_FIRM")]
    said = []
    doubtful = found.of("doubtful")
    if found.rivals:
        said.append(told("RES_UNITS_RIVALS_FIRM" if doubtful else "RES_UNITS_RIVALS", found.rivals))
    elif len(doubtful) < len(found.verdicts) - 1:
        said.append(told("RES_UNITS_LEADER_FIRM" if doubtful else "RES_UNITS_LEADER"))
    for verdict in ("above", "below", "unclear", "doubtful"):
        if names := found.of(verdict):
            said.append(told(f"RES_UNITS_{verdict.upper()}", names))
    return said


def _by_unit(evaluation: Evaluation, wanted: str, weighted: bool) -> list[Row]:
    rows = [
        row
        for row in evaluation.result.rows
        if row.id == wanted and row.weighted == weighted and set(row.by) == {"unit"}
    ]
    by_name = sorted(rows, key=lambda row: unit_sort_key(row.by["unit"]))
    return sorted(by_name, key=lambda row: -row.value if row.n else 1)


def _name(row: Row) -> str:
    return row.by["unit"]


def _listed(names: tuple[str, ...], language: str) -> str:
    shown = ", ".join(names[:_NAMED])
    return word("RES_UNITS_MORE", language, units=shown, count=len(names) - _NAMED) if names[_NAMED:] else shown


def _line(row: Row, other: Row, kind: str, against: str) -> dict[str, str]:
    spoken = language()
    return {
        tell("RES_UNIT"): plain(_name(row)),
        kind: percent(row.value, 2, spoken),
        tell("RES_INTERVAL"): interval(row, spoken),
        against: percent(other.value, 2, spoken),
        tell("RES_INTERVAL_OTHER"): interval(other, spoken),
        **proof(row, spoken),
    }
