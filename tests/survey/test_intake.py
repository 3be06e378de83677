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
        ("TAB_BLANK", 9, "total"),
    ]


def number(text: str, *, cell: str) -> float | str:
    """What a weight written so is read as, or the code it is refused with."""
    try:
        [found] = read_slips(csv(text.format(cell)), HOUSING, numbers=["w"]).extra["w"]
    except Refused as refused:
        return refused.problems[0].code
    return float(str(found))


@pytest.mark.parametrize(
    ("cell", "commas", "semicolons"),
    [
        ("1.5", 1.5, 1.5),
        ('"1,5"', 1.5, 1.5),
        ("1.500", 1.5, "TAB_AMBIGUOUS"),
        ('"1,500"', "TAB_AMBIGUOUS", "TAB_AMBIGUOUS"),
        ("655.9213", 655.9213, 655.9213),
        ("1500", 1500.0, 1500.0),
        ("1.500.000", "TAB_NOT_NUMBER", "TAB_NOT_NUMBER"),
        ("0", "TAB_NOT_NUMBER", "TAB_NOT_NUMBER"),
        ("1e200", "TAB_NOT_NUMBER", "TAB_NOT_NUMBER"),
        ("NA", "TAB_NOT_NUMBER", "TAB_NOT_NUMBER"),
    ],
)
def test_a_thousands_point_is_never_taken_for_a_decimal_one(cell: str, commas: object, semicolons: object) -> None:
    assert number("satisfaction,w\nLow,{}\n", cell=cell) == commas
    assert number("satisfaction;w\nLow;{}\n", cell=cell) == semicolons


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_thousands_point_in_a_number_of_people_is_asked_back_in_every_file(mark: str) -> None:
    with pytest.raises(Refused) as totals:
        read_margins(csv(f"variable{mark}level{mark}total\nsex{mark}1{mark}27.900\nsex{mark}2{mark}900\n"), HOUSEHOLD)
    assert codes(totals) == [("TAB_AMBIGUOUS", 2, "total")]
    with pytest.raises(Refused) as times:
        read_slips(csv(f"satisfaction{mark}count\nLow{mark}1.200\nHigh{mark}7\n"), HOUSING, count="count")
    assert codes(times) == [("TAB_AMBIGUOUS", 2, "count")]


def test_codes_with_points_stay_apart() -> None:
    for mark in (",", ";"):
        table = csv(f"satisfaction{mark}psu\nLow{mark}1.1\nLow{mark}1.10\nLow{mark}01.10\n")
        assert read_slips(table, HOUSING, full=["psu"]).extra["psu"] == ("1.1", "1.10", "01.10")


def test_na_is_no_answer_to_a_question_but_a_name_elsewhere() -> None:
    slips = read_slips(csv("satisfaction,tinh\nNA,NA\nHigh,LS\n"), HOUSING)
    assert slips.answers == ({}, {"satisfaction": "High"})
    assert slips.extra["tinh"] == ("NA", "LS")


def test_a_whole_number_with_a_decimal_zero_is_its_option() -> None:
    blank = "," * 32
    for cell in ("2", "2.0", '"2,0"'):
        slips = read_slips(csv(header_of_items() + f",sex\n{blank},{cell}\n"), HOUSEHOLD)
        assert slips.answers[0]["sex"] == "2"


def test_the_same_fault_all_down_a_column_is_told_once_with_its_extent() -> None:
    with pytest.raises(Refused) as refused:
        read_slips(csv("satisfaction,x\n" + "Lo,1\n" * 50 + "Hi,2\n"), HOUSING)
    assert [problem.code for problem in refused.value.problems] == ["TAB_REPEATED", "ANS_UNKNOWN_OPTION"]
    assert "50 dòng, bắt đầu từ dòng 2" in refused.value.say()


def test_a_count_repeats_its_row_and_zero_is_nobody() -> None:
    table = csv("satisfaction,contact,count\nLow,Low,2\nHigh,Low,0\nMedium,High,1\n")
    slips = read_slips(table, HOUSING, count="count")
    assert [answer["satisfaction"] for answer in slips.answers] == ["Low", "Low", "Medium"]
    assert len(slips.extra["count"]) == 3


@pytest.mark.parametrize(
    ("counts", "code"), [(("1.5", "1"), "TAB_NOT_WHOLE"), (("1e12", "1"), "TAB_PEOPLE"), (("0", "0"), "TAB_PEOPLE")]
)
def test_an_impossible_count_is_refused(counts: tuple[str, str], code: str) -> None:
    rows = "".join(f"Low,{count}\n" for count in counts)
    with pytest.raises(Refused) as refused:
        read_slips(csv("satisfaction,count\n" + rows), HOUSING, count="count")
    assert refused.value.problems[0].code == code


def test_a_title_above_the_table_is_no_header() -> None:
    rows = [["Danh sách phiếu"], ["Ghi chú: tổng hợp"], [], ["satisfaction", "contact"], ["Low", "High"]]
    table = read_table(xlsx(rows), name="a.xlsx")
    assert table.headers == ("satisfaction", "contact")
    assert table.lines[0].number == 5


def test_a_hostile_workbook_is_refused_and_the_process_lives() -> None:
    rows = [["satisfaction"], ["High"]]
    bomb = xlsx(rows).replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml")
    with pytest.raises(Refused):
        read_table(bomb, name="a.xlsx")
    assert read_table(xlsx(rows), name="a.xlsx").headers == ("satisfaction",)
