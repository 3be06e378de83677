"""Is anything lost that was acknowledged? kill -9 and power cuts on both databases, then how fast a safe store is.

    python -m benchmarks.durability [--rounds 100] [--quick] [--folder FOLDER] [--disk FOLDER]

In each round four processes with four callers each add slips through Store.add and tell through a pipe what was
acknowledged. After 0.2 to 0.6 s everything is ended at once: killed with SIGKILL (for PostgreSQL the server with all it
started, too), or the power is cut. Then the store is opened again on what is left. Every acknowledged slip must be
there, word for word; every slip that was tried, acknowledged or not, is sent again, and each must be counted once, also
in the hourly counts. The database checks itself.

A power cut is a copy of the disk (ext4 on a loop device) taken while all processes stand still, so with everything the
kernel had sent to it and nothing it had not; the next round goes on with the copy. The controls do the same with a
store that does not wait for the disk: they show that the method sees a loss. What it does not show: a disk that lies
about its cache, bit rot, torn sectors. FOLDER holds the files of the rounds; in memory (/dev/shm) it sees the same,
for what counts is what was sent to the loop device and when. --disk is where the speed is measured: a real disk.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select, text

from benchmarks import durability_writer as writer
from benchmarks.durability_disk import Disk, can_cut, freeze
from benchmarks.durability_server import VERSION, Server
from benchmarks.store_inserts import add, bare, calling
from survey.store import Store
from survey.store.codec import response_row
from survey.store.room import SETTING
from survey.store.schema import responses
from survey.store.sqlite import DBAPI
from tests.survey.builders import ROUND, furnished

RESULT = Path(__file__).parent / "results" / "durability.txt"
LEAST_SPEED, MOST_P99 = 1000.0, 50.0  # slips/s with 16 callers on SQLite, ms


@dataclass
class Tally:
    """What came of a series of rounds."""

    rounds: int = 0
    told: int = 0
    lost: int = 0
    losing: int = 0
    untold: int = 0
    sent_again: int = 0
    wrong: int = 0
    faults: int = 0
    recovery: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        middle, worst = statistics.median(self.recovery), max(self.recovery)
        return (
            f"{name:<34} {self.rounds:6} {self.told:12} {self.lost:6} {self.losing:7} {self.untold:9}"
            f" {self.sent_again:10} {self.wrong:6} {self.faults:7} {middle:8.2f} {worst:6.2f}"
        )


HEAD = (
    f"{'':<34} {'rounds':>6} {'acknowledged':>12} {'lost':>6} {'rounds':>7} {'kept but':>9} {'sent':>10}"
    f" {'wrong':>6} {'faults':>7} {'recovery s':>15}\n"
    f"{'':<34} {'':>6} {'':>12} {'':>6} {'w. loss':>7} {'not told':>9} {'again':>10}"
    f" {'count':>6} {'found':>7} {'median':>8} {'max':>6}"
)


def judge(store: Store, writers: writer.Writers, known: set[str], tally: Tally) -> None:
    """Compare what is there with what was told, send everything again, and let the database check itself."""
    kept = _kept(store, writers.tried)
    tally.rounds += 1
    tally.told += len(writers.told)
    lost = sum(seed not in kept for seed in writers.told)
    tally.lost += lost
    tally.losing += lost > 0
    tally.untold += len(kept) - (len(writers.told) - lost)
    tally.sent_again += len(writers.tried)
    again = _send(store, sorted(writers.tried))
    tally.wrong += sum(new is (seed in kept) for seed, new in again.items())  # new must be what was not kept
    known |= writers.tried
    tally.wrong += abs(store.counts(ROUND.id).total - len(known))
    tally.wrong += abs(sum(store.hours(ROUND.id).values()) - len(known))
    if store._engine.dialect.name == "sqlite" or tally.rounds % 10 == 1:
        tally.faults += _faults(store)


def _kept(store: Store, seeds: set[str]) -> set[str]:
    """Those of the seeds whose slips are in the store; a slip with other words than it was sent with ends the run."""
    found, listed = set(), sorted(seeds)
    with store._engine.connect() as reader:
        for start in range(0, len(listed), 500):
            some = responses.c.id.in_(listed[start : start + 500])
            for row in reader.execute(select(responses).where(some)).mappings():
                if dict(row) != response_row(writer.slip(row["id"])):
                    raise SystemExit(f"slip {row['id']} is not what was sent")
                found.add(row["id"])
    return found


def _send(store: Store, seeds: list[str]) -> dict[str, bool]:
    results: dict[str, bool] = {}

    def work(start: int) -> None:
        for seed in seeds[start::16]:
            results[seed] = store.add(writer.slip(seed), hour=writer.HOUR)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _faults(store: Store) -> int:
    """What SQLite's integrity check says; for PostgreSQL, indexes that tell another number of rows than the table."""
    with store._engine.connect() as reader:
        if store._engine.dialect.name == "sqlite":
            found = reader.execute(text("PRAGMA integrity_check")).scalars().all()
            return len(found) - 1 if found[0] == "ok" else len(found)
        reader.execute(text("SET LOCAL enable_indexscan = off; "))
        reader.execute(text("SET LOCAL enable_indexonlyscan = off"))
        reader.execute(text("SET LOCAL enable_bitmapscan = off"))
        by_table = reader.execute(text("SELECT count(*) FROM responses")).scalar_one()
        reader.execute(text("SET LOCAL enable_seqscan = off"))
        reader.execute(text("SET LOCAL enable_indexscan = on"))
        faults = 0
        for column in ("id", "key_hash", "receipt_hash"):
            ordered = text(f"SELECT count(*) FROM (SELECT answers FROM responses ORDER BY {column} OFFSET 0) AS slips")
            faults += reader.execute(ordered).scalar_one() != by_table
        return faults


