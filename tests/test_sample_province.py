"""The Lạng Sơn 2022 sample: what was published comes out, and nothing invented stands beside a real name."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

import cli
import sample_responses
from analysis.report import sheets
from analysis.report.about import about_round
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.gather import gather
from analysis.scores.comparison import comparison_of_round
from analysis.scores.dossier_files import read_counts
from analysis.scores.dossier_sums import differences
from analysis.scores.dossiers import share
from analysis.scores.dossiers_766 import load_766
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import round_plan
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.of_round import scorecards_of_round, workings_of
from analysis.scores.scorecard.points import read_peers, read_points
from analysis.scores.scorecard.ranks import standing
from analysis.scores.scorecard.reading import shipped
from sample_responses import earlier, officials, province, whole
from survey.errors import word
from survey.round import Round
from survey.sheet import Table, read_table
from survey.store import Store
from survey.words import number, percent
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.test_recalculation import differences as apart

FOLDER = Path(sample_responses.__file__).parent
FILES = {
    "lang_son_2022_dossiers.csv": province.dossiers_csv,
    "lang_son_2022_points.csv": province.points_csv,
    "par_index_2022_provinces.csv": province.provinces_csv,
    "articles_dossiers.csv": province.articles_csv,
}
INVENTED = "(giả lập)"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("province") / "store.sqlite3") as opened:
        whole.load_all(opened)
        yield opened


@pytest.fixture(scope="module")
def evaluation(store: Store) -> Evaluation:
    round_ = store.round(sample_responses.ROUND_ID)
    return evaluate_round(
        round_, store.questionnaire(round_.questionnaire), store.responses(round_.id), round_plan(round_)
    )


@pytest.fixture(scope="module")
def card(store: Store, evaluation: Evaluation) -> Scorecard:
    [found] = scorecards_of_round(store, store.round(sample_responses.ROUND_ID), evaluation)
    return found


def table(name: str) -> Table:
    return read_table((FOLDER / name).read_bytes(), name=name)


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((FOLDER / name).read_text(encoding="utf-8")), delimiter=";"))


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_are_what_the_generator_makes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == FILES[name]()


def test_three_rounds_and_their_papers_load_once(store: Store) -> None:
    before = [(paper.kind, paper.revision) for paper in store.papers(sample_responses.ROUND_ID)]
    whole.load_all(store)
    counted = {round_.id: store.counts(round_.id).total for round_ in store.rounds()}
    assert list(counted) == [earlier.ROUND_ID, officials.ROUND_ID, sample_responses.ROUND_ID]
    assert counted[officials.ROUND_ID] == counted[sample_responses.ROUND_ID] == 395
    assert all(round_.demonstration for round_ in store.rounds())
    assert [(paper.kind, paper.revision) for paper in store.papers(sample_responses.ROUND_ID)] == before


def test_the_officials_forms_come_to_the_published_points(card: Scorecard) -> None:
    found = card.part("survey")
    assert (found.max_points, found.points) == (22, pytest.approx(16.4, abs=0.005))
    assert percent(0.7455) == percent(16.4 / 22) == percent((found.points or 0) / 22)


def test_the_index_and_the_points_lost_in_area_7_are_the_published_ones(card: Scorecard) -> None:
    assert card.complete and percent(card.index or 0) == "81,45 %"
    area = card.row("7")
    assert number(13.5 - (area.points or 0), 2) == "4,08"


def test_the_province_has_the_published_place_among_63(store: Store, card: Scorecard) -> None:
    workings = workings_of(store, sample_responses.ROUND_ID)
    assert workings is not None and card.index is not None
    found = standing(card.index, workings.peers, workings.own)
    assert (found.rank, found.of) == (54, 63)


def test_the_63_rows_are_published_or_invented_and_have_the_published_mean() -> None:
    rows = province.provinces()
    assert len({name for name, _, _ in rows}) == 63
    assert [index for _, index, _ in rows] == sorted((index for _, index, _ in rows), reverse=True)
    real = {name: (place, index) for place, (name, index, _) in enumerate(rows, start=1) if INVENTED not in name}
    assert real == {
        "Quảng Ninh": (1, 90.10), "Hải Phòng": (2, 90.09), "Hà Nội": (3, 89.58), "Đồng Nai": (51, 82.92),
        "Lạng Sơn": (54, 81.45), "Quảng Nam": (57, 80.91),
    }  # fmt: skip
    assert number(sum(index for _, index, _ in rows) / 63, 2) == "84,79"
    assert sum(index >= 90 for _, index, _ in rows) == 2
    assert sum(80 <= index < 90 for _, index, _ in rows) == 56


def test_the_screens_take_the_files() -> None:
    assert len(read_peers(table("par_index_2022_provinces.csv"))) == 63
    found = read_points(table("lang_son_2022_points.csv"), shipped()[province.SCHEME])
    assert {entry.code: entry.appraised for entry in found} == province.DOCUMENTS
    assert all("không phải điểm đã công bố" in entry.note for entry in found)


def test_the_split_of_dossiers_comes_to_the_published_totals() -> None:
    found = read_counts(table("lang_son_2022_dossiers.csv"), "a.csv", settings=load_766())
    assert differences(found) == () and found.unread == ()
    every = found.pooled()
    assert (every.counts["received"], every.counts["online"], every.counts["digitised"]) == (157_027, 146_953, 105_673)
    assert 18_420 + 87_253 == 105_673
    assert number(100 * (share(every, "on_time") or 0), 1) == "99,8"


def test_the_articles_figures_are_told_with_their_nine_dossiers() -> None:
    found = read_counts(table("articles_dossiers.csv"), "a.csv", settings=load_766())
    [only] = differences(found)
    assert (only.unit, only.by) == ("Tỉnh Bình Phước", 9)


@pytest.mark.parametrize(
    ("name", "unit"), [("lang_son_2022_dossiers.csv", "Đơn vị"), ("par_index_2022_provinces.csv", "Địa phương, đơn vị")]
)
def test_an_invented_figure_has_an_invented_name_and_says_so(name: str, unit: str) -> None:
    for line in lines(name):
        source: Mapping[str, str] = {key: value for key, value in line.items() if key in ("Nguồn", "Ghi chú")}
        assert (INVENTED in line[unit]) == any("giả lập" in value for value in source.values()), line


def test_officials_rate_invented_offices_only() -> None:
    assert all(INVENTED in unit.name for unit in officials.rated())


def test_the_change_since_2021_is_told_as_a_break(store: Store, evaluation: Evaluation) -> None:
    round_: Round = store.round(sample_responses.ROUND_ID)
    found = comparison_of_round(store, round_, evaluation)
    assert found is not None and found.rounds is not None
    assert found.rounds.breaks


@pytest.mark.slow
def test_every_formula_of_the_whole_report_is_what_libreoffice_computes(
    store: Store, evaluation: Evaluation, tmp_path: Path
) -> None:
    round_ = store.round(sample_responses.ROUND_ID)
    about = about_round(round_, "vi", created=datetime(2026, 1, 1), code_version="1")
    report = build(evaluation, about, gather(store, round_, evaluation))
    checked, wrong = apart(report, recalculated(write(report), tmp_path))
    assert checked > 5000
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_one_command_writes_every_file_of_the_report(tmp_path: Path, language: str) -> None:
    assert cli.main(["sample-report", "--out", str(tmp_path / "new" / "folder"), "--language", language]) == 0
    files = {path.name.removeprefix("lang-son-2022-"): path for path in (tmp_path / "new" / "folder").iterdir()}
    assert {"workbook.xlsx", "word.docx", "spss.sav", "codebook.xlsx", "publication.xlsx"} <= set(files)
    book = load_workbook(files["workbook.xlsx"], data_only=True)
    codes = (sheets.AGAINST_LAST, sheets.POINTS, sheets.CASES, sheets.CASE_RATES)
    for name in (word(code, language) for code in codes):
        assert name in book.sheetnames
    points = [cell for row in book[word(sheets.POINTS, language)].iter_rows(values_only=True) for cell in row]
    assert any(isinstance(cell, float) and round(cell, 4) == 0.8145 for cell in points)
