"""What can be added up instead of rows? Tables of totals: of months, of provinces, of whatever engine made the pass.

A row of such a table is a group of people who agree on every key: domain, calibration cell and drawn unit. Its sums are
all that estimates, weighting on cells and replicates need.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from analysis.estimation.columns import Bools, Coded, Columns, Floats, group
from analysis.estimation.domains import domains_of
from analysis.estimation.engines.memory import group_counts, group_sums, moments, summands, weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.levels import Values, kind, level_array
from analysis.estimation.sample import Sample, WeightStep
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term
from analysis.estimation.totals import Totals, psu_totals


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalsTable:
    """Totals of G groups of rows, in the order of their keys.

    `keys`: column → each group's level (G,), empty as None or NaN. `inside` (G,): whether the group is in the domain.
    `n`, `weight`, `squares` (G,): rows, Σ w and Σ w² with w the base weights. `sums` (G, K): Σ w·share; `counts`
    (G, C): rows; `moments` (G, P): Σ w·share·share. `sources`: what tells the data in it from any other.
    """

    tally: Tally
    keys: Mapping[str, Values]
    inside: Bools
    n: Floats
    weight: Floats
    squares: Floats
    sums: Floats
    counts: Floats
    moments: Floats
    sources: tuple[str, ...]
    provenance: Mapping[str, str]

    @classmethod
    def of_groups(
        cls,
        tally: Tally,
        keys: Mapping[str, Sequence[Any] | Values],
        inside: Bools,
        numbers: Floats,
        provenance: Mapping[str, str] | None = None,
        sources: tuple[str, ...] = (),
    ) -> "TotalsTable":
        """A table from groups in any order; those that agree on every key are added.

        `numbers` (G, 3 + K + C + P): n, weight, squares, sums, counts, moments side by side. `sources`: those of a
        table that was one already; none for new data.
        Raises EstimationError where there is no row or a design column is empty.
        """
        if not len(numbers):
            raise EstimationError("EST_NO_ROWS")
        levels = {name: level_array(values) for name, values in keys.items()}
        columns = Columns(levels)
        for name in tally.drawn:
            empty = columns.missing(name)
            if empty.any():
                raise EstimationError("TOT_EMPTY_DESIGN", column=name, count=int(numbers[empty, 0].sum()))
        made = _added(tally, levels, inside, numbers)
        return replace(made, sources=sources or (_fingerprint(made),), provenance=dict(provenance or {}))

    @classmethod
    def of_sample(cls, sample: Sample, tally: Tally) -> "TotalsTable":
        """The table of a sample in memory. Raises EstimationError for a sample whose weights have been changed."""
        if sample.steps or sample.replicates is not None:
            raise EstimationError("TOT_WEIGHTED")
        columns, weights = sample.columns, sample.weights
        codings = [_gaps_as_level(columns.coded(name)) for name in tally.keys]
        found = group([*codings, _truth(_inside(columns, tally.where))])
        parts, of_row, count = summands(columns, tally.terms), found.of_row, len(found)
        counted = [list(tally.terms).index(name) for name in tally.counted]
        first, second = np.array(tally.pairs, dtype=int).reshape(-1, 2).T
        numbers = (
            np.bincount(of_row, minlength=count),
            weight_sums(of_row, weights, count),
            weight_sums(of_row, weights**2, count),
            group_sums(parts, weights, of_row, count),
            group_counts([parts[place] for place in counted], of_row, count),
            moments(parts, weights, of_row, count)[:, first, second] if tally.pairs else np.empty((count, 0)),
        )
        keys = {
            name: [coding.level(part) for part in places]
            for name, coding, places in zip(tally.keys, codings, found.parts.T.tolist(), strict=False)
        }
        return cls.of_groups(tally, keys, found.parts[:, -1] > 0, np.column_stack(numbers), sample.provenance)

    def __len__(self) -> int:
        return len(self.n)

    @property
    def numbers(self) -> Floats:
        """(G, 3 + K + C + P): n, weight, squares, sums, counts, moments side by side."""
        return np.column_stack((self.n, self.weight, self.squares, self.sums, self.counts, self.moments))

    @cached_property
    def sample(self) -> Sample:
        """The groups as a sample of G rows that weigh Σ w, for what needs no more: rake, calibrate, replicate.

        What those make of it is given to `totals`.
        """
        return Sample(
            columns=Columns(self.keys),
            design=self.tally.design,
            base=self.weight,
            weights=self.weight,
            provenance=self.provenance,
        )

    def totals(self, sample: Sample | None = None) -> Totals:
        """What `estimate` works on. `sample`: the table's `sample` after weighting or with replicates.

        Counts of terms that were not counted are NaN. Raises EstimationError for a lone PSU under `lonely_psu="fail"`,
        a population size that cannot be, and for weighting that cannot be done on groups.
        """
        tally, sample = self.tally, self.sample if sample is None else sample
        history = self._history(sample)
        where = None if self.inside.all() else self.inside
        shares = dict(zip(tally.terms, (self.sums / self.weight[:, None]).T, strict=True))
        made = psu_totals(sample, shares, where=where, by=tally.by, second_moments=False)
        domain, domains = domains_of(sample, where, tally.by)
        rest = np.column_stack((self.counts, self.moments * (sample.weights / self.weight)[:, None]))
        found = np.zeros((len(domains), rest.shape[1]))
        np.add.at(found, domain[domain >= 0], rest[domain >= 0])
        size = len(tally.counted)
        counts = np.full((len(domains), len(tally.terms)), np.nan)
        counts[:, [list(tally.terms).index(name) for name in tally.counted]] = found[:, :size]
        square = _square(tally, found[:, size:]) if tally.pairs else None
        return replace(made, counts=counts, moments=square, steps=self._steps(sample, history))

    def _history(self, sample: Sample) -> tuple[Floats, ...]:
        """The weights before and after each step, which must have been on cells and with residuals on them."""
        if sample.columns is not self.sample.columns:
            raise EstimationError("TOT_OTHER_SAMPLE")
        history = (sample.base, *(each.after for each in sample.calibrations))
        on_cells = all(each.weights is before for each, before in zip(sample.calibrations, history, strict=False))
        if not on_cells or len(sample.calibrations) != len(sample.steps):
            raise EstimationError("TOT_NEEDS_ROWS", steps=", ".join(step.name for step in sample.steps))
        return history

    def _steps(self, sample: Sample, history: Sequence[Floats]) -> tuple[WeightStep, ...]:
        """The weight log as it would be of the rows."""
        n, sizes = float(self.n.sum()), map(self._n_eff, history)
        return tuple(
            replace(step, n=int(n), n_eff_before=old, n_eff_after=new, deff_before=n / old, deff_after=n / new)
            for step, (old, new) in zip(sample.steps, pairwise(sizes), strict=True)
        )

    def _n_eff(self, weights: Floats) -> float:
        """Kish's effective sample size of the rows, whose weights have the same factor in all of a group."""
        return float(weights.sum() ** 2 / (self.squares @ (weights / self.weight) ** 2))


