"""What may be said of units: only of reliable figures, and by the error of the difference, not by overlapping bars."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.scores.differences import Differences, differences
from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from tests.analysis.scores.test_evaluate import FORM

SIZES = {"x": 300, "y": 300, "z": 300, "few": 12}


def found(shares: dict[str, float], column: str = "unit", **plan) -> Differences:
    """Units in which exactly these shares are satisfied with item a; nothing else was asked."""
    good = np.concatenate([np.arange(SIZES[u]) < round(share * SIZES[u]) for u, share in shares.items()])
    unit = np.repeat(list(shares), [SIZES[u] for u in shares])
    rows = pd.DataFrame({"a": np.where(good, "5", "1"), "unit": unit, "sex": "1"})
    rows = rows.assign(**{name: pd.Series([None] * len(rows), dtype=object) for name in "bcd"})
    made = Plan(**({"by": (column,)} | plan))
    return differences(evaluate(make_sample(rows, made, {}), FORM, made), "overall", column, weighted=False)


def test_a_clear_leader_is_one_and_a_small_unit_is_compared_with_nothing() -> None:
    said = found({"x": 0.9, "y": 0.6, "z": 0.6, "few": 1.0})
    assert said.verdicts == {"few": "doubtful", "x": "above", "y": "below", "z": "below"}
    assert (said.first, said.rivals) == ("x", ())


def test_units_alike_are_not_told_apart() -> None:
    said = found({"x": 0.72, "y": 0.7, "z": 0.7})
    assert set(said.verdicts.values()) == {"unclear"}
    assert said.rivals == ("y", "z")


def test_the_difference_is_that_of_a_part_and_the_whole_with_its_own_error() -> None:
    """By hand: unit less everybody is (1−w)(unit−rest), two independent samples, Šidák over the three units."""
    n, whole = 300, 900
    verdicts = {}
    for points in range(60, 75):
        share = points / 100
        rest = 0.6
        error = np.sqrt((1 - n / whole) ** 2 * (share * (1 - share) / n + rest * (1 - rest) / (whole - n)))
        error *= np.sqrt(whole / (whole - 1))
        critical = stats.t.ppf((1 + 0.95 ** (1 / 3)) / 2, n - 1)
        clear = (1 - n / whole) * (share - rest) > critical * error
        verdicts[points] = found({"x": share, "y": rest, "z": rest}).verdicts["x"] == "above"
        assert verdicts[points] == clear, points
    assert set(verdicts.values()) == {True, False}


def test_a_unit_of_few_places_is_compared_with_nothing_however_narrow_its_interval() -> None:
    rows = pd.DataFrame({"a": (["5"] * 9 + ["1"]) * 60, "sex": "1", "psu": [f"p{k // 10}" for k in range(600)]})
    rows = rows.assign(unit=["two places"] * 20 + ["many"] * 580)
    rows.loc[::17, "a"] = "1"
    rows = rows.assign(**{name: pd.Series([None] * 600, dtype=object) for name in "bcd"})
    plan = Plan(psu="psu", by=("unit",))
    made = evaluate(make_sample(rows, plan, {}), FORM, plan)
    assert differences(made, "a", "unit", weighted=True).verdicts["two places"] == "doubtful"


@pytest.mark.parametrize("column", ["unit", "sex"])
def test_one_group_alone_is_compared_with_nobody(column: str) -> None:
    assert found({"x": 0.5}, column) == Differences(
        verdicts={"x" if column == "unit" else "1": "doubtful"}, first=None, rivals=()
    )
