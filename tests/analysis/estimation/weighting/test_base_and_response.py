"""Base weights invert the draw; respondents stand in for those of their class who did not answer."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.means import mean
from analysis.estimation.sample import Sample
from analysis.estimation.weighting import calibrate, fpc_weights, inclusion_weights, nonresponse
from tests.analysis.estimation.weighting.people import TWELVE, jackknifed


def drawn() -> pd.DataFrame:
    stratum, fpc = [1] * 6 + [2] * 6, [6] * 6 + [10] * 6
    return TWELVE.assign(stratum=stratum, fpc=fpc, id=range(12), m=[5] * 3 + [9] * 3 + [4] * 3 + [3] * 3)


def test_weights_from_population_sizes_as_r_makes_them() -> None:
    # R: svydesign(id=~psu+id, strata=~stratum, fpc=~fpc+m, data=f, nest=TRUE): 6/2·5/3, 6/2·9/3, 10/2·4/3, 10/2·3/3
    made = fpc_weights(Sample.of(drawn(), Design(psu=("psu", "id"), strata="stratum", fpc=("fpc", "m"))))
    assert made.weights == pytest.approx(np.repeat([5, 9, 20 / 3, 5], 3), rel=1e-14)
    assert mean(made, "y").value[0] == pytest.approx(0.571428571428571, rel=1e-12)
    assert mean(made, "y").se[0] == pytest.approx(0.174456232796996, rel=1e-10)
    assert (made.steps[0].name, made.steps[0].variables) == ("fpc", ("fpc", "m"))


def test_weights_from_inclusion_probabilities_are_those_from_population_sizes() -> None:
    frame = drawn()
    frame["p1"], frame["p2"] = 2 / frame["fpc"], 3 / frame["m"]
    design = Design(psu=("psu", "id"), strata="stratum", fpc=("fpc", "m"))
    by_probability = inclusion_weights(Sample.of(frame, design), ["p1", "p2"])
    by_size = fpc_weights(Sample.of(frame, design))
    assert by_probability.weights == pytest.approx(by_size.weights, rel=1e-14)
    assert by_probability.steps[0].sum_after == pytest.approx(77, rel=1e-14)


def test_base_weights_are_made_again_in_a_replicate() -> None:
    made = jackknifed(inclusion_weights(Sample.of(TWELVE.assign(p=0.25), Design(psu="psu")), ["p"]))
    assert made.replicate_weights(3).tolist() == pytest.approx([16 / 3] * 9 + [0] * 3)


@pytest.mark.parametrize("wrong", [0.0, 1.5, -0.1, np.nan])
def test_a_probability_that_is_none_is_named_with_its_row(wrong: float) -> None:
    frame = TWELVE.assign(p=0.5)
    frame.loc[4, "p"] = wrong
    with pytest.raises(EstimationError) as error:
        inclusion_weights(Sample.of(frame, Design()), ["p"])
    assert (error.value.code, error.value.values["column"], error.value.values["row"]) == (
        "WGT_BAD_PROBABILITY",
        "p",
        5,
    )


def test_weights_are_not_made_twice() -> None:
    base = Sample.of(drawn(), Design(psu="psu", strata="stratum", fpc="fpc", weight="w"))
    for make in (fpc_weights, lambda sample: inclusion_weights(sample, ["w"])):
        with pytest.raises(EstimationError) as error:
            make(base)
        assert error.value.code == "WGT_HAS_WEIGHT"
    sizes = Sample.of(drawn().assign(p=0.5), Design(psu="psu", strata="stratum", fpc="fpc"))
    for first in (fpc_weights, lambda sample: inclusion_weights(sample, ["p"])):
        for second in (fpc_weights, lambda sample: inclusion_weights(sample, "p")):
            with pytest.raises(EstimationError, match=r"have been through: (fpc|inclusion)") as error:
                second(first(sizes))
            assert error.value.code == "WGT_NOT_FIRST"


def test_a_draw_that_is_not_known_to_its_last_stage_gives_no_weights() -> None:
    with pytest.raises(EstimationError) as error:
        fpc_weights(Sample.of(drawn(), Design(psu=("psu", "id"), strata="stratum", fpc="fpc")))
    assert (error.value.code, error.value.values["stages"]) == ("WGT_NO_FPC", 2)
    with pytest.raises(EstimationError) as error:
        inclusion_weights(Sample.of(drawn(), Design()), [])
    assert error.value.code == "WGT_NO_PROBABILITY"


def test_respondents_stand_in_for_their_class() -> None:
    frame = pd.DataFrame({"c": ["a", "a", "a", "b", "b"], "r": [1, 0, 1, 1, 1], "w": [2.0, 3, 1, 4, 5]})
    made = nonresponse(Sample.of(frame, Design(weight="w")), "c", "r")
    assert made.weights.tolist() == [4, 0, 2, 4, 5]  # class a: (2 + 3 + 1) / (2 + 1) = 2
    [step] = made.steps
    assert (step.n, step.sum_before, step.sum_after, step.min_ratio, step.max_ratio) == (4, 15, 15, 1, 2)
    assert [(line.level, line.target, line.before, line.after) for line in step.margins] == [
        ("a", 6, 3, 6),
        ("b", 9, 9, 9),
    ]


def test_a_mean_after_adjustment_is_the_weighted_mean_of_class_means() -> None:
    frame = TWELVE.assign(r=[1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1])
    made = nonresponse(Sample.of(frame, Design(psu="psu", weight="w")), "sex", "r")
    answered = frame[frame["r"] == 1].assign(wy=lambda f: f["w"] * f["y"]).groupby("sex")[["wy", "w"]].sum()
    everybody = frame.groupby("sex")["w"].sum()
    by_hand = (everybody * answered["wy"] / answered["w"]).sum() / everybody.sum()
    assert mean(made, "y").value[0] == pytest.approx(by_hand, rel=1e-12)


def test_nonrespondents_stay_in_the_design() -> None:
    frame = TWELVE.assign(r=[0, 0, 0] + [1] * 9, c=1)
    made = nonresponse(Sample.of(frame, Design(psu="psu", weight="w")), "c", "r")
    assert (len(made), made.units.df) == (12, 3)


def test_response_rates_are_estimated_again_in_a_replicate() -> None:
    frame = TWELVE.assign(r=[1, 0, 1] + [1] * 9, c=1)
    made = jackknifed(nonresponse(Sample.of(frame, Design(psu="psu", weight="w")), "c", "r"))
    without = made.replicate_weights(0)  # the cluster of the one who did not answer: nobody to stand in for
    assert without[3:] == pytest.approx(TWELVE["w"].to_numpy()[3:] * 4 / 3, rel=1e-14)
    assert without[:3].tolist() == [0, 0, 0]


def test_a_class_where_nobody_answers_is_named() -> None:
    frame = pd.DataFrame({"c": ["a", "a", "b", "b"], "r": [1, 1, 0, 0], "psu": [1, 2, 3, 4]})
    with pytest.raises(EstimationError, match="merge") as error:
        nonresponse(Sample.of(frame, Design()), "c", "r")
    assert (error.value.code, error.value.values["level"], error.value.values["count"]) == ("WGT_NO_RESPONDENT", "b", 2)
    made = jackknifed(nonresponse(Sample.of(frame.assign(r=[1, 1, 1, 0]), Design(psu="psu")), "c", "r"))
    with pytest.raises(EstimationError) as error:
        made.replicate_weights(2)
    assert (error.value.code, error.value.values["level"]) == ("WGT_NO_RESPONDENT", "b")


def test_respondents_of_negative_weight_stand_in_for_nobody() -> None:
    made = calibrate(Sample.of({"x": np.arange(4.0), "r": np.array([1, 0, 1, 1])}, Design()), {"x": 11.0}, population=4)
    assert made.weights == pytest.approx([-0.5, 0.5, 1.5, 2.5])  # 1 + (x − 1.5)
    with pytest.raises(EstimationError) as error:
        nonresponse(made, "x", "r")
    assert (error.value.code, error.value.values["count"]) == ("EST_NEGATIVE_WEIGHT", 1)


@pytest.mark.parametrize("wrong", [2, np.nan])
def test_what_is_neither_answered_nor_not_is_named_with_its_row(wrong: float) -> None:
    frame = pd.DataFrame({"c": 1, "r": [1, wrong, 0]})
    with pytest.raises(EstimationError) as error:
        nonresponse(Sample.of(frame, Design()), "c", "r")
    assert (error.value.code, error.value.values["row"]) == ("WGT_NOT_RESPONDENT", 2)
