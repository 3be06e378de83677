"""Every fault of a workbook is named with its sheet, row and column; none is accepted; all are told at once."""

import re
import string
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import Problem, Refused, catalogue, word
from survey.xlsform import read_workbook
from tests.survey.workbooks import RATED, SOUND, Tables, changed, tables, workbook

VI = "label::Tiếng Việt (vi)"
Found = tuple[str, str | None, int | None, str | None]


def faults(data: bytes) -> list[Problem]:
    """What is wrong with the workbook; fails the test if it is accepted."""
    with pytest.raises(Refused) as caught:
        read_workbook(data, name="phieu.xlsx")
    return list(caught.value.problems)


def places(sheets: Tables) -> list[Found]:
    return [(p.code, p.sheet, p.row, p.column) for p in faults(workbook(sheets))]


def test_the_sound_workbook_is_accepted() -> None:
    assert read_workbook(workbook(tables()), name="phieu.xlsx").id == "thu"


def one(sheet: str, place: str, value: object) -> Tables:
    return changed((sheet, place, value))


def rated(*changes: tuple[str, str, object]) -> Tables:
    return changed(*changes, of=RATED)


def renamed(old: str, new: str) -> Tables:
    return {new if name == old else name: rows for name, rows in tables().items()}


BROKEN: dict[str, tuple[Tables, Found]] = {
    # sheets
    "only a sheet khao_sat": ({"khao_sat": tables()["survey"], **{k: v for k, v in tables().items() if k != "survey"}},
                              ("XLS_SHEET_NAME", "khao_sat", 1, None)),
    "sheet «Khảo sát»": (renamed("survey", "Khảo sát"), ("XLS_SHEET_NAME", "Khảo sát", 1, None)),
    "sheet «choises»": (renamed("choices", "choises"), ("XLS_SHEET_NAME", "choises", 1, None)),
    "sheet «Chỉ số»": (renamed("index", "Chỉ số"), ("XLS_SHEET_NAME", "Chỉ số", 1, None)),
    "no settings": ({k: v for k, v in tables().items() if k != "settings"}, ("XLS_SHEET_MISSING", None, None, None)),
    "external choices": (tables() | {"external_choices": [["list_name", "name"]]},
                         ("XLS_SHEET_UNSUPPORTED", "external_choices", None, None)),
    "nothing asked": (tables() | {"survey": tables()["survey"][:1], "index": []},
                      ("XLS_NO_QUESTIONS", "survey", 2, None)),
    # headers
    "header loại": (one("survey", "A1", "loại"), ("XLS_COLUMN_VIETNAMESE", "survey", 1, "loại")),
    "header Nhãn": (one("choices", "C1", "Nhãn"), ("XLS_COLUMN_VIETNAMESE", "choices", 1, "Nhãn")),
    "header trọng số": (one("index", "D1", "Trọng số"), ("XLS_COLUMN_VIETNAMESE", "index", 1, "Trọng số")),
    "header typo": (one("survey", "E1", "requierd"), ("XLS_COLUMN_TYPO", "survey", 1, "requierd")),
    "header typo of ours": (one("survey", "J1", "satisfed"), ("XLS_COLUMN_TYPO", "survey", 1, "satisfed")),
    "header missing": (one("survey", "B1", "my own notes"), ("XLS_COLUMN_MISSING", "survey", 1, None)),
    "header twice": (one("survey", "K1", "label"), ("XLS_COLUMN_TWICE", "survey", 1, "label")),
    "language without code": (one("survey", "D1", "label::English"), ("XLS_LANGUAGE", "survey", 1, "label::English")),
    "label (vi)": (one("choices", "C1", "label (vi)"), ("XLS_LANGUAGE", "choices", 1, "label (vi)")),
    "language without labels": (one("survey", "K1", "hint::Tày (tyz)"),
                                ("XLS_LANGUAGE_UNKNOWN", "survey", 1, "hint::Tày (tyz)")),
    "role in a language": (one("survey", "H1", "role::English (en)"),
                           ("XLS_COLUMN_NO_LANGUAGE", "survey", 1, "role::English (en)")),
    "a column we do not follow": (changed(("survey", "K1", "calculation"), ("survey", "K4", "1+1")),
                                  ("XLS_COLUMN_UNSUPPORTED", "survey", 4, "calculation")),
    "media": (changed(("survey", "K1", "media::image"), ("survey", "K4", "a.png")),
              ("XLS_COLUMN_UNSUPPORTED", "survey", 4, "media::image")),
    # cells
    "formula": (one("survey", "C4", "=A1&B1"), ("XLS_CELL_FORMULA", "survey", 4, VI)),
    "error value": (one("choices", "C4", "#REF!"), ("XLS_CELL_ERROR", "choices", 4, VI)),
    "control character": (one("survey", "C4", "Tuổi_x0007_"), ("XLS_CELL_CHARACTER", "survey", 4, VI)),
    # names
    "name with marks": (one("survey", "B4", "tuổi"), ("XLS_NAME", "survey", 4, "name")),
    "name with a space": (one("survey", "B4", "my age"), ("XLS_NAME", "survey", 4, "name")),
    "name with capitals": (one("survey", "B4", "Years"), ("XLS_NAME", "survey", 4, "name")),
    "name too long": (one("survey", "B4", "a" * 33), ("XLS_NAME", "survey", 4, "name")),
    "name of the whole index": (one("survey", "B4", "overall"), ("XLS_NAME_RESERVED", "survey", 4, "name")),
    "name missing": (one("survey", "B4", None), ("XLS_NAME_MISSING", "survey", 4, "name")),
    "name twice": (one("survey", "B7", "sex"), ("XLS_NAME_TWICE", "survey", 7, "name")),
    "group named as a question": (one("survey", "B2", "q2"), ("XLS_NAME_TWICE", "survey", 7, "name")),
    # rows of the survey
    "label missing": (one("survey", "C4", None), ("XLS_LABEL_MISSING", "survey", 4, VI)),
    "reference in a label": (one("survey", "D6", "You are ${sex}"),
                             ("XLS_WORDS_REFERENCE", "survey", 6, "label::English (en)")),
    "type missing": (one("survey", "A4", None), ("XLS_TYPE_MISSING", "survey", 4, "type")),
    "type unknown": (one("survey", "A4", "so_nguyen"), ("XLS_TYPE_UNKNOWN", "survey", 4, "type")),
    "type misspelt": (one("survey", "A4", "intger"), ("XLS_TYPE_TYPO", "survey", 4, "type")),
    "calculate": (one("survey", "A4", "calculate"), ("XLS_TYPE_UNSUPPORTED", "survey", 4, "type")),
    "image": (one("survey", "A4", "image"), ("XLS_TYPE_UNSUPPORTED", "survey", 4, "type")),
    "select without a list": (one("survey", "A7", "select_multiple"), ("XLS_TYPE_LIST", "survey", 7, "type")),
    "or_other": (one("survey", "A7", "select_multiple s or_other"), ("XLS_TYPE_OR_OTHER", "survey", 7, "type")),
    "list not defined": (one("survey", "A7", "select_multiple gioi"), ("XLS_LIST_UNKNOWN", "survey", 7, "type")),
    "group not closed": (changed(("survey", "A5", "text"), ("survey", "B5", "t"),
                         ("survey", "C5", "Chữ")), ("XLS_GROUP_OPEN", "survey", 2, "type")),
    "group not opened": (one("survey", "A9", "end_group"), ("XLS_GROUP_UNOPENED", "survey", 9, "type")),
    "required = có": (one("survey", "E3", "có"), ("XLS_REQUIRED", "survey", 3, "required")),
    "unknown role": (one("survey", "H4", "nguoi_tra_loi"), ("XLS_ROLE", "survey", 4, "role")),
    "required on a group": (one("survey", "E2", "yes"), ("XLS_NOT_ON_GROUP", "survey", 2, "required")),
    "role on a note": (one("survey", "H8", "comment"), ("XLS_NOT_ON_NOTE", "survey", 8, "role")),
    "unknown factor": (one("survey", "I6", "f9"), ("XLS_FACTOR_UNKNOWN", "survey", 6, "factor")),
    "aspect as factor": (one("survey", "I6", "a1"), ("XLS_FACTOR_UNKNOWN", "survey", 6, "factor")),
    "factor missing": (one("survey", "I6", None), ("XLS_FACTOR_MISSING", "survey", 6, "factor")),
    "factor on another role": (one("survey", "I7", "f1"), ("XLS_FACTOR_ROLE", "survey", 7, "factor")),
    "satisfied missing": (one("survey", "J6", None), ("XLS_SATISFIED_MISSING", "survey", 6, "satisfied")),
    "satisfied not in the list": (one("survey", "J6", "5 6"), ("XLS_SATISFIED_UNKNOWN", "survey", 6, "satisfied")),
    "satisfied turned into a number": (one("survey", "J6", 4.5), ("XLS_SATISFIED_UNKNOWN", "survey", 6, "satisfied")),
    "satisfied on another role": (one("survey", "J7", "1"), ("XLS_SATISFIED_ROLE", "survey", 7, "satisfied")),
    "several answers as an item": (one("survey", "A6", "select_multiple d"), ("XLS_ITEM_KIND", "survey", 6, "type")),
    # offices that are rated by name
    "list of units in Vietnamese": (rated(("choices", "A6", "units.Sở")),
                                    ("XLS_UNITS_NAME", "choices", 6, "list_name")),
    "code of a unit in capitals": (rated(("choices", "B6", "SNV")), ("XLS_UNITS_CODE", "choices", 6, "name")),
    "code of a unit with two underscores": (rated(("choices", "B6", "s__nv")),
                                            ("XLS_UNITS_CODE", "choices", 6, "name")),
    "code of a unit too long": (rated(("choices", "B6", "a" * 15)), ("XLS_UNITS_CODE", "choices", 6, "name")),
    "a unit in a condition": (rated(("survey", "D8", "selected(${whom}, 'snv')")),
                              ("XLS_UNITS_CONDITION", "survey", 8, "relevant")),
    "header lặp theo": (rated(("survey", "G1", "Lặp theo")), ("XLS_COLUMN_VIETNAMESE", "survey", 1, "Lặp theo")),
    "a question repeated": (rated(("survey", "G8", "whom")), ("XLS_REPEAT_NOT_GROUP", "survey", 8, "repeat_over")),
    "repeated for nothing known": (rated(("survey", "G4", "who")), ("XLS_REPEAT_UNKNOWN", "survey", 4, "repeat_over")),
    "repeated for itself": (rated(("survey", "G4", "rate")), ("XLS_REPEAT_UNKNOWN", "survey", 4, "repeat_over")),
    "repeated for what is asked later": (rated(("survey", "G4", "served")),
                                         ("XLS_REPEAT_LATER", "survey", 4, "repeat_over")),
    "repeated for one choice": (rated(("survey", "A3", "select_one units.department")),
                                ("XLS_REPEAT_LIST", "survey", 4, "repeat_over")),
    "repeated for what are no units": (rated(("survey", "G4", "post")),
                                       ("XLS_REPEAT_LIST", "survey", 4, "repeat_over")),
    "a repeated name too long": (rated(("survey", "B6", "a" * 17)), ("XLS_REPEAT_NAME", "survey", 6, "name")),
    "a repeated group's name too long": (rated(("survey", "B4", "a" * 17)), ("XLS_REPEAT_NAME", "survey", 4, "name")),
    "one answer wanted of many": (rated(("survey", "D8", "${c1} = '2'")),
                                  ("XLS_REPEAT_REFERENCE", "survey", 8, "relevant")),
    "a condition that fits no more": (rated(("survey", "D4", "${post} = '1'" + " or ${post} = '2'" * 57)),
                                      ("XLS_REPEAT_CONDITION", "survey", 4, "repeat_over")),
    "officer by numbers": (rated(("survey", "A8", "integer")), ("XLS_OFFICER_KIND", "survey", 8, "role")),
    "officer asked twice": (rated(("survey", "F6", "officer")), ("XLS_OFFICER_TWICE", "survey", 8, "role")),
    # conditions
    "outside the subset": (one("survey", "F6", "${sex} + 1 = 2"), ("EXP_CHARACTER", "survey", 6, "relevant")),
    "curly quotes": (one("survey", "F6", "${sex} = ‘1’"), ("EXP_CURLY_QUOTE", "survey", 6, "relevant")),
    "today()": (one("survey", "G4", ". <= today()"), ("EXP_WORD", "survey", 4, "constraint")),
    "unknown question": (one("survey", "F6", "${gioi} = '1'"), ("XLS_REFERENCE_UNKNOWN", "survey", 6, "relevant")),
    "a group is no question": (one("survey", "F6", "${who} = '1'"), ("XLS_REFERENCE_UNKNOWN", "survey", 6, "relevant")),
    "later question": (one("survey", "F6", "selected(${q2}, '1')"), ("XLS_REFERENCE_LATER", "survey", 6, "relevant")),
    "itself": (one("survey", "G4", "${years} > 1"), ("XLS_REFERENCE_LATER", "survey", 4, "constraint")),
    "a note has no answer": (
        changed(("survey", "A9", "text"), ("survey", "B9", "t"), ("survey", "C9", "Chữ"),
                ("survey", "F9", "${thanks} != ''")),
        ("XLS_REFERENCE_NOTE", "survey", 9, "relevant"),
    ),
    "a group's own question": (one("survey", "F2", "${sex} = '1'"), ("XLS_REFERENCE_LATER", "survey", 2, "relevant")),
    "dot before the answer": (one("survey", "F6", ". = '1'"), ("XLS_RELEVANT_DOT", "survey", 6, "relevant")),
    "option that is none": (one("survey", "F6", "${sex} = 'nam'"), ("XLS_REFERENCE_OPTION", "survey", 6, "relevant")),
    "own option that is none": (one("survey", "G7", "not(selected(., '9'))"),
                                ("XLS_REFERENCE_OPTION", "survey", 7, "constraint")),
    # choices
    "list_name missing": (one("choices", "A6", None), ("XLS_LIST_NAME_MISSING", "choices", 6, "list_name")),
    "option without a value": (one("choices", "B4", None), ("XLS_OPTION_MISSING", "choices", 4, "name")),
    "option with a space": (one("choices", "B3", "2 a"), ("XLS_OPTION_SPACE", "choices", 3, "name")),
    "option value twice": (one("choices", "B5", "3"), ("XLS_OPTION_TWICE", "choices", 5, "name")),
    "option label twice": (one("choices", "C5", "BÌNH  thường"), ("XLS_OPTION_LABEL_TWICE", "choices", 5, VI)),
    "option label missing": (one("choices", "C5", None), ("XLS_LABEL_MISSING", "choices", 5, VI)),
    # settings
    "no version": (one("settings", "C2", None), ("XLS_SETTING_MISSING", "settings", 2, "version")),
    "no form_id": (one("settings", "B2", " "), ("XLS_SETTING_MISSING", "settings", 2, "form_id")),
    "no title": (one("settings", "A2", None), ("XLS_SETTING_MISSING", "settings", 2, "form_title")),
    "no column version": (one("settings", "C1", "my notes"), ("XLS_COLUMN_MISSING", "settings", 1, None)),
    "form_id with marks": (one("settings", "B2", "phiếu"), ("XLS_NAME", "settings", 2, "form_id")),
    "unknown study": (one("settings", "D2", "hộ"), ("XLS_STUDY", "settings", 2, "study")),
    "default language without labels": (one("settings", "E2", "Tày (tyz)"),
                                        ("XLS_DEFAULT_LANGUAGE", "settings", 2, "default_language")),
    "two rows of settings": (one("settings", "A3", "Phiếu khác"), ("XLS_SETTINGS_ROWS", "settings", 3, None)),
    # index
    "code twice": (changed(("index", "A4", "f1"), ("index", "B4", "factor"),
                   ("index", "E4", "Lặp")), ("XLS_INDEX_TWICE", "index", 4, "code")),
    "unknown parent": (one("index", "C3", "a9"), ("XLS_INDEX_PARENT_UNKNOWN", "index", 3, "parent")),
    "its own parent": (one("index", "C3", "f1"), ("XLS_INDEX_PARENT_LEVEL", "index", 3, "parent")),
    "weight zero": (one("index", "D3", 0), ("XLS_INDEX_WEIGHT", "index", 3, "weight")),
    "weight negative": (one("index", "D3", -1), ("XLS_INDEX_WEIGHT", "index", 3, "weight")),
    "weight in words": (one("index", "D3", "cao"), ("XLS_INDEX_WEIGHT", "index", 3, "weight")),
    "unknown level": (changed(("index", "B2", "khía cạnh"),
                      ("index", "C3", None)), ("XLS_INDEX_LEVEL", "index", 2, "level")),
    "index label missing": (one("index", "E3", None), ("XLS_LABEL_MISSING", "index", 3, VI)),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_named_with_its_place_and_nothing_else_is(name: str) -> None:
    sheets, expected = BROKEN[name]
    assert places(sheets) == [expected]
    for problem in faults(workbook(sheets)):
        for language in ("vi", "en"):
            said = problem.say(language)
            assert "?" not in said and "{{" not in said, said


def test_the_sound_workbook_of_rated_offices_is_accepted() -> None:
    read = read_workbook(workbook(tables(RATED)), name="phieu.xlsx")
    assert [section.repeat_over for section in read.sections] == [None, "whom", None]
    assert read.question("served").role == "officer"


def test_a_repeat_does_not_hold_a_second_one_and_waits_for_a_mended_question() -> None:
    rows = tables(RATED)["survey"]
    inside = [["begin_group", "more", "Thêm", None, None, None, "again"], ["text", "t", "Chữ"], ["end_group"]]
    again = [*rows[:5], ["select_multiple units.department", "again", "Chọn lại"], *rows[5:], *inside]
    sheets = tables(RATED) | {"survey": again}
    assert places(sheets) == [("XLS_REPEAT_REFERENCE", "survey", 10, "repeat_over")]
    assert places(rated(("survey", "A3", "select_multipl units.department"))) == [
        ("XLS_TYPE_TYPO", "survey", 3, "type")
    ]


def test_a_circle_of_aspects_is_refused_in_both_rows() -> None:
    sheets = changed(("index", "C2", "a2"), ("index", "A4", "a2"), ("index", "B4", "aspect"), ("index", "C4", "a1"),
                     ("index", "E4", "Chính sách"))  # fmt: skip
    assert places(sheets) == [("XLS_INDEX_ASPECT_PARENT", "index", row, "parent") for row in (2, 4)]


def test_nested_groups_and_repeats_are_refused() -> None:
    rows = tables()["survey"]
    nested = [rows[0], rows[1], ["begin group", "in", "Trong"], rows[2], ["end group"], *rows[3:]]
    repeat = [rows[0], rows[1], ["begin_repeat", "in", "Trong"], rows[2], ["end_repeat"], *rows[3:]]
    assert places(tables() | {"survey": nested}) == [("XLS_GROUP_NESTED", "survey", 3, "type")]
    assert places(tables() | {"survey": repeat}) == [("XLS_TYPE_UNSUPPORTED", "survey", row, "type") for row in (3, 5)]


def test_an_empty_group_is_refused() -> None:
    rows = tables()["survey"]
    sheets = tables() | {"survey": [*rows, ["begin_group", "g", "Trống"], ["end_group"]]}
    assert places(sheets) == [("XLS_GROUP_EMPTY", "survey", 9, "type")]


def test_a_date_made_by_excel_is_refused() -> None:
    def finish(book: openpyxl.Workbook) -> None:
        book["settings"]["C2"].value = 46000
        book["settings"]["C2"].number_format = "dd/mm/yyyy"

    found = faults(workbook(tables(), finish))
    assert [(p.code, p.sheet, p.row, p.column) for p in found] == [("XLS_CELL_DATE", "settings", 2, "version")]


def test_three_faults_in_one_file_are_all_listed() -> None:
    sheets = changed(("survey", "E3", "có"), ("choices", "B5", "3"), ("index", "D3", "-2"))
    assert places(sheets) == [
        ("XLS_REQUIRED", "survey", 3, "required"),
        ("XLS_OPTION_TWICE", "choices", 5, "name"),
        ("XLS_INDEX_WEIGHT", "index", 3, "weight"),
    ]
    with pytest.raises(Refused) as caught:
        read_workbook(workbook(sheets), name="phieu.xlsx")
    lines = caught.value.say("vi").splitlines()
    assert lines[0].startswith("Trang tính «survey», dòng 3, cột «required»: «có» không hợp lệ.")
    assert lines[1].startswith("Trang tính «choices», dòng 5, cột «name»: Danh sách «d» đã có giá trị «3» ở dòng 4")
    assert lines[2].startswith("Trang tính «index», dòng 3, cột «weight»: Quyền số «-2» không hợp lệ.")


def test_a_question_with_a_fault_of_its_own_is_no_unknown_question_elsewhere() -> None:
    assert places(changed(("survey", "A3", "select_on s"))) == [("XLS_TYPE_TYPO", "survey", 3, "type")]


def test_without_an_index_an_item_needs_no_factor() -> None:
    sheets = changed(("survey", "I6", None))
    del sheets["index"]
    assert read_workbook(workbook(sheets), name="phieu.xlsx").items()[0].factor is None


@pytest.mark.parametrize("data", [b"", "Giới tính;Tuổi\n".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512])
def test_what_is_no_xlsx_at_all_is_said_to_be_none(data: bytes) -> None:
    (problem,) = faults(data)
    assert problem.code in ("GRD_NOT_XLSX", "GRD_OLD_OR_LOCKED")
    assert ".xlsx" in problem.say("vi") and ".xlsx" in problem.say("en")


def test_a_damaged_workbook_is_refused() -> None:
    broken = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook(tables()))) as sound, zipfile.ZipFile(broken, "w") as archive:
        for name in sound.namelist():
            content = sound.read(name)
            archive.writestr(name, content[:-100] if name == "xl/worksheets/sheet1.xml" else content)
    assert [problem.code for problem in faults(broken.getvalue())] == ["XLS_UNREADABLE"]


