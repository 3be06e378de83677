"""Which groups really differ from everybody, and does the first lead? Differences with their own error.

Two intervals that overlap do not tell whether two numbers differ, least of all where one is a part of the other: here
every difference has its standard error from the joint covariance, on the smallest degrees of freedom of the numbers it
rests on, and a list of differences holds together at the confidence level (Šidák 1967). A figure whose label is not
`reliable` is compared with nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.estimation import Estimate
from analysis.estimation.columns import Floats
from analysis.estimation.contrasts import smooth
from analysis.estimation.joint import join
from analysis.estimation.simultaneous import sidak
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import index_tree, one_node, satisfied_answers, subtree

Verdict = Literal["above", "below", "unclear", "doubtful"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What one column's groups may be said to be.

    `verdicts`: group → above or below everybody's number, unclear, or doubtful (its figure is not reliable). `first`:
    the group with the highest reliable number, None if there is none; `rivals`: reliable groups it cannot be told from.
    """

    verdicts: Mapping[str, Verdict]
    first: str | None
    rivals: tuple[str, ...]

    def of(self, verdict: Verdict) -> tuple[str, ...]:
        """The groups with this verdict."""
        return tuple(group for group, found in self.verdicts.items() if found == verdict)


def differences(evaluation: Evaluation, id: str, column: str, *, weighted: bool) -> Differences:
    """The groups of a `by` column, in one number of the index tree: an item, factor, aspect or the overall index.

    Groups without a number are left out; they come in the order of the result.
    """
    rows = {
        row.by[column]: row
        for row in evaluation.result.rows
        if row.id == id and row.weighted == weighted and set(row.by) == {column} and row.n
    }
    sure = [group for group, row in rows.items() if row.reliability == "reliable"]
    verdicts: dict[str, Verdict] = dict.fromkeys(rows, "doubtful")
    if len(rows) < 2 or not sure:
        return Differences(verdicts=verdicts, first=None, rivals=())
    numbers = _groups_and_everybody(evaluation, id, column, weighted=weighted)
    place = {domain.get(column): k for k, domain in enumerate(numbers.by)}
    everybody = minus(numbers, [(place[group], place[None]) for group in sure])
    for group, low, high in zip(sure, everybody.low, everybody.high, strict=True):
        verdicts[group] = "above" if low > 0 else "below" if high < 0 else "unclear"
    first = max(sure, key=lambda group: rows[group].value)
    others = [group for group in sure if group != first]
    ahead = minus(numbers, [(place[first], place[group]) for group in others]).low > 0 if others else ()
    rivals = tuple(group for group, clear in zip(others, ahead, strict=True) if not clear)
    return Differences(verdicts=verdicts, first=first, rivals=rivals)


def _groups_and_everybody(evaluation: Evaluation, id: str, column: str, *, weighted: bool) -> Estimate:
    """One number in each group, then for everybody, with their joint covariance."""
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    tree = subtree(index_tree(evaluation.questionnaire), id)
    satisfied = satisfied_answers(evaluation.questionnaire)
    return join(*(one_node(sample, tree, satisfied, evaluation.plan, by) for by in ((column,), ())))


def minus(numbers: Estimate, pairs: Sequence[tuple[int, int]]) -> Estimate:
    """Differences of pairs of numbers, with t intervals that hold together."""
    slopes = np.zeros((len(numbers), len(pairs)))
    slopes[[first for first, _ in pairs], range(len(pairs))] = 1
    slopes[[second for _, second in pairs], range(len(pairs))] = -1

    def gradient(_: Floats) -> Floats:
        return slopes

    known = np.nan_to_num(numbers.value)
    level = sidak(len(pairs), numbers.precision.level)
    return smooth(
        replace(numbers, value=known),
        lambda values: values @ slopes,
        labels=[""] * len(pairs),
        gradient=gradient,
        level=level,
    )
