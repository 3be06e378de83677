"""Intervals against R `survey`, R's hypergeometric distribution, scipy's own and enumeration; and their properties."""

import math
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit, stdtrit

from analysis.estimation.errors import EstimationError
from analysis.estimation.intervals import finite_population_limits, limits, transform

SHARES = ["logit", "likelihood", "asin", "beta", "xlogit", "wilson"]

# d <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc); svyciprop(~I(stype=="H"), d, method=, level=)
CLUS1 = {"value": 0.07650273224044, "se": 0.02681021905077, "df": 14, "n": 183}
CLUS1_LIMITS = [
    ("t", 0.95, 0.01900053132018, 0.1340049331607),
    ("t", 0.90, 0.02928162168397, 0.1237238427969),
    ("logit", 0.95, 0.03540883462063, 0.1575011182847),
    ("logit", 0.90, 0.04072945220098, 0.1391388232862),
    ("xlogit", 0.95, 0.03540883462063, 0.1575011182847),
    ("asin", 0.95, 0.02931949710898, 0.1434289397068),
    ("asin", 0.90, 0.03619520531509, 0.1301414176115),
    ("beta", 0.95, 0.02963810620717, 0.1560225487885),
    ("beta", 0.90, 0.03553303215801, 0.1411361428303),
]

# m <- svyglm(y ~ 1, design, family=quasibinomial, control=list(epsilon=1e-15, maxit=200))
# plogis(confint(m, level=, method="likelihood", ddf=degf(design)))       (share, se, level, df, n, low, high)
LIKELIHOOD = [
    # apiclus1, stype=="H"; sch.wide=="Yes"
    (0.076502732240438, 0.026810219050771, 0.95, 14, 183, 0.031776458547464, 0.14726112335969),
    (0.87431693989071, 0.020359477244627, 0.95, 14, 183, 0.82628842641875, 0.91369436850856),
    # apistrat, yr.rnd=="Yes"
    (0.13748789003744, 0.027713470376394, 0.50, 197, 200, 0.11943784897778, 0.15697041713189),
    (0.13748789003744, 0.027713470376394, 0.95, 197, 200, 0.088934464748433, 0.19816404747116),
    (0.13748789003744, 0.027713470376394, 0.99, 197, 200, 0.076098796045925, 0.21982263308368),
    # simulated: set.seed(3); 60 independent with p = 0.1; 20 clusters of 15 with p = 0.03
    (0.047347083496211, 0.028077793359015, 0.95, 59, 60, 0.010377899575998, 0.12572710401969),
    (0.050855871952358, 0.01324935671607, 0.95, 19, 300, 0.027730255870615, 0.083472044379535),
    # citizen395_a: q1 >= 4; q2 >= 4 in districts 2 and 5, with 4 and 3 degrees of freedom
    (0.74609100142125, 0.023895477240801, 0.95, 54, 386, 0.69626195855102, 0.79195209769753),
    (0.7813346013308, 0.12297927949647, 0.95, 4, 31, 0.37005975997214, 0.98066815860782),
    (0.49986561908248, 0.15449378546243, 0.95, 3, 30, 0.10219882263916, 0.89766630458595),
]

# r <- as.svrepdesign(d, type="JK1"); svymean(~I(as.numeric(stype=="H")), r, return.replicates=TRUE)
JK1_SCALE = 0.9148392778512
JK1_REPLICATES = np.array(
    [
        *(0.07558139534884, 0.07262569832402, 0.07734806629834, 0.08235294117647, 0.07734806629834),
        *(0.07262569832402, 0.07262569832402, 0.08383233532934, 0.05747126436782, 0.09395973154362),
        *(0.07407407407407, 0.07534246575342, 0.08235294117647, 0.07692307692308, 0.07602339181287),
    ]
)
# svyciprop(~I(stype=="H"), r, method=)
JK1_LIMITS = [
    ("t", 0.01692076619347, 0.1360846982874),
    # plogis(confint(svyglm(I(stype=="H") ~ 1, r, quasibinomial, control=list(epsilon=1e-15)), ddf=14)):
    # svyciprop stops its fit early, 2e-8 from this
    ("logit", 0.0336487046233236, 0.164636093409513),
    ("asin", 0.02801391729289, 0.1461823992948),
    ("beta", 0.02837458371101, 0.159769992979),
    ("xlogit", 0.03441702947009, 0.1614468172596),
]