def test_what_only_the_reference_converter_refuses_is_told_with_its_row() -> None:
    (problem,) = faults(workbook(changed(("survey", "B4", "meta"))))
    assert (problem.code, problem.sheet, problem.row) == ("XLS_PYXFORM", "survey", 4)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([SOUND, RATED]),
    st.lists(
        st.tuples(
            st.sampled_from(["survey", "choices", "settings", "index"]),
            st.builds("{}{}".format, st.sampled_from(string.ascii_uppercase[:11]), st.integers(1, 10)),
            st.one_of(
                st.none(),
                st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12),
                st.integers(-9, 9),
                st.floats(allow_nan=False, allow_infinity=False),
                st.sampled_from(
                    [
                        "begin_group",
                        "end_group",
                        "text",
                        "note",
                        "label",
                        "${sex} = '1'",
                        "=1",
                        "#N/A",
                        "whom",
                        "rate",
                        "${c1} = '1'",
                        "units",
                        "select_multiple units.department",
                    ]
                ),
            ),
        ),
        max_size=6,
    ),
)
def test_a_workbook_is_read_or_refused_and_never_breaks_the_reader(
    base: str, changes: list[tuple[str, str, object]]
) -> None:
    try:
        read_workbook(workbook(changed(*changes, of=base)), name="phieu.xlsx")
    except Refused as refusal:
        assert refusal.problems
        assert all("{{" not in problem.say(language) for problem in refusal.problems for language in ("vi", "en"))


