"""What is different from an earlier version, and what follows for comparing rounds?"""

import streamlit as st

from survey.changes import GRADES, Change, changes
from survey.errors import Refused
from survey.instruments import load, shipped
from survey.pages.desk import problems, table_of_words
from survey.pages.language import language, tell
from survey.publishing import before
from survey.questionnaire import Questionnaire
from survey.site import site
from survey.words import plain, whole


def changed(questionnaire: Questionnaire) -> None:
    """Every change from a chosen version, those that break a series first."""
    names = {each.hash: f"{each.id} {each.version}" for each in before(site().store, questionnaire)}
    came = load(questionnaire.id) if questionnaire.id in shipped() else None
    if came is not None and came.content_hash() != questionnaire.content_hash():
        names.setdefault(came.content_hash(), tell("STU_SHIPPED", version=came.version))
    if not names:
        st.info(plain(tell("STU_FIRST", id=questionnaire.id)))
        return
    chosen = st.selectbox(tell("STU_AGAINST"), list(names), format_func=names.__getitem__)
    try:
        same = came is not None and came.content_hash() == chosen
        earlier = came if came is not None and same else site().store.questionnaire(chosen)
    except Refused as refused:
        problems(refused)
        return
    found = changes(earlier, questionnaire)
    if not found:
        st.success(tell("STU_SAME"))
        return
    for grade in GRADES:
        group = [each for each in found if each.grade == grade]
        if group:
            title = plain(tell(f"STU_GRADE_{grade.upper()}", count=whole(len(group), language())))
            st.markdown(f"**{title}**")
            table_of_words([_row(each) for each in group], f"studio-{grade}")


def _row(change: Change) -> dict[str, str]:
    return {
        tell("STU_COLUMN_CHANGE"): plain(change.say(language())),
        tell("STU_COLUMN_FOLLOWS"): plain(change.consequence(language())),
    }