def one(method: str, value: float, se: float, *, level: float = 0.95, df: float = 54, n: float = 100, **more):
    low, high, methods = limits(np.array([value]), np.array([se]), method=method, level=level, df=df, n=n, **more)
    return low[0], high[0], methods[0]


@pytest.mark.parametrize(("method", "level", "low", "high"), CLUS1_LIMITS)
def test_each_method_is_rs(method, level, low, high) -> None:
    assert one(method, level=level, **CLUS1)[:2] == (pytest.approx(low, rel=1e-11), pytest.approx(high, rel=1e-11))


@pytest.mark.parametrize(("share", "se", "level", "df", "n", "low", "high"), LIKELIHOOD)
def test_likelihood_is_rs_when_r_has_fitted_to_the_end(share, se, level, df, n, low, high) -> None:
    found = one("likelihood", share, se, level=level, df=df, n=n)
    assert found[:2] == (pytest.approx(low, rel=2e-8), pytest.approx(high, rel=2e-8))


def test_likelihood_puts_the_scaled_deviance_at_the_f_quantile() -> None:
    rng = np.random.default_rng(7)
    share, n = rng.uniform(0.05, 0.95, 200), 5000.0
    se = np.sqrt(share * (1 - share) / n * rng.uniform(0.8, 3, 200))
    limit = limits(share, se, method="likelihood", level=0.9, df=40, n=n)
    quantile = stats.f.ppf(0.9, 1, 40)
    for end in limit[:2]:
        divergence = share * np.log(share / end) + (1 - share) * np.log((1 - share) / (1 - end))
        scaled = 2 * divergence * (n - 1) / n * share * (1 - share) / se**2
        assert scaled == pytest.approx(np.full(200, quantile), rel=3e-4)  # R reads it off straight lines; so do we


def test_likelihood_is_solved_exactly_where_rs_profile_does_not_reach() -> None:
    share, se = np.array([0.001, 0.97, 0.3, 1e-9, 0.5]), np.array([0.2, 0.3, 1e-7, 1e-4, 3.0])
    low, high, _ = limits(share, se, method="likelihood", level=0.95, df=5, n=math.nan)
    target = stdtrit(5, 0.975) ** 2 * se**2 / (2 * share * (1 - share))
    reached = 0
    for end in (low, high):
        inside = (end > 0) & (end < 1) & (np.abs(logit(end)) < 30)
        reached += inside.sum()
        divergence = stats.entropy(np.stack([share, 1 - share]), np.stack([end, 1 - end]))[inside]
        assert divergence == pytest.approx(target[inside], rel=1e-6)
    assert reached >= 3
    assert np.all((low <= share) & (share <= high))


@pytest.mark.parametrize(("method", "low", "high"), JK1_LIMITS)
def test_on_replicates_only_logit_takes_its_error_on_the_scale_as_r_does(method, low, high) -> None:
    def replicate_se(values):
        return math.sqrt(JK1_SCALE * ((values - values.mean()) ** 2).sum())

    on_scale = np.array([replicate_se(transform(method, JK1_REPLICATES))])
    assert replicate_se(JK1_REPLICATES) == pytest.approx(0.02777990295381, rel=1e-10)
    found = one(method, CLUS1["value"], replicate_se(JK1_REPLICATES), df=14, n=183, scale_se=on_scale)
    assert found[:2] == (pytest.approx(low, rel=1e-10), pytest.approx(high, rel=1e-10))


def test_an_error_on_the_scale_that_is_not_finite_gives_way_to_the_delta_method() -> None:
    for unknown in (math.nan, math.inf):
        assert one("logit", 0.9, 0.05, scale_se=np.array([unknown])) == one("logit", 0.9, 0.05)


def test_likelihood_takes_the_error_of_the_logit_from_replicates_too() -> None:
    assert one("likelihood", 0.9, 0.05, scale_se=np.array([0.06 / 0.09]))[:2] == pytest.approx(
        one("likelihood", 0.9, 0.06)[:2], rel=1e-12
    )


def test_wilson_is_scipys_when_the_sample_is_simple_and_large() -> None:
    p, n = 0.42, 250
    low, high, _ = one("wilson", p, math.sqrt(p * (1 - p) / n), df=1e9, n=n)
    known = stats.binomtest(105, 250).proportion_ci(0.95, method="wilson")
    assert (low, high) == (pytest.approx(known.low, rel=1e-6), pytest.approx(known.high, rel=1e-6))