def run(writers: writer.Writers, chance: random.Random) -> None:
    """Let them work: until the first acknowledgement, then a while of random length."""
    for _ in range(300):
        writers.listen(0.1)
        if writers.told:
            break
    else:
        raise SystemExit("nothing was acknowledged in 30 s")
    writers.listen(chance.uniform(0.2, 0.6))


def kills(folder: Path, rounds: int, chance: random.Random, server: Server | None) -> Tally:
    """kill -9 on everything, over and over on the same store."""
    tally, known = Tally(), set[str]()
    where: Path | str = folder / "kho.db"
    if server is None:
        furnished(where).close()
    else:
        server.prepare()
        where = server.url
    for _ in range(rounds):
        writers = writer.start(where)
        run(writers, chance)
        writers.kill()
        if server is not None:
            server.kill()
        writers.listen(5)  # what they told before they died
        begun = time.monotonic()
        if server is not None:
            server.start()
        with Store.open(where) as store:
            tally.recovery.append(time.monotonic() - begun)
            judge(store, writers, known, tally)
    _finish(server, tally)
    return tally


def cuts(folder: Path, rounds: int, chance: random.Random, server: Server | None, hasty: bool = False) -> Tally:
    """Power cuts, over and over on the same disk."""
    tally, known = Tally(), set[str]()
    disk = Disk(folder)
    disk.make()
    where: Path | str = disk.place / "kho.db"
    try:
        if server is None:
            furnished(where).close()
        else:
            server.prepare()
            where = server.url
        os.sync()
        for _ in range(rounds):
            writers = writer.start(where, hasty=hasty)
            run(writers, chance)
            freeze(writers.pids + (server.all_pids() if server is not None else []))
            writers.listen(0)  # told before the cut
            disk.cut()
            writers.kill()
            writers.forget()
            if server is not None:
                server.kill()
            begun = time.monotonic()
            disk.back()
            if server is not None:
                server.start()
            with Store.open(where) as store:
                tally.recovery.append(time.monotonic() - begun)
                if hasty:
                    known &= _kept(store, known)  # an earlier round's may be gone as well
                judge(store, writers, known, tally)
        _finish(server, tally)
    finally:
        if server is not None and server.process is not None and server.process.poll() is None:
            server.kill()
        disk.unmount()
    return tally


