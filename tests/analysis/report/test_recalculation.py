"""LibreOffice computes the workbook from its formulas alone: every cell equals Python; parameters move the scores."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.model import Formula, Report
from benchmarks.workbook import demonstration
from survey.errors import word
from tests.analysis.report.expected import WEIGHTS, index, tally
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.rounds import UNITS, about, answers, evaluation, renamed

NODES = ("overall", "policy", "pol_a", "pol_b", "service", "ser_1", "q9_01", "q9_05", "q9_06")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder, so that LibreOffice makes its profile once."""
    return tmp_path_factory.mktemp("office")


def differences(report: Report, book: openpyxl.Workbook) -> tuple[int, list[str]]:
    """How many formulas there are, and which of them LibreOffice computes otherwise than Python."""
    checked, wrong = 0, []
    for sheet in report.sheets:
        for row, column, cell in sheet.cells():
            if isinstance(cell, Formula):
                checked += 1
                found = book[sheet.name].cell(row + 1, column + 1).value
                if isinstance(cell.value, str):
                    same = found == cell.value
                else:
                    same = isinstance(found, int | float) and abs(found - cell.value) <= 1e-9 * max(
                        1.0, abs(cell.value)
                    )
                if not same:
                    wrong.append(
                        f"{sheet.name} R{row + 1}C{column + 1}: {found!r}, not {cell.value!r}: {cell.expression}"
                    )
    return checked, wrong


def test_every_formula_recalculated_without_cached_values_equals_python(folder: Path) -> None:
    given, _ = answers()
    given = [{k: v for k, v in person.items() if k != "q9_04"} for person in given]  # an item that is 0/0
    report = build(evaluation(given, by=("sex",)), about())  # units that are a question's answers
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 300
    assert not wrong, "\n".join(wrong[:20])


def test_every_formula_equals_python_in_english_and_where_units_have_odd_names(folder: Path) -> None:
    made = renamed(("=1+1", "*", "?", "Chi Lăng", "1-2"), mode="weights")
    report = build(made, about(feeds="unweighted", language="en"))
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 300
    assert not wrong, "\n".join(wrong[:20])


def test_the_whole_sample_round_recalculated_equals_python(folder: Path) -> None:
    evaluation, about = demonstration()
    report = build(evaluation, about)
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 4_000
    assert not wrong, "\n".join(wrong[:20])


def scores(book: openpyxl.Workbook, name: str, key: str, header: str) -> dict[str, Any]:
    rows = [list(row) for row in book[name].iter_rows(values_only=True)]
    top = next(k for k, row in enumerate(rows) if header in row)
    return {row[rows[top].index(key)]: row[rows[top].index(header)] for row in rows[top + 1 :]}


def address(report: Report, name: str) -> str:
    """Where a parameter's cell is on «Tham số»."""
    sheet = report.sheet(word(sheets.PARAMETERS))
    place = next(each for each in sheet.names if each.name == name)
    return sheet.range(place.header, place.row, place.rows).partition("!")[2].replace("$", "")


@pytest.mark.parametrize(
    ("parameters", "threshold", "mode", "weights"),
    [
        ({"nguong_hai_long": 5}, 5, "pooled", WEIGHTS),
        ({"cach_tong_hop": "trung bình"}, 4, "items", WEIGHTS),
        (
            {"cach_tong_hop": "theo quyền số", "w_policy": 0.9, "w_pol_b": 3},
            4,
            "weights",
            {**WEIGHTS, "policy": 0.9, "pol_b": 3},
        ),
    ],
)
def test_changing_a_parameter_moves_every_score_to_what_python_computes(
    parameters: dict[str, str | float], threshold: int, mode: str, weights: dict[str, float], folder: Path
) -> None:
    made = evaluation()
    report = build(made, about())
    changes = {word(sheets.PARAMETERS): {address(report, name): value for name, value in parameters.items()}}
    book = recalculated(write(report), folder, changes)
    given, where = answers()
    before = {node: made.result.row(node, weighted=True).value for node in NODES}
    for header, final in ((word(sheets.OFFICIAL), [1.0] * 60), (word(sheets.OURS), made.sample.weights.tolist())):
        shown = scores(book, word(sheets.SCORES), "Mã", header)
        tallied = tally(given, final, threshold)
        for node in NODES:
            assert shown[node] == pytest.approx(index(tallied, node, mode, weights), abs=1e-9), node
        units = scores(book, word(sheets.UNITS), "Đơn vị", header)
        for unit in UNITS:
            inside = [k for k in range(60) if where["unit"][k] == unit]
            own = tally([given[k] for k in inside], [final[k] for k in inside], threshold)
            assert units[unit] == pytest.approx(index(own, "overall", mode, weights), abs=1e-9), unit
    assert abs(scores(book, word(sheets.SCORES), "Mã", word(sheets.OURS))["overall"] - before["overall"]) > 1e-4
    for name in (word(sheets.PARAMETERS), word(sheets.SCORES), word(sheets.UNITS)):
        said = " ".join(str(cell.value) for cell in book[name]["A"] if cell.value is not None)
        assert "ĐÃ SỬA THAM SỐ" in said, name


def test_changing_an_answer_moves_the_scores_and_is_told(folder: Path) -> None:
    made = evaluation()
    report = build(made, about())
    slips = report.sheet(word(sheets.SLIPS))
    given, _ = answers()
    person = next(k for k, answer in enumerate(given) if answer.get("q9_01") == "5")
    cell = slips.range("q9_01", person, 1).partition("!")[2].replace("$", "")
    book = recalculated(write(report), folder, {word(sheets.SLIPS): {cell: 1}})
    given[person]["q9_01"] = "1"
    shown = scores(book, word(sheets.SCORES), "Mã", word(sheets.OURS))
    tallied = tally(given, made.sample.weights.tolist())
    for node in NODES:
        assert shown[node] == pytest.approx(index(tallied, node, "pooled"), abs=1e-9), node
    assert "ĐÃ SỬA PHIẾU" in str([cell.value for cell in book[word(sheets.SCORES)]["A"]])
