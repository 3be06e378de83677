from collections.abc import Mapping
from dataclasses import replace

import pytest

from survey.errors import word
from survey.expression import Answer
from survey.forms.flags import FLAGS, Manner, Recent, flag_words, flags, straight
from survey.instruments import load
from survey.questionnaire import Questionnaire, Section
from tests.survey.builders import LEVELS, QUESTIONNAIRE, question

QUIET = Manner(seconds=-1, hour=10, crowded=False, trap=False, masked=False, alone=False)


def form(items: int, factors: int) -> Questionnaire:
    asked = tuple(
        question(f"i{n}", "select_one", scale=LEVELS, role="satisfaction", factor=f"f{n % factors}")
        for n in range(items)
    )
    section = Section(name="s", label={"vi": "S"}, questions=(*asked, question("other", "text")))
    return Questionnaire(id="x", version="1", title={"vi": "X"}, languages=("vi",), sections=(section,))


def line(items: int, value: str = "4", **others: Answer) -> Mapping[str, Answer]:
    return {**{f"i{n}": value for n in range(items)}, **others}


@pytest.mark.parametrize(
    ("items", "factors", "answers", "expected"),
    [
        (8, 2, line(8), True),
        (8, 2, line(8, other="Tốt"), True),
        (20, 5, line(8), True),
        (8, 2, line(7), False),
        (7, 2, line(7), False),
        (8, 1, line(8), False),
        (20, 5, line(20, i7="5"), False),
        (20, 5, {}, False),
    ],
)
def test_one_answer_to_eight_items_of_two_factors_is_a_straight_line(
    items: int, factors: int, answers: Mapping[str, Answer], expected: bool
) -> None:
    assert straight(answers, form(items, factors)) is expected


def test_the_long_shipped_forms_can_be_answered_in_a_line_and_a_form_of_one_item_cannot() -> None:
    for name, expected in (
        ("sipas_household_2022", True),
        ("user_five_factor", True),
        ("housing_copenhagen", False),
        ("one_stop_slip", False),
    ):
        questionnaire = load(name)
        assert straight({item.name: "4" for item in questionnaire.items()}, questionnaire) is expected


def test_nothing_remarkable_has_no_flag_and_everything_has_them_all_in_order() -> None:
    assert flags(line(8), form(9, 1), QUIET) == ()
    all_of_it = Manner(seconds=1, hour=23, crowded=True, trap=True, masked=True, alone=True)
    assert flags(line(8), form(9, 3), all_of_it) == tuple(flag for flag in FLAGS if flag != "no_clock")
    assert flags(line(8), form(9, 3), replace(all_of_it, seconds=-1)) == FLAGS[1:]


@pytest.mark.parametrize(
    ("manner", "flag"),
    [
        (Manner(seconds=2.9, hour=None, crowded=False, trap=False, masked=False, alone=False), "fast"),
        (Manner(seconds=3, hour=5, crowded=False, trap=False, masked=False, alone=False), "off_hours"),
        (Manner(seconds=-5, hour=22, crowded=False, trap=False, masked=False, alone=False), "off_hours"),
        (Manner(seconds=-1, hour=6, crowded=True, trap=False, masked=False, alone=False), "burst"),
        (Manner(seconds=-1, hour=21, crowded=False, trap=True, masked=False, alone=False), "trap"),
        (Manner(seconds=-1, hour=None, crowded=False, trap=False, masked=True, alone=False), "masked"),
        (Manner(seconds=-1, hour=10, crowded=False, trap=False, masked=False, alone=True), "no_clock"),
        (Manner(seconds=-0.1, hour=10, crowded=False, trap=False, masked=False, alone=True), "no_clock"),
    ],
)
def test_each_mark_has_its_own_cause(manner: Manner, flag: str) -> None:
    assert flags({"used": "2"}, QUESTIONNAIRE, manner) == (flag,)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_has_words_for_people(flag: str) -> None:
    for language in ("vi", "en"):
        assert flag_words(flag, language) == word(f"FLAG_{flag.upper()}", language)
    assert flag_words("of_an_older_version", "vi") == "of_an_older_version"


def test_the_twenty_first_slip_of_a_desk_within_ten_minutes_is_part_of_a_burst() -> None:
    recent = Recent()
    for second in range(20):
        assert not recent.crowded("dot", "P01", "Q1", float(second))
        recent.note("dot", "P01", "Q1", float(second))
    assert recent.crowded("dot", "P01", "Q1", 20.0)
    assert recent.crowded("dot", "P01", "Q1", 599.0)
    assert not recent.crowded("dot", "P01", "Q1", 600.0)
    for other in (("dot", "P01", "Q2"), ("dot", "P01", None), ("dot", "P02", "Q1"), ("dot-2", "P01", "Q1")):
        assert not recent.crowded(*other, 20.0)


def test_a_place_bears_more_and_its_desks_count_for_it() -> None:
    recent = Recent()
    for number in range(60):
        assert not recent.crowded("dot", "P01", None, 1.0)
        recent.note("dot", "P01", f"Q{number}", 1.0)
    assert recent.crowded("dot", "P01", None, 2.0)
    assert recent.crowded("dot", "P01", "Q99", 2.0)


def test_a_round_without_places_is_watched_as_a_whole() -> None:
    recent = Recent(place_limit=1)
    recent.note("dot", None, None, 0.0)
    assert recent.crowded("dot", None, None, 1.0)


def test_memory_is_bounded() -> None:
    recent = Recent(remembered=10)
    for number in range(1000):
        recent.note("dot", f"P{number}", f"Q{number}", 0.0)
    assert len(recent._times) == 10
