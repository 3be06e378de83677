"""Which cards does a round have? From the papers that the desk keeps: points, findings, dossiers, its own rules."""

from collections.abc import Callable, Mapping

from analysis.scores.dossiers import DossierTable, dossiers_of_round, share
from analysis.scores.dossiers_766 import load_766, rates_766
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import NOWHERE, round_plan
from analysis.scores.scorecard import inspection, points
from analysis.scores.scorecard.card import Scorecard, scorecard
from analysis.scores.scorecard.edited import rules_of_round
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.points import Workings
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.scheme import Scheme
from survey.exclusions import used_responses
from survey.round import Round
from survey.store import Store

_UNIT = "unit"


def scorecards_of_round(store: Store, round_: Round, evaluation: Evaluation) -> tuple[Scorecard, ...]:
    """The cards under the rules that the desk chose: one for the province, one a unit for rules about units.

    Empty where nothing was chosen or entered. Raises Refused where a paper or another round cannot be read.
    """
    workings = workings_of(store, round_.id)
    if workings is None:
        return ()
    scheme = rules_of_round(store, round_.id).get(workings.scheme)
    if scheme is None:
        return ()
    own = Survey(evaluation=evaluation, weighted=round_.feeds == "weighted", round_name=round_.name)
    surveys = surveys_of(round_, own, workings, lambda source: survey_of(store, source))
    return cards(
        scheme,
        workings,
        round_,
        surveys,
        findings=findings_of(store, round_.id),
        cases=dossiers_of_round(store, round_.id),
    )


def workings_of(store: Store, round_id: str) -> Workings | None:
    """What the desk decided about a round's points, None if nothing. Raises Refused where it cannot be read."""
    paper = store.paper(round_id, points.KIND)
    return points.from_json(paper.content) if paper else None


def findings_of(store: Store, round_id: str) -> tuple[Finding, ...]:
    """The inspection's findings kept with a round. Raises Refused where they cannot be read."""
    paper = store.paper(round_id, inspection.KIND)
    return inspection.from_json(paper.content) if paper else ()


def survey_of(store: Store, round_id: str) -> Survey | None:
    """Another round as evidence, evaluated by its own plan; None while it has no slips.

    Raises Refused where it cannot be evaluated.
    """
    round_ = store.round(round_id)
    if not store.counts(round_id).total:
        return None
    found = evaluate_round(
        round_, store.questionnaire(round_.questionnaire), used_responses(store, round_id), round_plan(round_)
    )
    return Survey(evaluation=found, weighted=round_.feeds == "weighted", round_name=round_.name)


def surveys_of(
    round_: Round, own: Survey, workings: Workings, other: Callable[[str], Survey | None]
) -> Mapping[str, Survey]:
    """The surveys that count, by kind of study: the round itself, and the others that were chosen."""
    chosen = {
        study: other(source)
        for study, source in workings.sources.items()
        if source not in ("", round_.id) and study != round_.study
    }
    return {study: survey for study, survey in {**chosen, round_.study: own}.items() if survey is not None}


def cards(
    scheme: Scheme,
    workings: Workings,
    round_: Round,
    surveys: Mapping[str, Survey],
    *,
    findings: tuple[Finding, ...] = (),
    cases: DossierTable | None = None,
) -> tuple[Scorecard, ...]:
    """The cards of a round, in the order of its units."""
    found = []
    own = surveys[round_.study]
    for subject in subjects(scheme, round_, own.evaluation) or ("",):
        about = {
            study: Survey(
                evaluation=survey.evaluation,
                weighted=survey.weighted,
                round_name=survey.round_name,
                where={_UNIT: subject} if subject else {},
            )
            for study, survey in surveys.items()
        }
        found.append(
            scorecard(
                scheme,
                workings.of(scheme.id),
                subject=subject,
                surveys=about,
                measures=measures(cases, subject),
                findings=findings,
                level=own.evaluation.plan.level,
            )
        )
    return tuple(found)


def subjects(scheme: Scheme, round_: Round, evaluation: Evaluation) -> tuple[str, ...]:
    """Whose cards there are: none by name for the province and the portal, else the round's units that are known."""
    if scheme.kind not in ("units", "one_stop"):
        return ()
    rated = [unit.name for unit in round_.rated if scheme.unit_kind in ("", unit.kind)]
    seen = [domain[_UNIT] for domain in evaluation.result.domains if set(domain) == {_UNIT}]
    places = dict.fromkeys(place.unit for place in round_.places)
    return tuple(rated or [unit for unit in seen if unit != NOWHERE] or places)


def measures(cases: DossierTable | None, subject: str) -> Mapping[str, float | None]:
    """The rates (0-1) that the case files give for a unit, or for all."""
    if cases is None:
        return {}
    own = cases.pooled(unit=subject or None)
    behaviour = {f"766:{index}": rate for index, rate in rates_766(own, load_766()).items()}
    return {"on_time": share(own, "on_time"), "online": share(own, "online"), **behaviour}
