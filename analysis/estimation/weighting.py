"""How do we repair imbalance? Weights are brought to known population totals; each step is logged and remembered.

Both methods work on cells (the combinations of levels that occur), not on rows, and start from the base weights.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from analysis.estimation.engines.memory import weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Calibration, Codes, Floats, MarginLine, Sample, WeightStep, level_name, require

Residuals = Literal["base", "equal"]
Margins = Mapping[str, Mapping[str, float]]
"""Variable (a column, or columns joined by `|`) → level (or levels joined by `|`) → population total."""

_TOLERANCE = 1e-13
_ITERATIONS = 1000


def poststratify(sample: Sample, variable: str, totals: Mapping[str, float]) -> Sample:
    """Weights scaled so that every poststratum of `variable` meets its total (Holt & Smith 1979; R postStratify).

    Raises EstimationError for a level without total, a total without respondents, or an empty answer.
    """
    codes, levels = _levels(sample, variable, totals)
    target = np.array([totals[level] for level in levels])
    before = weight_sums(codes, sample.weights, len(levels))
    weights = sample.weights * (target / before)[codes]
    calibration = Calibration(cells=codes, auxiliaries=np.eye(len(levels)), weights=sample.weights)
    step = _step("poststratify", sample, weights, {variable: codes}, {variable: levels}, {variable: totals}, 1)
    return sample.reweighted(weights, step, calibration)


def rake(sample: Sample, margins: Margins, *, residuals: Residuals = "base") -> Sample:
    """Weights brought to all margins by iterative proportional fitting (Deming & Stephan 1940; R rake).

    `residuals`: the weights with which later variances take residuals on the margins: `base` (those before raking, as
    R's calibrate(calfun="raking") does) or `equal` (R's rake()). The weights are the same.
    Raises EstimationError as `poststratify` does, when margins disagree on the population, and when raking cannot meet
    them, naming the worst variable and level.
    """
    if not margins:
        raise EstimationError("WGT_NO_MARGINS")
    codes, levels = {}, {}
    for variable, totals in margins.items():
        codes[variable], levels[variable] = _levels(sample, variable, totals)
    population = _population(margins)
    cells, of_row = np.unique(np.column_stack(list(codes.values())), axis=0, return_inverse=True)
    of_row = of_row.reshape(-1)
    base = weight_sums(of_row, sample.weights, len(cells))
    targets = [np.array([margins[v][level] for level in levels[v]]) for v in margins]
    targets = [target * (population / target.sum()) for target in targets]
    mass, iterations = _fit(base, cells, targets, margins, levels)
    weights = sample.weights * (mass / base)[of_row]
    indicators = [np.eye(len(target))[cells[:, m]] for m, target in enumerate(targets)]
    calibration = Calibration(
        cells=of_row,
        auxiliaries=np.column_stack(indicators),
        weights=sample.weights if residuals == "base" else np.ones(len(sample)),
    )
    return sample.reweighted(weights, _step("rake", sample, weights, codes, levels, margins, iterations), calibration)


def kish(weights: Floats) -> tuple[float, float]:
    """Kish's design effect of weighting n Σw²/(Σw)² and effective sample size (Σw)²/Σw² (Kish 1965)."""
    n_eff = float(weights.sum() ** 2 / (weights**2).sum())
    return len(weights) / n_eff, n_eff


def _fit(
    base: Floats, cells: Codes, targets: list[Floats], margins: Margins, levels: Mapping[str, tuple[str, ...]]
) -> tuple[Floats, int]:
    """Cell masses that meet every target to a relative 1e-13, or the error that says which one cannot be met."""
    mass = base.copy()
    worst, place = np.inf, (0, 0)
    for iteration in range(1, _ITERATIONS + 1):
        for m, target in enumerate(targets):
            now = weight_sums(cells[:, m], mass, len(target))
            mass = mass * np.divide(target, now, out=np.zeros_like(target), where=now > 0)[cells[:, m]]
        last, worst = worst, 0.0
        for m, target in enumerate(targets):
            error = np.abs(weight_sums(cells[:, m], mass, len(target)) - target) / target.sum()
            if error.max() >= worst:
                worst, place = float(error.max()), (m, int(error.argmax()))
        if worst <= _TOLERANCE or (worst <= 100 * _TOLERANCE and worst >= last):
            return mass, iteration
    variable = list(margins)[place[0]]
    raise EstimationError(
        "WGT_NOT_CONVERGED",
        variable=variable,
        level=levels[variable][place[1]],
        error=f"{worst:.2%}",
        iterations=_ITERATIONS,
    )


def _levels(sample: Sample, variable: str, totals: Mapping[str, float]) -> tuple[Codes, tuple[str, ...]]:
    """Each row's level of a margin variable as a code, and the levels. Every level has a total, every total people."""
    frame, parts = sample.frame, variable.split("|")
    for part in parts:
        require(frame, part)
        empty = frame[part].isna().to_numpy()
        if empty.any():
            raise EstimationError("WGT_MISSING", variable=part, count=int(empty.sum()), row=int(empty.argmax()) + 1)
    rows = np.array(
        ["|".join(map(level_name, key)) for key in frame[parts].itertuples(index=False, name=None)], dtype=object
    )
    names, codes, counts = np.unique(rows, return_inverse=True, return_counts=True)
    for level, count in zip(names, counts, strict=True):
        if level not in totals:
            raise EstimationError("WGT_NO_TARGET", variable=variable, level=level, count=int(count))
    for level, target in totals.items():
        occurs = level in names
        if not (np.isfinite(target) and target >= 0) or (occurs and target == 0):
            raise EstimationError("WGT_BAD_TARGET", variable=variable, level=level, target=target)
        if target > 0 and not occurs:
            raise EstimationError("WGT_EMPTY_CELL", variable=variable, level=level, target=target)
    return codes.reshape(-1), tuple(names)


def _population(margins: Margins) -> float:
    """The first margin's sum. The others are scaled to it and may differ by a thousandth, as rounded tables do."""
    sums = {variable: sum(totals.values()) for variable, totals in margins.items()}
    if max(sums.values()) - min(sums.values()) > 1e-3 * max(sums.values()):
        totals = ", ".join(f"{variable} = {total:.10g}" for variable, total in sums.items())
        raise EstimationError("WGT_TOTALS_DIFFER", totals=totals)
    return next(iter(sums.values()))


def _step(
    name: str,
    sample: Sample,
    weights: Floats,
    codes: Mapping[str, Codes],
    levels: Mapping[str, tuple[str, ...]],
    margins: Margins,
    iterations: int,
) -> WeightStep:
    lines = []
    for variable, rows in codes.items():
        before, after = (weight_sums(rows, each, len(levels[variable])) for each in (sample.weights, weights))
        lines += [
            MarginLine(variable=variable, level=level, target=margins[variable][level], before=old, after=new)
            for level, old, new in zip(levels[variable], before.tolist(), after.tolist(), strict=True)
        ]
    ratio = weights / sample.weights
    (deff_before, n_eff_before), (deff_after, n_eff_after) = kish(sample.weights), kish(weights)
    return WeightStep(
        name=name,
        variables=tuple(codes),
        n=len(sample),
        sum_before=float(sample.weights.sum()),
        sum_after=float(weights.sum()),
        deff_before=deff_before,
        deff_after=deff_after,
        n_eff_before=n_eff_before,
        n_eff_after=n_eff_after,
        min_ratio=float(ratio.min()),
        max_ratio=float(ratio.max()),
        iterations=iterations,
        margins=tuple(lines),
    )
