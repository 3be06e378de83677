"""What goes along with a rating? Proportional odds under the design: logit P(y ≤ k) = threshold_k − xβ.

McCullagh (1980), fitted by Newton's method on the weighted likelihood, which is concave in (β, thresholds) (Pratt
1981); errors from the rows' influence values (Binder 1983) or from replicates.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.special import expit, log_expit, logit

from analysis.estimation.answers import level_rows, need_levels, refuse_negative
from analysis.estimation.columns import Codes, Floats, level_name
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Precision
from analysis.estimation.models import Model, coefficient_estimate
from analysis.estimation.regressors import (
    Factor,
    refuse_collinear,
    refuse_few,
    refuse_separated,
    refuse_settled,
    regressors,
)
from analysis.estimation.row_estimates import t_precision
from analysis.estimation.sample import Sample

_ITERATIONS = 100
_HALVINGS = 40
_CONVERGED = 1e-18
"""Newton decrement a row (squared length of the last step): the error left is far below its root."""


def ordinal(
    sample: Sample,
    y: str,
    terms: str | Factor | Sequence[str | Factor],
    *,
    where: Where = None,
    precision: Precision | None = None,
) -> Model:
    """A proportional odds model of a column with ordered levels (R svyolr): slopes, then thresholds `1|2`, `2|3`, ….

    A positive slope goes with higher levels. `terms`: names of numeric columns, or Factor. Rows without an answer in
    any of them leave the model, not the design. Raises as `glm` does, naming the term.
    """
    precision = t_precision(precision)
    x = regressors(sample, y, terms, where)
    members = {level: rows[x.inside] for level, rows in level_rows(sample, y, x.inside).items()}
    need_levels(y, tuple(members))
    rating = np.argmax(np.column_stack([*members.values()]), axis=1)
    top = len(members) - 1
    refuse_settled(x, y, (rating == 0, rating == top))
    names = [level_name(level) for level in members]
    labels = (*x.labels, *(f"{low}|{high}" for low, high in pairwise(names)))

    refuse_few(x, y, len(labels))

    def fit(weights: Floats) -> Floats:
        refuse_negative(weights, x.inside, "ordinal")
        return _fit(x.matrix, rating, top, weights[x.inside], labels, y)

    value = fit(sample.weights)
    upper, lower = _edges(x.matrix, rating, top)
    score, information = _score(upper, lower, rating, top, sample.weights[x.inside], value)
    influence = np.asarray(np.linalg.solve(information, score.T).T, dtype=float)
    coefficients = coefficient_estimate(sample, x, labels, value, fit, influence, precision)
    return Model(y=y, family="ordinal", coefficients=coefficients, of_term=(*x.of_term, *[""] * top))


def _edges(matrix: Floats, rating: Codes, top: int) -> tuple[Floats, Floats]:
    """(r, m) each: what a row's upper and lower bounds on the logit scale are made of; 0 where there is no bound."""
    thresholds = np.eye(top + 2, top)
    upper = np.column_stack([-matrix, thresholds[np.where(rating == top, top, rating)]])
    lower = np.column_stack([-matrix, thresholds[np.where(rating == 0, top, rating - 1)]])
    upper[rating == top] = 0.0
    lower[rating == 0] = 0.0
    return upper, lower


def _bounds(upper: Floats, lower: Floats, rating: Codes, top: int, value: Floats) -> tuple[Floats, Floats]:
    return np.where(rating == top, np.inf, upper @ value), np.where(rating == 0, -np.inf, lower @ value)


def _likelihood(upper: Floats, lower: Floats, rating: Codes, top: int, weights: Floats, value: Floats) -> float:
    """Σ w log(F(a) − F(b)) with F(a) − F(b) = F(a) F(−b) (1 − exp(b − a)); −∞ where thresholds are out of order."""
    a, b = _bounds(upper, lower, rating, top, value)
    if (a <= b).any():
        return -np.inf
    return float(weights @ (log_expit(a) + log_expit(-b) + np.log(-np.expm1(b - a))))


def _score(
    upper: Floats, lower: Floats, rating: Codes, top: int, weights: Floats, value: Floats
) -> tuple[Floats, Floats]:
    """Each row's score (r, m), without its weight, and the observed information (m, m)."""
    a, b = _bounds(upper, lower, rating, top, value)
    with np.errstate(over="ignore"):
        near = 1 / np.expm1(a - b)
    bend = near * (1 + near)
    score = upper * (expit(-a) + near)[:, None] - lower * (expit(b) + near)[:, None]
    apart = upper - lower
    information = (upper * (weights * expit(a) * expit(-a))[:, None]).T @ upper
    information += (lower * (weights * expit(b) * expit(-b))[:, None]).T @ lower
    information += (apart * (weights * bend)[:, None]).T @ apart
    return score, information


def _fit(matrix: Floats, rating: Codes, top: int, weights: Floats, labels: Sequence[str], y: str) -> Floats:
    """Slopes and thresholds (m,)."""
    kept = weights > 0
    matrix, rating, weights = matrix[kept], rating[kept], weights[kept] / weights[kept].mean()
    refuse_collinear(np.column_stack([np.ones(len(matrix)), matrix]), weights, ("intercept", *labels))
    size = np.append(np.abs(matrix).max(axis=0), np.ones(top))
    upper, lower = _edges(matrix / size[: matrix.shape[1]], rating, top)
    possible = (upper * weights[:, None]).T @ upper + (lower * weights[:, None]).T @ lower
    below = np.cumsum(np.bincount(rating, weights, minlength=top + 1))[:-1] / weights.sum()
    if (np.diff(below, prepend=0.0, append=1.0) <= 0).any():
        raise EstimationError("MOD_SEPARATED", term=labels[matrix.shape[1]], column=y)
    value = np.append(np.zeros(matrix.shape[1]), logit(below))
    likelihood = _likelihood(upper, lower, rating, top, weights, value)
    for _ in range(_ITERATIONS):
        score, information = _score(upper, lower, rating, top, weights, value)
        refuse_separated(information, possible, labels, y)
        gradient = weights @ score
        step = np.linalg.solve(information, gradient)
        for _ in range(_HALVINGS):
            after = _likelihood(upper, lower, rating, top, weights, value + step)
            if after >= likelihood - 1e-12 * abs(likelihood):
                break
            step /= 2
        value, likelihood = value + step, after
        if gradient @ step <= _CONVERGED * len(matrix):
            return np.asarray(value / size)
    raise EstimationError("MOD_NOT_CONVERGED", column=y, terms=", ".join(labels[: matrix.shape[1]]))
