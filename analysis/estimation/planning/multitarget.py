"""What is the cheapest allocation that is precise enough for every figure? Several variables, in several domains."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.planning.allocation import Allocation, Strata, allocation, column
from analysis.estimation.planning.size import NOISE, require_part, require_positive

_GAP = 1e-5
"""Largest accepted relative distance of the cost from its proven lower bound, before rounding."""
_STEPS = 1000
_STUCK = 1e6
"""Damping from which on no step is worth taking."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """A wish for the mean (or share) of one variable.

    `mean` (H,): expected in each stratum. `sd` (H,): standard deviation between units (divisor N−1); None: `mean` is a
    share. Wish, exactly one: `cv`, of the estimate; `se`, in units of the mean. `domains` (H,): the domain of each
    stratum, each of which shall meet the wish ("" in none); None: the whole. `deff`: the variance over that of a
    stratified simple random sample.
    """

    variable: str
    mean: ArrayLike
    sd: ArrayLike | None = None
    cv: float | None = None
    se: float | None = None
    domains: Sequence[str] | None = None
    deff: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReached:
    """One target in one domain ("" the whole): the coefficient of variation and error wanted and reached.

    `price`: what asking for a cv (or se) 1 % smaller would add to the cost, about; 0 where another target decides.
    """

    variable: str
    domain: str
    wanted_cv: float
    cv: float
    wanted_se: float
    se: float
    price: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MultiAllocation:
    """The allocation and what each target reaches with it. `bound`: no allocation before rounding is cheaper."""

    allocation: Allocation
    targets: tuple[TargetReached, ...]
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Constraints:
    """Σ_h loss[j, h]/n_h ≤ 1 for every target and domain j, where the wish with its fpc is scaled to 1.

    `variance` (J, H): se² is Σ_h variance[j, h]·(1/n_h − 1/N_h). `se`, `mean` (J,): wanted error; mean. `leverage`
    (J,): the wanted se² as a part of what is scaled to 1.
    """

    labels: tuple[tuple[str, str], ...]
    variance: Floats
    loss: Floats
    se: Floats
    mean: Floats
    leverage: Floats


def allocate_targets(strata: Strata, targets: Sequence[Target]) -> MultiAllocation:
    """The smallest cost Σ c_h·n_h that meets every target (Bethel 1989), inside the strata's bounds.

    Minimum 1 a stratum or as `strata` says. The convex problem is solved through its dual, as Bethel's and Chromy's
    (1987): n_h = √(Σ_j λ_j·loss_jh / c_h), with Newton steps; the distance from the dual bound proves the
    answer. Rounded up, then taken back a unit where every target allows it. Raises EstimationError naming the target
    that even the maxima do not reach, or if the proof fails.
    """
    low, high = np.maximum(strata.minimum, 1), strata.maximum
    demands = _constraints(strata, targets)
    _reachable(strata, demands, high)
    prices, exact = _solve(demands.loss, strata.cost, low.astype(float), high.astype(float))
    bound = _dual(demands.loss, strata.cost, prices, _respond(demands.loss, strata.cost, prices, low, high))
    exact = _made_feasible(demands.loss, exact, low, high)
    gap = float(strata.cost @ exact) / bound - 1
    if gap > _GAP:
        raise EstimationError("PLN_NOT_CONVERGED", gap=f"{gap:.1e}")
    n = _rounded(demands.loss, strata.cost, exact, low, high)
    variance = (demands.variance * (1 / n - 1 / strata.population)).sum(axis=1)
    errors = np.sqrt(np.maximum(variance, 0))
    by_percent = 0.02 * prices * demands.leverage
    rows = zip(demands.labels, demands.se, errors, np.abs(demands.mean), by_percent, strict=True)
    reached = tuple(
        TargetReached(
            variable=variable,
            domain=domain,
            wanted_cv=float(wanted / mean) if mean else np.nan,
            cv=float(se / mean) if mean else np.nan,
            wanted_se=float(wanted),
            se=float(se),
            price=float(price),
        )
        for (variable, domain), wanted, se, mean, price in rows
    )
    return MultiAllocation(allocation=allocation(strata, "targets", exact, n), targets=reached, bound=bound)


def _constraints(strata: Strata, targets: Sequence[Target]) -> _Constraints:
    labels, variances, errors, means = [], [], [], []
    count = strata.population
    for target in targets:
        require_positive(f"deff, {target.variable}", target.deff)
        mean = column(strata.names, target.variable, target.mean, least=-np.inf)
        sd = _share_sd(strata, target, mean) if target.sd is None else column(strata.names, "sd", target.sd, least=0)
        domains = np.array([""] * len(count) if target.domains is None else [str(d) for d in target.domains])
        if len(domains) != len(count):
            raise EstimationError("PLN_LENGTH", name="domains", got=len(domains), strata=len(count))
        for domain in sorted({*domains.tolist()} - ({""} if target.domains is not None else set())):
            inside = np.where(domains == domain, count, 0.0)
            weight = inside / inside.sum()
            whole = float(weight @ mean)
            labels.append((target.variable, domain))
            variances.append(target.deff * weight**2 * sd**2)
            errors.append(_wanted_se(target, whole))
            means.append(whole)
    if not labels:
        raise EstimationError("PLN_NO_TARGET")
    variance, se = np.array(variances), np.array(errors)
    limit = se**2 + (variance / count).sum(axis=1)
    return _Constraints(
        labels=tuple(labels),
        variance=variance,
        loss=variance / limit[:, None],
        se=se,
        mean=np.array(means),
        leverage=se**2 / limit,
    )


def _share_sd(strata: Strata, target: Target, share: Floats) -> Floats:
    if ((share < 0) | (share > 1)).any():
        worst = int(((share < 0) | (share > 1)).argmax())
        raise EstimationError(
            "PLN_STRATUM_VALUE",
            stratum=strata.names[worst],
            name=target.variable,
            got=float(share[worst]),
            allowed="0 … 1",
        )
    count = strata.population
    return np.sqrt(share * (1 - share) * np.where(count > 1, count / np.maximum(count - 1, 1), 1.0))


def _wanted_se(target: Target, mean: float) -> float:
    if (target.cv is None) == (target.se is None):
        raise EstimationError("PLN_ONE_WISH", allowed="se, cv")
    if target.cv is None:
        check = require_part if target.sd is None else require_positive
        return check(f"se, {target.variable}", target.se or 0.0)
    if mean == 0:
        raise EstimationError("PLN_NEEDS_VALUE")
    return require_part(f"cv, {target.variable}", target.cv) * abs(mean)


def _reachable(strata: Strata, demands: _Constraints, high: Codes) -> None:
    best = demands.loss / high
    short = best.sum(axis=1) > 1 + 1e-12
    if not short.any():
        return
    j = int(short.argmax())
    spare = demands.variance[j] * (1 / high - 1 / strata.population)
    reached = float(np.sqrt(spare.sum()))
    scale = abs(float(demands.mean[j])) or 1.0
    variable, domain = demands.labels[j]
    raise EstimationError(
        "PLN_UNREACHABLE",
        variable=variable,
        domain=domain,
        best=round(reached / scale, 6),
        wanted=round(float(demands.se[j]) / scale, 6),
        stratum=strata.names[int(spare.argmax())],
    )


def _respond(loss: Floats, cost: Floats, prices: Floats, low: ArrayLike, high: ArrayLike) -> Floats:
    """(H,) the cheapest sizes at these prices of the constraints."""
    return np.asarray(np.clip(np.sqrt((prices @ loss) / cost), low, high))


def _dual(loss: Floats, cost: Floats, prices: Floats, n: Floats) -> float:
    """The dual's value: no allocation that meets the constraints costs less."""
    return float(cost @ n + (prices @ loss) @ (1 / n) - prices.sum())


