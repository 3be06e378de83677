"""How much of what is explained is each regressor's? R² divided among correlated regressors, with its error.

lmg      the mean gain in R² over all orders in which the regressors can enter (Lindeman, Merenda & Gold 1980; the
         Shapley value; R relaimpo)
johnson  relative weights: R² divided among the nearest uncorrelated columns, and these among the regressors
         (Johnson 2000; R rwa)

Both are smooth functions of the weighted covariances S of answer and regressors: with row i centred as z_i its
influence value is z_iᵀ·(∂θ/∂S)·z_i / Σw, so errors know strata, clusters and calibration, and replicates do S again.
They say what goes along with the answer, not what causes it. Near 0 a share of R² is too large in small samples and its
error too small: nothing should be claimed of it alone.
"""

from collections.abc import Sequence
from math import comb
from typing import Literal

import numpy as np

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.options import check_option, names_of
from analysis.estimation.regressors import refuse_collinear, refuse_few, regressors
from analysis.estimation.row_estimates import row_estimate
from analysis.estimation.rows import row_spread
from analysis.estimation.sample import Sample

Division = Literal["lmg", "johnson"]

MOST_ORDERED = 14
"""Regressors that `lmg` takes: it solves 2^k regressions, once more for every replicate."""


def relative_importance(
    sample: Sample,
    y: str,
    terms: str | Sequence[str],
    *,
    division: Division = "lmg",
    where: Where = None,
    precision: Precision | None = None,
) -> Estimate:
    """Each term's part of R² of the linear regression of `y`, then R² itself (label `r2`): k + 1 numbers, 0-1.

    `terms`: names of numeric columns; rows without an answer in any leave the regression, not the design. Degrees of
    freedom as of `glm`: the design's less k.
    Raises EST_BAD_OPTION, EST_NAMES, EST_NO_ROWS, MOD_FEW_ROWS, MOD_CONSTANT, MOD_COLLINEAR, MOD_TOO_MANY.
    """
    check_option("division", division, Division)
    names = names_of(terms)
    if division == "lmg" and len(names) > MOST_ORDERED:
        raise EstimationError("MOD_TOO_MANY", count=len(names), most=MOST_ORDERED)
    x = regressors(sample, y, names, where)
    answer = sample.columns.numeric(y)[x.inside]
    refuse_few(x, y, len(names) + 1)
    if answer.min() == answer.max():
        raise EstimationError("MOD_CONSTANT", column=y, got=answer[0], rows=len(answer))
    weights = sample.weights[x.inside]
    matrix = np.column_stack([np.ones(len(answer)), x.matrix])
    refuse_collinear(matrix, np.abs(weights), ("intercept", *names))
    z = np.column_stack([answer, x.matrix])
    z = z - np.average(z, axis=0, weights=weights)
    z /= np.sqrt(np.average(z**2, axis=0, weights=weights))
    divide = _lmg if division == "lmg" else _johnson

    def parts(everybody: Floats) -> Floats:
        """(k + 1,): NaN for weights under which a column does not vary."""
        try:
            return divide(_covariances(z, everybody[x.inside]))[0]
        except np.linalg.LinAlgError:
            return np.full(len(names) + 1, np.nan)

    value, slopes = divide(_covariances(z, weights))
    influence = np.zeros((len(sample), len(value)))
    influence[x.inside] = np.einsum("ia,mab,ib->im", z, slopes, z, optimize=True) / weights.sum()
    spread = row_spread(sample, parts, influence, x.inside)
    return row_estimate(sample, x.inside, (*names, "r2"), value, spread, len(names), precision or Precision())


def _covariances(z: Floats, weights: Floats) -> Floats:
    """(k + 1, k + 1) of the columns of z, the answer's first."""
    centred = z - np.average(z, axis=0, weights=weights)
    return np.asarray((centred * weights[:, None]).T @ centred / weights.sum())


def _lmg(s: Floats) -> tuple[Floats, Floats]:
    """Parts and R² (k + 1,), and their slopes in S (k + 1, k + 1, k + 1).

    With u = (1, −b) of the regression on a set of regressors, RSS = uᵀSu and ∂RSS/∂S = u·uᵀ, for b is the best there
    is; R² = 1 − RSS/S_yy. A part is a weighted sum of the R² of all sets.
    """
    k = len(s) - 1
    sets = (np.arange(1 << k)[:, None] >> np.arange(k)) & 1
    u = _residual_vectors(s, sets)
    rss = np.einsum("sa,ab,sb->s", u, s, u, optimize=True)
    size = sets.sum(axis=1)
    with_it = 1 / (k * np.array([comb(k - 1, max(n - 1, 0)) for n in range(k + 1)]))
    without = 1 / (k * np.array([comb(k - 1, min(n, k - 1)) for n in range(k + 1)]))
    weight = np.where(sets == 1, with_it[size][:, None], -without[size][:, None]).T
    weight = np.vstack([weight, weight.sum(axis=0)])  # R² of all less R² of none
    slopes = -np.einsum("ms,sa,sb->mab", weight, u, u, optimize=True) / s[0, 0]
    slopes[:, 0, 0] += weight @ rss / s[0, 0] ** 2
    return weight @ (1 - rss / s[0, 0]), slopes


def _residual_vectors(s: Floats, sets: Codes) -> Floats:
    """(2^k, k + 1): (1, −b) of the regression on each set of regressors, b 0 outside it."""
    u = np.zeros((len(sets), len(s)))
    u[:, 0] = 1
    size = sets.sum(axis=1)
    for n in range(1, len(s)):
        places = np.flatnonzero(size == n)
        inside = np.nonzero(sets[places])[1].reshape(-1, n) + 1
        blocks = s[inside[:, :, None], inside[:, None, :]]
        u[places[:, None], inside] = -np.linalg.solve(blocks, s[inside, 0][..., None])[..., 0]
    return u


def _johnson(s: Floats) -> tuple[Floats, Floats]:
    """As `_lmg`. R = ΛΛ of the regressors' correlations, β = Λ⁻¹r; part j is Σ_k Λ_jk²·β_k².

    Slopes by ∂Λ: in the axes of R, dΛ = dR/(√δ_i + √δ_j) (Higham 2008, §6.1), carried back to S.
    """
    scale = np.sqrt(np.diag(s))
    correlations = s / np.outer(scale, scale)
    k, r = len(s) - 1, correlations[1:, 0]
    values, axes = np.linalg.eigh(correlations[1:, 1:])
    if not values[0] > 0:
        raise np.linalg.LinAlgError
    roots = np.sqrt(values)
    root = (axes * roots) @ axes.T
    inverse = (axes / roots) @ axes.T
    beta = inverse @ r
    parts = root**2 @ beta**2
    slopes = np.zeros((k + 1, k + 1, k + 1))
    for j in range(k):
        along_r = inverse @ (2 * root[j] ** 2 * beta)
        along_root = -np.outer(along_r, beta)
        along_root[j] += 2 * root[j] * beta**2
        turned = axes.T @ (along_root + along_root.T) @ axes / 2
        slopes[j, 1:, 1:] = axes @ (turned / (roots[:, None] + roots)) @ axes.T
        slopes[j, 0, 1:] = slopes[j, 1:, 0] = along_r / 2
    slopes[k] = slopes[:k].sum(axis=0)
    diagonal = np.arange(k + 1)
    slopes[:, diagonal, diagonal] = 0
    slopes[:, diagonal, diagonal] = -np.einsum("mab,ab->ma", slopes, correlations)
    return np.append(parts, parts.sum()), slopes / np.outer(scale, scale)
