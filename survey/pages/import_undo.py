"""Part of a page: was the wrong file imported? Its slips are kept out of the results, for a reason that is written."""

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.incoming.trial import Trial
from survey.incoming.undo import withdraw
from survey.pages.context import note
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import plain, whole


def undo(round_: Round, file: str, tried: Trial, me: str) -> str | None:
    """The form that withdraws this file's earlier import; what was done, None as long as nothing was."""
    with st.expander(tell("INT_UNDO"), icon=":material/undo:"), st.form("import-undo", enter_to_submit=False):
        st.markdown(plain(tell("INT_UNDO_MEANS", count=whole(tried.known, language()))))
        text = st.text_input(tell("INT_UNDO_WHY"), key="import-why")
        if not st.form_submit_button(tell("INT_UNDO_DO")):
            return None
    try:
        done = withdraw(site().store, round_.id, tried, text, actor=me, today=today())
    except Refused as refused:
        problems(refused)
        return None
    note("intake.withdraw", f"{round_.id}: {file} ({done})")
    return tell("INT_UNDONE", count=whole(done, language()))
