"""On which scale are the units of a round compared, and what is known of the error of each comparison?

Shares are compared on the logit scale, on which their intervals are made too. A unit of which everybody or nobody is
satisfied has no error there; it gets that of a simple sample of its effective size with half a person added each way
(Haldane 1956), so that ten of ten people never count as certainty.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import logit

from analysis.estimation import Estimate, Sample
from analysis.estimation.columns import Bools, Floats
from analysis.estimation.domains import domains_of
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import index_tree, one_node, satisfied_answers, subtree

_NOTHING = 1e-9
"""A standard error of a share that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparable:
    """k units. `numbers`: as they are, on the domains' degrees of freedom; `value` (k,) and `covariance` (k, k) on the
    logit scale; `shared` (k, k): units with people in a common sampling unit.
    """

    units: tuple[str, ...]
    numbers: Estimate
    value: Floats
    covariance: Floats
    shared: Bools


def comparable(evaluation: Evaluation, id: str, column: str, *, weighted: bool) -> Comparable:
    """The groups of a `by` column, in one number of the index tree."""
    sample = evaluation.sample if weighted else evaluation.sample.unweighted()
    tree = subtree(index_tree(evaluation.questionnaire), id)
    satisfied = satisfied_answers(evaluation.questionnaire)
    numbers = one_node(sample, tree, satisfied, evaluation.plan, (column,))
    deff = evaluation.result.row(id, weighted=weighted).deff
    value, covariance = on_logit(numbers, numbers.n / (deff if deff > 1 else 1.0))
    return Comparable(
        units=tuple(domain[column] for domain in numbers.by),
        numbers=numbers,
        value=value,
        covariance=covariance,
        shared=_shared(sample, column),
    )


def on_logit(numbers: Estimate, effective: Floats) -> tuple[Floats, Floats]:
    """Values (k,) and covariance (k, k) of shares on the logit scale; `effective`: n, where the error is not known."""
    share = np.clip(numbers.value, 0.0, 1.0)
    moving = (numbers.se > _NOTHING) & (share > 0) & (share < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(moving, share, (share * effective + 0.5) / (effective + 1))
        slope = np.where(moving, 1 / (used * (1 - used)), 0.0)
        alone = np.where(moving, 0.0, 1 / (effective * used * (1 - used)))
    covariance = np.nan_to_num(numbers.covariance) * np.outer(slope, slope)
    return logit(used), covariance + np.diag(alone)


def _shared(sample: Sample, column: str) -> Bools:
    of_row, domains = domains_of(sample, None, (column,))
    inside = np.asarray(of_row) >= 0
    psu = sample.units.first.unit[sample.units.of_row[inside]]
    there = csr_array((np.ones(len(psu)), (of_row[inside], psu)), shape=(len(domains), len(sample.units.first.group)))
    return np.asarray((there @ there.T).toarray() > 0)
