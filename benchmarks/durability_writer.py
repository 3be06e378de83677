"""Who writes while the power fails? Processes that add slips and tell, through a pipe, what was acknowledged."""

import hashlib
import os
import select
import signal
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex

from sqlalchemy import event

from survey.errors import Refused
from survey.response import Response
from survey.store import Store
from tests.survey.builders import response

SLIP = response()
HOUR = "2026-11-21T12"
PROCESSES, THREADS = 4, 4


def slip(seed: str) -> Response:
    """The slip with this seed, always the same: a second sending carries the same key."""
    digest = hashlib.sha256(seed.encode()).hexdigest()
    comment = f"Phiếu {seed} " + "góp ý " * (int(seed[:2], 16) % 60)
    return replace(
        SLIP,
        id=seed,
        key_hash=digest,
        commitment=hashlib.sha256(digest.encode()).hexdigest(),
        receipt_hash=hashlib.sha256(b"receipt" + digest.encode()).hexdigest(),
        answers={"used": "1", "times": int(seed[:3], 16), "comment": comment},
    )


@dataclass
class Writers:
    """Running writers, and what they told: `tried` seeds before each add, `told` those of adds that returned."""

    pids: list[int]
    pipes: list[int]
    tried: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    refused: int = 0
    rest: dict[int, bytes] = field(default_factory=dict)

    def listen(self, seconds: float) -> None:
        """Take in what they tell for so long; only what is there already if 0."""
        end = time.monotonic() + seconds
        while self.pipes:
            ready, _, _ = select.select(self.pipes, [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return
            for pipe in ready:
                self._take(pipe)

    def _take(self, pipe: int) -> None:
        said = os.read(pipe, 1 << 16)
        if not said:
            os.close(pipe)
            self.pipes.remove(pipe)
        *lines, self.rest[pipe] = (self.rest.get(pipe, b"") + said).split(b"\n")
        for line in lines:
            mark, seed = line.decode().split()
            if mark == "?":
                self.tried.add(seed)
            elif mark == "=":
                self.told.add(seed)
            else:
                self.refused += 1

    def kill(self) -> None:
        """End them without a last word."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        for pid in self.pids:
            os.waitpid(pid, 0)
        self.pids = []

    def forget(self) -> None:
        """Close the pipes unread."""
        for pipe in self.pipes:
            os.close(pipe)
        self.pipes = []


def start(where: Path | str, *, hasty: bool = False) -> Writers:
    """Writers on the store at `where`. `hasty` ones do not wait for the disk: the control, which must lose."""
    pids, pipes = [], []
    for _ in range(PROCESSES):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(reading)
                _write(where, writing, hasty)
            finally:
                os._exit(1)
        os.close(writing)
        pids.append(pid)
        pipes.append(reading)
    return Writers(pids=pids, pipes=pipes)


def _write(where: Path | str, pipe: int, hasty: bool) -> None:
    store = Store.open(where)
    if hasty:
        _hurry(store)

    def work() -> None:
        while True:
            seed = token_hex(16)
            os.write(pipe, f"? {seed}\n".encode())
            try:
                store.add(slip(seed), hour=HOUR)
            except Refused:
                os.write(pipe, f"! {seed}\n".encode())
            else:
                os.write(pipe, f"= {seed}\n".encode())

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hurry(store: Store) -> None:
    if store._writer is not None:
        store._writer.connection.driver_connection.execute("PRAGMA synchronous=NORMAL")
        store._writer.rollback()
    else:

        @event.listens_for(store._engine, "checkout")
        def _(connection, *_others):  # type: ignore[no-untyped-def]
            connection.cursor().execute("SET synchronous_commit = off")
            connection.commit()
