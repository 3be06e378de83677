"""Quantiles and their Woodruff intervals against R, against numpy's unweighted types, and at the edges."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation import Design, Estimate, EstimationError, Precision, Sample, mean
from analysis.estimation.contrasts import contrast
from analysis.estimation.quantiles import Interval, Rule, quantile, weighted_quantiles
from analysis.estimation.replication import replicate
from tests.analysis.estimation.survey395 import rows, sample

QUARTILES = [0.25, 0.5, 0.75]
OWN = Precision(df="domain")
NAN = np.nan

# R: d <- data.frame(x=c(1,2,2,3,5,8,13,21), w=c(1,2,3,1,2,4,1,2)); s <- svydesign(id=~1, weights=~w, data=d)
#    sapply(c(.1,.2,.3,.375,.5,.6,.7,.8,.9,.95), function(p) coef(svyquantile(~x, s, p, qrule=rule, ci=FALSE)))
SHARES = np.array([0.1, 0.2, 0.3, 0.375, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
VALUES = np.array([1.0, 2, 2, 3, 5, 8, 13, 21])
WEIGHTS = np.array([1.0, 2, 3, 1, 2, 4, 1, 2])
RULES: dict[Rule, list[float]] = {
    "math": [2, 2, 2, 2, 5, 8, 8, 8, 21, 21],
    "school": [2, 2, 2, 2.5, 5, 8, 8, 8, 21, 21],
    "hf1": [2, 2, 2, 2, 5, 8, 8, 8, 21, 21],
    "hf2": [2, 2, 2, 2.5, 5, 8, 8, 8, 21, 21],
    "hf3": [2, 2, 2, 2, 5, 8, 8, 8, 21, 21],
    "hf4": [1.3, 2, 2, 2, 4, 5.45, 6.65, 7.85, 14.6, 17.8],
    "hf5": [1.733333333333, 2, 2.15, 2.75, 5, 6.6, 8.4, 11.6, 17.8, 21],
    "hf6": [1.4, 2, 2, 2.75, 5, 6.35, 7.7, 14.6, 21, 21],
    "hf7": [2, 2, 2.4, 2.75, 5, 7.1, 9, 10.75, 12.5, 15.4],
    "hf8": [1.6, 2, 2, 2.75, 5, 6.5, 8, 12.16666666667, 19.4, 21],
    "hf9": [1.630769230769, 2, 2.042857142857, 2.75, 5, 6.523076923077, 8.117647058824, 12, 19.030769230769, 21],
}

# R: svyquantile(~wait_days, design, c(.25,.5,.75), qrule=rule, interval.type=interval): estimate, limits, SE
R_QUARTILES: dict[tuple[str, Rule, Interval], list[list[float]]] = {
    ("spf", "hf7", "mean"): [
        [2.2, 2.1, 2.5, 0.09975662932842],
        [3.3, 3.1, 3.6, 0.12469578666052],
        [5.6, 5.1, 6.24313814759963, 0.28508902115318],
    ],
    ("two", "hf8", "mean"): [
        [2.2, 2.1, 2.5342123914132, 0.1082889114500],
        [3.3, 3.1, 3.7, 0.1496349439926],
        [5.6331060818870, 5.0, 6.4, 0.3491482026495],
    ],
    ("rk", "hf6", "mean"): [
        [2.1758848291328, 1.9, 2.4, 0.1246957866605],
        [3.2, 3.0, 3.5888103349511, 0.1468443358211],
        [5.5926678097710, 4.8, 6.6, 0.4489048319779],
    ],
    ("jkn", "hf7", "mean"): [
        [2.2, 2.1, 2.6, 0.1246957866605],
        [3.3, 3.1, 3.6040341368765, 0.1257018664032],
        [5.6, 5.0, 6.4, 0.3491482026495],
    ],
    # interval.type='quantile'
    ("brr", "hf7", "replicates"): [
        [2.2, 1.9545276401320, 2.4454723598680, 0.1206539759990],
        [3.3, 3.0011760882192, 3.5988239117808, 0.1468772007541],
        [5.6, 4.8864870531602, 6.3135129468398, 0.3507041444880],
    ],
}

# R: svyquantile(~wait_days, subset(sp, district==k), c(.25,.5,.75), qrule='hf7'), whose df is that of the domain
R_DISTRICTS = {
    "0": [
        [2.4, 1.9, 2.7920150072339, 0.1822736292720],
        [2.9570304312756, 2.5514805351921, 4.0, 0.2959893026245],
        [4.9912795770760, 3.8108331398950, 7.8059213476545, 0.8163531117580],
    ],
    "3": [
        [1.4949487157642, NAN, 2.6770145336380, NAN],
        [2.6091886825044, 1.7380636165668, 3.6004316030688, 0.3622463912029],
        [4.3292571696173, 3.6658059532371, 6.6534210675121, 0.5811165147239],
    ],
    "7": [
        [2.5254885573223, 1.8246372772993, 3.3180733778636, 0.2904860059035],
        [3.6331309815631, 3.1, 5.5881573951558, 0.4839677462632],
        [6.0541877249284, 4.3231993735437, 8.7482815997549, 0.8607160769725],
    ],
}


def columns(found: Estimate) -> np.ndarray:
    return np.column_stack([found.value, found.low, found.high, found.se])


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_equals_r(rule: Rule) -> None:
    assert weighted_quantiles(VALUES, WEIGHTS, SHARES, rule) == pytest.approx(RULES[rule], rel=1e-11)


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("hf1", "inverted_cdf"),
        ("hf2", "averaged_inverted_cdf"),
        ("hf4", "interpolated_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
@given(
    answers=st.lists(st.integers(0, 9), min_size=1, max_size=25), p=st.sampled_from([0, 0.05, 0.1, 0.25, 0.5, 0.9, 1])
)
@settings(max_examples=30)
def test_equal_weights_give_the_types_of_hyndman_and_fan(rule: Rule, method: str, answers: list[int], p: float) -> None:
    values = np.sort(np.array(answers, dtype=float))
    found = weighted_quantiles(values, np.full(len(values), 30.97), np.array([p]), rule)
    assert found[0] == pytest.approx(np.quantile(values, p, method=method), abs=1e-9)  # type: ignore[call-overload]


def test_hf3_takes_the_even_one_of_two_values_by_hand() -> None:
    """F(2) = ½ at the second of four values: 2 is at an even place. F(3) = ¾ at the third: 4 is."""
    values = np.array([1.0, 2, 3, 4])
    assert weighted_quantiles(values, np.ones(4), np.array([0.25, 0.5, 0.75]), "hf3").tolist() == [2, 2, 4]


def test_a_share_that_is_met_exactly_is_met_in_any_unit_of_weights() -> None:
    """Ten rows of one weight: F at the first, third … is 0.1, 0.3 …, whatever rounding the weights bring."""
    values, shares = np.arange(1.0, 11.0), np.arange(1, 11) / 10
    for weight in (1, 0.1, 1 / 3, 30.97, 1e9 / 7):
        weights = np.full(10, weight)
        assert weighted_quantiles(values, weights, shares, "math").tolist() == values.tolist()
        averaged = weighted_quantiles(values, weights, shares, "school")
        assert averaged.tolist() == [*(values[:-1] + 0.5), 10]


@pytest.mark.parametrize("rule", RULES)
def test_rows_of_weight_zero_do_not_count(rule: Rule) -> None:
    padded, zeros = np.append(VALUES, [22.0, 23.0]), np.append(WEIGHTS, [0.0, 0.0])
    without = weighted_quantiles(VALUES, WEIGHTS, SHARES, rule)
    assert weighted_quantiles(padded, zeros, SHARES, rule).tolist() == without.tolist()
    assert np.isnan(weighted_quantiles(VALUES, np.zeros(8), SHARES, rule)).all()


@pytest.mark.parametrize("key", R_QUARTILES, ids=" ".join)
def test_woodruff_intervals_equal_r_under_every_kind_of_design(key: tuple[str, Rule, Interval]) -> None:
    design, rule, interval = key
    found = quantile(sample(design), "wait_days", QUARTILES, rule=rule, interval=interval)
    assert columns(found) == pytest.approx(np.array(R_QUARTILES[key]), rel=1e-11)


def test_interval_types_equal_r() -> None:
    # R: svyquantile(~score, rk, c(.25,.5,.75), qrule='hf7', interval.type='xlogit', na.rm=TRUE)
    xlogit = [
        [57.954545, 55.554948069506, 61.904762, 1.583590086422],
        [72.619048, 70.238095, 76.248320185874, 1.498899515119],
        [85.257882194564, 81.818182, 88.095238, 1.565444871664],
    ]
    found = quantile(sample("rk"), "score", QUARTILES, rule="hf7", interval="xlogit")
    assert columns(found) == pytest.approx(np.array(xlogit), rel=1e-11)
    # R: svyquantile(~wait_days, sp, c(.25,.5,.75), qrule='hf7', interval.type='asin', alpha=.1)
    asin = [[2.2, 2.1, 2.5, 0.119505373972], [3.3, 3.1, 3.6, 0.149381717465], [5.6, 5.1, 6.2, 0.328639778423]]
    found = quantile(sample("sp"), "wait_days", QUARTILES, rule="hf7", interval="asin", precision=Precision(level=0.9))
    assert columns(found) == pytest.approx(np.array(asin), rel=1e-11)
    # R: svyquantile(~q1, sp, c(.1,.5,.9), na.rm=TRUE)
    likert = [[3, 3, 4, 0.249391573321], [4, 4, 5, 0.249391573321], [5, 5, 5, 0]]
    assert columns(quantile(sample("sp"), "q1", [0.1, 0.5, 0.9])) == pytest.approx(np.array(likert), rel=1e-11)


def test_domains_equal_r() -> None:
    found = quantile(sample("sp"), "wait_days", QUARTILES, rule="hf7", by=["district"], precision=OWN)
    for level, expected in R_DISTRICTS.items():
        here = [k for k, domain in enumerate(found.by) if domain["district"] == level]
        assert columns(found)[here] == pytest.approx(np.array(expected), rel=1e-11, nan_ok=True)
    # R: svyquantile(~wait_days, subset(sp, district==3), .25, qrule='hf7', df=54)
    whole = quantile(sample("sp"), "wait_days", 0.25, rule="hf7", where=rows()["district"] == 3)
    assert columns(whole)[0] == pytest.approx([1.4949487157642, 0.7627306896790, 2.2, 0.3584428545870], rel=1e-11)


def test_a_limit_that_no_value_bounds_is_not_a_number() -> None:
    """R: svyquantile(~wait_days, sp, .01) has the limits NaN and 0.9."""
    found = quantile(sample("sp"), "wait_days", 0.01)
    assert (found.value[0], found.high[0]) == (0.7, 0.9)
    assert np.isnan([found.low[0], found.se[0], found.covariance[0, 0]]).all()


def test_the_extremes_are_values_without_an_interval() -> None:
    found = quantile(sample("sp"), "wait_days", [0, 1])
    assert found.value.tolist() == [rows()["wait_days"].min(), rows()["wait_days"].max()]
    assert np.isnan([found.low, found.high, found.se]).all()


def test_ties_of_all_a_single_row_and_nobody() -> None:
    frame = {"y": np.array([4.0, 4, 4, 7, np.nan, np.nan]), "g": np.array(["all", "all", "all", "one", "none", "none"])}
    found = quantile(Sample.of(frame, Design()), "y", 0.5, by=["g"], rule="hf7")
    place = {domain["g"]: k for k, domain in enumerate(found.by)}
    for domain, value, n in (("all", 4.0, 3), ("one", 7.0, 1)):
        k = place[domain]
        assert (found.value[k], found.low[k], found.high[k], found.se[k], found.n[k]) == (value, value, value, 0, n)
    nobody = place["none"]
    assert np.isnan([found.value[nobody], found.low[nobody], found.se[nobody]]).all()
    assert found.n[nobody] == 0


def test_the_joint_covariance_belongs_to_the_standard_errors() -> None:
    """Districts are whole strata, so the medians of two are independent; quartiles of one go up and down together."""
    medians = quantile(sample("sp"), "wait_days", 0.5, rule="hf7", by=["district"])
    assert np.diag(medians.covariance) == pytest.approx(medians.variance, rel=1e-12)
    keys = [("quantile(wait_days, 0.5)", level) for level in ("0", "3")]
    apart = contrast(medians, {keys[0]: 1.0, keys[1]: -1.0})
    assert apart.variance[0] == pytest.approx(medians.variance[[0, 3]].sum(), rel=1e-12)
    quartiles = quantile(sample("sp"), "wait_days", QUARTILES, rule="hf7")
    assert (quartiles.covariance > 0).all()


def test_replicated_quantiles_vary_as_their_scaled_shares_do() -> None:
    """Two routes to the correlation of a median with a mean: bootstrap medians, and shares of the same replicates."""
    boot = replicate(sample("sp"), "bootstrap", replicates=500, seed=7)
    means = mean(boot, "wait_days").spread.deviations()[:, 0]
    correlations = [
        np.corrcoef(means, quantile(boot, "wait_days", 0.5, interval=interval).spread.deviations()[:, 0])[0, 1]
        for interval in ("mean", "replicates")
    ]
    assert min(correlations) > 0.5
    assert correlations[0] == pytest.approx(correlations[1], abs=0.12)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), rule=st.sampled_from(["math", "school", "hf3"]), unit=st.sampled_from([0.001, 1, 7.3]))
def test_order_of_rows_and_unit_of_weights_do_not_matter(data: st.DataObject, rule: Rule, unit: float) -> None:
    count = data.draw(st.integers(4, 20))
    values = data.draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    weights = data.draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    order = data.draw(st.permutations(range(count)))
    frame = {"y": np.array(values, dtype=float), "w": np.array(weights, dtype=float)}
    mixed = {"y": frame["y"][order], "w": frame["w"][order] * unit}
    one, other = (quantile(Sample.of(each, Design(weight="w")), "y", QUARTILES, rule=rule) for each in (frame, mixed))
    assert columns(one) == pytest.approx(columns(other), rel=1e-9, abs=1e-9, nan_ok=True)
    inside = ~np.isnan(one.low) & ~np.isnan(one.high)
    assert ((one.low <= one.value) & (one.value <= one.high))[inside].all()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"p": 1.5}, "EST_BAD_P"),
        ({"p": [0.5, NAN]}, "EST_BAD_P"),
        ({"p": 0.5, "rule": "shahvaish"}, "EST_BAD_OPTION"),
        ({"p": 0.5, "interval": "score"}, "EST_BAD_OPTION"),
        ({"p": 0.5, "interval": "replicates"}, "EST_NO_REPLICATES"),
        (
            {
                "p": [],
            },
            "EST_BAD_P",
        ),
        ({"p": "half"}, "EST_BAD_P"),
        ({"p": 0.5, "precision": Precision(method="logit")}, "EST_BAD_OPTION"),
    ],
)
def test_what_cannot_be_is_refused(options: dict, code: str) -> None:
    with pytest.raises(EstimationError) as refusal:
        quantile(sample("sp"), "wait_days", **options)
    assert refusal.value.code == code


def test_a_jackknife_of_quantiles_is_refused() -> None:
    with pytest.raises(EstimationError, match="interval='mean'") as refusal:
        quantile(sample("jkn"), "wait_days", 0.5, interval="replicates")
    assert refusal.value.code == "EST_JACKKNIFE"


def test_a_distribution_needs_weights_that_are_not_negative_where_there_is_an_answer() -> None:
    weights = np.where(rows()["district"] == 3, -1.0, sample("sp").weights)
    people = replace(sample("sp"), weights=weights)
    with pytest.raises(EstimationError) as refusal:
        quantile(people, "wait_days", 0.5)
    assert refusal.value.code == "EST_NEGATIVE_ROWS"
    inside = rows()["district"] != 3
    found = quantile(people, "wait_days", 0.5, where=inside)
    assert found.value[0] == quantile(sample("sp"), "wait_days", 0.5, where=inside).value[0]


def test_one_column_at_a_time() -> None:
    with pytest.raises(EstimationError) as refusal:
        quantile(sample("sp"), ["wait_days", "fee"], 0.5)  # type: ignore[arg-type]
    assert refusal.value.code == "EST_NO_COLUMN"
