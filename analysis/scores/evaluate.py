"""What does a round say? From a sample and a plan to every number of the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.estimation import Estimate, EstimationError, Precision, Sample, poststratify, rake
from analysis.estimation.columns import Columns, Floats
from analysis.estimation.linearise import estimate, quotients
from analysis.estimation.reliability import Label, Rules, label, load_rules
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.scores.caveats import caveats
from analysis.scores.plan import Plan, margin_variables
from analysis.scores.responses import refusal, round_sample
from analysis.scores.satisfaction import Result, Row, RowLevel, index_tree, satisfaction, satisfied_answers
from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire
from survey.rating import named_in
from survey.response import Response
from survey.round import Round

_NOTHING = 1e-9
"""A standard error of a share that is rounding: the figure cannot vary, as a margin that was raked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """One evaluation: what was asked, of whom (with final weights), how, what came out, and what to beware of.

    `rules`: by which every figure got its reliability label.
    """

    questionnaire: Questionnaire
    sample: Sample
    plan: Plan
    rules: Rules
    result: Result
    warnings: tuple[Problem, ...]


def evaluate(sample: Sample, questionnaire: Questionnaire, plan: Plan, rules: Rules | None = None) -> Evaluation:
    """Weight the sample as the plan says, then estimate every option, item, factor, aspect and the overall index.

    Everybody first, then each level of each `by` column, then all crossed; unweighted rows beside weighted ones.
    `rules`: of the reliability labels, the shipped ones by default.
    Raises Refused where the weights cannot be made or an option of the plan does not exist.
    """
    _must_split(questionnaire, plan)
    try:
        weighted = adjust(sample, plan)
        made = _Maker(
            pair=(weighted.unweighted(), weighted),
            questionnaire=questionnaire,
            options=_options(weighted.columns, questionnaire),
            plan=plan,
            rules=rules or load_rules(),
        )
        rows = [row for by in breakdowns(plan.by) for row in _breakdown(made, by)]
    except EstimationError as error:
        raise refusal(error, questionnaire) from error
    domains = {tuple(row.by.items()): row.by for row in rows}
    result = Result(plan=plan, rows=tuple(rows), domains=tuple(domains.values()))
    warnings = tuple(caveats(weighted, result))
    return Evaluation(
        questionnaire=questionnaire, sample=weighted, plan=plan, rules=made.rules, result=result, warnings=warnings
    )


def evaluate_round(
    round_: Round, questionnaire: Questionnaire, responses: Sequence[Response], plan: Plan
) -> Evaluation:
    """A round's evaluation. Where its margins cannot be met yet, weights are the draw's alone, and a warning says why.

    The lists of offices to rate are the round's. Raises Refused where there is nothing to evaluate.
    """
    questionnaire = named_in(questionnaire, round_.rated) if round_.rated else questionnaire
    sample = round_sample(round_, questionnaire, responses, plan)
    try:
        return evaluate(sample, questionnaire, plan)
    except Refused as refused:
        if plan.adjust == "none":
            raise
        reason = Problem(code="EVA_NOT_ADJUSTED", values={"reason": refused})
        found = evaluate(sample, questionnaire, replace(plan, adjust="none", margins=()))
        others = (warning for warning in found.warnings if warning.code != "EVA_NO_MARGINS")  # there are, but unmet
        return replace(found, warnings=(reason, *others))


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Maker:
    """What every breakdown is made from. `pair`: the sample unweighted and weighted."""

    pair: tuple[Sample, Sample]
    questionnaire: Questionnaire
    options: "_Options"
    plan: Plan
    rules: Rules


def _breakdown(made: _Maker, by: tuple[str, ...]) -> Iterator[Row]:
    """The rows of one breakdown, domain by domain, the unweighted ones of a domain before the weighted."""
    questionnaire, options, plan = made.questionnaire, made.options, made.plan
    tree = index_tree(questionnaire)
    satisfied = satisfied_answers(questionnaire)
    kinds: list[list[Estimate]] = []
    for sample in made.pair:
        if kinds and not plan.weighted():
            kinds.append(kinds[0])
            continue
        kinds.append([_shares(sample, options, plan, by)] if options.labels else [])
        if tree:
            kinds[-1].append(satisfaction(sample, tree, satisfied, plan, by))
    levels: dict[str, RowLevel] = {node.id: node.level for node in tree}
    freedom = domain_df(made.pair[1], by)
    rows = [[_rows(made, found, levels, weighted, freedom) for found in kinds[weighted]] for weighted in (False, True)]
    domains = list({tuple(by.items()): by for by in kinds[0][0].by}.values()) if kinds[0] else []
    for domain in _in_order(domains, questionnaire):
        for kind in rows:
            for found in kind:
                size = len(found) // len(domains)
                yield from found[domain * size : (domain + 1) * size]


