"""DuckDB makes the same pass as memory, from Parquet and from an open connection."""

import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.estimation.engines.duckdb import DuckDB, connection_totals
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.tables import TotalsTable, merge
from analysis.estimation.tally import Tally
from tests.analysis.estimation.engines import awkward, routes
from tests.analysis.estimation.totals_survey import assert_same, by_rows, frame, tally


@pytest.fixture
def total(tmp_path: Path) -> routes.Total:
    def run(rows: pa.Table, asked: Tally) -> TotalsTable:
        pq.write_table(rows, tmp_path / "rows.parquet")
        return DuckDB(files=tmp_path / "rows.parquet", threads=2).totals_table(asked)

    return run


@pytest.mark.parametrize(("asked", "how"), routes.ASKED, ids=routes.NAMES)
def test_the_sql_route_is_the_row_route(total: routes.Total, asked: Tally, how: str) -> None:
    routes.assert_route(total, asked, how)


@pytest.mark.parametrize("names", [awkward.NAMES, awkward.QUOTED], ids=["names", "quoted"])
def test_hostile_data_is_data(total: routes.Total, names: dict[str, str]) -> None:
    awkward.assert_same(total(awkward.table(names), awkward.tally(names)), names)


@pytest.mark.parametrize("bad", routes.BAD, ids=lambda bad: bad[1])
def test_bad_data_is_told_with_column_and_count(total: routes.Total, bad: Any) -> None:
    routes.assert_refused(total, bad)


def test_no_row_is_told(total: routes.Total) -> None:
    routes.assert_empty_refused(total)


def test_many_files_are_one_pass_and_their_tables_add_up_to_it(tmp_path: Path) -> None:
    asked = tally("spf", by=("domain",))
    for month in range(3):
        pq.write_table(routes.rows().filter(pa.array(frame()["id"] % 3 == month)), tmp_path / f"2026-{month}.parquet")
    whole = DuckDB(files=f"{tmp_path}/2026-*.parquet").totals_table(asked)
    parts = [
        DuckDB(files=[tmp_path / f"2026-{month}.parquet"]).totals_table(asked, {"month": str(month)})
        for month in range(3)
    ]
    assert_same(whole.totals(), by_rows(asked))
    merged = merge(*parts)
    assert_same(merged.totals(), by_rows(asked))
    assert merged.provenance == {"month": "0; 1; 2"}


def test_the_same_file_is_recognised_whichever_engine_totalled_it(total: routes.Total) -> None:
    asked = tally(by=("domain",))
    memory = TotalsTable.of_sample(Sample.of(frame(), asked.design), asked)
    with pytest.raises(EstimationError, match="same data"):
        merge(total(routes.rows(), asked), memory)


def test_a_table_of_an_open_connection_with_columns_of_every_kind() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            'CREATE TABLE "my slips" AS SELECT CAST(i % 4 AS UTINYINT) AS psu, CAST(i AS DECIMAL(9, 2)) / 2 AS y,'
            " CAST(i % 2 = 0 AS VARCHAR) AS t, CAST(CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS ENUM ('a', 'b')) AS e,"
            " CAST(1.5 AS FLOAT) AS w, DATE '2026-01-01' AS day FROM range(12) AS r(i)"
        )
        terms = {"y": awkward.Term(columns=("y",)), "e": awkward.Term(within={"e": ("a",)}, given=("day",))}
        asked = Tally(design=awkward.Design(psu="psu", weight="w"), terms=terms, by=("t",))
        table = connection_totals(connection, "my slips", asked)
    # By hand: Σ 1.5·i/2 over i = 0…11 is 49.5, and 4 of 12 rows are "a"
    np.testing.assert_allclose(table.sums.sum(axis=0), [49.5, 6.0])
    assert table.counts.sum() == 4
    assert sorted(set(table.keys["t"])) == ["false", "true"]


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "slips.parquet").write_text("month;n\n5;12\n")
    for file in (tmp_path / "slips.parquet", tmp_path / "none.parquet", [tmp_path / "none.parquet"]):
        with pytest.raises(EstimationError, match=r"\.parquet") as caught:
            DuckDB(files=file).totals_table(tally())
        assert caught.value.code == "TOT_SOURCE"


@pytest.mark.parametrize("settings", [{"memory": "much"}, {"threads": 0}])
def test_settings_that_duckdb_does_not_have_are_told(settings: dict[str, Any]) -> None:
    with pytest.raises(EstimationError) as caught:
        DuckDB(files="rows.parquet", **settings).totals_table(tally())
    assert caught.value.code == "TOT_SETTINGS"


def test_a_missing_library_is_told_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(EstimationError) as caught:
        DuckDB(files="rows.parquet").totals_table(tally())
    assert caught.value.code == "TOT_NO_EXTRA"
    assert 'pip install "hailong[scale]"' in str(caught.value)
