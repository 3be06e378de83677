"""The JSON of all estimates keeps to its published schema, on the sample round and on a real survey."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import cli
from analysis.report.data import estimates_json
from benchmarks.workbook import demonstration
from tests.analysis.report.rounds import evaluation

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "schema" / "estimates-1.json").read_text(encoding="utf-8"))


def faults(document: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.path))}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_sample_round_keeps_to_the_schema_and_is_a_probability_sample() -> None:
    made, _ = demonstration()
    document = json.loads(estimates_json(made, {"code_version": "1", "created": "2026-01-01"}))
    assert faults(document) == []
    assert document["study"] == "probability"
    assert document["provenance"]["plan"]["study"] is None
    assert document["reliability_rules"]["least_n"]["value"] == 30
    weak = [row for row in document["estimates"] if row["reliability"] == "weak"]
    assert weak and all(row["reasons"][0]["grade"] == "weak" for row in weak)


def test_the_real_survey_keeps_to_the_schema_and_nothing_tells_of_a_draw(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    arguments = ["report", str(ROOT / "sample_responses" / "housing.csv"), "--instrument", "housing_copenhagen"]
    arguments += ["--count", "count", "--by", "housing_type", "--out", str(tmp_path / "a.xlsx"), "--json", str(out)]
    assert cli.main(arguments) == 0
    document = json.loads(out.read_text(encoding="utf-8"))
    assert faults(document) == []
    assert document["study"] == "volunteer"
    assert {row["reliability"] for row in document["estimates"] if row["level"] == "overall"} == {"reliable"}


def test_effective_n_label_and_reasons_are_those_of_the_rows() -> None:
    made = evaluation()
    document = json.loads(estimates_json(made, {}))
    for row, told in zip(made.result.rows, document["estimates"], strict=True):
        assert told["n_eff"] == (pytest.approx(row.n_eff) if row.n_eff == row.n_eff else None)
        assert told["reliability"] == row.reliability
        assert [reason["code"] for reason in told["reasons"]] == [reason.code for reason in row.reasons]


@pytest.mark.parametrize(
    "change", [{"study": "opt-in"}, {"estimates": []}, {"schema": "hailong.estimates/2"}, {"reliability_rules": None}]
)
def test_what_does_not_keep_to_it_is_found(change: dict[str, Any]) -> None:
    document = json.loads(estimates_json(evaluation(), {})) | change
    assert faults(document)


def test_a_doubtful_row_without_reasons_is_found() -> None:
    document = json.loads(estimates_json(evaluation(), {}))
    row = next(row for row in document["estimates"] if row["reliability"] != "reliable")
    row["reasons"] = []
    assert faults(document)
