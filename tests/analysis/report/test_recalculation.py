"""LibreOffice computes the workbook from its formulas alone: every cell equals Python; parameters move the scores."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.report import detach, sheets
from analysis.report.about import about_round
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.gather import gather
from analysis.report.model import Formula, Report, Text
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from benchmarks.workbook import demonstration
from sample_responses.whole import load_all
from survey.errors import word
from survey.store import Store
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


@pytest.mark.slow
def test_every_formula_equals_python_in_english_and_where_units_have_odd_names(folder: Path) -> None:
    made = renamed(("=1+1", "*", "?", "Chi Lăng", "1-2"), mode="weights")
    blocks = {"=1+1": "department", "*": "department", "?": "=1", "Chi Lăng": "=1", "1-2": "department"}
    report = build(made, about(feeds="unweighted", language="en", blocks=blocks))
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 300
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.slow  # the fast suite has a small round, and the slow one the whole with all that stands beside it
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
        pytest.param({"cach_tong_hop": "trung bình"}, 4, "items", WEIGHTS, marks=pytest.mark.slow),
        pytest.param(
            {"cach_tong_hop": "theo quyền số", "w_policy": 0.9, "w_pol_b": 3},
            4,
            "weights",
            {**WEIGHTS, "policy": 0.9, "pol_b": 3},
            marks=pytest.mark.slow,
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_report_with_all_that_stands_beside_the_round_recalculated_equals_python(folder: Path) -> None:
    with Store.open(folder / "samples.sqlite3") as store:
        round_ = load_all(store)
        questionnaire = store.questionnaire(round_.questionnaire)
        evaluation = evaluate_round(round_, questionnaire, store.responses(round_.id), round_plan(round_))
        extras = gather(store, round_, evaluation)
    said = about_round(round_, "vi", created=datetime(2026, 3, 5, 8, 30), code_version="0.1.0")
    report = build(evaluation, said, extras)
    absent = [row[0].value for row in report.sheet(word(sheets.CONTENTS)).table.rows if isinstance(row[0], Text)]
    assert not {word(name) for name in (sheets.POINTS, sheets.CASES, sheets.AGAINST_LAST, sheets.THEMES)} & set(absent)
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 5_000
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.slow
def test_without_its_slips_a_large_rounds_live_cells_recalculated_equal_python(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detach, "LIVE_MOST", 59)
    report = build(evaluation(mode="weights"), about())
    assert word(sheets.SLIPS) not in {sheet.name for sheet in report.sheets}
    changes = {word(sheets.PARAMETERS): {address(report, "cach_tong_hop"): "gộp"}}
    book = recalculated(write(report), folder, changes)
    pooled = evaluation(mode="pooled")
    shown = scores(book, word(sheets.SCORES), "Mã", word(sheets.OURS))
    for node in NODES:
        assert shown[node] == pytest.approx(pooled.result.row(node, weighted=True).value, abs=1e-9), node
    checked, wrong = differences(report, recalculated(write(report), folder))
    assert checked > 200
    assert not wrong, "\n".join(wrong[:20])
