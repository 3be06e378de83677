"""What every engine must show: the SQL route is the row route, and bad data is told with its column."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from analysis.estimation.errors import EstimationError
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from tests.analysis.estimation.totals_survey import DESIGNS, assert_same, by_rows, frame, tally, weighted

Total = Callable[[pa.Table, Tally], TotalsTable]
"""An engine at work: makes the pass over these rows."""

ASKED = [
    (tally("spf", by=("domain",)), ""),
    (tally("two", by=("sex", "level"), second_moments=True), ""),
    (tally("sp", by=("level",), cells=("sex", "age", "district"), where={"online": (1,)}), "rkc"),
    (tally("plain", by=("level",)), ""),
]
NAMES = ["fpc", "two stages", "raked, where", "unweighted"]


def rows(**changes: Any) -> pa.Table:
    """The survey as an engine reads it: whole answers with gaps as whole numbers."""
    changed = frame().assign(**changes)
    whole = [name for name in changed.columns if name.startswith("q")]
    return pa.Table.from_pandas(changed.astype(dict.fromkeys(whole, "Int8")), preserve_index=False)


def assert_route(total: Total, asked: Tally, how: str) -> None:
    table = total(rows(), asked)
    assert_same(table.totals(weighted(table.sample, how)), by_rows(asked, how))
    assert table.n.sum() == len(frame())


BAD: list[tuple[dict[str, Any], str, str, int]] = [
    ({"w": frame()["w"].where(frame()["sex"] == 1, -1.0)}, "TOT_BAD_WEIGHTS", "w", int((frame()["sex"] == 2).sum())),
    ({"w": frame()["w"].where(frame().index > 2)}, "TOT_BAD_WEIGHTS", "w", 3),
    ({"w": frame()["w"].where(frame().index > 1, np.inf)}, "TOT_BAD_WEIGHTS", "w", 2),
    ({"psu": frame()["psu"].where(frame().index > 4).astype("Int64")}, "TOT_EMPTY_DESIGN", "psu", 5),
    ({"score": frame()["score"].where(frame().index > 0, np.inf)}, "TOT_INFINITE", "score", 1),
    ({"score": frame()["score"].where(frame().index > 1, -np.inf)}, "TOT_INFINITE", "score", 2),
]


def assert_refused(total: Total, bad: tuple[dict[str, Any], str, str, int]) -> None:
    changes, code, column, count = bad
    with pytest.raises(EstimationError) as caught:
        total(rows(**changes), Tally(design=DESIGNS["sp"], terms=tally().terms))
    assert (caught.value.code, caught.value.values["column"], caught.value.values["count"]) == (code, column, count)


def assert_empty_refused(total: Total) -> None:
    with pytest.raises(EstimationError) as caught:
        total(rows().slice(0, 0), tally())
    assert caught.value.code == "EST_NO_ROWS"
