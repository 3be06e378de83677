"""How many in each stratum? A sample shared out by one rule, inside bounds, in whole people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Codes, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import check_count, check_option
from analysis.estimation.planning.size import NOISE, require_least

if TYPE_CHECKING:
    import pandas as pd

Rule = Literal["equal", "proportional", "neyman", "power", "optimal"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """The strata that a sample is shared among; one value a stratum, in the order of `names`. Make with `Strata.of`.

    `population`: units in it. `sd`: standard deviation between units (divisor N−1), `mean`: their mean; NaN unknown.
    `cost`: of one unit. `minimum`, `maximum`: bounds of the sample.
    """

    names: tuple[str, ...]
    population: Floats
    sd: Floats
    mean: Floats
    cost: Floats
    minimum: Codes
    maximum: Codes

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        population: ArrayLike,
        *,
        sd: ArrayLike | None = None,
        mean: ArrayLike | None = None,
        cost: ArrayLike = 1.0,
        minimum: ArrayLike = 1,
        maximum: ArrayLike | None = None,
    ) -> "Strata":
        """Strata with their bounds; one number stands for all strata.

        The minimum is 1 unless given (a stratum without a sample cannot be estimated; its variance needs 2), the
        maximum at most the population. Raises EstimationError naming the stratum whose value is impossible.
        """
        names = tuple(str(name) for name in names)
        if not names:
            raise EstimationError("PLN_NO_STRATA")
        if len(set(names)) < len(names):
            raise EstimationError("PLN_STRATUM_TWICE", stratum=max(names, key=names.count))
        count = column(names, "population", population, least=1)
        low = np.ceil(column(names, "minimum", minimum, least=0))
        high = np.floor(count if maximum is None else np.minimum(column(names, "maximum", maximum, least=0), count))
        if (low > high).any():
            worst = int((low > high).argmax())
            raise EstimationError("PLN_BOUNDS", stratum=names[worst], low=int(low[worst]), high=int(high[worst]))
        unknown = np.full(len(names), np.nan)
        return cls(
            names=names,
            population=count,
            sd=unknown if sd is None else column(names, "sd", sd, least=0),
            mean=unknown if mean is None else column(names, "mean", mean, least=-np.inf),
            cost=column(names, "cost", cost, least=np.finfo(float).tiny),
            minimum=low.astype(np.int64),
            maximum=high.astype(np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """A sample shared out. `n` (H,): whole units a stratum; `exact` (H,): before rounding, inside the bounds.

    `at_minimum`, `at_maximum`: strata that the rule alone would have given less or more than their bound.
    """

    strata: Strata
    rule: str
    n: Codes
    exact: Floats
    at_minimum: tuple[str, ...]
    at_maximum: tuple[str, ...]

    @property
    def total(self) -> int:
        """Units in the sample."""
        return int(self.n.sum())

    @property
    def cost(self) -> float:
        """Of the sample."""
        return float(self.n @ self.strata.cost)

    @property
    def by_stratum(self) -> dict[str, int]:
        """n by the stratum's name, as a draw wants it."""
        return dict(zip(self.strata.names, self.n.tolist(), strict=True))

    def to_frame(self) -> "pd.DataFrame":
        """One row a stratum."""
        import pandas as pd  # noqa: PLC0415  only who asks for a frame pays for pandas

        return pd.DataFrame(
            {
                "stratum": self.strata.names,
                "population": self.strata.population,
                "n": self.n,
                "exact": self.exact,
                "fraction": self.n / self.strata.population,
                "cost": self.n * self.strata.cost,
            }
        )


def allocate(
    strata: Strata,
    n: int,
    *,
    rule: Rule = "proportional",
    power: float | None = None,
    importance: ArrayLike | None = None,
) -> Allocation:
    """Shares `n` units out; within the bounds the sizes are in proportion to

    equal: 1; proportional: N_h; neyman: N_h·S_h (Neyman 1934); optimal: N_h·S_h/√c_h (Cochran 1977, 5.5);
    power: X_h^q·S_h/|ȳ_h| (Bankier 1988), q = `power` (½ if not given), X_h = `importance`, by default the total
    N_h·|ȳ_h|, or N_h where no means are known (the coefficients of variation are then taken as equal); q = 1 is
    Neyman's, q = 0 aims at equal coefficients of variation. Strata outside a bound are fixed there and the rest is
    shared anew; strata without any spread get what the others cannot take. Rounded by largest remainders, so the sizes
    sum to `n`. Raises EstimationError if the bounds leave no room for n, the rule lacks `sd` or `mean`, or has no such
    option.
    """
    check_option("rule", rule, Rule)
    check_count("n", n, 0)
    for name, given in (("power", power), ("importance", importance)):
        if given is not None and rule != "power":
            raise EstimationError("PLN_RULE_OPTION", rule=rule, option=name)
    low, high = strata.minimum, strata.maximum
    if n < low.sum():
        worst = int(low.argmax())
        raise EstimationError(
            "PLN_BELOW_MINIMA", n=n, total=int(low.sum()), stratum=strata.names[worst], low=int(low[worst])
        )
    if n > high.sum():
        worst = int(high.argmin())
        raise EstimationError(
            "PLN_ABOVE_MAXIMA", n=n, total=int(high.sum()), stratum=strata.names[worst], high=int(high[worst])
        )
    exact = _in_bounds(
        _spread(strata, _measure(strata, rule, 0.5 if power is None else power, importance)), low, high, float(n)
    )
    return allocation(strata, rule, exact, _largest_remainders(exact, high, n))


