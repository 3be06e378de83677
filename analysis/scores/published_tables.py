"""Which tables does a publication have, and which counts stand behind their figures?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.columns import Bools, Floats, level_name
from analysis.scores.attacker import Key
from analysis.scores.evaluate import Evaluation
from analysis.scores.publication_rules import BY, PublicationRules, TableRule
from analysis.scores.satisfaction import Node, index_tree
from analysis.scores.suppression import Cells, Sum

Ints = NDArray[np.intp]
Group = tuple[str, str]
"""Column and level; everybody is ("", "")."""

BLANK = ""
"""The level of people who gave no answer to the column's question: a group too, for a reader can subtract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table: its groups in order, those without an answer last, and the numbers of the index tree it shows."""

    id: str
    column: str
    levels: tuple[str, ...]
    nodes: tuple[str, ...]

    def groups(self) -> tuple[Group, ...]:
        """Its rows: column and level."""
        return tuple((self.column, level) for level in self.levels)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """The tables of one evaluation with the counts behind every cell. `weighted`: answers are weighed.

    `left_out`: columns of the rules' list without a table, with the code of the reason.
    """

    evaluation: Evaluation
    weighted: bool
    tables: tuple[PublishedTable, ...]
    left_out: tuple[tuple[str, str], ...]

    @cached_property
    def tree(self) -> Mapping[str, Node]:
        """The index tree by id, every node after its children."""
        return _tree(self.evaluation)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every cell, table by table and group by group, the numbers from the items up."""
        return tuple((*group, node) for table in self.tables for group in table.groups() for node in table.nodes)

    @cached_property
    def counts(self) -> Mapping[Key, tuple[float, float, float]]:
        """People, satisfied answers and other answers of every cell; weighed answers count in their mean weight."""
        return {key: counts[:3] for key, counts in self._counted.items()}

    @cached_property
    def _counted(self) -> Mapping[Key, tuple[float, float, float, float]]:
        """The counts, and how many answers there are."""
        found: dict[Key, tuple[float, float, float, float]] = {}
        for table in self.tables:
            group, levels = _groups(self.evaluation, table.column)
            behind = _Behind(self.evaluation, self._weights, group, len(levels))
            order = [levels.index(level) for level in table.levels]
            for node in table.nodes:
                lines = behind.counts(self.tree[node])[order].tolist()
                found |= {
                    (column, level, node): (people, satisfied, other, answers)
                    for (column, level), (people, satisfied, other, answers) in zip(table.groups(), lines, strict=True)
                }
        return found

    @property
    def plain(self) -> bool:
        """Whether answers are counted, not weighed."""
        return not (self.weighted and self.evaluation.plan.weighted())

    @property
    def _weights(self) -> Floats:
        weights = np.asarray(self.evaluation.sample.weights, dtype=float)
        return np.where(weights != 0, 1.0, 0.0) if self.plain else weights / weights[weights != 0].mean()

    @cached_property
    def inside(self) -> Mapping[Group, tuple[Group, ...]]:
        """The groups of coarser columns that hold all of a group, as a district holds a commune."""
        found: dict[Group, tuple[Group, ...]] = {}
        for fine in self.tables:
            for coarse in self.tables:
                if fine.column and coarse.column and 1 < len(coarse.levels) < len(fine.levels):
                    for level, holder in self._holders(fine, coarse).items():
                        group = (fine.column, level)
                        found[group] = (*found.get(group, ()), (coarse.column, holder))
        return found

    def _holders(self, fine: PublishedTable, coarse: PublishedTable) -> Mapping[str, str]:
        """The coarse level of each fine one; empty where one of them lies in several."""
        (own, levels), (other, holders) = (_groups(self.evaluation, table.column) for table in (fine, coarse))
        there = np.asarray(self.evaluation.sample.weights) != 0
        pairs = np.flatnonzero(np.bincount((own * len(holders) + other)[there]))
        found, held = np.divmod(pairs, len(holders))
        if len(np.unique(found)) < len(found):
            return {}
        return {levels[place]: holders[holder] for place, holder in zip(found.tolist(), held.tolist(), strict=True)}

    @cached_property
    def cells(self) -> Cells:
        """The tables as the suppression sees them: every cell, and all that holds between them."""
        place = {key: number for number, key in enumerate(self.keys)}
        counted = np.array([self._counted[key] for key in self.keys]).T
        mass = counted[1] + counted[2]
        whole = np.array([not column for column, _, _ in self.keys])
        pools: dict[tuple[str, tuple[Group, ...]], int] = {}
        linked = [
            (place[total], tuple(place[part] for part in parts), people) for total, parts, people in self._linked()
        ]
        return Cells(
            counts=counted[:3],
            unit=np.divide(mass, counted[3], out=np.ones_like(mass), where=mass > 0),
            whole=whole,
            lead=np.array([place[column, level, "overall"] for column, level, _ in self.keys]),
            pool=np.array(
                [
                    pools.setdefault((column, self.inside.get((column, level), ())), len(pools))
                    for column, level, _ in self.keys
                ]
            ),
            items=np.array([float(len(self.tree[node].items)) for _, _, node in self.keys]),
            plain=self.plain,
            sums=tuple(Sum(total=total, parts=parts, people=people) for total, parts, people in linked),
            covers=tuple((total, parts) for total, parts, people in linked if not people),
            ceilings=np.where(whole, np.inf, np.array([self.counts["", "", node] for _, _, node in self.keys]).T),
        )

    def _linked(self) -> Iterator[tuple[Key, tuple[Key, ...], bool]]:
        """Totals with their parts; whether people add up too: over groups they do, over numbers of the tree not."""
        for table in self.tables:
            if table.column:
                held: dict[Group, list[Group]] = {("", ""): list(table.groups())}
                for group in table.groups():
                    for holder in self.inside.get(group, ()):
                        held.setdefault(holder, []).append(group)
                for holder, parts in held.items():
                    for node in (node for node in table.nodes if (*holder, node) in self._counted):
                        yield (*holder, node), tuple((*part, node) for part in parts), True
            under = {node: self._under(node, table) for node in table.nodes}
            for group in table.groups():
                for node, below in under.items():
                    if below:
                        yield (*group, node), tuple((*group, part) for part in below), False

    def _under(self, node: str, table: PublishedTable) -> tuple[str, ...]:
        """The numbers of a table right under one of them, where they hold its items, each once."""
        found: list[str] = []
        left = list(self.tree[node].children)
        while left:
            child = left.pop(0)
            if child in table.nodes:
                found.append(child)
            else:
                left += self.tree[child].children
        held = [item for child in found for item in self.tree[child].items]
        return tuple(found) if sorted(held) == sorted(self.tree[node].items) else ()


def plan_tables(evaluation: Evaluation, rules: PublicationRules, *, weighted: bool) -> Tables:
    """The tables of the rules' list that this evaluation has data for."""
    tree = _tree(evaluation)
    roles = {question.name: question.role for question in evaluation.questionnaire.questions()}
    kinds = {question.name: question.kind for question in evaluation.questionnaire.questions()}
    tables: dict[str, PublishedTable] = {}
    left_out: dict[str, str] = {}
    for rule, column in _listed(evaluation, rules):
        if column in rules.never_columns or roles.get(column) in rules.never_roles:
            left_out[column] = "DIS_WHY_NEVER"
        elif column and column not in evaluation.sample.columns.names:
            left_out[column] = "DIS_WHY_ABSENT"
        elif kinds.get(column, "select_one") != "select_one":
            left_out[column] = "DIS_WHY_KIND"
        elif column not in tables:
            tables[column] = PublishedTable(
                id=rule.id,
                column=column,
                levels=_present(evaluation, column),
                nodes=tuple(node.id for node in tree.values() if node.level in rule.levels),
            )
    return Tables(
        evaluation=evaluation, weighted=weighted, tables=tuple(tables.values()), left_out=tuple(left_out.items())
    )


