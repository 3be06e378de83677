"""The only pass over rows: weighted totals per (domain, unit) and per (domain, calibration cell).

Everything after is linear algebra on these small tables, so 395 and 50,000,000 responses take the same code, and tables
of months or provinces merge by addition.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from analysis.estimation.columns import Bools, Coded, Codes, Floats, group
from analysis.estimation.design import Design
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.engines.memory import (
    Summand,
    cross_sums,
    group_counts,
    group_sums,
    moments,
    summands,
    weight_sums,
)
from analysis.estimation.replicates import Replicates
from analysis.estimation.sample import Sample, WeightStep
from analysis.estimation.terms import Term
from analysis.estimation.units import Units
from analysis.estimation.variance import check_lonely


@dataclass(frozen=True, kw_only=True, eq=False)
class CellTotals:
    """One calibration step's view of the terms, C cells with p auxiliaries.

    `auxiliaries` (C, p). `mass` (C,): Σ of the residual weights. `sums` (N, K): the terms' sums with them, as later
    steps changed them, for each of the N (domain, cell) pairs that occur, in this order; `pair_domain`, `pair_cell`
    (N,) say which. `unit_mass` (U, C) sparse: Σ of the weights the step made. `later`: for each later step, last first,
    the residual weights' sums up to it (C, that step's cells) and that step's auxiliaries.
    """

    auxiliaries: Floats
    mass: Floats
    sums: Floats
    pair_domain: Codes
    pair_cell: Codes
    unit_mass: csr_array
    later: tuple[tuple[csr_array, Floats], ...]

    def coefficients(self, sums: Floats) -> Floats:
        """Sums of any variables over the cells (…, C, m) → their regression on the auxiliaries (…, p, m)."""
        return np.asarray(self._solver @ (sums / self._root[:, None]))

    @cached_property
    def unit_auxiliaries(self) -> Floats:
        """(U, p): Σ final weight × auxiliaries."""
        return np.asarray(self.unit_mass @ self.auxiliaries)

    @cached_property
    def later_auxiliaries(self) -> tuple[Floats, ...]:
        """For each later step, last first: Σ residual weight × that step's auxiliaries, (C, its p)."""
        return tuple(np.asarray(mass @ auxiliaries) for mass, auxiliaries in self.later)

    @cached_property
    def _root(self) -> Floats:
        return np.asarray(np.sqrt(self.mass))

    @cached_property
    def _solver(self) -> Floats:
        columns = self.auxiliaries * self._root[:, None]
        length = np.sqrt((columns**2).sum(axis=0))  # a total of đồng beside shares of people must not drown them
        length[length == 0] = 1
        return np.asarray(np.linalg.pinv(columns / length, rcond=1e-12) / length[:, None])


@dataclass(frozen=True, kw_only=True, eq=False)
class Totals:
    """Weighted totals of K terms in D domains over U sampling units.

    `domains` (D,): by-column to level, empty for everybody. `terms` (K,): names. `sums` (M, K): Σ w·share for each
    of the M (domain, unit) pairs that occur, in this order; `pair_domain`, `pair_unit` (M,) say which. `counts` (D, K):
    rows where the share is not 0, NaN where nobody asked. `moments` (D, K, K): Σ w·share·shareᵀ, for design effects;
    None if not asked for.
    `cells`: one per calibration step, last first. `replicated` (R, D, K): the totals of each replicate, none where the
    sample has no replicates.
    """

    design: Design
    units: Units
    terms: tuple[str, ...]
    domains: tuple[Mapping[str, str], ...]
    sums: Floats
    pair_domain: Codes
    pair_unit: Codes
    counts: Floats
    moments: Floats | None = None
    cells: tuple[CellTotals, ...] = ()
    replicates: Replicates | None = None
    replicated: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    steps: tuple[WeightStep, ...] = ()
    provenance: Mapping[str, str]
    source: object = None

    @cached_property
    def totals(self) -> Floats:
        """(D, K): the estimated population totals."""
        found = np.zeros((len(self.domains), len(self.terms)))
        np.add.at(found, self.pair_domain, self.sums)
        return found

    @cached_property
    def edges(self) -> Codes:
        """(D+1,): where each domain's pairs begin."""
        return np.searchsorted(self.pair_domain, np.arange(len(self.domains) + 1))

    def present(self, domain: int, base: int) -> Bools:
        """(U,): units with a row in the domain that the term `base` counts."""
        pairs = slice(self.edges[domain], self.edges[domain + 1])
        found = np.zeros(len(self.units), dtype=bool)
        found[self.pair_unit[pairs][self.sums[pairs, base] != 0]] = True
        return found

    def domain_df(self, base: int) -> Floats:
        """(D,): first-stage units with a row in each domain that the term `base` counts, less strata with one."""
        first, counted = self.units.first, self.sums[:, base] != 0
        psu = first.unit[self.pair_unit[counted]]
        pairs = np.unique(self.pair_domain[counted].astype(np.int64) * len(first.group) + psu)
        domain, psu = np.divmod(pairs, len(first.group))
        strata = np.unique(domain * len(first.names) + first.group[psu]) // len(first.names)
        count = len(self.domains)
        return (np.bincount(domain, minlength=count) - np.bincount(strata, minlength=count)).astype(float)

    @property
    def df(self) -> float:
        """The whole design's degrees of freedom."""
        return self.units.df if self.replicates is None else self.replicates.df


