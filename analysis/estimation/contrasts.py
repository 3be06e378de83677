"""How do estimates compare? Contrasts, differences and smooth functions of estimates, with their covariance.

What `Estimate` refuses to do by arithmetic is done here: θ → g(θ) has the deviations D·∇g (delta method; R `survey`
svycontrast), so numbers of one sample keep their covariance across items and domains, with replicates too. Numbers of
several samples are taken as drawn independently; `joint.py` says what that means for a panel.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision, make_estimate
from analysis.estimation.joint import Part, check_estimates, join, parts_of, spread_of
from analysis.estimation.keys import Key, coefficients_of, key_text, known, shape_text

Match = tuple[str, frozenset[tuple[str, str]]]
"""Label and domain, by which numbers of two estimates find each other."""
_SINGLE: Match = ("", frozenset())

_STEPS = 10.0 ** -np.arange(2, 8.5, 0.5)
"""Relative steps for numeric derivatives."""


def contrast(
    estimate: Estimate,
    coefficients: Mapping[Key, float] | ArrayLike,
    *,
    label: str = "contrast",
    level: float | None = None,
    degrees: float | None = None,
) -> Estimate:
    """Σ c_i·θ_i: one number with a t interval.

    `coefficients`: number → c, those not named are 0; or an array (k,). `level`: the estimate's own by default.
    `degrees` of freedom: by default the smallest of the numbers it rests on; of several samples Welch and
    Satterthwaite's, (Σ v_s)²/Σ(v_s²/df_s). n and weighted n are the smallest, the domain is what is common to all.
    Raises as `coefficients_of` does, EST_BAD_LEVEL.
    """
    weights = coefficients_of(estimate, coefficients)
    used = weights != 0
    value = np.array([weights[used] @ estimate.value[used]])
    return _derived(estimate, value, coo_array(weights[:, None]), (label,), level=level, degrees=degrees)


def smooth(
    estimate: Estimate,
    function: Callable[[Floats], ArrayLike],
    *,
    labels: str | Sequence[str],
    gradient: Callable[[Floats], ArrayLike] | None = None,
    level: float | None = None,
    degrees: float | None = None,
) -> Estimate:
    """Smooth functions of the numbers, values (k,) → m numbers (or one), with t intervals (delta method).

    `gradient`: values (k,) → (k,) or (k, m); by default central differences, good to about ten digits, for which the
    function must be defined around the values. `level`, `degrees`, n and domain as in `contrast`.
    Raises EST_LENGTH where function or gradient do not give as many numbers as the labels need.
    """
    names = (labels,) if isinstance(labels, str) else tuple(labels)

    def several(values: Floats) -> Floats:
        return np.atleast_1d(np.asarray(function(values), dtype=float))

    value = several(estimate.value)
    if value.shape != (len(names),):
        raise EstimationError("EST_LENGTH", name="labels", got=len(names), wanted=shape_text(value))
    shape = (len(estimate), len(names))
    slopes = _slopes(several, estimate.value, len(names)) if gradient is None else np.asarray(gradient(estimate.value))
    if slopes.shape != shape and not (slopes.shape == shape[:1] and len(names) == 1):
        raise EstimationError("EST_LENGTH", name="gradient", got=shape_text(slopes), wanted=" × ".join(map(str, shape)))
    return _derived(estimate, value, coo_array(slopes.reshape(shape)), names, level=level, degrees=degrees)


def difference(
    first: Estimate, second: Estimate, *, level: float | None = None, degrees: float | None = None
) -> Estimate:
    """first − second, number by number of one label and domain, with t intervals; options as in `contrast`.

    Where each has a single label the labels need not agree, and two single numbers are compared whatever they are. A
    number that only one of them has is NaN, with n of 0. Of one sample (also weighted in two ways) the numbers keep
    their covariance; of two samples see `joint.py`.
    Raises EST_UNMATCHED where no number is in both, and what `join` raises.
    """
    check_estimates((first, second))
    alone = len(set(first.labels)) == 1 and len(set(second.labels)) == 1
    single = len(first) == len(second) == 1
    rows, others = ({_SINGLE: 0} if single else _rows(each, alone) for each in (first, second))
    keys = list(dict.fromkeys([*rows, *others]))
    if not rows.keys() & others.keys():
        raise EstimationError("EST_UNMATCHED", first=known(first), second=known(second))
    both = join(first, second)
    minus = {key: row + len(first) for key, row in others.items()}
    entries = [
        (place, column, sign)
        for sign, places in ((1.0, rows), (-1.0, minus))
        for column, key in enumerate(keys)
        if (place := places.get(key)) is not None
    ]
    numbers, columns, signs = (np.array(side) for side in zip(*entries, strict=True))
    value, found_in = np.zeros(len(keys)), np.bincount(columns, minlength=len(keys))
    np.add.at(value, columns, signs * both.value[numbers])
    value[found_in < 2] = np.nan
    names = [_difference_label(first, second, alone, key[0]) for key in keys]
    slopes = coo_array((signs, (numbers, columns)), shape=(len(both), len(keys)))
    found = _derived(both, value, slopes, names, level=level, degrees=degrees)
    return replace(
        found, n=np.where(found_in < 2, 0.0, found.n), weighted_n=np.where(found_in < 2, 0.0, found.weighted_n)
    )


def _derived(
    estimate: Estimate,
    value: Floats,
    slopes: coo_array,
    labels: Sequence[str],
    *,
    level: float | None,
    degrees: float | None,
) -> Estimate:
    """m numbers (m,) that have the slopes (k, m) over the numbers of an estimate."""
    row, column, m = slopes.row, slopes.col, len(labels)

    def smallest(numbers: Floats) -> Floats:
        found = np.full(m, np.inf)
        np.minimum.at(found, column, numbers[row])
        return found

    parts = [_moved(part, slopes, np.isnan(value), smallest(part.df)) for part in parts_of(estimate)]
    each = np.stack([(part.deviations() ** 2).sum(axis=0) for part in parts])
    variance, freedom = each.sum(axis=0), np.stack([part.df for part in parts])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.divide(each**2, freedom, out=np.zeros(each.shape), where=each > 0)
        satterthwaite = variance**2 / shares.sum(axis=0)
    certain = (variance == 0) | (len(parts) == 1)
    df = np.where(certain, freedom.min(axis=0), satterthwaite) if degrees is None else np.full(m, float(degrees))
    domains: list[list[Mapping[str, str]]] = [[] for _ in range(m)]
    for number, place in zip(row.tolist(), column.tolist(), strict=True):
        domains[place].append(estimate.by[number])
    precision = Precision(level=estimate.precision.level if level is None else level, df=estimate.precision.df)
    return make_estimate(
        labels=tuple(labels),
        by=tuple(_common(each) for each in domains),
        value=value,
        variance=variance,
        spread=spread_of(parts),
        n=_finite(smallest(estimate.n)),
        weighted_n=_finite(smallest(estimate.weighted_n)),
        df=df,
        deff=np.full(m, np.nan),
        precision=precision,
        steps=estimate.steps,
        provenance=estimate.provenance,
        study=estimate.study,
    )


def _moved(part: Part, slopes: coo_array, unknown: Bools, df: Floats) -> Part:
    """One sample's part of numbers that have these slopes (k, m); NaN for the `unknown` (m,) and what rests on NaN."""
    deviations = part.deviations()
    missing = np.isnan(deviations)
    spoilt: Bools = np.asarray(missing.any(axis=0))
    resting = np.bincount(slopes.col, weights=spoilt[slopes.row], minlength=len(unknown)) > 0
    found = (slopes.tocsr().T @ np.where(missing, 0.0, deviations).T).T
    found[:, unknown | resting] = np.nan
    return Part(space=part.space, source=part.source, df=df, deviations=lambda: found)


