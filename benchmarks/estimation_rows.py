"""The synthetic rows of the estimation benchmarks: seeded, made a block at a time, nobody's answers.

11 districts × 3 levels = 33 strata; 87 primary sampling units below 10,000 rows, 1,320 above; 130 communes (domains)
nested in the districts, which cut across the units of a district; 22 items of five levels with 2-8 % missing; weights
constant within a unit × sex × age. A nation has 5,200 units instead, 40 in each commune.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow

ITEMS = tuple(f"q{number}" for number in range(1, 23))
LEVELS = (1, 2, 3, 4, 5)
TOP = (4, 5)
MARGINS = ("sex", "age", "district")
KINDS = {"stratum": "int16", "psu": "int32", "domain": "int16", "district": "int8", "sex": "int8", "age": "int8"}
KINDS |= {"w": "float64"} | dict.fromkeys(ITEMS, "int8")
"""Column to type. Items are positions in LEVELS, −1 where there is no answer."""

SEED = 20221205
DISTRICTS, STRATA, DOMAINS, AGES, TRAITS = 11, 33, 130, 4, 8
NATION = 5_200
BLOCK = 1 << 19

Rows = Mapping[str, NDArray[Any]]


def psus(n: int) -> int:
    """How many primary sampling units n rows come from."""
    return 87 if n < 10_000 else 1320


def blocks(n: int, *, nation: bool = False) -> Iterator[Rows]:
    """The n rows, a block at a time. Every unit and every domain occurs from 395 rows on."""
    count = NATION if nation else psus(n)
    domain_of = _runs(count, DOMAINS)
    made = np.random.default_rng(SEED)
    stratum_of = _runs(count, STRATA)
    weight_of = made.uniform(1, 3, count)
    factor_of = made.uniform(0.8, 1.3, (2, AGES))
    mood_of = made.integers(0, 4, count)
    answers = _answer_tables(made)
    sizes = np.bincount(_runs(DOMAINS, DISTRICTS))
    first = np.cumsum(sizes) - sizes
    for number, start in enumerate(range(0, n, BLOCK)):
        rng = np.random.default_rng([SEED, number])
        row = np.arange(start, min(start + BLOCK, n))
        early = row < 12 * count
        psu = np.where(early, row % count, rng.integers(0, count, len(row)))
        visit = np.where(early, row // count, rng.integers(0, 12 * 11, len(row)))
        stratum = stratum_of[psu]
        district = stratum // (STRATA // DISTRICTS)
        sex, age = rng.integers(0, 2, len(row)), rng.integers(0, AGES, len(row))
        place = (mood_of[psu] + rng.integers(0, TRAITS - 3, len(row))) * 256
        found: dict[str, NDArray[Any]] = {
            "stratum": stratum,
            "psu": psu,
            "domain": domain_of[psu] if nation else first[district] + (7 * visit + psu) % sizes[district],
            "district": district,
            "sex": sex,
            "age": age,
            "w": weight_of[psu] * factor_of[sex, age],
        }
        for item, table in zip(ITEMS, answers, strict=True):
            found[item] = table[place + rng.integers(0, 256, len(row), dtype=np.uint8)]
        yield {name: found[name].astype(kind, copy=False) for name, kind in KINDS.items()}


def write_columns(folder: Path, n: int) -> None:
    """The rows as one raw file a column, and the population's margins beside them."""
    folder.mkdir(parents=True)
    sums = {name: np.zeros(DISTRICTS) for name in MARGINS}
    with ExitStack() as open_files:
        files = {name: open_files.enter_context((folder / name).open("wb")) for name in KINDS}
        for block in blocks(n):
            for name, values in block.items():
                values.tofile(files[name])
            for name in MARGINS:
                sums[name] += np.bincount(block[name], weights=block["w"], minlength=DISTRICTS)
    margins = {name: _shifted(total[total > 0]) for name, total in sums.items()}
    (folder / "margins.json").write_text(json.dumps(margins))


def read_columns(folder: Path) -> Rows:
    """The rows as arrays, read without a copy."""
    return {name: np.fromfile(folder / name, dtype=kind) for name, kind in KINDS.items()}


def margins(folder: Path) -> dict[str, list[float]]:
    """Population totals of each margin's levels 0, 1, …"""
    found: dict[str, list[float]] = json.loads((folder / "margins.json").read_text())
    return found


def write_parquet(folder: Path, n: int, files: int = 1, *, nation: bool = False) -> None:
    """The rows as Parquet in so many files. Items hold their levels 1-5, and null where there is no answer."""
    import pyarrow.parquet  # noqa: PLC0415  a process that only reads rows is measured without it

    folder.mkdir(parents=True, exist_ok=True)
    fields = [(name, pyarrow.from_numpy_dtype(np.dtype(kind))) for name, kind in KINDS.items()]
    schema = pyarrow.schema(fields)
    each = -(-n // (BLOCK * files)) * BLOCK
    with ExitStack() as writers:
        for number, block in enumerate(blocks(n, nation=nation)):
            if number * BLOCK % each == 0:
                path = folder / f"{number * BLOCK // each:02}.parquet"
                writer = writers.enter_context(pyarrow.parquet.ParquetWriter(path, schema))
            writer.write_batch(_batch(block, schema))


def _batch(block: Rows, schema: "pyarrow.Schema") -> "pyarrow.RecordBatch":
    import pyarrow  # noqa: PLC0415

    columns = [
        pyarrow.array(values + np.int8(1), mask=values < 0) if name in ITEMS else pyarrow.array(values)
        for name, values in block.items()
    ]
    return pyarrow.record_batch(columns, schema=schema)


def _runs(count: int, groups: int) -> NDArray[np.int64]:
    """(count,): `groups` runs of nearly equal length."""
    return np.arange(count) * groups // count


def _answer_tables(rng: np.random.Generator) -> NDArray[np.int8]:
    """(items, traits × 256): the answer that a random byte means for a person of a trait."""
    found = np.empty((len(ITEMS), TRAITS, 256), dtype=np.int8)
    for item in range(len(ITEMS)):
        missing = rng.uniform(0.02, 0.08)
        cuts = np.linspace(-3, 1.5, 4) + rng.uniform(-0.5, 0.5)
        for trait in range(TRAITS):
            below = 1 / (1 + np.exp(-(cuts - (trait - 3.5) / 2)))
            ends = missing + (1 - missing) * np.append(below, 1.0)
            found[item, trait] = np.searchsorted(np.append(missing, ends[:-1]), (np.arange(256) + 0.5) / 256) - 1
    return found.reshape(len(ITEMS), -1)


def _shifted(totals: NDArray[np.float64]) -> list[float]:
    """A population with the same sum whose levels are a tenth above or below the sample's."""
    moved = totals * np.where(np.arange(len(totals)) % 2, 0.9, 1.1)
    return list(moved * (totals.sum() / moved.sum()))
