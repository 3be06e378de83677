"""A table of totals comes back from its file exactly, and what is no such file is told."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.table_file import from_parquet, to_parquet
from analysis.estimation.tables import TotalsTable, merge
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term
from tests.analysis.estimation.totals_survey import TERMS, assert_same, by_rows, frame, tally

DOCS = Path(__file__).parents[3] / "docs" / "totals-parquet.md"


def table_of(asked: Tally, rows: Any) -> TotalsTable:
    return TotalsTable.of_sample(Sample.of(rows, asked.design, {"source": "khảo sát tháng 5"}), asked)


def test_a_table_comes_back_exactly(tmp_path: Path) -> None:
    rows = frame().assign(
        level=frame()["level"].map({0: "xã «Đ»", 1: "huyện", 2: None}),
        online=frame()["online"].astype(bool),
        sex=frame()["sex"].where(frame()["sex"] == 1),
    )
    terms = {**TERMS, "fee": Term(columns=("fee",), within={"online": (False,), "level": ("xã «Đ»", "x")})}
    asked = replace(
        tally("two", by=("level", "online"), cells=("sex", "age"), where={"q1": (4, 5)}, second_moments=True),
        terms=terms,
        base=("scored", "answered", "either"),
    )
    table = table_of(asked, rows)
    to_parquet(table, tmp_path / "totals.parquet")
    again = from_parquet(tmp_path / "totals.parquet")
    assert again.tally == table.tally
    assert (again.sources, again.provenance) == (table.sources, table.provenance)
    np.testing.assert_array_equal(again.numbers, table.numbers)
    np.testing.assert_array_equal(again.inside, table.inside)
    for name, levels in table.keys.items():
        assert again.keys[name].dtype == levels.dtype
        np.testing.assert_array_equal(again.keys[name], levels)


def test_months_can_be_added_from_files(tmp_path: Path) -> None:
    asked = tally("spf", by=("domain",))
    for number, rows in enumerate((frame().iloc[:1000], frame().iloc[1000:])):
        to_parquet(table_of(asked, rows), tmp_path / f"{number}.parquet")
    parts = [from_parquet(tmp_path / f"{number}.parquet") for number in range(2)]
    assert_same(merge(*parts).totals(), by_rows(asked))
    with pytest.raises(EstimationError, match="same data"):
        merge(*parts, parts[0])


def test_the_documented_columns_are_those_of_the_file(tmp_path: Path) -> None:
    asked = tally(by=("level",), second_moments=True)
    to_parquet(table_of(asked, frame()), tmp_path / "totals.parquet")
    columns = {name.partition(":")[0] for name in pq.read_schema(tmp_path / "totals.parquet").names}
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"| `{name}" in text for name in columns)
    told = json.loads(pq.read_schema(tmp_path / "totals.parquet").metadata[b"hailong.totals"])
    assert told["version"] in text
    assert all(f"`{name}`" in text for name in (*told, *told["tally"], *told["tally"]["design"]))


def damaged(path: Path, how: str) -> None:
    if how == "text":
        path.write_bytes(b"month;n\n5;12\n")
        return
    found = pq.read_table(path)
    told = json.loads(found.schema.metadata[b"hailong.totals"])
    if how == "other":
        found = found.replace_schema_metadata(None)
    elif how == "version":
        found = found.replace_schema_metadata({b"hailong.totals": json.dumps(told | {"version": "hailong.totals/9"})})
    elif how == "column":
        found = found.drop_columns(["sum:score"])
    elif how == "field":
        told["tally"]["design"]["clusters"] = "psu"
        found = found.replace_schema_metadata({b"hailong.totals": json.dumps(told)})
    elif how == "weight":
        found = found.set_column(found.schema.get_field_index("weight"), "weight", pa.array(np.zeros(len(found))))
    pq.write_table(found, path)


@pytest.mark.parametrize("how", ["text", "other", "version", "column", "field", "weight"])
def test_what_is_no_table_of_totals_is_told(how: str, tmp_path: Path) -> None:
    path = tmp_path / "totals.parquet"
    to_parquet(table_of(tally(), frame()), path)
    damaged(path, how)
    with pytest.raises(EstimationError) as caught:
        from_parquet(path)
    assert caught.value.code == "TOT_FILE" and "totals.parquet" in str(caught.value)
    assert "b'" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    for call, code in (
        (lambda path: to_parquet(table_of(tally(), frame()), path), "TOT_WRITE"),
        (from_parquet, "TOT_FILE"),
    ):
        with pytest.raises(EstimationError) as caught:
            call(tmp_path / "none" / "totals.parquet")
        assert caught.value.code == code and "totals.parquet" in str(caught.value)
