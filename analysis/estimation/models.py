"""What goes along with an answer? Regression under the design: linear and logistic, and the test of a term.

Coefficients solve the weighted likelihood's equations; their errors come from the rows' influence values (Binder 1983)
or from replicates, so they know strata, clusters, calibration and everything else a standard error knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from analysis.estimation.answers import refuse_negative
from analysis.estimation.columns import Floats
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.fitting import Family, fitted_coefficients, residuals
from analysis.estimation.options import check_option
from analysis.estimation.regressors import (
    Factor,
    Regressors,
    refuse_few,
    refuse_settled,
    regressors,
)
from analysis.estimation.row_estimates import row_estimate, t_precision
from analysis.estimation.rows import Statistic, row_spread
from analysis.estimation.sample import Sample
from analysis.estimation.significance import Test, wald_test

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """A fitted regression of `y`. `coefficients`: their Estimate, on the design's df less the number of regressors.

    `of_term`: for each coefficient the column it belongs to, "" for an intercept or a threshold.
    """

    y: str
    family: str
    coefficients: Estimate
    of_term: tuple[str, ...]

    @property
    def t(self) -> Floats:
        """Coefficients over their standard errors, NaN where that is 0."""
        value, se = self.coefficients.value, self.coefficients.se
        return np.asarray(np.divide(value, se, out=np.full(len(se), np.nan), where=se != 0))

    @property
    def p(self) -> Floats:
        """Two-sided p of each coefficient being 0."""
        return np.asarray(2 * stdtr(self.coefficients.df, -np.abs(self.t)))

    def to_frame(self) -> "pd.DataFrame":
        """One row a coefficient: label, value, se, t, df, p, low, high."""
        import pandas as pd  # noqa: PLC0415  only the table needs it

        found = self.coefficients
        columns = {"value": found.value, "se": found.se, "t": self.t, "df": found.df, "p": self.p}
        return pd.DataFrame({"label": found.labels, **columns, "low": found.low, "high": found.high})

    def __repr__(self) -> str:
        return f"{self.y}, {self.family}\n{self.to_frame().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))


def glm(
    sample: Sample,
    y: str,
    terms: str | Factor | Sequence[str | Factor],
    *,
    family: Family = "gaussian",
    where: Where = None,
    precision: Precision | None = None,
) -> Model:
    """A linear (`gaussian`) or logistic (`quasibinomial`, y from 0 to 1) regression with intercept (R svyglm).

    `terms`: names of numeric columns, or Factor. Rows without an answer in any of them leave the model, not the design.
    Raises EST_NO_ROWS, EST_NAMES, EST_LEVELS, EST_BAD_OPTION, EST_NEGATIVE_ROWS (of a logistic model), MOD_FEW_ROWS,
    MOD_CONSTANT, MOD_OUTCOME, MOD_COLLINEAR, MOD_SEPARATED, MOD_NOT_CONVERGED, each naming the column.
    """
    check_option("family", family, Family)
    precision = t_precision(precision)
    x = regressors(sample, y, terms, where)
    answer = sample.columns.numeric(y)[x.inside]
    matrix, labels = np.column_stack([np.ones(len(answer)), x.matrix]), ("intercept", *x.labels)
    refuse_few(x, y, len(labels))
    if answer.min() == answer.max():
        raise EstimationError("MOD_CONSTANT", column=y, got=answer[0], rows=len(answer))
    if family == "quasibinomial":
        _check_outcome(y, answer, x)

    def fit(weights: Floats, start: Floats | None = None) -> Floats:
        if family == "quasibinomial":
            refuse_negative(weights, x.inside, "glm, quasibinomial")
        return fitted_coefficients(matrix, answer, weights[x.inside], family, labels, y, start)

    value = fit(sample.weights)
    residual, slope = residuals(matrix, answer, value, family)
    information = (matrix * (sample.weights[x.inside] * slope)[:, None]).T @ matrix
    influence = np.asarray(np.linalg.solve(information, (matrix * residual[:, None]).T).T, dtype=float)
    coefficients = coefficient_estimate(
        sample, x, labels, value, lambda weights: fit(weights, value), influence, precision
    )
    return Model(y=y, family=family, coefficients=coefficients, of_term=("", *x.of_term))


def term_test(model: Model, term: str) -> Test:
    """Wald's F test that all coefficients of a term are 0, on the model's degrees of freedom (R regTermTest).

    `term`: the name of its column. Raises EST_BAD_OPTION for a term that the model does not have.
    """
    check = [label for label, column in zip(model.coefficients.labels, model.of_term, strict=True) if column == term]
    if not term or not check:
        allowed = ", ".join(dict.fromkeys(filter(None, model.of_term)))
        raise EstimationError("EST_BAD_OPTION", name="term", got=term, allowed=allowed)
    return wald_test(model.coefficients, [{label: 1.0} for label in check], name=f"Wald: {term}")


def coefficient_estimate(
    sample: Sample,
    x: Regressors,
    labels: tuple[str, ...],
    value: Floats,
    fit: Statistic,
    influence: Floats,
    precision: Precision,
) -> Estimate:
    """The Estimate of m coefficients. `fit`: weights (n,) → (m,); `influence` (r, m) of the rows used."""
    everybody = np.zeros((len(sample), len(labels)))
    everybody[x.inside] = influence
    spread = row_spread(sample, fit, everybody, x.inside)
    return row_estimate(sample, x.inside, labels, value, spread, x.matrix.shape[1], precision)


def _check_outcome(y: str, answer: Floats, x: Regressors) -> None:
    wrong = (answer < 0) | (answer > 1)
    if wrong.any():
        place = int(wrong.argmax())
        raise EstimationError("MOD_OUTCOME", column=y, row=int(np.flatnonzero(x.inside)[place]) + 1, got=answer[place])
    refuse_settled(x, y, (answer == 0, answer == 1))
