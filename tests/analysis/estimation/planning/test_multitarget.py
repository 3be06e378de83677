"""The cheapest allocation for several targets against closed forms, brute force and scipy's optimiser."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import Strata, Target, allocate, allocate_targets, multitarget


def cv(strata: Strata, n: np.ndarray, mean: np.ndarray, sd: np.ndarray, inside: np.ndarray) -> float:
    """Of the mean of a domain, straight from Cochran's (1977) formula 5.6."""
    weight = np.where(inside, strata.population, 0) / strata.population[inside].sum()
    return float(np.sqrt(sum(weight**2 * sd**2 * (1 / n - 1 / strata.population))) / (weight @ mean))


def test_one_target_is_neymans_allocation() -> None:
    """n = (ΣW·S)² / (V + ΣW·S²/N) (Cochran 1977, 5.25)."""
    strata = Strata.of("abc", [400, 300, 300])
    mean, sd = np.array([10.0, 12, 20]), np.array([3.0, 5, 9])
    weight = strata.population / 1000
    wanted = 0.02 * weight @ mean
    total = (weight @ sd) ** 2 / (wanted**2 + weight @ sd**2 / 1000)
    found = allocate_targets(strata, [Target(variable="y", mean=mean, sd=sd, cv=0.02)])
    assert found.allocation.exact == pytest.approx(total * weight * sd / (weight @ sd), rel=1e-6)
    assert found.bound == pytest.approx(total, rel=1e-6)
    assert found.targets[0].cv == pytest.approx(cv(strata, found.allocation.n, mean, sd, np.full(3, True)))


def test_a_price_tells_what_one_percent_more_precision_costs() -> None:
    strata = Strata.of("ab", [4000, 9000], cost=[2, 1])
    found = [
        allocate_targets(strata, [Target(variable="y", mean=[5, 7], sd=[3, 2], se=se)]) for se in (0.1, 0.1 * 0.9999)
    ]
    assert 100 * (found[1].bound - found[0].bound) == pytest.approx(found[0].targets[0].price, rel=1e-2)


def test_of_two_targets_the_loose_one_has_no_price() -> None:
    strata = Strata.of("ab", [4000, 9000])
    loose = Target(variable="loose", mean=[0.5, 0.6], cv=0.5)
    strict = Target(variable="strict", mean=[0.1, 0.2], cv=0.05)
    found = allocate_targets(strata, [loose, strict])
    assert [target.price > 0 for target in found.targets] == [False, True]
    assert found.targets[0].cv < 0.5


def test_every_domain_meets_the_wish_and_strata_in_none_stay_at_their_minimum() -> None:
    strata = Strata.of("abcd", [500, 800, 300, 900], minimum=[2, 2, 2, 7])
    share = np.array([0.3, 0.5, 0.7, 0.5])
    found = allocate_targets(strata, [Target(variable="q", mean=share, cv=0.1, domains=["n", "n", "s", ""])])
    assert [(target.domain, target.cv <= 0.1 * (1 + 1e-8)) for target in found.targets] == [("n", True), ("s", True)]
    assert found.allocation.n[3] == 7
    sd = np.sqrt(share * (1 - share) * strata.population / (strata.population - 1))
    assert found.targets[1].cv == pytest.approx(cv(strata, found.allocation.n, share, sd, np.arange(4) == 2))


def test_a_design_effect_multiplies_the_variance() -> None:
    """deff·S²·(1/n − 1/N) = se² by hand: 2.5·4·(1/n − 1/1000) = 0.01: n = 1000/(1+1) = 500."""
    target = Target(variable="y", mean=[8], sd=[2], se=0.1, deff=2.5)
    assert allocate_targets(Strata.of("a", [1000]), [target]).allocation.n.tolist() == [500]


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_whole_sizes_cost_little_more_than_the_best_of_all(seed: int) -> None:
    """Brute force over every whole allocation of three small strata."""
    rng = np.random.default_rng(seed)
    count = rng.integers(6, 25, 3)
    strata = Strata.of("abc", count, cost=rng.integers(1, 5, 3), minimum=2)
    means, sds = rng.uniform(5, 20, (2, 3)), rng.uniform(1, 12, (2, 3))
    found = allocate_targets(strata, [Target(variable=f"y{j}", mean=means[j], sd=sds[j], cv=0.12) for j in range(2)])
    grid = np.array(list(itertools.product(*(range(2, size + 1) for size in count))))
    weight = count / count.sum()
    good = np.full(len(grid), True)
    for mean, sd in zip(means, sds, strict=True):
        good &= (weight**2 * sd**2 * (1 / grid - 1 / count)).sum(axis=1) <= (0.12 * weight @ mean) ** 2 * (1 + 1e-9)
    best = (grid[good] @ strata.cost).min()
    assert found.bound <= best * (1 + 1e-9)
    assert best <= found.allocation.cost <= best + strata.cost.sum()
    assert (grid[good] == found.allocation.n).all(axis=1).any()


