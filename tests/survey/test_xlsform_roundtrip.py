"""A questionnaire goes into a workbook and comes back equal; the workbook can be worked with in Excel."""

import itertools
import unicodedata
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from survey.expression import parse
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.xlsform import read_workbook, write_workbook
from survey.xlsform.columns import SHEETS
from tests.survey.workbooks import changed, tables, workbook

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn"))
TEXTS = (
    st.one_of(
        st.text(LETTERS, max_size=20),
        st.sampled_from(["=1+1", "{=1+1}", "-1", "007", "https://example.vn", "1e5", "TRUE", "a\nb", "#N/A", "<b>&",
             "x" * 3_000]),
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: text and "${" not in text and "_x" not in text)
)  # fmt: skip
WORDS = st.one_of(st.builds(dict, vi=TEXTS), st.builds(dict, vi=TEXTS, en=TEXTS))
SOME_WORDS = st.one_of(st.just({}), st.builds(dict, en=TEXTS), WORDS)
VALUES = st.text(st.characters(categories=("L", "N"), include_characters="-_+.'"), min_size=1, max_size=6).map(
    lambda text: unicodedata.normalize("NFC", text)
)


UNITS = Scale(
    name="units.department",
    options=tuple(Option(value=v, label={"vi": v}) for v in ("snv", "stc", "04_1")),
)


@st.composite
def scales(draw: st.DrawFn, name: str) -> Scale:
    values = draw(st.lists(VALUES, min_size=1, max_size=4, unique=True))
    words = draw(WORDS)
    options = (Option(value=v, label={k: f"{text} {n}" for k, text in words.items()}) for n, v in enumerate(values))
    return Scale(name=name, options=tuple(options))


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    lists = [*(draw(scales(f"list_{n}")) for n in range(2)), UNITS]
    index = draw(st.booleans())
    sections, asked, numbers = [], [], itertools.count()
    for n in range(draw(st.integers(1, 3))):
        grouped = draw(st.booleans()) or (bool(sections) and sections[-1].name.startswith("_"))
        questions = []
        earlier = list(asked)
        for _ in range(draw(st.integers(1, 3))):
            question = draw(one_question(f"q{next(numbers)}", lists, asked, index))
            questions.append(question)
            asked.append(question)
        units = [question.name for question in earlier if question.scale is UNITS and question.kind != "select_one"]
        over = draw(st.sampled_from([None, *units])) if grouped else None
        sections.append(
            Section(
                name=f"group_{n}" if grouped else f"_{n + 1}",
                label=draw(WORDS) if grouped else {},
                questions=tuple(questions),
                relevant=draw(st.sampled_from(conditions(earlier))) if grouped else None,
                repeat_over=over,
            )
        )
        if over:  # nothing outside may refer to what has several answers
            del asked[len(earlier) :]
    nodes = (
        IndexNode(code="a", level="aspect", label=draw(WORDS), weight=draw(st.integers(1, 400)) / 100),
        IndexNode(code="f", level="factor", label=draw(WORDS), parent=draw(st.sampled_from(["a", None]))),
    )
    return Questionnaire(
        id="thu",
        version=draw(TEXTS),
        title=draw(WORDS),
        languages=draw(st.sampled_from([("vi", "en"), ("en", "vi")])),
        sections=tuple(sections),
        index=nodes if index else (),
        study=draw(st.sampled_from(["household", "user", "officials", "other"])),
        source=draw(SOME_WORDS),
        status=draw(SOME_WORDS),
        purpose=draw(SOME_WORDS),
    )


def conditions(asked: list[Question]) -> list[object]:
    answered = [question for question in asked if question.kind != "note"]
    return [None, *(parse(f"not(${{{question.name}}} = '') or 1 < 2") for question in answered)]


@st.composite
def one_question(draw: st.DrawFn, name: str, lists: list[Scale], asked: list[Question], index: bool) -> Question:
    kind = draw(st.sampled_from(["select_one", "select_multiple", "text", "integer", "decimal", "date", "note"]))
    question = Question(
        name=name,
        kind=kind,
        label=draw(WORDS),
        hint=draw(SOME_WORDS),
        scale=draw(st.sampled_from(lists)) if kind.startswith("select") else None,
        relevant=draw(st.sampled_from(conditions(asked))),
    )
    if kind == "note":
        return question
    question = replace(
        question,
        required=draw(st.booleans()),
        role=draw(st.sampled_from([None, "respondent", "perception", "need", "comment"])),
        constraint=draw(st.sampled_from([None, parse(". != ''"), parse("string-length(.) <= 9")])),
        constraint_message=draw(SOME_WORDS),
    )
    if kind == "select_one" and question.scale and draw(st.booleans()):
        return replace(
            question,
            role="satisfaction",
            satisfied=(question.scale.options[-1].value,),
            factor="f" if index else None,
        )
    return question


def without_rows(questionnaire: Questionnaire) -> Questionnaire:
    sections = (
        replace(section, questions=tuple(replace(question, row=0) for question in section.questions))
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=tuple(sections))


@settings(max_examples=40, deadline=None)
@given(questionnaires())
def test_what_is_written_is_read_again(questionnaire: Questionnaire) -> None:
    data = write_workbook(questionnaire)
    read = read_workbook(data, name="thu.xlsx")
    assert without_rows(read) == questionnaire
    assert read.content_hash() == questionnaire.content_hash()
    assert write_workbook(read) == data


