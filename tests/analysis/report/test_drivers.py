"""The sheets about what to repair: their numbers, that they are live, and that no more is said than may be."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.extras import Extras
from analysis.report.model import Formula, Report, Sheet
from analysis.scores.drivers import importance
from analysis.scores.evaluate import Evaluation
from analysis.scores.scorecard.card import scorecard
from analysis.scores.scorecard.points import Entry
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.reading import shipped
from analysis.scores.themes import find_themes
from survey.errors import word
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.rounds import about, answers, evaluation
from tests.analysis.report.test_build import by_code, plain
from tests.analysis.report.test_recalculation import differences

LOST, PRIORITIES, CHART, THEMES, COMMENTS = map(
    word, (sheets.LOST, sheets.PRIORITIES, sheets.PRIORITIES_CHART, sheets.THEMES, sheets.COMMENTS)
)


def made(n: int = 200, units: Sequence[str] = ("Huyện *", "Huyện ?", ">5", "Thành phố ~", "Xã Ít Người")) -> Evaluation:
    """The small round with comments of several units, some of them with signs that Excel reads as wildcards."""
    given, _ = answers(n)
    for place, person in enumerate(given):
        if place % 2:
            person["other"] = ("Chờ lâu, lệ phí cao", "cham qua, cho lau", "=1+1 ?*", "Tốt")[place // 2 % 4]
    return evaluation(given, n=n, units=units)


def report(found: Evaluation) -> Report:
    rules = shipped()["par_index_province_2022"]
    survey = Survey(evaluation=found, weighted=True, round_name="Đợt thử 2022")
    entries = [
        Entry(code=leaf.code, appraised=leaf.max_points * 0.8) for leaf in rules.leaves() if leaf.code[2:] == "TL"
    ]
    extras = Extras(
        importance=importance(found, weighted=True),
        themes=find_themes(found),
        scorecards=(scorecard(rules, entries, surveys={"household": survey}),),
    )
    return build(found, about(invited={}), extras)


@pytest.fixture(scope="module")
def whole() -> Report:
    return report(made())


def formulas(sheet: Sheet) -> int:
    return sum(isinstance(cell, Formula) for _, _, cell in sheet.cells())


@pytest.mark.slow
def test_every_formula_of_these_sheets_recalculated_equals_python(
    whole: Report, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = [whole.sheet(name) for name in (LOST, PRIORITIES, CHART, THEMES)]
    book = recalculated(write(whole), tmp_path_factory.mktemp("office"))
    checked, wrong = differences(replace(whole, sheets=tuple(own)), book)
    assert wrong == []
    assert checked == sum(map(formulas, own)) > 90


def test_the_sheet_of_losses_says_what_was_lost_and_what_would_win_it_back(whole: Report) -> None:
    sheet = whole.sheet(LOST)
    lost = by_code(whole, LOST, "Mã", "Điểm mất")
    assert lost["7.TL"] == pytest.approx(0.2 * (13.5 - 4.4))
    assert by_code(whole, LOST, "Mã", "Phụ trách")["7.TL"] == "Sở Khoa học và Công nghệ"
    assert "điểm % mới lấy lại hết" in str(by_code(whole, LOST, "Mã", "Muốn lấy lại điểm")["8.1"])
    low, high = (by_code(whole, LOST, "Mã", word(header))["8.1"] for header in (sheets.LOW, sheets.HIGH))
    assert low < lost["8.1"] < high
    assert by_code(whole, LOST, "Mã", word(sheets.LOW))["7.TL"] == "–"
    values = [plain(row[sheet.table.place("Điểm mất")]) for row in sheet.table.rows]
    levels = [plain(row[0]) for row in sheet.table.rows]
    assert levels == sorted(levels)  # areas first
    areas = values[: levels.index("Tiêu chí")]
    assert areas == sorted(areas, reverse=True)
    parts = by_code(whole, LOST, "Mã", "Phần trong tổng điểm mất")
    assert sum(value for code, value in parts.items() if len(str(code)) > 1) == pytest.approx(1)


def test_the_sheet_of_priorities_claims_what_the_intervals_allow(whole: Report) -> None:
    found = importance(made(), weighted=True)
    assert found is not None
    claims = by_code(whole, PRIORITIES, "Yếu tố", "Kết luận được phép")
    assert set(claims.values()) == {"Không đủ căn cứ để kết luận"}  # answers were drawn at random
    said = " ".join(str(plain(line)) for line in whole.sheet(PRIORITIES).lines)
    assert "Không đủ căn cứ để kết luận" in said and "không phải số công bố" in said and "Tính ngoài Excel" in said
    shares = by_code(whole, PRIORITIES, "Yếu tố", "Tầm quan trọng")
    assert sum(shares.values()) == pytest.approx(1)
    picture = whole.sheet(CHART).picture
    assert picture is not None and "Không đủ căn cứ" in picture.alt and PRIORITIES in picture.alt


def test_counts_of_themes_lead_to_the_comments_column(whole: Report) -> None:
    column = [str(plain(row[-1])) for row in whole.sheet(COMMENTS).table.rows]
    counts = by_code(whole, THEMES, "Mã chủ đề", "Số ý kiến")
    assert counts["fees"] == sum("|fees|" in codes for codes in column) == 25
    assert counts["time"] == sum("|time|" in codes for codes in column)
    last = [plain(cell) for cell in whole.sheet(THEMES).table.rows[-1]]
    assert last[2] == len(column)
    none = [plain(cell) for cell in whole.sheet(THEMES).table.rows[-2]]
    assert none[2] == sum(codes == "|" for codes in column) > 0


def test_only_units_with_enough_comments_have_a_column(whole: Report) -> None:
    headers = [column.header for column in whole.sheet(THEMES).table.columns]
    themes = find_themes(made())
    assert themes is not None
    assert set(themes.units) <= set(headers)
    assert not set(themes.small) & set(headers)


def test_units_that_excel_cannot_tell_apart_are_counted_together() -> None:
    """«Huyện A» and «HUYỆN A», a unit called as a header, one with a name too long for a formula."""
    found = made(units=("Huyện A", "HUYỆN A", "Số ý kiến", "dài " * 70, "Xã Ít Người"))
    sheet = report(found).sheet(THEMES)
    themes = find_themes(found)
    assert themes is not None and len(themes.units) >= 3
    headers = [column.header for column in sheet.table.columns]
    assert headers[4] == word("THM_HEAD_SMALL", least=10)
    last = [plain(cell) for cell in sheet.table.rows[-1]]
    assert last[4] == last[2] == len(themes.comments)


def test_what_was_not_worked_out_is_left_out_and_said_so() -> None:
    bare = build(made(60), about(invited={}))
    names = {sheet.name for sheet in bare.sheets}
    assert not names & {LOST, PRIORITIES, CHART, THEMES} and COMMENTS in names
    told = by_code(bare, word(sheets.CONTENTS), "Trang tính", "Có trong tệp")
    assert {told[name] for name in (LOST, PRIORITIES, CHART, THEMES)} == {"Không"}
    assert word("THM_HEAD_THEMES") not in [column.header for column in bare.sheet(COMMENTS).table.columns]


def test_a_round_without_comments_or_factors_makes_a_report() -> None:
    given, _ = answers(60)
    for person in given:
        person.pop("other", None)
        for name in [name for name in person if name.startswith("q9_") and name != "q9_01"]:
            person.pop(name)
    found = evaluation(given)
    assert importance(found, weighted=True) is None and find_themes(found) is None
    assert LOST in {sheet.name for sheet in report(found).sheets}
