"""Spark makes the same pass as memory. Slow: starts a Java machine."""

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.estimation.engines.spark import Spark
from analysis.estimation.errors import EstimationError
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from tests.analysis.estimation.engines import awkward, routes

pytestmark = [pytest.mark.slow, pytest.mark.skipif(which("java") is None, reason="Spark needs Java")]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "2")
        made = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        made.sparkContext.setLogLevel("OFF")
        yield made
        made.stop()


@pytest.fixture
def total(session: Any, tmp_path: Path) -> routes.Total:
    def run(rows: pa.Table, asked: Tally) -> TotalsTable:
        pq.write_table(rows, tmp_path / "rows.parquet")
        return Spark(frame=session.read.parquet(str(tmp_path / "rows.parquet"))).totals_table(asked)

    return run


@pytest.mark.parametrize(("asked", "how"), routes.ASKED, ids=routes.NAMES)
def test_the_sql_route_is_the_row_route(total: routes.Total, asked: Tally, how: str) -> None:
    routes.assert_route(total, asked, how)


def test_hostile_data_is_data(total: routes.Total) -> None:
    awkward.assert_same(total(awkward.table(awkward.NAMES), awkward.tally(awkward.NAMES)), awkward.NAMES)


def test_a_name_that_spark_cannot_read_is_refused(total: routes.Total) -> None:
    with pytest.raises(EstimationError) as caught:
        total(awkward.table(awkward.QUOTED), awkward.tally(awkward.QUOTED))
    assert caught.value.code == "TOT_NAME"


@pytest.mark.parametrize("bad", routes.BAD, ids=lambda bad: bad[1])
def test_bad_data_is_told_with_column_and_count(total: routes.Total, bad: Any) -> None:
    routes.assert_refused(total, bad)


def test_no_row_is_told(total: routes.Total) -> None:
    routes.assert_empty_refused(total)


def test_settings_are_as_before(total: routes.Total, session: Any) -> None:
    before = session.conf.get("spark.sql.ansi.doubleQuotedIdentifiers")
    routes.assert_empty_refused(total)
    assert session.conf.get("spark.sql.ansi.doubleQuotedIdentifiers") == before == "false"
    assert not session.catalog.listTables()
