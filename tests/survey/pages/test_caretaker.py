"""What the server does by itself goes on, whatever happens to one round or one day."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime

import pytest

from survey.clock import VIETNAM
from survey.errors import Problem, word
from survey.pages import caretaker
from survey.privacy.retention import Removed

DENIED = Problem(code="STO_DENIED", values={"path": "khao_sat"})
FULL = Problem(code="STO_FULL", values={"path": "khao_sat"})


def runs(monkeypatch: pytest.MonkeyPatch, tidy: Callable[[object, date], Removed], looks: int) -> int:
    """How often `tidy` is called in so many looks of one day."""
    calls = []

    def counted(store: object, today: date) -> Removed:
        calls.append(today)
        return tidy(store, today)

    async def run() -> None:
        task = asyncio.create_task(
            caretaker.keep_tidy(None, lambda: datetime(2026, 11, 22, tzinfo=VIETNAM))  # type: ignore[arg-type]
        )
        for _ in range(looks):
            await asyncio.sleep(0.02)
        assert not task.done()
        task.cancel()

    monkeypatch.setattr(caretaker, "_LOOK_EVERY", 0.005)
    monkeypatch.setattr(caretaker, "tidy", counted)
    asyncio.run(run())
    return len(calls)


def test_a_fault_of_the_program_does_not_end_the_tidying(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(store: object, today: date) -> Removed:
        raise OverflowError("date value out of range")

    assert runs(monkeypatch, broken, 3) > 1
    assert "date value out of range" in caplog.text


def test_what_only_the_owner_may_do_is_told_once_a_day_with_what_to_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "hailong"):
        denied = Removed(drafts=1, invitations=2, answers=0, faults=(DENIED, DENIED))
        assert runs(monkeypatch, lambda store, today: denied, 3) == 1
    assert caplog.text.count(word("RETENTION_DENIED")) == 1
    assert "hailong tidy" in caplog.text
    assert "1 drafts, 2 invitations" in caplog.text


def test_what_may_work_later_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Removed(drafts=0, invitations=0, answers=0, faults=(FULL,))
    assert runs(monkeypatch, lambda store, today: full, 3) > 1
