"""CSV and Parquet: safe against formulas, readable by Excel, by pandas and by our own intake; the codebook beside."""

import csv
import io
import json
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.report.cells import safe_csv
from analysis.report.codebook import codebook
from analysis.report.datafiles import Separator, csv_file, parquet_file
from analysis.report.excel import write
from analysis.report.figures import Figures
from analysis.report.model import Number, Text
from survey.intake import read_slips
from survey.sheet import read_table
from tests.analysis.report.rounds import about, answers, evaluation, questionnaire
from tests.hostile import HOSTILE


def figures(*arguments: Any, **changes: Any) -> Figures:
    return Figures(evaluation=evaluation(*arguments, **changes), about=about())


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1+1", "@SUM(1,1)", "\t=1", "\r=1", "\n=1", "  =1", "\x00=1", "=cmd|' /C calc'!A0"),
        *("＝1+1", "＋1", "－1", "＠a", "\u00a0=1", "\u2212 1"),
    ],
)
def test_text_that_a_spreadsheet_program_would_run_gets_a_sign_before_it(text: str) -> None:
    assert safe_csv(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Cán bộ tốt", "3 = ba", "a@b.vn", "(=1)", "'=1", "5-6", " chữ"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_csv(text) == text


@pytest.mark.parametrize("separator", [";", ","])
def test_csv_holds_every_slip_and_no_cell_is_a_formula(separator: Separator) -> None:
    given, _ = answers(len(HOSTILE))
    for person, text in zip(given, HOSTILE.values(), strict=True):
        person["other"] = text
    made = figures(given, n=len(HOSTILE))
    content = csv_file(made, separator)
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True)
    assert len(rows) == len(HOSTILE)
    place = header.index("other")
    assert [row[place] for row in rows] == [safe_csv(text or "") for text in made.texts["other"]]
    numbers = {header.index(name) for name in ("stt", "quyen_so", "quyen_so_goc", "age")}
    for row in rows:
        for k, cell in enumerate(row):
            assert k in numbers or not cell.lstrip()[:1] or cell.lstrip()[0] not in "=+-@", cell
    weight = float(rows[0][header.index("quyen_so")].replace(",", "." if separator == ";" else ","))
    assert weight == made.weights[0]


@pytest.mark.parametrize("separator", [";", ","])
def test_our_own_intake_reads_the_csv_back(separator: Separator) -> None:
    given, _ = answers()
    table = read_table(csv_file(figures(), separator), name="x.csv")
    back = read_slips(table, questionnaire(), numbers=["quyen_so"])
    for person, read in zip(given, back.answers, strict=True):
        assert {name: read.get(name) for name in person if name != "other"} == {
            name: answer for name, answer in person.items() if name != "other"
        }
    np.testing.assert_allclose(back.extra["quyen_so"], figures().weights)


def test_parquet_has_types_labels_and_provenance() -> None:
    made = figures()
    given, _ = answers()
    content = parquet_file(made)
    assert content == parquet_file(figures())
    table = pq.read_table(io.BytesIO(content))
    assert table.column("q9_01").to_pylist() == [int(p["q9_01"]) if "q9_01" in p else None for p in given]
    assert table.column("quyen_so").to_pylist() == made.weights.tolist()
    assert table.column("other").to_pylist() == [person.get("other") for person in given]
    described = table.schema.field("q9_01").metadata
    assert json.loads(described[b"options"])["4"] == "Hài lòng"
    assert described[b"label"].decode() == "Nội dung q9_01: thông tin đầy đủ, dễ hiểu"
    told = table.schema.metadata
    assert told[b"questionnaire_sha256"].decode() == made.evaluation.questionnaire.content_hash()
    assert told[b"provenance.data_sha256"].decode() == "ab" * 32


def test_the_codebook_counts_every_value_of_every_variable() -> None:
    given, _ = answers()
    report = codebook(figures())
    rows = [
        [cell.value if isinstance(cell, Text | Number) else None for cell in row] for row in report.sheets[0].table.rows
    ]
    counts = {(row[0], row[7]): row[8] for row in rows}
    assert counts["q9_01", "Hài lòng"] == sum(person.get("q9_01") == "4" for person in given)
    assert counts["q9_01", "Không trả lời"] == sum("q9_01" not in person for person in given)
    assert counts["ways_high", "Có chọn"] == sum("high" in person["ways"] for person in given)
    [gap] = [row for row in rows if row[0] == "q9_01" and row[7] == "Không trả lời"]
    assert gap[4:6] == [-9, ".a"]
    assert write(report) == write(codebook(figures()))
