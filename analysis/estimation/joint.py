"""How do numbers of several estimates stand together? Side by side, with one joint covariance.

Numbers of one sample keep their covariance. Several samples are taken as drawn independently: their deviations lie
below each other and their variances add. Two samples over rounds that drew the same units (a panel) are not
independent, and nothing in them says so: put both rounds in one sample with a column for the round, and use `by=`.
Nor are a linearised and a replicated estimate of one sample, or those of two samples made of the same rows: these are
refused where their provenance tells.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from analysis.estimation.columns import Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate
from analysis.estimation.variance import Spread


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What one sample adds to k numbers: deviations (Q, k), 0 for those that do not rest on it.

    `df` (k,): its degrees of freedom for each number, infinite for those that do not rest on it.
    """

    space: object
    df: Floats
    deviations: Callable[[], Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Independent:
    """The space of numbers that rest on several samples: the parts' deviations below each other."""

    parts: tuple[Part, ...]

    def deviations(self) -> Floats:
        """(ΣQ, k)."""
        return np.concatenate([part.deviations() for part in self.parts])


def join(*estimates: Estimate, column: str | None = None, levels: Sequence[str] = ()) -> Estimate:
    """All numbers of several estimates as one estimate, with their joint covariance and their own intervals.

    `column` with one of `levels` for each estimate: a column added to its domains, such as the round.
    Raises EST_LENGTH; EST_LEVELS_DIFFER for intervals of different confidence levels; EST_SAME_DATA where two come of
    the same data by their provenance but of different samples: their covariance is not known, and not nothing.
    """
    if column is not None and len(levels) != len(estimates):
        raise EstimationError("EST_LENGTH", name="levels", got=len(levels), wanted=len(estimates))
    if len({estimate.precision.level for estimate in estimates}) > 1:
        found = sorted({estimate.precision.level for estimate in estimates})
        raise EstimationError("EST_LEVELS_DIFFER", levels=", ".join(map(str, found)))
    for first, second in combinations(estimates, 2):
        if first.provenance and first.provenance == second.provenance and not _same_space(first, second):
            source = ", ".join(f"{key} {text}" for key, text in first.provenance.items())
            raise EstimationError("EST_SAME_DATA", source=source)
    added = [{}] * len(estimates) if column is None else [{column: level} for level in levels]
    arrays = ("value", "variance", "n", "weighted_n", "df", "deff", "low", "high")
    stacked: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in estimates]) for name in arrays}
    return replace(
        estimates[0],
        labels=tuple(label for estimate in estimates for label in estimate.labels),
        by=tuple({**more, **domain} for more, estimate in zip(added, estimates, strict=True) for domain in estimate.by),
        methods=tuple(method for estimate in estimates for method in estimate.methods),
        spread=spread_of(_aligned(estimates)),
        steps=tuple({id(step): step for estimate in estimates for step in estimate.steps}.values()),
        provenance=_provenance(estimates),
        **stacked,
    )


def parts_of(estimate: Estimate) -> tuple[Part, ...]:
    """One part for every sample that the numbers rest on."""
    spread = estimate.spread
    if isinstance(spread.space, Independent):
        return spread.space.parts
    return (Part(space=spread.space, df=estimate.df, deviations=spread.deviations),)


def spread_of(parts: Sequence[Part]) -> Spread:
    """The spread that the parts make together."""
    if len(parts) == 1:
        return Spread(space=parts[0].space, deviations=parts[0].deviations)
    space = Independent(parts=tuple(parts))
    return Spread(space=space, deviations=space.deviations)


def _aligned(estimates: Sequence[Estimate]) -> tuple[Part, ...]:
    """One part a sample over the numbers of all estimates."""
    found = [{id(part.space): part for part in parts_of(estimate)} for estimate in estimates]
    sizes = [len(estimate) for estimate in estimates]
    spaces = {space: part.space for parts in found for space, part in parts.items()}
    return tuple(_beside([parts.get(key) for parts in found], sizes, space) for key, space in spaces.items())


def _beside(parts: Sequence[Part | None], sizes: Sequence[int], space: object) -> Part:
    """The parts of one sample side by side; None: numbers that do not rest on it."""

    def deviations() -> Floats:
        known = [None if part is None else part.deviations() for part in parts]
        rows = next(len(each) for each in known if each is not None)
        return np.concatenate(
            [np.zeros((rows, size)) if each is None else each for each, size in zip(known, sizes, strict=True)], axis=1
        )

    df = [np.full(size, np.inf) if part is None else part.df for part, size in zip(parts, sizes, strict=True)]
    return Part(space=space, df=np.concatenate(df), deviations=deviations)


def _same_space(first: Estimate, second: Estimate) -> bool:
    spaces = {id(part.space) for part in parts_of(first)}
    return any(id(part.space) in spaces for part in parts_of(second))


def _provenance(estimates: Sequence[Estimate]) -> Mapping[str, str]:
    """Every key with all that the estimates say of it."""
    found: dict[str, dict[str, None]] = {}
    for estimate in estimates:
        for key, text in estimate.provenance.items():
            found.setdefault(key, {})[text] = None
    return {key: "; ".join(texts) for key, texts in found.items()}
