"""The data-protection assessment says what the form asks, and loudly what it must not ask."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document

from survey.instruments import load, shipped
from survey.privacy.assessment import assessment
from survey.privacy.document import word_file
from survey.privacy.kinds import kind_of, source
from survey.questionnaire import Question
from tests.survey.builders import QUESTIONNAIRE, ROUND


def asking(label: str, role: str | None = "respondent", kind: str = "select_one") -> Question:
    return Question(name="x", kind=kind, label={"vi": label}, role=role)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (asking("Họ và tên của ông/bà?", kind="text"), "identity"),
        (asking("Số điện thoại", None, "text"), "identity"),
        (asking("Ông/bà thuộc dân tộc nào?"), "sensitive"),
        (asking("Giới tính của ông/bà là gì?"), "basic"),
        (asking("Một đặc điểm không có trong danh mục"), "basic"),
        (asking("Ý kiến khác", "comment", "text"), "text"),
        (asking("Chính sách giáo dục, trình độ cán bộ", "satisfaction"), "opinion"),
    ],
)
def test_a_question_has_the_kind_of_its_words(question: Question, kind: str) -> None:
    assert kind_of(question) == kind
    assert bool(source(kind_of(question))) == (kind in ("identity", "sensitive", "basic"))


def test_a_form_that_asks_for_identity_is_warned_of() -> None:
    named = replace(QUESTIONNAIRE.sections[0], questions=(asking("Họ tên", kind="text"),))
    made = assessment(replace(QUESTIONNAIRE, sections=(named,)), None)
    assert "x" in made.warning
    assert "CẦN SỬA" in made.warning


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_questionnaire_asks_for_identity(name: str) -> None:
    assert assessment(load(name), None).warning == ""


def test_the_traits_are_multiplied() -> None:
    household = load("sipas_household_2022")
    traits = [q for q in household.questions() if q.role == "respondent" and q.kind == "select_one"]
    assert [len(q.scale.options) for q in traits if q.scale] == [2, 5, 2, 6, 7, 2, 3]  # 2·5·2·6·7·2·3 = 5,040
    told = " ".join(p for part in assessment(household, None).parts for p in part.paragraphs)
    assert "5.040 tổ hợp" in told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_word_file_holds_every_line_and_the_rounds_own_figures(language: str) -> None:
    made = assessment(QUESTIONNAIRE, replace(ROUND, keep_years=7), language)
    document = Document(BytesIO(word_file(made)))
    text = "\n".join(p.text for p in document.paragraphs)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for part in made.parts:
        assert part.heading in text
        assert all(paragraph in text for paragraph in part.paragraphs)
        assert {entry for row in part.table for entry in row} <= cells
    assert ROUND.name in cells
    assert ("7 năm" if language == "vi" else "7 years") in text
