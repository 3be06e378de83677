"""Sheet 06, ranks: it holds what the ranking says, in blocks, with the shrunken number beside the direct."""

from dataclasses import replace

import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.figures import Figures
from analysis.report.model import Formula, Number, Sheet, Text
from analysis.scores.rank_words import ranking_sentences
from survey.errors import word
from tests.analysis.report.rounds import UNITS, about, evaluation, renamed
from tests.analysis.report.test_build import by_code, column, plain

NAME = word(sheets.RANKS)
BLOCKS = dict(zip(UNITS, ("commune", "commune", "department", "commune", "department"), strict=True))


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(evaluation=evaluation(n=400, strata=None, psu=None), about=about(blocks=BLOCKS))


@pytest.fixture(scope="module")
def sheet(figures: Figures) -> Sheet:
    return build(figures.evaluation, figures.about).sheet(NAME)


def test_units_stand_block_by_block_the_best_first(figures: Figures, sheet: Sheet) -> None:
    names = [plain(cell) for cell in column(sheet, "Đơn vị")]
    assert names == [unit.unit for unit in figures.ranking.units]
    assert [plain(cell) for cell in column(sheet, "Khối")] == ["Sở, ban, ngành"] * 2 + ["Xã, phường, đặc khu"] * 3
    assert [plain(cell) for cell in column(sheet, "Hạng")] == [1, "–", 1, 2, 3]
    assert [plain(cell) for cell in column(sheet, "Trên tổng số")] == [1, 1, 3, 3, 3]


def test_ranks_and_indices_follow_sheet_06_and_the_rest_are_values(figures: Figures, sheet: Sheet) -> None:
    for header, kind in (("Hạng", Formula), ("Của công cụ", Formula), ("Cách công bố", Formula)):
        assert all(isinstance(cell, kind) for cell in column(sheet, header)), header
    for unit, low, high, drawn in zip(
        figures.ranking.units,
        column(sheet, "Hạng cao nhất có thể"),
        column(sheet, "Hạng thấp nhất có thể"),
        column(sheet, "Chỉ số co về trung bình khối"),
        strict=True,
    ):
        assert (plain(low), plain(high)) == (unit.rank_low or "–", unit.rank_high or "–")
        assert drawn == Number(unit.shrunken, "share")


def test_the_lines_above_say_what_may_be_said_and_whose_it_is(figures: Figures, sheet: Sheet) -> None:
    said = " ".join(str(plain(line)) for line in sheet.lines)
    for sentence in ranking_sentences(figures.ranking):
        assert sentence in said
    assert "không phải số công bố" in said and "tính ngoài Excel" in said
    per_unit = by_code(build(figures.evaluation, figures.about), NAME, "Đơn vị", "Nói được gì")
    assert per_unit["Xã Ít Người"] == "không xếp hạng, dưới 10 người trả lời"


def test_sheet_06_has_the_sets_beside_the_ranks_and_blocks_only_where_there_are_some(figures: Figures) -> None:
    units = build(figures.evaluation, figures.about).sheet(word(sheets.UNITS))
    headers = [each.header for each in units.table.columns]
    place = headers.index("Hạng")
    assert headers[place - 1 : place + 3] == ["Khối", "Hạng", "Hạng cao nhất có thể", "Hạng thấp nhất có thể"]
    alone = build(evaluation(), about())
    for name in (word(sheets.UNITS), NAME):
        assert "Khối" not in [each.header for each in alone.sheet(name).table.columns]


def test_single_officials_never_come_into_a_workbook() -> None:
    made = evaluation(by=("sex",))
    asked = made.questionnaire
    sections = tuple(
        replace(
            section,
            questions=tuple(replace(q, role="officer") if q.name == "sex" else q for q in section.questions),
        )
        for section in asked.sections
    )
    report = build(replace(made, questionnaire=replace(asked, sections=sections)), about())
    names = {sheet.name for sheet in report.sheets}
    assert not names & {NAME, word(sheets.UNITS), word(sheets.UNITS_CHART), word(sheets.UNIT_SCORES)}
    slips = report.sheet(word(sheets.SLIPS))
    assert "sex" not in [column.header for column in slips.table.columns]
    assert "Mã người phục vụ" in " ".join(line.value for line in slips.lines if isinstance(line, Text))


def test_slips_whose_unit_is_not_known_have_no_rank_and_are_nobodys_rival() -> None:
    made = renamed(("?", "B", "C", "D", "E"))
    report = build(made, about(feeds="unweighted"))
    ranks = by_code(report, word(sheets.UNITS), "Đơn vị", "Hạng")
    values = by_code(report, word(sheets.UNITS), "Đơn vị", word(sheets.OFFICIAL))
    assert ranks.pop("?") == "–" == ranks.pop("E")
    assert ranks == {unit: 1 + sum(values[other] > values[unit] for other in "BCD") for unit in "BCD"}
    assert "?" not in by_code(report, NAME, "Đơn vị", "Hạng")
