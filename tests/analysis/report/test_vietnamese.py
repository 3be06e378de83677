"""Numbers and dates as a Vietnamese reader writes them."""

import math
from datetime import date

import pytest

from survey.words import day, number, percent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.8145, "81,45 %"),
        (0.81445, "81,45 %"),  # half up, not the banker's 81,44
        (0.81435, "81,44 %"),
        (0.005, "0,50 %"),
        (0.00005, "0,01 %"),
        (-0.00001, "0,00 %"),
        (146_953 / 157_027, "93,58 %"),
        (1, "100,00 %"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_share_is_a_percent_with_decimal_comma_rounded_half_up(value: float, said: str) -> None:
    assert percent(value) == said


def test_decimals_of_a_percent_can_be_chosen() -> None:
    assert percent(0.95, 0) == "95 %"
    assert percent(860 / 1843, 1) == "46,7 %"  # the article cut it to 46,6


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (36525, 0, "36.525"),
        (109537412104, 0, "109.537.412.104"),
        (2.5, 0, "3"),
        (1234.565, 2, "1.234,57"),
        (-0.001, 1, "0,0"),
    ],
)
def test_thousands_have_a_dot_and_decimals_a_comma(value: float, decimals: int, said: str) -> None:
    assert number(value, decimals) == said


def test_a_date_is_day_month_year() -> None:
    assert day(date(2026, 3, 5)) == "05/03/2026"
    assert day(date(2026, 3, 5), "en") == "5 Mar 2026"