@given(st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_exact_sizes_are_scipys_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, share = rng.integers(100, 3000, 6), rng.uniform(0.1, 0.9, (4, 6))
    strata = Strata.of("abcdef", count, cost=rng.uniform(1, 6, 6), minimum=2)
    domains = ["n", "n", "n", "s", "s", "s"]
    targets = [Target(variable=f"q{j}", mean=share[j], cv=0.08, domains=domains if j < 2 else None) for j in range(4)]
    found = allocate_targets(strata, targets)
    sd = np.sqrt(share * (1 - share) * count / (count - 1))
    regions = {True: [np.arange(6) < 3, np.arange(6) >= 3], False: [np.full(6, True)]}
    wishes = [(j, inside) for j in range(4) for inside in regions[j < 2]]
    known = minimize(
        lambda x: strata.cost @ x / 100,
        np.minimum(found.allocation.exact * 1.5, count),
        bounds=[(2, size) for size in count],
        constraints=[
            {
                "type": "ineq",
                "fun": lambda x, j=j, inside=inside: 1 - (cv(strata, x, share[j], sd[j], inside) / 0.08) ** 2,
            }
            for j, inside in wishes
        ],
        method="SLSQP",
        options={"ftol": 1e-10, "maxiter": 500},
    )
    assert strata.cost @ found.allocation.exact == pytest.approx(strata.cost @ known.x, rel=1e-4)


def test_sixty_five_units_and_twenty_two_items_are_proved_optimal() -> None:
    rng = np.random.default_rng(1)
    strata = Strata.of([str(h) for h in range(65)], rng.integers(500, 9000, 65), cost=rng.uniform(1, 3, 65), minimum=2)
    targets = [Target(variable=f"q{j}", mean=rng.uniform(0.5, 0.95, 65), se=0.01) for j in range(22)]
    found = allocate_targets(strata, targets)
    assert all(target.se <= target.wanted_se * (1 + 1e-8) for target in found.targets)
    assert found.bound <= found.allocation.cost <= found.bound * 1.01
    proportional = allocate(strata, found.allocation.total)
    assert found.allocation.cost < proportional.cost


def test_an_answer_that_is_not_proved_is_not_given(monkeypatch) -> None:
    monkeypatch.setattr(multitarget, "_STEPS", 0)
    targets = [Target(variable="y", mean=[5, 7], sd=[3, 2], cv=cv) for cv in (0.01, 0.02)]
    with pytest.raises(EstimationError) as caught:
        allocate_targets(Strata.of("ab", [4000, 9000]), targets)
    assert caught.value.code == "PLN_NOT_CONVERGED"


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        ("PLN_UNREACHABLE", [Target(variable="q", mean=[0.5, 0.5], cv=0.01)]),
        ("PLN_ONE_WISH", [Target(variable="q", mean=[0.5, 0.5])]),
        ("PLN_ONE_WISH", [Target(variable="q", mean=[0.5, 0.5], cv=0.1, se=0.01)]),
        ("PLN_NO_TARGET", []),
        ("PLN_BAD_NUMBER", [Target(variable="q", mean=[0.5, 0.5], cv=-0.1)]),
        ("PLN_BAD_NUMBER", [Target(variable="q", mean=[0.5, 0.5], cv=0.1, deff=0)]),
        ("PLN_NOT_PART", [Target(variable="q", mean=[0.5, 0.5], cv=10)]),
        ("PLN_NOT_PART", [Target(variable="y", mean=[5, 7], sd=[3, 2], cv=5)]),
        ("PLN_NOT_PART", [Target(variable="q", mean=[0.5, 0.5], se=3)]),
        ("PLN_NEEDS_VALUE", [Target(variable="q", mean=[0, 0], sd=1, cv=0.1)]),
        ("PLN_STRATUM_VALUE", [Target(variable="q", mean=[0.5, 5], cv=0.1)]),
        ("PLN_LENGTH", [Target(variable="q", mean=[0.5, 0.5], cv=0.1, domains=["n"])]),
    ],
)
def test_a_target_out_of_reach_is_named(code: str, targets: list[Target]) -> None:
    with pytest.raises(EstimationError) as caught:
        allocate_targets(Strata.of(["a", "b"], [1000, 1000], maximum=[50, 400]), targets)
    assert caught.value.code == code
    if code == "PLN_UNREACHABLE":
        assert (caught.value.values["variable"], caught.value.values["stratum"]) == ("q", "a")


def test_a_wish_is_told_as_it_was_given() -> None:
    with pytest.raises(EstimationError, match=r"«cv, q» is -0\.1"):
        allocate_targets(Strata.of("ab", [1000, 1000]), [Target(variable="q", mean=[0.5, 0.5], cv=-0.1)])
    with pytest.raises(EstimationError, match=r"«b»: «q» is 2\.0; allowed is a number 0 … 1"):
        allocate_targets(Strata.of("ab", [1000, 1000]), [Target(variable="q", mean=[0.5, 2], cv=0.1)])