def _finish(server: Server | None, tally: Tally) -> None:
    if server is not None:
        server.stop()
        tally.faults += not server.checksums_hold()


def speed(folder: Path, seconds: float, tell: Callable[[str], None]) -> bool:
    """How many slips a second 16 callers get stored, beside a bare INSERT + COMMIT loop; whether that is enough."""
    tell(f"fdatasync of 4 kB takes {_sync_seconds(folder) * 1000:.2f} ms (median); load {os.getloadavg()[0]:.1f}")
    floor = bare(folder, seconds)
    tell(f"bare INSERT + COMMIT, one connection: {floor:.0f} rows/s")
    good = True
    for threads in (1, 4, 16):
        rate, took = calling(folder, seconds, threads, add)
        took.sort()
        middle, high = took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000
        verdict = ""
        if threads == 16:
            good = rate >= LEAST_SPEED and high <= MOST_P99
            verdict = f"   limit {LEAST_SPEED:.0f}/s and {MOST_P99:.0f} ms: {'kept' if good else 'MISSED'}"
        tell(
            f"SQLite, Store.add, {threads:2} callers: {rate:6.0f} slips/s, p50 {middle:5.1f} ms, p99 {high:5.1f} ms,"
            f" slowest {took[-1] * 1000:5.1f} ms{verdict}"
        )
    return good


def _sync_seconds(folder: Path) -> float:
    took = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(100):
            probe.write(bytes(4096))
            begun = time.perf_counter()
            os.fdatasync(probe.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took)


@contextmanager
def scratch(folder: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)  # the server is another user
        yield Path(place)


def main() -> None:
    """Prints a line for each series and keeps all in `results/durability.txt`; fails if anything is lost or slow."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--quick", action="store_true", help="3 rounds a series, nothing kept in results/")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--disk", type=Path, default=Path())
    given = parser.parse_args()
    rounds = 3 if given.quick else given.rounds
    chance = random.Random(20261122)
    lines: list[str] = []
    os.environ[SETTING] = "0"  # the disk that is cut is small

    def tell(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    tell(f"SQLite {DBAPI.sqlite_version}, PostgreSQL {VERSION}, {os.cpu_count()} cores")
    with scratch(given.disk) as place:
        good = speed(place, 1.0 if given.quick else 5.0, tell)
    tell("")
    tell(f"{rounds} rounds a series, {writer.PROCESSES} processes with {writer.THREADS} callers each")
    tell(HEAD)
    power = can_cut()
    for name in ("SQLite", "PostgreSQL"):
        for how in ("kill -9", "power cut", "control: power cut, no waiting"):
            if how != "kill -9" and not power:
                tell(f"{name}, {how}: not run, it needs root and loop devices")
                good = False
                continue
            with scratch(given.folder) as place:
                server = None
                if name == "PostgreSQL":
                    data = place / "data" if how == "kill -9" else place / "mounted" / "data"
                    server = Server(data=data, socket=place / "socket")
                if how == "kill -9":
                    tally = kills(place, rounds, chance, server)
                elif how == "power cut":
                    tally = cuts(place, rounds, chance, server)
                else:
                    tally = cuts(place, max(3, rounds // 10), chance, server, hasty=True)
            tell(tally.line(f"{name}, {how}"))
            clean = tally.lost == tally.wrong == tally.faults == 0
            good = good and (clean if "control" not in how else tally.lost > 0)
    tell("")
    tell("nothing acknowledged was lost, everything counted once" if good else "NOT as promised: see above")
    if not given.quick:
        RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
