import json
import time
import unicodedata
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.questionnaire import Section
from survey.response import TEXT_LIMIT, asked, check, check_answer, clean_text, relevant_answers
from tests.hostile import HOSTILE, REFUSED, kept
from tests.survey.builders import GOOD, QUESTIONNAIRE, question

ONLY_COMMENT = replace(
    QUESTIONNAIRE, sections=(Section(name="s", label={}, questions=(question("comment", "text", required=True),)),)
)


def codes(answers: dict[str, object]) -> list[tuple[str | None, str]]:
    return [(problem.question, problem.code) for problem in check(answers, QUESTIONNAIRE)[1]]


def with_answer(**answers: object) -> dict[str, object]:
    return {**GOOD, **answers}


def test_good_answers_come_back_typed_in_the_order_of_the_questionnaire() -> None:
    answers, problems = check(dict(reversed(GOOD.items())), QUESTIONNAIRE)
    assert problems == ()
    assert list(answers.items()) == [
        ("used", "1"),
        ("ways", ("web", "desk")),
        ("times", 3),
        ("q1", "5"),
        ("comment", "Rất tốt"),
    ]


def test_all_problems_are_told_together() -> None:
    wrong = {"used": "1", "ways": ["web", "fax"], "times": "99", "q1": "7", "fee": "abc", "day": "2026-02-30", "x": "1"}
    assert codes(wrong) == [
        (None, "ANS_UNKNOWN_QUESTION"),
        ("ways", "ANS_UNKNOWN_OPTION"),
        ("times", "ANS_CONSTRAINT_SAID"),
        ("q1", "ANS_UNKNOWN_OPTION"),
        ("fee", "ANS_NOT_NUMBER"),
        ("day", "ANS_NOT_DATE"),
    ]


def test_a_required_question_is_missed_only_where_it_is_asked() -> None:
    assert codes({"used": "2"}) == []
    assert codes({"used": "1"}) == [("q1", "ANS_REQUIRED")]
    assert codes({"used": "1", "q1": "2", "why": " \u200b "}) == [("why", "ANS_REQUIRED")]
    assert codes({}) == [("used", "ANS_REQUIRED")]


def test_answers_to_questions_not_asked_are_dropped() -> None:
    answers, problems = check(with_answer(used="2", why="cũ"), QUESTIONNAIRE)
    assert (answers, problems) == ({"used": "2", "comment": "Rất tốt"}, ())


def test_a_wrong_answer_does_not_open_the_questions_behind_it() -> None:
    assert codes(with_answer(used="9")) == [("used", "ANS_UNKNOWN_OPTION")]


def test_asked_follows_sections_and_questions_and_keeps_notes() -> None:
    assert [q.name for q in asked({"used": "2"}, QUESTIONNAIRE)] == ["intro", "used", "comment"]
    assert [q.name for q in asked({"used": 1, "q1": "1"}, QUESTIONNAIRE)][-5:] == ["q1", "why", "fee", "day", "comment"]


def test_relevant_answers_keeps_what_was_given_but_blanks_and_the_unasked() -> None:
    given_ = {"comment": "x", "q1": "4", "why": "not asked", "used": "1", "ways": [], "times": None, "zz": "1"}
    assert list(relevant_answers(given_, QUESTIONNAIRE).items()) == [("used", "1"), ("q1", "4"), ("comment", "x")]


def test_an_answer_to_a_note_is_an_answer_to_no_question() -> None:
    assert codes(with_answer(intro="x")) == [(None, "ANS_UNKNOWN_QUESTION")]


def test_the_constraint_speaks_with_the_questions_own_words_in_both_languages() -> None:
    (problem,) = check(with_answer(times=51), QUESTIONNAIRE)[1]
    assert problem.say("vi") == "câu «times»: Số lần từ 1 đến 50."
    assert problem.what("en") == "Between 1 and 50 times."
    (plain,) = check(with_answer(fee=-1), QUESTIONNAIRE)[1]
    assert plain.code == "ANS_CONSTRAINT"


@pytest.mark.parametrize(
    ("value", "stored"),
    [("3", 3), (" +3 ", 3), (3.0, 3), ("007", 7), (50, 50)],
)
def test_whole_numbers_are_understood(value: object, stored: int) -> None:
    answer = check(with_answer(times=value), QUESTIONNAIRE)[0]["times"]
    assert answer == stored
    assert type(answer) is int


@pytest.mark.parametrize(
    "value", ["3.5", 3.5, "ba", True, b"3", "1e3", float("inf"), float("nan"), "٣", "１", "1 000", ["3"]]
)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    assert codes(with_answer(times=value)) == [("times", "ANS_NOT_WHOLE")]


@pytest.mark.parametrize(("value", "stored"), [("1,5", 1.5), ("1.5", 1.5), (2, 2.0), ("0,125", 0.125), ("-0.0", 0.0)])
def test_decimals_take_comma_or_point(value: object, stored: float) -> None:
    answer = check(with_answer(fee=value), QUESTIONNAIRE)[0]["fee"]
    assert repr(answer) == repr(stored)


