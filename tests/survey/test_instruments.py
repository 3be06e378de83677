"""The slip, the officials' survey and the law survey ask what the method says, of those whom it concerns."""

from dataclasses import replace
from itertools import product

import pytest

from survey.instruments import load
from survey.lint import lint
from survey.lint.wording import minutes
from survey.questionnaire import Question, Questionnaire
from survey.rating import asked_in, examples, rating_problems, split
from survey.response import asked, check
from survey.round import Rated
from tests.survey.builders import ROUND

SLIP, OFFICIALS, LAW = load("one_stop_slip"), load("officials_2022"), load("law_enforcement_2022")
NEW = (SLIP, OFFICIALS, LAW)

RATED = (
    Rated(code="snv", name="Sở Nội vụ", kind="department"),
    Rated(code="stc", name="Sở Tài chính", kind="department"),
    Rated(code="x_van_quan", name="Xã Văn Quan", kind="locality"),
)
ASKED = asked_in(OFFICIALS, replace(ROUND, rated=RATED))


def names(answers: dict[str, object], questionnaire: Questionnaire) -> set[str]:
    return {question.name for question in asked(answers, questionnaire)}


def test_earlier_questionnaires_keep_the_hash_that_stored_answers_name() -> None:
    assert load("sipas_household_2022").content_hash() == (
        "42a6a98e9d27fcf5202461ba38c2bd92cfc6cea2bc0b99367ddb1899ecf80b16"
    )
    assert load("user_five_factor").content_hash() == (
        "0e1aa787439691abefb624eb80ea356c368a6667b677ca31bcd6a52fc1b713c1"
    )
    assert load("housing_copenhagen").content_hash() == (
        "db96e774d662ccae76b223f3f6bdd555f67f48ff01a1d61cf631a0acbb9e4d35"
    )


@pytest.mark.parametrize("form", NEW, ids=lambda form: form.id)
def test_every_explanation_has_at_most_20_words(form: Questionnaire) -> None:
    for question, language in product(form.questions(), ("vi", "en")):
        assert len(question.hint.get(language, "").split()) <= 20, (question.name, language)


@pytest.mark.parametrize("form", NEW, ids=lambda form: form.id)
def test_it_says_how_official_it_is_and_asks_for_no_identity(form: Questionnaire) -> None:
    assert "Không phải" in form.status["vi"] and "công cụ này" in form.status["vi"]
    texts = [question for question in form.questions() if question.kind == "text"]
    assert all(question.constraint is not None and question.constraint_message for question in texts)
    assert not {"name", "phone", "email", "address"} & {question.name for question in form.questions()}


# -- the slip ----------------------------------------------------------------------------------------------------------


def test_the_slip_takes_six_questions_and_less_than_a_minute() -> None:
    asked_of_all = [question for question in SLIP.questions() if question.role != "officer"]
    assert len(asked_of_all) == 6
    assert minutes(SLIP) < 1
    assert not any(finding.code == "LNT_TOO_LONG" for finding in lint(SLIP))
    assert not any(question.required for question in SLIP.questions())


def test_the_slip_asks_the_four_indices_in_the_sheets_points() -> None:
    *four, overall = SLIP.items()
    assert [item.name for item in four] == ["times", "offices", "posted", "attitude"]
    for item in four:
        assert item.scale is not None and [option.value for option in item.scale.options] == ["0", "1", "2"]
        assert (item.satisfied, item.factor) == (("2",), "experience")
    assert overall.scale is not None and (overall.satisfied, overall.factor) == (("2", "3"), "general")
    assert [option.label["vi"] for option in overall.scale.options] == ["Không hài lòng", "Hài lòng", "Rất hài lòng"]
    assert SLIP.study == "user"


def test_the_officers_code_comes_last_and_may_stay_blank() -> None:
    (officer,) = (question for question in SLIP.questions() if question.role == "officer")
    assert officer is list(SLIP.questions())[-1]
    assert check({"in_general": "3"}, SLIP) == ({"in_general": "3"}, ())


# -- the officials -----------------------------------------------------------------------------------------------------