def test_wilson_is_rs() -> None:
    # survey 4.5: svyciprop(~I(t1==1), subset(sp, !is.na(t1)), method='wilson', df=degf(sp)) of citizen395_a
    low, high, _ = one("wilson", 0.746091001421, 0.0238954772408, df=54, n=386)
    assert (low, high) == (pytest.approx(0.695434222503, rel=1e-10), pytest.approx(0.790856174623, rel=1e-10))


def test_beta_at_an_effective_n_of_n_is_clopper_pearson() -> None:
    p, n = 81 / 263, 263  # Agresti & Coull (1998) use this size of sample; limits by scipy's exact method
    low, high, _ = one("beta", p, math.sqrt(p * (1 - p) / n), df=n - 1, n=n)
    known = stats.binomtest(81, 263).proportion_ci(0.95, method="exact")
    assert (low, high) == (pytest.approx(known.low, rel=1e-9), pytest.approx(known.high, rel=1e-9))


@pytest.mark.parametrize("method", ["logit", "likelihood", "asin", "beta", "xlogit"])
def test_at_nobody_and_everybody_the_interval_is_exact(method) -> None:
    low, high, methods = limits(np.array([0.0, 1.0]), np.zeros(2), method=method, level=0.95, df=19, n=20)
    assert methods == ("beta", "beta")
    for row, hits in enumerate((0, 20)):
        known = stats.binomtest(hits, 20).proportion_ci(0.95, method="exact")
        assert (low[row], high[row]) == (pytest.approx(known.low, abs=1e-12), pytest.approx(known.high, abs=1e-12))


@pytest.mark.parametrize("method", SHARES)
def test_a_share_that_cannot_vary_is_its_own_interval(method) -> None:
    for se in (0.0, 3e-17, 1e-10):
        assert one(method, 0.4, se, df=20)[:2] == (0.4, 0.4)


@pytest.mark.parametrize("method", ["asin", "wilson", "beta", "logit", "xlogit", "likelihood"])
def test_limits_of_a_small_share_with_a_large_error_stay_within_0_and_1(method) -> None:
    low, high, _ = limits(np.array([0.01, 0.99]), np.array([0.02, 0.02]), method=method, level=0.99, df=5, n=40)
    assert np.all((low >= 0) & (high <= 1) & (low < high))
    assert low[0] < 0.01 < high[0]


def test_t_is_the_textbook_interval() -> None:
    low, high, _ = one("t", 10.0, 2.0, df=10, n=11)
    assert (low, high) == (pytest.approx(10 - 2 * 2.228139), pytest.approx(10 + 2 * 2.228139))


@pytest.mark.parametrize("method", ["t", *SHARES])
def test_many_at_once_are_the_same_as_one_at_a_time_whatever_differs_between_them(method) -> None:
    rng = np.random.default_rng(11)
    k = 60
    value, se = rng.uniform(0, 1, k), rng.uniform(0.001, 0.2, k)
    value[:4], se[4:6], se[6], value[7] = (0.0, 1.0, 0.0, 1.0), 0.0, math.nan, math.nan
    level, df, n = rng.uniform(0.5, 0.999, k), rng.integers(0, 80, k).astype(float), rng.integers(1, 900, k)
    low, high, methods = limits(value, se, method=method, level=level, df=df, n=n)
    for row in range(k):
        alone = one(method, value[row], se[row], level=level[row], df=df[row], n=n[row])
        assert (low[row], high[row]) == pytest.approx(alone[:2], rel=1e-12, nan_ok=True)
        assert methods[row] == alone[2]


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.001, 0.999),
    st.floats(0.001, 0.3),
    st.sampled_from(SHARES),
    st.floats(1, 500),
    st.integers(2, 5000),
)
def test_a_share_interval_holds_its_share_and_stays_within_0_and_1(p, se, method, df, n) -> None:
    low, high, _ = one(method, p, se, df=df, n=n)
    assert 0 <= low <= p <= high <= 1


@settings(max_examples=40, deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.2), st.sampled_from(SHARES), st.integers(3, 3000))
def test_the_interval_of_those_who_did_not_is_the_mirror_image(p, se, method, n) -> None:
    low, high, _ = one(method, p, se, n=n)
    mirrored = one(method, 1 - p, se, n=n)
    assert (low, high) == (pytest.approx(1 - mirrored[1], abs=1e-9), pytest.approx(1 - mirrored[0], abs=1e-9))


def test_without_degrees_of_freedom_or_error_there_is_no_interval() -> None:
    for method in ("t", *SHARES):
        for value, se, df in (
            (0.5, 0.1, 0),
            (0.5, math.nan, 9),
            (math.nan, 0.1, 9),
            (1.0, 0.0, 0),
            (0.5, 0.1, math.nan),
        ):
            low, high, used = one(method, value, se, df=df, n=3)
            assert math.isnan(low)
            assert math.isnan(high)
            assert used == method


