"""Has a unit more slips full of top answers, or on one day, than the other units lead one to expect?

Nothing is fitted to the unit that is tested: what is normal, and by how much honest units differ, comes from the others
(leave one out). `unit_excess` is the whole family of tests of stuffing.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.special import expit
from scipy.stats import nbinom

from analysis.scores.quality_likeness import copies, fit
from analysis.scores.quality_slips import Ints, Mask, QualitySlips
from analysis.scores.quality_tail import Floats, averaged, logistic_line, rate_error, spreads, tail, upper_tail
from analysis.scores.quality_yardstick import Excess, Yardstick

TESTS: Final = ("level", "rest", "days", "copies", "fit")
_LEAST_FOR_A_LINE, _FARTHEST, _LEAST_DAYS = 4, 2.5, 5


def unit_excess(yard: Yardstick, unit: int) -> Mapping[str, Excess]:
    """The tests that this unit can be put to; none where it, or the others, are too few."""
    others, slips = yard.others(unit), yard.slips
    if others is None:
        return {}
    found = [
        share_excess(slips, unit, others, slips.all_top, slips.answered > 0),
        _given_the_rest(slips, unit, others),
        _days(slips, unit, others),
        copies(yard, unit, others),
        fit(yard, unit, others),
    ]
    return {each.test: each for each in found if each is not None}


def share_excess(
    slips: QualitySlips, unit: int, others: Ints, hit: Mask, base: Mask, test: str = "level"
) -> Excess | None:
    """The share of `hit` among the rows of `base`, against the other units' shares; None with nobody to compare."""
    hits, n = _counts(slips, hit & base), _counts(slips, base)
    if not n[unit] or not n[others].sum():
        return None
    pooled = (hits[others].sum() + 0.5) / (n[others].sum() + 1.0)
    p = tail(hits[[unit]], n[[unit]], np.array([pooled]), hits[others], n[others], np.full(len(others), pooled))
    rows = np.flatnonzero(hit & base & (slips.unit == unit))
    expected = float(pooled * n[unit])
    return Excess(
        test=test, unit=unit, hits=int(hits[unit]), n=int(n[unit]), expected=expected, p=float(p[0]), rows=rows
    )


def _counts(slips: QualitySlips, which: Mask) -> Ints:
    return np.bincount(slips.unit[which], minlength=len(slips.units))


def _given_the_rest(slips: QualitySlips, unit: int, others: Ints) -> Excess | None:
    """All-top slips beside what the unit's other slips look like: where people are content, those are high as well.

    The rate is a logistic line on the mean share of top answers of the slips that are not all top.
    """
    answered = slips.answered > 0
    rest = answered & ~slips.all_top
    hits, n, left = _counts(slips, slips.all_top), _counts(slips, answered), _counts(slips, rest)
    high = np.bincount(slips.unit[rest], weights=slips.top_share[rest], minlength=len(slips.units))
    others = others[left[others] > 0]
    if not left[unit] or len(others) < _LEAST_FOR_A_LINE:
        return None
    x = high / np.maximum(left, 1)
    middle, scale = x[others].mean(), max(float(x[others].std()), 1e-9)
    x = np.clip((x - middle) / scale, -_FARTHEST, _FARTHEST)  # a line is not drawn out beyond where units were seen
    line = logistic_line(x[others], hits[others], n[others])
    rate = expit(line[0] + line[1] * x)
    # The unit's own place on the line is known from few slips; how far that moves its rate is added.
    mine = slips.top_share[rest & (slips.unit == unit)]
    error = line[1] ** 2 * float(mine.var()) / len(mine) / scale**2 * float(rate[unit] * (1 - rate[unit]))
    p = tail(hits[[unit]], n[[unit]], rate[[unit]], hits[others], n[others], rate[others], fitted=2, more=error)
    return Excess(
        test="rest",
        unit=unit,
        hits=int(hits[unit]),
        n=int(n[unit]),
        expected=float(rate[unit] * n[unit]),
        p=float(p[0]),
        rows=np.flatnonzero(slips.all_top & (slips.unit == unit)),
    )