def _listed(evaluation: Evaluation, rules: PublicationRules) -> Iterator[tuple[TableRule, str]]:
    for rule in sorted(rules.tables, key=lambda rule: rule.column != ""):
        for column in evaluation.plan.by if rule.column == BY else (rule.column,):
            yield rule, column


def _tree(evaluation: Evaluation) -> dict[str, Node]:
    """Nodes after their children, one level after the other, so that `overall` is the last."""
    nodes = sorted(index_tree(evaluation.questionnaire), key=lambda node: node.level == "overall")
    return {node.id: node for node in nodes}


def _groups(evaluation: Evaluation, column: str) -> tuple[Ints, list[str]]:
    """Each row's group (n,) as a place in the levels, the blank one first where there is any."""
    if not column:
        return np.zeros(len(evaluation.sample), dtype=np.intp), [""]
    coded = evaluation.sample.columns.coded(column)
    levels = [BLANK] if coded.gaps else []
    return coded.raw.astype(np.intp) - coded.low, levels + [level_name(level) for level in coded.levels]


def _present(evaluation: Evaluation, column: str) -> tuple[str, ...]:
    """The levels that occur, in the order of the question's scale, else sorted; the blank one last."""
    group, levels = _groups(evaluation, column)
    there = np.bincount(group[np.asarray(evaluation.sample.weights) != 0], minlength=len(levels)) > 0
    found = [level for level, occurs in zip(levels, there.tolist(), strict=True) if occurs]
    asked = {question.name: question for question in evaluation.questionnaire.questions()}.get(column)
    if asked is not None and asked.scale is not None:
        order = [option.value for option in asked.scale.options]
        found.sort(key=lambda level: order.index(level) if level in order else len(order))
    return tuple(sorted(found, key=lambda level: bool(column) and level == BLANK))


class _Behind:
    """Counts of the index tree's numbers in the groups of one column."""

    def __init__(self, evaluation: Evaluation, weights: Floats, group: Ints, groups: int) -> None:
        self._columns, self._weights, self._group, self._groups = evaluation.sample.columns, weights, group, groups
        self._satisfied = {
            question.name: frozenset(question.satisfied) for question in evaluation.questionnaire.items()
        }
        self._known: dict[str, tuple[Bools, Floats]] = {}

    def counts(self, node: Node) -> Floats:
        """(groups, 4): people, satisfied answers, other answers, number of answers."""
        anybody = np.zeros(len(self._weights), dtype=bool)
        sums = np.zeros((self._groups, 3))
        for item in node.items:
            answered, found = self._item(item)
            anybody |= answered
            sums += found
        return np.column_stack([np.bincount(self._group[anybody], minlength=self._groups), sums])

    def _item(self, item: str) -> tuple[Bools, Floats]:
        """Who answered an item, and its satisfied answers, other answers and number of answers in each group."""
        if item not in self._known:
            coded = self._columns.coded(item)
            good = np.array([coded.level(place) in self._satisfied[item] for place in range(coded.span)], dtype=bool)
            answered = ~coded.missing & (self._weights != 0)
            satisfied = answered & good[coded.raw.astype(np.intp) - coded.low]
            each = (
                self._sum(satisfied, self._weights),
                self._sum(answered & ~satisfied, self._weights),
                self._sum(answered, np.ones_like(self._weights)),
            )
            self._known[item] = answered, np.column_stack(each)
        return self._known[item]

    def _sum(self, rows: Bools, values: Floats) -> Floats:
        return np.asarray(np.bincount(self._group[rows], weights=values[rows], minlength=self._groups), dtype=float)
