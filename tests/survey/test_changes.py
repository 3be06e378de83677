"""What changed between two versions, and that the page says before publication what the comparison does afterwards."""

from dataclasses import replace

import pytest

from analysis.scores.asked_alike import common
from survey.changes import Change, changes
from survey.expression import Expression
from survey.instruments import load, shipped
from survey.questionnaire import Question, Questionnaire, Scale
from tests.survey.builders import QUESTIONNAIRE

FORM = load("user_five_factor")


def edited(which: str, /, **fields: object) -> Questionnaire:
    """The form with one question changed."""
    return replace(
        FORM,
        version="next",
        sections=tuple(
            replace(s, questions=tuple(replace(q, **fields) if q.name == which else q for q in s.questions))  # type: ignore[arg-type]
            for s in FORM.sections
        ),
    )


def without(name: str) -> Questionnaire:
    return replace(
        FORM,
        sections=tuple(replace(s, questions=tuple(q for q in s.questions if q.name != name)) for s in FORM.sections),
    )


def scale(question: str, **fields: object) -> Scale:
    found = FORM.question(question).scale
    assert found is not None
    return replace(found, **fields)  # type: ignore[arg-type]


def codes(found: tuple[Change, ...]) -> set[tuple[str, str | None]]:
    return {(change.code, change.question) for change in found}


OPTIONS = scale("s1_1").options
RELABELLED = (replace(OPTIONS[0], label={"vi": "Rất chán", "en": "Awful"}), *OPTIONS[1:])

ITEM_CHANGES = {
    "REWORDED": edited("s1_1", label={"vi": "Lời mới", "en": "New words"}),
    "SCALE": edited("s1_1", scale=scale("s1_1", options=OPTIONS[1:])),
    "OPTION_ORDER": edited("s1_1", scale=scale("s1_1", options=OPTIONS[::-1])),
    "OPTION_WORDS": edited("s1_1", scale=scale("s1_1", options=RELABELLED)),
    "SATISFIED": edited("s1_1", satisfied=("5",)),
    "REMOVED_ITEM": without("s1_1"),
    "HINT": edited("s1_1", hint={"vi": "Khác"}),
    "NEEDED": edited("s1_1", required=True),
}


@pytest.mark.parametrize("name", shipped())
def test_a_version_has_no_changes_from_itself(name: str) -> None:
    assert changes(load(name), load(name)) == ()


@pytest.mark.parametrize("code", ITEM_CHANGES)
def test_each_change_of_an_item_is_told_with_what_the_comparison_will_do(code: str) -> None:
    """analysis.scores decides later whether an item is compared; the studio must not have said otherwise."""
    now = ITEM_CHANGES[code]
    [change] = [each for each in changes(FORM, now) if each.question == "s1_1" and each.code == code]
    alike = common(now, FORM, "items")
    assert (change.grade == "break") == ("s1_1" not in alike.items)
    if "s1_1" in alike.notes:
        assert change.grade == "care"
    branches = {each.values["name"] for each in changes(FORM, now) if each.code == "NODE_ITEMS"}
    assert branches == {code for code in alike.nodes if code not in alike.same} - {"overall"}
    assert ("overall" in alike.same) == all(each.code != "WHOLE_ITEMS" for each in changes(FORM, now))


def test_a_question_called_otherwise_is_taken_for_renamed_and_breaks_its_series() -> None:
    found = changes(FORM, edited("s1_1", name="s1_x"))
    [change] = [each for each in found if each.code == "RENAMED"]
    assert change.grade == "break" and change.values["before"] == "s1_1"
    assert "s1_1" in change.consequence("vi") and "s1_1" in change.consequence("en")
    assert not {code for code, _ in codes(found)} & {"ADDED_ITEM", "REMOVED_ITEM"}


def test_other_options_of_a_question_about_the_respondent_are_told_as_a_matter_of_weights() -> None:
    found = changes(FORM, edited("age", scale=scale("age", options=scale("age").options[:-1])))
    assert codes(found) == {("MARGIN", "age")} and found[0].grade == "care"


def test_what_is_not_measured_comes_and_goes_without_breaking_anything() -> None:
    found = changes(FORM, without("comment"))
    assert codes(found) == {("REMOVED", "comment")} and found[0].grade == "none"
    assert codes(changes(without("comment"), FORM)) == {("ADDED", "comment")}


def test_only_the_questions_that_moved_are_named() -> None:
    first, *rest = FORM.sections
    moved = replace(FORM, sections=(replace(first, questions=(*first.questions[1:], first.questions[0])), *rest))
    [change] = changes(FORM, moved)
    assert (change.code, change.values["names"]) == ("ORDER", first.questions[0].name)


