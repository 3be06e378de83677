"""Units in and out as a table: what a file would do before it does it, and every fault with its row and column."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from survey.errors import Refused
from survey.sheet import Line, Table, read_table
from survey.unit_files import plan
from survey.unit_workbook import units_workbook
from survey.units import Block, Registry, Unit

HEADERS = ("Mã", "Tên đơn vị", "Khối", "Cấp trên", "Từ ngày", "Đến hết ngày", "Lập từ", "Căn cứ")
ENGLISH = ("Code", "Unit", "Group", "Under", "From", "Until", "Made from", "Decision")
DAY = date(2027, 1, 1)


def unit(code: str, name: str, block: Block, **more: Any) -> Unit:
    return Unit(code=code, name=name, block=block, **more)


PROVINCE = unit("20", "Tỉnh Lạng Sơn", "province", mark="V")
EAST = unit("05977", "Phường Đông Kinh", "commune", parent="20", valid_from=date(2025, 7, 1), basis="NQ 1672")
HEALTH = unit("SYT", "Sở Y tế", "department", parent="20")
REGISTRY = Registry(units=(PROVINCE, EAST, HEALTH))


def table(*rows: tuple[object, ...], headers: tuple[str, ...] = HEADERS) -> Table:
    lines = [Line(number=k, cells=dict(zip(headers, row, strict=False))) for k, row in enumerate(rows, start=2)]  # type: ignore[arg-type]
    return Table(sheet="Đơn vị", headers=headers, lines=tuple(lines))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_comes_back_as_it_went(language: str) -> None:
    sent = read_table(units_workbook(REGISTRY, language), name="units.xlsx")
    planned = plan(Registry(), sent)
    assert set(planned.registry.units) == {replace(each, mark="") for each in REGISTRY.units}
    again = plan(REGISTRY, sent)
    assert (again.registry.in_order, again.same) == (REGISTRY.in_order, 3)
    assert not (again.added or again.changed or again.ended)


def test_the_workbook_offers_blocks_keeps_zeros_and_has_real_days() -> None:
    book = load_workbook(BytesIO(units_workbook(REGISTRY)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(HEADERS)
    east = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "05977")
    assert (east[0].data_type, east[4].value.date(), east[4].number_format) == ("s", date(2025, 7, 1), "dd/mm/yyyy")
    lists = {rule.type: rule for rule in sheet.data_validations.dataValidation}
    assert lists["list"].formula1 == '"Tỉnh,Sở,Ngành dọc,Huyện cũ,Xã,Khác"'
    assert {str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation} == {"C2", "E2", "F2"}
    assert book.worksheets[1].max_row == 1 + len(HEADERS)
    assert units_workbook(REGISTRY) == units_workbook(REGISTRY)


def test_a_file_adds_mends_and_ends_and_takes_nothing_away() -> None:
    planned = plan(
        REGISTRY,
        table(
            ("SYT", "Sở Y tế và Dân số", "Sở", "20", "01/01/2027", None, None, "QĐ 9"),
            ("05977", "Phường Đông Kinh", "Xã", "20", "2025-07-01", None, None, "NQ 1672/NQ-UBTVQH15"),
            ("CA20", "Công an tỉnh", "Ngành dọc", 20),
        ),
    )
    assert [each.code for each in planned.added] == ["SYT", "CA20"]
    assert [(before.basis, after.basis) for before, after in planned.changed] == [("NQ 1672", "NQ 1672/NQ-UBTVQH15")]
    assert [(before.code, after.valid_to) for before, after in planned.ended] == [("SYT", date(2026, 12, 31))]
    assert planned.registry.today(["Sở Y tế"], since=date(2026, 1, 1), until=DAY) == ("Sở Y tế và Dân số",)
    assert PROVINCE in planned.registry.units


def test_a_file_that_was_kept_changes_nothing_more() -> None:
    later = table(("20", "Tỉnh Lạng Sơn mới", "Tỉnh", None, "01/01/2027"), ("20", "Tỉnh Lạng Sơn", "Tỉnh"))
    once = plan(REGISTRY, later)
    again = plan(once.registry, later)
    assert [before.mark for before, _ in once.ended] == ["V"]
    assert (again.added, again.changed, again.ended, again.same) == ((), (), (), 2)


def test_a_merger_in_a_file_needs_the_ends_of_its_parts_and_then_is_one() -> None:
    merged = ("9", "Sở Y tế và Phường", "Khác", "20", "01/01/2027", None, "SYT; Phường Đông Kinh", None)
    with pytest.raises(Refused) as refused:
        plan(REGISTRY, table(merged))
    assert [problem.row for problem in refused.value.problems] == [2, 2]
    ended = (
        ("SYT", "Sở Y tế", "Sở", "20", None, "31/12/2026"),
        ("5977", "Phường Đông Kinh", "Xã", "Tỉnh Lạng Sơn", "01/07/2025", "31/12/2026", None, "NQ 1672"),
    )
    planned = plan(REGISTRY, table(merged, *ended))
    assert planned.registry.today(["SYT"], since=date(2026, 1, 1), until=DAY) == ("Sở Y tế và Phường",)
    assert planned.registry.versions("9")[0].predecessors == ("SYT", "05977")
    assert [before.code for before, _ in planned.ended] == ["SYT", "05977"]


def test_headings_of_either_language_and_numbers_for_codes_are_read() -> None:
    row = (5983, "Phường Lương Văn Tri", "Communes", 20, "2025-07-01")
    planned = plan(REGISTRY, table(row, headers=ENGLISH))
    assert [(each.code, each.parent, each.type) for each in planned.added] == [("05983", "20", "Phường")]
    with pytest.raises(Refused) as refused:
        plan(REGISTRY, table(("1", "x"), headers=("Code", "Thing")))
    assert [problem.values["column"] for problem in refused.value.problems] == ["Tên đơn vị", "Khối"]


def test_every_fault_is_told_at_once_with_row_and_column() -> None:
    with pytest.raises(Refused) as refused:
        plan(
            REGISTRY,
            table(
                (None, "Xã A", "Xã"),
                ("2", "", "Xóm", "20", "31/02/2027"),
                ("3", "Xã C", "Xã", "20", None, "mai"),
                ("4", "Xã D", "Xã", "Xã không có", "2027-01-01", None, "00003"),
                ("SYT", "Sở Y tế", "Sở"),
                ("SYT", "Sở Y tế", "Sở"),
            ),
        )
    found = [(problem.row, problem.column, problem.code) for problem in refused.value.problems]
    assert found == [
        (2, "Mã", "TAB_BLANK"),
        (3, "Tên đơn vị", "TAB_BLANK"),
        (3, "Khối", "UNI_BLOCK"),
        (3, "Từ ngày", "UNT_DAY"),
        (4, "Đến hết ngày", "UNT_DAY"),
        (7, "Mã", "UNI_TWICE"),
        (5, "Cấp trên", "UNI_NO_PARENT"),
    ]


def test_what_may_come_of_a_row_that_could_not_be_read_is_not_told_beside_it() -> None:
    rows = (("00003", "Xã C", "Xã", "20", None, "mai"), ("00004", "Xã D", "Xã", "20", "2027-01-01", None, "00003"))
    with pytest.raises(Refused) as refused:
        plan(REGISTRY, table(*rows))
    assert [problem.code for problem in refused.value.problems] == ["UNT_DAY"]


def test_a_day_long_before_any_unit_is_mistyped() -> None:
    with pytest.raises(Refused) as refused:  # not a crash on the day before it
        plan(REGISTRY, table(("00004", "Xã D", "Xã", "20", "01/01/0001", None, "05977")))
    assert [(problem.column, problem.code) for problem in refused.value.problems] == [("Từ ngày", "UNT_DAY")]


def test_what_rows_say_together_is_told_in_the_row_that_says_it() -> None:
    with pytest.raises(Refused) as refused:
        plan(
            REGISTRY,
            table(
                ("0002", "Xã B", "Xã", "Xã không có"),
                ("00003", "Phường Đông Kinh", "Xã", "20", "2025-07-01"),
                ("00004", "Xã D", "Xã", "20", "2027-01-01", None, "00099"),
                ("a/b", "Xã E", "Khác"),
                ("05977", "Phường Kinh", "Xã", "20", None, "2026-01-01"),
            ),
        )
    found = {(problem.row, problem.column, problem.code) for problem in refused.value.problems}
    assert found >= {
        (2, "Cấp trên", "UNI_NO_PARENT"),
        (4, "Lập từ", "UNI_NO_BEFORE"),
        (5, "Mã", "UNI_BAD_CODE"),
    }
    assert "UNI_OVERLAP" in {problem.code if problem.row else "UNI_OVERLAP" for problem in refused.value.problems}
