"""A form that rates several offices becomes one row a rating, and a person's ratings are one cluster."""

import math
from dataclasses import replace

import pytest

from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan, round_sample
from survey.instruments import load
from survey.rating import asked_in
from survey.response import Answer, Response, check
from survey.round import Place, Rated
from tests.survey.builders import ROUND, response

FORM = load("officials_2022")
RATED = (
    Rated(code="snv", name="Sở Nội vụ", kind="department"),
    Rated(code="stc", name="Sở Tài chính", kind="department"),
    Rated(code="x_van_quan", name="Xã Văn Quan", kind="locality"),
)
HERE = replace(ROUND, questionnaire=FORM.content_hash(), places=(), rated=RATED)


def slip(number: int, answers: dict[str, object], **changes: object) -> Response:
    kept, problems = check(answers, asked_in(FORM, HERE))
    assert problems == ()
    return response(number, questionnaire=HERE.questionnaire, answers=kept, place=None, **changes)


# d3_1: three deputies give 2, 1 and 2 ratings of departments, the fourth rates none.
SLIPS = (
    slip(1, {"post": "1", "sex": "1", "departments": ["snv", "stc"], "d3_1__snv": "A", "d3_1__stc": "A",
             "comment": "Tốt"}),
    slip(2, {"post": "1", "departments": ["snv"], "localities": ["x_van_quan"], "d3_1__snv": "B",
             "l3_1__x_van_quan": "C"}),
    slip(3, {"post": "2", "departments": ["snv", "stc"], "d3_1__snv": "B", "d3_1__stc": "A"}),
    slip(4, {"post": "2", "departments": ["stc"], "comment": "Chưa rõ"}),
)  # fmt: skip


def test_one_row_a_rating_under_the_questions_own_names() -> None:
    frame = round_sample(HERE, FORM, SLIPS, round_plan(HERE)).frame
    ids = [slip.id for slip in SLIPS]
    assert list(frame["id"]) == [ids[0], ids[0], ids[1], ids[1], ids[2], ids[2], ids[3]]
    assert list(frame["psu"]) == list(frame["id"])
    assert list(frame["unit"]) == [
        "Sở Nội vụ", "Sở Tài chính", "Sở Nội vụ", "Xã Văn Quan", "Sở Nội vụ", "Sở Tài chính", "?"
    ]  # fmt: skip
    said: list[Answer | None] = [None if value != value else value for value in frame["d3_1"]]
    assert said == ["A", "A", "B", None, "B", "A", None]
    assert not any("__" in column for column in frame)
    assert list(frame["post"])[:4] == ["1", "1", "1", "1"]


def test_what_a_person_wrote_stands_once() -> None:
    frame = round_sample(HERE, FORM, SLIPS, round_plan(HERE)).frame
    assert [text for text in frame["comment"] if isinstance(text, str)] == ["Tốt", "Chưa rõ"]


def test_a_share_and_its_error_are_those_of_clusters_of_one_persons_ratings() -> None:
    evaluation = evaluate_round(HERE, FORM, SLIPS, round_plan(HERE))
    row = evaluation.result.row("d3_1=A", weighted=False)
    # 3 of 5 ratings are A, p = 0.6. Each slip's sum of (y - p)/5: (0.4 + 0.4)/5 = 0.16; -0.6/5 = -0.12;
    # (-0.6 + 0.4)/5 = -0.04; the slip without a rating 0. They sum to 0, so V = 4/3 * (0.16² + 0.12² + 0.04²).
    assert row.value == pytest.approx(3 / 5)
    assert row.se == pytest.approx(math.sqrt(4 / 3 * (0.16**2 + 0.12**2 + 0.04**2)))
    assert row.n == 5


def test_each_office_has_its_own_share() -> None:
    evaluation = evaluate_round(HERE, FORM, SLIPS, round_plan(HERE))
    shares = {
        unit: evaluation.result.row("d3_1=A", weighted=False, by={"unit": unit})
        for unit in ("Sở Nội vụ", "Sở Tài chính")
    }
    assert {unit: (row.value, row.n) for unit, row in shares.items()} == {
        "Sở Nội vụ": (pytest.approx(1 / 3), 3),
        "Sở Tài chính": (1.0, 2),
    }
    assert evaluation.result.row("l3_1=C", weighted=False, by={"unit": "Xã Văn Quan"}).n == 1


def test_the_lists_of_offices_are_the_rounds() -> None:
    evaluation = evaluate_round(HERE, FORM, SLIPS, round_plan(HERE))
    assert evaluation.result.row("localities=x_van_quan", weighted=False).n == 2  # the two ratings of that one person
    assert evaluation.plan.chosen_by() == "volunteer"


def test_an_office_that_left_the_round_keeps_its_ratings_under_its_code() -> None:
    smaller = replace(HERE, rated=RATED[1:])
    frame = round_sample(smaller, FORM, SLIPS, round_plan(smaller)).frame
    assert sorted(set(frame["unit"])) == ["?", "Sở Tài chính", "Xã Văn Quan", "snv"]


def test_where_places_were_drawn_they_stay_the_sampling_units() -> None:
    drawn = replace(HERE, places=(Place(code="P1", name="Khối 1", stratum="s", unit="u"),))
    slips = [replace(each, place="P1") for each in SLIPS]
    plan = round_plan(drawn)
    assert (plan.psu, plan.strata) == ("psu", "stratum")
    assert set(round_sample(drawn, FORM, slips, plan).frame["psu"]) == {"P1"}
