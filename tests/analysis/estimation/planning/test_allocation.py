"""Allocations against Cochran (1977), scipy's optimiser, brute force, and their properties."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import Strata, allocate, allocate_budget

RULES = ("equal", "proportional", "neyman", "power", "optimal")
CITIES = Strata.of(["16 largest", "48 others"], [16, 48], sd=np.sqrt([53_843, 5_581]))


def variance(strata: Strata, n: np.ndarray) -> float:
    """Of the estimated total: Σ N(N−n)S²/n."""
    count = strata.population
    return float(sum(count * (count - n) * strata.sd**2 / n))


@st.composite
def strata_and_n(draw) -> tuple[Strata, int]:
    size = draw(st.integers(1, 8))
    numbers = lambda low, high: draw(st.lists(st.floats(low, high), min_size=size, max_size=size))  # noqa: E731
    population = np.array(draw(st.lists(st.integers(4, 10_000), min_size=size, max_size=size)))
    minimum = np.array(draw(st.lists(st.integers(1, 4), min_size=size, max_size=size)))
    maximum = np.maximum(minimum, np.floor(population * np.array(numbers(0.1, 1))))
    strata = Strata.of(
        [f"s{h}" for h in range(size)],
        population,
        sd=numbers(0.0, 50),
        mean=numbers(1, 9),
        cost=numbers(0.5, 20),
        minimum=minimum,
        maximum=maximum,
    )
    return strata, draw(st.integers(int(strata.minimum.sum()), int(strata.maximum.sum())))


def test_cochrans_64_cities() -> None:
    """Cochran 1977, 5.6, 64 large cities in 1930, n = 24: proportional 6, 18, optimum 12.21, 11.79, and variances."""
    proportional = allocate(CITIES, 24)
    neyman = allocate(CITIES, 24, rule="neyman")
    assert proportional.by_stratum == {"16 largest": 6, "48 others": 18}
    assert neyman.exact == pytest.approx([12.21, 11.79], abs=0.005)
    assert neyman.by_stratum == {"16 largest": 12, "48 others": 12}
    assert variance(CITIES, proportional.n) == pytest.approx(1_882_293, abs=1)
    assert variance(CITIES, neyman.n) == pytest.approx(1_090_827, abs=1)


def test_a_stratum_wanted_beyond_its_population_is_taken_whole_and_the_rest_shared_anew() -> None:
    """By hand: measures 10·100, 40·5, 60·5 of n = 30 would be 20, 4, 6; the first has 10, the rest shares 20 as 2:3."""
    strata = Strata.of(["a", "b", "c"], [10, 40, 60], sd=[100, 5, 5])
    found = allocate(strata, 30, rule="neyman")
    assert found.n.tolist() == [10, 8, 12]
    assert (found.at_minimum, found.at_maximum) == ((), ("a",))


def test_a_minimum_is_paid_for_by_the_others() -> None:
    strata = Strata.of(["a", "b", "c"], [50, 400, 550], minimum=20)
    found = allocate(strata, 115)
    assert found.n.tolist() == [20, 40, 55]
    assert found.at_minimum == ("a",)


def test_costs_enter_by_their_square_root() -> None:
    strata = Strata.of(["near", "far"], [1000, 1000], sd=[2, 2], cost=[1, 4])
    assert allocate(strata, 30, rule="optimal").n.tolist() == [20, 10]


def test_power_allocation_lies_between_equal_precision_and_neyman() -> None:
    """Bankier 1988: X^q·S/ȳ. By hand at q = ½: √(N·ȳ)·S/ȳ = √400·1, √10,000·1 → 1:5; q = 1 is Neyman's, 1:25."""
    strata = Strata.of(["small", "large"], [100, 2500], sd=[4, 4], mean=[4, 4])
    assert allocate(strata, 60, rule="power").n.tolist() == [10, 50]
    assert allocate(strata, 78, rule="power", power=1).n.tolist() == allocate(strata, 78, rule="neyman").n.tolist()
    assert allocate(strata, 60, rule="power", power=0).n.tolist() == [30, 30]
    assert allocate(strata, 60, rule="power", importance=[1, 4]).n.tolist() == [20, 40]
    alike = Strata.of(["small", "large"], [100, 2500])
    assert allocate(alike, 60, rule="power").n.tolist() == [10, 50]


def test_remainders_go_to_the_largest() -> None:
    """By hand: 10 shared as 33:33:34 is 3.3, 3.3, 3.4."""
    assert allocate(Strata.of(["a", "b", "c"], [33, 33, 34]), 10).n.tolist() == [3, 3, 4]


def test_strata_without_spread_get_what_the_others_cannot_take() -> None:
    strata = Strata.of(["a", "b", "c"], [10, 100, 300], sd=[5, 0, 0])
    assert allocate(strata, 12, rule="neyman").n.tolist() == [10, 1, 1]
    assert allocate(strata, 50, rule="neyman").n.tolist() == [10, 10, 30]


@given(strata_and_n(), st.sampled_from(RULES))
@settings(max_examples=150, deadline=None)
def test_sizes_sum_to_n_inside_the_bounds_and_next_to_the_exact(case: tuple[Strata, int], rule) -> None:
    strata, n = case
    found = allocate(strata, n, rule=rule)
    assert found.total == n
    assert (found.n >= strata.minimum).all()
    assert (found.n <= strata.maximum).all()
    assert (abs(found.n - found.exact) < 1 + 1e-9).all()
    assert found.exact.sum() == pytest.approx(n)


