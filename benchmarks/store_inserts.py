"""How many durable slips a second does accept() take? Beside a bare INSERT + COMMIT loop on the same disk.

    python benchmarks/store_inserts.py [SECONDS] [FOLDER]

Both run in turns, so that other load on the machine meets both. The bare loop has one connection with the store's
settings (WAL, synchronous=FULL), the same columns and indexes, no checks, no ledger, no JSON.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from secrets import token_bytes

from survey.forms.accept import accept
from survey.keys import new_key
from survey.store import Store
from survey.store.sqlite import DBAPI
from tests.survey.builders import NOON, QUESTIONNAIRE, ROUND, furnished, response, submission

SECRET = bytes(32)
SENT = submission()
SLIP = response()
TURNS = 3


def bare(folder: Path, seconds: float) -> float:
    """Rows a second of one connection that inserts and commits ready rows."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        furnished(Path(place) / "bare.db").close()
        connection = DBAPI.connect(Path(place) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        other = ("{}", "P01", "link", "vi", SLIP.day, "3-10", "[]", "1", SLIP.salt, SLIP.commitment)
        rows = 0
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            new = (token_bytes(16).hex(), SLIP.round_id, SLIP.questionnaire, *other)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO responses (id, round_id, questionnaire, answers, place, channel, language, day, duration, "
                "flags, consent, salt, commitment, key_hash, receipt_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (*new, token_bytes(32).hex(), token_bytes(32).hex()),
            )
            connection.execute("COMMIT")
            rows += 1
        speed = rows / (time.perf_counter() - start)
        connection.close()
        return speed


def calling(folder: Path, seconds: float, threads: int, send: Callable[[Store], object]) -> tuple[float, list[float]]:
    """Slips a second by `send` from so many threads, and how long each took (s)."""
    with tempfile.TemporaryDirectory(dir=folder) as place, furnished(Path(place) / "kho.db") as store:
        took: list[float] = []

        def citizen() -> None:
            end = time.perf_counter() + seconds
            while (begun := time.perf_counter()) < end:
                send(store)
                took.append(time.perf_counter() - begun)

        workers = [threading.Thread(target=citizen) for _ in range(threads)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        passed = time.perf_counter() - start
        if store.counts(ROUND.id).total != len(took):
            raise SystemExit("the store does not hold what it acknowledged")
        return len(took) / passed, took


def add(store: Store) -> None:
    slip = replace(SLIP, id=token_bytes(16).hex(), key_hash=token_bytes(32).hex(), receipt_hash=token_bytes(32).hex())
    store.add(slip, hour="2026-11-21T12")


def send(store: Store) -> None:
    sent = replace(SENT, key=new_key(SECRET, token_bytes, ROUND.id))
    accept(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=token_bytes)


def main(seconds: float, folder: Path) -> None:
    print(f"SQLite {DBAPI.sqlite_version}, {TURNS} turns of {seconds:g} s each, median of turns")
    print(f"{'':>24} {'slips/s':>9} {'of bare':>8} {'p50 ms':>8} {'p99 ms':>8} {'slowest ms':>11}")
    cases = {
        f"{name}, {threads} thread(s)": (threads, call)
        for name, call in (("Store.add", add), ("accept", send))
        for threads in (1, 4, 16)
    }
    floors: list[float] = []
    results: dict[str, list[tuple[float, list[float]]]] = {name: [] for name in cases}
    for _ in range(TURNS):
        floors.append(bare(folder, seconds))
        for name, (threads, call) in cases.items():
            results[name].append(calling(folder, seconds, threads, call))
    floor = statistics.median(floors)
    print(f"{'bare INSERT + COMMIT':>24} {floor:9.0f} {1:8.2f}")
    for name, turns in results.items():
        speed = statistics.median(turn[0] for turn in turns)
        took = sorted(each * 1000 for turn in turns for each in turn[1])
        print(
            f"{name:>24} {speed:9.0f} {speed / floor:8.2f}"
            f" {took[len(took) // 2]:8.2f} {took[int(len(took) * 0.99)]:8.2f} {took[-1]:11.1f}"
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0, Path(sys.argv[2] if len(sys.argv) > 2 else "."))
