"""Sheet 11: totals, shares and differences are formulas that LibreOffice computes to what Python has."""

from datetime import date
from pathlib import Path

import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.build_dossiers import dossiers_sheet, rates_sheet
from analysis.report.excel import write
from analysis.report.extras import Extras
from analysis.report.figures import Figures
from analysis.report.model import Formula, Sheet, Text
from analysis.report.say_dossiers import dossier_sentences
from analysis.scores.dossiers import Cases, Count, DossierTable
from analysis.scores.dossiers_766 import load_766
from survey.errors import word
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.rounds import about, answers, evaluation

FULL: dict[Count, int] = {
    "received": 100, "direct": 60, "post": 10, "online": 39, "solved": 90, "early": 20, "on_time": 60, "late": 10,
    "pending": 10, "overdue": 2, "feedback": 9, "feedback_on_time": 6, "feedback_bad": 3, "complained": 5,
}  # fmt: skip
SOME: dict[Count, int] = {"received": 0, "direct": 0, "post": 0, "online": 0, "solved": 0, "on_time": 0, "late": 0}
TABLE = DossierTable(
    kind="counts",
    file="ho-so.xlsx",
    sheet="S",
    rows=(
        Cases(unit="Sở A", period="06/2022", counts=FULL, reasons={"chờ": 7, "": 3}, row=2),
        Cases(unit="=1+1", period="06/2022", counts=SOME, row=3),
        Cases(unit="Sở A", period="07/2022", counts={**FULL, "online": 30, "pending": 11}, row=4),
    ),
)


def made(table: DossierTable, language: str = "vi") -> Sheet:
    given, _ = answers()
    return dossiers_sheet(Figures(evaluation=evaluation(given), about=about(language=language)), table, load_766())


def rates(table: DossierTable, language: str = "vi") -> Sheet:
    given, _ = answers()
    found = rates_sheet(Figures(evaluation=evaluation(given), about=about(language=language)), table, load_766())
    assert found is not None
    return found


def cell(sheet: Sheet, row: int, header: str) -> object:
    return sheet.table.rows[row][sheet.table.place(header)]


@pytest.mark.slow
def test_every_formula_equals_python(tmp_path: Path) -> None:
    given, _ = answers()
    report = build(evaluation(given), about(), Extras(dossiers=TABLE))
    book = recalculated(write(report), tmp_path)
    checked = 0
    for sheet in (report.sheet(word(sheets.CASES)), report.sheet(word(sheets.CASE_RATES))):
        for row, column, found in sheet.cells():
            if isinstance(found, Formula):
                checked += 1
                value = book[sheet.name].cell(row + 1, column + 1).value
                assert value == found.value if isinstance(found.value, str) else value == pytest.approx(found.value)
    assert checked > 40


def test_the_published_difference_stands_on_the_sheet() -> None:
    counts: dict[Count, int] = {"received": 561_578, "direct": 358_294, "post": 183_202, "online": 20_091}
    table = DossierTable(kind="counts", file="a", sheet=None, rows=(Cases(unit="A", period="", counts=counts),))
    found, sheet = cell(rates(table), 0, word("DOS_HEAD_APART_CHANNELS")), made(table)
    assert isinstance(found, Formula) and found.value == 9
    assert any("561.587" in line.value for line in sheet.lines if isinstance(line, Text))
    assert len(sheet.table.rows) == 1 and sheet.names == ()


def test_totals_stand_first_and_say_nothing_where_an_office_does_not() -> None:
    sheet = made(TABLE)
    assert [cell(sheet, row, word("DOS_HEAD_UNIT")) for row in range(3)] == [Text("Toàn bộ")] * 3
    assert cell(sheet, 0, word("DOS_HEAD_RECEIVED")) == Formula("SUM(ho_so_received)", 200, "count")
    assert cell(sheet, 0, word("DOS_HEAD_PENDING")) == Text("–", "dash")
    by_period = cell(sheet, 2, word("DOS_HEAD_SOLVED"))
    assert isinstance(by_period, Formula) and by_period.value == 90 and by_period.expression.startswith("SUMIFS(")


def test_zero_of_zero_is_a_dash_and_reasons_are_told() -> None:
    sheet = rates(TABLE)
    found = cell(sheet, 4, word("DOS_SHARE_ON_TIME"))
    assert isinstance(found, Formula) and found.value == "–"
    assert cell(sheet, 3, word("DOS_HEAD_REASON")) == Text("chờ: 7; không ghi lý do: 3")


def test_a_table_of_dossiers_says_until_when() -> None:
    table = DossierTable(kind="dossiers", file="a", sheet=None, rows=TABLE.rows, until=date(2022, 6, 30))
    assert any("30/06/2022" in line.value for line in made(table).lines if isinstance(line, Text))
    assert any("30 Jun 2022" in line.value for line in made(table, "en").lines if isinstance(line, Text))


def test_without_a_table_the_contents_say_how_to_get_the_sheet() -> None:
    given, _ = answers()
    report = build(evaluation(given), about())
    with pytest.raises(KeyError):
        report.sheet(word(sheets.CASES))
    contents = report.sheet(word(sheets.CONTENTS))
    assert word("DOS_ABSENT") in str(contents.table.rows)


def test_sentences_tell_shares_reasons_and_what_does_not_add_up() -> None:
    given, _ = answers()
    figures = Figures(evaluation=evaluation(given), about=about())
    received, shares, reasons, *rest = dossier_sentences(figures, TABLE)
    assert "200 hồ sơ" in received
    assert "Tỷ lệ trực tuyến 34,50 %" in shares and "Tỷ lệ đúng hạn" in shares
    assert "chờ (70,00 %); không ghi lý do (30,00 %)" in reasons
    assert len(rest) == 2 and "thừa 9" in rest[0]
    nothing = DossierTable(kind="counts", file="a", sheet=None, rows=(Cases(unit="A", period="", counts={}),))
    assert list(dossier_sentences(figures, nothing)) == []
