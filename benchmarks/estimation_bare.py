"""The limit: what a numpy program written for these rows alone needs. No errors, no options, no other design.

It knows that units are numbered through, that strata and units are few, that answers are −1 … 4, and which column is
which. It gives the whole answer: shares with linearised standard errors and logit limits, raked weights, replicates.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from benchmarks.estimation_rows import ITEMS, LEVELS, MARGINS, TOP, Rows, margins, read_columns

Floats = NDArray[np.float64]
Answer = tuple[Floats, Floats]
"""Values and standard errors, domain by domain."""

CHUNK = 1 << 17
ANSWERS = len(LEVELS) + 1
REPLICATES = 500


class Loaded(dict[str, NDArray[Any]]):
    """The rows' columns, with the margins they are raked to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(read_columns(folder))
        self.margins = margins(folder)


load = Loaded


def rake(rows: Loaded) -> Answer:
    """The raked weights, in the rows' order."""
    shape = [len(rows.margins[name]) for name in MARGINS]
    cell = np.empty(len(rows["w"]), dtype=np.int32)
    sums = np.zeros(int(np.prod(shape)))
    for part in chunks(len(cell)):
        here = rows[MARGINS[0]][part].astype(np.int64)
        for name, levels in zip(MARGINS[1:], shape[1:], strict=True):
            here *= levels
            here += rows[name][part]
        cell[part] = here
        sums += np.bincount(here, weights=rows["w"][part], minlength=len(sums))
    factors = rake_factors(sums.reshape(shape), [np.array(rows.margins[name]) for name in MARGINS]).ravel()
    weights = np.empty(len(cell))
    for part in chunks(len(cell)):
        np.multiply(rows["w"][part], factors[cell[part]], out=weights[part])
    return weights, np.empty(0)


def rake_factors(sums: Floats, targets: Sequence[Floats]) -> Floats:
    """What each cell's weights are multiplied by, from the cells' sums (one axis a margin)."""
    mass = sums.copy()
    for _ in range(1000):
        worst = 0.0
        for axis, target in enumerate(targets):
            others = tuple(other for other in range(mass.ndim) if other != axis)
            ratio = target / mass.sum(axis=others)
            mass *= np.expand_dims(ratio, others)
            worst = max(worst, float(np.abs(ratio - 1).max()))
        if worst < 1e-13:
            break
    return np.divide(mass, sums, out=np.zeros_like(sums), where=sums > 0)


def shares(rows: Rows) -> Answer:
    """22 shares."""
    strata = _strata(rows)
    pair = np.arange(len(strata))
    return finish(*_tables(rows, rows["psu"], len(strata)), np.zeros_like(pair), pair, strata)


def domain_shares(rows: Rows) -> Answer:
    """22 shares in each domain."""
    strata = _strata(rows)
    size = (int(rows["domain"].max()) + 1) * len(strata)
    present = np.zeros(size, dtype=bool)
    for part in chunks(len(rows["psu"])):
        present[rows["domain"][part].astype(np.int64) * len(strata) + rows["psu"][part]] = True
    number = (np.cumsum(present) - 1).astype(np.int32)
    pair = np.empty(len(rows["psu"]), dtype=np.int32)
    for part in chunks(len(pair)):
        pair[part] = number[rows["domain"][part].astype(np.int64) * len(strata) + rows["psu"][part]]
    domain, psu = np.divmod(np.flatnonzero(present), len(strata))
    return finish(*_tables(rows, pair, len(psu)), domain, psu, strata)


def bootstrap(rows: Rows, factors: Floats | None = None) -> Answer:
    """The pooled index with the spread of its replicates; `factors` (units, replicates) takes the place of a draw.

    From the units' tables of all items, which give any other index as well (a program for this index alone could add
    up a person's answers first and would need half as long).
    """
    strata = _strata(rows)
    top, base = _tables(rows, rows["psu"], len(strata))
    return replicated(top.sum(axis=1), base.sum(axis=1), draw(strata) if factors is None else factors)


TASKS = {"a": rake, "b": shares, "c": domain_shares, "d": bootstrap}


def finish(top: Floats, base: Floats, domain: NDArray[Any], psu: NDArray[Any], strata: NDArray[Any]) -> Answer:
    """Shares, errors and logit limits from weighted sums (pairs, m) of hits and of answers per (domain, unit) pair."""
    domains, count, units = int(domain.max()) + 1, int(strata.max()) + 1, np.bincount(strata)
    starts = np.searchsorted(domain, np.arange(domains))
    bottom = np.add.reduceat(base, starts, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.add.reduceat(top, starts, axis=0) / bottom
        influence = (top - share[domain] * base) / bottom[domain]
    stratum = domain * count + strata[psu]
    runs = np.flatnonzero(np.append(True, stratum[1:] != stratum[:-1]))
    n = units[stratum[runs] % count][:, None]
    within = np.add.reduceat(influence**2, runs, axis=0) - np.add.reduceat(influence, runs, axis=0) ** 2 / n
    ends = np.searchsorted(stratum[runs] // count, np.arange(domains))
    se = np.sqrt(np.add.reduceat(within * n / (n - 1), ends, axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = stdtrit(len(strata) - count, 0.975) * se / (share * (1 - share))
        expit(logit(share) - half), expit(logit(share) + half)
    return share.ravel(), se.ravel()


def draw(strata: NDArray[Any]) -> Floats:
    """(units, replicates): Rao and Wu's bootstrap, n−1 units drawn with replacement and rescaled."""
    rng = np.random.default_rng(1)
    factors = np.empty((len(strata), REPLICATES))
    first = 0
    for n in np.bincount(strata).tolist():
        drawn = rng.integers(0, n, (n - 1, REPLICATES)) * REPLICATES + np.arange(REPLICATES)
        counts = np.bincount(drawn.ravel(), minlength=n * REPLICATES).reshape(n, -1)
        np.multiply(counts, n / (n - 1), out=factors[first : first + n])
        first += n
    return factors


def replicated(hits: Floats, answered: Floats, factors: Floats) -> Answer:
    """The pooled index and its replicate standard error from the units' sums."""
    values = (hits @ factors) / (answered @ factors)
    return np.array([hits.sum() / answered.sum()]), np.array([values.std(ddof=1)])


def chunks(n: int) -> Iterator[slice]:
    """Rows that fit the cache."""
    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))


def _strata(rows: Rows) -> NDArray[Any]:
    """(units,): each unit's stratum."""
    found = np.empty(int(rows["psu"].max()) + 1, dtype=np.int64)
    found[rows["psu"]] = rows["stratum"]
    return found


def _tables(rows: Rows, group: NDArray[Any], count: int) -> tuple[Floats, Floats]:
    """Σ weight of the hits and of the answers to each item: two (groups, items)."""
    tables = [np.zeros(count * ANSWERS) for _ in ITEMS]
    step = max(CHUNK, 4 * count * ANSWERS)
    for start in range(0, len(group), step):
        part = slice(start, start + step)
        key, weights = group[part].astype(np.int64) * ANSWERS + 1, rows["w"][part]
        for number, item in enumerate(ITEMS):
            tables[number] += np.bincount(key + rows[item][part], weights=weights, minlength=count * ANSWERS)
    shaped = np.stack(tables).reshape(len(ITEMS), count, ANSWERS)
    return shaped[:, :, 1 + LEVELS.index(TOP[0]) :].sum(axis=2).T, shaped[:, :, 1:].sum(axis=2).T