def test_every_question_knows_its_row() -> None:
    read = read_workbook(workbook(tables()), name="thu.xlsx")
    assert [(question.name, question.row) for question in read.questions()] == [
        ("sex", 3), ("years", 4), ("q1", 6), ("q2", 7), ("thanks", 8)
    ]  # fmt: skip
    assert [section.name for section in read.sections] == ["who", "_2"]


def test_blank_rows_own_columns_numbers_and_spelling_of_text_are_tolerated() -> None:
    sheets = changed(
        ("survey", "K1", "ghi chú"), ("survey", "K4", "=1+1"), ("survey", "E3", True), ("survey", "H1", "Role"),
        ("survey", "C4", "  Tuổi\u00a0\r\n"), ("choices", "B2", 1), ("choices", "B3", 2.0),
        ("settings", "C2", 2026.1), ("index", "D3", "0,5"),
    )  # fmt: skip
    sheets["survey"][3][2] = unicodedata.normalize("NFD", sheets["survey"][3][2])
    sheets["survey"].insert(3, [None] * 4)
    sheets["choices"].insert(1, [])
    read = read_workbook(workbook(sheets), name="thu.xlsx")
    sound = read_workbook(workbook(tables()), name="thu.xlsx")
    assert read.content_hash() == sound.content_hash()
    assert [question.row for question in read.questions()] == [3, 5, 7, 8, 9]


def test_hidden_sheets_and_merged_cells_are_tolerated() -> None:
    def finish(book: openpyxl.Workbook) -> None:
        book["index"].sheet_state = "hidden"
        book["survey"].merge_cells("C8:C9")

    assert read_workbook(workbook(tables(), finish), name="thu.xlsx").node("f1").weight == 0.5


def test_a_false_size_statement_hides_no_row() -> None:
    def finish(book: openpyxl.Workbook) -> None:
        book["survey"].calculate_dimension = lambda: "A1:B2"

    data = workbook(tables(), finish)
    assert len(list(read_workbook(data, name="thu.xlsx").questions())) == 5


def test_label_without_a_language_is_vietnamese() -> None:
    sheets = changed(("survey", "C1", "label"), ("choices", "C1", "label"), ("index", "E1", "label"))
    assert read_workbook(workbook(sheets), name="thu.xlsx") == read_workbook(workbook(tables()), name="thu.xlsx")


def test_a_questionnaire_that_no_workbook_can_say_is_not_written() -> None:
    sound = read_workbook(workbook(tables()), name="thu.xlsx")
    with pytest.raises(ValueError, match="no column"):
        write_workbook(replace(sound, title={"vi": "Phiếu", "fr": "Fiche"}))
    with pytest.raises(ValueError, match="could not be written"):
        write_workbook(replace(sound, title={"vi": "x" * 40_000}))
    scale = Scale(name="s", options=(Option(value="x", label={"vi": "X"}),))
    other = Section(name="g", label={"vi": "G"}, questions=(replace(sound.question("sex"), name="b", scale=scale),))
    with pytest.raises(ValueError, match="'s'"):
        write_workbook(replace(sound, sections=(*sound.sections, other)))


def test_a_written_workbook_is_ready_for_work_in_excel() -> None:
    read = read_workbook(workbook(tables()), name="thu.xlsx")
    data = write_workbook(read)
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == ["huong_dan", *SHEETS, "danh_muc"]
    assert book["danh_muc"].sheet_state == "hidden"
    assert [row[0] for row in book["danh_muc"].iter_rows(min_row=2, max_row=4, values_only=True)] == [
        "select_one s",
        "select_one d",
        "select_multiple s",
    ]
    assert all(cell.comment for sheet in SHEETS for cell in book[sheet][1])
    assert [book[sheet].freeze_panes for sheet in SHEETS] == ["C2", "A2", "A2", "A2"]
    assert all(book[sheet].column_dimensions["A"].width >= 12 for sheet in book.sheetnames)
    assert all(cell.data_type in "sn" for sheet in book for row in sheet.iter_rows() for cell in row)
    offered = {str(rule.sqref): rule.formula1 for rule in book["survey"].data_validations.dataValidation}
    assert '"yes,no"' in offered.values()
    assert any("satisfaction" in str(words) for words in offered.values())
    assert offered["A2:A1001"].startswith("danh_muc!") and "index!$A$2:$A$1001" in offered.values()
    assert book["choices"]["B2"].value == "1" and book["choices"]["B2"].number_format == "@"


def test_the_guide_explains_every_column_in_vietnamese() -> None:
    book = openpyxl.load_workbook(BytesIO(write_workbook(read_workbook(workbook(tables()), name="thu.xlsx"))))
    lines = [row[:4] for row in book["huong_dan"].iter_rows(values_only=True)]
    explained = {(sheet, str(column).partition("::")[0]): text for sheet, column, _, text in lines if sheet in SHEETS}
    assert set(explained) == {(sheet, column) for sheet, kind in SHEETS.items() for column in kind.columns}
    assert all(len(str(text)) > 15 for text in explained.values())


def test_the_reference_converter_takes_a_written_workbook_with_every_kind_of_question() -> None:
    warnings: list[str] = []
    xform = convert(write_workbook(read_workbook(workbook(tables()), name="thu.xlsx")), warnings=warnings).xform
    assert warnings == [] and "<h:title>Phiếu thử</h:title>" in xform
