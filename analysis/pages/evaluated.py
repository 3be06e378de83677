"""One evaluation of a round for the pages about results: made once per number of slips and plan, shown often."""

import streamlit as st

from analysis.pages.plan_choice import choose_plan
from analysis.pages.proof import kinds
from analysis.scores.beside import covers_words, study_words
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.plan import Plan
from survey.errors import Refused
from survey.exclusions import KIND, excluded, used_responses
from survey.pages import desk
from survey.pages.context import units
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.unit_office import PAPER
from survey.words import number, percent, plain


def evaluated(title: str) -> tuple[Round, Evaluation] | None:
    """The page's head, the choices in the sidebar, and the evaluation. None (said on the page) if there is none yet."""
    round_ = desk.choose_round(title)
    evaluation = None if round_ is None else chosen_evaluation(round_)
    return None if round_ is None or evaluation is None else (round_, evaluation)


def chosen_evaluation(round_: Round) -> Evaluation | None:
    """The choices in the sidebar and the evaluation; None (said on the page) where no slip can be counted."""
    plan, store = choose_plan(round_), site().store
    if not store.counts(round_.id).total:
        st.info(tell("RES_NO_SLIPS"))
        return None
    try:
        with st.spinner(tell("RES_COMPUTING")):
            evaluation = evaluation_of(round_, plan)
    except Refused as refused:
        if used_responses(store, round_.id):
            desk.problems(refused)
        else:
            st.warning(plain(tell("QUA_NONE_USED", page=tell("QUA_TITLE"))))
        return None
    _caveats(round_, evaluation)
    return evaluation


def evaluation_of(round_: Round, plan: Plan) -> Evaluation:
    """The round's evaluation by this plan, made once while its slips stay as they are. Raises Refused as
    `evaluate_round`."""
    return _evaluate(repr((str(site().folder), slips_stand(round_.id), round_, plan)), round_, plan)


def slips_stand(round_id: str) -> tuple[int, int, int, int]:
    """What tells whether a round's slips are still the same: slips are append-only, and so are voids and exclusions."""
    store = site().store
    counts, paper = store.counts(round_id), store.paper(round_id, KIND)
    return counts.total, counts.voided, counts.erased, paper.revision if paper else 0


def feeds(round_: Round) -> bool:
    """Whether the weighted number is the one that goes to points and ranks."""
    return round_.feeds == "weighted"


def rests_on(round_: Round, evaluation: Evaluation) -> str:
    """The key of what is worked out for a round from its answers, other rounds and its staff's papers.

    Slips and papers are append-only, so their numbers stand for them.
    """
    here = site()
    rounds = [(each, slips_stand(each.id)) for each in here.store.rounds()]
    units = here.store.office_paper(PAPER)
    papers = [(each.kind, each.revision) for each in here.store.papers(round_.id)]
    return repr((str(here.folder), round_.id, rounds, papers, units and units.revision, evaluation.plan))


@st.cache_resource(max_entries=16, show_spinner=False)
def _evaluate(key: str, _round: Round, _plan: Plan) -> Evaluation:
    store = site().store
    return evaluate_round(_round, store.questionnaire(_round.questionnaire), used_responses(store, _round.id), _plan)


@st.cache_resource(max_entries=16, show_spinner=False)
def _left_out(key: str, _round_id: str) -> int:
    """Slips that would be counted, had nobody left them out: one that was voided since is not among them."""
    store = site().store
    out = excluded(store, _round_id)
    return sum(1 for slip in store.responses(_round_id) if slip.id in out) if out else 0


def _caveats(round_: Round, evaluation: Evaluation) -> None:
    """What a reader must know: which number counts, whose the intervals are, and every warning."""
    spoken = language()
    kind, level = kinds(evaluation, spoken)[feeds(round_)].lower(), percent(evaluation.plan.level, 0, spoken)
    chosen = evaluation.plan.chosen_by()
    st.markdown(f"**{plain(study_words(chosen, spoken))}.** {plain(covers_words(chosen, spoken))}")
    st.caption(plain(tell("RES_WHOSE", kind=kind, level=level)))
    if out := _left_out(repr((str(site().folder), slips_stand(round_.id), round_.id)), round_.id):
        st.caption(plain(tell("QUA_LEFT_OUT", count=number(out, 0, spoken), page=tell("QUA_TITLE"))))
    if evaluation.warnings and units() is None:  # they name units, and a unit viewer sees no other's
        with st.expander(tell("RES_CAVEATS", count=len(evaluation.warnings)), icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(problem.say(spoken))}" for problem in evaluation.warnings))