GROUPS = {"1": "both", "2": "both", "3": "localities", "4": "departments", "5": "departments", "6": "localities"}


@pytest.mark.parametrize("post", GROUPS)
def test_each_of_the_six_groups_rates_the_right_kind(post: str) -> None:
    found = names({"post": post}, ASKED) & {"departments", "localities"}
    assert found == ({"departments", "localities"} if GROUPS[post] == "both" else {GROUPS[post]})


def test_nobody_is_asked_for_units_before_it_is_known_who_answers() -> None:
    assert not names({}, ASKED) & {"departments", "localities"}


def test_a_deputy_rates_several_units_on_one_form() -> None:
    answers: dict[str, object] = {"post": "1", "departments": ["stc", "snv"], "localities": ["x_van_quan"]}
    criteria = {name for name in names(answers, ASKED) if "__" in name}
    assert len(criteria) == 30
    answers |= dict.fromkeys(criteria, "A")
    kept, problems = check(answers, ASKED)
    assert problems == ()
    (_, about_nobody), *rated = split(OFFICIALS, replace(ROUND, rated=RATED), kept)
    assert set(about_nobody) == {"post", "departments", "localities"}
    assert [(unit, len(ratings)) for unit, ratings in rated] == [("snv", 10), ("stc", 10), ("x_van_quan", 10)]


def criteria_of(section: str) -> tuple[Question, ...]:
    return next(each.questions for each in OFFICIALS.sections if each.name == section)


def test_the_criteria_cover_the_seven_areas_for_both_kinds() -> None:
    for section in ("department", "locality"):
        asked_there = criteria_of(section)
        assert {question.factor for question in asked_there} == {f"a{n}" for n in range(1, 8)}
        assert all(question.role == "criterion" and not question.required for question in asked_there)
        for question in asked_there:
            assert question.scale is not None
            assert [option.value for option in question.scale.options] == list("ABCDE")
    pairs = zip(criteria_of("department"), criteria_of("locality"), strict=True)
    assert all(one.label == other.label for one, other in pairs)


def test_the_examples_are_units_that_a_round_could_have() -> None:
    assert list(rating_problems(OFFICIALS, examples(OFFICIALS))) == []
    assert list(rating_problems(OFFICIALS, RATED)) == []
    assert [problem.code for problem in rating_problems(OFFICIALS, RATED[:2])] == ["RAT_KIND_MISSING"]


def test_the_words_hold_before_and_after_the_districts() -> None:
    said = " ".join(
        [question.label["vi"] + question.hint.get("vi", "") for question in OFFICIALS.questions()]
        + [
            option.label["vi"]
            for question in OFFICIALS.questions()
            if question.scale
            for option in question.scale.options
        ]
    )
    assert said.count("huyện") == 1  # where the form explains what a locality was and is


# -- the law -----------------------------------------------------------------------------------------------------------


def test_only_ones_own_field_of_law_is_asked_about() -> None:
    def fields(*chosen: str) -> set[str]:
        return {name.split("_")[0] for name in names({"fields": list(chosen)}, LAW)} & {"land", "fire"}

    assert fields() == set() and fields("land") == {"land"} and fields("land", "fire") == {"land", "fire"}


def test_both_fields_of_law_are_asked_the_same() -> None:
    land, fire = (next(s for s in LAW.sections if s.name == name) for name in ("land", "fire"))
    assert [q.name.removeprefix("land_") for q in land.questions] == [
        q.name.removeprefix("fire_") for q in fire.questions
    ]
    assert all(q.scale == p.scale for q, p in zip(land.questions, fire.questions, strict=True))


def test_no_obstacle_excludes_all_others() -> None:
    kept, problems = check({"fields": ["land"], "land_obstacles": ["8"]}, LAW)
    assert problems == () and kept["land_obstacles"] == ("8",)
    assert [p.code for p in check({"fields": ["land"], "land_obstacles": ["1", "8"]}, LAW)[1]] == [
        "ANS_CONSTRAINT_SAID"
    ]
    assert "land_obst_other" in names({"fields": ["land"], "land_obstacles": ["7"]}, LAW)
