"""One text for every database: what it says, that all read it alike, and that data in it stays data."""

from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from analysis.estimation.design import Design
from analysis.estimation.engines.sql import Kind, quoted, totals_query
from analysis.estimation.errors import EstimationError
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term
from tests.analysis.estimation.engines import awkward
from tests.analysis.estimation.totals_survey import DESIGNS, TERMS, frame

SHIPPED = ("duckdb", "postgres", "spark")
DIALECTS = (*SHIPPED, "sqlite", "trino", "clickhouse")
TABLE = '"slips"'


def kinds() -> dict[str, Kind]:
    return {name: "double" if kind.kind == "f" else "whole" for name, kind in frame().dtypes.items()}


def items(count: int) -> Tally:
    """The national table: each item's share of satisfied answers."""
    terms = {f"t{k}": Term(within={f"q{k}": (4, 5)}) for k in range(1, count + 1)}
    terms |= {f"o{k}": Term(given=(f"q{k}",)) for k in range(1, count + 1)}
    return Tally(design=DESIGNS["sp"], terms=terms, by=("domain",), base=tuple(f"o{k}" for k in range(1, count + 1)))


def text(tally: Tally, **changes: Kind) -> str:
    return totals_query(tally, TABLE, kinds() | changes).text


def test_the_pass_is_one_group_by() -> None:
    assert text(items(1), q1="whole") == (
        'SELECT "domain" AS "key_0", "stratum" AS "key_1", "psu" AS "key_2", COUNT(*) AS "sum_0", SUM("w") AS "sum_1",'
        ' SUM("w" * "w") AS "sum_2", SUM(CASE WHEN "q1" BETWEEN 4 AND 5 THEN "w" ELSE 0 END) AS "sum_3",'
        ' SUM(CASE WHEN NOT ("q1" IS NULL) THEN "w" ELSE 0 END) AS "sum_4", COUNT("q1") AS "sum_5",'
        ' COUNT(CASE WHEN "w" > 0 AND "w" - "w" = 0 THEN 1 END) AS "sum_6"'
        ' FROM "slips" GROUP BY "domain", "stratum", "psu"'
    )


def test_22_items_need_70_sums() -> None:
    assert len(sqlglot.parse_one(text(items(22))).expressions) == 3 + 70


def test_a_sum_that_is_needed_twice_is_made_once() -> None:
    tally = Tally(design=Design(psu="psu"), terms={"all": Term(), "q": Term(given=("q1",))}, second_moments=True)
    assert text(tally, q1="whole") == (
        'SELECT "psu" AS "key_0", COUNT(*) AS "sum_0", COUNT(CASE WHEN NOT ("q1" IS NULL) THEN 1 END) AS "sum_1",'
        ' COUNT("q1") AS "sum_2" FROM "slips" GROUP BY "psu"'
    )


@pytest.mark.parametrize(("read", "written"), [*((d, "duckdb") for d in DIALECTS), *(("duckdb", d) for d in DIALECTS)])
def test_every_dialect_reads_and_writes_the_same_text(read: str, written: str) -> None:
    """Byte for byte; Spark's back quotes apart, which it does not need under its ANSI settings."""
    tally = Tally(
        design=DESIGNS["two"], terms=TERMS, by=("domain",), cells=("sex",), where={"online": (1,)}, second_moments=True
    )
    for wanted in (text(items(22)), text(tally)):
        source = wanted.replace('"', "`") if read == "spark" else wanted
        assert sqlglot.transpile(source, read=read, write=written)[0].replace("`", '"') == wanted


@pytest.mark.parametrize("written", SHIPPED)
@pytest.mark.parametrize("read", ("duckdb", "postgres"))
def test_hostile_names_and_levels_are_the_same_text_too(read: str, written: str) -> None:
    wanted = totals_query(awkward.tally(awkward.QUOTED), TABLE, awkward.kinds(awkward.QUOTED)).text
    made = sqlglot.transpile(wanted, read=read, write=written)[0]
    assert sqlglot.transpile(made, read=written, write=read)[0] == wanted


@pytest.mark.parametrize("dialect", ("duckdb", "postgres"))
def test_hostile_names_and_levels_are_data(dialect: str) -> None:
    [select] = sqlglot.parse(
        totals_query(awkward.tally(awkward.QUOTED), TABLE, awkward.kinds(awkward.QUOTED)).text, read=dialect
    )
    assert isinstance(select, exp.Select)
    assert {table.name for table in select.find_all(exp.Table)} == {"slips"}
    assert {column.name for column in select.find_all(exp.Column)} == set(awkward.QUOTED.values())


def test_no_literal_holds_what_some_database_would_unescape() -> None:
    made = totals_query(awkward.tally(awkward.NAMES), TABLE, awkward.kinds(awkward.NAMES)).text
    literals = [literal.this for literal in sqlglot.parse_one(made, read="duckdb").find_all(exp.Literal)]
    assert "xã «Đ»" in literals and "O" in literals and "" in literals
    assert not any("'" in literal or "\\" in literal or "\n" in literal for literal in literals)


def test_a_product_without_a_double_is_made_one() -> None:
    """Whole numbers overflow and 32-bit ones are added up in 32 bits, in one database or another."""
    tally = Tally(design=Design(psu="psu", weight="w"), terms={"y": Term(columns=("sex", "age"))})
    assert 'THEN 1E0 * "w" * "sex" * "age" ELSE' in text(tally, w="number")
    assert 'THEN "w" * "sex" * "age" ELSE' in text(tally)


@pytest.mark.parametrize(
    ("tally", "changes", "code", "column"),
    [
        ({"terms": {"y": Term(columns=("nope",))}}, {}, "EST_NO_COLUMN", "nope"),
        ({"by": ("nope",)}, {}, "EST_NO_COLUMN", "nope"),
        ({"where": {"nope": (1,)}}, {}, "EST_NO_COLUMN", "nope"),
        ({}, {"score": "text"}, "TOT_KIND", "score"),
        ({}, {"w": "text"}, "TOT_KIND", "w"),
        ({"by": ("domain",)}, {"domain": "other"}, "TOT_KIND", "domain"),
    ],
)
def test_columns_that_cannot_be_totalled_are_named(
    tally: dict[str, Any], changes: dict[str, Kind], code: str, column: str
) -> None:
    with pytest.raises(EstimationError) as caught:
        text(Tally(**{"design": DESIGNS["sp"], "terms": TERMS} | tally), **changes)
    assert (caught.value.code, caught.value.values["column"]) == (code, column)


def test_a_name_in_quotes_keeps_its_quotes() -> None:
    assert quoted('a"b') == '"a""b"'
