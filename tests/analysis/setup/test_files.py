"""The template goes out and comes back; the audit workbook lets anybody draw the sample again from its own numbers."""

import io
import math
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from analysis.report.draw_sheet import DrawnBy, draw_sheet
from analysis.report.frame_template import frame_template
from analysis.setup.aim import start
from analysis.setup.drawing import Drawn, Method, drawn, recipe_of
from analysis.setup.frame import read_frame
from analysis.setup.sharing import Sharing, share_out
from survey.sheet import read_table
from tests.analysis.report.recalculate import recalculated
from tests.analysis.setup.frames import VILLAGES, frame

BY = DrawnBy(round_name="Đợt thử", actor="Lan", day=date(2026, 11, 22), times=2)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_filled_template_is_a_frame(language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(frame_template(language)))
    for row in (("Huyện A", "Xã 1", "Thôn 1", 120, ""), ("Huyện A", "Xã 2", "Thôn 1", 80, "")):
        book.worksheets[0].append(row)
    filled = io.BytesIO()
    book.save(filled)
    read = read_frame(read_table(filled.getvalue(), name="khung.xlsx"), "khung.xlsx")
    assert (read.people, [row.psu for row in read.rows]) == (200, ["Xã 1", "Xã 2"])


def audited(method: Method) -> tuple[Drawn, bytes]:
    listed = frame(VILLAGES + "Huyện A,Xã 9,Thôn lớn,3000,UBND xã 9\n")  # a commune larger than the interval
    shared = share_out(listed, start(), Sharing(), 200)
    made = drawn(listed, recipe_of(shared, start(), seed=20261122, method=method, rated="unit"))
    return made, draw_sheet(listed, made, BY)


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def points(row: dict[str, object]) -> list[float]:
    """Where the steps of a systematic draw fall, from what the sheet says of its list."""
    start_, interval = float(row["Điểm bắt đầu"]), float(row["Khoảng cách"])  # type: ignore[arg-type]
    return [start_ + step * interval for step in range(1000)]


def test_the_sheet_of_a_systematic_draw_shows_where_each_step_fell() -> None:
    made, content = audited("pps")
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sure = 0
    for stage in ("Cấp 1", "Cấp 2"):
        for row in rows(book, stage):
            if row["Chọn chắc chắn"]:
                sure += 1
                assert row["Được rút"] == 1
                continue
            upto = float(row["Cỡ cộng dồn"])  # type: ignore[arg-type]
            hit = any(upto - row["Cỡ (số hộ, lượt)"] <= point < upto for point in points(row))  # type: ignore[operator]
            assert row["Được rút"] == hit
    assert sure
    places = rows(book, "Nơi khảo sát")
    assert {row["Mã nơi"] for row in places} == {place.code for place in made.places}
    total = sum(row["Quyền số mỗi phiếu"] * row["Số phiếu cần"] for row in places)  # type: ignore[operator]
    # A commune c has villages of 40 + 10c, 80 + 10c, 120 + 10c and 160 + 10c: 3240 in each district, and the large one.
    assert math.isclose(total, 2 * 3240 + 3000, rel_tol=1e-6)
    assert "lần rút thứ 2" in str(book["Cách rút mẫu"]["A2"].value)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pps", "srs"])
def test_a_spreadsheet_draws_the_same_units_by_its_own_formulas(method: Method, tmp_path: Path) -> None:
    _, content = audited(method)
    book = recalculated(content, tmp_path)
    for stage in ("Cấp 1", "Cấp 2"):
        found = rows(book, stage)
        assert sum(int(row["Được rút"]) for row in found) > 0  # type: ignore[call-overload]
        assert all(row["Được rút"] == row["Excel rút lại"] for row in found)
