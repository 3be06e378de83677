"""A moment as any of the tools writes it becomes the right day in Vietnam, or none."""

from datetime import date

import pytest

from survey.incoming.moments import day_comes_first, read_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-03", 3),
        ("2026-09-03T08:12:44", 3),
        ("2026-09-03 08:12:44.306805", 3),
        ("2026-09-03T16:59:59Z", 3),
        ("2026-09-03T17:00:00Z", 4),  # midnight in Vietnam
        ("2026-09-03T23:30:00.120+07:00", 3),
        ("2026-09-03T23:30:00+0300", 4),
        ("2026/09/03 11:54:08 PM GMT+7", 3),
        ("2026/09/03 4:54:08 PM GMT", 3),
        ("2026/09/03 5:54:08 pm GMT", 4),
        ("2026/09/03 12:10:00 AM GMT+7", 3),
        ("2026/09/03 11:54:08 CH GMT+7", 3),
        ("2026/09/03 10:26:52 p.\N{NO-BREAK SPACE}m. GMT-3", 4),  # as a Spanish account has it
        ("2026/09/03 3:08:24 PM UTC+3", 3),
        ("2026/09/03 11:07:29 AM MDT", 4),
        ("2026/09/03 12:30:00 AM AST", 3),
        ("3/9/2026 23:58:00", 3),
        ("03.09.2026", 3),
    ],
)
def test_a_moment_is_a_day_in_vietnam(text: str, day: int) -> None:
    assert read_day(text) == date(2026, 9, day)


def test_the_moment_of_sending_in_kobotoolbox_is_utc_without_saying_so() -> None:
    assert read_day("2026-09-03T17:00:01", utc=True) == date(2026, 9, 4)
    assert read_day("2026-09-03T17:00:01") == date(2026, 9, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nay",
        "2026-02-30",
        "31/11/2026",
        "2026-09-03T25:00:00",
        "1980-01-01 00:00:00",
        "0001-01-01",
        "9/2026",
        "2026/09/03 8:00:00 AM XYZ",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_whether_the_day_or_the_month_comes_first_is_read_from_the_whole_column() -> None:
    assert day_comes_first(["03/09/2026", "25/09/2026"]) is True
    assert day_comes_first(["03/09/2026", "09/25/2026"]) is False
    assert day_comes_first(["03/09/2026", "04/05/2026"]) is None
    assert day_comes_first(["25/09/2026", "09/25/2026"]) is None
    assert day_comes_first(["2026-09-03"]) is True
    assert read_day("9/3/2026 8:00", day_first=False) == date(2026, 9, 3)
