"""What do the others tell of an area with few answers? Estimates drawn to their group's mean, with their error.

The area-level model of Fay & Herriot (1979): an area's direct estimate is its true value plus a sampling error of known
variance ψ, and the true values lie around their group's mean with a variance A between areas. The empirical best
predictor mixes the two by their variances, γ·direct + (1 − γ)·mean with γ = A/(A + ψ). A is found by restricted maximum
likelihood; the mean squared error is that of Prasad & Rao (1990) for it (Datta & Lahiri 2000; Rao & Molina 2015, §6.2).
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Codes, Floats

_ROUNDS = 1000
_STILL = 1e-13
"""A step, relative to the largest variance, below which scoring has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallAreas:
    """The k areas after the model. `value` (k,), `mse` (k,); `own` (k,): γ, the weight of an area's own estimate.

    `between`: the variance between areas, 0 where they differ no more than sampling makes them differ.
    """

    value: Floats
    mse: Floats
    own: Floats
    between: float


def fay_herriot(direct: Floats, variance: Floats, group: Codes) -> SmallAreas:
    """k areas with direct estimates (k,) of known, positive sampling variances (k,), each in a group 0…G−1 (k,).

    Every group has a mean of its own, all share the variance between areas, so there must be more areas than groups.
    """
    direct, variance = np.asarray(direct, dtype=float), np.asarray(variance, dtype=float)
    group = np.unique(np.asarray(group), return_inverse=True)[1]
    if len(direct) <= group.max() + 1 or not (variance > 0).all():
        raise ValueError("needs more areas than groups, and variances above 0")
    between = _between(direct, variance, group)
    total = between + variance
    mean, error = _means(direct, total, group)
    pull = variance / total
    of_between = 2 / (total**-2).sum()
    mse = between * pull + pull**2 * error[group] + 2 * pull**2 * of_between / total
    return SmallAreas(value=direct + pull * (mean[group] - direct), mse=mse, own=1 - pull, between=between)


def _means(direct: Floats, total: Floats, group: Codes) -> tuple[Floats, Floats]:
    """(G,): the groups' weighted means and their variances."""
    mass = np.bincount(group, weights=1 / total)
    return np.bincount(group, weights=direct / total) / mass, 1 / mass


def _between(direct: Floats, variance: Floats, group: Codes) -> float:
    """The variance between areas by Fisher scoring of the restricted likelihood, kept at 0 or above."""
    largest = float(max(variance.max(), np.var(direct)))
    found = float(np.median(variance))
    for _ in range(_ROUNDS):
        total = found + variance
        mean, error = _means(direct, total, group)
        square, cube = (np.bincount(group, weights=total**-power) for power in (2.0, 3.0))
        score = ((direct - mean[group]) ** 2 / total**2).sum() - (1 / total).sum() + (square * error).sum()
        information = (total**-2).sum() - 2 * (cube * error).sum() + ((square * error) ** 2).sum()
        better = max(0.0, found + float(score / information))
        if abs(better - found) <= _STILL * largest:
            return better
        found = better
    return found
