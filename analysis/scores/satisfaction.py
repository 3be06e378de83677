"""How satisfied are people? Item → factor → aspect → overall, in three modes, weighted beside unweighted.

The index is the share satisfied; above the items it is aggregated in one of three modes (method §1.3):

*pooled*  Σ satisfied / Σ valid answers over all descendant items of a node (the default);
*items*   the plain mean of all descendant items' shares, never a mean of factors;
*weights* Σ w_c · child / Σ w_c over a node's children (a factor's children are its items, with equal weight).

All three are smooth functions of the same weighted totals, so every interval comes from their joint covariance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.linearise import Smooth, estimate
from analysis.estimation.reliability import Grade, Reason
from analysis.estimation.sample import Sample
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.scores.plan import Plan
from survey.questionnaire import IndexNode, Questionnaire

RowLevel = Literal["option", "item", "factor", "aspect", "overall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number of the result with its proof. Shares are 0-1; what cannot be computed is NaN.

    `id`: the item's question name, the factor's or aspect's code, `overall`, or for the share of one answer of an
    item `question=value`. `by`: the domain, column to value, empty for everybody. `n`: people with a valid answer to
    any item under this number; `weighted_n` their weights' sum; `n_eff` the effective sample size, n over `deff`,
    NaN where the share cannot vary.
    `margin`: half the interval's width. `df`: of the interval. `method`: the interval actually used (`beta` where the
    share is 0 or 1 and `logit` was asked). `reliability`: the label by the evaluation's rules, with its `reasons`.
    """

    id: str
    level: RowLevel
    by: Mapping[str, str]
    weighted: bool
    mode: str
    value: float
    se: float
    low: float
    high: float
    level_of_confidence: float
    method: str
    n: int
    weighted_n: float
    df: float
    deff: float
    n_eff: float
    reliability: Grade
    reasons: tuple[Reason, ...]

    @property
    def margin(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, kw_only=True)
