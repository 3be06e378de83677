"""Files about dossiers: both decimal styles, every fault with its place, dossiers counted by the day."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from analysis.report.dossier_template import dossier_template
from analysis.scores.dossier_cases import By
from analysis.scores.dossier_files import read_dossier_file
from analysis.scores.dossier_sums import differences
from analysis.scores.dossier_words import columns, heading, words
from analysis.scores.dossiers import DossierTable, Kind
from analysis.scores.dossiers_766 import load_766
from survey.errors import Refused, languages
from survey.sheet import read_table
from survey.xlsform.columns import plain

COUNTED = "Đơn vị;Kỳ;Tiếp nhận;Trực tuyến;Đã giải quyết"
DOSSIERS = (
    "Mã hồ sơ;Đơn vị;Hình thức nộp;Ngày tiếp nhận;Ngày hẹn trả;Ngày xử lý xong;Ngày trả kết quả;"
    "Số lần yêu cầu bổ sung;Số ngày chờ bổ sung;Lý do trễ"
)


def read(text: str, *, name: str = "a.csv", until: date = date(2022, 12, 31), by: By = "all") -> DossierTable:
    return read_dossier_file(read_table(text.encode(), name=name), name, until=until, by=by, settings=load_766())


def faults(text: str, **options: object) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        read(text, **options)  # type: ignore[arg-type]
    return [(problem.code, problem.row, problem.column) for problem in refused.value.problems]


def test_both_styles_of_thousands_and_none_are_read() -> None:
    made = read(f"{COUNTED}\nA;1;1344;1.643;1,643\nB;1;1.234.567;12 345;0\n")
    assert made.rows[0].counts == {"received": 1344, "online": 1643, "solved": 1643}
    assert made.rows[1].counts == {"received": 1_234_567, "online": 12_345, "solved": 0}


def test_two_thousand_or_two_is_asked_unless_another_cell_tells() -> None:
    assert faults(f"{COUNTED}\nA;1;2.000;;\n") == [("DOS_AMBIGUOUS", 2, "Tiếp nhận")]
    assert read(f"{COUNTED}\nA;1;2.000;1.643;\n").rows[0].counts["received"] == 2000
    assert faults(f"{COUNTED}\nA;1;2.000;1,643;\n") == [("DOS_AMBIGUOUS", 2, "Tiếp nhận")]
    assert faults(f"{COUNTED}\nA;1;2.000;1.643;1,643\n") == [("DOS_AMBIGUOUS", 2, "Tiếp nhận")]


def test_between_commas_a_point_is_a_decimal_point() -> None:
    assert faults("Đơn vị,Tiếp nhận\nA,1.643\n") == [("DOS_FRACTION", 2, "Tiếp nhận")]


def test_all_faults_are_told_at_once_with_row_and_column() -> None:
    text = f"{COUNTED}\nA;1;1,5;-1;x\na;1;1;;\n;2;1e5;;\n"
    assert faults(text) == [
        ("DOS_FRACTION", 2, "Tiếp nhận"),
        ("DOS_NOT_COUNT", 2, "Trực tuyến"),
        ("DOS_NOT_COUNT", 2, "Đã giải quyết"),
        ("DOS_TWICE", 3, "Đơn vị"),
        ("TAB_BLANK", 4, "Đơn vị"),
        ("DOS_NOT_COUNT", 4, "Tiếp nhận"),
    ]


def test_an_empty_cell_states_nothing_and_zero_states_none() -> None:
    assert read(f"{COUNTED}\nA;1;5;;0\n").rows[0].counts == {"received": 5, "solved": 0}


def test_the_files_own_total_is_checked_and_not_added() -> None:
    made = read(f"{COUNTED}\nA;1;5;1;\nB;1;6;1;\nTỔNG CỘNG;1;12;2;\n")
    assert made.units == ("A", "B")
    assert made.pooled().counts["received"] == 11
    [found] = differences(made)
    assert (found.rule, found.by, found.row) == ("total:received", -1, 4)


def test_a_table_of_totals_alone_tells_of_one_unit() -> None:
    assert read(f"{COUNTED}\nToàn tỉnh;1;5;1;\n").units == ("Toàn tỉnh",)


def test_headings_are_known_in_other_words_and_columns_nobody_knows_are_named() -> None:
    made = read(
        "CƠ QUAN;Tổng số hồ sơ tiếp nhận;Trễ do: thiếu người;Trễ do chờ;Quá hạn;Ghi chú;Nguồn;Màu\nA;7;1;2;3;x;y;z\n"
    )
    assert made.rows[0].counts == {"received": 7, "late": 3}
    assert made.rows[0].reasons == {"thiếu người": 1, "chờ": 2}
    assert made.unread == ("Màu",)


def test_a_file_without_units_or_counts_is_refused() -> None:
    assert faults("Tên;Tuổi\nA;7\n")[0][0] == "TAB_NO_COLUMN"
    assert faults("Đơn vị;Tuổi\nA;7\n")[0][0] == "TAB_NO_COLUMN"


def test_one_unit_has_one_spelling_and_a_month_stays_a_month() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Đơn vị", "Kỳ", "Tiếp nhận"],
        ["Sở Nội vụ", date(2022, 6, 1), 5],
        ["Sở  nội vụ", "07/2022", 6],
        ["Sở nôi vụ", "07/2022", 6],  # another tone is another name
    ):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    made = read_dossier_file(
        read_table(stream.getvalue(), name="a.xlsx"), "a.xlsx", until=date(2022, 12, 31), by="all", settings=load_766()
    )
    assert made.units == ("Sở Nội vụ", "Sở nôi vụ")
    assert made.periods == ("06/2022", "07/2022")


LINES = (
    "1;A;Trực tuyến;01/06/2022;10/06/2022;10/06/2022;;;;",  # on its last day: on time
    "2;A;BCCI;01/06/2022;10/06/2022;11/06/2022;09/06/2022;;;chờ",  # a day late: the end of work counts
    "3;A;trực tiếp;01/06/2022;10/06/2022;12/06/2022;;1;2;",  # waited two days for one supplement: on time
    "4;A;trực tiếp;01/06/2022;10/06/2022;05/06/2022;;2;;hai lần",  # sent back twice: late
    "5;A;trực tiếp;01/06/2022;10/06/2022;;09/06/2022;;;",  # no end of work: the day of return counts
    "6;A;trực tiếp;20/06/2022;30/06/2022;;;;;",  # not ended, due on the last day: pending
    "7;A;trực tiếp;01/06/2022;29/06/2022;;;;;",  # not ended, due the day before: overdue
    "8;A;trực tiếp;01/06/2022;29/06/2022;05/07/2022;;;;",  # ended later than the period: overdue as it stood then
)


def test_dossiers_are_counted_as_they_stood_at_the_end_of_the_day() -> None:
    made = read("\n".join([DOSSIERS, *LINES]), until=date(2022, 6, 30))
    [row] = made.rows
    assert row.counts == {
        "received": 8, "direct": 6, "post": 1, "online": 1,
        "solved": 5, "on_time": 3, "late": 2, "pending": 3, "overdue": 2,
    }  # fmt: skip
    assert row.reasons == {"chờ": 1, "hai lần": 1}
    assert differences(made) == ()


def test_a_due_hour_counts_where_both_have_one() -> None:
    lines = [
        "1;A;Trực tuyến;01/06/2022 08:00;10/06/2022 11:00;10/06/2022 11:01;;;;",
        "2;A;Trực tuyến;01/06/2022 08:00;10/06/2022 11:00;10/06/2022 11:00;;;;",
    ]
    assert read("\n".join([DOSSIERS, *lines])).rows[0].counts["late"] == 1


@pytest.mark.parametrize(
    ("by", "periods"),
    [("month", ("12/2021", "02/2022")), ("quarter", ("Q4/2021", "Q1/2022")), ("year", ("2021", "2022"))],
)
def test_dossiers_are_put_together_by_the_day_of_receipt(by: By, periods: tuple[str, ...]) -> None:
    lines = ["1;A;BCCI;05/02/2022;06/02/2022;;;;;", "2;A;BCCI;31/12/2021;06/02/2022;;;;;"]
    assert read("\n".join([DOSSIERS, *lines]), by=by).periods == periods


def test_faults_of_dossiers_are_told_at_once() -> None:
    lines = [
        "1;A;Bồ câu;01/06/2022;10/06/2022;;;;;",
        "1;;Trực tuyến;13/25/2022;;44885;;;;",
        "3;A;Trực tuyến;10/06/2022;01/06/2022;02/06/2022;;x;;",
        "4;A;Trực tuyến;01/01/2023;01/02/2023;;;;;",
    ]
    assert faults("\n".join([DOSSIERS, *lines])) == [
        ("DOS_CHANNEL", 2, "Hình thức nộp"),
        ("DOS_CODE_TWICE", 3, "Mã hồ sơ"),
        ("TAB_BLANK", 3, "Đơn vị"),
        ("DOS_NOT_DAY", 3, "Ngày tiếp nhận"),
        ("DOS_NOT_DAY", 3, "Ngày xử lý xong"),
        ("TAB_BLANK", 3, "Ngày hẹn trả"),
        ("DOS_NOT_COUNT", 4, "Số lần yêu cầu bổ sung"),
        ("DOS_BEFORE", 4, "Ngày hẹn trả"),
        ("DOS_BEFORE", 4, "Ngày xử lý xong"),
        ("DOS_AFTER", 5, "Ngày tiếp nhận"),
    ]


def test_neither_code_nor_day_of_a_dossier_is_kept() -> None:
    made = read("\n".join([DOSSIERS, "H01.2;A;BCCI;05/02/2022;06/02/2022;;;;;"]))
    assert not re.search("H01|05/02|2022-02-05", repr(made))


@pytest.mark.parametrize("kind", ["counts", "dossiers"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_is_read_back_with_its_lists_and_the_same_bytes(kind: Kind, language: str) -> None:
    data = dossier_template(kind, load_766(), language)
    assert data == dossier_template(kind, load_766(), language)
    book = openpyxl.load_workbook(BytesIO(data))
    sheet, guide = book.worksheets
    assert sheet.data_validations.dataValidation
    assert all(guide.cell(row, 1).value and "{" not in guide.cell(row, 1).value for row in range(1, guide.max_row + 1))
    assert [sheet.cell(1, place).value for place in range(1, len(columns(kind)) + 1)] == [
        heading(name, language) for name in columns(kind)
    ]
    given = {"unit": "A", "channel": heading("post", language), "received_on": date(2022, 6, 1), "received": 3}
    given |= {"due_on": date(2022, 6, 9)}
    for place, name in enumerate(columns(kind), start=1):
        sheet.cell(2, place).value = given.get(name)
    stream = BytesIO()
    book.save(stream)
    table = read_table(stream.getvalue(), name="a.xlsx")
    made = read_dossier_file(table, "a.xlsx", until=date(2022, 6, 30), by="all", settings=load_766())
    assert (made.kind, made.unread) == (kind, ())
    assert made.rows[0].counts["received"] == (3 if kind == "counts" else 1)


def test_no_heading_means_two_columns_in_any_language() -> None:
    assert plain("  ĐƠN-VỊ ") == "don vi"
    for kind in ("counts", "dossiers"):
        for language in languages():
            told = [words().columns[plain(heading(name, language))] for name in columns(kind)]  # type: ignore[arg-type]
            assert told == list(columns(kind))  # type: ignore[arg-type]
