"""A half-filled form under its key: it comes back whole, to its address alone."""

from dataclasses import replace
from datetime import date
from secrets import token_bytes

import pytest

from survey.forms.sealing import Kept, seal, unseal
from tests.hostile import HOSTILE
from tests.survey.builders import NOON

KEPT = Kept(
    answers={
        "a": "1",
        "b": ["x", "y"],
        "n": 3,
        "d": date(2026, 11, 2),
        **{f"t_{name}": HOSTILE[name] for name in ("nul", "emoji_joined")},
    },
    language="vi",
    place="P01",
    step="use",
    opened_at=NOON,
    interviewer="ĐTV 7",
    slip="LS-12",
)


def test_what_is_sealed_comes_back_whole_with_dates_as_text() -> None:
    assert unseal("k" * 42, seal("k" * 42, KEPT, token_bytes)) == replace(
        KEPT, answers={**KEPT.answers, "d": "2026-11-02"}
    )


def test_another_key_opens_nothing() -> None:
    assert unseal("l" * 42, seal("k" * 42, KEPT, token_bytes)) is None


@pytest.mark.parametrize("keep", [0, 5, 12, 20, -1])
def test_a_damaged_draft_opens_nothing(keep: int) -> None:
    assert unseal("k" * 42, seal("k" * 42, KEPT, token_bytes)[:keep]) is None


def test_the_store_sees_nothing_of_it_and_not_even_whether_it_changed() -> None:
    once, twice = (seal("k" * 42, KEPT, token_bytes) for _ in range(2))
    assert once != twice
    assert b"LS-12" not in once