def test_thousands_of_intervals_take_milliseconds() -> None:
    rng = np.random.default_rng(3)
    value, se = rng.uniform(0.01, 0.99, 2860), rng.uniform(0.001, 0.1, 2860)
    best = math.inf
    for _ in range(5):
        start = time.process_time()
        limits(value, se, method="logit", level=0.95, df=54.0, n=100.0)
        best = min(best, time.process_time() - start)
    assert best < 0.01


def test_unknown_methods_and_levels_are_refused() -> None:
    with pytest.raises(EstimationError, match="likelihood"):
        one("normal", 0.5, 0.1)
    for level in (0.0, 1.0, 95):
        with pytest.raises(EstimationError) as refused:
            one("t", 0.5, 0.1, level=level)
        assert refused.value.code == "EST_BAD_LEVEL"


def test_transform_is_the_scale_on_which_the_interval_is_symmetric() -> None:
    low, high, _ = one("logit", 0.8, 0.05)
    assert transform("logit", np.array([low, high])).mean() == pytest.approx(logit(0.8))
    assert expit(transform("likelihood", np.array([0.3])))[0] == pytest.approx(0.3)
    for method in ("t", "xlogit", "asin", "beta", "wilson"):
        assert transform(method, np.array([0.3]))[0] == 0.3


# K <- 0:N; range(K[phyper(x, K, N-K, n) > a & phyper(x-1, K, N-K, n, lower.tail=FALSE) > a]), a = (1-level)/2
@pytest.mark.parametrize(
    ("hits", "n", "population", "low", "high"),
    [
        (0, 200, 1000, 0, 16),
        (3, 20, 50, 3, 16),
        (45, 50, 60, 51, 55),
        (7, 10, 400, 141, 372),
        (395, 500, 1200, 913, 980),
        (150, 395, 5000, 1668, 2138),
        (0, 1, 30, 0, 29),
        (1, 30, 2_000_000, 1688, 344336),
    ],
)
def test_a_finite_population_has_the_exact_hypergeometric_limits(hits, n, population, low, high) -> None:
    found = finite_population_limits(hits, n, population, level=0.95)
    assert (found[0][0], found[1][0]) == (low, high)


def test_finite_population_limits_are_those_of_counting_all_samples() -> None:
    n, population, tail = 6, 15, Fraction(1, 10)
    for hits in range(n + 1):
        kept = []
        for total in range(hits, population - (n - hits) + 1):
            ways = [math.comb(total, x) * math.comb(population - total, n - x) for x in range(n + 1)]
            below, above = Fraction(sum(ways[: hits + 1]), sum(ways)), Fraction(sum(ways[hits:]), sum(ways))
            if below > tail and above > tail:
                kept.append(total)
        low, high = finite_population_limits(hits, n, population, level=0.8)
        assert (low[0], high[0]) == (min(kept), max(kept))


def test_when_everybody_was_asked_the_count_is_known_and_when_few_were_it_is_clopper_pearson() -> None:
    low, high = finite_population_limits([4, 0, 10], 10, 10, level=0.95)
    assert (low.tolist(), high.tolist()) == ([4, 0, 10], [4, 0, 10])
    low, high = finite_population_limits(81, 263, 10**9, level=0.95)
    known = stats.binomtest(81, 263).proportion_ci(0.95, method="exact")
    assert (low[0] / 1e9, high[0] / 1e9) == (pytest.approx(known.low, rel=1e-5), pytest.approx(known.high, rel=1e-5))


def test_finite_population_limits_cover_at_least_as_often_as_they_say() -> None:
    n, population = 12, 40
    low, high = finite_population_limits(np.arange(n + 1), n, population, level=0.9)
    for total in range(population + 1):
        chance = stats.hypergeom(population, total, n).pmf(np.arange(n + 1))
        assert chance[(low <= total) & (total <= high)].sum() >= 0.9 - 1e-12


def test_counts_that_cannot_be_are_refused() -> None:
    for hits, n, population in ((5, 4, 10), (-1, 4, 10), (2, 11, 10)):
        with pytest.raises(EstimationError) as refused:
            finite_population_limits(hits, n, population, level=0.95)
        assert refused.value.code == "EST_FINITE"
    with pytest.raises(EstimationError, match="confidence level"):
        finite_population_limits(1, 2, 3, level=1.5)