def allocate_budget(strata: Strata, budget: float) -> Allocation:
    """The optimal allocation (n_h ∝ N_h·S_h/√c_h) that a budget pays for; Σ c_h·n_h is at most `budget`.

    Rounded down, then one unit at a time where it lowers the variance most for its cost while the money lasts. Raises
    EstimationError if the budget does not pay for the minima.
    """
    low, high, cost = strata.minimum, strata.maximum, strata.cost
    least = float(low @ cost)
    if not budget >= least:
        dearest = strata.names[int((low * cost).argmax())]
        raise EstimationError("PLN_BUDGET", budget=budget, total=least, stratum=dearest)
    measure = _spread(strata, _measure(strata, "optimal", 1.0, None))
    money = min(float(budget), float(high @ cost))
    exact = _in_bounds(measure * cost, low * cost, high * cost, money) / cost
    n = np.clip(np.floor(exact * (1 + NOISE)).astype(np.int64), low, high)
    left = budget - float(n @ cost)
    while (open_ := (n < high) & (cost <= left * (1 + NOISE))).any():
        gain = np.where(open_, measure**2 / (np.maximum(n, 0.5) * (n + 1)), -1.0)
        best = int(gain.argmax())
        n[best] += 1
        left -= cost[best]
    return allocation(strata, "optimal", exact, n)


def allocation(strata: Strata, rule: str, exact: Floats, n: Codes) -> Allocation:
    """An allocation, saying which strata stand at a bound."""
    at = [(exact <= strata.minimum) & (strata.minimum > 0), (exact >= strata.maximum) & (strata.maximum > 0)]
    low, high = (tuple(name for name, there in zip(strata.names, mask, strict=True) if there) for mask in at)
    return Allocation(strata=strata, rule=rule, n=n, exact=exact, at_minimum=low, at_maximum=high)


def column(names: Sequence[str], name: str, values: ArrayLike, *, least: float) -> Floats:
    """(H,) finite numbers, none below `least`. Raises EstimationError naming the stratum."""
    array = np.asarray(values, dtype=float)
    if array.ndim and array.shape != (len(names),):
        raise EstimationError("PLN_LENGTH", name=name, got=array.size, strata=len(names))
    array = np.broadcast_to(array, (len(names),)).copy()
    bad = ~(np.isfinite(array) & (array >= least))
    if bad.any():
        worst = int(bad.argmax())
        allowed = "> 0" if 0 < least < 1 else f"≥ {least:g}" if np.isfinite(least) else "-∞ < … < ∞"
        raise EstimationError("PLN_STRATUM_VALUE", stratum=names[worst], name=name, got=array[worst], allowed=allowed)
    return array


def _known(values: Floats, name: str) -> Floats:
    if np.isnan(values).any():
        raise EstimationError("PLN_NEEDS_SPREAD", name=name)
    return values


def _measure(strata: Strata, rule: Rule, power: float, importance: ArrayLike | None) -> Floats:
    """(H,) what the rule shares out by."""
    if rule == "equal":
        return np.ones(len(strata.names))
    if rule == "proportional":
        return strata.population
    if rule == "neyman":
        return strata.population * _known(strata.sd, "sd")
    if rule == "optimal":
        return np.asarray(strata.population * _known(strata.sd, "sd") / np.sqrt(strata.cost))
    return _power_measure(strata, power, importance)


def _power_measure(strata: Strata, power: float, importance: ArrayLike | None) -> Floats:
    require_least("power", power, 0)
    if np.isnan(strata.mean).all() and np.isnan(strata.sd).all():
        total, cv = strata.population, np.ones(len(strata.names))
    else:
        mean = np.abs(_known(strata.mean, "mean"))
        if (mean == 0).any():
            raise EstimationError(
                "PLN_STRATUM_VALUE",
                stratum=strata.names[int(mean.argmin())],
                name="mean",
                got=mean.min(),
                allowed="≠ 0",
            )
        total, cv = strata.population * mean, _known(strata.sd, "sd") / mean
    if importance is not None:
        total = column(strata.names, "importance", importance, least=0)
        if not total.any():
            raise EstimationError(
                "PLN_STRATUM_VALUE", stratum=strata.names[0], name="importance", got=0.0, allowed="> 0"
            )
    return np.asarray(total**power * cv)


def _spread(strata: Strata, measure: Floats) -> Floats:
    """The measure, the largest 1; strata where it is nearly 0 come last, in proportion to their population."""
    largest = measure.max() or 1.0
    share = strata.population / strata.population.sum()
    return np.where(measure > 1e-12 * largest, measure / largest, 1e-15 * share)


def _in_bounds(measure: Floats, low: Floats | Codes, high: Floats | Codes, total: float) -> Floats:
    """The x = clip(λ·measure, low, high) that sums to `total`: the constrained optimum for 1/x losses.

    Σx rises with λ, linearly between the values of λ at which a stratum meets a bound; bisection over these.
    """
    floor, ceiling = low.astype(float), high.astype(float)
    steps = np.unique(np.concatenate([floor / measure, ceiling / measure]))
    before, after = 0, len(steps) - 1
    while after - before > 1:
        middle = (before + after) // 2
        if np.clip(steps[middle] * measure, floor, ceiling).sum() <= total:
            before = middle
        else:
            after = middle
    centre = (steps[before] + steps[after]) / 2
    x = np.clip(centre * measure, floor, ceiling)
    free = (floor < x) & (x < ceiling)
    if free.any():
        x[free] = measure[free] * ((total - x[~free].sum()) / measure[free].sum())
    return np.asarray(np.clip(x, floor, ceiling))


def _largest_remainders(exact: Floats, high: Codes, total: int) -> Codes:
    """Whole numbers next to `exact` that sum to `total`; a tie goes to the earlier stratum."""
    n = np.floor(exact).astype(np.int64)
    remainder = np.where(n < high, exact - n, -1.0)
    up = np.argsort(-remainder, kind="stable")[: total - int(n.sum())]
    n[up] += 1
    return n
