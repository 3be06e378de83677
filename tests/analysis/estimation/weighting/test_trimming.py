"""Trimming bounds the weights, keeps their sum, and says what it costs the margins."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.means import mean
from analysis.estimation.sample import Sample
from analysis.estimation.weighting import kish, nonresponse, rake, trim
from tests.analysis.estimation.weighting.people import MARGINS, jackknifed, sample, twelve


def of_weights(*weights: float) -> Sample:
    return Sample.of(pd.DataFrame({"w": weights}), Design(weight="w"))


def test_trimming_once_as_r_does_it() -> None:
    made = trim(twelve(), upper=16, lower=9.5)
    # R: s <- trimWeights(d, upper=16, lower=9.5); weights(s); coef(svymean(~y, s)); SE(svymean(~y, s))
    wanted = [11.14285714286, 15.14285714286, 9.5, 16, 9.5, 16.14285714286]
    wanted += [12.14285714286, 13.14285714286, 16, 11.14285714286, 16, 14.14285714286]
    assert made.weights == pytest.approx(wanted, rel=1e-12)
    assert mean(made, "y").value[0] == pytest.approx(0.587053571428571, rel=1e-12)
    assert mean(made, "y").se[0] == pytest.approx(0.149650009372837, rel=1e-10)


def test_strict_trimming_leaves_nobody_outside() -> None:
    made = trim(twelve(), upper=16, strict=True)
    # R: s <- trimWeights(d, upper=16, strict=TRUE)
    wanted = [11.125, 15.125, 10.125, 16, 9.125, 16, 12.125, 13.125, 16, 11.125, 16, 14.125]
    assert made.weights == pytest.approx(wanted, rel=1e-12)
    assert mean(made, "y").se[0] == pytest.approx(0.148582806109001, rel=1e-10)


def test_a_weight_once_cut_stays_at_its_bound() -> None:
    # By hand: 1 → 2 and 14 → 10 leave 3 for 8, 9 and 3: 9, 10 and 4. Were 8 and 9 given more than their room, the rest
    # would go to 3 alone, never back to the first.
    assert trim(of_weights(1, 8, 9, 3, 14), lower=2, upper=10, strict=True).weights.tolist() == [2, 9, 10, 4, 10]
    # 1 → 2, 15 → 10: 4 for three, 9 + 4/3 is cut to 10, and its 1/3 goes to 8 and 3: 8 + 4/3 + 1/6, 3 + 4/3 + 1/6.
    made = trim(of_weights(1, 8, 9, 3, 15), lower=2, upper=10, strict=True)
    assert made.weights == pytest.approx([2, 9.5, 10, 4.5, 10], rel=1e-14)


def test_bounds_as_multiples_of_the_median() -> None:
    made = trim(of_weights(1, 2, 2, 3, 12), upper=3, times_median=True)  # the median is 2, the bound 6, the excess 6
    assert made.weights.tolist() == [2.5, 3.5, 3.5, 4.5, 6]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.1, 50), min_size=3, max_size=40), st.floats(1.1, 4), st.booleans())
def test_trimming_keeps_the_sum_and_does_not_raise_the_design_effect(
    weights: list[float], times: float, strict: bool
) -> None:
    base = of_weights(*weights)
    try:
        made = trim(base, upper=times * float(np.mean(weights)), strict=strict)
    except EstimationError as error:
        assert error.code == "WGT_TRIM_ALL"
        return
    assert made.weights.sum() == pytest.approx(sum(weights), rel=1e-12)
    assert kish(made.weights)[0] <= kish(base.weights)[0] + 1e-12
    if strict:
        assert made.weights.max() <= times * np.mean(weights)


def test_the_log_shows_what_trimming_costs_the_margins() -> None:
    raked = rake(sample(), MARGINS)
    step = trim(raked, upper=20).steps[-1]
    assert (step.name, step.sum_after) == ("trim", pytest.approx(1000, rel=1e-12))
    assert [(line.variable, line.level, line.target) for line in step.margins] == [
        (variable, level, count) for variable, levels in MARGINS.items() for level, count in levels.items()
    ]
    for line in step.margins:
        assert line.before == pytest.approx(line.target, rel=1e-12)
    after = trim(raked, upper=20).weights[raked.frame["sex"] == 1].sum()
    assert step.margins[0].after == pytest.approx(after, rel=1e-12)
    assert abs(after - 480) > 1e-3


def test_people_without_a_weight_are_not_lifted_to_the_lower_bound() -> None:
    frame = pd.DataFrame({"here": [1, 0, 1, 1], "c": 1, "w": [1.0, 4, 2, 3]})
    made = trim(nonresponse(Sample.of(frame, Design(weight="w")), "c", "here"), lower=2)
    assert made.weights[1] == 0
    assert made.weights.sum() == pytest.approx(10, rel=1e-12)


def test_replicates_are_trimmed_again() -> None:
    made = jackknifed(trim(twelve(), upper=20, strict=True))
    weights = made.replicate_weights(0)
    assert weights[:3].tolist() == [0, 0, 0]
    assert weights.max() <= 20
    assert weights.sum() == pytest.approx((160 - 33) * 4 / 3, rel=1e-12)


def test_bounds_that_leave_no_room_are_refused() -> None:
    with pytest.raises(EstimationError) as error:
        trim(of_weights(1, 2, 6), upper=2.5, strict=True)
    assert error.value.code == "WGT_TRIM_ALL"
    with pytest.raises(EstimationError) as error:
        trim(of_weights(1, 2, 6), upper=1, lower=2)
    assert error.value.code == "WGT_BAD_BOUNDS"