def _finite(numbers: Floats) -> Floats:
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _slopes(function: Callable[[Floats], Floats], values: Floats, m: int) -> Floats:
    """(k, m): ∂function/∂values by five-point central differences.

    Of ever smaller steps the one is taken, for each slope, whose neighbour agrees best (after Ridders 1982): so a value
    near the edge of where the function is defined does as well as any other.
    """
    found = np.zeros((len(values), m))
    for k, value in enumerate(values):
        steps = (1.0 if np.isnan(value) else abs(value) or 1.0) * _STEPS
        tries = np.array([_central(function, values, k, step) for step in steps])
        change = np.abs(np.diff(tries, axis=0))
        best = np.where(np.isnan(change), np.inf, change).argmin(axis=0)
        found[k] = tries[best + 1, np.arange(m)]
    return found


def _central(function: Callable[[Floats], Floats], values: Floats, k: int, step: float) -> Floats:
    """(m,): f' ≈ (8(f₊₁ − f₋₁) − (f₊₂ − f₋₂))/12h, NaN where f is not defined on the way."""
    moved = np.tile(values, (4, 1))
    moved[:, k] += step * np.array([1, -1, 2, -2])
    with np.errstate(all="ignore"):
        up, down, far_up, far_down = (function(row) for row in moved)
        return np.asarray((8 * (up - down) - (far_up - far_down)) / (12 * step))


def _rows(estimate: Estimate, alone: bool) -> dict[Match, int]:
    """Each number's place by its label ('' where all have one) and domain. Raises EST_MANY_NUMBERS."""
    found: dict[Match, int] = {}
    for number, (label, by) in enumerate(zip(estimate.labels, estimate.by, strict=True)):
        key = ("" if alone else label, frozenset(by.items()))
        if key in found:
            name = key_text((label, *by.values()))
            raise EstimationError("EST_MANY_NUMBERS", key=name, count=2, known=known(estimate))
        found[key] = number
    return found


def _difference_label(first: Estimate, second: Estimate, alone: bool, label: str) -> str:
    if not alone:
        return label
    return first.labels[0] if first.labels[0] == second.labels[0] else f"{first.labels[0]} − {second.labels[0]}"


def _common(domains: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """What all domains say alike."""
    if not domains:
        return {}
    return {column: level for column, level in domains[0].items() if all(by.get(column) == level for by in domains)}
