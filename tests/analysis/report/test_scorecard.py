"""Sheet 10: what it shows is the card, and Excel's own arithmetic arrives at it from the slips."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from analysis.report import sheets
from analysis.report.about import About
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.extras import Extras
from analysis.report.model import Formula, Number, Report, Sheet, Text
from analysis.scores.evaluate import Evaluation
from analysis.scores.scorecard.card import Scorecard, scorecard
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.points import Entry
from survey.errors import word
from survey.instruments import load
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.test_recalculation import differences
from tests.analysis.scores.scorecard.cards import (
    DEPARTMENT,
    ONE_STOP,
    PROVINCE,
    citizens,
    entries,
    many,
    survey,
)

NAME = "Điều tra lãnh đạo"
ABOUT = About(
    round_name=NAME,
    study="officials",
    period="2022",
    source="thử",
    contact="",
    created=datetime(2026, 3, 5, 8),
    code_version="0",
)


def report(evaluation: Evaluation, *cards: Scorecard, about: About = ABOUT) -> Report:
    return build(evaluation, about, Extras(scorecards=cards))


def column(sheet: Sheet, code: str) -> list[object]:
    """The values of a column, by the code of its header."""
    place = sheet.table.place(word(code))
    cells = (row[place] for row in sheet.table.rows)
    return [cell.value if isinstance(cell, Text | Number | Formula) else None for cell in cells]


def province(evaluation: Evaluation) -> Scorecard:
    """A province with every kind of line: surveyed, entered, set, contested, not applicable, missing."""
    given = [
        *entries({"1.TL": 7.0, "3.TL": 8.2, "5.S1": 1.5}),
        Entry(code="2.TL", applicable=False, note="không có"),
        Entry(code="4.TL", self_points=6.0),
    ]
    sipas = citizens({"q9_01": (300, 400)}, load("sipas_household_2022"))
    findings = (
        Finding(number="1", agency="Tỉnh", text="x", criterion="3.TL", effect="set", points=7.5),
        Finding(number="2", agency="Tỉnh", text="x", criterion="1.TL", effect="contest"),
    )
    surveys = {"officials": survey(evaluation, NAME), "household": survey(sipas, "SIPAS")}
    return scorecard(PROVINCE, given, surveys=surveys, findings=findings)


@pytest.fixture(scope="module")
def officials() -> Evaluation:
    return many(30)


def test_the_sheet_shows_the_card_row_by_row(officials: Evaluation) -> None:
    card = province(officials)
    shown = report(officials, card).sheet(word(sheets.POINTS))
    rows = (card.total, *card.rows)
    assert column(shown, "SCR_HEAD_POINTS") == ["–" if row.points is None else row.points for row in rows]
    assert column(shown, "SCR_HEAD_EARNED")[0] == card.index
    assert column(shown, sheets.LOW)[0] == card.total.low
    assert column(shown, "SCR_HEAD_BAND")[0] == (card.band.label["vi"] if card.band else None)
    told = " ".join(line.value for line in shown.lines if isinstance(line, Text))
    assert "Kết quả tạm tính" in told and PROVINCE.settings in told
    assert "ước lượng của công cụ, không phải số công bố" in told
    basis = dict(zip(column(shown, "SCR_COL_CODE"), column(shown, "SCR_HEAD_BASIS"), strict=True))
    assert basis["2.TL"] == "không áp dụng; chỗ trống sửa được"
    assert "chưa chấp nhận" in str(basis["1.TL"])


def test_without_points_the_sheet_is_left_out_and_the_contents_say_what_to_do(officials: Evaluation) -> None:
    made = build(officials, ABOUT)
    assert word(sheets.POINTS) not in [sheet.name for sheet in made.sheets]
    contents = made.sheet(word(sheets.CONTENTS))
    assert any(word("SCR_ABSENT") == getattr(cell, "value", "") for row in contents.table.rows for cell in row)


def test_a_rate_of_another_round_is_a_value_and_says_so(officials: Evaluation) -> None:
    work = report(officials, province(officials)).sheet(word("SCR_SHEET_WORK"))
    how = dict(zip(column(work, "SCR_COL_CODE"), column(work, "SCR_HEAD_HOW"), strict=True))
    assert how["8.1"] == word("SCR_HOW_GIVEN")
    assert how["1.S1"] == word("SCR_HOW_LIVE")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


def _cases() -> Sequence[tuple[str, Report]]:
    evaluation = many(30)
    units = tuple(
        scorecard(
            DEPARTMENT,
            [*(Entry(code=str(k), subject=unit, appraised=8.0) for k in range(1, 8)), Entry(code="9", appraised=1)],
            subject=unit,
            surveys={"officials": survey(evaluation, NAME, unit=unit)},
        )
        for unit in ("Sở Nội vụ", "Sở Tài chính")
    )
    slips = citizens(
        {"times": (90, 100), "offices": (60, 100), "posted": (40, 90), "attitude": (99, 100)}, load("one_stop_slip")
    )
    desk = scorecard(
        ONE_STOP,
        entries({"5": 2, "8": 1, "9": 2}),
        surveys={"user": survey(slips, NAME)},
        measures={"on_time": 0.95},
    )
    sipas = citizens({"q9_01": (300, 400), "q9_16": (7, 9)}, load("sipas_household_2022"))
    household = scorecard(PROVINCE, surveys={"household": survey(sipas, NAME)})
    return (
        ("province", report(evaluation, province(evaluation))),
        ("units", report(evaluation, *units)),
        ("one stop", report(slips, desk, about=replace(ABOUT, language="en"))),
        ("household", report(sipas, household)),
    )


@pytest.mark.slow
def test_libreoffice_computes_every_card_from_the_slips(folder: Path) -> None:
    for name, made in _cases():
        checked, wrong = differences(made, recalculated(write(made), folder))
        assert wrong == [], name
        assert checked > 100


@pytest.mark.slow
def test_an_edited_point_and_an_edited_share_move_the_index_as_here(officials: Evaluation, folder: Path) -> None:
    card = province(officials)
    made = report(officials, card)
    work, counts = made.sheet(word("SCR_SHEET_WORK")), made.sheet(word("SCR_SHEET_COUNTS"))
    line = column(work, "SCR_COL_CODE").index("1.TL")
    edits = {work.name: {_address(work, "SCR_COL_APPRAISED", line): 5.0}}
    shares = {
        _address(counts, "SCR_HEAD_SHARE", place): 0.5
        for place, (code, answer) in enumerate(
            zip(column(counts, "SCR_COL_CODE"), column(counts, sheets.ANSWER_CODE), strict=True)
        )
        if (code, answer) == ("2.S1", "B")
    }
    book = recalculated(write(made), folder, edits | {counts.name: shares})
    row = card.row("2.S1")
    criterion = replace(PROVINCE.criterion("2.S1"), weights={"A": 1.0, "B": 0.5, "C": 0.2, "D": 0.0})
    other = replace(PROVINCE, criteria=tuple(criterion if c.code == "2.S1" else c for c in PROVINCE.criteria))
    moved = scorecard(other, surveys={"officials": survey(officials, NAME)}).row("2.S1")
    assert row.points is not None and moved.points is not None and row.points != moved.points
    expected = card.points - 2.0 + moved.points - row.points
    assert _total(book, made) == pytest.approx(expected, abs=1e-9)


def _address(sheet: Sheet, code: str, row: int) -> str:
    return sheet.range(word(code), row, 1).rpartition("!")[2].replace("$", "")


def _total(book: openpyxl.Workbook, made: Report) -> float:
    sheet = made.sheet(word(sheets.POINTS))
    return float(book[sheet.name][_address(sheet, "SCR_HEAD_POINTS", 0)].value)
