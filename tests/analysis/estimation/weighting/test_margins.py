"""Weights meet the margins, say how, and refuse what cannot be met."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.means import mean, total
from analysis.estimation.sample import Sample
from analysis.estimation.weighting import kish, nonresponse, poststratify, rake
from tests.analysis.estimation.weighting.people import MARGINS, TWELVE_MARGINS, jackknifed, people, sample, twelve


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 200), st.integers(0, 10_000), st.floats(0.2, 0.8), st.floats(0.2, 0.6))
def test_raked_weights_meet_every_margin(n: int, seed: int, women: float, young: float) -> None:
    margins = {"sex": {"1": 1 - women, "2": women}, "age": {"1": young, "2": 0.7 - young, "3": 0.3}}
    margins = {name: {level: 1000 * share for level, share in levels.items()} for name, levels in margins.items()}
    raked = rake(sample(n, seed), margins)
    for variable, levels in margins.items():
        for level, target in levels.items():
            reached = raked.weights[(raked.frame[variable].astype(str) == level).to_numpy()].sum()
            assert reached == pytest.approx(target, rel=1e-9)


def test_raking_keeps_the_odds_of_the_base_weights_within_a_cell() -> None:
    base = sample()
    raked = rake(base, MARGINS)
    ratio = raked.weights / base.weights
    for _, rows in base.frame.groupby(["sex", "age"]).groups.items():
        assert np.ptp(ratio[rows]) < 1e-12


def test_post_stratification_by_hand() -> None:
    frame = pd.DataFrame({"sex": ["1", "1", "2"], "w": [1.0, 3.0, 2.0], "y": [1.0, 0.0, 1.0]})
    made = poststratify(Sample.of(frame, Design(weight="w")), "sex", {"1": 40, "2": 60})
    assert made.weights.tolist() == [10, 30, 60]
    [step] = made.steps
    assert (step.sum_before, step.sum_after, step.min_ratio, step.max_ratio) == (6, 100, 10, 30)
    assert [(line.level, line.target, line.before, line.after) for line in step.margins] == [
        ("1", 40, 4, 40),
        ("2", 60, 2, 60),
    ]
    # Kish by hand: 3 (100 + 900 + 3600) / 100² and 100² / 4600.
    assert step.deff_after == pytest.approx(3 * 4600 / 10000)
    assert step.n_eff_after == pytest.approx(10000 / 4600)


def test_one_margin_raked_is_that_margin_post_stratified() -> None:
    base = sample()
    one, other = poststratify(base, "sex", MARGINS["sex"]), rake(base, {"sex": MARGINS["sex"]})
    assert np.allclose(one.weights, other.weights, rtol=1e-12)
    assert mean(one, "y").se[0] == pytest.approx(mean(other, "y").se[0], rel=1e-12)


def test_a_step_taken_twice_changes_nothing() -> None:
    once = rake(sample(), MARGINS)
    twice = rake(once, MARGINS)
    assert len(twice.steps) == 2
    assert mean(twice, "y").value[0] == pytest.approx(mean(once, "y").value[0], rel=1e-12)
    assert mean(twice, "y").se[0] == pytest.approx(mean(once, "y").se[0], rel=1e-9)


def test_a_calibrated_total_of_a_margin_has_no_error() -> None:
    frame = people(80, 1)
    frame["woman"] = (frame["sex"] == 2).astype(float)
    base = Sample.of(frame, Design(strata="stratum", psu="psu", weight="w", lonely_psu="adjust"))
    estimate = total(rake(base, MARGINS), "woman")
    assert estimate.value[0] == pytest.approx(520, rel=1e-12)
    assert estimate.se[0] < 1e-9


def test_kish_of_equal_weights_is_one() -> None:
    assert kish(np.full(7, 3.5)) == (pytest.approx(1), pytest.approx(7))
    assert kish([1, 1, 0]) == (pytest.approx(1), pytest.approx(2))
    with pytest.raises(EstimationError) as error:
        kish([])
    assert error.value.code == "EST_NO_ROWS"


def test_totals_may_be_texts_and_levels_numbers() -> None:
    written = {"sex": {1: "480", 2.0: "520"}, "age": MARGINS["age"]}
    assert (rake(sample(), written).weights == rake(sample(), MARGINS).weights).all()
    with pytest.raises(EstimationError) as error:
        poststratify(sample(), "sex", None)
    assert error.value.code == "WGT_NO_LEVELS"


@pytest.mark.parametrize(
    ("margins", "code", "said"),
    [
        ({}, "WGT_NO_MARGINS", ()),
        (None, "WGT_NO_MARGINS", ()),
        (pd.Series({"1": 480.0, "2": 520.0}), "WGT_NO_MARGINS", ()),
        ({"sex": {"1": 1.0}}, "WGT_NO_TARGET", ("sex", "2")),
        ({"sex": {"1": 480.0, "2": 510.0, "3": 10.0}}, "WGT_EMPTY_CELL", ("sex", "3")),
        ({"sex": {"1": -1.0, "2": 2.0}}, "WGT_BAD_TARGET", ("sex", "1")),
        ({"sex": {"1": None, "2": 2.0}}, "WGT_BAD_TARGET", ("sex", "1", "None")),
        ({"sex": {"1": 480.0, 1: 480.0, "2": 2.0}}, "WGT_LEVEL_TWICE", ("sex", "1")),
        ({"sex": 1000.0}, "WGT_NO_LEVELS", ("sex", "1000")),
        ({"sex": MARGINS["sex"], "age": {"1": 1.0, "2": 1.0, "3": 1.0}}, "WGT_TOTALS_DIFFER", ("sex", "age")),
        ({"home": {"1": 1.0}}, "EST_NO_COLUMN", ("home",)),
    ],
)
def test_impossible_margins_are_refused_by_name(margins: dict, code: str, said: tuple[str, ...]) -> None:
    with pytest.raises(EstimationError) as error:
        rake(sample(), margins)
    assert error.value.code == code
    assert all(word in str(error.value) for word in said)


def test_margins_that_contradict_the_sample_name_variable_and_level() -> None:
    frame = pd.DataFrame({"a": ["1", "2", "2"], "b": ["1", "2", "2"]})  # a and b always agree, the margins do not
    with pytest.raises(EstimationError) as error:
        rake(Sample.of(frame, Design()), {"a": {"1": 10, "2": 90}, "b": {"1": 30, "2": 70}})
    assert error.value.code == "WGT_NOT_CONVERGED"
    assert error.value.values["variable"] in ("a", "b")


def test_an_empty_answer_cannot_be_weighted_and_the_row_is_named() -> None:
    frame = pd.DataFrame({"sex": ["1", None, "2"]})
    with pytest.raises(EstimationError) as error:
        poststratify(Sample.of(frame, Design()), "sex", {"1": 1, "2": 1})
    assert (error.value.code, error.value.values["row"], error.value.values["count"]) == ("WGT_MISSING", 2, 1)


def test_a_joint_margin_is_named_with_bars() -> None:
    made = poststratify(
        Sample.of(pd.DataFrame({"a": ["1", "1", "2"], "b": ["x", "y", "x"]}), Design()),
        "a|b",
        {"1|x": 5, "1|y": 6, "2|x": 7},
    )
    assert made.weights.tolist() == [5, 6, 7]


# R: rake(d, list(~sex, ~age), list(data.frame(sex=1:2, Freq=c(96,104)), data.frame(age=1:3, Freq=c(62,70,68))),
#         control=list(epsilon=1e-13, maxit=500)); calibrate(d, ~factor(sex)+factor(age), …, calfun="raking")
RAKED = [10.41954711428, 19.07199925921, 10.24974500061, 25.95932127412, 12.34184199887, 19.34566309421]
RAKED += [11.46150182571, 14.15962978588, 23.15885624333, 15.42730249859, 21.63835055685, 16.76624134832]


@pytest.mark.parametrize(("residuals", "se"), [("equal", 0.089149957458431), ("base", 0.0863499128064761)])
def test_raking_as_r_does_it_with_either_residuals(residuals: str, se: float) -> None:
    made = rake(twelve(), TWELVE_MARGINS, residuals=residuals)
    assert made.weights == pytest.approx(RAKED, rel=1e-12)
    estimate = mean(made, "y")
    assert estimate.value[0] == pytest.approx(0.585234759003968, rel=1e-12)
    assert estimate.se[0] == pytest.approx(se, rel=1e-10)


def test_post_stratification_as_r_does_it() -> None:
    # R: postStratify(d, ~sex+age, data.frame(sex=c(1,1,1,2,2,2), age=c(1,2,3,1,2,3), Freq=c(30,34,32,32,36,36)))
    totals = {"1|1": 30, "1|2": 34, "1|3": 32, "2|1": 32, "2|2": 36, "2|3": 36}
    estimate = mean(poststratify(twelve(), "sex|age", totals), "y")
    assert estimate.value[0] == pytest.approx(0.563225806451613, rel=1e-12)
    assert estimate.se[0] == pytest.approx(0.0687522407166197, rel=1e-10)


def test_a_post_stratified_mean_is_the_weighted_mean_of_cell_means() -> None:
    base, totals = sample(), {"1": 300.0, "2": 450.0, "3": 250.0}
    frame = base.frame.assign(wy=base.frame["w"] * base.frame["y"]).groupby("age")[["wy", "w"]].sum()
    by_hand = sum(totals[str(age)] * row["wy"] / row["w"] for age, row in frame.iterrows()) / 1000
    assert mean(poststratify(base, "age", totals), "y").value[0] == pytest.approx(by_hand, rel=1e-12)


def test_the_unit_of_the_weights_does_not_matter() -> None:
    frame = people(80, 1)
    small, large = (Sample.of(frame.assign(w=frame["w"] * unit), Design(weight="w")) for unit in (1e-6, 1e6))
    assert rake(small, MARGINS).weights == pytest.approx(rake(large, MARGINS).weights, rel=1e-12)


def test_the_order_of_rows_does_not_matter() -> None:
    frame = people(80, 1)
    turned = Sample.of(frame[::-1], Design(weight="w"))
    assert rake(turned, MARGINS).weights[::-1] == pytest.approx(rake(sample(), MARGINS).weights, rel=1e-12)


def test_the_log_tells_how_raking_came_to_its_end() -> None:
    [step] = rake(sample(), MARGINS).steps
    assert step.iterations == len(step.errors) > 2
    assert step.errors[0] > 1e-6 and step.errors[-1] < 1e-11
    assert [(line.variable, line.level) for line in step.margins] == [
        (variable, level) for variable, levels in MARGINS.items() for level in levels
    ]
    assert all(line.after == pytest.approx(line.target, rel=1e-11) for line in step.margins)


def test_margins_that_were_rounded_are_brought_to_the_first_ones_population() -> None:
    made = rake(sample(), MARGINS | {"age": {"1": 300.2, "2": 450.3, "3": 250.0}})
    assert made.weights.sum() == pytest.approx(1000, rel=1e-12)
    assert [line.target for line in made.steps[0].margins][2:] == [300.2, 450.3, 250.0]


def test_levels_are_named_as_the_data_has_them_whatever_the_type_of_the_column() -> None:
    totals = {"1": 10.0, "2": 20.0}
    for column in ([1, 2, 2], [1.0, 2.0, 2.0], ["1", "2", "2"], pd.Categorical(["1", "2", "2"])):
        made = poststratify(Sample.of(pd.DataFrame({"a": column}), Design()), "a", totals)
        assert made.weights.tolist() == [10, 10, 10]


def test_every_replicate_meets_the_margins_again() -> None:
    made = jackknifed(rake(sample(), MARGINS))
    for replicate in range(made.replicates.factors.shape[1]):
        weights = made.replicate_weights(replicate)
        assert (weights == 0).any()
        for variable, levels in MARGINS.items():
            sums = made.frame.assign(weight=weights).groupby(variable)["weight"].sum()
            assert sums.tolist() == pytest.approx(list(levels.values()), rel=1e-9)


@pytest.mark.parametrize("adjust", [lambda s, t: poststratify(s, "a", t), lambda s, t: rake(s, {"a": t})])
def test_a_replicate_that_loses_a_level_names_it(adjust: Callable[[Sample, dict], Sample]) -> None:
    frame = pd.DataFrame({"a": ["u", "v", "v"], "psu": [1, 2, 3]})
    made = jackknifed(adjust(Sample.of(frame, Design(psu="psu")), {"u": 10.0, "v": 20.0}))
    with pytest.raises(EstimationError) as error:
        made.replicate_weights(0)
    assert (error.value.code, error.value.values["level"]) == ("WGT_EMPTY_CELL", "u")


@pytest.mark.parametrize("residuals", ["base", "equal"])
def test_people_without_a_weight_need_no_answer_and_count_for_nothing(residuals: str) -> None:
    frame = people(80, 1)
    silent = pd.DataFrame({"stratum": [0, 1], "psu": [0, 10], "w": [2.0, 3.0], "here": [0, 0]})
    both = pd.concat([frame.assign(here=1), silent], ignore_index=True)
    design = Design(strata="stratum", psu="psu", weight="w", lonely_psu="adjust")
    everybody = rake(nonresponse(Sample.of(both, design), "stratum", "here"), MARGINS, residuals=residuals)
    factors = nonresponse(Sample.of(both, design), "stratum", "here").weights[:80]
    alone = rake(Sample.of(frame.assign(w=factors), design), MARGINS, residuals=residuals)
    assert everybody.weights[:80] == pytest.approx(alone.weights, rel=1e-12)
    assert everybody.weights[80:].tolist() == [0, 0]
    assert mean(everybody, "y").se[0] == pytest.approx(mean(alone, "y").se[0], rel=1e-12)


def test_kish_leaves_out_people_without_a_weight() -> None:
    assert kish(np.array([3.0, 0.0, 1.0])) == (pytest.approx(2 * 10 / 16), pytest.approx(1.6))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(EstimationError, match="base, equal"):
        rake(sample(), MARGINS, residuals="none")
