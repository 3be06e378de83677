"""Confidence sets for ranks: R csranks and its published example, Tukey's table, simulations, and what is refused."""

import csv
from functools import cache

import numpy as np
import pytest
from scipy.special import ndtr, stdtr

from analysis.estimation.errors import EstimationError
from analysis.estimation.rank_sets import RankSets, rank_sets
from tests.analysis.reference import FOLDER


def sets(value, se, **changes) -> RankSets:
    value = np.asarray(value, dtype=float)
    covariance = np.diag(np.broadcast_to(se, value.shape) ** 2)
    return rank_sets(value, covariance, **({"level": 0.95, "seed": 1} | changes))


def pisa() -> dict[str, dict[str, float]]:
    with (FOLDER / "pisa2018_ranks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["country"]: {name: float(row[name]) for name in row if name != "country"} for row in rows}


@cache
def pisa_sets(level: float) -> RankSets:
    score, se = (np.array([row[name] for row in pisa().values()]) for name in ("score", "se"))
    return sets(score, se, level=level, draws=10_000)


@pytest.mark.parametrize(("level", "tail"), [(0.95, ""), (0.75, "_75")])
def test_sets_of_pisa_countries_are_those_of_r_csranks(level: float, tail: str) -> None:
    rows = pisa()
    low, high = (np.array([row[name + tail] for row in rows.values()]) for name in ("low", "high"))
    found = pisa_sets(level)
    # both come from draws: a pair at the very edge may fall either way
    assert (abs(found.low - low) + abs(found.high - high)).sum() <= 2


def test_the_published_example_says_the_same_of_countries() -> None:
    """The vignette of csranks: the weakest are told apart from the rest; Germany and Korea only at 75 %."""
    names = list(pisa())
    found, weaker = (pisa_sets(level) for level in (0.95, 0.75))
    germany, korea = names.index("Germany"), names.index("Korea")
    assert found.high[korea] >= 7 >= found.low[germany]
    assert weaker.high[korea] < weaker.low[germany]
    last = [names.index(name) for name in ("Chile", "Mexico", "Costa Rica", "Colombia")]
    assert found.low[last].min() > np.delete(found.high, last).max()


def test_correlated_estimates_have_the_sets_of_r_csranks() -> None:
    upper = [
        [0.061113, -0.059107, 0.020072, -0.009757, -0.005781, -0.045585],
        [0.154508, 0.027220, 0.046885, 0.008470, 0.013466],
        [0.050581, 0.016246, 0.020763, -0.016692],
        [0.139502, -0.011429, -0.023653],
        [0.111317, -0.006355],
        [0.080760],
    ]
    covariance = np.zeros((6, 6))
    for k, row in enumerate(upper):
        covariance[k, k:] = covariance[k:, k] = row
    found = rank_sets(np.array([1.2, 0.9, 0.4, 0.1, -0.6, -1.4]), covariance, level=0.95, seed=1, draws=20_000)
    assert found.low.tolist() == [1, 1, 2, 1, 4, 5]  # csranks(x, V, R = 20000, seed = 5)
    assert found.high.tolist() == [3, 4, 4, 5, 6, 6]


# The studentised range at 5 %, infinite df (Pearson & Hartley 1954, table 29)
@pytest.mark.parametrize(("count", "range_"), [(3, 3.314), (10, 4.474), (20, 5.012)])
def test_the_widest_of_equal_estimates_counts_from_tukeys_honest_difference_on(count: int, range_: float) -> None:
    for factor, apart in ((0.98, False), (1.02, True)):
        value = np.linspace(0, range_ * factor, count)
        assert sets(value, 1.0, draws=40_000).above[-1, 0] == apart


def test_two_estimates_are_a_single_t_test() -> None:
    for difference, apart in ((2.05, False), (2.13, True)):  # t at 97.5 % on 10 + 10 df: 2.086
        assert sets([difference * np.sqrt(2), 0.0], 1.0, df=10, draws=40_000).above[0, 1] == apart


def test_equal_units_may_have_any_rank_in_95_of_100_draws() -> None:
    """Few draws behind each set do no harm: the critical value is exact for any number."""
    random, whole = np.random.default_rng(5), 0
    for seed in range(2_000):
        found = sets(random.standard_normal(11), 1.0, seed=seed, draws=199)
        whole += bool((found.low == 1).all() and (found.high == 11).all())
    assert whole / 2_000 >= 0.94


@pytest.mark.slow
@pytest.mark.parametrize("df", [1, 3, 9, 10, 30, np.inf])
@pytest.mark.parametrize("spread", [1.0, 10.0], ids=["equal errors", "errors 1 to 10"])
def test_all_true_ranks_lie_in_the_sets_in_95_of_100_draws(df: float, spread: float) -> None:
    """Truth with ties and gaps, standard errors themselves estimated on few degrees of freedom."""
    random, covered = np.random.default_rng(9), 0
    truth = np.array([0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 8.0])
    se = np.geomspace(1, spread, 11) / np.sqrt(spread)
    low = 1 + (truth[:, None] < truth).sum(axis=1)
    high = 11 - (truth[:, None] > truth).sum(axis=1)
    for seed in range(2_000):
        chance = random.chisquare(df, 11) / df if np.isfinite(df) else 1.0
        found = sets(truth + se * random.standard_normal(11), se * np.sqrt(chance), df=df, seed=seed, draws=1_000)
        covered += bool((found.low <= low).all() and (high <= found.high).all())
    assert covered / 2_000 >= 0.94


def test_what_is_far_apart_has_one_rank_each_and_ties_share_theirs() -> None:
    found = sets([30.0, 0.0, 20.0, 20.0], 1.0)
    assert found.low.tolist() == [1, 4, 2, 2]
    assert found.high.tolist() == [1, 4, 3, 3]


def test_fewer_degrees_of_freedom_never_tell_more_apart() -> None:
    value = np.linspace(0, 12, 6)
    pairs = [int(sets(value, 1.0, df=df).above.sum()) for df in (1, 2, 4, 9, 20, np.inf)]
    assert pairs == sorted(pairs)
    assert pairs[0] < pairs[-1]


def test_estimates_of_the_same_sampling_units_have_no_more_degrees_of_freedom_than_either() -> None:
    own = sets([3.2, 0.0], 1.0, df=12).chance[0, 1]
    together = sets([3.2, 0.0], 1.0, df=12, shared=np.ones((2, 2), dtype=bool)).chance[0, 1]
    assert own == pytest.approx(stdtr(24, 3.2 / np.sqrt(2)))
    assert together == pytest.approx(stdtr(12, 3.2 / np.sqrt(2)))


def test_the_chance_of_a_pair_is_one_less_the_one_sided_p_value() -> None:
    found = sets([1.0, 0.0, 0.0], 1.0)
    assert found.chance[0, 1] == pytest.approx(ndtr(1 / np.sqrt(2)))
    assert found.chance[1, 0] == pytest.approx(1 - found.chance[0, 1])
    assert found.chance[1, 2] == pytest.approx(0.5)


def test_what_has_no_error_to_judge_by_is_told_apart_from_nobody() -> None:
    for value, se, df in (
        ([9.0, 5.0, 0.0], [1.0, 1.0, 1.0], [0, 30, 30]),  # a single sampling unit
        ([np.nan, 5.0, 0.0], [1.0, 1.0, 1.0], [30, 30, 30]),
        ([9.0, 5.0, 0.0], [np.nan, 1.0, 1.0], [30, 30, 30]),
    ):
        found = sets(value, np.array(se), df=np.array(df, dtype=float))
        assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 2], [3, 2, 3])
        assert np.isnan(found.chance[0]).all()
    same = rank_sets(np.array([1.0, 0.0]), np.ones((2, 2)), level=0.95, seed=1)  # one and the same error
    assert not same.above.any()


