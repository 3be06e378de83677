"""Sheets 07: live differences that LibreOffice finds again, breaks and reasons in words, published figures as such."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.extras import Extras
from analysis.report.model import Formula, Number, Report, Sheet, Text
from analysis.scores.compare import Side
from analysis.scores.comparison import Comparison, comparison
from analysis.scores.comparison_papers import Choice, Inputs
from analysis.scores.targets import Target
from survey.errors import word
from survey.questionnaire import Questionnaire
from survey.successors import Successor, UnitsMap
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.rounds import UNITS, about, answers, evaluation, questionnaire
from tests.analysis.report.test_recalculation import differences
from tests.analysis.scores.rounds_apart import a_round

ASKED = questionnaire()
TARGETS = (
    Target(series="satisfaction", value=0.6),
    Target(series="satisfaction", unit="Huyện Bình Gia", rank=2, of=5),
    Target(series="par_index", unit="Lạng Sơn", year=2023, value=0.85),
    Target(series="par_index", unit="Lạng Sơn", year=2023, rank=35, of=63, source="KH"),
    Target(series="par_index", unit="Cao Bằng", value=0.85),
)
SERIES = (("par_index", "Lạng Sơn"), ("par_index_internal", "Huyện Văn Quan"))


def less() -> Questionnaire:
    """The questionnaire without its last item, and with another scale for one of its items."""
    section = ASKED.sections[1]
    kept = tuple(q for q in section.questions if q.name != "q9_06")
    changed = tuple(replace(q, satisfied=("5",)) if q.name == "q9_02" else q for q in kept)
    return replace(ASKED, version="0", sections=(ASKED.sections[0], replace(section, questions=changed)))


@pytest.fixture(scope="module")
def made() -> tuple[Comparison, Report]:
    """The small round of 2022 against another of 2021, in which one unit had another name; a note with a formula."""
    renamed = tuple("=Gia cũ" if unit == "Huyện Bình Gia" else unit for unit in UNITS)
    before = evaluation(answers(60, seed=8)[0], asked=less(), units=renamed)
    now = evaluation()
    sides = (
        Side(evaluation=now, round_=a_round(date(2022, 11, 1), ASKED, feeds="weighted")),
        Side(evaluation=before, round_=a_round(date(2021, 11, 1), less(), feeds="weighted", name="=1+1")),
    )
    map_ = UnitsMap(successors=(Successor(old="=Gia cũ", new="Huyện Bình Gia", valid_from=date(2022, 1, 1)),))
    found = comparison(*sides, Inputs(choice=Choice(series=SERIES), targets=TARGETS, units=map_))
    return found, build(now, about(feeds="weighted"), Extras(comparison=found))


def rows(sheet: Sheet) -> list[dict[str, str | float]]:
    """Each row's values by header."""
    headers = [column.header for column in sheet.table.columns]
    return [dict(zip(headers, (cell.value for cell in row), strict=True)) for row in sheet.table.rows]


def head(code: str) -> str:
    return word(f"CMP_HEAD_{code}")


@pytest.mark.slow
def test_libreoffice_finds_every_difference_and_interval_again(made: tuple[Comparison, Report], tmp_path: Path) -> None:
    _, report = made
    checked, wrong = differences(report, recalculated(write(report), tmp_path))
    live = sum(isinstance(cell, Formula) for sheet in mine(report) for _, _, cell in sheet.cells())
    assert checked > live > 150
    assert not wrong, "\n".join(wrong[:20])


def mine(report: Report) -> list[Sheet]:
    return [sheet for sheet in report.sheets if sheet.name.startswith("07")]


def test_every_number_of_the_comparison_stands_on_its_sheet_in_percentage_points(
    made: tuple[Comparison, Report],
) -> None:
    found, report = made
    assert found.rounds is not None
    shown = {row[word("RPT_HEAD_CONTENT")]: row for row in rows(report.sheet(word(sheets.AGAINST_LAST)))}
    change = found.rounds.change("overall", weighted=True)
    plain = found.rounds.change("overall", weighted=False)
    assert change is not None and plain is not None
    row = shown[word("RPT_OVERALL")]
    assert row[head("OURS_CHANGE")] == pytest.approx(100 * change.value)
    assert row[head("OFFICIAL_CHANGE")] == pytest.approx(100 * plain.value)
    assert (row[head("LOW")], row[head("HIGH")]) == pytest.approx((100 * change.low, 100 * change.high))
    assert row[head("ERROR")] == pytest.approx(100 * change.se)
    assert row[head("VERDICT")] == word("CMP_VERDICT_BREAK")
    alike = shown[word("CMP_COMMON_OF", name=word("RPT_OVERALL"))]
    assert alike[head("VERDICT")] == word("CMP_VERDICT_UNCLEAR")


