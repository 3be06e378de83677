"""What changed since the last round? Differences with their own interval, and all that speaks against calling them so.

Δ = θ_now − θ_before has the variance v_now + v_before − 2c: c is 0 for rounds drawn independently, and the covariance
of the common sampling units where both drew some of the same (`analysis/estimation/overlap.py`). Intervals are t
intervals, on the degrees of freedom of Welch and Satterthwaite, or of the poorer round where units are shared. Each row
has its own interval; what is said of a row (up, down) holds for the whole list it stands in at once (Šidák 1967).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from analysis.estimation import Estimate, Sample, label, sidak
from analysis.estimation.overlap import Overlap, overlap
from analysis.estimation.reliability import Rules
from analysis.scores.asked_alike import Common, common, restricted, round_breaks
from analysis.scores.change import Basis, Change, RoundChanges, Verdict
from analysis.scores.evaluate import Evaluation
from analysis.scores.plan import Plan
from analysis.scores.published import Published, load_published
from analysis.scores.satisfaction import index_tree, satisfaction, satisfied_answers
from analysis.scores.units_then import UNIT, UnitsThen, units_then
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.successors import History, UnitsMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two rounds."""

    evaluation: Evaluation
    round_: Round


def compare(now: Side, before: Side, units: History | None = None, published: Published | None = None) -> RoundChanges:
    """The later round against the earlier: both computed as the later one's plan says (mode, level, interval, df).

    `units`: which units came after which. `published`: where known breaks of series come from, by default the shipped.
    """
    plan = now.evaluation.plan
    past = replace(before.evaluation.plan, mode=plan.mode, interval=plan.interval, level=plan.level, df=plan.df)
    both = common(now.evaluation.questionnaire, before.evaluation.questionnaire, plan.mode)
    breaks, serious = round_breaks(
        (now.round_, now.evaluation.questionnaire, plan),
        (before.round_, before.evaluation.questionnaire, past),
        published or load_published(),
    )
    by_unit = UNIT in plan.by and UNIT in past.by
    then = _then(now, before, units or UnitsMap()) if by_unit else None
    earlier = before.evaluation.sample if then is None else then.sample
    shared = overlap(now.evaluation.sample, earlier, _key(now.evaluation.sample, earlier))
    made = _Maker(
        now=now.evaluation,
        before=replace(before.evaluation, sample=earlier, plan=past),
        both=both,
        shared=shared,
        serious=serious,
        then=then,
    )
    changes = [*_kind(made, weighted=False, by_unit=by_unit)]
    if plan.weighted() or past.weighted():
        changes += _kind(made, weighted=True, by_unit=by_unit)
    else:
        changes += [replace(each, weighted=True) for each in changes]
    return RoundChanges(
        now=now.round_,
        before=before.round_,
        level=plan.level,
        mode=plan.mode,
        shared=0 if shared is None else len(shared),
        breaks=breaks,
        serious=serious,
        changes=tuple(changes),
        left_out=(*both.left_out, *(then.left_out if then else ())),
        labels=both.labels,
        alone=then.alone if then else {},
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Maker:
    """What every change is made from; `before` has the sample under today's units, and the later plan's choices."""

    now: Evaluation
    before: Evaluation
    both: Common
    shared: Overlap | None
    serious: bool
    then: UnitsThen | None


def _then(now: Side, before: Side, units: History) -> UnitsThen:
    return units_then((now.round_, now.evaluation.sample), (before.round_, before.evaluation.sample), units)


def _key(now: Sample, before: Sample) -> tuple[str, ...]:
    """The columns by which a sampling unit is known again: those of the later design, and the place's name."""
    names = [
        name for of in (now.design.strata, now.design.psu) for name in ((of,) if isinstance(of, str) else of or ())
    ]
    return tuple(name for name in (*names, "place") if name in now.columns.names and name in before.columns.names)


def _kind(made: _Maker, *, weighted: bool, by_unit: bool) -> Iterator[Change]:
    """Everybody's changes, then the units', in one kind of number."""
    others = [code for code in made.both.nodes if code not in made.both.same]
    asked = made.now.questionnaire, made.before.questionnaire
    narrow = restricted(made.now.questionnaire, made.both.items)
    for by in ((), (UNIT,)) if by_unit else ((),):
        yield from _changes(made, weighted, by, asked, made.both.nodes, "all")
        if others and made.both.items:
            yield from _changes(made, weighted, by, (narrow, narrow), others, "common")


def _changes(
    made: _Maker,
    weighted: bool,
    by: tuple[str, ...],
    asked: tuple[Questionnaire, Questionnaire],
    nodes: Iterable[str],
    basis: Basis,
) -> Iterator[Change]:
    levels = {node.id: node.level for node in index_tree(asked[0])}
    wanted = {code for code in nodes if code in levels and not (by and levels[code] == "item")}
    if not wanted:
        return
    sides = (
        _numbers(made.now, asked[0], made.now.plan, by, weighted),
        _numbers(made.before, asked[1], made.now.plan, by, weighted),
    )
    places = [
        {(name, domain.get(UNIT, "")): k for k, (name, domain) in enumerate(zip(side.labels, side.by, strict=True))}
        for side in sides
    ]
    keys = [
        key
        for key, k in places[0].items()
        if key[0] in wanted and key in places[1] and np.isfinite(sides[0].value[k] + sides[1].value[places[1][key]])
    ]
    if not keys:
        return
    pairs = [(places[0][key], places[1][key]) for key in keys]
    together = np.zeros(len(keys)) if made.shared is None else made.shared.covariance(*sides, pairs)
    grades = [_reliable(side, made.now.rules) for side in sides]
    family = {level: sum(levels[code] == level for code, _ in keys) for level in set(levels.values())}
    for (code, unit), (one, other), covariance in zip(keys, pairs, np.nan_to_num(together).tolist(), strict=True):
        df = _freedom(sides[0], one, sides[1], other, shared=covariance != 0)
        whole = basis == "all" and code not in made.both.same
        found = Change(
            id=code,
            level=levels[code],
            unit=unit,
            weighted=weighted,
            basis=basis,
            before=float(sides[1].value[other]),
            now=float(sides[0].value[one]),
            se_before=float(sides[1].se[other]),
            se_now=float(sides[0].se[one]),
            covariance=covariance,
            df=df,
            critical=_critical(df, made.now.plan.level),
            n_before=int(sides[1].n[other]),
            n_now=int(sides[0].n[one]),
            verdict="unclear",
            notes=(
                *(made.both.notes.get(code, ()) if basis == "all" else ()),
                *(made.then.notes.get(unit, ()) if made.then else ()),
            ),
        )
        sure = grades[0][one] and grades[1][other]
        together_critical = _critical(df, sidak(family[levels[code]], made.now.plan.level))
        yield replace(found, verdict=_verdict(found, together_critical, broken=made.serious or whole, sure=sure))


def _numbers(
    evaluation: Evaluation, questionnaire: Questionnaire, plan: Plan, by: tuple[str, ...], weighted: bool
) -> Estimate:
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    satisfied = satisfied_answers(questionnaire)
    how = replace(plan, df="domain") if by else plan
    return satisfaction(sample, index_tree(questionnaire), satisfied, how, by, deff=False)


def _reliable(side: Estimate, rules: Rules) -> Sequence[bool]:
    labels = label(rules, value=side.value, low=side.low, high=side.high, n=side.n, df=side.df, se=side.se, share=True)
    return [each.grade == "reliable" for each in labels]


def _freedom(now: Estimate, one: int, before: Estimate, other: int, *, shared: bool) -> float:
    """Welch and Satterthwaite's degrees of freedom, those of the poorer round where units are shared."""
    variances, freedom = (
        np.array([getattr(now, name)[one], getattr(before, name)[other]]) for name in ("variance", "df")
    )
    total = variances.sum()
    if shared or not total > 0 or (freedom < 1).any():
        return float(freedom.min())
    return float(total**2 / (variances**2 / freedom).sum())


def _critical(df: float, level: float) -> float:
    """The t quantile of a two-sided interval; NaN where there is no degree of freedom."""
    return float(stdtrit(df, (1 + level) / 2)) if df >= 1 else float("nan")


def _verdict(change: Change, critical: float, *, broken: bool, sure: bool) -> Verdict:
    if broken:
        return "break"
    reach = critical * change.se
    if not sure or not np.isfinite(reach) or reach == 0:
        return "doubtful"
    return "up" if change.value > reach else "down" if change.value < -reach else "unclear"