def test_the_catalogue_has_exactly_the_codes_in_use_each_in_both_languages() -> None:
    room = Path(__file__).parents[2] / "survey"
    files = [room / "expression.py", *(room / "xlsform").glob("*.py"), room / "instruments" / "__init__.py"]
    used = {code for file in files for code in re.findall(r'"((?:XLS|EXP)_[A-Z_]+)"', file.read_text(encoding="utf-8"))}
    written = {code: wording for code, wording in catalogue().items() if code.startswith(("XLS_", "EXP_"))}
    assert used == set(written)
    for code, wording in written.items():
        assert set(wording) == {"vi", "en"}
        gaps = [set(string.Formatter().parse(text)) for text in wording.values()]
        assert {gap[1] for gap in gaps[0]} == {gap[1] for gap in gaps[1]}, code
        assert word(code, "vi")


def test_every_code_of_a_workbook_has_a_broken_workbook_that_shows_it() -> None:
    shown = {expected[0] for _, expected in BROKEN.values() if expected[0].startswith("XLS_")}
    elsewhere = {"XLS_GROUP_NESTED", "XLS_GROUP_EMPTY", "XLS_CELL_DATE", "XLS_INDEX_ASPECT_PARENT", "XLS_UNREADABLE",
                 "XLS_PYXFORM", "XLS_INSTRUMENT_UNKNOWN"}  # fmt: skip
    assert {code for code in catalogue() if code.startswith("XLS_")} == shown | elsewhere
