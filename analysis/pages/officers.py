"""The part of a unit's page that is for one pair of eyes: how its single officials stand."""

import streamlit as st

from analysis.pages.pictures import interval
from analysis.scores.evaluate import Evaluation
from analysis.scores.officers import officer_question, officers_of
from analysis.scores.rank_words import set_words
from survey.exclusions import used_responses
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import number, percent, plain


def officers(round_: Round, evaluation: Evaluation, unit: str) -> None:
    """Nothing where slips do not ask who served; else a switch, and behind it the officials with enough slips."""
    if officer_question(evaluation.questionnaire) is None:
        return
    st.header(tell("UNV_OFFICERS"), anchor=False)
    st.warning(plain(tell("UNV_OFFICERS_CARE")), icon=":material/lock:")
    if not st.toggle(tell("UNV_OFFICERS_SHOW"), key="unit-officers"):
        return
    store, spoken = site().store, language()
    asked = store.questionnaire(round_.questionnaire)
    found = officers_of(round_, asked, used_responses(store, round_.id), unit, evaluation.plan)
    if found is None:
        st.info(tell("UNV_OFFICERS_NONE"))
        return
    lines = [
        {
            tell("UNV_OFFICER"): plain(each.unit),
            tell("RES_SLIPS"): number(each.n, 0, spoken),
            tell("RES_SHARE_SATISFIED"): percent(each.value, 2, spoken),
            tell("RES_INTERVAL"): interval(each, spoken),
            tell("RNK_RANK"): set_words(each),
        }
        for each in found.shown
    ]
    if lines:
        st.table(lines, hide_index=True)
    for code, count in (("UNV_OFFICERS_FEW", found.few), ("UNV_OFFICERS_UNNAMED", found.unnamed)):
        if count:
            st.markdown(plain(tell(code, count=count, least=found.ranking.least_n)))
