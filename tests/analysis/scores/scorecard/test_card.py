"""The card: published figures, what does not apply or is missing, whose points win, and intervals of sums."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from analysis.scores.scorecard.card import scorecard
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.points import Entry
from analysis.scores.scorecard.ranks import standing
from analysis.scores.scorecard.scheme import Criterion
from analysis.scores.scorecard.words import card_notes
from survey.instruments import load
from tests.analysis.scores.scorecard.cards import (
    DEPARTMENT,
    ONE_STOP,
    PEERS,
    PORTAL,
    PROVINCE,
    PUBLISHED,
    citizens,
    deputy,
    entries,
    many,
    officials,
    survey,
)

SIPAS = load("sipas_household_2022")


def test_lang_son_2022_has_81_45_percent_and_rank_54_of_63() -> None:
    card = scorecard(PROVINCE, entries(PUBLISHED))
    assert card.complete
    assert (card.max_points, card.scored_max) == (pytest.approx(100), pytest.approx(100))
    assert card.index == pytest.approx(0.8145)
    assert card.row("7").lost == pytest.approx(4.08)
    assert card.band is not None and card.band.label["en"] == "Group B"
    place = standing(card.index, PEERS, "Lạng Sơn")
    assert (place.rank, place.of) == (54, 63)
    assert 23 - place.rank == -31  # rank 23 in 2021
    assert round(100 * (card.index - 0.8711), 2) == -5.66  # 87,11 % in 2021


def test_the_22_points_of_2022_are_16_4_and_the_card_keeps_22_and_10_apart() -> None:
    card = scorecard(PROVINCE, entries(PUBLISHED))
    officials_part, both = card.part("survey"), card.part("survey", "sipas")
    assert (officials_part.points, officials_part.max_points) == (pytest.approx(16.4), pytest.approx(22))
    assert officials_part.share == pytest.approx(0.74545454)
    assert (both.max_points, card.part("documents").max_points) == (pytest.approx(32), pytest.approx(68))


def test_option_weighted_points_by_hand() -> None:
    # d1_1 and l1_1 together: A, B, C, D, A, E → (1 + 0,6 + 0,2 + 0 + 1) / 5; who cannot tell does not count.
    found = officials(
        deputy(d1_1__snv="A", d1_1__stc="B", l1_1__x_van_quan="C"),
        deputy(d1_1__snv="D", d1_1__stc="A", l1_1__x_van_quan="E"),
    )
    row = scorecard(PROVINCE, surveys={"officials": survey(found)}).row("1.S1")
    assert row.rate == pytest.approx(2.8 / 5)
    assert (row.points, row.basis, row.n) == (pytest.approx(2.2 * 2.8 / 5), "computed", 5)


def test_sipas_gives_ten_times_the_index_with_its_interval() -> None:
    found = citizens({"q9_01": (30, 40), "q9_02": (20, 40)}, SIPAS)
    row = scorecard(PROVINCE, surveys={"household": survey(found, "SIPAS")}).row("8.1")
    index = found.result.row("overall", weighted=False)
    assert row.points == pytest.approx(10 * 50 / 80)
    assert (row.low, row.high) == (pytest.approx(10 * index.low), pytest.approx(10 * index.high))


def test_the_sum_of_criteria_of_the_same_people_has_the_error_of_their_own_sums() -> None:
    # Every deputy answers all ten criteria; where all answers count, the sum of points over 22 is one ratio of each
    # slip's earned shares over its answers, so its error is the textbook one of clusters: slips are the units.
    letters = ("A", "B", "C", "D", "A", "B", "A")
    slips, earned = [], []
    for k, first in enumerate(letters):
        second = letters[(k + 2) % 7]
        names = ("1_1", "2_1", "3_1", "3_2", "4_1", "5_1", "5_2", "6_1", "7_1", "7_2")
        given = {name: first if place % 2 else second for place, name in enumerate(names)}
        slips.append(deputy(**{f"d{name}__snv": letter for name, letter in given.items()}))
        worth = {"A": 1.0, "B": 0.6, "C": 0.2, "D": 0.0}
        earned.append(sum(worth[letter] for letter in given.values()) / 10)
    card = scorecard(PROVINCE, surveys={"officials": survey(officials(*slips))})
    part = card.part("survey")
    share, n = np.mean(earned), len(earned)
    se = np.std(earned, ddof=1) / math.sqrt(n)
    assert part.points == pytest.approx(22 * share)
    centre, half = math.log(share / (1 - share)), student.ppf(0.975, n - 1) * se / (share * (1 - share))
    expected = [22 / (1 + math.exp(-(centre + sign * half))) for sign in (-1, 1)]
    assert [part.low, part.high] == pytest.approx(expected)
    independent = math.sqrt(sum(((row.high - row.low) / 2) ** 2 for row in card.leaves if row.high is not None))  # type: ignore[operator]
    assert part.high - part.low > 2 * independent  # the same people gave all of them


def test_the_22_points_of_eighty_deputies_equal_r() -> None:
    # R 4, survey: des <- svydesign(id=~psu, data=d, weights=~1), a slip's id being the psu; t<code>, a<code> each row's
    # earned shares and counted answers; z <- svycontrast(svytotal(~…, des), quote((t1/a1 + … + t10/a10)/10));
    # 22 * c(p, plogis(qlogis(p) ± qt(.975, degf(des)) * se/(p*(1-p)))) prints the expected numbers.
    part = scorecard(PROVINCE, surveys={"officials": survey(many(80, seed=3))}).part("survey")
    expected = (15.3502074652627, 14.5465306482372, 16.1023607736024)
    assert (part.points, part.low, part.high) == pytest.approx(expected, rel=1e-12)


def test_two_surveys_are_independent_and_documents_add_to_both_ends() -> None:
    people = survey(citizens({"q9_01": (300, 400)}, SIPAS), "SIPAS")
    both = scorecard(PROVINCE, entries({"1.TL": 7.0}), surveys={"officials": survey(many(60)), "household": people})
    ours, theirs = both.part("survey"), both.part("sipas")
    assert None not in (ours.low, theirs.low)
    wide = [row.high - row.low for row in (ours, theirs, both.part("survey", "sipas"))]  # type: ignore[operator]
    assert wide[2] == pytest.approx(math.hypot(*wide[:2]), rel=0.05)
    whole = both.total
    assert (whole.low, whole.high) == (
        pytest.approx(both.part("survey", "sipas").low + 7.0),  # type: ignore[operator]
        pytest.approx(both.part("survey", "sipas").high + 7.0),  # type: ignore[operator]
    )
    assert whole.low < both.points < whole.high  # type: ignore[operator]


def test_a_criterion_that_does_not_apply_leaves_both_sides() -> None:
    given = [each for each in entries(PUBLISHED) if each.code != "2.TL"]
    card = scorecard(PROVINCE, [*given, Entry(code="2.TL", applicable=False, appraised=5.0, note="không có văn bản")])
    assert (card.points, card.max_points) == (pytest.approx(81.45 - 6.6), pytest.approx(100 - 7.8))
    assert card.complete
    assert card.index == pytest.approx((81.45 - 6.6) / (100 - 7.8))


def test_what_has_no_points_is_named_and_not_counted_as_nought() -> None:
    card = scorecard(PROVINCE, [each for each in entries(PUBLISHED) if each.code not in ("7.TL", "8.1")])
    assert [row.code for row in card.left_out] == ["7.TL", "8.1"]
    assert not card.complete
    assert card.max_points == pytest.approx(100)
    assert card.scored_max == pytest.approx(100 - 9.1 - 10)
    assert card.index == pytest.approx((81.45 - PUBLISHED["7.TL"] - 7.5) / (100 - 19.1))
    assert scorecard(PROVINCE).index is None and scorecard(PROVINCE).band is None


def test_points_are_taken_inspection_first_then_appraised_then_computed_then_self() -> None:
    rates = {"officials": survey(officials(deputy(d1_1__snv="A"), deputy(d1_1__snv="A")))}
    finding = Finding(number="1", agency="Tỉnh", text="x", criterion="1.S1", effect="set", points=0.5)
    mine, appraised = Entry(code="1.S1", self_points=2.0), Entry(code="1.S1", self_points=2.0, appraised=1.5)

    def points(entry: Entry, surveys=None, findings=()) -> tuple[float | None, str]:
        row = scorecard(PROVINCE, [entry], surveys=surveys, findings=findings).row("1.S1")
        return row.points, row.basis

    assert points(mine) == (2.0, "self")
    assert points(mine, rates) == (pytest.approx(2.2), "computed")
    assert points(appraised, rates) == (1.5, "appraised")
    assert points(appraised, rates, [finding]) == (0.5, "inspection")
    assert points(appraised, rates, [replace(finding, state="withdrawn")]) == (1.5, "appraised")


def test_a_contested_line_keeps_its_points_and_two_inspections_that_differ_settle_nothing() -> None:
    entry = Entry(code="1.TL", appraised=6.0)
    contest = Finding(number="1", agency="Sở A", text="x", criterion="1.TL", effect="contest", points=4.0)
    row = scorecard(PROVINCE, [entry], findings=[contest]).row("1.TL")
    assert (row.points, row.contested) == (6.0, True)
    sets = [replace(contest, number=str(k), effect="set", points=float(k)) for k in (3, 4)]
    row = scorecard(PROVINCE, [entry], findings=sets).row("1.TL")
    assert (row.points, row.basis, row.contested) == (6.0, "appraised", True)


def test_entered_points_have_no_interval() -> None:
    rates = {"officials": survey(officials(deputy(d1_1__snv="A"), deputy(d1_1__snv="C")))}
    row = scorecard(PROVINCE, [Entry(code="1.S1", appraised=1.0)], surveys=rates).row("1.S1")
    assert (row.points, row.low, row.high) == (1.0, None, None)
    assert row.rate == pytest.approx(0.6)  # the survey's own figure is still shown


@pytest.mark.parametrize(
    ("points", "label"),
    [(15, "Excellent"), (14.99, "Good"), (12, "Good"), (11.99, "Fair"), (9, "Fair"), (6, "Average"), (5.99, "Weak")],
)
def test_one_stop_bands_begin_at_their_edge(points: float, label: str) -> None:
    share = points / 9
    card = scorecard(ONE_STOP, [Entry(code=str(k), appraised=share) for k in range(1, 10)])
    assert card.max_points == 18
    assert card.band is not None and card.band.label["en"] == label


def test_one_stop_shares_become_2_1_or_0_at_their_steps() -> None:
    form = load("one_stop_slip")
    found = citizens({"times": (90, 100), "offices": (89, 100), "posted": (50, 100), "attitude": (49, 100)}, form)
    card = scorecard(ONE_STOP, surveys={"user": survey(found)}, measures={"on_time": 0.9799, "on_time_each": None})
    assert [card.row(code).points for code in ("3", "4", "6", "7", "1", "2")] == [2, 1, 1, 0, 2, None]


def test_a_step_inside_an_interval_is_a_hull_of_both_sides() -> None:
    found = citizens({"times": (90, 100), "offices": (100, 100)}, load("one_stop_slip"))
    card = scorecard(ONE_STOP, surveys={"user": survey(found)})
    times, offices = card.row("3"), card.row("4")
    assert (times.low, times.high) == (1, 2)
    assert (offices.low, offices.high) == (2, 2)  # beta: from 96 % on, above the step
    assert (card.total.low, card.total.high) == (3, 4)


def test_the_766_group_comes_from_the_portal_alone() -> None:
    card = scorecard(PORTAL, measures={"766:5.2": 0.5, "766:5.3": 1.0, "766:5.4": 0.81})
    assert [row.points for row in card.leaves] == [pytest.approx(3), 6, pytest.approx(6 * 0.81 / 0.9)]
    assert scorecard(PORTAL, measures={"766:5.2": None}).row("5.2").points is None  # 0/0
    assert all(leaf.evidence == "data" for leaf in PORTAL.leaves())


def test_a_departments_card_counts_only_the_ratings_of_that_department() -> None:
    found = officials(deputy(d1_1__snv="A", d1_1__stc="D"), deputy(d1_1__snv="B", d1_1__stc="D", l1_1__x_van_quan="A"))
    card = scorecard(DEPARTMENT, subject="Sở Nội vụ", surveys={"officials": survey(found, unit="Sở Nội vụ")})
    assert card.row("8.1").rate == pytest.approx(0.8)
    nobody = scorecard(DEPARTMENT, subject="Sở Y tế", surveys={"officials": survey(found, unit="Sở Y tế")})
    assert nobody.row("8.1").points is None


def test_bonus_and_penalty_move_points_and_not_the_maximum() -> None:
    given = [Entry(code=str(k), appraised=8.0) for k in range(1, 8)]
    plain = scorecard(DEPARTMENT, given)
    fined = scorecard(DEPARTMENT, [*given, Entry(code="9", appraised=-2.0)])
    assert (fined.points, fined.scored_max) == (plain.points - 2, plain.scored_max)
    assert "9" not in [row.code for row in plain.left_out]


def test_a_new_criterion_needs_no_program() -> None:
    extra = Criterion(
        code="1.TL2",
        parent="1",
        title={"vi": "Mới"},
        max_points=1.3,
        evidence="documents",
        source={"vi": "x"},
        mark="V",
    )
    criteria = tuple(replace(each, max_points=6.0) if each.code == "1.TL" else each for each in PROVINCE.criteria)
    card = scorecard(replace(PROVINCE, criteria=(*criteria, extra)), entries({"1.TL": 6.0, "1.TL2": 1.0}))
    assert card.row("1").points == pytest.approx(7.0)
    assert card.row("1.TL2").depth == 1
    assert card.unused == ()


def test_points_for_a_line_that_the_rules_have_no_more_are_told() -> None:
    split = replace(PROVINCE.criterion("1.TL"), code="1.1")
    other = replace(PROVINCE, criteria=tuple(split if each.code == "1.TL" else each for each in PROVINCE.criteria))
    card = scorecard(other, entries(PUBLISHED))
    assert card.unused == ("1.TL",)
    assert any("1.TL" in note for note in card_notes(card) if "không được dùng" in note)


def test_respondents_of_a_group_only() -> None:
    found = officials(deputy(d1_1__snv="A"), deputy(d1_1__snv="D") | {"post": "2"})
    criteria = tuple(
        replace(each, respondents={"post": ("2",)}) if each.code == "1.S1" else each for each in PROVINCE.criteria
    )
    card = scorecard(replace(PROVINCE, criteria=criteria), surveys={"officials": survey(found)})
    assert (card.row("1.S1").rate, card.row("1.S1").n) == (0, 1)


def test_ties_share_a_rank_and_the_next_place_is_named_with_its_distance() -> None:
    place = standing(0.815 + 53 / 1000, PEERS, "Lạng Sơn")
    assert (place.rank, place.above) == (1, None)
    place = standing(0.8145, PEERS, "Lạng Sơn")
    assert place.above is not None and place.gap == pytest.approx(0.816 - 0.8145)
