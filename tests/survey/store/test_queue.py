"""Nobody waits without end, nothing is taken that there is no room for, nothing is acknowledged from memory."""

import asyncio
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.store import queue, room
from survey.store.queue import Outcome, Queue, Slip
from survey.store.sqlite import DBAPI
from tests.survey.builders import ROUND, furnished, response
from tests.survey.store.test_collection import refused

Usage = namedtuple("Usage", "total used free")


def slip(number: int) -> Slip:
    return Slip(response=response(number), hour=None, invitation=None)


@pytest.fixture
def slow() -> Iterator[tuple[Queue, threading.Event, list[int]]]:
    """A queue whose commits wait for the event, and the sizes of its commits."""
    go, sizes = threading.Event(), []

    def commit(slips: Sequence[Slip]) -> Sequence[Outcome]:
        sizes.append(len(slips))
        assert go.wait(20)
        return [True] * len(slips)

    yield Queue(commit), go, sizes
    go.set()


def test_more_than_the_limit_are_refused_at_once_and_the_others_are_all_taken(
    slow: tuple[Queue, threading.Event, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go, sizes = slow
    monkeypatch.setattr(queue, "LIMIT", 5)
    outcomes: list[object] = []
    threads = [
        threading.Thread(target=lambda number=number: outcomes.append(waiting.add(slip(number)))) for number in range(6)
    ]
    threads[0].start()
    while not sizes:
        time.sleep(0.001)
    for thread in threads[1:]:
        thread.start()
    while waiting._waiting.qsize() < 5:
        time.sleep(0.001)
    begun = time.perf_counter()
    assert refused(waiting.add, slip(9)) == ["STO_QUEUE"]
    assert time.perf_counter() - begun < 1
    assert outcomes == []  # nobody is told that a slip is stored before its commit ends
    go.set()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 6
    assert sizes == [1, 5]
    assert waiting.add(slip(10)) is True


def test_a_thousand_may_wait() -> None:
    assert queue.LIMIT == 1000


def test_a_commit_that_fails_fails_for_everybody_in_it_and_for_nobody_after() -> None:
    fail = [OSError("gone")]

    def commit(slips: Sequence[Slip]) -> Sequence[Outcome]:
        if fail:
            raise fail.pop()
        return [True] * len(slips)

    waiting = Queue(commit)
    with pytest.raises(OSError, match="gone"):
        waiting.add(slip(1))
    assert waiting.add(slip(1)) is True


def test_a_nearly_full_disk_takes_no_slip_and_no_draft_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = furnished(tmp_path / "kho.db")
    free = [1023]
    now = [1000.0]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free[0] << 20))
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    assert refused(store.add, response(1)) == ["STO_DISK_LOW"]
    assert refused(store.save_draft, "key", b"x", "2026-11-21") == ["STO_DISK_LOW"]
    free[0] = 1024
    now[0] += 1.9
    assert refused(store.add, response(1)) == ["STO_DISK_LOW"]  # looked at every 2 s at most
    now[0] += 0.2
    assert store.add(response(1)) is True
    assert store.counts(ROUND.id).total == 1


def test_the_least_free_space_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(room.SETTING, "1000000000")
    with pytest.raises(Refused, match="needs at least 1000000000 MB"):
        room.Room(tmp_path / "kho.db").must_be_left()
    monkeypatch.setenv(room.SETTING, "0")
    room.Room(tmp_path / "kho.db").must_be_left()
    for wrong in ("1 GB", "-1", "1.5"):
        monkeypatch.setenv(room.SETTING, wrong)
        with pytest.raises(Refused, match="must be a number of MB"):
            room.Room(tmp_path / "kho.db")


def loop_adds(waiting: Queue, count: int) -> list[bool]:
    async def go() -> list[bool]:
        return [await waiting.added(slip(number)) for number in range(count)]

    return asyncio.run(go())


def test_an_event_loop_commits_by_itself_while_that_is_quick_and_calls_the_thread_when_the_disk_is_slow() -> None:
    alone, together, slow_disk = [], [], [True]

    def at_once(one: Slip) -> Outcome:
        alone.append(one)
        if slow_disk:
            slow_disk.pop()
            time.sleep(2 * queue.QUICK)
        return True

    def commit(slips: Sequence[Slip]) -> Sequence[Outcome]:
        together.append(len(slips))
        return [True] * len(slips)

    waiting = Queue(commit, at_once)
    assert loop_adds(waiting, 1) == [True]  # slow: the next one goes to the thread, which finds the disk quick again
    assert (len(alone), together) == (1, [])
    assert loop_adds(waiting, 3) == [True] * 3
    assert (len(alone), together) == (3, [1])


def test_an_event_loop_never_waits_for_another_writer(tmp_path: Path) -> None:
    store = furnished(tmp_path / "kho.db")
    other = DBAPI.connect(tmp_path / "kho.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    stood = []

    async def go() -> bool:
        loop = asyncio.get_running_loop()
        loop.call_later(0.3, other.execute, "ROLLBACK")
        begun = time.perf_counter()
        adding = asyncio.ensure_future(store.added(response(1)))
        await asyncio.sleep(0)
        stood.append(time.perf_counter() - begun)
        return await adding

    assert asyncio.run(go()) is True  # the thread has waited
    assert stood[0] < 0.2
    other.close()
    assert store.counts(ROUND.id).total == 1
    store.close()


def test_what_is_wrong_with_a_slip_is_told_on_an_event_loop_too(tmp_path: Path) -> None:
    store = furnished(tmp_path / "kho.db")

    async def go() -> list[bool]:
        return [await store.added(response(1)), await store.added(response(1))]

    assert asyncio.run(go()) == [True, False]
    with pytest.raises(Refused, match="is not in the data file"):
        asyncio.run(store.added(replace(response(2), round_id="khong-co")))
    store.close()
