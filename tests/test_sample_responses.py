"""The committed sample is what the generator makes, says that it is synthetic, and loads as an open round once."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

import sample_responses
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from sample_responses.generate import communes, margins_csv, places_csv, slips, workbook
from survey.store import Store

FOLDER = Path(sample_responses.__file__).parent


def cells(data: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for sheet in load_workbook(data).worksheets for row in sheet.iter_rows()]


def test_the_committed_files_are_what_the_generator_makes(tmp_path: Path) -> None:
    (tmp_path / "fresh.xlsx").write_bytes(workbook())
    assert cells(tmp_path / "fresh.xlsx") == cells(FOLDER / "lang_son_2022_synthetic.xlsx")
    assert (FOLDER / "lang_son_2022_synthetic_places.csv").read_text(encoding="utf-8") == places_csv()
    assert (FOLDER / "lang_son_2022_synthetic_margins.csv").read_text(encoding="utf-8") == margins_csv()


def test_the_sample_is_shaped_as_told() -> None:
    drawn = communes()
    assert len({commune.district for commune in drawn}) == 11
    assert all(sum(c.district == d.district for c in drawn) >= 2 for d in drawn)
    assert len(slips()) == 395
    assert sum("comment" in slip.answers for slip in slips()) >= 10
    assert any(f"q9_{k:02d}" not in slip.answers for slip in slips() for k in range(1, 34))


def test_the_file_says_that_it_is_synthetic() -> None:
    rows = cells(FOLDER / "lang_son_2022_synthetic.xlsx")
    assert rows[0][1] == "synthetic"
    assert {row[1] for row in rows[1:396]} == {"tổng hợp"}
    assert any("synthetic data" in str(cell) for row in rows for cell in row)


def test_it_loads_as_one_open_demonstration_round(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.sqlite3") as store:
        round_ = sample_responses.load_round(store)
        sample_responses.load_round(store)
        assert [known.id for known in store.rounds()] == [round_.id]
        assert round_.demonstration
        assert round_.open_on(date(2030, 1, 1))
        responses = store.responses(round_.id)
        assert len(responses) == 395
        questionnaire = store.questionnaire(round_.questionnaire)
        evaluation = evaluate_round(round_, questionnaire, responses, round_plan(round_))
    overall = evaluation.result.row("overall", weighted=True)
    assert overall.n == 395
    assert 0.725 <= overall.value <= 0.76
    assert evaluation.sample.steps[0].name == "rake"
    assert len(evaluation.result.domains) == 12
