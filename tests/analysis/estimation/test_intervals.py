"""Intervals against published tables and scipy's own, and their properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.estimation.intervals import interval


def test_wilson_is_scipys_when_the_sample_is_simple_and_large() -> None:
    p, n = 0.42, 250
    low, high, _ = interval(p, math.sqrt(p * (1 - p) / n), method="wilson", level=0.95, df=1e9, n=n)
    known = stats.binomtest(105, 250).proportion_ci(0.95, method="wilson")
    assert (low, high) == (pytest.approx(known.low, rel=1e-6), pytest.approx(known.high, rel=1e-6))


def test_beta_at_an_effective_n_of_n_is_clopper_pearson() -> None:
    p, n = 81 / 263, 263  # Agresti & Coull (1998) use this size of sample; limits by scipy's exact method
    low, high, _ = interval(p, math.sqrt(p * (1 - p) / n), method="beta", level=0.95, df=n - 1, n=n)
    known = stats.binomtest(81, 263).proportion_ci(0.95, method="exact")
    assert (low, high) == (pytest.approx(known.low, rel=1e-9), pytest.approx(known.high, rel=1e-9))


def test_at_nobody_and_everybody_logit_becomes_exact() -> None:
    for value, hits in ((0.0, 0), (1.0, 20)):
        low, high, method = interval(value, 0.0, method="logit", level=0.95, df=19, n=20)
        known = stats.binomtest(hits, 20).proportion_ci(0.95, method="exact")
        assert method == "beta"
        assert (low, high) == (pytest.approx(known.low, abs=1e-12), pytest.approx(known.high, abs=1e-12))


@pytest.mark.parametrize("method", ["logit", "wilson", "beta"])
def test_a_share_that_cannot_vary_is_its_own_interval(method) -> None:
    for se in (0.0, 3e-17, 1e-10):
        assert interval(0.4, se, method=method, level=0.95, df=20, n=100)[:2] == (0.4, 0.4)


def test_t_is_the_textbook_interval() -> None:
    low, high, _ = interval(10.0, 2.0, method="t", level=0.95, df=10, n=11)
    assert (low, high) == (pytest.approx(10 - 2 * 2.228139), pytest.approx(10 + 2 * 2.228139))


@given(
    st.floats(0.001, 0.999),
    st.floats(0.001, 0.3),
    st.sampled_from(["logit", "wilson", "beta"]),
    st.floats(1, 500),
    st.integers(2, 5000),
)
def test_a_share_interval_holds_its_share_and_stays_within_0_and_1(p, se, method, df, n) -> None:
    low, high, _ = interval(p, se, method=method, level=0.95, df=df, n=n)
    assert 0 <= low <= p <= high <= 1


def test_without_degrees_of_freedom_there_is_no_interval() -> None:
    low, high, _ = interval(0.5, 0.1, method="logit", level=0.95, df=0, n=3)
    assert math.isnan(low)
    assert math.isnan(high)