def merge(first: TotalsTable, *others: TotalsTable) -> TotalsTable:
    """The totals of several sources as one: months, provinces, late files.

    A unit of the same stratum and code is the same unit, in whichever table it stands.
    Raises EstimationError where the tables do not total the same, or where two of them hold the same data.
    """
    tables = (first, *others)
    for other in others:
        first.tally.refuse_difference(other.tally)
    told = {key: [each.provenance.get(key, "–") for each in tables] for table in tables for key in table.provenance}
    sources = [source for table in tables for source in table.sources]
    for table in tables:
        for source in table.sources:
            if sources.count(source) > 1:
                raise EstimationError("TOT_TWICE", source=source[:12], provenance=_listed(table.provenance))
    keys = {name: _joined(name, [table.keys[name] for table in tables]) for name in first.keys}
    inside = np.concatenate([table.inside for table in tables])
    made = _added(first.tally, keys, inside, np.concatenate([table.numbers for table in tables]))
    provenance = {key: "; ".join(dict.fromkeys(values)) for key, values in told.items()}
    return replace(made, sources=tuple(sources), provenance=provenance)


def _inside(columns: Columns, where: Mapping[str, tuple[Any, ...]]) -> Bools:
    """(n,): rows in the domain."""
    [part] = summands(columns, {"": Term(within=where)})
    shares = part.values if part.coding is None else part.values[part.coding.raw - part.coding.low]
    return np.asarray(shares != 0)


