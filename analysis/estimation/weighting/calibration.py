"""How are weights brought to totals of any kind, as near to the old ones as may be? Calibration."""

from collections.abc import Mapping
from typing import TypeGuard

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.weighting.adjust import Residuals, Solution, adjust
from analysis.estimation.weighting.cells import SUM, Cells, find_cells
from analysis.estimation.weighting.distances import Bounds, Distance, Factor, factor

_TOLERANCE = 1e-13
_ENOUGH = 1e-11
"""What rounding may leave of an error when no step makes it smaller."""
_ITERATIONS = 200
_HALVINGS = 50
_REDUNDANT = 1e-13
"""Auxiliaries' combinations with less than this share of the largest one's sum of squares are taken to be zero."""
_CONSISTENT = 1e-9
_FLAT = 1e-6
"""The least curvature a step reckons with: where bounds cut everybody off, the dual is flat."""


def calibrate(
    sample: Sample,
    totals: Mapping[str, Mapping[str, float] | float],
    *,
    population: float | None = None,
    distance: Distance = "linear",
    bounds: Bounds | None = None,
    residuals: Residuals = "base",
) -> Sample:
    """Weights that meet population totals and are, by `distance`, nearest to those before (Deville & Särndal 1992).

    `totals`: variable → level → number of people, as `rake` has them, or numeric column → its total. `population`: the
    number of people, needed where no variable with levels implies it and an intercept is meant. `bounds`: the least and
    the largest factor a weight may be multiplied by, infinity for none; `logit` needs both, around 1. `linear` without
    bounds is the generalised regression estimator and can make weights negative. `residuals`: as in `rake`.
    Raises EstimationError as `rake` does, and for totals that cannot be met within the bounds, naming the worst.
    """
    if not isinstance(totals, Mapping) or (not totals and population is None):
        raise EstimationError("WGT_NO_MARGINS")
    move = factor(distance, bounds)
    factors = {name: total for name, total in totals.items() if _has_levels(total)}
    numbers = {name: total for name, total in totals.items() if not _has_levels(total)}
    cells = find_cells(sample, factors, numbers, population)
    return adjust("calibrate", sample, cells, lambda sums: _solve(sums, cells, move), residuals)


def _has_levels(total: object) -> TypeGuard[Mapping[str, float]]:
    """A mapping, or a pandas series, which has keys too."""
    return hasattr(total, "keys")


def _solve(sums: Floats, cells: Cells, move: Factor) -> Solution:
    """Factors of the cells whose weights sum to `sums` (C,); cells without weight keep theirs.

    Minimises the convex dual Σ d·∫F(x·λ) − T·λ by Newton steps, in auxiliaries Z that are orthonormal under d.
    """
    used = sums != 0
    mass, auxiliaries, targets = sums[used], cells.auxiliaries[used], cells.targets
    basis, back = _basis(mass, auxiliaries)
    goal = targets @ basis
    scale = np.where(targets != 0, np.abs(targets), np.abs(mass) @ np.abs(auxiliaries))
    missed = targets - goal @ back
    if (np.abs(missed) > _CONSISTENT * scale).any():
        raise _unmet(cells, targets, missed, scale)
    z = auxiliaries @ basis
    multipliers = np.zeros(z.shape[1])
    best, errors = missed, [np.inf]
    with np.errstate(over="ignore", invalid="ignore"):
        while len(errors) <= _ITERATIONS:
            g = move.value(z @ multipliers)
            misses = (mass * g) @ auxiliaries - targets + missed
            errors.append(float((np.abs(misses) / scale).max()))
            better = errors[-1] < min(errors[:-1])
            best = -misses if better else best
            done = errors[-1] <= _TOLERANCE or (errors[-1] <= _ENOUGH and not better)
            step = None if done else _step(mass, z, goal, multipliers, move)
            if step is None:
                break
            multipliers = multipliers + step
    if not errors[-1] <= _ENOUGH:
        raise _unmet(cells, targets, best, scale)
    factors = np.ones(len(sums))
    factors[used] = g
    return Solution(factors, tuple(errors[2:]) or (errors[1],))


def _basis(mass: Floats, auxiliaries: Floats) -> tuple[Floats, Floats]:
    """(p, r): combinations of the auxiliaries that are orthonormal under the weights, redundant ones dropped.

    And the way back (r, p), from totals of the combinations to totals of the auxiliaries.
    """
    gram = (auxiliaries * np.abs(mass)[:, None]).T @ auxiliaries
    size = np.sqrt(np.diag(gram))
    inverse = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    values, vectors = np.linalg.eigh(gram * inverse[:, None] * inverse)
    kept = values > _REDUNDANT * max(values[-1], 0.0)
    axes, length = vectors[:, kept], np.sqrt(values[kept])
    return inverse[:, None] * axes / length, (axes * length).T * size


def _step(mass: Floats, z: Floats, goal: Floats, multipliers: Floats, move: Factor) -> Floats | None:
    """A Newton step, halved until it brings the dual down, or the equations' error, which rounding blurs later.

    None where no step does.
    """
    u = z @ multipliers
    gradient = (mass * move.value(u)) @ z - goal
    curvature, axes = np.linalg.eigh((z * (mass * move.slope(u))[:, None]).T @ z)
    step = -(axes / np.maximum(curvature, _FLAT)) @ (axes.T @ gradient)
    start, expected = mass @ move.area(u) - goal @ multipliers, 1e-4 * (gradient @ step)
    length = 1.0
    for _ in range(_HALVINGS):
        trial = multipliers + length * step
        u = z @ trial
        here = mass @ move.area(u) - goal @ trial
        error = np.linalg.norm((mass * move.value(u)) @ z - goal)
        if here <= start + length * expected or error < np.linalg.norm(gradient) / 2:
            return np.asarray(length * step)
        length /= 2
    return None


def _unmet(cells: Cells, targets: Floats, missed: Floats, scale: Floats) -> EstimationError:
    """The error that names the worst of the totals and by how much it is missed."""
    worst = int((np.abs(missed) / scale).argmax())
    variable, level = cells.names[worst]
    return EstimationError(
        "WGT_INFEASIBLE",
        variable=variable,
        level=level,
        total=variable if level == SUM else f"{variable} = {level}",
        target=f"{targets[worst]:.10g}",
        reached=f"{targets[worst] - missed[worst]:.10g}",
        error=f"{abs(missed[worst]) / scale[worst]:.2%}",
    )
