"""The only pass over rows: weighted totals per (domain, PSU) and per (domain, calibration cell).

Everything after is linear algebra on these small tables, so 395 and 50,000,000 responses take the same code, and tables
of months or provinces merge by addition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from analysis.estimation.engines.memory import cross_sums, group_sums, moments, weight_sums
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Codes, Floats, Psus, Sample, level_name, require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellTotals:
    """One calibration step's view of the columns, C cells with p auxiliaries.

    `auxiliaries` (C, p). `mass` (C,): Σ of the residual weights. `sums` (D, C, K): the columns' sums with them, per
    domain. `psu_mass` (P, C) sparse: Σ of the final weights. `later`: for each later step, last first, the residual
    weights' sums (C, that step's cells).
    """

    auxiliaries: Floats
    mass: Floats
    sums: Floats
    psu_mass: csr_array
    later: tuple[csr_array, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Totals:
    """Weighted totals of K columns in D domains over P first-stage units.

    `domains` (D,): by-column to level, empty for everybody. `columns` (K,): names. `sums` (M, K): Σ w·column for each
    of the M (domain, PSU) pairs that occur; `pair_domain`, `pair_psu` (M,) say which. `counts` (D, K): rows where the
    column is not 0. `moments` (D, K, K): Σ w·column·columnᵀ, for design effects; None if they were not asked for.
    `cells`: one per calibration step, last first.
    """

    sample: Sample
    columns: tuple[str, ...]
    domains: tuple[Mapping[str, str], ...]
    sums: Floats
    pair_domain: Codes
    pair_psu: Codes
    counts: Floats
    moments: Floats | None
    cells: tuple[CellTotals, ...]

    @property
    def psus(self) -> Psus:
        """The first-stage units behind the totals: all of the design's, also those without a row in a domain."""
        return self.sample.psus

    @cached_property
    def totals(self) -> Floats:
        """(D, K): the estimated population totals."""
        found = np.zeros((len(self.domains), len(self.columns)))
        np.add.at(found, self.pair_domain, self.sums)
        return found

    def influence(self, domain: int, gradient: Floats) -> Floats:
        """PSU totals of the influence values of m functions of this domain's totals: gradient (K, m) → (P, m).

        Calibration takes its residuals here, on the last step's auxiliaries first (Deville & Särndal 1992): totals of
        cells and of PSU × cell are all it needs.
        """
        here = self.pair_domain == domain
        found = np.zeros((len(self.psus.stratum), gradient.shape[1]))
        found[self.pair_psu[here]] = self.sums[here] @ gradient
        fits: list[Floats] = []
        for cells in self.cells:
            sums = cells.sums[domain] @ gradient
            for mass, fit in zip(cells.later, fits, strict=True):
                sums = sums - mass @ fit
            root = np.sqrt(cells.mass)[:, None]
            fits.append(cells.auxiliaries @ np.linalg.lstsq(cells.auxiliaries * root, sums / root, rcond=1e-12)[0])
            found -= cells.psu_mass @ fits[-1]
        return found

    def domain_df(self, domain: int) -> float:
        """PSUs with a row in the domain less strata with one."""
        units = self.pair_psu[self.pair_domain == domain]
        return float(len(units) - len(np.unique(self.psus.stratum[units])))

    @property
    def design_df(self) -> float:
        """PSUs less strata of the whole design."""
        return float(len(self.psus.stratum) - len(self.psus.names))


def psu_totals(
    sample: Sample,
    columns: Mapping[str, Floats],
    *,
    where: "pd.Series[bool] | None" = None,
    by: Sequence[str] = (),
    second_moments: bool = True,
) -> Totals:
    """The pass. `columns`: name → (n,) values, 0 where a row has nothing to give (never NaN).

    `where` and `by` set domains; no row is dropped, so a domain's error knows the whole design.
    Raises EstimationError for an unknown `by` column or a lone PSU under `lonely_psu="fail"`.
    """
    domain, domains = _domains(sample, where, by)
    values = np.column_stack(list(columns.values()))
    if sample.design.lonely_psu == "fail" and (sample.psus.size == 1).any():
        lonely = [name for name, size in zip(sample.psus.names, sample.psus.size, strict=True) if size == 1]
        raise EstimationError("EST_LONELY", strata=", ".join(lonely))
    psus, count = sample.psus, len(domains)
    inside = domain >= 0
    pair = np.where(inside, domain * len(psus.stratum) + psus.of_row, -1)
    pairs, position = np.unique(pair[inside], return_inverse=True)
    group = np.full(len(sample), -1, dtype=np.intp)
    group[inside] = position
    return Totals(
        sample=sample,
        columns=tuple(columns),
        domains=domains,
        sums=group_sums(values, sample.weights, group, len(pairs)),
        pair_domain=pairs // len(psus.stratum),
        pair_psu=pairs % len(psus.stratum),
        counts=group_sums((values != 0).astype(float), np.ones(len(sample)), domain, count),
        moments=moments(values, sample.weights, domain, count) if second_moments else None,
        cells=tuple(
            _cell_totals(sample, step, values, domain, count) for step in reversed(range(len(sample.calibrations)))
        ),
    )


def _domains(
    sample: Sample, where: "pd.Series[bool] | None", by: Sequence[str]
) -> tuple[Codes, tuple[Mapping[str, str], ...]]:
    """Each row's domain (-1: in none, because `where` says so or a `by` column is empty), and the domains in order."""
    inside = np.ones(len(sample), dtype=bool) if where is None else np.asarray(where, dtype=bool)
    if len(inside) != len(sample):
        raise EstimationError("EST_WHERE_LENGTH", got=len(inside), rows=len(sample))
    if not by:
        return np.where(inside, 0, -1), ({},)
    for column in by:
        require(sample.frame, column)
        inside = inside & sample.frame[column].notna().to_numpy()
    groups = sample.frame.loc[inside, list(by)].groupby(list(by), sort=True, observed=True)
    codes = np.full(len(sample), -1, dtype=np.intp)
    codes[inside] = groups.ngroup().to_numpy()
    levels = groups.size().index.to_frame().itertuples(index=False, name=None)
    domains = tuple({column: level_name(part) for column, part in zip(by, level, strict=True)} for level in levels)
    return codes, domains


def _cell_totals(sample: Sample, step: int, values: Floats, domain: Codes, count: int) -> CellTotals:
    calibration = sample.calibrations[step]
    cells, size = calibration.cells, len(calibration.auxiliaries)
    group = np.where(domain >= 0, domain * size + cells, -1)
    psus = len(sample.psus.stratum)
    return CellTotals(
        auxiliaries=calibration.auxiliaries,
        mass=weight_sums(cells, calibration.weights, size),
        sums=group_sums(values, calibration.weights, group, count * size).reshape(count, size, -1),
        psu_mass=cross_sums(sample.weights, sample.psus.of_row, cells, (psus, size)),
        later=tuple(
            cross_sums(calibration.weights, cells, after.cells, (size, len(after.auxiliaries)))
            for after in reversed(sample.calibrations[step + 1 :])
        ),
    )
