"""Calibration meets totals of any kind, within bounds, and says which total it cannot meet."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.means import mean, total
from analysis.estimation.sample import Sample
from analysis.estimation.weighting import calibrate, poststratify, rake
from tests.analysis.estimation.weighting.people import MARGINS, TWELVE_MARGINS, jackknifed, people, sample, twelve

TOTALS = {**TWELVE_MARGINS, "x": 2150.0}

# R: pt <- c(`(Intercept)`=200, `factor(sex)2`=104, `factor(age)2`=70, `factor(age)3`=68, x=2150)
#    s <- calibrate(d, ~factor(sex)+factor(age)+x, pt, calfun=…, bounds=…, epsilon=1e-13, maxit=500)
#    weights(s)[1:3]; coef(svymean(~y, s)); SE(svymean(~y, s))
FROM_R = [
    ("linear", None, [10.220794278238, 19.705570804898, 9.310811384012], 0.587889173201979, 0.0909369890164573),
    ("linear", (0.75, 1.6), [10.196109721815, 19.765582549225, 9.262886900143], 0.587979632315863, 0.0912660461510891),
    ("raking", None, [10.29568470965, 19.60566917872, 9.40485958649], 0.586946823972531, 0.0899442690991635),
    ("raking", (0.75, 1.6), [10.195729687527, 19.85087378393, 9.224827889511], 0.587183407032589, 0.0911744435412295),
    ("logit", (0.6, 1.8), [10.14102395075, 19.810227425777, 9.185757073083], 0.58807413105156, 0.0915766582546904),
]


@pytest.mark.parametrize(("distance", "bounds", "weights", "value", "se"), FROM_R)
def test_each_distance_as_r_has_it(distance: str, bounds: tuple, weights: list, value: float, se: float) -> None:
    made = calibrate(twelve(), TOTALS, distance=distance, bounds=bounds)
    assert made.weights[:3] == pytest.approx(weights, rel=1e-12)
    estimate = mean(made, "y")
    assert estimate.value[0] == pytest.approx(value, rel=1e-12)
    assert estimate.se[0] == pytest.approx(se, rel=1e-10)


# R: calibrate(d, ~x, c(`(Intercept)`=200, x=2150)); calibrate(d, ~x-1, c(x=2150))
@pytest.mark.parametrize(
    ("population", "weights", "se"),
    [
        (200.0, [12.21804511278, 17.85714285714, 10.35177228786], 0.123350877479286),
        (None, [12.07678355502, 17.87666263603, 10.03839177751], 0.122935363552548),
    ],
)
def test_a_number_alone_with_and_without_the_population(population: float, weights: list, se: float) -> None:
    made = calibrate(twelve(), {"x": 2150.0}, population=population)
    assert made.weights[:3] == pytest.approx(weights, rel=1e-12)
    assert mean(made, "y").se[0] == pytest.approx(se, rel=1e-10)


def test_raking_is_calibration_with_the_raking_distance() -> None:
    raked, calibrated = rake(sample(), MARGINS), calibrate(sample(), MARGINS, distance="raking")
    assert calibrated.weights == pytest.approx(raked.weights, rel=1e-10)
    assert mean(calibrated, "y").se == pytest.approx(mean(raked, "y").se, rel=1e-10)


@pytest.mark.parametrize("distance", ["linear", "raking"])
def test_post_stratification_is_calibration_on_the_full_cross(distance: str) -> None:
    totals = {"1|1": 130.0, "1|2": 234.0, "1|3": 132.0, "2|1": 132.0, "2|2": 136.0, "2|3": 236.0}
    crossed = poststratify(sample(), "sex|age", totals)
    calibrated = calibrate(sample(), {"sex|age": totals}, distance=distance)
    assert calibrated.weights == pytest.approx(crossed.weights, rel=1e-12)
    assert mean(calibrated, "y").se == pytest.approx(mean(crossed, "y").se, rel=1e-12)


def test_linear_calibration_is_the_regression_estimator() -> None:
    base = sample()
    y, w = base.frame["y"].to_numpy(), base.weights
    x = np.column_stack([np.ones(80), base.frame["x"]])
    slopes = np.linalg.solve((x * w[:, None]).T @ x, (x * w[:, None]).T @ y)
    by_hand = w @ y + (np.array([1000.0, 51_000.0]) - w @ x) @ slopes
    made = calibrate(base, {"x": 51_000.0}, population=1000.0)
    assert total(made, "y").value[0] == pytest.approx(by_hand, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(30, 120),
    st.integers(0, 10_000),
    st.sampled_from([("linear", None), ("linear", (0.0, 9.0)), ("raking", None), ("logit", (0.01, 9.0))]),
    st.floats(0.4, 0.6),
    st.floats(49, 51),
)
def test_calibrated_weights_meet_every_total_within_their_bounds(
    n: int, seed: int, way: tuple, women: float, age: float
) -> None:
    base = sample(n, seed)
    population = float(base.weights.sum()) * 1.1
    totals = {"sex": {"1": (1 - women) * population, "2": women * population}, "x": age * population}
    made = calibrate(base, totals, distance=way[0], bounds=way[1])
    reached = [made.weights[base.frame["sex"] == sex].sum() for sex in (1, 2)]
    assert reached == pytest.approx(list(totals["sex"].values()), rel=1e-10)
    assert made.weights @ base.frame["x"] == pytest.approx(totals["x"], rel=1e-10)
    low, high = way[1] or (-math.inf, math.inf)
    assert made.steps[0].min_ratio >= low and made.steps[0].max_ratio <= high


def test_a_total_said_twice_changes_nothing() -> None:
    base = twelve(again=twelve().frame["x"] * 3)
    once, twice = calibrate(base, TOTALS), calibrate(base, {**TOTALS, "again": 6450.0})
    assert twice.weights == pytest.approx(once.weights, rel=1e-11)
    assert mean(twice, "y").se == pytest.approx(mean(once, "y").se, rel=1e-9)


def test_the_unit_of_weights_and_numbers_does_not_matter() -> None:
    base = twelve()
    other = twelve(w=base.weights * 1e-7, x=base.frame["x"] * 1e8)
    plain = calibrate(base, TOTALS, distance="raking", bounds=(0.75, 1.6))
    scaled = {name: {level: 1e-7 * count for level, count in levels.items()} for name, levels in TWELVE_MARGINS.items()}
    units = calibrate(other, {**scaled, "x": 215e8 * 1e-6}, distance="raking", bounds=(0.75, 1.6))
    assert units.weights * 1e7 == pytest.approx(plain.weights, rel=1e-10)


def test_the_log_has_every_total() -> None:
    [step] = calibrate(twelve(), {"x": 2150.0}, population=200.0).steps
    assert [(line.variable, line.level, line.target, line.before) for line in step.margins] == [
        ("N", "Σ", 200.0, 160.0),
        ("x", "Σ", 2150.0, 1692.0),
    ]
    assert [line.after for line in step.margins] == pytest.approx([200.0, 2150.0], rel=1e-13)


def test_every_replicate_is_calibrated_again() -> None:
    totals = {"sex": MARGINS["sex"], "x": 50_500.0}
    made = jackknifed(calibrate(sample(), totals, distance="logit", bounds=(0.1, 20.0)))
    for replicate in range(made.replicates.factors.shape[1]):
        weights = made.replicate_weights(replicate)
        assert (weights == 0).any()
        assert weights.sum() == pytest.approx(1000, rel=1e-10)
        assert weights @ made.frame["x"] == pytest.approx(50_500, rel=1e-10)


def test_a_replicate_that_loses_a_level_names_it() -> None:
    base = Sample.of({"a": np.array(["u", "v", "v"]), "psu": np.array([1, 2, 3])}, Design(psu="psu"))
    made = jackknifed(calibrate(base, {"a": {"u": 10.0, "v": 20.0}}))
    with pytest.raises(EstimationError) as error:
        made.replicate_weights(0)
    assert (error.value.code, error.value.values["level"]) == ("WGT_INFEASIBLE", "u")


@pytest.mark.parametrize(
    ("distance", "bounds"), [("linear", (0.9, 1.1)), ("raking", (0.9, 1.1)), ("logit", (0.9, 1.1))]
)
def test_bounds_too_narrow_name_the_worst_total(distance: str, bounds: tuple) -> None:
    # The 55 of the first age are to become 20, but a factor of at least 0.9 leaves 49.5 of them.
    totals = {"sex": {"1": 80.0, "2": 80.0}, "age": {"1": 20.0, "2": 70.0, "3": 70.0}}
    with pytest.raises(EstimationError) as error:
        calibrate(twelve(), totals, distance=distance, bounds=bounds)
    assert error.value.code == "WGT_INFEASIBLE"
    assert (error.value.values["variable"], error.value.values["level"]) == ("age", "1")


@pytest.mark.parametrize("distance", ["linear", "raking"])
def test_totals_that_contradict_each_other_are_refused(distance: str) -> None:
    base = twelve(again=twelve().frame["x"] * 3)
    with pytest.raises(EstimationError) as error:
        calibrate(base, {"x": 2150.0, "again": 6000.0}, distance=distance)
    assert error.value.code == "WGT_INFEASIBLE"


def test_a_mean_beyond_everybody_cannot_be_met_by_positive_weights() -> None:
    with pytest.raises(EstimationError) as error:
        calibrate(twelve(), {"x": 200 * 17.0}, population=200.0, distance="raking")
    assert error.value.code == "WGT_INFEASIBLE"  # the largest x is 16


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"bounds": (1.2, 0.8)}, "WGT_BAD_BOUNDS"),
        ({"distance": "logit"}, "WGT_LOGIT_BOUNDS"),
        ({"distance": "logit", "bounds": (1.1, 3.0)}, "WGT_LOGIT_BOUNDS"),
        ({"distance": "logit", "bounds": (0.5, math.inf)}, "WGT_LOGIT_BOUNDS"),
        ({"distance": "entropy"}, "EST_BAD_OPTION"),
        ({"bounds": 3}, "WGT_BAD_BOUNDS"),
        ({"bounds": ("low", "high")}, "WGT_BAD_BOUNDS"),
        ({"residuals": "none"}, "EST_BAD_OPTION"),
        ({"population": -1.0}, "WGT_BAD_POPULATION"),
        ({"population": "many"}, "WGT_BAD_POPULATION"),
        ({"population": 300.0}, "WGT_TOTALS_DIFFER"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict, code: str) -> None:
    with pytest.raises(EstimationError) as error:
        calibrate(twelve(), TOTALS, **settings)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("totals", "code"),
    [
        ({}, "WGT_NO_MARGINS"),
        (None, "WGT_NO_MARGINS"),
        ({"x": math.nan}, "WGT_BAD_TOTAL"),
        ({"x": None}, "WGT_BAD_TOTAL"),
        ({"home": 1.0}, "EST_NO_COLUMN"),
    ],
)
def test_totals_that_are_none_are_refused(totals: dict, code: str) -> None:
    with pytest.raises(EstimationError) as error:
        calibrate(twelve(), totals)
    assert error.value.code == code


def test_the_population_alone_scales_all_weights_alike() -> None:
    base = twelve()
    made = calibrate(base, {}, population=320.0)
    assert made.weights == pytest.approx(base.weights * 2, rel=1e-14)  # they sum to 160


def test_totals_may_be_a_series_with_numbers_for_levels() -> None:
    series = pd.Series({1: 96, 2: 104})
    made = calibrate(twelve(), {"sex": series, "x": "2150"})
    assert made.weights == pytest.approx(calibrate(twelve(), {"sex": TOTALS["sex"], "x": 2150.0}).weights, rel=1e-14)


def negative() -> Sample:
    """A linear calibration to a mean far off: weights 10 each become −5, 5, 15 and 25, by hand."""
    base = Sample.of(
        {"x": np.array([0.0, 1, 2, 3]), "a": np.array(list("uvuv")), "w": np.full(4, 10.0)}, Design(weight="w")
    )
    made = calibrate(base, {"x": 110.0}, population=40.0)
    assert made.weights == pytest.approx([-5, 5, 15, 25], abs=1e-9)
    return made


def test_negative_weights_that_leave_no_way_to_the_totals_are_told_with_the_cure() -> None:
    totals = {"x": 80.0, "a": {"u": 20.0, "v": 20.0}}
    with pytest.raises(EstimationError, match="distance='raking'") as error:
        calibrate(negative(), totals, distance="logit", bounds=(0.2, 3.0))
    assert (error.value.code, error.value.values["step"], error.value.values["count"]) == (
        "EST_NEGATIVE_WEIGHT",
        "calibrate",
        1,
    )
    with pytest.raises(EstimationError) as error:
        poststratify(negative(), "x", {"0": 10.0, "1": 10.0, "2": 10.0, "3": 10.0})
    assert (error.value.code, error.value.values["step"]) == ("EST_NEGATIVE_WEIGHT", "poststratify")


def test_negative_weights_that_do_no_harm_are_calibrated_on() -> None:
    made = poststratify(negative(), "a", {"u": 20.0, "v": 20.0})
    assert made.weights == pytest.approx([-10, 10 / 3, 30, 50 / 3], rel=1e-9)  # u and v sum to 10 and 30


def test_an_empty_number_is_named() -> None:
    frame = people(20, 1)
    frame.loc[3, "x"] = np.nan
    with pytest.raises(EstimationError) as error:
        calibrate(Sample.of(frame, Design()), {"x": 1000.0})
    assert (error.value.code, error.value.values["row"]) == ("WGT_MISSING", 4)
