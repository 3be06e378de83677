"""The form for KoboToolbox and ODK: the reference converter takes it, and it is the same questionnaire."""

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from pyxform.xls2xform import convert

from survey.errors import Refused
from survey.instruments import load, shipped
from survey.questionnaire import Questionnaire
from survey.rating import as_examples
from survey.xlsform import read_workbook
from survey.xlsform.plain import MOMENTS, NOTICE, PLACE, plain_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND

STANDARD = {
    "survey": {"type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message"},
    "choices": {"list_name", "name", "label"},
    "settings": {"form_title", "form_id", "version", "default_language"},
}
"""Columns of https://xlsform.org/en/ref-table/ that it uses."""


def back(data: bytes) -> Questionnaire:
    """What our own reader makes of it, without the metadata that our forms have no use for."""
    book = openpyxl.load_workbook(BytesIO(data))
    book["survey"].delete_rows(2, len(MOMENTS))
    file = BytesIO()
    book.save(file)
    return read_workbook(file.getvalue(), name="kobo.xlsx")


def plain(name: str) -> tuple[Questionnaire, bytes]:
    asked = as_examples(load(name))
    return asked, plain_workbook(asked, ROUND.places)


@pytest.mark.parametrize("name", shipped())
def test_the_reference_converter_takes_it_without_a_warning(name: str) -> None:
    asked, data = plain(name)
    warnings: list[str] = []
    made = convert(BytesIO(data), warnings=warnings, file_type=".xlsx")
    assert warnings == []
    root = ElementTree.fromstring(made.xform)
    [instance] = [each for each in root.iter() if each.get("id") == asked.id]
    assert instance.get("version") == asked.version
    leaves = [each.tag.partition("}")[2] for each in instance.iter() if not len(each)]
    names = [each.name for each in asked.questions()]
    assert [leaf for leaf in leaves if leaf in set(names)] == names
    assert {PLACE, *MOMENTS} <= set(leaves)


def test_it_has_no_column_and_no_sheet_of_our_own() -> None:
    _, data = plain("sipas_household_2022")
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == list(STANDARD)
    for sheet, known in STANDARD.items():
        assert {str(cell.value).partition("::")[0] for cell in book[sheet][1]} <= known


def test_names_conditions_limits_and_values_stay() -> None:
    form = back(plain_workbook(QUESTIONNAIRE, ROUND.places))
    for question in QUESTIONNAIRE.questions():
        read = form.question(question.name)
        assert (read.kind, read.required) == (question.kind, question.required)
        assert (read.relevant, read.constraint) == (question.relevant, question.constraint)
        assert read.label["vi"] == question.label["vi"]
        if question.scale:
            assert read.scale and [o.value for o in read.scale.options] == [o.value for o in question.scale.options]
    assert (form.id, form.version, form.languages) == ("thu", "1", ("vi", "en"))


def test_places_are_asked_for_first_and_only_where_a_round_has_some() -> None:
    form = back(plain_workbook(QUESTIONNAIRE, ROUND.places))
    place = form.question(PLACE)
    assert place.required and place.scale
    assert [option.value for option in place.scale.options] == [each.code for each in ROUND.places]
    assert [each.name for each in form.questions()][:2] == [NOTICE, PLACE]
    without = back(plain_workbook(QUESTIONNAIRE))
    assert PLACE not in {each.name for each in without.questions()}


def test_a_missing_translation_is_vietnamese_and_not_a_dash() -> None:
    form = back(plain_workbook(QUESTIONNAIRE))
    assert form.question("q1").label == {"vi": "Câu q1", "en": "Câu q1"}


def test_metadata_give_way_to_a_name_that_is_taken() -> None:
    book = openpyxl.load_workbook(BytesIO(plain_workbook(QUESTIONNAIRE)))
    rows = list(book["survey"].iter_rows(min_row=2, max_row=4, max_col=2, values_only=True))
    assert rows == [("start", "start"), ("end", "hl_end"), ("today", "today")], "a section is called «end»"


def test_a_question_called_like_something_that_is_added_is_told() -> None:
    first, *rest = QUESTIONNAIRE.sections
    taken = replace(first.questions[1], name=NOTICE)
    form = replace(QUESTIONNAIRE, sections=(replace(first, questions=(taken,)), *rest))
    with pytest.raises(Refused) as refused:
        plain_workbook(form)
    assert [(each.code, each.question) for each in refused.value.problems] == [("STU_PLAIN_TAKEN", NOTICE)]