def _truth(values: Bools) -> Coded:
    return Coded(raw=values.astype(np.int8), low=0, levels=(False, True))


def _gaps_as_level(coding: Coded) -> Coded:
    return replace(coding, levels=(None, *coding.levels), gaps=False) if coding.gaps else coding


def _added(tally: Tally, keys: Mapping[str, Values], inside: Bools, numbers: Floats) -> TotalsTable:
    """The table of groups with those added that agree on every key; it has no source yet."""
    columns = Columns(keys)
    found = group([*(_gaps_as_level(columns.coded(name)) for name in keys), _truth(inside)])
    if len(found) == len(numbers):
        first = np.argsort(found.of_row)
        summed = numbers[first]
    else:
        _, first = np.unique(found.of_row, return_index=True)
        places = (found.of_row, np.arange(len(numbers)))
        add = csr_array((np.ones(len(numbers)), places), shape=(len(found), len(numbers)))
        summed = np.asarray(add @ numbers)
    ends = np.cumsum([3, len(tally.terms), len(tally.counted)])
    head, sums, counts, products = np.split(summed, ends, axis=1)
    return TotalsTable(
        tally=tally,
        keys={name: values[first] for name, values in keys.items()},
        inside=inside[first],
        n=head[:, 0],
        weight=head[:, 1],
        squares=head[:, 2],
        sums=sums,
        counts=counts,
        moments=products,
        sources=(),
        provenance={},
    )


def _joined(name: str, arrays: Sequence[Values]) -> Values:
    """One key of several tables. Raises EstimationError where it is numbers in one and texts in another."""
    kinds = [_kinds(array) for array in arrays]
    for each in filter(None, kinds):
        first = next(filter(None, kinds))
        if each != first:
            raise EstimationError("TOT_DIFFER", what=name, first=first, second=each)
    if all(array.dtype.kind in "if" for array in arrays):
        return np.concatenate(arrays)
    return level_array([level for array in arrays for level in array.tolist()])


def _kinds(levels: Values) -> str:
    """What a key's levels are, nothing where all are empty."""
    if levels.dtype.kind in "if":
        return "" if np.isnan(levels).all() else "number"
    return ", ".join(sorted({kind(level) for level in levels.tolist() if level is not None}))


def _square(tally: Tally, moments: Floats) -> Floats:
    """Second moments of pairs of terms (D, P) → (D, K, K)."""
    first, second = np.array(tally.pairs).T
    found = np.empty((len(moments), len(tally.terms), len(tally.terms)))
    found[:, first, second] = found[:, second, first] = moments
    return found


def _fingerprint(table: TotalsTable) -> str:
    """What tells this data from any other, whichever engine totalled it: keys and counts, and the sums as rounded."""
    digest = hashlib.sha256()
    for name, levels in table.keys.items():
        digest.update(name.encode())
        numbers = levels.dtype.kind in "if"
        digest.update(levels.astype(float).tobytes() if numbers else "\x1f".join(map(str, levels)).encode())
    digest.update(np.column_stack((table.n, table.counts)).tobytes())
    digest.update(" ".join(f"{total:.9g}" for total in (*table.sums.sum(axis=0), table.weight.sum())).encode())
    return digest.hexdigest()


def _listed(provenance: Mapping[str, str]) -> str:
    return "; ".join(f"{key} = {value}" for key, value in provenance.items()) or "–"
