"""How satisfied is each person with each part? Shares of a person's own answers, as columns for a regression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.estimation.columns import Floats
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Node
from survey.errors import Problem

OUTCOME = "importance:y"
LEAST_PEOPLE = 30
"""Fewer people than that say nothing about importance."""
LEAST_ANSWERED = 0.5
"""What fewer of the people answered is left out: else those who did would decide who counts at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A column of what is explained, and the column `x` that may explain it, for one part of the index tree.

    `of`: whose answers are in `x`, the part's or those of one item in it.
    """

    part: str
    of: str
    x: str
    y: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonShares:
    """Columns (n,) of shares 0-1, NaN where a person answered nothing of it; which explain what; what was left out."""

    columns: Mapping[str, Floats]
    pairs: tuple[Pair, ...]
    left_out: tuple[Problem, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that can be compared, in the order of the questionnaire."""
        return tuple(dict.fromkeys(pair.part for pair in self.pairs))


def against_item(evaluation: Evaluation, nodes: Sequence[Node], outcome: str) -> PersonShares:
    """One pair a part: the share of its items that a person is satisfied with, against satisfaction with `outcome`."""
    good = _satisfied(evaluation)
    columns = {f"importance:{node.id}": _share([good[item] for item in node.items]) for node in nodes}
    pairs = [Pair(part=node.id, of=node.id, x=f"importance:{node.id}", y=OUTCOME) for node in nodes]
    return _usable(columns | {OUTCOME: good[outcome]}, pairs)


def against_rest(evaluation: Evaluation, nodes: Sequence[Node]) -> PersonShares:
    """One pair an item: being satisfied with it, against the share of all items outside its part.

    Items, not parts, since a part of many items is measured better and would look more important for that alone.
    """
    good = _satisfied(evaluation)
    columns = {f"importance:{item}": answers for item, answers in good.items()}
    rest = {node.id: _share([good[item] for item in good if item not in node.items]) for node in nodes}
    columns |= {f"{OUTCOME} without {part}": share for part, share in rest.items()}
    pairs = [
        Pair(part=node.id, of=item, x=f"importance:{item}", y=f"{OUTCOME} without {node.id}")
        for node in nodes
        for item in node.items
    ]
    return _usable(columns, pairs)


def without(shares: PersonShares, part: str, reason: Problem) -> PersonShares:
    """The same without one part."""
    pairs = tuple(pair for pair in shares.pairs if pair.part != part)
    return PersonShares(columns=shares.columns, pairs=pairs, left_out=(*shares.left_out, reason))


def _satisfied(evaluation: Evaluation) -> dict[str, Floats]:
    """Item → 1 for the satisfied, 0 for others who answered, NaN for those who did not (n,)."""
    frame = evaluation.sample.frame
    return {
        item.name: np.where(frame[item.name].notna(), frame[item.name].isin(item.satisfied), np.nan).astype(float)
        for item in evaluation.questionnaire.items()
    }


def _share(answers: Sequence[Floats]) -> Floats:
    """(n,): the mean of what was answered, NaN where nothing was."""
    return pd.DataFrame(dict(enumerate(answers))).mean(axis=1).to_numpy(dtype=float)


def _usable(columns: Mapping[str, Floats], pairs: Sequence[Pair]) -> PersonShares:
    """Without the pairs that too few answered or that do not vary; a part that loses all of them is told as one."""
    doubts = {pair: _doubt(columns, pair) for pair in pairs}
    kept = tuple(pair for pair in pairs if doubts[pair] is None)
    left = {pair.part for pair in kept}
    told = {(pair.of if pair.part in left else pair.part): doubt for pair, doubt in doubts.items() if doubt is not None}
    left_out = tuple(replace(doubt, question=name) for name, doubt in told.items())
    return PersonShares(columns=columns, pairs=kept, left_out=left_out)


def _doubt(columns: Mapping[str, Floats], pair: Pair) -> Problem | None:
    known = ~np.isnan(columns[pair.y])
    values = columns[pair.x][known]
    values = values[~np.isnan(values)]
    if len(values) < max(LEAST_PEOPLE, LEAST_ANSWERED * known.sum()):
        facts = {"count": len(values), "of": int(known.sum())}
        return Problem(code="DRV_OUT_FEW", values=facts)
    if values.min() == values.max():
        return Problem(code="DRV_OUT_MOD_CONSTANT")
    return None
