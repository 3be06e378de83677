"""Could a difference be chance? Tests that know how people were chosen: t, rank and Wald (of tables: `crosstabs.py`).

The statistics are smooth functions of weighted totals or of rows' influence values, so calibration, stages and
replicate weights enter each test as they enter a standard error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtri, stdtr

from analysis.estimation.answers import answered, level_rows, need_levels, refuse_negative
from analysis.estimation.columns import Floats, level_name
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.keys import Key, coefficients_of, key_text
from analysis.estimation.linearise import Smooth, estimate, quotients
from analysis.estimation.means import mean
from analysis.estimation.options import check_option
from analysis.estimation.row_estimates import design_df, row_estimate, t_precision
from analysis.estimation.rows import row_spread
from analysis.estimation.sample import Sample
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals

if TYPE_CHECKING:
    import pandas as pd

RankTest = Literal["wilcoxon", "median", "vanderWaerden", "KruskalWallis"]
Ties = Literal["midrank", "rows"]
WaldForm = Literal["F", "Chisq"]

_ROUNDING = 1e-10
"""A standard error is rounding below this share of what the number is made of."""
_BOUND = 1e-10
"""Share of a number's variance that the numbers before it leave open, below which it is taken to follow from them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Test:
    """A test's result. `df`: those of its reference distribution (chi-square or t: one; F: two; a mixture: none).

    `estimate`: what was tested against its null value, where the test has such a thing.
    """

    __test__ = False  # the name is the field's; pytest need not look inside

    name: str
    statistic: float
    df: tuple[float, ...]
    p: float
    estimate: Estimate | None = None

    def to_frame(self) -> "pd.DataFrame":
        """One row: name, statistic, df, p."""
        import pandas as pd  # noqa: PLC0415  the tests themselves do not need it

        df = ", ".join(f"{each:.6g}" for each in self.df)
        return pd.DataFrame([{"test": self.name, "statistic": self.statistic, "df": df, "p": self.p}])

    def __repr__(self) -> str:
        shown = self.to_frame().to_string(index=False)
        return shown if self.estimate is None else f"{shown}\n{self.estimate!r}"

    def _repr_html_(self) -> str:
        html = str(self.to_frame().to_html(index=False))
        return html if self.estimate is None else html + self.estimate._repr_html_()


def t_test(
    sample: Sample,
    y: str,
    group: str | None = None,
    *,
    mu: float = 0.0,
    where: Where = None,
    precision: Precision | None = None,
) -> Test:
    """Is a mean, or the difference of two groups' means, other than `mu`? (R svyttest)

    Two-sided, on the design's degrees of freedom less one. The estimate is the mean, or the second group's mean less
    the first's, with its t interval. Raises EST_LEVELS where `group` does not have two levels, TST_SINGULAR where the
    answers do not vary or all lie in one unit.
    """
    precision = t_precision(precision)
    inside = answered(sample, (y,) if group is None else (y, group), where)
    if group is None:
        found, name = mean(sample, y, where=where, precision=precision), f"t: {y}"
    else:
        levels = tuple(level_rows(sample, group, inside))
        need_levels(group, levels, most=2)
        terms = {"o": Term(given=(y, group))}
        for k, level in enumerate(levels):
            terms |= {f"y{k}": Term(columns=(y,), within={group: (level,)})}
            terms |= {f"o{k}": Term(given=(y,), within={group: (level,)})}
        means, less = quotients([1, 3], [2, 4]), np.array([[-1.0], [1.0]])
        difference = Smooth(
            value=lambda totals: np.asarray(means.value(totals) @ less),
            gradient=lambda totals: np.asarray(means.gradient(totals) @ less),
        )
        label = _difference_label(y, group, levels[1], levels[0])
        found = estimate(psu_totals(sample, terms, where=where), [label], ["o"], difference, precision)
        name = f"t: {y} by {group}"
    found = found.with_df(np.array([design_df(sample, inside, precision.df) - 1]))
    return _t(name, found, mu, size=float(np.abs(sample.columns.numeric(y)[inside]).max()))


def rank_test(
    sample: Sample,
    y: str,
    group: str,
    *,
    test: RankTest = "wilcoxon",
    ties: Ties = "midrank",
    where: Where = None,
    precision: Precision | None = None,
) -> Test:
    """Is `y` larger in some groups than in others? Two or more groups (Lumley & Scott 2013; R svyranktest).

    Scores are a function of the rank in the estimated population, and the means of k groups' scores are compared with
    the first's, scores taken as fixed, on ν − (k − 1) degrees of freedom: t for two groups, Wald's F for more. The
    estimate has the k − 1 differences. KruskalWallis scores as wilcoxon does: by the rank.

    `ties`: equal values share the middle of the stretch of population that they stand for (`midrank`), or the plain
    mean of their ranks in the order of the rows, as R does it (`rows`): it changes when the rows are sorted anew.
    Raises EST_LEVELS where `group` has a single level, EST_NEGATIVE_ROWS, TST_SINGULAR where `y` does not vary.
    """
    check_option("test", test, RankTest)
    check_option("ties", ties, Ties)
    precision = t_precision(precision)
    inside = answered(sample, (y, group), where)
    refuse_negative(sample.weights, inside, "rank_test")
    members = level_rows(sample, group, inside)
    need_levels(group, tuple(members))
    scores = np.zeros(len(sample))
    scores[inside] = _scores(test, _ranks(sample.columns.numeric(y)[inside], sample.weights[inside], ties))
    member = np.column_stack([*members.values()])
    size = sample.weights @ member
    means = (sample.weights * scores) @ member / size
    of_mean = np.where(member, scores[:, None] - means, 0.0) / size
    influence = of_mean[:, 1:] - of_mean[:, :1]
    spread = row_spread(sample, lambda weights: weights @ influence, influence, inside)
    first, *others = members
    labels = tuple(_difference_label(f"{y} score", group, level, first) for level in others)
    found = row_estimate(sample, inside, labels, means[1:] - means[0], spread, len(others), precision)
    name = f"{test}: {y} by {group}"
    if len(others) == 1:
        return _t(name, found, 0.0, size=1.0)
    return _wald(name, found, found.value, found.covariance, np.ones(len(others)), float(found.df[0]), "F")


