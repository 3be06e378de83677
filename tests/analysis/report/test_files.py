"""Every file from one list: each kind is made, the streamed answers equal «Phiếu», pictures are safe and repeatable."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.report import detach, sheets, stream
from analysis.report.annex import written
from analysis.report.excel import write
from analysis.report.files import SUFFIXES, Export
from analysis.report.model import Number, Picture, Text
from analysis.report.pictures import Spot, chart_picture, matrix
from analysis.report.stream import answers_workbook
from survey.errors import Refused, word
from survey.sheet import read_table
from tests.analysis.report.recalculate import convert
from tests.analysis.report.rounds import about, answers, evaluation
from tests.hostile import HOSTILE

STARTS = {
    ".xlsx": b"PK", ".docx": b"PK", ".sav": b"$FL2", ".dta": b"<stata_dta>", ".csv": b"\xef\xbb\xbf",
    ".parquet": b"PAR1", ".json": b"{",
}  # fmt: skip


def export(*arguments: Any, **changes: Any) -> Export:
    return Export(evaluation=evaluation(*arguments, **changes), about=about())


def test_every_kind_of_file_is_made_and_is_what_its_name_says() -> None:
    made = export()
    assert set(made.kinds) == set(SUFFIXES) - {"answers"}
    for kind in SUFFIXES:
        content = made.make(kind)
        assert content.startswith(STARTS[SUFFIXES[kind][0]]), kind
        assert content == export().make(kind), kind


def test_a_large_round_has_a_file_for_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detach, "LIVE_MOST", 50)
    assert "answers" in export().kinds
    book = openpyxl.load_workbook(io.BytesIO(export().make("workbook")))
    assert word(sheets.SLIPS) not in book.sheetnames


def test_the_streamed_answers_are_those_of_the_workbook_cell_by_cell() -> None:
    given, _ = answers(len(HOSTILE))
    for person, text in zip(given, HOSTILE.values(), strict=True):
        person["other"] = text
    made = export(given, n=len(HOSTILE))
    content = answers_workbook(made.figures)
    assert content == answers_workbook(export(given, n=len(HOSTILE)).figures)
    read = openpyxl.load_workbook(io.BytesIO(content))[word(sheets.SLIPS)]
    table = made.report.sheet(word(sheets.SLIPS)).table
    header, *rows = [[cell.value for cell in row] for row in read.iter_rows()]
    assert header == [column.header for column in table.columns]
    assert len(rows) == len(table.rows)
    for shown, cells in zip(rows, table.rows, strict=True):
        wanted = [None if cell is None else cell.value for cell in cells]  # type: ignore[union-attr]
        assert list(map(_near, shown)) == list(map(_near, wanted))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in xml and b"<hyperlink" not in xml
    place = header.index("other") + 1
    assert all(
        cell.quotePrefix
        for row in read.iter_rows(min_row=2, min_col=place, max_col=place)
        for cell in row
        if cell.value
    )
    assert read.freeze_panes == "C2"


def _near(value: Any) -> Any:
    """Empty is nothing; a workbook keeps 16 digits of a number; openpyxl leaves the escape of a streamed text."""
    if isinstance(value, str):
        return value.replace("_x005F_", "_") or None
    return round(value, 9) if isinstance(value, float) else value


def test_the_streamed_answers_can_be_read_back_and_progress_is_told() -> None:
    told: list[float] = []
    monkey = answers_workbook(export(n=60).figures, told.append)
    table = read_table(monkey, name="x.xlsx", sheets=[word(sheets.SLIPS)])
    assert len(table.lines) == 60 and told == [1.0]


def test_progress_grows_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_STEP", 10)
    told: list[float] = []
    answers_workbook(export().figures, told.append)
    assert told == sorted(told) and len(told) == 7 and told[-1] == 1.0


def test_more_slips_than_a_sheet_has_rows_are_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_ROWS", 50)
    with pytest.raises(Refused) as refused:
        answers_workbook(export().figures)
    assert "CSV" in refused.value.say("vi")


@pytest.mark.slow
def test_libreoffice_keeps_hostile_text_text_on_the_way_through_csv(tmp_path: Path) -> None:
    """xlsx → CSV by LibreOffice loses the quote sign; our own CSV does not, and comes back without a formula."""
    given, _ = answers(len(HOSTILE))
    for person, text in zip(given, HOSTILE.values(), strict=True):
        person["other"] = text
    source = tmp_path / "so-lieu.csv"
    source.write_bytes(export(given, n=len(HOSTILE)).make("csv", separator=","))
    book = openpyxl.load_workbook(
        convert(source, "xlsx", tmp_path, infilter="CSV:44,34,76,1,,0,false,true,false,false")
    )
    assert not [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"]


def _say(share: float) -> str:
    return f"{share:.0%}"


def test_pictures_are_png_with_alternative_text_and_the_same_every_time() -> None:
    made = export(n=200)
    for name in (sheets.SCORES_CHART, sheets.ANSWERS_CHART, sheets.UNITS_CHART):
        sheet = made.report.sheet(word(name))
        picture = chart_picture(sheet, _say)
        assert picture == chart_picture(sheet, _say)
        assert sheet.chart is not None and sheet.chart.alt in picture.alt
        assert 500 < picture.width < 700


def test_a_sheet_without_a_chart_has_no_picture() -> None:
    with pytest.raises(ValueError, match="no chart"):
        chart_picture(export().report.sheet(word(sheets.NOTES)), _say)


def test_hostile_labels_are_drawn_as_they_are_read() -> None:
    spots = [
        Spot(label=text[:40], x=0.5, y=0.5, across=(0.4, 0.6), up=(0.4, 0.6))
        for text in HOSTILE.values()
        if text.isprintable()
    ]
    drawn = matrix(spots, across="$x_2$", up="{y}", cross=(0.5, 0.5), alt="thử", title="$\\frac{1}{0}$", say=_say)
    assert drawn.png.startswith(b"\x89PNG") and drawn.alt == "$\\frac{1}{0}$. thử"


def test_a_sheet_shows_its_picture_at_its_size_with_alternative_text(tmp_path: Path) -> None:
    spot = Spot(label="A", x=0.2, y=0.3)
    picture = matrix([spot], across="x", up="y", cross=(0.5, 0.5), alt="Ma trận ưu tiên", title="Ưu tiên", say=_say)
    made = export()
    report = made.report
    changed = replace(report.sheet(word(sheets.NOTES)), picture=picture)
    book = write(replace(report, sheets=tuple(changed if s.name == changed.name else s for s in report.sheets)))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        drawings = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/drawing")]
        images = [archive.read(n) for n in archive.namelist() if n.startswith("xl/media/")]
    [shown] = [drawing for drawing in drawings if "Ma trận ưu tiên" in drawing]
    assert images == [picture.png]
    wide, high = (int(value) for value in re.search(r'<a:ext cx="(\d+)" cy="(\d+)"', shown).groups())  # type: ignore[union-attr]
    assert (round(wide / 9525), round(high / 9525)) == (picture.width, picture.height)
    with pytest.raises(ValueError, match="stand on each other"):
        replace(report.sheet(word(sheets.UNITS_CHART)), picture=picture)
    with pytest.raises(ValueError, match="PNG"):
        Picture(png=b"GIF", alt="x", width=1, height=1)


def test_annex_cells_read_as_the_workbook_shows_them() -> None:
    figures = export().figures
    shown = {
        "81,45 %": Number(0.8145, "share"),
        "36.525": Number(36525, "count"),
        "4,94": Number(4.935, "decimal"),
        "2022": Number(2022),
        "0,5": Number(0.5),
        "=1+1": Text("=1+1"),
        "": None,
    }
    for wanted, cell in shown.items():
        assert written(figures, cell) == wanted