def _days(slips: QualitySlips, unit: int, others: Ints) -> Excess | None:
    """All-top slips that come together: a desk's day against the unit's other days, by the spread of days elsewhere."""
    size = len(slips.cells)
    hits, n = (np.bincount(slips.cell[which], minlength=size) for which in (slips.all_top, slips.answered > 0))
    home = np.zeros(size, dtype=np.int64)
    home[slips.cell] = slips.unit
    unit_hits, unit_n = (np.bincount(home, weights=each, minlength=len(slips.units)) for each in (hits, n))
    mine = np.flatnonzero((home == unit) & (n > 1))
    if len(mine) < 1 or (home == unit).sum() < 2:
        return None
    # Days of a unit tell how far days lie apart where there are two of them, and some hits but not all.
    units_days = np.bincount(home[n > 1], minlength=len(slips.units))
    telling = others[(units_days[others] > 1) & (unit_hits[others] > 0) & (unit_hits[others] < unit_n[others])]
    theirs = np.isin(home, telling) & (n > 1)
    spread = spreads(hits[theirs], n[theirs], (unit_hits / np.maximum(unit_n, 1))[home[theirs]], len(telling))
    rest_hits, rest_n = unit_hits[unit] - hits[mine], unit_n[unit] - n[mine]
    rate = (rest_hits + 0.5) / (rest_n + 1.0)
    # The unit's other days are days as well: few of them tell little of its rate.
    squares = float((n[home == unit] ** 2).sum()) - n[mine].astype(float) ** 2
    error = rate_error(np.maximum(rest_n, 1).astype(float), squares, spread)
    p = averaged(hits[mine], n[mine], rate, spread, error)
    p = np.maximum(p, _rest_open(hits[mine], n[mine], rest_hits, rest_n))
    best = int(p.argmin())
    cell = int(mine[best])
    return Excess(
        test="days",
        unit=unit,
        hits=int(hits[cell]),
        n=int(n[cell]),
        expected=float(rate[best] * n[cell]),
        p=min(1.0, float(p[best]) * len(mine)),
        rows=np.flatnonzero((slips.cell == cell) & slips.all_top),
        where=slips.cells[cell][2],
    )


def _rest_open(hits: Ints, n: Ints, rest_hits: Floats, rest_n: Floats) -> Floats:
    """The tail where nothing but the unit's other days is known: beta-binomial with Jeffreys' prior."""
    return upper_tail(hits, n, rest_hits + 0.5, rest_n - rest_hits + 0.5)


def unit_burst(yard: Yardstick, unit: int) -> Excess | None:
    """The day with more of the unit's slips than the other units' calendar leads one to expect; None as unit_excess.

    It is no test of stuffing: a meeting in the village hall brings many honest slips on one day.
    """
    slips, others = yard.slips, yard.others(unit)
    size, days = len(slips.units), len(slips.days)
    if others is None or days < _LEAST_DAYS:
        return None
    table = np.zeros((size, days), dtype=np.int64)
    np.add.at(table, (slips.unit, slips.day), 1)
    calendar = table[others].sum(axis=0) + 0.5
    share, totals = calendar / calendar.sum(), table.sum(axis=1)
    means = totals[others][:, None] * share
    # Lumps of days are the larger the more slips: mean + phi*mean^2, phi by moments from the other units' days.
    spread = (((table[others] - means) ** 2 - means).sum()) / (means**2).sum() * len(others) / (len(others) - 1)
    spread = max(float(spread), 1e-3) + 1 / calendar
    p = nbinom.sf(table[unit] - 1, 1 / spread, 1 / (1 + totals[unit] * share * spread))
    best = int(p.argmin())
    return Excess(
        test="burst",
        unit=unit,
        hits=int(table[unit, best]),
        n=int(totals[unit]),
        expected=float(share[best] * totals[unit]),
        p=min(1.0, float(p[best]) * int((table[unit] > 0).sum())),
        rows=np.flatnonzero((slips.unit == unit) & (slips.day == best)),
        where=slips.days[best],
    )
