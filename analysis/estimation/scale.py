"""Do several questions measure one thing? Cronbach's alpha under the design, of a scale and without each item."""

from collections.abc import Sequence

import numpy as np

from analysis.estimation.answers import answered
from analysis.estimation.columns import Floats
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.linearise import Smooth, estimate
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals

_ROUNDING = 1e-12
"""Share of the mean square below which a variance is rounding."""


def cronbach_alpha(
    sample: Sample,
    items: Sequence[str],
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """α = k/(k−1)·(1 − Σ var(x_j)/var(Σ x_j)) of k items (Cronbach 1951; R svycralpha), then α without each of them.

    People who answered every item count. Labels: `alpha`, `without q1`, …; two items have only the first. α is a smooth
    function of weighted totals, so its error is the design's, by linearisation or replicates. NaN where the sum of the
    items does not vary. Raises SCL_ITEMS for fewer than two items, EST_NAMES for one given twice.
    """
    names = names_of(items, empty=True)
    if len(names) < 2:
        raise EstimationError("SCL_ITEMS", items=", ".join(names) or "–")
    complete = answered(sample, names)
    used = complete if where is None else answered(sample, names, where)
    scores = np.column_stack([sample.columns.numeric(name) for name in names])
    centre = np.rint(np.average(scores[used], axis=0, weights=sample.weights[used]))
    scores = np.where(complete[:, None], scores - centre, 0.0)
    total = scores.sum(axis=1)
    terms: dict[str, Term | Floats] = {"n": complete.astype(float)}
    terms |= {f"x:{name}": column for name, column in zip(names, scores.T, strict=True)}
    terms |= {f"xx:{name}": column**2 for name, column in zip(names, scores.T, strict=True)}
    terms |= {f"xs:{name}": column * total for name, column in zip(names, scores.T, strict=True)}
    labels = ["alpha", *(f"without {name}" for name in names if len(names) > 2)]
    totals = psu_totals(sample, terms, where=where, by=by)
    return estimate(totals, labels, ["n"] * len(labels), _alphas(len(names)), precision or Precision())


def _alphas(k: int) -> Smooth:
    """α of k items, and without each where k > 2, from Σw, Σw·x_j, Σw·x_j², Σw·x_j·s, with s the sum of the items."""
    kept = np.ones((1, k)) if k == 2 else np.vstack([np.ones(k), 1 - np.eye(k)])
    left, dropped = kept.T, 1 - kept.T  # (k, m): is item j in scale m?
    size = kept.sum(axis=1)

    def variances(totals: Floats) -> tuple[Floats, Floats, Floats]:
        """Means of the parts (…, 3, k); Σ of the items' variances and the variance of their sum (…, m)."""
        parts = (totals[..., 1:] / totals[..., :1]).reshape(*totals.shape[:-1], 3, k)
        means, squares, products = parts[..., 0, :], parts[..., 1, :], parts[..., 2, :]
        # E(s − x_j)² = E s² − 2 E x_j·s + E x_j²
        second = products.sum(axis=-1, keepdims=True) - (2 * products - squares) @ dropped
        whole = second - (means @ left) ** 2
        rounding = _ROUNDING * squares.sum(axis=-1, keepdims=True)
        return parts, (squares - means**2) @ left, np.where(whole > rounding, whole, np.nan)

    def value(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            _, items, whole = variances(totals)
            return np.asarray(size / (size - 1) * (1 - items / whole))

    def gradient(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            parts, items, whole = variances(totals)
            of_items = -(size / (size - 1) / whole)[:, None]
            of_whole = (size / (size - 1) * items / whole**2)[:, None]
            means = parts[:, 0]
            of_mean = -2 * left * (of_items * means[..., None] + of_whole * (means @ left)[:, None])
            of_square = of_items * left + of_whole * dropped
            of_product = of_whole * (1 - 2 * dropped)
            of_part = np.concatenate([of_mean, of_square, of_product], axis=1)
            of_n = -(of_part * parts.reshape(len(parts), -1, 1)).sum(axis=1, keepdims=True)
            return np.asarray(np.concatenate([of_n, of_part], axis=1) / totals[:, :1, None])

    return Smooth(value=value, gradient=gradient)
