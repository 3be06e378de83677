"""Whose cards a round has, from which rounds, and what case files give them."""

from dataclasses import replace

import pytest

from analysis.scores.dossiers import Cases, DossierTable
from analysis.scores.scorecard.of_round import cards, measures, subjects, surveys_of
from analysis.scores.scorecard.points import Entry, Workings
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.reading import shipped
from survey.instruments import load
from tests.analysis.scores.rounds_apart import people, side
from tests.analysis.scores.scorecard.cards import (
    DEPARTMENT,
    OFFICIALS_ROUND,
    PORTAL,
    PROVINCE,
    citizens,
    deputy,
    officials,
    survey,
)

FOUND = officials(
    deputy(d1_1__snv="A", d1_1__stc="C", l1_1__x_van_quan="A"),
    deputy(d1_1__snv="A", d1_1__stc="D", l1_1__x_van_quan="B"),
)
CASES = DossierTable(
    kind="counts",
    file="x.xlsx",
    sheet=None,
    rows=(
        Cases(unit="Sở Nội vụ", period="2022", counts={"received": 10, "solved": 10, "on_time": 9, "late": 1}),
        Cases(unit="Sở Tài chính", period="2022", counts={"received": 10, "solved": 10, "on_time": 5, "late": 5}),
    ),
)


def test_a_unit_gets_a_card_of_its_own_where_the_rules_are_about_its_kind() -> None:
    assert subjects(DEPARTMENT, OFFICIALS_ROUND, FOUND) == ("Sở Nội vụ", "Sở Tài chính")
    assert subjects(shipped()["internal_commune"], OFFICIALS_ROUND, FOUND) == ("Xã Văn Quan",)
    assert subjects(PROVINCE, OFFICIALS_ROUND, FOUND) == ()
    workings = Workings(
        scheme=DEPARTMENT.id, entries={DEPARTMENT.id: (Entry(code="1", subject="Sở Tài chính", appraised=7.0),)}
    )
    first, second = cards(DEPARTMENT, workings, OFFICIALS_ROUND, {"officials": survey(FOUND)})
    assert (first.subject, first.row("8.1").rate, first.row("1").points) == ("Sở Nội vụ", pytest.approx(1.0), None)
    assert (second.subject, second.row("8.1").rate, second.row("1").points) == ("Sở Tài chính", pytest.approx(0.1), 7.0)


def test_slips_whose_unit_is_not_known_get_no_card() -> None:
    found = side(people({"A": (5, 10), "?": (5, 10)}), 2023)
    assert subjects(DEPARTMENT, found.round_, found.evaluation) == ("A",)


def test_only_rounds_of_another_kind_of_study_are_taken_from_elsewhere_and_an_empty_one_gives_nothing() -> None:
    own = survey(FOUND)
    sipas = survey(citizens({"q9_01": (3, 4)}, load("sipas_household_2022")), "SIPAS")
    asked: list[str] = []

    def other(round_id: str) -> Survey | None:
        asked.append(round_id)
        return sipas if round_id == "sipas" else None

    workings = Workings(scheme=PROVINCE.id, sources={"household": "sipas", "officials": "older", "user": "empty"})
    assert surveys_of(OFFICIALS_ROUND, own, workings, other) == {"household": sipas, "officials": own}
    assert asked == ["sipas", "empty"]


def test_case_files_give_the_rates_of_the_unit_and_of_all() -> None:
    assert measures(CASES, "Sở Nội vụ")["on_time"] == pytest.approx(0.9)
    assert measures(CASES, "")["on_time"] == pytest.approx(14 / 20)
    assert measures(CASES, "")["766:5.2"] is None  # no feedback was stated
    assert measures(None, "") == {}


def test_the_portals_group_comes_from_the_feedback_in_the_case_files() -> None:
    counts = {"received": 100, "solved": 90, "on_time": 90, "late": 0, "pending": 10, "overdue": 0}
    feedback = {"feedback": 20, "feedback_on_time": 15, "feedback_bad": 5, "complained": 4}
    table = replace(CASES, rows=(Cases(unit="Tỉnh", period="2022", counts=counts | feedback),))  # type: ignore[arg-type]
    [card] = cards(PORTAL, Workings(scheme=PORTAL.id), OFFICIALS_ROUND, {"officials": survey(FOUND)}, cases=table)
    # 15/20 × 6; (20 − 5)/20 × 6; 1 − (0 + 4/100) = 96 % ≥ 90 %: all 6
    assert [row.points for row in card.leaves] == [pytest.approx(4.5), pytest.approx(4.5), 6]
