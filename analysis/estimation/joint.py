"""How do numbers of several estimates stand together? Side by side, with one joint covariance.

Numbers of one sample keep their covariance. Several samples are taken as drawn independently: their deviations lie
below each other and their variances add. Two samples over rounds that drew the same units (a panel) are not
independent, and nothing in them says so: put both rounds in one sample with a column for the round, and use `by=`, or
ask `overlap.py` for the covariance.
Nor are a linearised and a replicated estimate of one sample, or those of two samples made of the same rows: these are
refused where the frame is the same, or their provenance tells that the data is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

import numpy as np

from analysis.estimation.columns import Floats, level_name
from analysis.estimation.design import Study
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Df, Estimate, Precision
from analysis.estimation.intervals import Method
from analysis.estimation.variance import Spread


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What one sample adds to k numbers: deviations (Q, k), 0 for those that do not rest on it.

    `df` (k,): its degrees of freedom for each number, infinite for those that do not rest on it. `source`: its data.
    """

    space: object
    source: object
    df: Floats
    deviations: Callable[[], Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Independent:
    """The space of numbers that rest on several samples: the parts' deviations below each other."""

    parts: tuple[Part, ...]

    def deviations(self) -> Floats:
        """(ΣQ, k)."""
        return np.concatenate([part.deviations() for part in self.parts])


def join(*estimates: Estimate, column: str | None = None, levels: Sequence[Any] = ()) -> Estimate:
    """All numbers of several estimates as one estimate, with their joint covariance and their own intervals.

    `column` with one of `levels` for each estimate: a column added to its domains, such as the round. Its study is
    `volunteer` if that of any is. Where interval methods or kinds of df differ, its precision says `t` or `domain`, and
    `methods` what each interval is.
    Raises EST_NOT_ESTIMATE; EST_LENGTH; EST_JOIN_LEVELS for levels of no column, EST_JOIN_COLUMN for a column that the
    domains have already; EST_LEVELS_DIFFER for intervals of different confidence levels; EST_SAME_DATA where two come
    of the same data but of different samples: their covariance is not known, and not nothing.
    """
    check_estimates(estimates)
    added = _added(estimates, column, levels)
    for first, second in combinations(estimates, 2):
        _refuse_same_data(first, second)
    arrays = ("value", "variance", "n", "weighted_n", "df", "deff", "low", "high")
    stacked: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in estimates]) for name in arrays}
    study: Study = "volunteer" if any(each.study == "volunteer" for each in estimates) else "probability"
    return replace(
        estimates[0],
        labels=tuple(label for estimate in estimates for label in estimate.labels),
        by=tuple({**more, **domain} for more, estimate in zip(added, estimates, strict=True) for domain in estimate.by),
        methods=tuple(method for estimate in estimates for method in estimate.methods),
        spread=spread_of(_aligned(estimates)),
        study=study,
        precision=_precision([estimate.precision for estimate in estimates]),
        steps=tuple({id(step): step for estimate in estimates for step in estimate.steps}.values()),
        provenance=_provenance(estimates),
        **stacked,
    )


def check_estimates(estimates: Sequence[object]) -> None:
    """Raises EST_NOT_ESTIMATE where there is none, or something else among them."""
    if not estimates:
        raise EstimationError("EST_NOT_ESTIMATE", got="–")
    for each in estimates:
        if not isinstance(each, Estimate):
            raise EstimationError("EST_NOT_ESTIMATE", got=each)


def parts_of(estimate: Estimate) -> tuple[Part, ...]:
    """One part for every sample that the numbers rest on."""
    spread = estimate.spread
    if isinstance(spread.space, Independent):
        return spread.space.parts
    return (Part(space=spread.space, source=spread.source, df=estimate.df, deviations=spread.deviations),)


def spread_of(parts: Sequence[Part]) -> Spread:
    """The spread that the parts make together."""
    if len(parts) == 1:
        return Spread(space=parts[0].space, deviations=parts[0].deviations, source=parts[0].source)
    space = Independent(parts=tuple(parts))
    return Spread(space=space, deviations=space.deviations)


def _added(estimates: Sequence[Estimate], column: str | None, levels: Sequence[Any]) -> Sequence[Mapping[str, str]]:
    """What `column` and `levels` add to each estimate's domains."""
    names = [levels] if isinstance(levels, str) else [level_name(level) for level in levels]
    if column is None:
        if names:
            raise EstimationError("EST_JOIN_LEVELS", levels=", ".join(names))
        return [{}] * len(estimates)
    if len(names) != len(estimates):
        raise EstimationError("EST_LENGTH", name="levels", got=len(names), wanted=len(estimates))
    if any(column in domain for estimate in estimates for domain in estimate.by):
        raise EstimationError("EST_JOIN_COLUMN", column=column)
    return [{column: name} for name in names]


def _refuse_same_data(first: Estimate, second: Estimate) -> None:
    pairs = list(product(parts_of(first), parts_of(second)))
    same = any(
        one.source is not None and one.source is other.source for one, other in pairs if not _one_space(one, other)
    )
    if not any(_one_space(one, other) for one, other in pairs):
        said, also = (_told(estimate) for estimate in (first, second))
        same = same or (bool(said) and said == also)
    if same:
        source = ", ".join(f"{key} {text}" for key, text in _told(first).items()) or "–"
        raise EstimationError("EST_SAME_DATA", source=source)


def _one_space(one: Part, other: Part) -> bool:
    return one.space is other.space


def _told(estimate: Estimate) -> Mapping[str, str]:
    """What an estimate tells of its data, but for how its replicates were made."""
    return {key: text for key, text in estimate.provenance.items() if key != "replicates"}


def _precision(asked: Sequence[Precision]) -> Precision:
    levels = sorted({precision.level for precision in asked})
    if len(levels) > 1:
        raise EstimationError("EST_LEVELS_DIFFER", levels=", ".join(map(str, levels)))
    methods: set[Method] = {precision.method for precision in asked}
    kinds: set[Df] = {precision.df for precision in asked}
    return Precision(
        method=methods.pop() if len(methods) == 1 else "t",
        level=levels[0],
        df=kinds.pop() if len(kinds) == 1 else "domain",
    )


def _aligned(estimates: Sequence[Estimate]) -> tuple[Part, ...]:
    """One part a sample over the numbers of all estimates."""
    found = [{id(part.space): part for part in parts_of(estimate)} for estimate in estimates]
    sizes = [len(estimate) for estimate in estimates]
    samples = {key: part for parts in found for key, part in parts.items()}
    return tuple(_beside([parts.get(key) for parts in found], sizes, of) for key, of in samples.items())


def _beside(parts: Sequence[Part | None], sizes: Sequence[int], of: Part) -> Part:
    """The parts of one sample, that `of` is one of, side by side; None: numbers that do not rest on it."""

    def deviations() -> Floats:
        known = [None if part is None else part.deviations() for part in parts]
        rows = next(len(each) for each in known if each is not None)
        return np.concatenate(
            [np.zeros((rows, size)) if each is None else each for each, size in zip(known, sizes, strict=True)], axis=1
        )

    df = [np.full(size, np.inf) if part is None else part.df for part, size in zip(parts, sizes, strict=True)]
    return Part(space=of.space, source=of.source, df=np.concatenate(df), deviations=deviations)


def _provenance(estimates: Sequence[Estimate]) -> Mapping[str, str]:
    """Every key with all that the estimates say of it."""
    found: dict[str, dict[str, None]] = {}
    for estimate in estimates:
        for key, text in estimate.provenance.items():
            found.setdefault(key, {})[text] = None
    return {key: "; ".join(texts) for key, texts in found.items()}
