"""Contrasts, differences and smooth functions of estimates against R, scipy, regression and hand calculations."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import stdtrit

from analysis.estimation import Design, EstimationError, Precision, Sample, mean, ratio, share, total
from analysis.estimation.contrasts import contrast, difference, smooth
from analysis.estimation.dispersion import variance
from analysis.estimation.joint import join
from analysis.estimation.models import glm
from analysis.estimation.no_arithmetic import NoArithmetic
from analysis.estimation.quantiles import quantile
from analysis.estimation.replication import replicate
from analysis.estimation.weighting import rake
from tests.analysis import cases
from tests.analysis.estimation.survey395 import DATA, rows, sample


def quotient(values: np.ndarray) -> np.ndarray:
    return np.asarray(values[0] / values[1])


def test_a_linear_contrast_equals_r() -> None:
    # R: svycontrast(svymean(~wait_days+fee, sp), c(wait_days=2, fee=-.5))
    found = contrast(mean(sample("sp"), ["wait_days", "fee"]), {"wait_days": 2, "fee": -0.5}, label="cost")
    assert (found.value[0], found.se[0]) == pytest.approx((-7.64186361397, 1.0030120321624), rel=1e-11)
    assert (found.labels, found.df[0], found.n[0]) == (("cost",), 54, 395)
    # R: svycontrast(svyby(~score, ~age, sp, svymean, na.rm=TRUE, covmat=TRUE), c(`1`=.5,`2`=.5,`3`=-.5,`4`=-.5))
    by_age = mean(sample("sp"), "score", by=["age"])
    found = contrast(by_age, [0.5, 0.5, -0.5, -0.5])
    assert (found.value[0], found.se[0]) == pytest.approx((-2.87469527338, 2.210110452878), rel=1e-11)
    assert found.n[0] == by_age.n.min()


def test_a_contrast_of_domains_equals_r_on_replicates_too() -> None:
    # R: svycontrast(svyby(~score, ~age, jk, svymean, na.rm=TRUE, covmat=TRUE), c(`1`=1, `4`=-1))
    found = contrast(mean(sample("jkn"), "score", by=["age"]), {("score", "1"): 1, ("score", "4"): -1})
    assert (found.value[0], found.se[0]) == pytest.approx((-4.2153827348617, 3.9107653644471), rel=1e-11)
    # R: svycontrast(svyby(~wait_days, ~sex+online, sp, svymean, covmat=TRUE), quote((`1.0`-`1.1`)-(`2.0`-`2.1`)))
    crossed = mean(sample("sp"), "wait_days", by=["sex", "online"])
    signs = {("wait_days", "1", "0"): 1, ("wait_days", "1", "1"): -1, ("wait_days", "2", "0"): -1}
    found = contrast(crossed, {**signs, ("wait_days", "2", "1"): 1})
    assert (found.value[0], found.se[0]) == pytest.approx((-0.392421871905, 0.68447779278934), rel=1e-11)


def test_smooth_functions_equal_r() -> None:
    # R: svycontrast(svymean(~wait_days+fee, sp), quote(wait_days/fee)); confint(…, df=54, level=.9)
    found = smooth(mean(sample("sp"), ["wait_days", "fee"]), quotient, labels="rate", level=0.9)
    assert (found.value[0], found.se[0]) == pytest.approx((0.132498124099, 0.0086146711799268), rel=1e-9)
    assert (found.low[0], found.high[0]) == pytest.approx((0.11808091273236, 0.14691533546533), rel=1e-9)
    # R: svycontrast(svymean(~wait_days+fee, jk), quote(wait_days/fee))
    found = smooth(mean(sample("jkn"), ["wait_days", "fee"]), quotient, labels="rate")
    assert found.se[0] == pytest.approx(0.0086368709427294, rel=1e-9)
    # R: svycontrast(svyby(~score, ~age, sp, svymean, na.rm=TRUE, covmat=TRUE), quote(log(`1`/`4`)))
    found = smooth(mean(sample("sp"), "score", by=["age"]), lambda ages: np.log(ages[0] / ages[3]), labels="log ratio")
    assert (found.value[0], found.se[0]) == pytest.approx((-0.0617390713028, 0.056449088480504), rel=1e-9)


@pytest.mark.parametrize("design", ["sp", "two", "rk", "jkn"])
def test_a_function_of_totals_is_the_ratio_and_the_domain_mean(design: str) -> None:
    made = sample(design)
    expected = ratio(made, "online", "complaint")
    totals = total(made, ["online", "complaint"])
    numeric = smooth(totals, quotient, labels="rate")
    exact = smooth(totals, quotient, labels="rate", gradient=lambda t: np.array([1 / t[1], -t[0] / t[1] ** 2]))
    assert exact.value[0] == pytest.approx(expected.value[0], rel=1e-12)
    assert numeric.se[0] == pytest.approx(exact.se[0], rel=1e-10)
    if made.replicates is None:
        assert exact.se[0] == pytest.approx(expected.se[0], rel=1e-11)


def test_a_difference_of_domains_is_one_number_by_three_routes() -> None:
    # R: svycontrast(svytotal(~on0+d0+on1+d1, rk), quote(on0/d0 - on1/d1))
    expected = pytest.approx((-0.0392506559765, 0.137864852217), rel=1e-10)
    made, district = sample("rk"), rows()["district"]
    domains = mean(made, "online", by=["district"])
    by_contrast = contrast(domains, {("online", "0"): 1, ("online", "1"): -1})
    by_where = difference(*(mean(made, "online", where=district == k) for k in (0, 1)))
    frame = rows().assign(**{f"d{k}": (district == k) * 1.0 for k in (0, 1)})
    frame = frame.assign(on0=frame["d0"] * frame["online"], on1=frame["d1"] * frame["online"])
    targets = cases.population(DATA)
    margins = {name: targets[name] for name in ("sex", "age", "district")}
    totals = total(rake(Sample.of(frame, made.design), margins, residuals="equal"), ["on0", "d0", "on1", "d1"])
    by_totals = smooth(totals, lambda t: t[0] / t[1] - t[2] / t[3], labels="difference")
    for found in (by_contrast, by_where, by_totals):
        assert (found.value[0], found.se[0]) == expected


def test_a_difference_of_domain_means_is_the_slope_of_a_regression() -> None:
    """Weighted least squares of the score on being 1 rather than 2, with its sandwich variance over PSUs by hand."""
    frame = rows()
    x = np.column_stack([np.ones(len(frame)), frame["sex"] == 1])
    w, y = frame["w"].to_numpy(), frame["score"].to_numpy()
    bread = np.linalg.inv((x * w[:, None]).T @ x)
    beta = bread @ (x * w[:, None]).T @ y
    influence = (x * (w * (y - x @ beta))[:, None]) @ bread
    psus = frame.assign(z=influence[:, 1]).groupby(["stratum", "psu"])["z"].sum()
    spread = sum(len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum() for _, z in psus.groupby("stratum"))
    found = contrast(mean(sample("sp"), "score", by=["sex"]), {("score", "1"): 1, ("score", "2"): -1})
    assert found.value[0] == pytest.approx(beta[1], rel=1e-11)
    assert found.se[0] == pytest.approx(np.sqrt(spread), rel=1e-11)


def test_equal_estimates_differ_by_nothing_for_certain() -> None:
    one, other = (mean(sample("sp"), ["wait_days", "q1"], by=["district"]) for _ in range(2))
    found = difference(one, other)
    assert not found.value.any()
    assert not found.se.any()
    assert (found.by, found.labels) == (one.by, one.labels)
    assert (found.df == 54).all()


def test_weights_differ_within_one_sample() -> None:
    """A figure raked and as drawn: of one sample, so their difference is surer than of two."""
    one, other = mean(sample("rk"), "wait_days"), mean(sample("sp"), "wait_days")
    found = difference(one, other)
    assert found.variance[0] < one.variance[0] + other.variance[0]
    assert len(found.spread.deviations()) == len(one.spread.deviations())


def test_welch_s_interval_is_that_of_two_simple_random_samples() -> None:
    dice = np.random.default_rng(2)
    ys = dice.normal(5, 1, 12), dice.normal(4, 3, 30)
    found = difference(*(mean(Sample.of({"y": y}, Design()), "y") for y in ys))
    expected = stats.ttest_ind(*ys, equal_var=False)
    limits = expected.confidence_interval(0.95)
    assert found.value[0] / found.se[0] == pytest.approx(expected.statistic, rel=1e-12)
    assert found.df[0] == pytest.approx(expected.df, rel=1e-12)
    assert (found.low[0], found.high[0]) == pytest.approx((limits.low, limits.high), rel=1e-11)


def test_independent_rounds_add_their_variances() -> None:
    frame = rows()
    first, second = (
        Sample.of(part.reset_index(drop=True), sample("sp").design)
        for part in (frame[frame["district"] < 5], frame[frame["district"] >= 5])
    )
    last, this = mean(first, ["wait_days", "fee"]), mean(second, ["wait_days", "fee"])
    found = difference(this, last)
    assert found.se**2 == pytest.approx(last.se**2 + this.se**2, rel=1e-12)
    # R: svymean(~wait_days, subset(sp, district<5)), svymean(~wait_days, subset(sp, district>=5))
    assert found.value[0] == pytest.approx(4.62469443010376 - 3.94769526747743, rel=1e-11)
    assert found.se[0] == pytest.approx(np.hypot(0.20088047503337, 0.21663537599536), rel=1e-11)
    both = join(last, this, column="round", levels=("2024", "2025"))
    assert [domain["round"] for domain in both.by] == ["2024", "2024", "2025", "2025"]
    assert not both.covariance[:2, 2:].any()
    assert both.covariance[:2, :2] == pytest.approx(last.covariance, rel=1e-12)
    by_key = contrast(both, {("fee", "2025"): 1, ("fee", "2024"): -1})
    assert (by_key.se[0], by_key.df[0]) == pytest.approx((found.se[1], found.df[1]), rel=1e-12)
    whole = sample("sp")
    within = (
        mean(whole, "wait_days", where=frame["district"] >= 5),
        mean(whole, "wait_days", where=frame["district"] < 5),
    )
    assert difference(*within).se[0] == pytest.approx(found.se[0], rel=1e-12)  # districts are whole strata


def test_contrasts_of_contrasts_keep_the_covariance() -> None:
    """(a − b) − (c − b) is a − c, also across samples."""
    made = sample("sp")
    other = Sample.of(rows().copy(), sample("spf").design)
    ages = mean(made, "score", by=["age"])
    a, b, c = (contrast(ages, np.eye(4)[k], label="score") for k in range(3))
    assert difference(difference(a, b), difference(c, b)).se[0] == pytest.approx(difference(a, c).se[0], rel=1e-12)
    z = mean(other, "score")
    crossed = difference(difference(a, z), difference(c, z))
    assert crossed.se[0] == pytest.approx(difference(a, c).se[0], rel=1e-10)
    assert crossed.df[0] == pytest.approx(54, rel=1e-9)


def test_numbers_without_a_match_are_said() -> None:
    made = sample("sp")
    some = mean(made, "wait_days", by=["district"], where=rows()["district"] < 3)
    more = mean(made, "wait_days", by=["district"], where=rows()["district"] > 0)
    found = difference(more, some)
    known = dict(zip([domain["district"] for domain in found.by], found.value, strict=True))
    assert list(known) == [*map(str, range(1, 11)), "0"]
    assert [k for k, value in known.items() if value == 0] == ["1", "2"]
    missing = np.isnan(found.value)
    assert missing.sum() == 9
    assert np.isnan(found.se[missing]).all()
    assert not found.n[missing].any()
    with pytest.raises(EstimationError, match="no number of one") as refusal:
        difference(mean(made, "score", by=["sex"]), mean(made, "score", by=["age"]))
    assert refusal.value.code == "EST_UNMATCHED"


def test_single_labels_need_not_agree() -> None:
    one, other = (mean(sample("sp"), name, by=["sex"]) for name in ("wait_days", "fee"))
    found = difference(one, other)
    assert found.labels == ("wait_days − fee",) * 2
    together = mean(sample("sp"), ["wait_days", "fee"], by=["sex"])
    assert found.se[1] == pytest.approx(contrast(together, [0, 0, 1, -1]).se[0], rel=1e-12)


def test_unknown_numbers_spoil_only_what_rests_on_them() -> None:
    frame = rows().assign(late=rows()["wait_days"].where(rows()["district"] != 2))
    found = mean(Sample.of(frame, sample("sp").design), "late", by=["district"])
    assert np.isnan(found.value[2])
    keys = [("late", str(k)) for k in range(3)]
    assert np.isfinite(contrast(found, {keys[0]: 1, keys[1]: -1}).se[0])
    spoilt = contrast(found, {keys[0]: 1, keys[2]: -1})
    assert np.isnan([spoilt.value[0], spoilt.se[0], spoilt.low[0]]).all()
    both = smooth(found, lambda v: np.array([v[0] - v[1], v[0] - v[2]]), labels=["known", "unknown"])
    assert np.isfinite(both.se[0])
    assert np.isnan(both.se[1])


@pytest.mark.parametrize("p", [0.5, 0.99, 0.99999])
def test_numeric_slopes_hold_near_the_edge_of_a_function(p: float) -> None:
    """The log odds of a share: se/(p(1−p)), also where a coarse step would leave 0-1."""
    count = 200_000
    answers = (np.arange(count) < p * count).astype(float)
    found = mean(Sample.of({"y": answers}, Design()), "y")
    odds = smooth(found, lambda share: np.log(share / (1 - share)), labels="log odds")
    exact = found.se[0] / (found.value[0] * (1 - found.value[0]))
    assert odds.se[0] == pytest.approx(exact, rel=1e-7)


def test_levels_and_degrees_of_freedom_are_those_asked_for() -> None:
    shares = share(sample("sp"), "q1", precision=Precision(method="logit", level=0.9))
    own, asked = (contrast(shares, {"5": 1, "4": -1}, **options) for options in ({}, {"level": 0.99, "degrees": 7}))
    assert own.methods == ("t",)
    assert (own.high[0] - own.value[0]) / own.se[0] == pytest.approx(stdtrit(54, 0.95), rel=1e-12)
    assert (asked.high[0] - asked.value[0]) / asked.se[0] == pytest.approx(stdtrit(7, 0.995), rel=1e-12)
    assert asked.precision.level == 0.99


def test_joined_estimates_keep_their_own_intervals() -> None:
    shares, means = share(sample("sp"), "q1"), mean(sample("sp"), "score")
    both = join(shares, means)
    assert both.low.tolist() == [*shares.low, *means.low]
    assert both.methods == ("logit",) * len(shares) + ("t",)
    assert np.diag(both.covariance) == pytest.approx(np.concatenate([shares.variance, means.variance]), rel=1e-12)
    assert both.to_frame()["label"].tolist() == [*shares.labels, "score"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda m: contrast(m, {"fee": 1}), "EST_NO_NUMBER"),
        (lambda m: contrast(m, {("score", "9"): 1}), "EST_NO_NUMBER"),
        (lambda m: contrast(m, {"score": 1}), "EST_MANY_NUMBERS"),
        (lambda m: contrast(m, [1, -1]), "EST_LENGTH"),
        (lambda m: contrast(m, np.eye(4)), "EST_LENGTH"),
        (lambda m: contrast(m, {}), "EST_COEFFICIENTS"),
        (lambda m: contrast(m, [0, 0, 0, 0]), "EST_COEFFICIENTS"),
        (lambda m: contrast(m, {("score", 1): "one"}), "EST_COEFFICIENTS"),
        (lambda m: contrast(m, "score"), "EST_COEFFICIENTS"),
        (lambda m: contrast(m, {0: 1}), "EST_NO_NUMBER"),
        (lambda m: contrast(m, {(): 1}), "EST_NO_NUMBER"),
        (lambda m: smooth(m, lambda v: v[:2], labels=["a", "b"], gradient=lambda v: np.ones((2, 4))), "EST_LENGTH"),
        (lambda m: difference(m, 3), "EST_NOT_ESTIMATE"),
        (lambda m: join(), "EST_NOT_ESTIMATE"),
        (lambda m: join(m, m, levels=("2024", "2025")), "EST_JOIN_LEVELS"),
        (lambda m: join(m, m, column="age", levels=("2024", "2025")), "EST_JOIN_COLUMN"),
        (lambda m: join(m, m, column="round", levels="ab"), "EST_LENGTH"),
        (lambda m: smooth(m, lambda v: v, labels="all"), "EST_LENGTH"),
        (lambda m: smooth(m, np.sum, labels="sum", gradient=lambda v: [1, 1]), "EST_LENGTH"),
        (lambda m: join(m, m, column="round", levels=["2025"]), "EST_LENGTH"),
        (lambda m: difference(join(m, m), m), "EST_MANY_NUMBERS"),
        (lambda m: join(m, mean(sample("sp"), "fee", precision=Precision(level=0.9))), "EST_LEVELS_DIFFER"),
    ],
)
def test_what_cannot_be_is_refused_with_the_names_there_are(act: Callable, code: str) -> None:
    with pytest.raises(EstimationError) as refusal:
        act(mean(sample("sp"), "score", by=["age"]))
    assert refusal.value.code == code


def test_two_samples_of_the_same_data_are_refused() -> None:
    one, other = (Sample.of(rows().copy(), sample("sp").design, {"data": "sha256 1f"}) for _ in range(2))
    with pytest.raises(EstimationError, match="sha256 1f"):
        difference(mean(one, "fee"), mean(other, "fee"))
    unnamed = Sample.of(one.frame, Design(weight="w"))
    replicated, again = (replicate(one, kind) for kind in ("JKn", "bootstrap"))
    for first, second in ((one, unnamed), (one, replicated), (replicated, again), (other, replicated)):
        with pytest.raises(EstimationError, match="where= or by=") as refusal:
            difference(mean(first, "fee"), mean(second, "fee"))
        assert refusal.value.code == "EST_SAME_DATA"
    independent = mean(Sample.of(rows().copy(), one.design), "fee")
    with pytest.raises(EstimationError) as refusal:
        join(join(mean(one, "fee"), independent), join(mean(replicated, "fee"), independent))
    assert refusal.value.code == "EST_SAME_DATA"
    for act in (
        quantile(replicated, "fee", 0.5),
        variance(replicated, "fee"),
        glm(replicated, "fee", "edu").coefficients,
    ):
        with pytest.raises(EstimationError):
            join(act, mean(one, "fee"))
    assert difference(mean(one, "fee"), mean(one, "fee")).se[0] == 0


def test_what_is_joined_covers_no_more_than_its_weakest_part() -> None:
    drawn = sample("sp")
    volunteers = Sample.of(rows().copy(), replace(drawn.design, study="volunteer"))
    both = join(mean(drawn, "fee"), mean(volunteers, "fee"))
    assert both.study == "volunteer"
    assert difference(mean(drawn, "fee"), mean(volunteers, "fee")).study == "volunteer"
    assert join(mean(drawn, "fee"), mean(drawn, "score")).study == "probability"


def test_joined_intervals_of_several_kinds_say_so() -> None:
    logit, own = Precision(method="logit"), Precision(method="logit", df="domain")
    shares = [share(sample("sp"), "online", precision=precision) for precision in (logit, own)]
    assert join(shares[0], shares[0]).precision == logit
    assert join(*shares).precision == own
    assert join(shares[0], mean(sample("sp"), "fee")).precision == Precision()


def test_a_level_is_given_as_in_the_data_or_as_it_is_written() -> None:
    by_sex = mean(sample("sp"), "score", by=["sex"])
    written, plain, real = (
        contrast(by_sex, {("score", one): 1, ("score", two): -1}) for one, two in (("1", "2"), (1, 2), (1.0, 2.0))
    )
    assert written.value[0] == plain.value[0] == real.value[0]
    rounds = join(by_sex, by_sex, column="round", levels=(2024, 2025))
    assert contrast(rounds, {("score", 2025, 1): 1}).value[0] == by_sex.value[0]


@dataclass(frozen=True, eq=False)
class Figure(NoArithmetic):
    """Anything that must not be added."""

    value: float = 1.0


@pytest.mark.parametrize(
    "act",
    [
        lambda f: f + 1,
        lambda f: 1 - f,
        lambda f: f * 2,
        lambda f: f / f,
        lambda f: 2**f,
        lambda f: -f,
        lambda f: sum([f, f]),
        lambda f: operator.iadd(f, 1),
        lambda f: f < 1,
        lambda f: f >= f,
        lambda f: max([f, f]),
        lambda f: f == 1,
        lambda f: f == np.array([1.0]),
        float,
        int,
        abs,
        round,
        np.sqrt,
        lambda f: np.array([1.0, 2.0]) * f,
        lambda f: np.float64(3) > f,
        np.mean,
    ],
)
def test_arithmetic_that_would_lose_the_covariance_is_refused(act: Callable) -> None:
    with pytest.raises(EstimationError, match=r"difference\(\), contrast\(\) or smooth\(\)") as refusal:
        act(Figure())
    assert refusal.value.code == "EST_ARITHMETIC"


def test_an_estimate_may_still_be_a_key_or_a_member() -> None:
    one, other = Figure(), Figure()
    assert one == one
    assert one != other
    assert one in {one}
    assert other not in [one]
    assert one != "1"
