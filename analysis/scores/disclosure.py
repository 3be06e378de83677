"""What may be published of a round? The figures of a fixed list of tables, shown or hidden, attacked before they leave.

Small cells are hidden, then as many others as it takes that none can be worked out (suppression.py). What would go out
is then attacked by an independent linear programme over all tables together (attacker.py); a table with a number that
it narrows down too far is withheld. Where anything is hidden, only one of the two kinds of shares is published:
counted and weighed shares of the same cells are two equations, enough to solve for two hidden numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np

from analysis.estimation.reliability import Grade
from analysis.scores.attacker import OTHER, PEOPLE, SATISFIED, Key, Published, Shown, Wanted, exposures
from analysis.scores.evaluate import Evaluation, domain_df, labels
from analysis.scores.publication_rules import PublicationRules
from analysis.scores.published_tables import Group, PublishedTable, Tables, plan_tables
from analysis.scores.satisfaction import satisfaction, satisfied_answers
from analysis.scores.suppression import hidden_cells, small_cells
from survey.errors import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One cell as it is published: shares 0-1, rounded by the rules, None where there is no number.

    `people` None: hidden, and so is all the rest. `share`, its interval `low` to `high` (rounded outwards) and `grade`
    are of the kind that feeds points; `other` is the other kind's share, where both may be shown.
    """

    people: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    other: float | None = None
    grade: Grade | None = None

    @property
    def hidden(self) -> bool:
        """Whether a mark stands here instead of numbers."""
        return self.people is None


@dataclass(frozen=True, kw_only=True, eq=False)
class Disclosure:
    """A publication: its tables and their figures, `small` of them hidden for themselves and `further` beside these.

    `weighted`: shares are weighed. `both`: the other kind is shown too. `items`: the items under each number.
    `left_out`: columns of the list without a table, with the code of the reason.
    """

    evaluation: Evaluation
    rules: PublicationRules
    weighted: bool
    both: bool
    tables: tuple[PublishedTable, ...]
    figures: Mapping[Key, Figure]
    items: Mapping[str, frozenset[str]]
    inside: Mapping[Group, tuple[Group, ...]]
    small: int
    further: int
    left_out: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> int:
        """How many figures are hidden."""
        return self.small + self.further


def disclose(evaluation: Evaluation, rules: PublicationRules, *, weighted: bool) -> Disclosure:
    """The publication of an evaluation by the rules. `weighted`: which kind of shares feeds points and ranks.

    Raises Refused (DIS_NO_ITEMS, DIS_TOO_FEW, DIS_EXPOSED) where nothing may be published.
    """
    if not evaluation.questionnaire.items():
        raise Refused([Problem(code="DIS_NO_ITEMS")])
    tables = plan_tables(evaluation, rules, weighted=weighted)
    count, least = int(tables.counts["", "", "overall"][PEOPLE]), int(rules.least_n.value)
    if count < least:
        raise Refused([Problem(code="DIS_TOO_FEW", values={"count": count, "least": least})])
    while True:
        made = _made(tables, rules)
        exposed = {
            each.wanted.key[0] for each in exposures(as_published(made, _masses(tables)), [*wanted(tables, made)])
        }
        if not exposed:
            return made
        if not exposed - {""}:
            raise Refused([Problem(code="DIS_EXPOSED")])
        tables = replace(
            tables,
            tables=tuple(table for table in tables.tables if not table.column or table.column not in exposed),
            left_out=(*tables.left_out, *((column, "DIS_WHY_EXPOSED") for column in sorted(exposed - {""}))),
        )


def as_published(made: Disclosure, masses: Mapping[Key, float]) -> Published:
    """What a reader of the publication knows, granted the sums of weights `masses`."""
    return Published(
        cells={key: Shown(people=figure.people, share=figure.share) for key, figure in made.figures.items()},
        items=made.items,
        step=10.0 ** -(made.rules.share_decimals.value + 2),
        inside=made.inside,
        counted=not (made.weighted and made.evaluation.plan.weighted()),
        pooled=made.evaluation.plan.mode == "pooled",
        masses=masses,
    )


