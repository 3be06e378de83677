"""Conditions on paper: told in words, and arrows only where they are right."""

from dataclasses import replace

import pytest

from survey.expression import Expression
from survey.instruments import load
from survey.print.skips import leads_to, numbered, told
from survey.questionnaire import Questionnaire, Section
from survey.rating import as_examples
from survey.response import asked
from tests.survey.builders import LEVELS, WAYS, YES_NO, question


def form(*questions: object) -> Questionnaire:
    section = Section(name="all", label={"vi": "Phần"}, questions=questions)  # type: ignore[arg-type]
    return replace(load("one_stop_slip"), sections=(section,), index=())


GATE = question("gate", "select_one", scale=YES_NO)
WAYS_OF = question("ways", "select_multiple", scale=WAYS)
LEVEL = question("level", "select_one", scale=LEVELS)
TIMES = question("times", "integer")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("${gate} = '1'", "Chỉ trả lời nếu ông/bà chọn «Có» ở mục 1."),
        ("${gate} != '1'", "Chỉ trả lời nếu ông/bà không chọn «Có» ở mục 1."),
        ("selected(${ways}, 'web')", "Chỉ trả lời nếu ông/bà chọn «web» ở mục 2."),
        ("${level} <= 2", "Chỉ trả lời nếu ông/bà chọn «Mức 1» hoặc «Mức 2» ở mục 3."),
        ("${level} = '1' or ${level} = '5'", "Chỉ trả lời nếu ông/bà chọn «Mức 1» hoặc «Mức 5» ở mục 3."),
        ("${times} > 3", "Chỉ trả lời nếu câu trả lời ở mục 4 > 3."),
        ("${times} > 1000000", "Chỉ trả lời nếu câu trả lời ở mục 4 > 1.000.000."),
        ("${times} >= 1.5", "Chỉ trả lời nếu câu trả lời ở mục 4 ≥ 1,5."),
        ("${times} != ''", "Chỉ trả lời nếu ông/bà đã trả lời mục 4."),
        (
            "${gate} = '1' and (${times} > 3 or ${level} = '1')",
            "Chỉ trả lời nếu ông/bà chọn «Có» ở mục 1 và (câu trả lời ở mục 4 > 3 hoặc ông/bà chọn «Mức 1» ở mục 3).",
        ),
        ("not(${gate} = '1')", "Chỉ trả lời nếu không phải trường hợp: ông/bà chọn «Có» ở mục 1."),
        ("string-length(${times}) > 2", "Chỉ trả lời nếu đúng với trường hợp của ông/bà; nếu không, để trống."),
    ],
)
def test_a_condition_is_told_in_words(condition: str, said: str) -> None:
    numbers = numbered(form(question("hello", "note"), GATE, WAYS_OF, LEVEL, TIMES))
    assert told(Expression(condition), numbers, "vi") == said


def test_without_a_condition_nothing_is_said() -> None:
    assert told(None, numbered(form(GATE)), "vi") == ""


def test_an_arrow_leads_over_everything_that_an_answer_leaves_out() -> None:
    paper = form(
        GATE,
        question("a", "text", relevant=Expression("${gate} = '1'")),
        question("b", "select_one", scale=YES_NO, relevant=Expression("${gate} = '1'")),
        question("c", "text", relevant=Expression("${b} = '1'")),
        question("d", "text"),
    )
    numbers = numbered(paper)
    assert leads_to(GATE, numbers) == {"2": 5}, "what depends on a question that is left out is left out too"
    assert leads_to(paper.question("b"), numbers) == {"2": 5}


def test_an_arrow_may_lead_to_the_end() -> None:
    paper = form(GATE, question("a", "text", relevant=Expression("${gate} = '1'")))
    assert leads_to(GATE, numbered(paper)) == {"2": None}


def test_no_arrow_where_an_earlier_answer_may_still_ask_for_the_question() -> None:
    paper = form(
        TIMES, GATE, question("a", "text", relevant=Expression("${gate} = '1' or ${times} > 3")), question("b", "text")
    )
    assert leads_to(GATE, numbered(paper)) == {}


@pytest.mark.parametrize("name", ["sipas_household_2022", "user_five_factor"])
def test_an_arrow_passes_over_nothing_that_a_screen_would_ask(name: str) -> None:
    """The screens' own rule (survey.response.asked) as the judge, whatever one earlier question was answered."""
    paper = as_examples(load(name))
    numbers = numbered(paper)
    order = [each for each in paper.questions() if each.kind != "note"]
    arrows = [(each, value, to) for each in order for value, to in leads_to(each, numbers).items()]
    assert arrows
    for gate, value, to in arrows:
        at = numbers.numbers[gate.name]
        passed = {each.name for each in order[at : (to or len(order) + 1) - 1]}
        for earlier in order[: at - 1]:
            for option in earlier.scale.options if earlier.scale else ():
                shown = {each.name for each in asked({earlier.name: option.value, gate.name: value}, paper)}
                assert passed and not shown & passed, (gate.name, value, earlier.name)
