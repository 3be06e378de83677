"""Which units of one sorted list are drawn? Simple random, systematic and PPS selection, from a named random number."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count

_NOISE = 1e-12
"""Relative error of a cumulative size."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selection:
    """What was drawn from one list of N units, and all that is needed to draw it again by hand.

    `selected`, `probability` (N,): drawn or not, and the probability of it. `certainty` (N,): taken without chance,
    its size being at least the interval. Simple random: `random` (N,) a number of each unit; the smallest are drawn.
    Systematic: `cumulative` (N,) sizes up to and with each unit, certainties left out; drawn are the units in which
    `start`, `start` + `interval`, `start` + 2·`interval`, … fall (a unit reaches from the cumulative size before it,
    inclusive, to its own, exclusive). NaN: not of this method.
    """

    selected: Bools
    probability: Floats
    certainty: Bools
    random: Floats
    cumulative: Floats
    start: float
    interval: float


def draw_key(stage: int, parents: Sequence[str], strata: Sequence[str]) -> str:
    """The name of a list's random numbers: the stage, the units drawn before and the strata, as JSON."""
    return json.dumps([stage, list(parents), list(strata)], ensure_ascii=False, separators=(",", ":"))


def random_numbers(seed: int, key: str, count: int) -> Floats:
    """(count,) numbers in [0, 1) that only `seed` and `key` decide, on every machine and version.

    PCG64, seeded by SeedSequence(seed, spawn_key = the eight big-endian 32-bit words of SHA-256 of the key in UTF-8);
    the upper 53 bits of each output, over 2⁵³. No Generator method is used: their streams may change (NEP 19).
    """
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype=">u4")
    source = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=tuple(words.tolist())))
    return np.asarray(source.random_raw(count) >> np.uint64(11), dtype=float) * 2.0**-53


def simple_random(count: int, take: int, random: Floats) -> Selection:
    """`take` of `count` units without replacement, each set with equal probability: the smallest random numbers.

    `random` (count,). Raises EstimationError for more units than there are, and for another number of random numbers.
    """
    _check_take(take, count)
    if len(random) != count:
        raise EstimationError("EST_LENGTH", name="random", got=len(random), wanted=count)
    selected = np.zeros(count, dtype=bool)
    selected[np.argsort(random, kind="stable")[:take]] = True
    return Selection(
        selected=selected,
        probability=np.full(count, take / count),
        certainty=np.zeros(count, dtype=bool),
        random=random,
        cumulative=np.full(count, np.nan),
        start=np.nan,
        interval=np.nan,
    )


def systematic(size: Floats, take: int, random: float, *, certainties: bool) -> Selection:
    """`take` units in list order, with probability proportional to size (Madow 1949); sizes of 1: equal probability.

    `certainties`: units as large as the interval are taken first and the interval is made anew, until none is; without
    them no unit may be larger. `random`: in [0, 1). Raises EstimationError for a size or number outside its range.
    """
    _check_take(take, len(size))
    for name, given, good, allowed in (
        ("size", size, (size > 0) & np.isfinite(size), "> 0"),
        ("random", np.array([random]), np.array([0 <= random < 1]), "0 ≤ … < 1"),
        ("size", size, (size <= size.sum() / take * (1 + _NOISE)) | certainties, f"≤ {size.sum() / take:g}"),
    ):
        if not good.all():
            raise EstimationError("PLN_BAD_NUMBER", name=name, got=given[int(good.argmin())], allowed=allowed)
    certainty = np.zeros(len(size), dtype=bool)
    while certainties and not certainty.all():
        interval = size[~certainty].sum() / max(take - int(certainty.sum()), 1)
        large = ~certainty & (size >= interval * (1 - _NOISE)) & (certainty.sum() < take)
        if not large.any():
            break
        certainty |= large
    chance = np.flatnonzero(~certainty)
    points = take - int(certainty.sum())
    selected, probability, cumulative = certainty.copy(), certainty.astype(float), np.full(len(size), np.nan)
    start = interval = np.nan
    if points:
        cumulative[chance] = np.cumsum(size[chance])
        total = cumulative[chance[-1]]
        interval = float(total / points)
        start = float(random * interval)
        hit = np.searchsorted(cumulative[chance], start + interval * np.arange(points), side="right")
        order = np.arange(points)  # hits rise by 1 at least and leave room for the rest: rounding must not undo it
        hit = np.minimum(np.maximum.accumulate(hit - order), len(chance) - points) + order
        selected[chance[hit]] = True
        probability[chance] = size[chance] / interval
    return Selection(
        selected=selected,
        probability=probability,
        certainty=certainty,
        random=np.full(len(size), np.nan),
        cumulative=cumulative,
        start=start,
        interval=interval,
    )


def _check_take(take: int, count: int) -> None:
    check_count("take", take, 1)
    if take > count:
        raise EstimationError("PLN_BEYOND", name="take", got=take, count=count)
