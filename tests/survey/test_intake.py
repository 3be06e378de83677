"""A file becomes answers or margins, or is refused with everything that is wrong in it, by row and column."""

from io import BytesIO

import pytest
import xlsxwriter

from survey.errors import Refused
from survey.instruments import load
from survey.intake import read_margins, read_slips
from survey.sheet import read_table

HOUSING = load("housing_copenhagen")
HOUSEHOLD = load("sipas_household_2022")
HEADER = "satisfaction,influence,housing_type,contact,count\n"


def csv(text: str, *, name: str = "phieu.csv"):
    return read_table(text.encode(), name=name)


def xlsx(rows: list[list[object]], *, sheet: str = "Phiếu") -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return stream.getvalue()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in refused.value.problems]


def test_csv_and_xlsx_of_the_same_rows_give_the_same_slips() -> None:
    rows = [["satisfaction", "influence", "count"], ["High", "Low", 3], ["Low", None, 2]]
    from_xlsx = read_slips(read_table(xlsx(rows), name="a.xlsx"), HOUSING, numbers=["count"])
    from_csv = read_slips(csv("satisfaction,influence,count\nHigh,Low,3\nLow,,2\n"), HOUSING, numbers=["count"])
    assert from_xlsx == from_csv
    assert from_csv.answers == ({"satisfaction": "High", "influence": "Low"}, {"satisfaction": "Low"})
    assert from_csv.extra == {"count": (3.0, 2.0)}


def test_an_option_may_be_given_by_its_wording() -> None:
    label = HOUSEHOLD.question("sex").scale.options[1].label
    blank = "," * 32
    table = csv(header_of_items() + f",sex\n{blank},{label['vi']}\n{blank},{label['en'].upper()}\n")
    slips = read_slips(table, HOUSEHOLD)
    assert [answer["sex"] for answer in slips.answers] == ["2", "2"]


def header_of_items() -> str:
    return ",".join(item.name for item in HOUSEHOLD.items())


def test_all_problems_are_told_at_once_with_row_and_column() -> None:
    table = csv(HEADER + "High,Low,Tower,Low,1\nHihg,Low,Tower,Low,0\nLow,Mid,Tower,Low,hai\n")
    with pytest.raises(Refused) as refused:
        read_slips(table, HOUSING, numbers=["count"], full=["district"])
    assert codes(refused) == [
        ("TAB_NO_COLUMN", None, None),
        ("ANS_UNKNOWN_OPTION", 3, "satisfaction"),
        ("ANS_UNKNOWN_OPTION", 4, "influence"),
        ("TAB_NOT_NUMBER", 3, "count"),
        ("TAB_NOT_NUMBER", 4, "count"),
    ]
    assert "dòng 3, cột «satisfaction»" in refused.value.say()


def test_missing_item_columns_are_named() -> None:
    with pytest.raises(Refused) as refused:
        read_slips(csv("influence\nLow\n"), HOUSING)
    assert "satisfaction" in refused.value.say()
    assert codes(refused) == [("TAB_NO_ITEMS", None, None)]


def test_an_empty_design_cell_is_told_by_row() -> None:
    with pytest.raises(Refused) as refused:
        read_slips(csv("satisfaction,huyen\nLow,A\nLow,\n"), HOUSING, full=["huyen"])
    assert codes(refused) == [("TAB_BLANK", 3, "huyen")]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "TAB_EMPTY"),
        (b"a,b\n", "a.csv", "TAB_NO_ROWS"),
        (b"a,a\n1,2\n", "a.csv", "TAB_HEADER_TWICE"),
        (b"a,\n1,2\n", "a.csv", "TAB_NO_HEADER"),
        (b"a\n#REF!\n", "a.csv", "TAB_ERROR"),
        ("tên\nĐiểm\n".encode("cp1258", errors="replace"), "a.csv", "TAB_ENCODING"),
        (b'a\n"open', "a.csv", "TAB_CSV"),
        (b"x", "a.xls", "TAB_KIND"),
        (b"not a zip", "a.xlsx", "GRD_NOT_XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_table(data, name=name)
    assert refused.value.problems[0].code == code
    assert "?" not in refused.value.problems[0].what("vi")


def test_semicolons_tabs_utf16_and_bom_are_understood() -> None:
    for text in ("a;b\n1;x\n", "a\tb\n1\tx\n"):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            table = read_table(text.encode(encoding), name="a.csv")
            assert table.headers == ("a", "b")
            assert table.lines[0].cells == {"a": "1", "b": "x"}


def test_the_sheet_called_for_is_read_else_the_first() -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Bìa").write_string(0, 0, "bìa")
        book.add_worksheet("Phiếu").write_column(0, 0, ["a", 1])
    assert read_table(stream.getvalue(), name="x.xlsx", sheets=("Phiếu",)).headers == ("a",)
    with pytest.raises(Refused):
        read_table(stream.getvalue(), name="x.xlsx")


def test_row_numbers_are_those_the_person_sees() -> None:
    table = csv("\n\nsatisfaction\nLow\n\nHigh\n")
    assert [line.number for line in table.lines] == [4, 6]


def test_margins_are_read_by_value_or_wording_and_joint() -> None:
    table = csv("variable,level,total\nsex,1,10\nsex,Nữ,20\nsex|age,1|2,5\nage,1,\nage,2,\n")
    found = [(margin.variable, margin.level, margin.total) for margin in read_margins(table, HOUSEHOLD)]
    assert found == [("sex", "1", 10), ("sex", "2", 20), ("sex|age", "1|2", 5)]


def test_every_fault_of_a_margins_file_is_told() -> None:
    table = csv("variable,level,total\nsex,1,10\nsex,1,11\nsex,9,3\nsex,2,nhiều\nsex|age,1,4\n,1,4\nage,1,5\nage,2,\n")
    with pytest.raises(Refused) as refused:
        read_margins(table, HOUSEHOLD)
    assert codes(refused) == [
        ("MAR_TWICE", 3, "level"),
        ("MAR_LEVEL", 4, "level"),
        ("TAB_NOT_NUMBER", 5, "total"),
        ("MAR_JOINT", 6, "level"),
        ("TAB_BLANK", 7, "variable"),
        ("TAB_NOT_NUMBER", 9, "total"),
    ]


def test_a_hostile_workbook_is_refused_and_the_process_lives() -> None:
    rows = [["satisfaction"], ["High"]]
    bomb = xlsx(rows).replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml")
    with pytest.raises(Refused):
        read_table(bomb, name="a.xlsx")
    assert read_table(xlsx(rows), name="a.xlsx").headers == ("satisfaction",)
