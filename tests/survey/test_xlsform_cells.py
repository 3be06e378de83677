"""The cell that a fault or a finding is about, as Excel shows it."""

from io import BytesIO

import openpyxl
import pytest

from survey.errors import Refused
from survey.instruments.starter import starter_workbook
from survey.lint import lint
from survey.xlsform import read_workbook
from survey.xlsform.cells import Cell, Cells
from tests.survey.workbooks import SOUND, changed, tables, workbook


@pytest.mark.parametrize(
    ("sheet", "cell"), [("survey", "A4"), ("survey", "E3"), ("choices", "B3"), ("settings", "D2"), ("index", "B3")]
)
def test_a_fault_names_the_cell_that_was_spoilt(sheet: str, cell: str) -> None:
    data = workbook(changed((sheet, cell, "Hỏng rồi !"), of=SOUND))
    with pytest.raises(Refused) as refused:
        read_workbook(data, name="thu.xlsx")
    assert Cell(sheet=sheet, address=cell) in [Cells(data).of_problem(each) for each in refused.value.problems]


def test_a_column_is_found_where_its_author_put_it() -> None:
    def with_own_column(book: openpyxl.Workbook) -> None:
        book["survey"].insert_cols(2)
        book["survey"]["B1"] = "ghi chú của tôi"

    data = workbook(tables(), with_own_column)
    assert Cells(data).of_question("q1", None) == Cell(sheet="survey", address="D6")
    assert Cells(data).of_question("q1", "en") == Cell(sheet="survey", address="E6")
    assert Cells(data).of_question("q1", "vi", "4") == Cell(sheet="choices", address="C5")
    assert Cells(data).of_question("none", None) is None


def test_what_concerns_the_whole_file_or_cannot_be_opened_has_no_cell() -> None:
    with pytest.raises(Refused) as refused:
        read_workbook(b"no workbook", name="thu.xlsx")
    assert [Cells(b"no workbook").of_problem(each) for each in refused.value.problems] == [None]


def test_the_starting_workbook_is_sound_and_has_one_of_everything() -> None:
    data = starter_workbook()
    form = read_workbook(data, name="mau.xlsx")
    assert lint(form) == ()
    assert {each.kind for each in form.questions()} >= {"select_one", "select_multiple", "integer", "text", "note"}
    assert form.items() and {each.factor for each in form.items()} == {node.code for node in form.index}
    rules = openpyxl.load_workbook(BytesIO(data))["survey"].data_validations.dataValidation
    assert {str(rule.sqref) for rule in rules} >= {"A2:A1001"}
