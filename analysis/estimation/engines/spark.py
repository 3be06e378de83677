"""The pass over rows, by Spark: a data frame spread over as many machines as there are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

from analysis.estimation.engines.sql import Kind, Kinds, quoted, totals_query
from analysis.estimation.errors import EstimationError
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
    "double": "double",
    "float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "string": "text",
}
_VIEW = "hailong_rows"
_ANSI = ("spark.sql.ansi.enabled", "spark.sql.ansi.doubleQuotedIdentifiers")
"""Settings under which Spark reads the common text: names in double quotes, and an overflow is an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """`frame`: of pyspark, such as `session.table("slips")` or `session.read.parquet("s3://…")`."""

    frame: Any

    def totals_table(self, tally: Tally, provenance: Mapping[str, str] | None = None) -> TotalsTable:
        """The totals of all rows of the frame.

        Raises EstimationError for data that cannot be totalled, and for a name with a double quote or a backslash.
        """
        kinds: Kinds = {name: _KINDS.get(kind.partition("(")[0], "other") for name, kind in self.frame.dtypes}
        query = totals_query(tally, quoted(_VIEW), kinds)
        for name in kinds:
            if ('"' in name or "\\" in name) and quoted(name) in query.text:
                raise EstimationError("TOT_NAME", column=name)
        session = self.frame.sparkSession
        self.frame.createOrReplaceTempView(_VIEW)
        try:
            with _ansi(session), catch_warnings():
                simplefilter("ignore", ResourceWarning)  # pyspark leaves closing its socket to the garbage collector
                rows = session.sql(query.text).collect()
        finally:
            session.catalog.dropTempView(_VIEW)
        return query.table(list(zip(*rows, strict=True)), provenance)


@contextmanager
def _ansi(session: Any) -> Iterator[None]:
    before = {name: session.conf.get(name, "false") or "false" for name in _ANSI}
    for name in _ANSI:
        session.conf.set(name, "true")
    try:
        yield
    finally:
        for name, value in before.items():
            session.conf.set(name, value)
