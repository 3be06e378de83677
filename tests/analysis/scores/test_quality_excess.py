"""The tests of stuffing: their tails against SciPy and by hand, forged units found, honest ones left alone."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from analysis.scores.quality_excess import TESTS, unit_burst, unit_excess
from analysis.scores.quality_rules import load_quality_rules
from analysis.scores.quality_slips import QualitySlips
from analysis.scores.quality_tail import tail, upper_tail
from analysis.scores.quality_yardstick import Yardstick, alike
from tests.analysis.scores.forgeries import built, honest

RULES = load_quality_rules()
UNITS = (60,) * 10


def suspects(slips: QualitySlips, unit: int = 0) -> list[str]:
    found = unit_excess(Yardstick(slips=slips, rules=RULES), unit)
    return [name for name, each in found.items() if each.p * len(TESTS) <= RULES.alpha]


def forge(slips: QualitySlips, rows: np.ndarray, answers: np.ndarray, day: int | None = None) -> QualitySlips:
    items, days = slips.items.copy(), slips.day.copy()
    items[rows] = answers
    if day is not None:
        days[rows] = day
    return built(slips.unit, days, items)


def test_the_upper_tail_is_the_beta_binomial_of_scipy() -> None:
    hits, n = np.array([0, 1, 7, 30, 31]), np.array([30, 30, 30, 30, 30])
    a, b = np.full(5, 1.3), np.full(5, 8.0)
    assert upper_tail(hits, n, a, b) == pytest.approx(betabinom.sf(hits - 1, n, a, b), rel=1e-9)


def test_without_spread_between_many_units_the_tail_is_nearly_binomial() -> None:
    n = np.full(4000, 50)
    others = np.random.default_rng(3).binomial(50, 0.2, 4000)
    seen = tail(np.array([18]), np.array([50]), np.array([0.2]), others, n, np.full(4000, 0.2))[0]
    assert seen == pytest.approx(binom.sf(17, 50, 0.2), rel=0.25)


def test_the_less_the_others_tell_the_wider_the_tail() -> None:
    hits, n, rate = np.array([20]), np.array([50]), np.array([0.2])
    others = np.array([8, 12, 10, 9, 11, 10, 12, 8] * 8)
    few, many = (tail(hits, n, rate, others[:k], np.full(k, 50), np.full(k, 0.2))[0] for k in (4, 64))
    apart = tail(hits, n, rate, np.array([2, 20, 5, 15] * 16), np.full(64, 50), np.full(64, 0.2))[0]
    assert many < few < 1
    assert many < apart
    assert tail(hits, n, rate, others[:1], np.array([50]), np.array([0.2]))[0] == 1.0


def test_honest_units_are_left_alone() -> None:
    slips = honest(UNITS, seed=1, top=0.1)
    assert [unit for unit in (0, 4, 9) if suspects(slips, unit)] == []


def test_a_single_all_top_slip_where_nobody_has_one_is_no_suspicion() -> None:
    slips = honest(UNITS, seed=9)
    bare = forge(slips, np.flatnonzero(slips.all_top), np.array([3, 4] * 6))
    one = forge(bare, np.arange(1), np.full(12, 5))
    assert one.all_top.sum() == 1 and suspects(one) == []
    assert unit_excess(Yardstick(slips=one, rules=RULES), 0)["rest"].p > 0.01


def test_many_all_top_slips_are_found_and_named() -> None:
    slips = honest(UNITS, seed=2)
    forged = forge(slips, np.arange(12), np.full(12, 5))
    found = unit_excess(Yardstick(slips=forged, rules=RULES), 0)["level"]
    assert {"level", "rest"} & set(suspects(forged))
    assert found.hits >= 12 and found.n == 60 and found.expected < 5
    assert set(forged.named(found.rows)) >= {f"s{row:04d}" for row in range(12)}
    assert suspects(forged, 1) == []


def test_all_top_slips_on_one_day_stand_out_against_the_units_own_other_days() -> None:
    slips = honest(UNITS, seed=3, top=0.1)
    forged = forge(slips, np.arange(9), np.full(12, 5), day=4)
    found = unit_excess(Yardstick(slips=forged, rules=RULES), 0)["days"]
    assert "days" in suspects(forged)
    assert found.where == "2026-11-05"
    assert suspects(slips) == []


def test_days_that_differ_everywhere_accuse_nobody_however_few_there_are() -> None:
    # In every unit 6 of 30 give all top on one day, 20 of 30 on the other, as in the one that is tested.
    unit, day = np.repeat(np.arange(9), 60), np.tile(np.repeat([0, 1], 30), 9)
    top = np.tile(np.arange(30) < np.repeat([[6], [20]], 30, axis=1).reshape(2, 30), (9, 1)).ravel()
    answers = np.where(top[:, None], 5, np.array([3, 4] * 6))
    found = unit_excess(Yardstick(slips=built(unit, day, answers), rules=RULES), 0)["days"]
    assert (found.hits, found.n) == (20, 30) and found.p > 0.2


def test_copies_are_found_one_answer_throughout_is_not_one() -> None:
    slips = honest(UNITS, seed=4, top=0.2)
    pattern = np.array([4, 5, 3, 4, 4, 2, 5, 4, 3, 4, 5, 3])
    assert "copies" in suspects(forge(slips, np.arange(8), pattern))
    assert "copies" not in suspects(forge(slips, np.arange(8), np.full(12, 4)))


def test_answers_drawn_at_random_do_not_follow_what_people_like_and_dislike() -> None:
    dice = np.random.default_rng(11)
    slips = honest(UNITS, seed=11, items=20)
    liked = built(slips.unit, slips.day, np.clip(slips.items + np.repeat([0, 1], 10), 1, 5))
    assert suspects(liked) == []
    rows = np.arange(20)
    assert "fit" in suspects(forge(liked, rows, dice.integers(4, 6, (20, 20))))


def test_likeness_counts_the_items_that_either_answered() -> None:
    some = np.array([[1, 2, 3, -1], [1, 2, 4, 5]])
    assert alike(some, some, 0.75).tolist() == [[True, False], [False, True]]
    assert alike(some, some, 0.5).tolist() == [[True, True], [True, True]]


def test_a_day_with_many_slips_is_a_burst_and_no_suspicion() -> None:
    slips = honest(UNITS, seed=5)
    rows = np.arange(30)
    crowded = forge(slips, rows, slips.items[rows], day=7)
    burst = unit_burst(Yardstick(slips=crowded, rules=RULES), 0)
    assert burst is not None and burst.where == "2026-11-08" and burst.p < 1e-4
    assert suspects(crowded) == []


@pytest.mark.parametrize("units", [(60, 60, 60), (9,) + (60,) * 9])
def test_too_few_others_or_slips_are_no_test(units: tuple[int, ...]) -> None:
    slips = honest(units, seed=6)
    assert unit_excess(Yardstick(slips=slips, rules=RULES), 0) == {}
    assert unit_burst(Yardstick(slips=slips, rules=RULES), 0) is None


def test_slips_of_no_known_unit_are_nobodys_measure() -> None:
    slips = honest(UNITS, seed=7)
    lost = replace(slips, units=("?", *slips.units[1:]))
    yard = Yardstick(slips=lost, rules=RULES)
    assert unit_excess(yard, 0) == {} and unit_burst(yard, 0) is None
    others = yard.others(3)
    assert others is not None and 0 not in others
