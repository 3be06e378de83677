"""How does a table of totals travel? As a Parquet file, `hailong.totals/1`, which docs/totals-parquet.md describes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from analysis.estimation.design import Design
from analysis.estimation.engines.extras import extra
from analysis.estimation.errors import EstimationError
from analysis.estimation.levels import level_array, plain
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term

VERSION = "hailong.totals/1"
_METADATA = b"hailong.totals"


def to_parquet(table: TotalsTable, path: str | Path) -> None:
    """Writes the table. Raises EstimationError where pyarrow is not installed or the path cannot be written."""
    pyarrow, parquet = extra("pyarrow", "scale"), extra("pyarrow.parquet", "scale")
    columns = {f"key:{name}": [plain(level) for level in levels] for name, levels in table.keys.items()}
    columns["inside"] = table.inside.tolist()
    for name, numbers in zip(_number_names(table.tally), table.numbers.T, strict=True):
        columns[name] = numbers.astype(np.int64) if name == "n" or name.startswith("count:") else numbers
    told = {
        "version": VERSION,
        "tally": asdict(table.tally),
        "sources": table.sources,
        "provenance": dict(table.provenance),
    }
    text = json.dumps(told, ensure_ascii=False, default=plain)
    made = pyarrow.table(columns).replace_schema_metadata({_METADATA: text})
    try:
        parquet.write_table(made, path)
    except OSError as problem:
        raise EstimationError("TOT_WRITE", path=path, problem=problem) from None


def from_parquet(path: str | Path) -> TotalsTable:
    """Reads a table that `to_parquet` wrote, exactly as it was.

    Raises EstimationError for a file that is none, of another version, or with a column too few.
    """
    parquet, errors = extra("pyarrow.parquet", "scale"), extra("pyarrow", "scale").lib
    try:
        found = parquet.read_table(path)
    except (errors.ArrowException, OSError) as problem:
        raise EstimationError("TOT_FILE", path=path, problem=f"{type(problem).__name__}: {problem}") from None
    metadata = found.schema.metadata or {}
    if _METADATA not in metadata:
        raise EstimationError("TOT_FILE", path=path, problem=f"≠ {VERSION}")
    try:
        told = json.loads(metadata[_METADATA])
        if told["version"] != VERSION:
            raise EstimationError("TOT_FILE", path=path, problem=f"{told['version']} ≠ {VERSION}")
        tally = _tally(told["tally"])
        keys = {name: level_array(found.column(f"key:{name}").to_pylist()) for name in tally.keys}
        numbers = [found.column(name).to_numpy() for name in _number_names(tally)]
        inside = found.column("inside").to_numpy()
        sources, provenance = tuple(told["sources"]), dict(told["provenance"])
    except EstimationError:
        raise
    except (KeyError, TypeError, ValueError) as problem:
        raise EstimationError("TOT_FILE", path=path, problem=problem) from None
    if not all(np.isfinite(column).all() for column in numbers) or not (numbers[1] > 0).all():
        raise EstimationError("TOT_FILE", path=path, problem="NaN, ∞, weight ≤ 0")
    return TotalsTable.of_groups(tally, keys, inside, np.column_stack(numbers).astype(float), provenance, sources)


def _number_names(tally: Tally) -> list[str]:
    """The file's columns of numbers, in the order of `TotalsTable.numbers`."""
    return [
        "n",
        "weight",
        "squares",
        *(f"sum:{name}" for name in tally.terms),
        *(f"count:{name}" for name in tally.counted),
        *(f"moment:{first}:{second}" for first, second in tally.pairs),
    ]


def _tally(told: Mapping[str, Any]) -> Tally:
    """A tally from JSON, in which tuples have become lists."""
    terms = {name: Term(**_tuples(term)) for name, term in told["terms"].items()}
    known = {each.name for each in fields(Tally)}
    rest = _tuples({name: value for name, value in told.items() if name in known - {"design", "terms"}})
    return Tally(design=Design(**_tuples(told["design"])), terms=terms, **rest)


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _tuples(each) for name, each in value.items()}
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