def wald_test(
    estimate: Estimate,
    contrasts: Sequence[Mapping[Key, float] | Sequence[float]] | Floats | None = None,
    *,
    null: float = 0.0,
    form: WaldForm = "F",
    name: str | None = None,
) -> Test:
    """Are all numbers of an estimate, or all these `contrasts` of them, equal to `null`? (Wald 1943)

    `contrasts`: each a mapping of numbers to coefficients or an array (k,), as `contrast` takes them.
    With θ the q numbers and V their covariance, W = (θ − null)ᵀ V⁻¹ (θ − null): `F` takes W/q on (q, ν), ν the
    smallest df of the numbers tested; `Chisq` takes W on q. Raises EST_CONTRASTS, what `coefficients_of` raises, and
    TST_SINGULAR where the numbers do not vary or are bound to each other.
    """
    check_option("form", form, WaldForm)
    matrix = np.eye(len(estimate)) if contrasts is None else _matrix(estimate, contrasts)
    used = (matrix != 0).any(axis=0)
    numbers = [key_text((label, *by.values())) for label, by in zip(estimate.labels, estimate.by, strict=True)]
    name = name or f"Wald: {', '.join(np.array(numbers)[used])}"
    matrix, value = matrix[:, used], estimate.value[used]
    covariance = matrix @ estimate.covariance[np.ix_(used, used)] @ matrix.T
    size = np.abs(matrix) @ np.abs(value) + abs(null)
    return _wald(name, estimate, matrix @ value - null, covariance, size, float(estimate.df[used].min()), form)


def wald_distance(vector: Floats, covariance: Floats, size: Floats, name: str) -> float:
    """vᵀ V⁻¹ v of q numbers (q,), V (q, q). `size` (q,): of what each is made, against which rounding is told.

    Raises TST_SINGULAR naming the test where V has no inverse.
    """
    scale = np.sqrt(np.diag(covariance))
    if not (scale > _ROUNDING * size).all() or singular(covariance):
        raise EstimationError("TST_SINGULAR", test=name)
    return float(vector @ np.linalg.solve(covariance, vector))


def singular(matrix: Floats) -> bool:
    """Whether a symmetric matrix (q, q) that should be positive definite has no inverse, but for rounding."""
    length = np.diag(matrix)
    if not (length > 0).all():
        return True
    scaled = matrix / np.sqrt(np.outer(length, length))
    return bool(np.linalg.matrix_rank(scaled, tol=_BOUND, hermitian=True) < len(matrix))


def _wald(
    name: str, estimate: Estimate, vector: Floats, covariance: Floats, size: Floats, nu: float, form: WaldForm
) -> Test:
    """Wald's test of q numbers (q,) made of those of an estimate, on `nu` df; `size` as in `wald_distance`."""
    distance, q = wald_distance(vector, covariance, size, name), len(vector)
    if form == "Chisq":
        return Test(name=name, statistic=distance, df=(q,), p=float(chdtrc(q, distance)), estimate=estimate)
    return Test(name=name, statistic=distance / q, df=(q, nu), p=float(fdtrc(q, nu, distance / q)), estimate=estimate)


def _matrix(estimate: Estimate, contrasts: Sequence[Mapping[Key, float] | Sequence[float]] | Floats) -> Floats:
    """(q, k): the coefficients of q contrasts."""
    several = [] if isinstance(contrasts, Mapping | str) or not np.iterable(contrasts) else list(contrasts)
    if not several:
        raise EstimationError("EST_CONTRASTS", got=contrasts, count=len(estimate))
    return np.stack([coefficients_of(estimate, each) for each in several])


def _difference_label(y: str, column: str, level: Any, less: Any) -> str:
    return f"{y}: {column}={level_name(level)} − {level_name(less)}"


def _t(name: str, found: Estimate, null: float, size: float) -> Test:
    """The t test of one number; `size`: of what it is made, against which rounding is told."""
    if found.se[0] <= _ROUNDING * size:
        raise EstimationError("TST_SINGULAR", test=name)
    value = float(((found.value - null) / found.se)[0])
    df = float(found.df[0])
    return Test(name=name, statistic=value, df=(df,), p=float(2 * stdtr(df, -abs(value))), estimate=found)


def _ranks(values: Floats, weights: Floats, ties: Ties) -> Floats:
    """Ranks in the estimated population, over its size: within 0 and 1."""
    order = np.argsort(values, kind="stable")
    tie = np.unique(values, return_inverse=True)[1].reshape(-1)
    before = np.empty(len(values))
    before[order] = np.cumsum(weights[order]) - weights[order] / 2
    among = weights if ties == "midrank" else np.ones(len(values))
    return np.asarray((np.bincount(tie, among * before) / np.bincount(tie, among))[tie] / weights.sum())


def _scores(test: RankTest, ranks: Floats) -> Floats:
    if test == "vanderWaerden":
        return np.asarray(ndtri(ranks))
    return (ranks > 0.5).astype(float) if test == "median" else ranks
