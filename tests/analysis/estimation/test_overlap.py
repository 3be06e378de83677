"""Two rounds over partly the same units: against R's stacked design, the library's own, and every possible draw."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.estimation import Design, Estimate, EstimationError, Sample, contrast, mean, rake
from analysis.estimation.overlap import overlap

KEY = ("stratum", "psu")


def panel() -> pd.DataFrame:
    """Two strata of 3 and 2 units, four people a unit in each of two rounds: a small 0/1 table without pattern."""
    rows = [
        {
            "round": r,
            "stratum": h,
            "psu": f"{h}{k}",
            "w": 1 + ((i + k) % 3) * 0.5,
            "N": N,
            "y": int(((i * 7 + k * 5 + h * 3 + (r - 1) * (k + i)) % 6) < 2 + k - (r == 1) * (h == 2)),
        }
        for r in (1, 2)
        for h, (n, N) in enumerate([(3, 9), (2, 5)], start=1)
        for k in range(1, n + 1)
        for i in range(4)
    ]
    return pd.DataFrame(rows)


def rounds(rows: pd.DataFrame, **design: str) -> tuple[Sample, Sample]:
    made = Design(**({"strata": "stratum", "psu": "psu", "weight": "w"} | design))
    first, second = (Sample.of(rows[rows["round"] == r].reset_index(drop=True), made) for r in (1, 2))
    return first, second


def covariance(first: Sample, second: Sample, numbers: tuple[Estimate, Estimate] | None = None) -> float:
    shared = overlap(first, second, KEY)
    assert shared is not None
    [found] = shared.covariance(*(numbers or (mean(first, "y"), mean(second, "y"))), [(0, 0)])
    return float(found)


# R 4.1, survey 4.1-1: svydesign(ids=~psu, strata=~stratum, weights=~w[, fpc=~N], data=both, nest=TRUE),
# svyby(~y, ~round, ·, svymean, covmat=TRUE); the fpc of a stratum is that of the units, which are the same.
@pytest.mark.parametrize(
    ("design", "variances", "together"),
    [
        ({}, (0.0152523057285, 0.0157908790084), 0.0129737153561),
        ({"fpc": "N"}, (0.01016519449174, 0.01051915878566), 0.00865407886744),
    ],
)
def test_where_all_units_are_the_same_it_is_what_r_has_for_both_rounds_in_one_sample(
    design: dict[str, str], variances: tuple[float, float], together: float
) -> None:
    first, second = rounds(panel(), **design)
    assert mean(first, "y").variance[0] == pytest.approx(variances[0], rel=1e-11)
    assert mean(second, "y").variance[0] == pytest.approx(variances[1], rel=1e-11)
    assert covariance(first, second) == pytest.approx(together, rel=1e-11)


def test_it_is_the_covariance_of_one_sample_with_a_column_for_the_round() -> None:
    both = Sample.of(panel(), Design(strata="stratum", psu="psu", weight="w"))
    change = contrast(mean(both, "y", by=("round",)), [-1.0, 1.0])
    first, second = rounds(panel())
    numbers = mean(first, "y"), mean(second, "y")
    variance = numbers[0].variance[0] + numbers[1].variance[0] - 2 * covariance(first, second, numbers)
    assert variance == pytest.approx(change.variance[0], rel=1e-12)
    assert np.sqrt(variance) == pytest.approx(0.0713845503216, rel=1e-11)  # R's svycontrast of the same


def test_after_raking_each_round_to_its_own_margins_it_is_that_of_one_sample_raked_by_round() -> None:
    rows = panel().assign(sex=["a", "b", "b", "a", "b", "a", "a"] * 5 + ["a"] * 5)
    rows["cell"] = rows["round"].astype(str) + rows["sex"]
    both = rake(
        Sample.of(rows, Design(strata="stratum", psu="psu", weight="w")),
        {"cell": {"1a": 30.0, "1b": 20.0, "2a": 15.0, "2b": 35.0}},
    )
    change = contrast(mean(both, "y", by=("round",)), [-1.0, 1.0])
    plain = rounds(rows)
    first = rake(plain[0], {"sex": {"a": 30.0, "b": 20.0}})
    second = rake(plain[1], {"sex": {"a": 15.0, "b": 35.0}})
    numbers = mean(first, "y"), mean(second, "y")
    variance = numbers[0].variance[0] + numbers[1].variance[0] - 2 * covariance(first, second, numbers)
    assert variance == pytest.approx(change.variance[0], rel=1e-10)


def test_over_every_draw_with_that_many_common_units_it_is_the_true_covariance_on_average() -> None:
    """N = 5, 3 drawn in each round, 2 of them in both: all draws, each as likely as another. No model, no reference."""
    before, after = np.array([3.0, 1, 4, 1, 9]), np.array([2.0, 7, 1, 8, 2])
    totals, found = [], []
    for common in combinations(range(5), 2):
        for one in set(range(5)) - set(common):
            for other in set(range(5)) - {*common, one}:
                drawn = sorted((*common, one)), sorted((*common, other))
                sides = [
                    Sample.of(
                        pd.DataFrame({"psu": units, "y": values[units], "w": 5 / 3, "N": 5, "stratum": "a"}),
                        Design(psu="psu", strata="stratum", weight="w", fpc="N"),
                    )
                    for units, values in zip(map(np.array, drawn), (before, after), strict=True)
                ]
                numbers = [mean(side, "y") for side in sides]
                totals.append([number.value[0] for number in numbers])
                shared = overlap(*sides, KEY)
                assert shared is not None
                free = replace(shared, most=np.inf)  # the guard against chance is not unbiased
                found.append(free.covariance(*numbers, [(0, 0)])[0])
    one, other = np.array(totals).T
    truth = np.mean(one * other) - one.mean() * other.mean()
    assert len(found) == 60
    assert np.mean(found) == pytest.approx(truth, rel=1e-12)


def test_units_that_only_one_round_has_and_other_strata_share_nothing() -> None:
    rows = panel()
    first, second = rounds(rows.assign(psu=rows["psu"] + rows["round"].astype(str)))
    assert overlap(first, second, KEY) is None
    moved = rows.assign(stratum=rows["stratum"] + 10 * (rows["round"] == 2))
    assert overlap(*rounds(moved), KEY) is None


def test_people_who_are_their_own_units_are_never_the_same() -> None:
    first, second = rounds(panel())
    alone = Sample.of(first.frame, Design(weight="w"))
    assert overlap(alone, second, KEY) is None


def test_one_common_unit_of_several_says_nothing_and_a_lone_one_in_both_rounds_counts() -> None:
    rows = panel()
    one = rows[(rows["round"] == 1) | rows["psu"].isin(["11", "21", "22"])]
    first, second = rounds(one, strata="stratum")
    lone = replace(first.design, lonely_psu="adjust")
    sides = tuple(Sample.of(side.frame, lone) for side in (first, second))
    shared = overlap(*sides, KEY)
    assert shared is not None
    assert len(shared) == 3
    assert shared.factor[:1].tolist() == [0.0]
    only = rows[rows["psu"].isin(["11", "21", "22"])]
    sides = tuple(Sample.of(only[only["round"] == r].reset_index(drop=True), lone) for r in (1, 2))
    both = Sample.of(only.reset_index(drop=True), lone)
    together = mean(both, "y", by=("round",)).covariance[0, 1]
    apart = overlap(*sides, KEY)
    assert apart is not None
    numbers = mean(sides[0], "y"), mean(sides[1], "y")
    assert apart.covariance(*numbers, [(0, 0)])[0] == pytest.approx(together, rel=1e-12)


def test_few_common_units_never_make_a_difference_more_certain_than_they_can() -> None:
    first, second = rounds(panel())
    shared = overlap(first, second, KEY)
    assert shared is not None
    tight = replace(shared, most=0.1)
    numbers = mean(first, "y"), mean(second, "y")
    assert tight.covariance(*numbers, [(0, 0)])[0] == pytest.approx(0.1 * numbers[0].se[0] * numbers[1].se[0])


def test_a_key_that_a_frame_has_not_is_refused() -> None:
    first, second = rounds(panel())
    with pytest.raises(EstimationError, match="nowhere"):
        overlap(first, second, ("nowhere",))
