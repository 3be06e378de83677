"""Levels for a list of intervals: published tables, cases where the answer is known, and the order of the methods."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, stdtrit

from analysis.estimation.errors import EstimationError
from analysis.estimation.intervals import limits
from analysis.estimation.simultaneous import bonferroni, bootstrap_max_t, max_t, sidak


def multiplier(level: float, df: float) -> float:
    return float(stdtrit(df, (1 + level) / 2))


def equicorrelated(m: int, correlation: float) -> np.ndarray:
    return np.full((m, m), correlation) + (1 - correlation) * np.eye(m)


def bootstrap(correlation: np.ndarray, replicates: int) -> np.ndarray:
    spread = np.linspace(0.01, 5, len(correlation))
    rng = np.random.default_rng(8)
    return rng.multivariate_normal(np.zeros(len(correlation)), correlation, replicates, method="eigh") * spread


# Dunnett (1964), two-sided 5 %: comparisons with a control, correlation 1/2
@pytest.mark.parametrize(
    ("m", "df", "published"), [(2, 10, 2.57), (5, 10, 2.99), (2, 20, 2.38), (5, 20, 2.73), (5, np.inf, 2.51)]
)
def test_max_t_is_dunnetts_table_at_a_correlation_of_one_half(m, df, published) -> None:
    level = max_t(equicorrelated(m, 0.5) * 7.0, df=df, level=0.95, seed=1, draws=200_000)
    assert multiplier(level, df) == pytest.approx(published, abs=0.02)


# Studentized maximum modulus, 5 %; in R: uniroot(function(c) integrate(function(s)
#   (2*pnorm(c*s)-1)^m * 2*s*df*dchisq(df*s^2, df), 0, Inf)$value - .95, c(1.5, 8))
@pytest.mark.parametrize(("m", "df", "known"), [(5, 10, 3.1025274443), (10, 20, 3.1139689585), (3, 5, 3.3992400784)])
def test_max_t_is_the_studentized_maximum_modulus_without_correlation(m, df, known) -> None:
    level = max_t(np.diag(np.arange(1.0, m + 1)), df=df, level=0.95, seed=1, draws=200_000)
    assert multiplier(level, df) == pytest.approx(known, abs=0.02)


def test_bonferroni_and_sidak_are_their_formulas() -> None:
    assert multiplier(bonferroni(5, 0.95), 20) == pytest.approx(2.845, abs=5e-4)  # t tables: 0.995 on 20
    assert bonferroni(10, 0.9) == pytest.approx(0.99)
    assert multiplier(sidak(10, 0.95), np.inf) == pytest.approx(2.800, abs=5e-4)  # maximum modulus of 10 normals
    assert sidak(2, 0.81) == pytest.approx(0.9)


@pytest.mark.parametrize("df", [4, 54, np.inf])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9, 1.0])
def test_bonferroni_is_wider_than_sidak_than_max_t_than_a_single_interval(df, correlation) -> None:
    found = max_t(equicorrelated(12, correlation), df=df, level=0.95, seed=5)
    assert bonferroni(12, 0.95) > sidak(12, 0.95) >= found - 5e-4
    assert found >= 0.95


def test_alone_there_is_nothing_to_adjust() -> None:
    assert bonferroni(1, 0.9) == pytest.approx(0.9)
    assert sidak(1, 0.9) == pytest.approx(0.9)
    assert max_t(np.array([[3.0]]), df=7, level=0.9, seed=1) == pytest.approx(0.9)
    assert bootstrap_max_t(bootstrap(np.eye(1), 500), level=0.9, seed=1) == pytest.approx(0.9)


def test_perfectly_correlated_estimates_are_one_estimate() -> None:
    assert max_t(np.outer([1.0, -2, 3], [1.0, -2, 3]), df=9, level=0.95, seed=1) == pytest.approx(0.95, abs=0.006)
    same = bootstrap(equicorrelated(4, 1.0), 20_000)
    assert bootstrap_max_t(same, level=0.95, seed=1) == pytest.approx(0.95, abs=0.006)


def test_independent_estimates_need_sidaks_level() -> None:
    assert max_t(np.eye(6), df=np.inf, level=0.95, seed=2, draws=200_000) == pytest.approx(sidak(6, 0.95), abs=5e-4)
    found = bootstrap_max_t(bootstrap(np.eye(6), 40_000), level=0.95, seed=1)
    assert found == pytest.approx(sidak(6, 0.95), abs=1e-3)


def test_bootstrap_and_parametric_max_t_agree_on_normal_replicates() -> None:
    correlation = equicorrelated(8, 0.6)
    parametric = max_t(correlation, df=np.inf, level=0.9, seed=1, draws=100_000)
    assert bootstrap_max_t(bootstrap(correlation, 40_000), level=0.9, seed=1) == pytest.approx(parametric, abs=2e-3)


@pytest.mark.parametrize("df", [5.0, [3.0, 3.0, 8.0, 60.0]])
def test_the_joint_level_holds_in_simulation(df) -> None:
    # A common error of the error, as max_t assumes; a second generator and its own way of drawing
    correlation, rng, draws = equicorrelated(4, 0.4), np.random.default_rng(99), 60_000
    level = max_t(correlation, df=df, level=0.9, seed=3, draws=60_000)
    freedom = np.broadcast_to(df, 4)
    normal = rng.multivariate_normal(np.zeros(4), correlation, draws)
    half = stdtrit(freedom, (1 + level) / 2)
    if np.ptp(freedom) == 0:
        normal /= np.sqrt(rng.chisquare(freedom[0], draws) / freedom[0])[:, None]
        assert np.mean(np.all(np.abs(normal) <= half, axis=1)) == pytest.approx(0.9, abs=0.006)
    else:  # errors of errors of their own: the common one is close, and no further from Šidák
        normal /= np.sqrt(rng.chisquare(freedom, (draws, 4)) / freedom)
        assert np.mean(np.all(np.abs(normal) <= half, axis=1)) == pytest.approx(0.9, abs=0.02)
        assert level <= sidak(4, 0.9) + 1e-3


def test_the_same_seed_gives_the_same_level() -> None:
    covariance = equicorrelated(5, 0.2)
    first, again, other = (max_t(covariance, df=20, level=0.95, seed=seed) for seed in (4, 4, 5))
    assert first == again
    assert first != other
    assert first == pytest.approx(other, abs=2e-3)


def test_estimates_without_an_interval_do_not_count() -> None:
    covariance = equicorrelated(5, 0.2)
    covariance[3], covariance[:, 3] = np.nan, np.nan
    without = max_t(covariance, df=[9, 9, 9, 9, 0], level=0.95, seed=1)
    assert without == max_t(equicorrelated(3, 0.2), df=9, level=0.95, seed=1)
    assert max_t(np.full((2, 2), np.nan), df=9, level=0.95, seed=1) == pytest.approx(0.95)
    deviations = bootstrap(equicorrelated(3, 0.2), 1000)
    with_unknown = np.column_stack([deviations, np.full(1000, np.nan)])
    assert bootstrap_max_t(with_unknown, level=0.95, seed=1) == bootstrap_max_t(deviations, level=0.95, seed=1)


def test_a_share_of_nobody_counts_as_independent() -> None:
    covariance = np.diag([1.0, 1.0, 0.0, 0.0])
    assert max_t(covariance, df=np.inf, level=0.95, seed=1, draws=200_000) == pytest.approx(sidak(4, 0.95), abs=5e-4)
    assert max_t(np.zeros((3, 3)), df=9, level=0.95, seed=1) == sidak(3, 0.95)
    deviations = np.column_stack([bootstrap(np.eye(2), 40_000), np.zeros((40_000, 2))])
    assert bootstrap_max_t(deviations, level=0.95, seed=1) == pytest.approx(sidak(4, 0.95), abs=1e-3)
    assert bootstrap_max_t(np.zeros((500, 2)), level=0.95, seed=1) == sidak(2, 0.95)


def test_the_unit_of_an_estimate_does_not_matter() -> None:
    covariance, unit = equicorrelated(4, 0.5), np.array([1e-3, 1, 50, 1e4])
    rescaled = max_t(covariance * np.outer(unit, unit), df=12, level=0.95, seed=1)
    assert rescaled == pytest.approx(max_t(covariance, df=12, level=0.95, seed=1), abs=3e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 200), st.floats(0.5, 0.995), st.floats(0.01, 0.99), st.integers(2, 60))
def test_simultaneous_limits_of_shares_stay_within_0_and_1_and_hold_the_single_ones(m, level, share, df) -> None:
    value, se = np.full(1, share), np.full(1, 0.3 * np.sqrt(share * (1 - share)))
    single = limits(value, se, method="logit", level=level, df=df, n=50)
    together = limits(value, se, method="logit", level=sidak(m, level), df=df, n=50)
    assert 0 <= together[0][0] <= single[0][0] + 1e-12
    assert single[1][0] - 1e-12 <= together[1][0] <= 1


def test_too_few_replicates_and_impossible_levels_are_refused() -> None:
    with pytest.raises(EstimationError, match="at least 200") as refused:
        bootstrap_max_t(np.zeros((199, 3)), level=0.95, seed=1)
    assert refused.value.code == "SIM_FEW_REPLICATES"
    for call in (
        lambda: bonferroni(3, 1.0),
        lambda: sidak(3, 0.0),
        lambda: max_t(np.eye(2), df=3, level=95, seed=1),
        lambda: bootstrap_max_t(np.zeros((500, 2)), level=-1, seed=1),
    ):
        with pytest.raises(EstimationError, match="confidence level"):
            call()


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("EST_NOT_COUNT", lambda: bonferroni(-3, 0.95)),
        ("EST_NOT_COUNT", lambda: sidak(2.5, 0.95)),
        ("EST_NOT_COUNT", lambda: max_t(np.eye(2), df=3, level=0.95, seed=-1)),
        ("EST_NOT_COUNT", lambda: max_t(np.eye(2), df=3, level=0.95, seed="2026")),
        ("EST_NOT_COUNT", lambda: max_t(np.eye(2), df=3, level=0.95, seed=1, draws=0)),
        ("EST_NOT_COUNT", lambda: bootstrap_max_t(np.zeros((500, 2)), level=0.95, seed=-1)),
        ("SIM_SHAPE", lambda: max_t(np.ones(3), df=3, level=0.95, seed=1)),
        ("SIM_SHAPE", lambda: max_t(np.ones((2, 3)), df=3, level=0.95, seed=1)),
        ("SIM_SHAPE", lambda: max_t(np.array(1.0), df=3, level=0.95, seed=1)),
        ("SIM_SHAPE", lambda: max_t(np.eye(3), df=[3, 4], level=0.95, seed=1)),
        ("SIM_SHAPE", lambda: bootstrap_max_t(np.zeros(500), level=0.95, seed=1)),
    ],
)
def test_numbers_and_shapes_that_cannot_be_are_refused(code, call) -> None:
    with pytest.raises(EstimationError) as refused:
        call()
    assert refused.value.code == code


def test_with_two_independent_normals_the_joint_chance_is_a_product() -> None:
    level = max_t(np.eye(2), df=np.inf, level=0.81, seed=6, draws=200_000)
    assert (2 * ndtr(multiplier(level, np.inf)) - 1) ** 2 == pytest.approx(0.81, abs=0.005)
