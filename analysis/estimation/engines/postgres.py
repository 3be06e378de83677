"""The pass over rows, by PostgreSQL: a table or view, over any connection that follows Python's DBAPI."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.estimation.engines.sql import Kind, Kinds, empty_query, quoted, totals_query
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally

_KINDS: Mapping[int, Kind] = {
    16: "boolean",
    **dict.fromkeys((20, 21, 23), "whole"),
    701: "double",
    **dict.fromkeys((700, 1700), "number"),
    **dict.fromkeys((25, 1042, 1043), "text"),
}
"""PostgreSQL's numbers of types, as pg_type lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """`connection`: of pg8000, psycopg or another driver. `schema`: the table's, None for the first that has it."""

    connection: Any
    table: str
    schema: str | None = None

    def totals_table(self, tally: Tally, provenance: Mapping[str, str] | None = None) -> TotalsTable:
        """The totals of all rows of the table. Raises EstimationError for data that cannot be totalled."""
        table = ".".join(quoted(name) for name in (self.schema, self.table) if name is not None)
        cursor = self.connection.cursor()
        try:
            cursor.execute(empty_query(table))
            kinds: Kinds = {name: _KINDS.get(kind, "other") for name, kind, *_ in cursor.description}
            query = totals_query(tally, table, kinds)
            cursor.execute(query.text)
            rows = cursor.fetchall()
        finally:
            cursor.close()
        return query.table(list(zip(*rows, strict=True)), provenance)
