"""Page: what changed since the last round, which targets are reached, and what may not be compared?"""

import streamlit as st

from analysis.pages.aim_tables import show_published, show_targets
from analysis.pages.change_tables import show_changes
from analysis.pages.comparison_inputs import chosen, tables
from analysis.pages.evaluated import evaluated, feeds, rests_on
from analysis.scores.change_words import comparison_sentences
from analysis.scores.compare import Side
from analysis.scores.comparison import Comparison, comparison, earlier_round, evaluate_before
from analysis.scores.comparison_papers import Inputs
from analysis.scores.evaluate import Evaluation
from analysis.scores.scorecard.of_round import scorecards_of_round
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import reads_only
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import plain


def show() -> None:
    """What to compare with; then what may be said, the changes level by level, ranks, targets, published figures."""
    found = evaluated(tell("CMP_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    try:
        inputs = chosen(round_)
        made = None if inputs == Inputs() else _made(round_, evaluation, inputs)
    except Refused as refused:
        desk.problems(refused)
        return
    if made is None:
        st.info(tell("CMP_NOTHING_CHOSEN"))
    else:
        _show(made, evaluation, weighted=feeds(round_))
    if not reads_only():
        tables(round_, inputs)


def _show(made: Comparison, evaluation: Evaluation, *, weighted: bool) -> None:
    st.header(tell("CMP_SAID"), anchor=False)
    sentences = comparison_sentences(made, weighted=weighted, language=language())
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    if made.rounds is not None:
        show_changes(made, made.rounds, evaluation, weighted=weighted)
    show_targets(made)
    show_published(made)


def _made(round_: Round, evaluation: Evaluation, inputs: Inputs) -> Comparison:
    before = earlier_round(site().store, inputs.choice.before, round_)
    return _computed(rests_on(round_, evaluation), round_, before, evaluation, inputs)


@st.cache_resource(max_entries=8, show_spinner=False)
def _computed(key: str, _round: Round, _before: Round | None, _evaluation: Evaluation, _inputs: Inputs) -> Comparison:
    store = site().store
    side = None
    if _before is not None:
        side = Side(evaluation=evaluate_before(store, _before, _evaluation), round_=_before)
    cards = scorecards_of_round(store, _round, _evaluation)
    return comparison(Side(evaluation=_evaluation, round_=_round), side, _inputs, cards)
