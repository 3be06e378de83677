"""The highest and the lowest part of the index against a paired t test by hand: one item a factor, nobody silent."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.extremes import extremes
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section

NAMES = ("a", "b", "c", "d")
SCALE = Scale(name="s", options=tuple(Option(value=v, label={"vi": v}) for v in ("0", "1")))


def evaluated(columns: dict[str, Any], **changes: Any) -> Evaluation:
    """One factor with one item for each column of zeros and ones."""
    items = tuple(
        Question(
            name=f"q_{name}", kind="select_one", label={"vi": name}, role="satisfaction", scale=SCALE,
            factor=name, satisfied=("1",),
        )
        for name in columns
    )  # fmt: skip
    asked = Questionnaire(
        id="x", version="1", title={"vi": "x"}, languages=("vi",),
        sections=(Section(name="s", label={"vi": "s"}, questions=items),),
        index=tuple(IndexNode(code=name, level="factor", label={"vi": name}) for name in columns),
    )  # fmt: skip
    frame = pd.DataFrame(
        {f"q_{name}": pd.Categorical([None if v is None else str(v) for v in values], ["0", "1"])
         for name, values in columns.items()}
    )  # fmt: skip
    plan = Plan(**changes)
    return evaluate(make_sample(frame, plan, {}), asked, plan)


def drawn(seed: int, n: int, shares: tuple[float, ...]) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    mood = chance.normal(size=n)
    return {
        name: (0.6 * mood + chance.normal(size=n) * 0.8 < stats.norm.ppf(share)).astype(int)
        for name, share in zip(NAMES, shares, strict=True)
    }


def by_hand(columns: dict[str, np.ndarray], sign: int, level: float = 0.95) -> tuple[str, set[str]]:
    """The first by its mean; its rivals by paired t intervals at Šidák's level for all k(k − 1)/2 differences."""
    first = max(columns, key=lambda name: sign * columns[name].mean())
    others = [name for name in columns if name != first]
    pairs = len(columns) * (len(columns) - 1) // 2
    critical = stats.t.ppf((1 + level ** (1 / pairs)) / 2, len(columns[first]) - 1)
    rivals = set()
    for name in others:
        gap = sign * (columns[first] - columns[name])
        if gap.mean() - critical * gap.std(ddof=1) / math.sqrt(len(gap)) <= 0:
            rivals.add(name)
    return first, rivals


@pytest.mark.parametrize("seed", range(12))
def test_who_stands_out_is_what_paired_t_tests_say(seed: int) -> None:
    columns = drawn(seed, 150, (0.62, 0.7, 0.72, 0.82))
    found = extremes(evaluated(columns), NAMES, weighted=False)
    assert found is not None
    for extreme, sign in zip(found, (1, -1), strict=True):
        first, rivals = by_hand(columns, sign)
        assert (extreme.id, set(extreme.rivals)) == (first, rivals)
        assert extreme.value == pytest.approx(columns[first].mean())


def test_the_cases_above_have_both_clear_and_unclear_ends() -> None:
    ends = [by_hand(drawn(seed, 150, (0.62, 0.7, 0.72, 0.82)), sign)[1] for seed in range(12) for sign in (1, -1)]
    assert any(not rivals for rivals in ends) and any(rivals for rivals in ends)


def test_equal_factors_are_told_apart_no_more_often_than_the_level_allows() -> None:
    wrong = 0
    for seed in range(60):
        found = extremes(evaluated(drawn(seed, 120, (0.7, 0.7, 0.7, 0.7))), NAMES, weighted=False)
        assert found is not None
        wrong += any(len(extreme.rivals) < 3 for extreme in found)
    assert wrong <= 8  # at 5 % a round 60 give 3 on average; more than 8 in one of 250 such tests


def test_one_sampling_unit_or_one_factor_tells_nothing() -> None:
    columns = drawn(1, 40, (0.3, 0.7, 0.7, 0.9))
    found = extremes(evaluated(columns, psu=None), ("a",), weighted=False)
    assert found is None
    silent = {**columns, "d": [None] * 40}
    found = extremes(evaluated(silent), NAMES, weighted=False)
    assert found is not None and "d" not in {found[0].id, found[1].id, *found[0].rivals, *found[1].rivals}
