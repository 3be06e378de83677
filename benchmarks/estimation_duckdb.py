"""A second limit: DuckDB sums the rows by group, numpy does the rest as in `estimation_bare`."""

from pathlib import Path

import duckdb
import numpy as np

from benchmarks.estimation_bare import Answer, Floats, draw, finish, rake_factors, replicated
from benchmarks.estimation_rows import ITEMS, MARGINS, TOP, margins

HIT = " + ".join(f"coalesce(({item} >= {TOP[0]})::int, 0)" for item in ITEMS)
ANSWERED = " + ".join(f"({item} IS NOT NULL)::int" for item in ITEMS)


class Loaded:
    """The rows in a table in memory."""

    def __init__(self, folder: Path) -> None:
        self.margins = margins(folder)
        self.connection = duckdb.connect()
        self.connection.execute(f"CREATE TABLE rows AS FROM '{folder}/*.parquet'")

    def numbers(self, query: str) -> dict[str, Floats]:
        """Each column of the query's result."""
        found: dict[str, Floats] = self.connection.execute(query).fetchnumpy()
        return found


load = Loaded


def rake(rows: Loaded) -> Answer:
    shape = [len(rows.margins[name]) for name in MARGINS]
    cell = f"({MARGINS[0]} * {shape[1]} + {MARGINS[1]}) * {shape[2]} + {MARGINS[2]}"
    found = rows.numbers(f"SELECT {cell} AS cell, sum(w) AS total FROM rows GROUP BY ALL")
    sums = np.zeros(int(np.prod(shape)))
    sums[found["cell"]] = found["total"]
    factors = rake_factors(sums.reshape(shape), [np.array(rows.margins[name]) for name in MARGINS]).ravel()
    weights = rows.numbers(f"SELECT w * ({factors.tolist()}::DOUBLE[])[1 + {cell}] AS w FROM rows")
    return weights["w"], np.empty(0)


def shares(rows: Loaded) -> Answer:
    return _shares(rows, "0")


def domain_shares(rows: Loaded) -> Answer:
    return _shares(rows, "domain")


def bootstrap(rows: Loaded) -> Answer:
    found = rows.numbers(
        f"SELECT psu, any_value(stratum) AS stratum, sum(w * ({HIT})) AS hits, sum(w * ({ANSWERED})) AS answered "
        "FROM rows GROUP BY psu ORDER BY psu"
    )
    return replicated(found["hits"], found["answered"], draw(found["stratum"].astype(np.int64)))


TASKS = {"a": rake, "b": shares, "c": domain_shares, "d": bootstrap}


def _shares(rows: Loaded, domain: str) -> Answer:
    tops = ", ".join(f"coalesce(sum(w) FILTER ({item} >= {TOP[0]}), 0) AS y_{item}" for item in ITEMS)
    bases = ", ".join(f"coalesce(sum(w) FILTER ({item} IS NOT NULL), 0) AS o_{item}" for item in ITEMS)
    found = rows.numbers(
        f"SELECT {domain} AS place, psu, any_value(stratum) AS stratum, {tops}, {bases} "
        "FROM rows GROUP BY ALL ORDER BY place, psu"
    )
    strata = np.empty(int(found["psu"].max()) + 1, dtype=np.int64)
    strata[found["psu"]] = found["stratum"]
    top, base = (np.column_stack([found[f"{kind}_{item}"] for item in ITEMS]) for kind in "yo")
    return finish(top, base, found["place"].astype(np.int64), found["psu"].astype(np.int64), strata)
