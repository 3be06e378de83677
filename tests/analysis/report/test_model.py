"""The rules of a good official workbook, enforced when a report is made."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.report.model import Cell, Column, Formula, Link, Name, Report, Sheet, Table, Text, column_letters

_ROWS = ((Text("a"), None),)


def table(name: str = "Bang", headers: tuple[str, ...] = ("Mã", "Số"), rows: Any = _ROWS) -> Table:
    return Table(name=name, columns=tuple(Column(header, 10) for header in headers), rows=rows)


def sheet(name: str = "Trang", **changes: Any) -> Sheet:
    return Sheet(**{"name": name, "title": "Một trang", "table": table(name=f"B_{len(name)}")} | changes)


def report(*sheets: Sheet) -> Report:
    return Report(title="t", author="a", created=datetime(2022, 1, 1), sheets=sheets)


@pytest.mark.parametrize(
    "name", ["", " ", "a" * 32, "a/b", "a\\b", "a:b", "a*b", "a?b", "[a]", "'a", "a'", "History", "HISTORY"]
)
def test_an_illegal_sheet_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="sheet name"):
        sheet(name)


@pytest.mark.parametrize("name", ["", "1a", "a b", "Q1", "q9", "R1C1", "r", "C", "a-b", "a" * 256])
def test_an_illegal_name_of_a_table_or_cell_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="legal name"):
        table(name=name)
    with pytest.raises(ValueError, match="legal name"):
        Name(name=name, row=0, header="Mã")


@pytest.mark.parametrize("name", ["Bảng_điểm", "nguong_hai_long", "w_pol_a", "cs_1"])
def test_vietnamese_names_are_legal(name: str) -> None:
    assert table(name=name).name == name


@pytest.mark.parametrize("headers", [("Mã", "mã"), ("Mã", ""), ("Mã", " "), ("Mã", "x" * 256)])
def test_headers_are_distinct_non_empty_and_short(headers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="header"):
        table(headers=headers)


@pytest.mark.parametrize("rows", [(), ((Text("a"),),), ((Text("a"), None, None),)])
def test_a_table_has_rows_as_wide_as_its_header(rows: tuple[tuple[Cell, ...], ...]) -> None:
    with pytest.raises(ValueError, match="rows"):
        table(rows=rows)


def test_names_of_sheets_tables_and_cells_are_used_once_whatever_their_case() -> None:
    with pytest.raises(ValueError, match="sheet names used twice"):
        report(sheet("Trang"), sheet("TRANG", table=table(name="Khac")))
    with pytest.raises(ValueError, match="names used twice"):
        report(sheet("Trang"), sheet("Khac", table=table(name="b_5")))
    with pytest.raises(ValueError, match="names used twice"):
        report(sheet("Trang", names=(Name(name="B_5", row=0, header="Mã"),)))


def test_a_link_leads_to_a_sheet_of_the_report() -> None:
    with pytest.raises(ValueError, match="do not exist"):
        report(sheet(table=table(rows=((Link("Không có"), None),))))


def test_a_report_is_made_at_a_local_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(report(sheet()), created=datetime(2022, 1, 1, tzinfo=UTC))


def test_a_formula_has_a_finite_value_and_a_length_excel_takes() -> None:
    with pytest.raises(ValueError):
        Formula("1/0", float("nan"))
    with pytest.raises(ValueError, match="8,192"):
        Formula("1+" * 5000 + "1", 1)


def test_a_sheet_with_more_rows_than_excel_has_is_refused() -> None:
    many = ((Text("a"), None),) * 1_048_576
    with pytest.raises(ValueError, match="more rows"):
        sheet(table=table(rows=many))


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_excels_letters(place: int, letters: str) -> None:
    assert column_letters(place) == letters


def test_a_range_is_an_absolute_address_on_its_sheet() -> None:
    made = sheet("04 Chỉ số", lines=(Text("x"),), table=table(rows=((Text("a"), None), (Text("b"), None))))
    assert made.range("Số") == "'04 Chỉ số'!$B$4:$B$5"
    assert made.range("Mã", row=1, rows=1) == "'04 Chỉ số'!$A$5"
