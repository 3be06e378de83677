"""One evaluation of a round for the pages about results: made once per number of slips and plan, shown often."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from analysis.estimation.design import Study
from analysis.pages.proof import kinds
from analysis.scores.beside import covers_words, study_words
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.plan import Interval, Mode, Plan
from analysis.scores.responses import round_plan
from survey.errors import Refused
from survey.exclusions import KIND, excluded, used_responses
from survey.pages import desk
from survey.pages.context import units
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.unit_office import PAPER
from survey.words import number, percent, plain

_LEVELS = (0.90, 0.95, 0.99)


def evaluated(title: str) -> tuple[Round, Evaluation] | None:
    """The page's head, the choices in the sidebar, and the evaluation. None (said on the page) if there is none yet."""
    round_ = desk.choose_round(title)
    if round_ is None:
        return None
    plan = _choose_plan(round_)
    if not site().store.counts(round_.id).total:
        st.info(tell("RES_NO_SLIPS"))
        return None
    try:
        with st.spinner(tell("RES_COMPUTING")):
            evaluation = evaluation_of(round_, plan)
    except Refused as refused:
        desk.problems(refused)
        return None
    _caveats(round_, evaluation)
    return round_, evaluation


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


def _choose_plan(round_: Round) -> Plan:
    with st.sidebar:
        st.divider()
        st.caption(tell("RES_PLAN"))
        mode = st.selectbox(
            tell("RES_MODE"),
            get_args(Mode),
            format_func=lambda name: tell(f"RES_MODE_{name.upper()}"),
            key="plan-mode",
            persist_state="session",
        )
        interval = st.selectbox(
            tell("RES_INTERVAL"),
            get_args(Interval),
            format_func=lambda name: tell(f"RES_INTERVAL_{name.upper()}"),
            key="plan-interval",
            persist_state="session",
        )
        level = st.selectbox(
            tell("RES_LEVEL"), _LEVELS, index=1, format_func=_level, key="plan-level", persist_state="session"
        )
        own = round_plan(round_)
        study = st.selectbox(
            tell("RES_STUDY"),
            get_args(Study),
            index=get_args(Study).index(own.chosen_by()),
            format_func=lambda name: tell(f"RES_STUDY_{name.upper()}"),
            key=f"plan-study-{round_.id}",
            persist_state="session",
        )
    said = own.study if study == own.chosen_by() else study
    return replace(own, mode=mode, interval=interval, level=level, study=said)


def _level(level: float) -> str:
    return percent(level, 0, language())


def _caveats(round_: Round, evaluation: Evaluation) -> None:
    """What a reader must know: which number counts, whose the intervals are, and every warning."""
    spoken = language()
    kind, level = kinds(evaluation, spoken)[feeds(round_)].lower(), _level(evaluation.plan.level)
    chosen = evaluation.plan.chosen_by()
    st.markdown(f"**{plain(study_words(chosen, spoken))}.** {plain(covers_words(chosen, spoken))}")
    st.caption(plain(tell("RES_WHOSE", kind=kind, level=level)))
    if out := len(excluded(site().store, round_.id)):
        st.caption(plain(tell("QUA_LEFT_OUT", count=number(out, 0, spoken), page=tell("QUA_TITLE"))))
    if evaluation.warnings and units() is None:  # they name units, and a unit viewer sees no other's
        with st.expander(tell("RES_CAVEATS", count=len(evaluation.warnings)), icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(problem.say(spoken))}" for problem in evaluation.warnings))
