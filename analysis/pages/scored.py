"""One round's cards for the pages about points: which rules, which rounds as evidence, computed once, shown often."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.exchange import taken
from analysis.pages.scored_inputs import choose, surveyed
from analysis.scores.dossiers import DossierTable, dossiers_of_round
from analysis.scores.evaluate import Evaluation
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.edited import rules_of_round
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.of_round import cards, findings_of, subjects, surveys_of
from analysis.scores.scorecard.points import KIND, Entry, Peer, Workings, from_json, to_json
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.scheme import Scheme
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import tell
from survey.round import Round
from survey.site import site
from survey.words import plain

SAID = "scorecard-said"
_DEFAULT = {"officials": "par_index_province_2022", "household": "par_index_province_2022", "user": "one_stop_2018"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """A round with its rules, what the desk decided, and what the cards rest on.

    `revision`: of the kept paper, 0 if there is none.
    """

    round_: Round
    evaluation: Evaluation
    scheme: Scheme
    rules: Mapping[str, Scheme]
    workings: Workings
    revision: int
    surveys: Mapping[str, Survey]
    findings: tuple[Finding, ...]
    cases: DossierTable | None

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whose cards there are; none by name for the province."""
        return subjects(self.scheme, self.round_, self.evaluation)

    def cards(self, entries: tuple[Entry, ...] | None = None) -> tuple[Scorecard, ...]:
        """The cards, with other entries than those kept for a trial."""
        workings = self.workings if entries is None else self.workings.with_entries(self.scheme.id, entries)
        return cards(self.scheme, workings, self.round_, self.surveys, findings=self.findings, cases=self.cases)

    def peers(self, found: tuple[Scorecard, ...], card: Scorecard) -> tuple[Peer, ...]:
        """Whom a card is ranked among: the other units of the round, or the published indices of others."""
        if len(found) > 1:
            others = (each for each in found if each.subject != card.subject)
            return tuple(Peer(name=each.subject, index=each.index) for each in others if each.index is not None)
        return self.workings.peers

    def keep(self, workings: Workings) -> None:
        """Keep what was decided; a newer paper of somebody else is told and nothing is overwritten."""
        me = person()
        if me is None:
            return
        try:
            site().store.save_paper(
                self.round_.id, KIND, to_json(workings), me, today().isoformat(), after=self.revision
            )
        except Refused as refused:
            desk.problems(refused)
            return
        note("paper.save", f"{self.round_.id}: {KIND}")
        taken()
        st.session_state[SAID] = tell("SCR_SAVED")
        st.rerun()


def scored(title: str) -> Scored | None:
    """The page's head and the choice of rules and rounds. None (said on the page) where there is nothing to score."""
    found = evaluated(title)
    if found is None:
        return None
    round_, evaluation = found
    if said := st.session_state.pop(SAID, None):
        st.success(plain(said))
    store = site().store
    try:
        paper = store.paper(round_.id, KIND)
        kept = from_json(paper.content) if paper else Workings(scheme=_DEFAULT.get(round_.study, "internal_department"))
        rules = rules_of_round(store, round_.id)
        workings = choose(round_, kept, rules)
        own = Survey(evaluation=evaluation, weighted=feeds(round_), round_name=round_.name)
        made = Scored(
            round_=round_,
            evaluation=evaluation,
            scheme=rules[workings.scheme],
            rules=rules,
            workings=workings,
            revision=paper.revision if paper else 0,
            surveys=surveys_of(round_, own, workings, surveyed),
            findings=findings_of(store, round_.id),
            cases=dossiers_of_round(store, round_.id),
        )
    except Refused as refused:
        desk.problems(refused)
        return None
    if (workings.scheme, workings.sources) != (kept.scheme, kept.sources) or paper is None:
        st.info(plain(tell("SCR_NOT_KEPT_YET")))
        if st.button(tell("SCR_KEEP_CHOICE"), icon=":material/save:"):
            made.keep(workings)
    return made
