"""How satisfied are people? Item → factor → aspect → overall, in three modes, weighted beside unweighted.

The index is the share satisfied; above the items it is aggregated in one of three modes (method §1.3):

*pooled*  Σ satisfied / Σ valid answers over all descendant items of a node (the default);
*items*   the plain mean of all descendant items' shares, never a mean of factors;
*weights* Σ w_c · child / Σ w_c over a node's children (a factor's children are its items, with equal weight).

All three are smooth functions of the same weighted totals, so every interval comes from their joint covariance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from analysis.estimation.estimate import Estimate, Precision, Smooth, collect, linearise
from analysis.estimation.sample import Floats, Sample
from analysis.estimation.totals import psu_totals
from analysis.scores.plan import Plan
from survey.questionnaire import IndexNode, Questionnaire

RowLevel = Literal["option", "item", "factor", "aspect", "overall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number of the result with its proof. Shares are 0-1; what cannot be computed is NaN.

    `id`: the item's question name, the factor's or aspect's code, `overall`, or for the share of one answer of an
    item `question=value`. `by`: the domain, column to value, empty for everybody. `n`: people with a valid answer to
    any item under this number; `weighted_n` their weights' sum. `margin`: half the interval's width.
    `method`: the interval actually used (`beta` where the share is 0 or 1 and `logit` was asked).
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
    sample: Sample, tree: Sequence[Node], satisfied: Mapping[str, Floats], plan: Plan, by: Sequence[str]
) -> list[Estimate]:
    """The estimates of all nodes of the tree with their joint covariance, one Estimate a domain, labels the nodes' ids.

    `satisfied`: item → (n,) 1 satisfied, 0 not, NaN no answer.
    """
    columns: dict[str, Floats] = {}
    for name, values in satisfied.items():
        columns[f"y:{name}"] = np.nan_to_num(values, nan=0.0)
        columns[f"o:{name}"] = (~np.isnan(values)).astype(float)
    for node in tree:
        if node.level != "item":
            columns[f"n:{node.id}"] = np.max([columns[f"o:{item}"] for item in node.items], axis=0)
    base = [f"o:{node.id}" if node.level == "item" else f"n:{node.id}" for node in tree]
    totals = psu_totals(sample, columns, by=by)
    function = _function(tree, plan.mode, totals.columns)
    labels = [node.id for node in tree]
    precision = Precision(method=plan.interval, level=plan.level, df=plan.df)
    return [
        collect(totals, [linearise(totals, d, labels, base, function)], precision) for d in range(len(totals.domains))
    ]


def _function(tree: Sequence[Node], mode: str, columns: Sequence[str]) -> Smooth:
    """All nodes' values and gradients from the totals. Items and factors that nobody answered take no part above."""
    place = {name: k for k, name in enumerate(columns)}

    def function(totals: Floats) -> tuple[Floats, Floats]:
        found: dict[str, tuple[float, Floats]] = {}
        for node in tree:
            if node.level == "item" or mode == "pooled":
                found[node.id] = _pooled(totals, place, node.items)
            elif mode == "items":
                found[node.id] = _average([found[item] for item in node.items], [1.0] * len(node.items))
            else:
                found[node.id] = _average([found[child] for child in node.children], node.weights)
        return np.array([found[n.id][0] for n in tree]), np.column_stack([found[n.id][1] for n in tree])

    return function


def _pooled(totals: Floats, place: Mapping[str, int], items: Sequence[str]) -> tuple[float, Floats]:
    tops, bottoms = [place[f"y:{item}"] for item in items], [place[f"o:{item}"] for item in items]
    bottom = totals[bottoms].sum()
    gradient = np.zeros(len(totals))
    if bottom == 0:
        return np.nan, gradient
    value = totals[tops].sum() / bottom
    gradient[tops] = 1 / bottom
    gradient[bottoms] = -value / bottom
    return float(value), gradient


def _average(parts: Sequence[tuple[float, Floats]], weights: Sequence[float]) -> tuple[float, Floats]:
    known = [
        (value, gradient, weight) for (value, gradient), weight in zip(parts, weights, strict=True) if value == value
    ]
    if not sum(weight for _, _, weight in known):
        return np.nan, np.zeros_like(parts[0][1])
    whole = sum(weight for _, _, weight in known)
    gradient = np.sum([weight * gradient for _, gradient, weight in known], axis=0) / whole
    return sum(weight * value for value, _, weight in known) / whole, gradient
