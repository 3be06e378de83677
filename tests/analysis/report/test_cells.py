"""What may enter a cell, and what may enter a CSV file."""

import math
from datetime import UTC, datetime

import pytest

from analysis.report.cells import LONGEST, clean, must_be_moment, must_be_number, must_be_text
from analysis.report.model import Number, Text
from tests.hostile import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_text_is_fit_for_a_cell_after_cleaning(name: str) -> None:
    text = clean(HOSTILE[name]).text
    assert must_be_text(text) == text
    text.encode("utf-8")


def test_cleaning_says_what_it_removed_and_cut() -> None:
    cleaned = clean("a\x00b\ud83dc\x1b\nd\te")
    assert (cleaned.text, cleaned.removed, cleaned.cut) == ("abc\nd\te", 3, 0)
    long = clean("ộ" * 40_000)
    assert (len(long.text), long.cut) == (LONGEST, 40_000 - LONGEST)


def test_length_is_counted_as_excel_counts_and_no_emoji_is_cut_in_half() -> None:
    cleaned = clean("😀" * 20_000)
    assert cleaned.text == "😀" * (LONGEST // 2)
    assert must_be_text("😀" * (LONGEST // 2))


@pytest.mark.parametrize("text", ["a\x00", "\ud83d", "a\rb", "x" * (LONGEST + 1), "\ufffe"])
def test_an_uncleaned_text_is_no_text_cell(text: str) -> None:
    with pytest.raises(ValueError, match="cleaned"):
        Text(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**53 + 1, True])
def test_what_is_no_finite_number_is_no_number_cell(value: float) -> None:
    with pytest.raises(ValueError):
        Number(value)
    with pytest.raises(ValueError):
        must_be_number(value)


def test_a_moment_with_a_time_zone_is_refused() -> None:
    assert must_be_moment(datetime(2022, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        must_be_moment(datetime(2022, 1, 1, tzinfo=UTC))
