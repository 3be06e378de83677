"""How do two columns go together? Weighted tables and the tests of independence that know the design."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import chdtrc, fdtrc

from analysis.estimation.answers import answered, need_levels, refuse_negative
from analysis.estimation.columns import Floats, group, level_name
from analysis.estimation.domains import Where, inside_of
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Precision
from analysis.estimation.linearise import Smooth, estimate, quotients
from analysis.estimation.options import check_option, names_of
from analysis.estimation.row_estimates import design_df, t_precision
from analysis.estimation.sample import Sample
from analysis.estimation.significance import Test, singular, wald_distance
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals

if TYPE_CHECKING:
    import pandas as pd

TableTest = Literal["F", "Chisq", "Wald", "adjWald", "lincom"]

_SMALLEST_EFFECT = 1e-3
_MIXTURE_REST = 1e-12
"""Weight of a mixture that may be left out."""
_MOST_PARTS = 1 << 16
"""Parts of a mixture at most: more than twice those that δ of 1 to 1000 need."""
_ROUNDING = 1e-10
"""A sum of design effects below this is one of 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crosstab:
    """Two columns against each other. `weights` (r, c): sums of weights; `counts` (r, c): rows.

    `row`, `column`: the columns' names; `row_levels` (r,), `column_levels` (c,): the levels that occur, as the data has
    them. Rows without an answer in either are left out.
    """

    row: str
    column: str
    row_levels: tuple[Any, ...]
    column_levels: tuple[Any, ...]
    weights: Floats
    counts: Floats

    def to_frame(self) -> "pd.DataFrame":
        """The weights as a table."""
        import pandas as pd  # noqa: PLC0415

        rows = pd.Index([level_name(level) for level in self.row_levels], name=self.row)
        columns = pd.Index([level_name(level) for level in self.column_levels], name=self.column)
        return pd.DataFrame(self.weights, index=rows, columns=columns)

    def __repr__(self) -> str:
        return self.to_frame().to_string()

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html())


def weighted_table(sample: Sample, row: str, column: str, *, where: Where = None) -> Crosstab:
    """Sums of weights of each pair of levels (R svytable). Raises EST_NO_ROWS where nobody answered both."""
    inside = answered(sample, (row, column), where)
    codings = (sample.columns.coded(row), sample.columns.coded(column))
    cells = group(codings, inside)
    (rows, of_row), (columns, of_column) = (np.unique(parts, return_inverse=True) for parts in cells.parts.T)
    weights, counts = np.zeros((2, len(rows), len(columns)))
    weights[of_row, of_column] = np.bincount(cells.of_row[inside], sample.weights[inside])
    counts[of_row, of_column] = np.bincount(cells.of_row[inside])
    return Crosstab(
        row=row,
        column=column,
        row_levels=tuple(codings[0].level(part) for part in rows.tolist()),
        column_levels=tuple(codings[1].level(part) for part in columns.tolist()),
        weights=weights,
        counts=counts,
    )


def rao_scott(
    sample: Sample,
    row: str,
    column: str,
    *,
    statistic: TableTest = "F",
    where: Where = None,
    precision: Precision | None = None,
) -> Test:
    """Are two columns independent? (Rao & Scott 1984; R svychisq)

    Pearson's X² of the weighted table brought to the number of rows in the domain, against Σ δ χ²₁, with δ the
    generalised design effects of the table's log-linear interactions. `F`: X²/Σδ against F with Satterthwaite's degrees
    of freedom (second order); `Chisq`: X² itself, p from X²/δ̄ (first order); `lincom`: X² itself, p from the mixture
    itself over the denominator of `F`. `Wald`: observed less expected totals by their own covariance, on
    (q, ν) (Koch, Freeman & Freeman 1975); `adjWald`: its correction for small ν (Thomas & Rao 1987). Rows without an
    answer leave the table and stay in the design, and in the residuals of its calibration. `precision`: its df.
    Raises EST_LEVELS where a column has a single level, EST_NAMES for a column against itself, EST_NEGATIVE_ROWS for
    a cell below 0, TST_SINGULAR where the table is too sparse or does not vary from unit to unit.
    """
    check_option("statistic", statistic, TableTest)
    precision, (row, column) = t_precision(precision), names_of((row, column))
    table = weighted_table(sample, row, column, where=where)
    inside = answered(sample, (row, column), where)
    need_levels(row, table.row_levels)
    need_levels(column, table.column_levels)
    terms = {"o": Term(given=(row, column))} | {
        f"{i},{j}": Term(within={row: (a,), column: (b,)})
        for i, a in enumerate(table.row_levels)
        for j, b in enumerate(table.column_levels)
    }
    totals = psu_totals(sample, terms, where=where, second_moments=False)
    cells, name = list(terms)[1:], f"Rao-Scott {statistic}: {row}, {column}"
    wald = statistic in ("Wald", "adjWald")
    function = _totals_of(len(cells)) if wald else quotients(range(1, len(terms)), [0] * len(cells))
    found = estimate(totals, cells, ["o"] * len(cells), function, Precision())
    nu, values = design_df(sample, inside, precision.df), found.value.reshape(table.weights.shape)
    if (values < 0).any():
        refuse_negative(sample.weights, inside, "rao_scott")
    if wald:
        return _table_wald(name, values, found.covariance, nu, adjusted=statistic == "adjWald")
    domain = inside_of(sample, where)
    n = float(len(sample) if domain is None else domain.sum())
    expected = np.outer(values.sum(axis=1), values.sum(axis=0))
    pearson = float(n * ((values - expected) ** 2 / expected).sum())
    effects = _design_effects(values, found.covariance, n, name)
    if statistic == "Chisq":
        q = len(effects)
        return Test(name=name, statistic=pearson, df=(q,), p=float(chdtrc(q, pearson / effects.mean())))
    first = float(effects.sum() ** 2 / (effects**2).sum())
    if statistic == "lincom":
        return Test(name=name, statistic=pearson, df=(), p=_mixture_tail(pearson, effects, first * nu))
    value = pearson / effects.sum()
    return Test(name=name, statistic=value, df=(first, first * nu), p=float(fdtrc(first, first * nu, value)))


