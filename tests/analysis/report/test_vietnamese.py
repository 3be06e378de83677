"""Numbers, dates and names as a Vietnamese reader writes and orders them."""

import math
import unicodedata
from datetime import date

import pytest

from analysis.report.vietnamese import sort_key, unit_sort_key
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


def test_letters_come_in_the_order_of_the_vietnamese_alphabet() -> None:
    letters = [
        "a",
        "ă",
        "â",
        "b",
        "c",
        "d",
        "đ",
        "e",
        "ê",
        "g",
        "h",
        "i",
        "k",
        "l",
        "m",
        "n",
        "o",
        "ô",
        "ơ",
        "p",
        "q",
        "r",
        "s",
        "t",
        "u",
        "ư",
        "v",
        "x",
        "y",
    ]
    assert sorted(sorted(letters), key=sort_key) == letters


def test_tones_come_after_letters_in_the_order_ngang_huyen_hoi_nga_sac_nang() -> None:
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mai"]
    assert sorted(sorted(words), key=sort_key) == words
    # The letter decides before the tone: «mạ» + letters stand after «má», whatever the tones.
    assert sorted(["mạ", "mát", "má"], key=sort_key) == ["má", "mạ", "mát"]


def test_names_with_d_a_o_of_their_own_do_not_fall_last() -> None:
    names = ["Chi Lăng", "Đình Lập", "Cao Lộc", "Văn Lãng", "Bắc Sơn", "Ân Thi", "An Nhơn", "Ăn Mày", "Dầu Tiếng"]
    expected = ["An Nhơn", "Ăn Mày", "Ân Thi", "Bắc Sơn", "Cao Lộc", "Chi Lăng", "Dầu Tiếng", "Đình Lập", "Văn Lãng"]
    assert sorted(names, key=sort_key) == expected


def test_composed_and_decomposed_and_both_tone_placements_stand_together() -> None:
    assert sort_key("Hoà")[:2] == sort_key("Hòa")[:2] == sort_key(unicodedata.normalize("NFD", "Hòa"))[:2]


def test_lower_case_stands_before_upper_case_only_when_all_else_is_equal() -> None:
    assert sorted(["Xã", "xã", "xạ"], key=sort_key) == ["xã", "Xã", "xạ"]


def test_units_are_ordered_without_their_kind_and_numbers_by_value() -> None:
    names = [
        "Xã Yên Sơn",
        "Phường Đông Kinh",
        "Thị trấn Cao Lộc",
        "Huyện Bắc Sơn",
        "xã An Sơn",
        "Quận 10",
        "Quận 2",
        "Sở Y tế",
    ]
    expected = [
        "Quận 2", "Quận 10", "xã An Sơn", "Huyện Bắc Sơn", "Thị trấn Cao Lộc", "Phường Đông Kinh", "Sở Y tế",
        "Xã Yên Sơn",
    ]  # fmt: skip
    assert sorted(names, key=unit_sort_key) == expected


def test_a_name_that_only_begins_like_a_kind_keeps_its_letters() -> None:
    assert sorted(["Xãm", "Sởm Bình", "Banh"], key=unit_sort_key) == ["Banh", "Sởm Bình", "Xãm"]
    assert sorted(["Ban", "An"], key=unit_sort_key) == ["An", "Ban"]
