"""Weights meet the margins, say how, and refuse what cannot be met."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation import Design, EstimationError, Sample, mean, poststratify, rake, total
from analysis.estimation.weighting import kish


def people(n: int, seed: int) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": dice.integers(1, 3, n),
            "age": dice.integers(1, 4, n),
            "stratum": dice.integers(0, 3, n),
            "w": dice.uniform(1, 4, n),
            "y": dice.uniform(0, 1, n),
        }
    )
    frame["psu"] = frame["stratum"] * 10 + dice.integers(0, 4, n)
    frame.loc[:5, ["sex", "age"]] = [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]
    return frame


def sample(n: int = 80, seed: int = 1) -> Sample:
    return Sample.of(people(n, seed), Design(strata="stratum", psu="psu", weight="w", lonely_psu="adjust"))


MARGINS = {"sex": {"1": 480.0, "2": 520.0}, "age": {"1": 300.0, "2": 450.0, "3": 250.0}}


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
    base = sample()
    base.frame["woman"] = (base.frame["sex"] == 2).astype(float)
    estimate = total(rake(base, MARGINS), "woman")
    assert estimate.value[0] == pytest.approx(520, rel=1e-12)
    assert estimate.se[0] < 1e-9


def test_kish_of_equal_weights_is_one() -> None:
    assert kish(np.full(7, 3.5)) == (pytest.approx(1), pytest.approx(7))


@pytest.mark.parametrize(
    ("margins", "code", "said"),
    [
        ({}, "WGT_NO_MARGINS", ()),
        ({"sex": {"1": 1.0}}, "WGT_NO_TARGET", ("sex", "2")),
        ({"sex": {"1": 480.0, "2": 510.0, "3": 10.0}}, "WGT_EMPTY_CELL", ("sex", "3")),
        ({"sex": {"1": -1.0, "2": 2.0}}, "WGT_BAD_TARGET", ("sex", "1")),
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
