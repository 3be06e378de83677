"""Which rules and which rounds count for a round's cards? As kept, or as the desk chooses anew."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from analysis.pages.evaluated import slips_stand
from analysis.scores.scorecard.of_round import survey_of
from analysis.scores.scorecard.points import Workings
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.scheme import Scheme
from survey.pages import desk
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.round import Round
from survey.site import site
from survey.words import plain


def choose(round_: Round, kept: Workings, rules: Mapping[str, Scheme]) -> Workings:
    """The rules and the rounds that count, as kept or chosen anew."""
    ids = list(rules)
    chosen = st.selectbox(
        tell("SCR_RULES"),
        ids,
        index=ids.index(kept.scheme) if kept.scheme in ids else 0,
        format_func=lambda id_: say(rules[id_].title, language()),
        key=f"scorecard-rules-{round_.id}",
    )
    sources = dict(kept.sources)
    rounds = {each.id: each for each in site().store.rounds() if each.state != "draft"}
    for study in sorted({leaf.study for leaf in rules[chosen].leaves()} - {"", round_.study}):
        fit = ["", *(id_ for id_, each in rounds.items() if each.study == study)]
        sources[study] = st.selectbox(
            plain(tell("SCR_SOURCE", study=desk.study_words(study))),
            fit,
            index=fit.index(kept.sources[study]) if kept.sources.get(study) in fit else 0,
            format_func=lambda id_: desk.named(rounds[id_]) if id_ else tell("SCR_SOURCE_NONE"),
            key=f"scorecard-source-{round_.id}-{study}",
        )
    return replace(kept, scheme=chosen, sources={study: id_ for study, id_ in sources.items() if id_})


def surveyed(round_id: str) -> Survey | None:
    """Another round as evidence, None while it has no slips."""
    store = site().store
    key = repr((str(site().folder), store.round(round_id), slips_stand(round_id)))
    return _surveyed(key, round_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _surveyed(key: str, _round_id: str) -> Survey | None:
    return survey_of(site().store, _round_id)
