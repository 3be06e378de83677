"""The loop hears everybody who calls it, however many call at once and whenever they do."""

import asyncio
import threading
import time

import pytest

from survey.pages.loop import WakenOnce


def test_nothing_handed_over_is_ever_left_lying() -> None:
    heard: list[tuple[int, int]] = []
    calls, threads = 3_000, 4
    loop = WakenOnce()

    def caller(name: int) -> None:
        for number in range(calls):
            loop.call_soon_threadsafe(heard.append, (name, number))
            if number % 97 == 0:
                time.sleep(0.0005)  # the loop falls asleep in between

    async def listen() -> None:
        others = [threading.Thread(target=caller, args=(name,)) for name in range(threads)]
        for other in others:
            other.start()
        while any(other.is_alive() for other in others) or len(heard) < calls * threads:
            await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(asyncio.wait_for(listen(), 60))
    for name in range(threads):
        assert [number for who, number in heard if who == name] == list(range(calls))


def test_a_call_wakes_a_loop_that_sleeps_long() -> None:
    with asyncio.Runner(loop_factory=WakenOnce) as runner:
        loop = runner.get_loop()

        async def woken(times: int) -> float:
            longest = 0.0
            for _ in range(times):
                told = asyncio.Event()
                begun = time.monotonic()
                threading.Timer(0.01, lambda told=told: loop.call_soon_threadsafe(told.set)).start()
                await asyncio.wait_for(told.wait(), 10)
                longest = max(longest, time.monotonic() - begun)
            return longest

        assert runner.run(woken(20)) < 5


def test_many_calls_before_it_listens_are_one_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = WakenOnce()
    written: list[int] = []
    monkeypatch.setattr(asyncio.SelectorEventLoop, "_write_to_self", lambda self: written.append(1))
    for _ in range(50):
        loop.call_soon_threadsafe(lambda: None)
    assert written == [1]
    loop.close()
