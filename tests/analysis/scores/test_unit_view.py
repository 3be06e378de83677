"""What a unit sees of itself: differences with their own error, nothing that tells who answered."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from analysis.scores.unit_view import unit_view
from tests.analysis.scores.sample395 import sample_evaluation
from tests.analysis.scores.test_evaluate import FORM


def evaluated(units: dict[str, dict[str, float]], n: int = 300, plan: Plan | None = None) -> Evaluation:
    """`units`: unit → item → the share satisfied with it, in each unit of n people."""
    made = plan or Plan(by=("unit",))
    frames = []
    for unit, shares in units.items():
        columns = {
            item: np.roll(np.where(np.arange(n) < round(share * n), "5", "1"), 37 * place)
            for place, (item, share) in enumerate(shares.items())
        }
        frames.append(pd.DataFrame(columns).assign(unit=unit, sex="1"))
    rows = pd.concat(frames, ignore_index=True)
    for item in "abcd":
        if item not in rows:
            rows[item] = pd.Series([None] * len(rows), dtype=object)
    return evaluate(make_sample(rows, made, {}), FORM, made)


def test_clearly_better_and_worse_items_are_told_and_the_rest_is_not() -> None:
    made = evaluated({
        "x": {"a": 0.9, "b": 0.3, "c": 0.6, "d": 0.6},
        "y": {"a": 0.6, "b": 0.6, "c": 0.62, "d": 0.6},
    })  # fmt: skip
    view = unit_view(made, "x", weighted=False)
    assert [(item.own.id, item.verdict) for item in view.items] == [
        ("b", "below"), ("c", "unclear"), ("d", "unclear"), ("a", "above"),
    ]  # fmt: skip
    assert (view.own.n, view.everybody.n, view.hidden) == (300, 600, ())


def test_the_error_is_that_of_a_part_and_the_whole() -> None:
    """By hand for one item: unit less everybody is (1−w)(unit−rest), two independent samples, one comparison."""
    made = evaluated({"x": {"a": 0.7}, "y": {"a": 0.6}})
    [item] = unit_view(made, "x", weighted=False).items
    error = np.sqrt(0.25 * (0.7 * 0.3 + 0.6 * 0.4) / 300 * 600 / 599)
    critical = stats.t.ppf(0.975, 299)
    assert item.difference == pytest.approx(0.05)
    assert item.high - item.difference == pytest.approx(critical * error, rel=1e-2)  # max-t comes from draws
    assert item.low + item.high == pytest.approx(2 * item.difference)


def test_items_that_few_of_the_unit_answered_are_hidden() -> None:
    made = evaluated({"x": {"a": 0.7, "b": 0.5}, "y": {"a": 0.6, "b": 0.5}})
    rows = made.sample.frame.copy()
    rows.loc[rows.index[9:300], "b"] = None
    plan = Plan(by=("unit",))
    view = unit_view(evaluate(make_sample(rows, plan, {}), FORM, plan), "x", weighted=False)
    assert [item.own.id for item in view.items] == ["a"]
    assert view.hidden == ("b", "c", "d")


def test_a_unit_of_two_to_four_communes_is_compared_with_nothing_but_its_differences_are_shown() -> None:
    made = sample_evaluation().evaluation
    view = unit_view(made, "Bắc Sơn", weighted=True)
    assert {item.verdict for item in view.items} == {"doubtful"}
    assert len(view.items) + len(view.hidden) == len(made.questionnaire.items())
    differences = [item.difference for item in view.items]
    assert differences == sorted(differences)
    row = made.result.row("overall", weighted=True, by={"unit": "Bắc Sơn"})
    assert (view.own, view.unit) == (row, "Bắc Sơn")


def test_a_unit_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        unit_view(evaluated({"x": {"a": 0.5}, "y": {"a": 0.5}}), "z", weighted=False)
