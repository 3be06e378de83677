"""Which coefficients fit an answer best? Weighted least squares, and the logistic likelihood at its maximum.

statsmodels finds the maximum for a sample; replicates start from there and take Newton's steps of their own.
"""

import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import expit
from statsmodels.genmod.families import Binomial  # type: ignore[import-untyped]
from statsmodels.genmod.generalized_linear_model import GLM  # type: ignore[import-untyped]

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.regressors import refuse_collinear, refuse_separated

Family = Literal["gaussian", "quasibinomial"]

_ITERATIONS = 100
_STEPS = 12
"""Newton's steps at most from a start that is near."""
_CONVERGED = 1e-9
"""Change of every coefficient in the last step, relative or of one near 0: the error left is about its square."""
_ROUNDING = 1e-12
"""A residual below this share of the largest answer is rounding."""


def fitted_coefficients(
    matrix: Floats,
    answer: Floats,
    weights: Floats,
    family: Family,
    labels: Sequence[str],
    y: str,
    start: Floats | None = None,
) -> Floats:
    """The coefficients (p,) of columns (r, p) for answers (r,). `start` (p,): those of weights that differ little.

    Weights (r,) may be negative for `gaussian`. Raises MOD_COLLINEAR, MOD_SEPARATED, MOD_NOT_CONVERGED.
    """
    kept = weights != 0
    matrix, answer, weights = matrix[kept], answer[kept], weights[kept] / np.abs(weights[kept]).mean()
    refuse_collinear(matrix, np.abs(weights), labels)
    size = np.abs(matrix).max(axis=0)
    if family == "gaussian":
        return np.asarray(_least_squares(matrix / size, answer, weights) / size)
    found = None if start is None else _newton(matrix / size, answer, weights, start * size)
    value, converged = (found, True) if found is not None else _maximum(matrix / size, answer, weights)
    if np.isfinite(value).all():
        slope = residuals(matrix / size, answer, value, family)[1]
        possible = (matrix * weights[:, None]).T @ matrix
        refuse_separated((matrix * (weights * slope)[:, None]).T @ matrix, possible, labels, y)
    if not converged or not np.isfinite(value).all():
        raise EstimationError("MOD_NOT_CONVERGED", column=y, terms=", ".join(labels[1:]))
    return np.asarray(value / size)


def residuals(matrix: Floats, answer: Floats, value: Floats, family: Family) -> tuple[Floats, Floats]:
    """Residuals (r,), 0 where they are rounding, and the slopes of the fitted values in the linear predictor (r,)."""
    linear = matrix @ value
    fitted = linear if family == "gaussian" else np.asarray(expit(linear), dtype=float)
    rest = answer - fitted
    rest[np.abs(rest) <= _ROUNDING * np.abs(answer).max()] = 0.0
    return rest, np.ones(len(answer)) if family == "gaussian" else fitted * (1 - fitted)


def _least_squares(matrix: Floats, answer: Floats, weights: Floats) -> Floats:
    """(p,): where Σ w·x·(y − xβ) = 0, by QR of √|w|·x = QR: β = R⁻¹(QᵀSQ)⁻¹QᵀS√|w|y, S the signs of w."""
    root, sign = np.sqrt(np.abs(weights)), np.sign(weights)
    q, r = np.linalg.qr(matrix * root[:, None])
    signed = (q * sign[:, None]).T
    return np.asarray(solve_triangular(r, np.linalg.solve(signed @ q, signed @ (root * answer))), dtype=float)


def _newton(matrix: Floats, answer: Floats, weights: Floats, value: Floats) -> Floats | None:
    """The logistic coefficients (p,) from a start (p,), None where that is too far off."""
    for _ in range(_STEPS):
        rest, slope = residuals(matrix, answer, value, "quasibinomial")
        information = (matrix * (weights * slope)[:, None]).T @ matrix
        try:
            step = np.linalg.solve(information, matrix.T @ (weights * rest))
        except np.linalg.LinAlgError:
            return None
        value = value + step
        if (np.abs(step) <= _CONVERGED * (1 + np.abs(value))).all():
            return value
    return None


def _maximum(matrix: Floats, answer: Floats, weights: Floats) -> tuple[Floats, bool]:
    """The logistic coefficients (p,) by iteratively reweighted least squares, and whether it converged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation and non-convergence become errors that name the term
        model = GLM(answer, matrix, family=Binomial(), var_weights=weights)
        found = model.fit(tol=_CONVERGED, rtol=_CONVERGED, tol_criterion="params", maxiter=_ITERATIONS)
    return np.asarray(found.params, dtype=float), bool(found.converged)