def test_what_is_not_compared_stands_there_with_its_reason(made: tuple[Comparison, Report]) -> None:
    _, report = made
    shown = {row[word("RPT_HEAD_CODE")]: row for row in rows(report.sheet(word(sheets.AGAINST_LAST)))}
    assert shown["q9_02"][head("OURS_CHANGE")] == "–"
    assert shown["q9_02"][head("NOTE")] == word("CMP_ITEM_SATISFIED", before="5", now="4, 5")
    assert shown["q9_06"][head("NOTE")] == word("CMP_ITEM_NEW")
    lines = [line.value for line in report.sheet(word(sheets.AGAINST_LAST)).lines]
    assert any(str(line).startswith("Lưu ý: Phiếu hỏi đã được sửa") for line in lines)


def test_units_show_rank_change_and_what_they_were_called(made: tuple[Comparison, Report]) -> None:
    found, report = made
    shown = {row[word("RPT_HEAD_UNIT")]: row for row in rows(report.sheet(word(sheets.UNIT_CHANGES)))}
    rank = found.rank("Huyện Bình Gia")
    assert rank is not None
    assert shown["Huyện Bình Gia"][head("PLACES")] == rank.places
    assert str(shown["Huyện Bình Gia"][head("NOTE")]).endswith(word("CMP_UNIT_RENAMED", unit="=Gia cũ"))
    alike = shown[word("CMP_COMMON_OF", name="Huyện Bình Gia")]
    assert (alike[head("PLACES")], shown["Huyện Bình Gia"][head("VERDICT")]) == ("–", word("CMP_VERDICT_BREAK"))


def test_published_figures_are_subtracted_and_say_that_their_error_is_unknown(made: tuple[Comparison, Report]) -> None:
    _, report = made
    [province, district] = rows(report.sheet(word(sheets.PUBLISHED)))
    assert (round(float(province[head("CHANGE")]), 10), province[head("PLACES")]) == (-5.66, -31)
    assert (district[head("CHANGE")], district[head("PLACES")]) == ("–", -1)
    assert word("CMP_NO_ERROR") in str(province[head("NOTE")])


def test_targets_say_number_and_conclusion_apart(made: tuple[Comparison, Report]) -> None:
    found, report = made
    shown = rows(report.sheet(word(sheets.TARGETS)))
    assert [row[head("TARGET_VERDICT")] for row in shown] == [
        word(f"CMP_TARGET_{each.verdict.upper()}") for each in found.targets
    ]
    assert round(float(shown[2][head("GAP")]), 10) == -3.55
    assert shown[3][head("GAP_RANK")] == -19
    assert (shown[2][head("MET")], shown[4][head("MET")]) == (word("CMP_NOT_MET"), "–")


def test_every_picture_tells_what_it_shows_and_nothing_is_a_formula_but_formulas(
    made: tuple[Comparison, Report],
) -> None:
    _, report = made
    pictures = [sheet.picture for sheet in mine(report) if sheet.picture]
    assert len(pictures) == 2
    assert all("khoảng tin cậy" in picture.alt for picture in pictures)
    book = openpyxl.load_workbook(BytesIO(write(report)))
    for sheet in mine(report):
        for row, column, cell in sheet.cells():
            if isinstance(cell, Text | Number):
                assert book[sheet.name].cell(row + 1, column + 1).data_type != "f"


def test_without_a_comparison_the_contents_say_what_to_do() -> None:
    report = build(evaluation(), about())
    assert not mine(report)
    said = [str(cell.value) for _, _, cell in report.sheet(word(sheets.CONTENTS)).cells() if isinstance(cell, Text)]
    assert word("CMP_ABSENT") in said and word("CMP_ABSENT_TARGETS") in said