def _in_order(domains: Sequence[Mapping[str, str]], questionnaire: Questionnaire) -> list[int]:
    """The domains' positions, a question's levels in the order of its scale, other columns as they are sorted."""
    scales = {q.name: [option.value for option in q.scale.options] for q in questionnaire.questions() if q.scale}
    ranks: dict[str, dict[str, int]] = {}
    for column in domains[0] if domains else ():
        levels = scales.get(column) or dict.fromkeys(domain[column] for domain in domains)
        ranks[column] = {level: place for place, level in enumerate(levels)}
    return sorted(range(len(domains)), key=lambda d: [ranks[column][level] for column, level in domains[d].items()])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Options:
    """Every option of every choice question: its id, the term that counts who chose it, and the one it rests on."""

    terms: Mapping[str, Term | Floats]
    labels: tuple[str, ...]
    base: tuple[str, ...]


def _options(columns: Columns, questionnaire: Questionnaire) -> _Options:
    terms: dict[str, Term | Floats] = {}
    labels, base = [], []
    for question in questionnaire.questions():
        if question.scale is None:
            continue
        terms[f"o:{question.name}"] = Term(given=(question.name,))
        for option in question.scale.options:
            label = f"{question.name}={option.value}"
            terms[label] = _chosen(columns, question, option.value)
            labels.append(label)
            base.append(f"o:{question.name}")
    return _Options(terms=terms, labels=tuple(labels), base=tuple(base))


def _chosen(columns: Columns, question: Question, value: str) -> Term:
    if question.kind != "select_multiple":
        return Term(within={question.name: (value,)})
    together = columns.coded(question.name).levels
    return Term(within={question.name: tuple(values for values in together if value in values.split())})


def _shares(sample: Sample, options: _Options, plan: Plan, by: tuple[str, ...]) -> Estimate:
    totals = psu_totals(sample, options.terms, by=by, second_moments=False)
    place = {name: k for k, name in enumerate(totals.terms)}
    function = quotients(
        [place[label] for label in options.labels], [place[name] for name in options.base], shares=True
    )
    precision = Precision(method=plan.interval, level=plan.level, df=plan.df)
    return estimate(totals, options.labels, options.base, function, precision)


def domain_df(sample: Sample, by: tuple[str, ...]) -> Floats:
    """(D,): the degrees of freedom of each domain, never more than the design's."""
    totals = psu_totals(sample, {"": Term()}, by=by, second_moments=False)
    return np.minimum(totals.domain_df(0), totals.df)


def labels(rules: Rules, estimate: Estimate, freedom: Floats) -> tuple[Label, ...]:
    """The reliability of shares, domain by domain. `freedom` (D,): what labels take for df, whatever intervals have."""
    return label(
        rules,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        df=np.repeat(freedom, len(estimate) // len(freedom)),
        se=estimate.se,
        share=True,
    )


def _rows(
    made: _Maker, estimate: Estimate, levels: Mapping[str, RowLevel], weighted: bool, freedom: Floats
) -> list[Row]:
    """A breakdown's rows. `freedom` (D,): of `labels`."""
    plan = made.plan
    names = ("value", "se", "low", "high", "weighted_n", "df", "deff", "n")
    moving = np.where(estimate.se > _NOTHING, estimate.n_eff, np.nan)
    numbers = np.column_stack([moving, *(getattr(estimate, name) for name in names)]).tolist()
    return [
        Row(
            id=name,
            level=levels.get(name, "option"),
            by=by,
            weighted=weighted,
            mode=plan.mode,
            value=value,
            se=se,
            low=low,
            high=high,
            level_of_confidence=plan.level,
            method=method,
            n=int(n),
            weighted_n=weighted_n,
            df=df,
            deff=deff,
            n_eff=n_eff,
            reliability=graded.grade,
            reasons=graded.reasons,
        )
        for name, by, method, graded, (n_eff, value, se, low, high, weighted_n, df, deff, n) in zip(
            estimate.labels,
            estimate.by,
            estimate.methods,
            labels(made.rules, estimate, freedom),
            numbers,
            strict=True,
        )
    ]
