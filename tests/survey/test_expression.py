"""The closed subset: what it means, what it refuses, and that no text breaks it."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import word
from survey.expression import DEEPEST, LONGEST, Expression, ExpressionError, parse
from survey.questionnaire import Question, Questionnaire, Section

ANSWERS = {"sex": "1", "age": 34, "income": 2.5, "kanal": ("1", "3"), "note": "tốt", "born": "1990-05-01"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${sex} = '1'", True),
        ('${sex} = "2"', False),
        ("${sex} != '1'", False),
        ("${sex} = 1", True),  # an option value compared with a number is read as a number
        ("${age} >= 18 and ${age} < 60", True),
        ("${age} = '34'", True),
        ("${age} < 9", False),  # numbers, not text: "34" < "9" as text
        ("${income} > -1.5", True),
        ("${sex} = '2' or ${age} = 34", True),
        ("${sex} = '2' or ${sex} = '1' and ${age} = 35", False),  # and binds closer than or
        ("(${sex} = '1' or ${sex} = '2') and ${age} = 35", False),
        ("not(${sex} = '2')", True),
        ("not (${sex} = '1' and ${age} = 34)", False),
        ("selected(${kanal}, '3')", True),
        ("selected(${kanal}, '2')", False),
        ("selected(${sex}, '1')", True),
        ("selected(${gone}, '1')", False),
        ("${kanal} = '1 3'", True),
        ("string-length(${note}) = 3", True),
        ("string-length(${gone}) > 0", False),
        ("${note} > 5", False),
        ("${note} != 5", True),
        ("${note} = 'and'", False),
        ("${born} <= '1990-05-01'", True),
        ("${born} > '1991-01-01'", False),
        ("${gone} = '1'", False),
        ("${gone} = 0", False),
        ("${gone} < 5", False),
        ("${gone} >= 5", False),
        ("${gone} != '1'", True),
        ("${gone} != 0", True),
        ("${gone} = ''", True),  # the XLSForm idiom for «not answered»
        ("${sex} != ''", True),
    ],
)
def test_the_meaning_is_that_of_xpath_with_missing_as_empty_text(source: str, expected: bool) -> None:
    assert parse(source).holds(ANSWERS) is expected


@pytest.mark.parametrize(
    ("source", "current", "expected"),
    [
        (". >= 18 and . <= 120", 17, False),
        (". >= 18 and . <= 120", 18, True),
        ("string-length(.) <= 3", "tốt", True),
        ("string-length(.) <= 3", "tốt!", False),
        (". = ${sex}", "1", True),
        (". = '1'", None, False),
        ("selected(., '2') and not(selected(., '9'))", ("2", "9"), False),
        (". < 5", 10**400, False),
        (". < 5", float("nan"), False),
    ],
)
def test_the_dot_is_the_answer_being_given(source: str, current: object, expected: bool) -> None:
    assert parse(source).holds(ANSWERS, current) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "EXP_EMPTY", 1),
        ("   ", "EXP_EMPTY", 1),
        ("${sex}", "EXP_NEEDS_SIGN", 7),
        ("${Sex} = '1'", "EXP_NAME", 1),
        ("${giới} = '1'", "EXP_NAME", 1),
        ("${sex} = ‘1’", "EXP_CURLY_QUOTE", 10),
        ("${sex} = '1", "EXP_OPEN_QUOTE", 10),
        ("${sex} == '1'", "EXP_NEEDS_VALUE", 9),
        ("${sex} = '1' AND ${age} = 2", "EXP_LEFTOVER", 14),
        ("${sex} = '1' ${age} = 2", "EXP_LEFTOVER", 14),
        ("${age} + 1 = 2", "EXP_CHARACTER", 8),
        (". <= today()", "EXP_WORD", 6),
        ("pulldata('a', 'b', 'c', 'd') = '1'", "EXP_WORD", 1),
        ("sex = '1'", "EXP_WORD", 1),
        ("${sex} = nam", "EXP_WORD", 10),
        ("not ${sex} = '1'", "EXP_NEEDS_MARK", 5),
        ("(${sex} = '1'", "EXP_NEEDS_MARK", 14),
        ("selected(${sex} '1')", "EXP_NEEDS_MARK", 17),
        ("18 < ${age} < 60", "EXP_LEFTOVER", 13),
        ("${a} = '1' and", "EXP_NEEDS_VALUE", 15),
        ("(" * (DEEPEST + 1) + "1 = 1" + ")" * (DEEPEST + 1), "EXP_DEEP", DEEPEST + 2),
        ("not(" * 240, "EXP_DEEP", 4 * (DEEPEST + 1) + 1),
        ("string-length(" * 70, "EXP_DEEP", 14 * (DEEPEST + 1) + 1),
        ("1 = 1" + " " * LONGEST, "EXP_LONG", LONGEST + 1),
    ],
)
def test_what_is_outside_the_subset_is_refused_with_its_place(source: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert (caught.value.code, caught.value.position) == (code, position)
    for language in ("vi", "en"):
        assert "?" not in word(code, language, **caught.value.values)


_PIECES = st.sampled_from(
    ["${a}", "${", "}", ".", "'", '"', "'x'", "1", "-2.5", "(", ")", ",", "=", "!=", "<", ">=", " and ", " or ",
     "not(", "selected(", "string-length(", "’", "\n", "é", "\ud800", "٣"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=60).map("".join)))
def test_no_text_raises_anything_but_an_expression_error(source: str) -> None:
    try:
        expression = parse(source)
    except ExpressionError as error:
        assert 1 <= error.position <= len(source) + 1
    else:
        assert expression.holds({}) in (True, False)
        assert expression.holds({"a": ("1", "2")}, 3) in (True, False)


@given(st.integers(1, DEEPEST))
def test_brackets_up_to_the_limit_are_read(depth: int) -> None:
    assert parse("not(" * depth + "1 = 2" + ")" * depth).holds({}) is (depth % 2 == 1)


def test_names_are_the_questions_referred_to() -> None:
    assert parse("selected(${a}, '1') and not(string-length(${b}) > . or ${a} = ${c})").names == {"a", "b", "c"}
    assert parse(". > 1").names == frozenset()


def test_an_expression_is_its_text() -> None:
    one, other = parse("${a} = '1'"), Expression("${a} = '1'")
    assert one == other and hash(one) == hash(other) and {one: 1}[other] == 1
    assert json.dumps(asdict(one)) == '{"source": "${a} = \'1\'"}'


def test_an_expression_outside_the_subset_cannot_be_made_at_all() -> None:
    with pytest.raises(ExpressionError):
        Expression("1 +")


def test_the_content_hash_follows_what_is_asked_and_not_where_it_stands_in_the_workbook() -> None:
    question = Question(name="a", kind="text", label={"vi": "A"}, relevant=parse("${b} = '1'"), row=2)
    questionnaire = Questionnaire(
        id="t", version="1", title={"vi": "T"}, languages=("vi",), sections=(_section(question),)
    )
    moved = replace(questionnaire, sections=(_section(replace(question, row=9)),))
    other = replace(questionnaire, sections=(_section(replace(question, relevant=parse("${b} = '2'"))),))
    assert moved.content_hash() == questionnaire.content_hash() != other.content_hash()


def _section(question: Question) -> Section:
    return Section(name="s", label={"vi": "S"}, questions=(question,))
