"""The pass over rows, by DuckDB: Parquet files of any size on one machine, or a table of an open connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.estimation.engines.extras import extra
from analysis.estimation.engines.sql import Kind, Kinds, empty_query, quoted, totals_query
from analysis.estimation.errors import EstimationError
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WHOLE = ("tinyint", "smallint", "integer", "bigint", "hugeint")
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys((*_WHOLE, *(f"u{name}" for name in _WHOLE)), "whole"),
    "double": "double",
    "float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "varchar": "text",
    "enum": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DuckDB:
    """`files`: Parquet files, or patterns such as `2026-*.parquet`. `memory`: how much DuckDB may hold before it writes
    to disk, beside what it needs to read. `threads`: None for one a core.
    """

    files: str | Path | Sequence[str | Path]
    memory: str = "250MB"
    threads: int | None = None

    def totals_table(self, tally: Tally, provenance: Mapping[str, str] | None = None) -> TotalsTable:
        """The totals of all rows of the files.

        Raises EstimationError for files that cannot be read, settings that DuckDB does not have, and data that cannot
        be totalled.
        """
        duckdb = extra("duckdb", "scale")
        files = [self.files] if isinstance(self.files, str | Path) else self.files
        with TemporaryDirectory(prefix="hailong-") as folder:
            settings: dict[str, Any] = {
                "memory_limit": self.memory,
                "temp_directory": folder,
                "preserve_insertion_order": False,
            }
            if self.threads is not None:
                settings["threads"] = self.threads
            try:
                connection = duckdb.connect(config=settings)
            except duckdb.Error as problem:
                raise EstimationError(
                    "TOT_SETTINGS", memory=self.memory, threads=self.threads, problem=problem
                ) from None
            with connection:
                try:
                    connection.read_parquet([str(file) for file in files]).create_view("rows")
                    return connection_totals(connection, "rows", tally, provenance)
                except duckdb.Error as problem:
                    raise EstimationError("TOT_SOURCE", path=", ".join(map(str, files)), problem=problem) from None


def connection_totals(
    connection: "DuckDBPyConnection", table: str, tally: Tally, provenance: Mapping[str, str] | None = None
) -> TotalsTable:
    """The totals of a table or view of an open connection. Raises EstimationError as `totals_table` does."""
    query = totals_query(tally, quoted(table), _kinds(connection, quoted(table)))
    columns = connection.execute(query.text).fetchnumpy()
    return query.table(list(columns.values()), provenance)


def _kinds(connection: "DuckDBPyConnection", table: str) -> Kinds:
    columns = connection.execute(empty_query(table)).description or []
    return {name: _KINDS.get(kind.id, "other") for name, kind, *_ in columns}