def test_a_translation_is_told_once_a_language_and_vietnamese_is_not_one() -> None:
    question = FORM.question("s2_1")
    [change] = changes(FORM, edited("s2_1", label={**question.label, "en": "Other words"}))
    assert (change.code, change.grade, change.values["names"]) == ("TRANSLATION", "care", "s2_1")


OPENING = FORM.sections[0]
AGE = FORM.question("age")
UNGROUPED = replace(OPENING, name="_1", label={})


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (replace(FORM, title={**FORM.title, "en": "Another"}), "TRANSLATION"),
        (replace(FORM, purpose={**FORM.purpose, "en": "Another"}), "TRANSLATION"),
        (replace(FORM, index=(replace(FORM.index[0], label={**FORM.index[0].label, "en": "A"}), *FORM.index[1:])),
         "TRANSLATION"),
        (edited("age", constraint_message={**AGE.constraint_message, "en": "Another"}), "TRANSLATION"),
        (edited("age", constraint_message={"vi": "Lời khác"}), "CONSTRAINT_WORDS"),
        (replace(FORM, languages=FORM.languages[::-1]), "LANGUAGE_FIRST"),
    ],
)  # fmt: skip
def test_whatever_respondents_read_otherwise_is_told(now: Questionnaire, code: str) -> None:
    """Where nothing is told, the page says that respondents see no difference."""
    assert code in {change.code for change in changes(FORM, now)}


def test_questions_outside_a_group_do_not_move_because_a_group_came_before_them() -> None:
    then = replace(FORM, sections=(UNGROUPED, *FORM.sections[1:]))
    now = replace(FORM, sections=(replace(UNGROUPED, name="_2"), *FORM.sections[1:]))
    assert changes(then, now) == ()


def test_of_two_questions_that_read_alike_only_one_was_renamed() -> None:
    first, second, *rest = OPENING.questions
    now = replace(
        FORM, sections=(replace(OPENING, questions=(replace(first, name="a"), replace(first, name="b"), second, *rest)),
                        *FORM.sections[1:]),
    )  # fmt: skip
    assert {("RENAMED", "a"), ("ADDED", "b")} <= codes(changes(FORM, now))


def test_weights_are_told_with_the_readers_decimal_sign() -> None:
    now = replace(FORM, index=(replace(FORM.index[0], weight=0.5), *FORM.index[1:]))
    [change] = [each for each in changes(FORM, now) if each.code == "NODE_WEIGHT"]
    assert "nay 0,5" in change.say("vi") and "0.5 now" in change.say("en")


def test_conditions_kinds_roles_and_limits_are_told() -> None:
    form = QUESTIONNAIRE
    times = replace(form.question("times"), relevant=None, constraint=Expression(". >= 2"), kind="decimal")
    why = replace(form.question("why"), role="comment")
    first, second, third = form.sections
    now = replace(
        form,
        study="household",
        languages=("vi",),
        sections=(
            replace(first, questions=(*first.questions[:-1], times)),
            replace(second, relevant=None, label={"vi": "Khác"}, questions=_swapped(second.questions, why)),
            third,
        ),
    )
    found = changes(form, now)
    expected = {
        ("STUDY", None), ("LANGUAGE_REMOVED", None), ("KIND", "times"), ("RELEVANT", "times"), ("CONSTRAINT", "times"),
        ("ROLE", "why"), ("SECTION_RELEVANT", None), ("SECTION_WORDS", None),
    }  # fmt: skip
    assert codes(found) == expected
    assert [change.grade for change in found] == sorted((c.grade for c in found), key=("break", "care", "none").index)


def _swapped(questions: tuple[Question, ...], other: Question) -> tuple[Question, ...]:
    return tuple(other if each.name == other.name else each for each in questions)


def test_the_index_tree_is_compared_branch_by_branch() -> None:
    first, second, *rest = FORM.index
    now = replace(FORM, index=(replace(first, weight=3.0), replace(second, label={"vi": "Tên khác"}), *rest[:-1]))
    found = codes(changes(FORM, now))
    assert {("NODE_WEIGHT", None), ("NODE_WORDS", None), ("NODE_REMOVED", None)} <= found
    assert {code for code, _ in codes(changes(now, FORM))} >= {"NODE_ADDED"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_change_reads_without_gaps(language: str) -> None:
    other = replace(QUESTIONNAIRE, sections=(replace(QUESTIONNAIRE.sections[0], questions=()),), index=FORM.index)
    found = [*changes(FORM, other), *changes(other, FORM)]
    for now in ITEM_CHANGES.values():
        found += changes(FORM, now)
    for change in found:
        assert "?" not in change.say(language).replace("»?", "").split("«")[0]
        assert "{" not in change.say(language) + change.consequence(language)
