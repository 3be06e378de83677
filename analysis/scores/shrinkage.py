"""What is a unit's number when the others are heard too? It is drawn to its block's mean, the more the fewer answered.

The Fay-Herriot model of `estimation/small_areas.py`, shown beside the direct number and never in its place. The
variance of a few answers is itself hardly known, so it is smoothed first: φ/n for every unit, φ the mean of n·variance
over the units, by their degrees of freedom (a generalised variance function, Wolter 2007, ch. 7).
"""

from collections.abc import Sequence

import numpy as np

from analysis.estimation import Estimate
from analysis.estimation.small_areas import fay_herriot

_NOTHING = 1e-12
"""A variance of one person's share that is rounding."""


def shrink(numbers: Estimate, groups: Sequence[str], least: int) -> list[tuple[float, float]]:
    """Of each of k shares: the number drawn to its group's mean, and the root of its mean squared error.

    Both NaN for a share without a value, and for all where fewer than `least` have one, or too few for the groups.
    """
    usable = (numbers.n > 0) & np.isfinite(numbers.value)
    known = usable & (numbers.df >= 1) & np.isfinite(numbers.variance)
    value, error = np.full(len(numbers), np.nan), np.full(len(numbers), np.nan)
    names = sorted({group for group, use in zip(groups, usable, strict=True) if use})
    if usable.sum() >= max(least, len(names) + 2) and known.any():
        per_person = float(np.average((numbers.n * numbers.variance)[known], weights=numbers.df[known]))
        if per_person > _NOTHING:
            group = np.array([names.index(each) for each, use in zip(groups, usable, strict=True) if use])
            found = fay_herriot(numbers.value[usable], per_person / numbers.n[usable], group)
            value[usable], error[usable] = found.value, np.sqrt(found.mse)
    return list(zip(value.tolist(), error.tolist(), strict=True))