def _totals_of(count: int) -> Smooth:
    """All totals but the first."""
    select = np.eye(count + 1)[:, 1:]
    return Smooth(
        value=lambda totals: totals[..., 1:],
        gradient=lambda totals: np.broadcast_to(select, (len(totals), *select.shape)),
    )


def _table_wald(name: str, totals: Floats, covariance: Floats, nu: float, *, adjusted: bool) -> Test:
    """Wald's test of observed less expected totals (r, c) of all but the last row and column."""
    everybody = totals.sum()
    row_share, column_share = totals.sum(axis=1) / everybody, totals.sum(axis=0) / everybody
    expected = np.outer(row_share, column_share)
    each = np.eye(totals.size).reshape(*totals.shape, -1)
    gradient = each - column_share[:, None] * each.sum(axis=1)[:, None] - row_share[:, None, None] * each.sum(axis=0)
    gradient = (gradient + expected[..., None])[:-1, :-1].reshape(-1, totals.size)
    distance = (totals - expected * everybody)[:-1, :-1].reshape(-1)
    q = len(distance)
    size = np.full(q, np.abs(totals).max())
    value = wald_distance(distance, gradient @ covariance @ gradient.T, size, name) / q
    if adjusted:
        value, nu = value * (nu - q + 1) / nu, nu - q + 1
    return Test(name=name, statistic=value, df=(q, nu), p=float(fdtrc(q, nu, value)))


def _design_effects(shares: Floats, covariance: Floats, n: float, name: str) -> Floats:
    """(q,): generalised design effects of the log shares' interactions (Rao & Scott 1984, eq. 2.9).

    The eigenvalues of (CᵀD⁻¹C/n)⁻¹ CᵀD⁻¹VD⁻¹C, with C the interaction contrasts and D the shares; an empty cell is 0.
    Raises TST_SINGULAR naming the test where cells are empty in a way that leaves an interaction unknown, or nothing
    varies.
    """
    flat = shares.reshape(-1)
    contrasts = np.kron(*(np.eye(size)[:, 1:] - np.eye(size)[:, :1] for size in shares.shape))
    inverse = np.divide(1.0, flat, out=np.zeros_like(flat), where=flat > 0)
    of_log = contrasts * inverse[:, None]
    random = contrasts.T @ of_log
    if singular(random):
        raise EstimationError("TST_SINGULAR", test=name)
    effects = np.linalg.eigvals(np.linalg.solve(random / n, of_log.T @ covariance @ of_log)).real
    if not effects.sum() > _ROUNDING:
        raise EstimationError("TST_SINGULAR", test=name)
    return np.asarray(effects, dtype=float)


def _mixture_tail(value: float, effects: Floats, nu: float) -> float:
    """P(Σ δ_j χ²₁ > value · χ²_ν/ν), as a mixture of F tails with the weights of Ruben (1962).

    A δ below a thousandth of the largest is taken as that. The weights' recursion is
    c_k = Σ_j Σ_r (1 − β/δ_j)^(k−r) c_r/2k, whose inner sum over r is kept for each δ.
    """
    scales = np.maximum(effects, effects.max() * _SMALLEST_EFFECT)
    least = float(scales.min())
    powers, inner = 1 - least / scales, np.zeros(len(scales))
    weights = [float(np.sqrt(least / scales).prod())]
    left = 1 - weights[0]
    while left > _MIXTURE_REST and len(weights) < _MOST_PARTS:
        inner = powers * (inner + weights[-1])
        weights.append(float(inner.sum()) / (2 * len(weights)))
        left -= weights[-1]
    df = len(effects) + 2.0 * np.arange(len(weights))
    return float(weights @ fdtrc(df, nu, value / (least * df)))
