"""What did a step do to the weights? Its line in the weight log: sums, design effect, margins, before and after."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import MarginLine, Sample, WeightStep


class _Sums(NamedTuple):
    """Of the people whose weight is not 0: how many, Σw and Σw²."""

    n: int
    total: float
    squares: float

    @property
    def kish(self) -> tuple[float, float]:
        n_eff = self.total**2 / self.squares
        return self.n / n_eff, n_eff


def kish(weights: ArrayLike) -> tuple[float, float]:
    """Kish's design effect of weighting n Σw²/(Σw)² and effective sample size (Σw)²/Σw² (Kish 1965).

    People of weight 0, as nonrespondents have, do not count. Raises EST_NO_ROWS where nobody has a weight.
    """
    sums = _sums(np.asarray(weights, dtype=float))
    if not sums.n:
        raise EstimationError("EST_NO_ROWS")
    return sums.kish


def log_step(
    name: str,
    sample: Sample,
    weights: Floats,
    *,
    variables: Iterable[str] = (),
    ratios: tuple[float, float],
    margins: Iterable[MarginLine] = (),
    errors: Sequence[float] = (0.0,),
) -> WeightStep:
    """The log's line of a step from the sample's weights to `weights`. `ratios`: its smallest and largest factor.

    `errors`: the largest relative margin error after each iteration.
    """
    before, after = _sums(sample.weights), _sums(weights)
    (deff_before, n_eff_before), (deff_after, n_eff_after) = before.kish, after.kish
    return WeightStep(
        name=name,
        variables=tuple(variables),
        n=after.n,
        sum_before=before.total,
        sum_after=after.total,
        deff_before=deff_before,
        deff_after=deff_after,
        n_eff_before=n_eff_before,
        n_eff_after=n_eff_after,
        min_ratio=ratios[0],
        max_ratio=ratios[1],
        iterations=len(errors),
        margins=tuple(margins),
        errors=tuple(errors),
    )


def margin_lines(
    names: Sequence[tuple[str, str]], targets: Floats, before: Floats, after: Floats
) -> tuple[MarginLine, ...]:
    """The log's margins. `names`: variable and level of each."""
    return tuple(
        MarginLine(variable=variable, level=level, target=target, before=old, after=new)
        for (variable, level), target, old, new in zip(
            names, targets.tolist(), before.tolist(), after.tolist(), strict=True
        )
    )


def row_ratios(before: Floats, after: Floats) -> tuple[float, float]:
    """The smallest and largest factor that a weight other than 0 was multiplied by, people who lost theirs apart."""
    used = (before != 0) & (after != 0)
    ratio = after[used] / before[used]
    return float(ratio.min()), float(ratio.max())


def _sums(weights: Floats) -> _Sums:
    n = len(weights) if weights.all() else int(np.count_nonzero(weights))
    return _Sums(n, float(weights.sum()), float(np.einsum("i,i->", weights, weights)))  # @ would start threads
