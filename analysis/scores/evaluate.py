"""What does a round say? From a sample and a plan to every number of the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.estimation import Estimate, EstimationError, Precision, Sample, poststratify, rake
from analysis.estimation.estimate import collect, linearise, quotients
from analysis.estimation.sample import Floats
from analysis.estimation.totals import psu_totals
from analysis.scores.caveats import caveats
from analysis.scores.plan import Plan, margin_variables
from analysis.scores.responses import refusal, round_sample
from analysis.scores.satisfaction import Result, Row, RowLevel, index_tree, satisfaction
from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire
from survey.response import Response
from survey.round import Round


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """One evaluation: what was asked, of whom (with final weights), how, what came out, and what to beware of."""

    questionnaire: Questionnaire
    sample: Sample
    plan: Plan
    result: Result
    warnings: tuple[Problem, ...]


def evaluate(sample: Sample, questionnaire: Questionnaire, plan: Plan) -> Evaluation:
    """Weight the sample as the plan says, then estimate every option, item, factor, aspect and the overall index.

    Everybody first, then each level of each `by` column, then all crossed; unweighted rows beside weighted ones.
    Raises Refused where the weights cannot be made or an option of the plan does not exist.
    """
    _must_split(questionnaire, plan)
    try:
        weighted = adjust(sample, plan)
        pair = (weighted.unweighted(), weighted)
        rows = [row for by in breakdowns(plan.by) for row in _breakdown(pair, questionnaire, plan, by)]
    except EstimationError as error:
        raise refusal(error) from error
    domains = {tuple(row.by.items()): row.by for row in rows}
    result = Result(plan=plan, rows=tuple(rows), domains=tuple(domains.values()))
    warnings = tuple(caveats(weighted, result))
    return Evaluation(questionnaire=questionnaire, sample=weighted, plan=plan, result=result, warnings=warnings)


def evaluate_round(
    round_: Round, questionnaire: Questionnaire, responses: Sequence[Response], plan: Plan
) -> Evaluation:
    """A round's evaluation. Where its margins cannot be met yet, weights are the draw's alone, and a warning says why.

    Raises Refused where there is nothing to evaluate.
    """
    sample = round_sample(round_, questionnaire, responses, plan)
    try:
        return evaluate(sample, questionnaire, plan)
    except Refused as refused:
        if plan.adjust == "none":
            raise
        reason = Problem(code="EVA_NOT_ADJUSTED", values={"reason": refused.say()})
        found = evaluate(sample, questionnaire, replace(plan, adjust="none", margins=()))
        return replace(found, warnings=(reason, *found.warnings))


def adjust(sample: Sample, plan: Plan) -> Sample:
    """The sample with the weights the plan asks for. Raises EstimationError where its margins cannot be met."""
    margins: dict[str, dict[str, float]] = {variable: {} for variable in margin_variables(plan.margins)}
    for margin in plan.margins:
        margins[margin.variable][margin.level] = margin.total
    if plan.adjust == "rake":
        return rake(sample, margins, residuals=plan.rake_variance)
    if plan.adjust == "poststratify":
        if len(margins) != 1:
            raise EstimationError("WGT_ONE_MARGIN", count=len(margins))
        [(variable, totals)] = margins.items()
        return poststratify(sample, variable, totals)
    return sample


def _must_split(questionnaire: Questionnaire, plan: Plan) -> None:
    several = [q.name for q in questionnaire.questions() if q.kind == "select_multiple" and q.name in plan.by]
    if several:
        raise Refused([Problem(code="EVA_BY_MULTIPLE", values={"column": name}) for name in several])


def breakdowns(by: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Everybody, each column alone, and all of them crossed."""
    return tuple(dict.fromkeys([(), *((column,) for column in by), by]))


