"""Part of the quality page: how many slips count, and what the index would be if none were left out."""

import streamlit as st

from analysis.pages.evaluated import feeds, slips_stand
from analysis.pages.proof import kinds
from analysis.scores.evaluate import Evaluation
from analysis.scores.fate import Fates, fates
from analysis.scores.quality_words import unit_words
from analysis.scores.satisfaction import Row
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import DASH, number, percent, plain, whole

_COUNTS = ("received", "voided", "erased", "excluded", "used")


def show_fates(round_: Round, evaluation: Evaluation) -> None:
    """Received, voided, left out, used; the overall index both ways, and every unit whose slips were left out."""
    spoken = language()
    key = repr((str(site().folder), slips_stand(round_.id), round_, evaluation.plan))
    found = _fates(key, round_, evaluation)
    st.header(tell("QUA_FATES"), anchor=False)
    with st.container(horizontal=True):
        for name in _COUNTS:
            if name != "erased" or found.whole.erased:
                st.metric(tell(f"QUA_{name.upper()}"), whole(getattr(found.whole, name), spoken), border=True)
    st.caption(plain(tell("QUA_EXCLUDED_MEANS", page=tell("VOID_TITLE"))))
    if found.without is None:
        st.caption(plain(tell("QUA_NONE_EXCLUDED")))
        return
    st.markdown(f"**{plain(tell('QUA_WITH_WITHOUT'))}**")
    names = kinds(evaluation, spoken)
    both = (("QUA_WAY_NOW", evaluation), ("QUA_WAY_ALL", found.without))
    st.table(
        [
            {
                tell("QUA_WAY"): plain(tell(code)),
                tell("QUA_SLIPS"): whole(len(each.sample), spoken),
                **{names[kind]: _percent(_overall(each).get(("", kind))) for kind in (False, True)},
            }
            for code, each in both
        ],
        hide_index=True,
    )
    _by_unit(round_, evaluation, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _fates(key: str, _round: Round, _evaluation: Evaluation) -> Fates:
    return fates(site().store, _round, _evaluation)


def _by_unit(round_: Round, evaluation: Evaluation, found: Fates) -> None:
    """The units that lost slips: that is where leaving out could be abused."""
    kind, spoken = feeds(round_), language()
    now, before = _overall(evaluation), _overall(found.without) if found.without else {}
    rows = []
    for unit, fate in found.units.items():
        if fate.excluded:
            one, other = now.get((unit, kind)), before.get((unit, kind))
            gap = 100 * (one.value - other.value) if one and other else float("nan")
            rows.append(
                {
                    tell("QUA_UNIT"): plain(unit_words(unit, spoken)),
                    tell("QUA_RECEIVED"): whole(fate.received, spoken),
                    tell("QUA_EXCLUDED"): whole(fate.excluded, spoken),
                    tell("QUA_NOW"): _percent(one),
                    tell("QUA_ALL"): _percent(other),
                    tell("QUA_DIFFERENCE"): number(gap, 2, spoken),
                }
            )
    if rows:
        st.caption(plain(tell("QUA_BY_UNIT", kind=kinds(evaluation, spoken)[kind].lower())))
        st.table(rows, hide_index=True)


def _overall(evaluation: Evaluation) -> dict[tuple[str, bool], Row]:
    """The overall rows by unit ("" for all) and kind."""
    return {
        (row.by.get("unit", ""), row.weighted): row
        for row in evaluation.result.rows
        if row.level == "overall" and set(row.by) <= {"unit"}
    }


def _percent(row: Row | None) -> str:
    return percent(row.value, 2, language()) if row else DASH
