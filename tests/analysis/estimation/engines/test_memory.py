"""The pass in memory gives the sums that a loop over rows gives, however many rows are worked on at a time."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimation.columns import Columns, group
from analysis.estimation.engines import memory
from analysis.estimation.terms import Term

TERMS = {
    "top": Term(within={"q": (4, 5)}),
    "seen": Term(given=("q",)),
    "product": Term(columns=("x", "x"), given=("q",)),
    "any": Term(any_of=("q", "g")),
    "both": Term(within={"q": (1, 5), "g": ("b",)}),
    "all": Term(),
}


def rows(n: int) -> pd.DataFrame:
    dice = np.random.default_rng(n)
    frame = pd.DataFrame({"q": dice.integers(1, 6, n).astype(float), "g": dice.choice(["a", "b", None], n)})
    frame.loc[dice.random(n) < 0.2, "q"] = np.nan
    frame["x"] = np.where(dice.random(n) < 0.1, np.nan, dice.normal(size=n))
    return frame


def by_hand(frame: pd.DataFrame) -> np.ndarray:
    q, g, x = frame["q"], frame["g"], frame["x"]
    return np.column_stack(
        [
            q.isin([4, 5]),
            q.notna(),
            (x**2).where(q.notna()).fillna(0.0),
            q.notna() | g.notna(),
            q.isin([1, 5]) & (g == "b"),
            np.ones(len(frame)),
        ]
    ).astype(float)


@pytest.mark.parametrize("n", [1, 127, 128, 129, 1000])
@pytest.mark.parametrize("chunk", [1 << 17, 64])
def test_sums_counts_and_moments_are_those_of_a_loop(n: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "CHUNK", chunk)
    monkeypatch.setattr(memory, "_CELLS", 10)
    frame, dice = rows(n), np.random.default_rng(7)
    weights, groups = dice.uniform(0.5, 3, n), dice.integers(-1, 3, n)
    shares = by_hand(frame)
    parts = memory.summands(Columns(frame), TERMS)
    members = [groups == k for k in range(3)]
    sums = np.array([weights[each] @ shares[each] for each in members])
    assert np.allclose(memory.group_sums(parts, weights, groups, 3), sums, rtol=1e-12)
    counts = np.array([(shares[each] != 0).sum(axis=0) for each in members])
    assert (memory.group_counts(parts, groups, 3) == counts).all()
    squares = np.array([(shares[each] * weights[each, None]).T @ shares[each] for each in members])
    assert np.allclose(memory.moments(parts, weights, groups, 3), squares, rtol=1e-12)


def test_groups_are_numbered_the_same_by_table_and_by_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = rows(500)
    columns = Columns(frame)
    codings = [columns.coded("q"), columns.coded("g")]
    inside = np.random.default_rng(3).random(500) < 0.7
    table = group(codings, inside)
    monkeypatch.setattr("analysis.estimation.columns._TABLE", -1)
    monkeypatch.setattr("analysis.estimation.columns._ROOM", 0)
    sorted_ = group(codings, inside)
    assert (table.of_row == sorted_.of_row).all()
    assert (table.parts == sorted_.parts).all()