@given(strata_and_n())
@settings(max_examples=100, deadline=None)
def test_neyman_is_the_best_of_the_rules(case: tuple[Strata, int]) -> None:
    strata, n = case
    best = variance(strata, allocate(strata, n, rule="neyman").exact)
    for rule in RULES:
        assert best <= variance(strata, allocate(strata, n, rule=rule).exact) * (1 + 1e-9) + 1e-9


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_bounded_neyman_is_scipys_constrained_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = rng.integers(5, 200, 5)
    strata = Strata.of("abcde", count, sd=rng.uniform(0.5, 20, 5), minimum=2, maximum=np.maximum(count * 0.6, 3))
    n = int(strata.maximum.sum() * 0.5)
    found = minimize(
        lambda x: sum(count**2 * strata.sd**2 / x) / 1e3,
        np.clip(np.full(5, n / 5), strata.minimum, strata.maximum),
        bounds=list(zip(strata.minimum, strata.maximum, strict=True)),
        constraints={"type": "eq", "fun": lambda x: x.sum() - n},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    ours = variance(strata, allocate(strata, n, rule="neyman").exact)
    assert ours == pytest.approx(variance(strata, found.x), rel=1e-5)
    assert ours <= variance(strata, found.x) * (1 + 1e-7)


def test_a_budget_buys_close_to_the_best_whole_sample() -> None:
    """Against all whole allocations that 60 pays for."""
    strata = Strata.of(["a", "b", "c"], [12, 20, 30], sd=[9, 4, 2], cost=[5, 3, 1])
    found = allocate_budget(strata, 60)
    assert found.cost <= 60
    ranges = [range(1, int(count) + 1) for count in strata.population]
    best = min(variance(strata, np.array(n)) for n in itertools.product(*ranges) if np.dot(n, strata.cost) <= 60)
    assert variance(strata, found.n) <= best * 1.02
    scale = 60 / math.fsum(strata.population * strata.sd * np.sqrt(strata.cost))
    assert found.exact == pytest.approx(scale * strata.population * strata.sd / np.sqrt(strata.cost))


@given(strata_and_n(), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_a_budget_is_never_overdrawn_and_never_left_while_it_could_buy(case: tuple[Strata, int], part: float) -> None:
    strata, _ = case
    least, most = float(strata.minimum @ strata.cost), float(strata.maximum @ strata.cost)
    budget = least + part * (most - least)
    found = allocate_budget(strata, budget)
    assert found.cost <= budget * (1 + 1e-8)
    assert not ((found.n < strata.maximum) & (strata.cost < budget - found.cost - 1e-6 * budget)).any()


def test_an_allocation_shows_as_a_table() -> None:
    frame = allocate(CITIES, 24).to_frame()
    assert frame["n"].tolist() == [6, 18]
    assert frame["fraction"].tolist() == [0.375, 0.375]


@pytest.mark.parametrize(
    ("code", "stratum", "call"),
    [
        ("PLN_BELOW_MINIMA", "b", lambda: allocate(Strata.of("ab", [9, 9], minimum=[2, 5]), 6)),
        ("PLN_ABOVE_MAXIMA", "b", lambda: allocate(Strata.of("ab", [9, 7]), 17)),
        ("PLN_BOUNDS", "b", lambda: Strata.of("ab", [9, 3], minimum=4)),
        ("PLN_STRATUM_VALUE", "a", lambda: Strata.of("ab", [0, 3])),
        ("PLN_STRATUM_VALUE", "b", lambda: Strata.of("ab", [9, 3], sd=[1, math.nan])),
        ("PLN_STRATUM_TWICE", "a", lambda: Strata.of("aba", [9, 3, 4])),
        ("PLN_STRATUM_VALUE", "b", lambda: allocate(Strata.of("ab", 9, sd=1, mean=[1, 0]), 5, rule="power")),
        ("PLN_BUDGET", "b", lambda: allocate_budget(Strata.of("ab", 9, sd=1, cost=[1, 8]), 8)),
        ("PLN_LENGTH", None, lambda: Strata.of("ab", [9, 3, 4])),
        ("PLN_NEEDS_SPREAD", None, lambda: allocate(CITIES, 24, rule="power")),
        ("PLN_NEEDS_SPREAD", None, lambda: allocate(Strata.of("ab", 9), 5, rule="neyman")),
        ("EST_BAD_OPTION", None, lambda: allocate(CITIES, 24, rule="best")),
        ("EST_NOT_COUNT", None, lambda: allocate(CITIES, 10.5)),
        ("PLN_NO_STRATA", None, lambda: Strata.of([], [])),
        ("PLN_RULE_OPTION", None, lambda: allocate(CITIES, 24, importance=[1, 2])),
        ("PLN_RULE_OPTION", None, lambda: allocate(CITIES, 24, rule="neyman", power=0.5)),
        ("PLN_BAD_NUMBER", None, lambda: allocate(Strata.of("ab", 9), 5, rule="power", power=math.nan)),
        ("PLN_STRATUM_VALUE", "a", lambda: allocate(Strata.of("ab", 9), 5, rule="power", importance=[0, 0])),
        ("PLN_BUDGET", "a", lambda: allocate_budget(Strata.of("ab", 9, sd=1), math.nan)),
    ],
)
def test_infeasible_bounds_name_the_stratum(code: str, stratum: str | None, call) -> None:
    with pytest.raises(EstimationError) as caught:
        call()
    assert (caught.value.code, caught.value.values.get("stratum")) == (code, stratum)
