"""Which parts of the index are the highest and the lowest, and how sure is that? Factors against each other.

The parts are numbers of the same people, so a difference has its error from their joint covariance; the differences of
all pairs hold together at the confidence level (Šidák 1967), so that it may be chosen afterwards which ones are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.scores.differences import minus
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import index_tree, satisfaction, satisfied_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """The part at one end, its number (0-1), and the parts it cannot be told from at the confidence level."""

    id: str
    value: float
    rivals: tuple[str, ...]


def extremes(evaluation: Evaluation, ids: Sequence[str], *, weighted: bool) -> tuple[Extreme, Extreme] | None:
    """The highest and the lowest of these nodes of the index tree; None where fewer than two have a number."""
    plan = evaluation.plan
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    satisfied = satisfied_answers(evaluation.questionnaire)
    numbers = satisfaction(sample, index_tree(evaluation.questionnaire), satisfied, plan, (), deff=False)
    place = {label: k for k, label in enumerate(numbers.labels)}
    known = [node for node in ids if np.isfinite(numbers.value[place[node]])]
    if len(known) < 2:
        return None

    # Every pair is judged, for which part is first is known only after looking.
    pairs = [(one, other) for k, one in enumerate(known) for other in known[k + 1 :]]
    gaps = minus(numbers, [(place[one], place[other]) for one, other in pairs])
    # A difference without an error (one sampling unit) is no difference that can be told.
    above = {pair for pair, low in zip(pairs, np.nan_to_num(gaps.low, nan=-1.0), strict=True) if low > 0}
    above |= {(b, a) for (a, b), high in zip(pairs, np.nan_to_num(gaps.high, nan=1.0), strict=True) if high < 0}

    def end(sign: int) -> Extreme:
        first = max(known, key=lambda node: sign * numbers.value[place[node]])
        clear = {b for a, b in above if a == first} if sign > 0 else {a for a, b in above if b == first}
        rivals = tuple(node for node in known if node != first and node not in clear)
        return Extreme(id=first, value=float(numbers.value[place[first]]), rivals=rivals)

    return end(1), end(-1)