class Result:
    """All numbers of one evaluation, in the order options and items, factors, aspects, overall; domain by domain."""

    plan: Plan
    rows: tuple[Row, ...]
    domains: tuple[Mapping[str, str], ...]

    def row(self, id: str, *, weighted: bool, by: Mapping[str, str] | None = None) -> Row:
        """The row of this id in this domain (everybody if `by` is None). Raises KeyError if there is none."""
        return self._place[id, weighted, tuple((by or {}).items())]

    @cached_property
    def _place(self) -> Mapping[tuple[str, bool, tuple[tuple[str, str], ...]], Row]:
        return {(row.id, row.weighted, tuple(row.by.items())): row for row in self.rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One number of the index tree: an item, a factor, an aspect or `overall`, and the items under it.

    `children`: ids of the nodes right under it (empty for an item), `weights` theirs in the mode *weights*.
    """

    id: str
    level: RowLevel
    items: tuple[str, ...]
    children: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()


def index_tree(questionnaire: Questionnaire) -> tuple[Node, ...]:
    """The tree of a questionnaire's satisfaction items, a node after its children: items, factors, aspects, overall.

    Factors and aspects without an item are left out; without an index sheet the items hang right under `overall`.
    """
    items = questionnaire.items()
    nodes = {item.name: Node(id=item.name, level="item", items=(item.name,)) for item in items}
    for level in ("factor", "aspect"):
        for entry in questionnaire.index:
            if entry.level != level:
                continue
            below = [c for c in questionnaire.index if c.parent == entry.code and c.code in nodes]
            own = [item.name for item in items if item.factor == entry.code]
            node = _parent(entry.code, level, own, below, nodes)
            if node.items:
                nodes[entry.code] = node
    top = [entry for entry in questionnaire.index if entry.parent is None and entry.code in nodes]
    loose = [item.name for item in items if item.factor is None]
    if items:
        nodes["overall"] = _parent("overall", "overall", loose, top, nodes)
    return tuple(nodes.values())


def satisfied_answers(questionnaire: Questionnaire) -> Mapping[str, Sequence[str]]:
    """Item → the answers that count as satisfied."""
    return {question.name: question.satisfied for question in questionnaire.items()}


def subtree(tree: Sequence[Node], id: str) -> tuple[Node, ...]:
    """The node and everything under it, the node last."""
    wanted = {id}
    for node in reversed(tree):
        if node.id in wanted:
            wanted |= {*node.children, *node.items}
    return tuple(node for node in tree if node.id in wanted)


def _parent(
    id: str, level: RowLevel, own: Sequence[str], below: Sequence[IndexNode], nodes: Mapping[str, Node]
) -> Node:
    found = {name for entry in below for name in nodes[entry.code].items} | set(own)
    return Node(
        id=id,
        level=level,
        items=tuple(name for name, node in nodes.items() if node.level == "item" and name in found),
        children=(*own, *(entry.code for entry in below)),
        weights=(*(1.0 for _ in own), *(entry.weight for entry in below)),
    )


def satisfaction(
    sample: Sample,
    tree: Sequence[Node],
    satisfied: Mapping[str, Sequence[str]],
    plan: Plan,
    by: Sequence[str],
    *,
    deff: bool = True,
) -> Estimate:
    """All nodes of the tree in each domain, domain by domain, with their joint covariance; labels are the nodes' ids.

    `satisfied`: item → the answers that count as satisfied. `deff`: with design effects, most of the work.
    """
    totals = psu_totals(sample, index_terms(tree, satisfied), by=by, second_moments=deff)
    precision = Precision(method=plan.interval, level=plan.level, df=plan.df)
    function = index_function(tree, plan.mode, totals.terms)
    return estimate(totals, [node.id for node in tree], [people(node) for node in tree], function, precision)


def one_node(
    sample: Sample, tree: Sequence[Node], satisfied: Mapping[str, Sequence[str]], plan: Plan, by: Sequence[str]
) -> Estimate:
    """The last node of the tree alone in each domain, without design effects, with t intervals on the domain's df."""
    totals = psu_totals(sample, index_terms(tree, satisfied), by=by, second_moments=False)
    whole = index_function(tree, plan.mode, totals.terms)
    function = Smooth(
        value=lambda sums: whole.value(sums)[..., -1:], gradient=lambda sums: whole.gradient(sums)[..., -1:]
    )
    precision = Precision(level=plan.level, df="domain")
    return estimate(totals, [tree[-1].id], [people(tree[-1])], function, precision)


def index_terms(tree: Sequence[Node], satisfied: Mapping[str, Sequence[str]]) -> Mapping[str, Term]:
    """What is summed for a tree: who is satisfied with an item, who answered it, who answered anything of a node."""
    items = [node.id for node in tree if node.level == "item"]
    terms = {f"y:{item}": Term(within={item: tuple(satisfied[item])}) for item in items}
    terms |= {f"o:{item}": Term(given=(item,)) for item in items}
    return terms | {people(node): Term(any_of=node.items) for node in tree if node.level != "item"}


def people(node: Node) -> str:
    """The term that counts the people under a node."""
    return f"o:{node.id}" if node.level == "item" else f"n:{node.id}"


def index_function(tree: Sequence[Node], mode: str, terms: Sequence[str]) -> Smooth:
    """All nodes' values and gradients from totals of the terms `y:item` (satisfied) and `o:item` (answered).

    Items and factors that nobody answered take no part above.
    """
    place = {name: k for k, name in enumerate(terms)}

    def numbers(totals: Floats) -> dict[str, _Number]:
        found: dict[str, _Number] = {}
        for node in tree:
            if node.level == "item" or mode == "pooled":
                tops = [place[f"y:{item}"] for item in node.items]
                found[node.id] = _pooled(totals, tops, [place[f"o:{item}"] for item in node.items])
            elif mode == "items":
                found[node.id] = _average([found[item] for item in node.items], np.ones(len(node.items)))
            else:
                found[node.id] = _average([found[child] for child in node.children], np.array(node.weights))
        return found

    def value(totals: Floats) -> Floats:
        found = numbers(totals)
        return np.stack([found[node.id].value for node in tree], axis=-1)

    def gradient(totals: Floats) -> Floats:
        found = numbers(totals)
        return np.stack([found[node.id].gradient() for node in tree], axis=-1)

    return Smooth(value=value, gradient=gradient)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Number:
    """A function of totals (..., K): its value (...,) and, when asked for, its gradient (..., K)."""

    value: Floats
    gradient: Callable[[], Floats]


def _pooled(totals: Floats, tops: Sequence[int], bottoms: Sequence[int]) -> _Number:
    bottom = totals[..., bottoms].sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(bottom > 0, totals[..., tops].sum(axis=-1) / bottom, np.nan)

    def gradient() -> Floats:
        found = np.zeros(totals.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[..., tops] = np.where(bottom > 0, 1 / bottom, 0.0)[..., None]
            found[..., bottoms] = np.where(bottom > 0, -value / bottom, 0.0)[..., None]
        return found

    return _Number(value=value, gradient=gradient)


def _average(parts: Sequence[_Number], weights: Floats) -> _Number:
    values = np.stack([part.value for part in parts], axis=-1)
    known = np.where(np.isnan(values), 0.0, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = known / known.sum(axis=-1, keepdims=True)
    value = np.where(known.any(axis=-1), (shares * np.nan_to_num(values)).sum(axis=-1), np.nan)

    def gradient() -> Floats:
        each = np.nan_to_num(shares)
        return sum((each[..., c, None] * part.gradient() for c, part in enumerate(parts)), np.zeros(1))

    return _Number(value=value, gradient=gradient)
