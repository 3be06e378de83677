"""How uncertain is a function of totals? Deviations of the drawn units' totals, whose squares sum to its variance.

Every design ends in one form: a matrix of deviations (Q, m) for m estimates, with covariance deviationsᵀ·deviations.
Linearised, Q runs over the units of each stage; replicated, over the replicates. So any two estimates that share the
sample have a joint covariance, and estimates of independent samples have deviations that do not overlap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.estimation.columns import Bools, Codes, Floats
from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.units import Stage, Units


def check_lonely(units: Units, design: Design) -> None:
    """Raises EstimationError naming the groups with a single unit where the design says `lonely_psu="fail"`."""
    lonely = [name or "–" for stage in units.stages for name in stage.lonely]
    if lonely and design.lonely_psu == "fail":
        raise EstimationError("EST_LONELY", strata=", ".join(lonely))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Deviations (Q, m) of m estimates, made when asked for. Those of one `space` have the same Q rows.

    `source`: the data they rest on; estimates of one source in two spaces have a covariance that nobody knows.
    """

    space: object
    deviations: Callable[[], Floats]
    source: object = None


def unit_deviations(influence: Floats, units: Units, design: Design, present: Bools | None = None) -> Floats:
    """Deviations (…, Q, m) of m estimates from the unit totals of their influence values (…, U, m).

    V = Σ_stages Σ_h share_h (1 − f_h) n_h/(n_h − 1) Σ_i (z_hi − z̄_h)², the totals z of each stage's units within their
    group h (Särndal, Swensson & Wretman 1992, §4.2 and §4.3; R `survey` svyrecvar). `present` (U,): units with a row in
    the domain, for the designs that `needs_presence`.
    """
    return np.concatenate([_stage_deviations(influence, stage, design, present) for stage in units.stages], axis=-2)


def sum_runs(values: Floats, of_row: Codes, count: int) -> Floats:
    """Column sums over ascending groups: (…, U, m) → (…, count, m)."""
    if count == values.shape[-2]:
        return values
    return np.add.reduceat(values, np.searchsorted(of_row, np.arange(count)), axis=-2)


def needs_presence(design: Design) -> bool:
    """Whether a domain's variance depends on which units have a row in it, beyond their totals."""
    return design.lonely_domain or design.lonely_psu == "average"


def _stage_deviations(influence: Floats, stage: Stage, design: Design, present: Bools | None) -> Floats:
    totals = sum_runs(influence, stage.unit, len(stage.group))
    here = stage.size if present is None else _present_units(stage, present)
    alone = (stage.size == 1) | (design.lonely_domain & (here == 1))
    alone &= stage.fraction < 1
    factor = stage.factor
    means = sum_runs(totals, stage.group, len(stage.names)) / stage.size[:, None]
    if design.lonely_psu == "adjust":
        means = np.where(alone[:, None], totals.mean(axis=-2, keepdims=True), means)
    elif design.lonely_psu == "average":
        known = (here > 0) & ~alone
        factor = np.where(alone, 0.0, factor * ((here > 0).sum() / known.sum() if known.any() else np.nan))
    return np.asarray((totals - means[..., stage.group, :]) * np.sqrt(factor)[stage.group, None])


def _present_units(stage: Stage, present: Bools) -> Floats:
    """(H,): each group's units with a row in the domain."""
    return np.bincount(stage.group[np.unique(stage.unit[present])], minlength=len(stage.names)).astype(float)


def pair_variances(influence: Floats, domain: Codes, unit: Codes, count: int, units: Units) -> Floats:
    """Variances (D, m) of m estimates in each of D domains, from unit totals (M, m) of the (domain, unit) pairs.

    Equal to the column sums of squares of `unit_deviations` where no group is lonely; units without a row in a domain
    count as totals of 0 without being written down. Pairs are in the order of domain and unit.
    """
    found = np.zeros((count, influence.shape[1]))
    if not len(influence):
        return found
    for stage in units.stages:
        starts = _starts(domain, stage.unit[unit])
        totals = np.add.reduceat(influence, starts, axis=0)
        domain_of, group_of = domain[starts], stage.group[stage.unit[unit[starts]]]
        starts = _starts(domain_of, group_of)
        group, here = group_of[starts], np.diff(np.append(starts, len(totals)))
        means = np.add.reduceat(totals, starts, axis=0) / stage.size[group, None]
        squares = np.add.reduceat((totals - np.repeat(means, here, axis=0)) ** 2, starts, axis=0)
        squares += (stage.size[group] - here)[:, None] * means**2
        np.add.at(found, domain_of[starts], stage.factor[group, None] * squares)
    return found


def _starts(first: Codes, second: Codes) -> Codes:
    """Where runs of equal (first, second) begin."""
    new = np.ones(len(first), dtype=bool)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.flatnonzero(new)