def test_variances_that_lie_far_apart_do_no_harm() -> None:
    found = sets([0.0, 3.0, -40.0], np.array([1e-9, 1.0, 1.0]), df=np.inf, draws=40_000)
    assert (found.low.tolist(), found.high.tolist()) == ([2, 1, 3], [2, 1, 3])
    assert sets([0.0, 1.9, -40.0], np.array([1e-9, 1.0, 1.0])).high.tolist() == [2, 2, 3]


def test_nobody_and_one_alone_are_ranked_too() -> None:
    assert len(sets([], 1.0).low) == 0
    assert (sets([3.0], 1.0).low.tolist(), sets([3.0], 1.0).high.tolist()) == ([1], [1])


def test_the_same_seed_gives_the_same_sets() -> None:
    value = np.random.default_rng(3).standard_normal(30) * 2
    first, second = (sets(value, 1.0, seed=4) for _ in range(2))
    assert (first.above == second.above).all()


def test_what_cannot_be_meant_is_refused() -> None:
    for wrong, code in (
        (lambda: rank_sets(np.zeros(3), np.eye(2), level=0.95, seed=1), "SIM_SHAPE"),
        (lambda: sets([1.0, 2.0], 1.0, level=95), "EST_BAD_LEVEL"),
        (lambda: sets([1.0, 2.0], 1.0, draws=0), "EST_NOT_COUNT"),
    ):
        with pytest.raises(EstimationError) as refused:
            wrong()
        assert refused.value.code == code