def _solve(loss: Floats, cost: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Prices (J,) that maximise the concave dual, and the sizes (H,) at them: damped Newton steps, prices ≥ 0.

    A price is counted in what its target would cost alone and without bounds.
    """
    alone = np.sqrt(loss * cost).sum(axis=1) ** 2
    alone = np.maximum(alone, 1e-12 * alone.max()) if alone.any() else np.ones(len(alone))
    unit = loss * alone[:, None]
    prices = np.full(len(alone), 1 / len(alone))
    n = _respond(loss, cost, prices * alone, low, high)
    value, damping = _dual(loss, cost, prices * alone, n), 1e-6
    for _ in range(_STEPS):
        curve = np.where((n > low) & (n < high), 0.5 / (cost * n**3), 0.0)
        hessian = (unit * curve) @ unit.T
        hessian[np.diag_indices_from(hessian)] += damping * (alone + hessian.diagonal())
        trial = _newton(prices, unit @ (1 / n) - alone, hessian)
        sizes = _respond(loss, cost, trial * alone, low, high)
        better = _dual(loss, cost, trial * alone, sizes)
        if better > value:
            prices, n, value, damping = trial, sizes, better, max(damping / 10, 1e-13)
        elif damping > _STUCK:
            break
        else:
            damping *= 10
    return prices * alone, n


def _newton(prices: Floats, slope: Floats, hessian: Floats) -> Floats:
    """The prices a Newton step leads to; those it would make negative are set to 0 and the others' step taken anew."""
    zero = (prices == 0) & (slope <= 0)
    while True:
        free = ~zero
        step = -prices
        if free.any():
            pull = slope[free] - hessian[np.ix_(free, zero)] @ step[zero]
            step[free] = np.linalg.solve(hessian[np.ix_(free, free)], pull)
        negative = free & (prices + step < 0)
        if not negative.any():
            return np.maximum(prices + step, 0)
        zero |= negative


def _made_feasible(loss: Floats, n: Floats, low: ArrayLike, high: ArrayLike) -> Floats:
    """The sizes raised by the smallest common factor, inside the bounds, that meets every constraint."""
    if (loss @ (1 / n)).max() <= 1:
        return n
    worse, enough = 1.0, 2.0
    while (loss @ (1 / np.clip(n * enough, low, high))).max() > 1 and enough < 1e12:
        enough *= 2
    for _ in range(60):
        middle = (worse + enough) / 2
        if (loss @ (1 / np.clip(n * middle, low, high))).max() > 1:
            worse = middle
        else:
            enough = middle
    return np.asarray(np.clip(n * enough, low, high))


def _rounded(loss: Floats, cost: Floats, exact: Floats, low: ArrayLike, high: ArrayLike) -> Codes:
    """Whole sizes that meet every constraint: rounded up, then a unit taken back, the dearest excess first."""
    n = np.clip(np.ceil(exact * (1 - NOISE)), low, high).astype(np.int64)
    used = loss @ (1 / n)
    limit = np.maximum(1 + NOISE, used)
    for h in np.argsort(-cost * (n - exact), kind="stable"):
        if n[h] - 1 < np.asarray(low)[h] or n[h] <= exact[h]:
            continue
        after = used + loss[:, h] * (1 / (n[h] - 1) - 1 / n[h])
        if (after <= limit).all():
            used, n[h] = after, n[h] - 1
    return n