def wanted(tables: Tables, made: Disclosure) -> Iterator[Wanted]:
    """What must stay possible of every hidden figure."""
    protection = made.rules.protection
    small = dict(zip(tables.keys, small_cells(tables.cells, protection.least).tolist(), strict=True))
    units = dict(zip(tables.keys, tables.cells.unit.tolist(), strict=True))
    for key in (key for key, figure in made.figures.items() if figure.hidden):
        counts = tables.counts[key]
        if not small[key]:
            yield Wanted(key=key, measure=PEOPLE, low=max(counts[PEOPLE] - protection.range_least, 0.0))
            continue
        for measure in (PEOPLE, SATISFIED, OTHER):
            value, unit = counts[measure], 1.0 if measure == PEOPLE else units[key]
            width = protection.width(value / unit) * unit
            high = value + width
            if key[0]:
                high = min(high, tables.counts["", "", key[2]][measure])
            yield Wanted(key=key, measure=measure, low=max(value - width, 0.0), high=high)


def _masses(tables: Tables) -> Mapping[Key, float]:
    """Sums of weights, which a reader may know of a population that everybody knows; none where nothing is weighed."""
    return {} if tables.plain else {key: counts[SATISFIED] + counts[OTHER] for key, counts in tables.counts.items()}


def _made(tables: Tables, rules: PublicationRules) -> Disclosure:
    """The figures, some of them hidden; not yet attacked."""
    cells, evaluation = tables.cells, tables.evaluation
    hidden = hidden_cells(cells, rules.protection)
    both = evaluation.plan.weighted() and not hidden.any()
    own, others = (
        {table.column: _estimates(tables, table.column, weighted=kind) for table in tables.tables}
        for kind in ((tables.weighted, not tables.weighted) if both else (tables.weighted,) * 2)
    )
    figures: dict[Key, Figure] = {}
    for key, away in zip(tables.keys, hidden.tolist(), strict=True):
        figure = Figure(people=None) if away else _figure(tables, rules, key, own[key[0]].get(key[1:]))
        found = others[key[0]].get(key[1:]) if both and not away else None
        figures[key] = replace(figure, other=_rounded(found.value, rules, ROUND_HALF_UP)) if found else figure
    small = int(small_cells(cells, rules.least_n.value).sum())
    return Disclosure(
        evaluation=evaluation,
        rules=rules,
        weighted=tables.weighted,
        both=both,
        tables=tables.tables,
        figures=figures,
        items={node.id: frozenset(node.items) for node in tables.tree.values()},
        inside=tables.inside,
        small=small,
        further=int(hidden.sum()) - small,
        left_out=tables.left_out,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    value: float
    low: float
    high: float
    grade: Grade


def _estimates(tables: Tables, column: str, *, weighted: bool) -> Mapping[tuple[str, str], _Estimate]:
    """(level, number of the tree) → its estimate, for the people who answered the column's question."""
    evaluation = tables.evaluation
    by = (column,) if column else ()
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    satisfied = satisfied_answers(evaluation.questionnaire)
    found = satisfaction(sample, tuple(tables.tree.values()), satisfied, evaluation.plan, by, deff=False)
    graded = labels(evaluation.rules, found, domain_df(sample, by))
    return {
        (by.get(column, ""), node): _Estimate(value=value, low=low, high=high, grade=grade.grade)
        for by, node, value, low, high, grade in zip(
            found.by, found.labels, found.value.tolist(), found.low.tolist(), found.high.tolist(), graded, strict=True
        )
    }


def _figure(tables: Tables, rules: PublicationRules, key: Key, found: _Estimate | None) -> Figure:
    """A cell that is shown. Who gave no answer to the column's question is in no estimate: a share without interval."""
    count, satisfied, other = tables.counts[key]
    if not count:
        return Figure(people=0)
    if found is None:
        return Figure(people=int(count), share=_rounded(satisfied / (satisfied + other), rules, ROUND_HALF_UP))
    return Figure(
        people=int(count),
        share=_rounded(found.value, rules, ROUND_HALF_UP),
        low=_rounded(found.low, rules, ROUND_FLOOR),
        high=_rounded(found.high, rules, ROUND_CEILING),
        grade=found.grade,
    )


def _rounded(value: float, rules: PublicationRules, how: str) -> float | None:
    """A share to the decimals of its kind: half up for the share itself, outwards for the ends of its interval."""
    if not np.isfinite(value):
        return None
    decimals = rules.share_decimals if how == ROUND_HALF_UP else rules.interval_decimals
    exact = Decimal(repr(float(value)))
    return float(exact.quantize(Decimal(1).scaleb(-int(decimals.value) - 2), how))