def psu_totals(
    sample: Sample,
    terms: Mapping[str, Term | Floats],
    *,
    where: Where = None,
    by: Sequence[str] = (),
    second_moments: bool = True,
    base: Collection[str] | None = None,
) -> Totals:
    """The pass. `terms`: name → a term, or an array (n,) of rows' shares, 0 where a row has nothing to give, not NaN.

    `where` and `by` set domains; no row is dropped, so a domain's error knows the whole design. `base`: the terms whose
    rows are counted, None for all.
    Raises EstimationError for an unknown column or a lone PSU under `lonely_psu="fail"`.
    """
    if sample.replicates is None:
        check_lonely(sample.units, sample.design)
    domain, domains = domains_of(sample, where, by)
    parts, units, count = summands(sample.columns, terms), sample.units, len(domains)
    pairs = group([_numbered(domain, count), _numbered(units.of_row, len(units))])
    totals = Totals(
        design=sample.design,
        units=units,
        terms=tuple(terms),
        domains=domains,
        sums=group_sums(parts, sample.weights, pairs.of_row, len(pairs)),
        pair_domain=pairs.parts[:, 0] - 1,
        pair_unit=pairs.parts[:, 1] - 1,
        counts=_counts(parts, list(terms), base, domain, count),
        moments=moments(parts, sample.weights, domain, count) if second_moments else None,
        cells=tuple(
            _cell_totals(sample, step, parts, domain, count) for step in reversed(range(len(sample.calibrations)))
        )
        if sample.replicates is None
        else (),
        replicates=sample.replicates,
        steps=sample.steps,
        provenance=sample.provenance,
        source=sample.frame,
    )
    if sample.replicates is None:
        return totals
    return replace(totals, replicated=_replicated(sample, sample.replicates, totals, parts, domain))


def _counts(
    parts: Sequence[Summand], names: Sequence[str], base: Collection[str] | None, domain: Codes, count: int
) -> Floats:
    found = np.full((count, len(parts)), np.nan)
    counted = [k for k, name in enumerate(names) if base is None or name in base]
    found[:, counted] = group_counts([parts[k] for k in counted], domain, count)
    return found


def _numbered(of_row: Codes, count: int) -> Coded:
    """Numbers 0 … count−1, −1 for none, as a coding."""
    return Coded(raw=of_row, low=-1, levels=range(count), gaps=True)


def _cell_totals(sample: Sample, step: int, parts: Sequence[Summand], domain: Codes, count: int) -> CellTotals:
    calibration = sample.calibrations[step]
    cells, size = calibration.cells, len(calibration.auxiliaries)
    pairs = group([_numbered(domain, count), _numbered(cells, size)])
    units = sample.units
    return CellTotals(
        auxiliaries=calibration.auxiliaries,
        mass=weight_sums(cells, calibration.weights, size),
        sums=group_sums(parts, calibration.carried(sample.weights), pairs.of_row, len(pairs)),
        pair_domain=pairs.parts[:, 0] - 1,
        pair_cell=pairs.parts[:, 1] - 1,
        unit_mass=cross_sums(calibration.after, units.of_row, cells, (len(units), size)),
        later=tuple(
            (
                cross_sums(calibration.carried(later.after), cells, later.cells, (size, len(later.auxiliaries))),
                later.auxiliaries,
            )
            for later in reversed(sample.calibrations[step + 1 :])
        ),
    )


def _replicated(
    sample: Sample, replicates: Replicates, totals: Totals, parts: Sequence[Summand], domain: Codes
) -> Floats:
    """The totals of each replicate: from the unit totals, or from the rows where the recipe must be done again."""
    factors = replicates.factors
    count = len(totals.domains)
    if sample.recipe:
        rows = range(factors.shape[1])
        return np.stack([group_sums(parts, sample.replicate_weights(r), domain, count) for r in rows])
    found = np.empty((factors.shape[1], count, len(parts)))
    psu = totals.units.first.unit[totals.pair_unit]
    for d, (low, high) in enumerate(zip(totals.edges[:-1], totals.edges[1:], strict=True)):
        found[:, d] = factors[psu[low:high]].T @ totals.sums[low:high]
    return found
