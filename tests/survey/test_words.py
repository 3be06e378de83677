"""Numbers and dates as people read them in Vietnamese and English."""

from datetime import date

from survey.words import day, number, percent, share, whole


def test_percentages_round_half_up_with_a_decimal_comma() -> None:
    assert [share(1, 3), share(2, 3), share(1, 8), share(1, 800), share(5, 4000), share(0, 0)] == [
        "33,33 %", "66,67 %", "12,50 %", "0,13 %", "0,13 %", "–",
    ]  # fmt: skip
    assert whole(1234567) == "1.234.567"
    assert [percent(0.81445), percent(-0.00001), percent(0.95, 0), percent(float("nan"))] == [
        "81,45 %", "0,00 %", "95 %", "–",
    ]  # fmt: skip
    assert [number(36525), number(4.925, 2), number(float("inf"))] == ["36.525", "4,93", "–"]


def test_english_numbers_and_dates_are_english() -> None:
    assert [share(1, 8, "en"), percent(0.81445, 2, "en"), number(36525.5, 1, "en"), whole(1234567, "en")] == [
        "12.50%", "81.45%", "36,525.5", "1,234,567",
    ]  # fmt: skip
    assert [day(date(2026, 11, 5)), day(date(2026, 11, 5), "en"), day(date(2026, 11, 5), "tay")] == [
        "05/11/2026", "5 Nov 2026", "05/11/2026",
    ]  # fmt: skip
