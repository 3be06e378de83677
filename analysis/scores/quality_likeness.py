"""Are a unit's slips too much alike, or not enough like people's? Copies, and answers drawn at random."""

import numpy as np
from scipy.stats import t as student

from analysis.scores.quality_slips import Ints
from analysis.scores.quality_tail import upper_tail
from analysis.scores.quality_yardstick import PAIRED, Excess, Yardstick, alike

_COMPARED = 3_000
"""Slips of a unit that are compared with each other at most."""


def copies(yard: Yardstick, unit: int, others: Ints) -> Excess | None:
    """Slips of the unit that are alike more often than they are like slips of other units.

    Slips of one honest unit resemble each other more than those of two; by how much, the other units tell.
    """
    slips, rules = yard.slips, yard.rules
    mine = np.flatnonzero(yard.comparable & (slips.unit == unit))[:_COMPARED]
    pool = np.flatnonzero(yard.comparable & np.isin(slips.unit, others))
    if len(pool) > PAIRED:
        pool = np.random.default_rng(rules.seed).choice(pool, PAIRED, replace=False)
    if len(mine) < rules.least_n or len(pool) < rules.least_n:
        return None
    matched = alike(slips.items[mine], slips.items[mine], rules.near_copy)
    inside = matched.sum(axis=1) - 1
    across = alike(slips.items[mine], slips.items[pool], rules.near_copy).sum(axis=1)
    rate = np.clip((across + 1.0) / (len(pool) + 1.0) * _resemblance(yard, others), 0, 0.999)
    # A pattern seen across + 1 times has a rate that is known no better than that.
    p = upper_tail(inside, np.full(len(mine), len(mine) - 1), across + 1.0, (across + 1.0) * (1 / rate - 1))
    best = int(p.argmin())
    return Excess(
        test="copies",
        unit=unit,
        hits=int(inside[best]) + 1,
        n=len(mine),
        expected=float(1 + rate[best] * (len(mine) - 1)),
        p=min(1.0, float(p[best]) * len(mine)),
        rows=mine[matched[best]],
    )


def fit(yard: Yardstick, unit: int, others: Ints) -> Excess | None:
    """Slips whose answers do not go up and down with what people generally rate higher and lower: random ones.

    The mean fit of the unit against those of the other units, by Student's t: their spread beyond chance by moments
    (DerSimonian and Laird 1986), with the errors of both sides. `hits`: slips without any such fit.
    """
    fits, home = yard.fits, yard.slips.unit
    known = ~np.isnan(fits)
    n = np.bincount(home[known], minlength=len(yard.sizes))
    others = others[n[others] >= yard.rules.least_n]
    if n[unit] < yard.rules.least_n or len(others) < yard.rules.least_units:
        return None
    means = np.bincount(home[known], weights=fits[known], minlength=len(n)) / np.maximum(n, 1)
    within = float(np.mean((fits[known] - means[home[known]]) ** 2))
    if within <= 0:
        return None
    weights, k = n[others] / within, len(others)
    middle = float((weights * means[others]).sum() / weights.sum())
    scatter = float((weights * (means[others] - middle) ** 2).sum())
    between = max(0.0, (scatter - (k - 1)) / float(weights.sum() - (weights**2).sum() / weights.sum()))
    error = between * (1 + 1 / k) + within / n[unit] + within / n[others].sum()
    without = known & (fits <= 0)
    share = without[np.isin(home, others)].sum() / n[others].sum()
    return Excess(
        test="fit",
        unit=unit,
        hits=int(without[home == unit].sum()),
        n=int(n[unit]),
        expected=float(share * n[unit]),
        p=float(student.cdf((means[unit] - middle) / np.sqrt(error), k - 1)),
        rows=np.flatnonzero(without & (home == unit)),
    )


def _resemblance(yard: Yardstick, others: Ints) -> float:
    """How much more often slips of one honest unit are alike than slips of two: the most of all others, at least 1.

    Units differ in it, for in some nearly everybody says the same; so the mean of them would accuse the plainest one.
    """
    compared, same = (each[np.ix_(others, others)] for each in yard.pairs)
    inside, alike_inside = np.diag(compared), np.diag(same)
    pairs, alike_pairs = compared.sum() - inside.sum(), same.sum() - alike_inside.sum()
    if not pairs:
        return 1.0
    expected = inside * (alike_pairs + 1) / pairs
    return max(1.0, float(((alike_inside + 1) / (expected + 1)).max(initial=1.0)))
