"""Which rate does a survey give for each criterion, and how do these rates stand together?

The rate of a criterion over its questions is Σ weight·w_k·n_k / Σ weight·n_k: one ratio of totals, whose k are the
answers with a share w_k (or the satisfied ones, w = 1, where the rules name no shares). The rate of an index node is
the node's own number. Both are smooth functions of the same totals of one sample, so the rates of all criteria have one
joint covariance: the same people gave the points of several criteria.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.estimation import Estimate, Precision
from analysis.estimation.columns import Floats
from analysis.estimation.linearise import Smooth, estimate, quotients
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Node, index_function, index_terms, index_tree, people, satisfied_answers
from analysis.scores.scorecard.scheme import Criterion
from survey.questionnaire import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A round that criteria rest on. `weighted`: which of its two numbers counts. `where`: column → value, the rows
    about the unit whose card it is, empty for all.
    """

    evaluation: Evaluation
    weighted: bool
    round_name: str
    where: Mapping[str, str] = field(default_factory=dict)


def counting(criterion: Criterion, question: Question) -> Mapping[str, float]:
    """Answer → its share of the points, for the answers of a question that count at all."""
    if criterion.weights:
        return criterion.weights
    options = question.scale.options if question.scale else ()
    return {option.value: float(option.value in question.satisfied) for option in options}


def answerable(criterion: Criterion, survey: Survey) -> bool:
    """Whether the round asked what the criterion rests on."""
    asked = survey.evaluation.questionnaire
    if criterion.questions:
        known = {question.name for question in asked.questions() if question.kind == "select_one"}
        return known >= {*criterion.questions, *criterion.respondents}
    return any(node.id == (criterion.node or "overall") for node in index_tree(asked))


def survey_rates(survey: Survey, criteria: Sequence[Criterion], level: float) -> Estimate | None:
    """The rates (0-1) of criteria that the survey can answer, labelled by code, with their joint covariance.

    Intervals by the evaluation's own method at `level`; NaN for a criterion nobody answered. None where no row is about
    the unit, or nothing is asked for.
    """
    evaluation = survey.evaluation
    sample = evaluation.sample if survey.weighted else evaluation.sample.unweighted()
    frame = sample.frame
    inside = np.ones(len(sample), dtype=bool)
    for column, value in survey.where.items():
        inside &= (frame[column] == value).to_numpy(dtype=bool, na_value=False)
    if not criteria or not inside.any():
        return None
    terms: dict[str, Term | Floats] = {}
    for each in (one for one in criteria if one.questions):
        terms[f"top:{each.code}"], terms[f"all:{each.code}"] = _answers(survey, each, len(sample))
    tree = index_tree(evaluation.questionnaire) if any(not each.questions for each in criteria) else ()
    satisfied = satisfied_answers(evaluation.questionnaire)
    terms |= index_terms(tree, satisfied)
    totals = psu_totals(sample, terms, where=inside, second_moments=False)
    plan = evaluation.plan
    return estimate(
        totals,
        [each.code for each in criteria],
        [_base(each, tree) for each in criteria],
        _rates(criteria, tree, plan.mode, totals.terms),
        Precision(method=plan.interval, level=level, df=plan.df),
    )


def _answers(survey: Survey, criterion: Criterion, rows: int) -> tuple[Floats, Floats]:
    """(n,) the shares that each row's answers earn, and how many of its answers count."""
    frame = survey.evaluation.sample.frame
    counts = np.ones(rows, dtype=bool)
    for column, answers in criterion.respondents.items():
        counts &= frame[column].isin(answers).to_numpy(dtype=bool)
    top, valid = np.zeros(rows), np.zeros(rows)
    for name in criterion.questions:
        earned = counting(criterion, survey.evaluation.questionnaire.question(name))
        shares = frame[name].astype("object").map(dict(earned)).to_numpy(dtype=float, na_value=np.nan)
        counted = counts & ~np.isnan(shares)
        top += np.where(counted, shares, 0.0)
        valid += counted
    return top, valid


def _base(criterion: Criterion, tree: Sequence[Node]) -> str:
    if criterion.questions:
        return f"all:{criterion.code}"
    return people(next(node for node in tree if node.id == (criterion.node or "overall")))


def _rates(criteria: Sequence[Criterion], tree: Sequence[Node], mode: str, terms: Sequence[str]) -> Smooth:
    """All criteria's rates as functions of the totals, in their order."""
    place = {name: k for k, name in enumerate(terms)}
    asked = [each for each in criteria if each.questions]
    tops, bottoms = ([place[f"{kind}:{each.code}"] for each in asked] for kind in ("top", "all"))
    parts = [quotients(tops, bottoms)] if asked else []
    parts += [index_function(tree, mode, terms)] if tree else []
    nodes = {node.id: k for k, node in enumerate(tree)}
    order = [asked.index(each) if each.questions else len(asked) + nodes[each.node or "overall"] for each in criteria]

    def value(totals: Floats) -> Floats:
        return np.concatenate([part.value(totals) for part in parts], axis=-1)[..., order]

    def gradient(totals: Floats) -> Floats:
        return np.concatenate([part.gradient(totals) for part in parts], axis=-1)[..., order]

    return Smooth(value=value, gradient=gradient)
