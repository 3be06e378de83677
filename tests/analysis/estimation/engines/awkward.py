"""Data that an engine must take as data: names and levels that look like SQL, and each way an answer can be missing."""

from functools import cache

import numpy as np
import pyarrow as pa

from analysis.estimation.columns import Columns
from analysis.estimation.design import Design
from analysis.estimation.engines.sql import Kinds
from analysis.estimation.sample import Sample
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term

LEVELS = ("O'Brien", "\\", "\\'; --", "'); DELETE FROM slips; --", "xã «Đ»", "%s {0} :x ?", 'two\nlines\t"', "", "4")
NAMES = {
    "level": "lời 'đánh giá'; --",
    "stratum": "GROUP BY",
    "unit": "unit`",
    "weight": "w) FROM slips; DROP TABLE slips; --",
    "score": "Score %s",
    "score again": "score {0} :x ?",
    "truth": "SELECT",
}
QUOTED = NAMES | {"level": 'lời "đánh giá"', "unit": "\\", "weight": '"; DROP TABLE slips; --'}
"""The same with names that hold double quotes and backslashes, which Spark cannot read."""

KINDS: Kinds = {
    "level": "text",
    "stratum": "text",
    "unit": "whole",
    "weight": "double",
    "score": "double",
    "score again": "number",
    "truth": "boolean",
}


@cache
def columns() -> dict[str, pa.Array]:
    """Plain name → column: empty as NULL or, in numbers, as NaN."""
    rng = np.random.default_rng(3)
    count = 600
    score = rng.normal(3, 1, count).round(2)
    score[rng.random(count) < 0.1] = np.nan
    level = [LEVELS[place] if place < len(LEVELS) else None for place in rng.integers(0, len(LEVELS) + 1, count)]
    return {
        "level": pa.array(level),
        "stratum": pa.array([LEVELS[place] for place in np.arange(count) % 3]),
        "unit": pa.array(np.arange(count) // 3 % 12),
        "weight": pa.array(rng.uniform(1, 9, count)),
        "score": pa.array(score, mask=rng.random(count) < 0.1),
        "score again": pa.array(rng.integers(1, 6, count).astype(np.float32), mask=rng.random(count) < 0.2),
        "truth": pa.array(rng.random(count) < 0.5, mask=rng.random(count) < 0.2),
    }


def tally(names: dict[str, str]) -> Tally:
    level, score, again, truth = (names[name] for name in ("level", "score", "score again", "truth"))
    terms = {
        "score": Term(columns=(score,)),
        "scored": Term(given=(score,)),
        "square": Term(columns=(score, again)),
        "count": Term(columns=(again,), within={level: (*LEVELS[:4], "none")}),
        "true": Term(columns=(truth,), given=(level,)),
        "false": Term(within={truth: (False,), level: LEVELS[4:]}),
        "any": Term(any_of=(truth, score, level)),
        "whole": Term(within={again: (1, 2.0, 2.5, "3", None)}),
        "never": Term(within={again: ("1",), names["unit"]: ("0",)}),
        "between": Term(within={names["unit"]: (3, 4, 5, 6.5)}),
        "two": Term(within={names["unit"]: (3, 7, True)}),
    }
    design = Design(strata=names["stratum"], psu=names["unit"], weight=names["weight"])
    return Tally(
        design=design, terms=terms, by=(level,), where={truth: (True, False), names["stratum"]: LEVELS[1:3]},
        second_moments=True,
    )  # fmt: skip


def table(names: dict[str, str]) -> pa.Table:
    return pa.table({names[name]: column for name, column in columns().items()})


def kinds(names: dict[str, str]) -> Kinds:
    return {names[name]: kind for name, kind in KINDS.items()}


def assert_same(got: TotalsTable, names: dict[str, str]) -> None:
    """The table is that of the rows in memory."""
    frame = {names[name]: _array(column) for name, column in columns().items()}
    assert Columns(frame).rows == 600
    asked = tally(names)
    wanted = TotalsTable.of_sample(Sample.of(frame, asked.design), asked)
    np.testing.assert_allclose(got.numbers, wanted.numbers, rtol=1e-12)
    np.testing.assert_array_equal(got.inside, wanted.inside)
    for name, levels in wanted.keys.items():
        assert got.keys[name].tolist() == levels.tolist()
    assert got.sources == wanted.sources


def _array(column: pa.Array) -> np.ndarray:
    if pa.types.is_floating(column.type):
        return column.to_numpy(zero_copy_only=False).astype(float)
    return np.array(column.to_pylist(), dtype=object)