def _breakdown(
    pair: tuple[Sample, Sample], questionnaire: Questionnaire, plan: Plan, by: tuple[str, ...]
) -> Iterator[Row]:
    """The rows of one breakdown, domain by domain, the unweighted ones of a domain before the weighted."""
    tree = index_tree(questionnaire)
    levels: dict[str, RowLevel] = {node.id: node.level for node in tree}
    satisfied = {question.name: _satisfied(pair[0].frame, question) for question in questionnaire.items()}
    columns, labels, base = _option_columns(pair[0].frame, questionnaire)
    kinds: list[list[list[Estimate]]] = []
    for sample in pair:
        options = _options(sample, columns, labels, base, plan, by) if labels else []
        index = satisfaction(sample, tree, satisfied, plan, by) if tree else []
        kinds.append([estimates for estimates in (options, index) if estimates])
    domains = [estimate.by[0] for estimate in kinds[0][0]] if kinds[0] else []
    for domain in _in_order(domains, questionnaire):
        for weighted, kind in zip((False, True), kinds, strict=True):
            for estimates in kind:
                yield from _rows(estimates[domain], levels, weighted, plan)


def _in_order(domains: Sequence[Mapping[str, str]], questionnaire: Questionnaire) -> list[int]:
    """The domains' positions, a question's levels in the order of its scale, other columns as they are sorted."""
    scales = {q.name: [option.value for option in q.scale.options] for q in questionnaire.questions() if q.scale}
    ranks: dict[str, dict[str, int]] = {}
    for column in domains[0] if domains else ():
        levels = scales.get(column) or dict.fromkeys(domain[column] for domain in domains)
        ranks[column] = {level: place for place, level in enumerate(levels)}
    return sorted(range(len(domains)), key=lambda d: [ranks[column][level] for column, level in domains[d].items()])


def _option_columns(
    frame: pd.DataFrame, questionnaire: Questionnaire
) -> tuple[dict[str, Floats], list[str], list[str]]:
    """0/1 columns of every option of every choice question, the options' ids, and the answered-column each rests on."""
    columns: dict[str, Floats] = {}
    labels, base = [], []
    for question in questionnaire.questions():
        if question.scale is None:
            continue
        answers = frame[question.name]
        columns[f"o:{question.name}"] = np.where(answers.notna(), 1.0, 0.0)
        for option in question.scale.options:
            label = f"{question.name}={option.value}"
            columns[label] = _chosen(answers, question, option.value)
            labels.append(label)
            base.append(f"o:{question.name}")
    return columns, labels, base


def _chosen(answers: "pd.Series[str]", question: Question, value: str) -> Floats:
    if question.kind == "select_multiple":
        return np.array(
            [value in answer.split() if isinstance(answer, str) else False for answer in answers], dtype=float
        )
    return np.where(answers == value, 1.0, 0.0)


def _options(
    sample: Sample,
    columns: Mapping[str, Floats],
    labels: Sequence[str],
    base: Sequence[str],
    plan: Plan,
    by: tuple[str, ...],
) -> list[Estimate]:
    totals = psu_totals(sample, columns, by=by, second_moments=False)
    place = {name: k for k, name in enumerate(totals.columns)}
    function = quotients([place[label] for label in labels], [place[name] for name in base])
    precision = Precision(method=plan.interval, level=plan.level, df=plan.df)
    return [
        collect(totals, [linearise(totals, d, labels, base, function)], precision) for d in range(len(totals.domains))
    ]


def _satisfied(frame: pd.DataFrame, question: Question) -> Floats:
    answers = frame[question.name]
    return np.where(answers.notna(), np.where(answers.isin(question.satisfied), 1.0, 0.0), np.nan)


def _rows(estimate: Estimate, levels: Mapping[str, RowLevel], weighted: bool, plan: Plan) -> Iterator[Row]:
    columns = (
        estimate.value,
        estimate.se,
        estimate.low,
        estimate.high,
        estimate.weighted_n,
        estimate.df,
        estimate.deff,
    )
    numbers = np.column_stack(columns).tolist()
    for k, (value, se, low, high, weighted_n, df, deff) in enumerate(numbers):
        label = estimate.labels[k]
        level: RowLevel = levels.get(label, "option")
        yield Row(
            id=label,
            level=level,
            by=estimate.by[k],
            weighted=weighted,
            mode=plan.mode,
            value=value,
            se=se,
            low=low,
            high=high,
            level_of_confidence=plan.level,
            method=estimate.methods[k],
            n=int(estimate.n[k]),
            weighted_n=weighted_n,
            df=df,
            deff=deff,
        )