@pytest.mark.parametrize("value", ["1.500", "12,000"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_back(value: str) -> None:
    assert codes(with_answer(fee=value)) == [("fee", "ANS_AMBIGUOUS_NUMBER")]


@pytest.mark.parametrize("value", [10**400, 10**16, "9999999999999999", float("inf"), 1e16])
def test_numbers_that_no_table_keeps_exactly_are_refused(value: object) -> None:
    assert codes(with_answer(fee=value)) == [("fee", "ANS_TOO_LARGE")]


def test_nan_is_no_number() -> None:
    assert codes(with_answer(fee=float("nan"))) == [("fee", "ANS_NOT_NUMBER")]


@pytest.mark.parametrize("value", ["2026-11-21", date(2026, 11, 21), datetime(2026, 11, 21, 13, 5)])
def test_dates_are_stored_as_iso_days(value: object) -> None:
    assert check(with_answer(day=value), QUESTIONNAIRE)[0]["day"] == "2026-11-21"


@pytest.mark.parametrize("value", ["21/11/2026", "20261121", "2026-W47-6", "2026-13-01", 20261121])
def test_what_is_no_iso_day_is_refused(value: object) -> None:
    assert codes(with_answer(day=value)) == [("day", "ANS_NOT_DATE")]


@pytest.mark.parametrize("value", [["desk", "web", "desk"], "desk web", {"web", "desk"}, ("desk", "", None, "web")])
def test_several_choices_are_stored_once_in_the_scales_order(value: object) -> None:
    assert check(with_answer(ways=value), QUESTIONNAIRE)[0]["ways"] == ("web", "desk")


def test_an_option_that_a_spreadsheet_made_a_number_is_understood() -> None:
    assert check(with_answer(q1=4), QUESTIONNAIRE)[0]["q1"] == "4"
    assert check(with_answer(q1=4.0), QUESTIONNAIRE)[0]["q1"] == "4"
    assert codes(with_answer(q1=4.5)) == [("q1", "ANS_UNKNOWN_OPTION")]
    assert codes(with_answer(q1=True)) == [("q1", "ANS_UNKNOWN_OPTION")]


def test_one_answer_alone_is_typed_without_asking_for_it_or_for_its_constraint() -> None:
    times = QUESTIONNAIRE.question("times")
    assert check_answer(times, "99") == (99, None)
    assert check_answer(QUESTIONNAIRE.question("used"), " ") == (None, None)
    answer, problem = check_answer(times, "many")
    assert answer is None
    assert problem is not None
    assert (problem.code, problem.question) == ("ANS_NOT_WHOLE", "times")


def test_too_long_a_text_is_refused_with_the_excess_and_never_cut() -> None:
    (problem,) = check({"comment": "ộ" * 2_003}, ONLY_COMMENT)[1]
    assert "thừa 3 ký tự" in problem.say("vi")
    assert check({"comment": unicodedata.normalize("NFD", "ộ" * TEXT_LIMIT)}, ONLY_COMMENT)[0]["comment"] == "ộ" * 2_000


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_kept_clean_or_refused(name: str) -> None:
    answers, problems = check({"comment": HOSTILE[name]}, ONLY_COMMENT)
    if name in REFUSED:
        assert (answers, [problem.code for problem in problems]) == ({}, ["ANS_TOO_LONG"])
    else:
        assert (answers, problems) == ({"comment": kept(HOSTILE[name])}, ())


def test_joiners_in_emoji_survive_and_bidi_controls_do_not() -> None:
    assert clean_text(HOSTILE["emoji_joined"]) == HOSTILE["emoji_joined"]
    assert clean_text(HOSTILE["right_to_left_override"]) == "tốtgnôhk"


def test_two_million_stacked_accents_cost_no_time() -> None:
    start = time.process_time()
    check({"comment": "a" + "\u0301\u0316" * 1_000_000}, ONLY_COMMENT)
    assert time.process_time() - start < 2  # normalising them would take an hour


def test_ten_thousand_unknown_names_are_not_all_told() -> None:
    assert len(check({f"x{n}": "1" for n in range(10_000)}, QUESTIONNAIRE)[1]) <= 21


@given(st.text(st.characters()))
def test_clean_text_is_stable_and_can_be_written_anywhere(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in clean)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**320)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.complex_numbers()
    | st.sampled_from(["1", "2", "5", "web", "desk web", "3", "2026-11-21"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from([q.name for q in QUESTIONNAIRE.questions()]) | st.text(st.characters(), max_size=5)


@given(st.dictionaries(NAMES, ANYTHING, max_size=9))
def test_nothing_that_is_given_crashes_the_check_and_what_is_kept_is_kept_again(answers: dict[str, object]) -> None:
    typed, problems = check(answers, QUESTIONNAIRE)
    json.dumps(typed, allow_nan=False).encode("utf-8")
    for problem in problems:
        assert problem.say("vi").encode("utf-8")
        assert problem.say("en")
    relevant_answers(answers, QUESTIONNAIRE)
    again, _ = check(typed, QUESTIONNAIRE)
    assert again == typed


@given(st.text(alphabet="aệ\u0301\u0316\u0344\u0323\u1e94a", min_size=40, max_size=200))
def test_sorting_stacked_accents_first_changes_nothing_of_the_normal_form(text: str) -> None:
    assert clean_text(f"a{text}b") == unicodedata.normalize("NFC", f"a{text}b")


def test_ten_thousand_accents_out_of_order_cost_little() -> None:
    text = "ệ" + "\u0301\u0316" * 4_999
    start = time.process_time()
    assert clean_text(text) == unicodedata.normalize("NFC", text)
    spent = time.process_time() - start
    start = time.process_time()
    clean_text("ệ" + "\u0316" * 4_999 + "\u0301" * 4_999)  # in order already
    assert spent < 0.5 + 3 * (time.process_time() - start)
