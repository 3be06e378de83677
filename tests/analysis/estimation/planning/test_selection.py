"""Selections from one list against hand calculations, an independent PCG64, and their inclusion probabilities."""

import hashlib
import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import draw_key, random_numbers, simple_random, systematic

SIZES = st.lists(st.floats(0.5, 1000), min_size=1, max_size=30)


def pcg64(seed: int, key: str, count: int) -> list[float]:
    """O'Neill's PCG XSL-RR 128/64 (2014) in whole numbers, started as numpy documents it."""
    mask, multiplier = (1 << 128) - 1, 0x2360ED051FC65DA44385DF649FCCF645
    words = [int.from_bytes(hashlib.sha256(key.encode()).digest()[i : i + 4], "big") for i in range(0, 32, 4)]
    first, second, third, fourth = map(int, np.random.SeedSequence(seed, spawn_key=words).generate_state(4, np.uint64))
    increment = (((third << 64 | fourth) << 1) | 1) & mask
    state = ((increment + (first << 64 | second)) * multiplier + increment) & mask
    numbers = []
    for _ in range(count):
        state = (state * multiplier + increment) & mask
        turn, folded = state >> 122, (state >> 64) ^ (state & (1 << 64) - 1)
        output = (folded >> turn | folded << (64 - turn)) & (1 << 64) - 1
        numbers.append((output >> 11) / 2**53)
    return numbers


@pytest.mark.parametrize(("seed", "key"), [(0, ""), (2026, draw_key(1, [], ["Văn Quan"])), (10**30, "[2]")])
def test_random_numbers_can_be_made_without_numpys_generator(seed: int, key: str) -> None:
    assert random_numbers(seed, key, 5).tolist() == pcg64(seed, key, 5)


def test_a_key_names_stage_units_and_strata() -> None:
    assert draw_key(2, ["Lạng Sơn", "7"], ["đô thị"]) == '[2,["Lạng Sơn","7"],["đô thị"]]'


def test_madow_by_hand() -> None:
    """Sizes 1, 2, 3, 4, take 2: interval 5; start 0.5·5: 2.5 falls in the second (1-3), 7.5 in the fourth (6-10)."""
    found = systematic(np.array([1.0, 2, 3, 4]), 2, 0.5, certainties=True)
    assert (found.start, found.interval) == (2.5, 5.0)
    assert found.cumulative.tolist() == [1, 3, 6, 10]
    assert found.selected.tolist() == [False, True, False, True]
    assert found.probability == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_units_as_large_as_the_interval_are_certain_and_the_interval_is_made_anew() -> None:
    """By hand, take 3 of 100, 40, 10, 10, 10: interval 56.7 takes 100; then 2 of 70: 35 takes 40; then 1 of 30."""
    found = systematic(np.array([10.0, 100, 10, 40, 10]), 3, 0.9, certainties=True)
    assert found.certainty.tolist() == [False, True, False, True, False]
    assert found.probability == pytest.approx([1 / 3, 1, 1 / 3, 1, 1 / 3])
    assert (found.start, found.interval) == (27.0, 30.0)
    assert found.selected.tolist() == [False, True, False, True, True]


def test_equal_steps_through_a_list() -> None:
    """N = 10, n = 4: interval 2.5; start 0.2·2.5 = 0.5, 3, 5.5, 8: the 1st, 4th, 6th and 9th unit."""
    found = systematic(np.ones(10), 4, 0.2, certainties=False)
    assert np.flatnonzero(found.selected).tolist() == [0, 3, 5, 8]
    assert found.probability == pytest.approx([0.4] * 10)


def test_the_smallest_random_numbers_are_a_simple_random_sample() -> None:
    found = simple_random(4, 2, np.array([0.7, 0.1, 0.9, 0.3]))
    assert found.selected.tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("PLN_BEYOND", lambda: simple_random(3, 5, np.array([0.1, 0.2, 0.3]))),  # else a probability of 1.67
        ("PLN_BEYOND", lambda: systematic(np.ones(3), 5, 0.5, certainties=False)),
        ("PLN_BEYOND", lambda: systematic(np.ones(3), 5, 0.5, certainties=True)),
        ("EST_NOT_COUNT", lambda: simple_random(3, 0, np.array([0.1, 0.2, 0.3]))),
        ("EST_LENGTH", lambda: simple_random(3, 1, np.array([0.1, 0.2]))),
        ("PLN_BAD_NUMBER", lambda: systematic(np.array([5.0, 1, 1]), 2, 0.5, certainties=False)),
        ("PLN_BAD_NUMBER", lambda: systematic(np.array([5.0, 0, 1]), 2, 0.5, certainties=True)),
        ("PLN_BAD_NUMBER", lambda: systematic(np.array([5.0, np.nan, 1]), 2, 0.5, certainties=True)),
        ("PLN_BAD_NUMBER", lambda: systematic(np.ones(3), 2, 1.0, certainties=True)),
    ],
)
def test_a_probability_above_one_is_not_drawn_with(code: str, call) -> None:
    with pytest.raises(EstimationError) as caught:
        call()
    assert caught.value.code == code


@given(SIZES, st.floats(0, 1, exclude_max=True), st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_a_pps_draw_has_its_size_its_probabilities_and_the_exact_total(
    sizes: list[float], random: float, take: int
) -> None:
    size, take = np.array(sizes), min(take, len(sizes))
    found = systematic(size, take, random, certainties=True)
    assert found.selected.sum() == take
    assert found.probability.sum() == pytest.approx(take)
    assert (found.probability > 0).all()
    assert (found.probability <= 1).all()
    assert (size / found.probability)[found.selected].sum() == pytest.approx(size.sum())
    ratio = (found.probability / size)[~found.certainty]
    assert ratio == pytest.approx(np.full(len(ratio), ratio[0] if len(ratio) else 0))


@given(st.integers(1, 60), st.floats(0, 1, exclude_max=True), st.data())
@settings(max_examples=100, deadline=None)
def test_equal_steps_take_exactly_n(count: int, random: float, data) -> None:
    take = data.draw(st.integers(1, count))
    assert systematic(np.ones(count), take, random, certainties=False).selected.sum() == take


def test_units_are_drawn_as_often_as_their_probability_says() -> None:
    """2,000 fixed seeds; 4.5 binomial standard errors."""
    size, draws = np.array([3.0, 40, 12, 7, 55, 21, 9, 160, 5, 30]), 2000
    counts = {"pps": np.zeros(10), "systematic": np.zeros(10), "srs": np.zeros(10)}
    pairs = dict.fromkeys(combinations(range(10), 2), 0)
    for seed in range(draws):
        random = random_numbers(seed, "frequency", 10)
        pps = systematic(size, 4, random[0], certainties=True)
        equal = systematic(np.ones(10), 4, random[1], certainties=False)
        srs = simple_random(10, 4, random)
        for name, found in (("pps", pps), ("systematic", equal), ("srs", srs)):
            counts[name] += found.selected
        for pair in combinations(np.flatnonzero(srs.selected).tolist(), 2):
            pairs[pair] += 1
    for name, found in (("pps", pps), ("systematic", equal), ("srs", srs)):
        pi = found.probability
        assert (abs(counts[name] / draws - pi) <= 4.5 * np.sqrt(pi * (1 - pi) / draws) + 1e-12).all(), name
    joint = 4 * 3 / (10 * 9)
    assert all(abs(seen / draws - joint) < 4.5 * math.sqrt(joint * (1 - joint) / draws) for seen in pairs.values())
