"""What does estimation cost? Ours against svy and R `survey`, bare numpy and DuckDB as the limit, on the same rows.

Tasks: (a) rake to three margins; (b) 22 shares with linearised errors and limits; (c) the same in 130 domains; (d) 500
bootstrap replicates of the pooled index; at 395 rows (e) weights, items, factors, the index, domains and limits in one
go, and (f) the import. Every task of every tool runs in a process of its own that has loaded its frame; imports and a
first run are not counted (but in f). Whatever two tools both compute must agree.

python -m benchmarks.estimation [--sizes 395 100000 5000000] [--tasks a b …] [--tools ours bare …] [--keep-svy]

Puts what it measured into benchmarks/results/estimation.json; `--keep-svy` takes svy's figures from there, where they
are, with their date.
Needs the kernel's /proc.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks import estimation_bare, estimation_ours
from benchmarks.estimation_bare import Answer
from benchmarks.estimation_rows import KINDS, write_columns, write_parquet

TASKS = {
    "a": "rake to three margins",
    "b": "22 shares with limits",
    "c": "22 shares with limits in 130 domains",
    "d": "500 bootstrap replicates of the index",
    "e": "weights, 22 items, 6 indices, 130 domains, limits",
}
TOOLS = ("ours", "bare", "duckdb", "svy", "R")
SMALL, MIDDLE, LARGE = 395, 100_000, 5_000_000
SIZES = (SMALL, MIDDLE, LARGE)
RESULTS = Path(__file__).parent / "results" / "estimation.json"
R_SCRIPT = Path(__file__).parent / "estimation_rivals.R"

MOST_OF_BARE = {("a", LARGE): 4.0, ("b", LARGE): 2.5, ("c", LARGE): 3.0, ("d", MIDDLE): 3.0}
LEAST_BELOW_SVY = {("a", LARGE): 20.0, ("b", LARGE): 30.0, ("c", LARGE): 200.0, ("d", MIDDLE): 10.0}
MOST_MEMORY = 0.5
"""Peak above the frame, of the frame, at the largest size."""
MOST_SECONDS = {"e": 0.05, "f": 1.0}
KEPT_OUT = ("pandas", "scipy.stats")

SAME = 1e-9
BY_CHANCE = 0.25
"""By how much standard errors of two bootstraps of 500 may differ: five times their own error, √2/√(2·500)."""

CORE = """
import sys, time
start = time.process_time()
import analysis.estimation, analysis.estimation.weighting, analysis.estimation.replication
print(time.process_time() - start, *(name for name in sys.argv[1:] if name in sys.modules))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a task cost: CPU and wall seconds, peak MB above the frame. `date`: when it was measured, `using` what."""

    task: str
    tool: str
    n: int
    cpu: float
    wall: float
    peak: float
    using: str
    date: str


class Verdicts:
    """Figures beside their limits."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def add(self, text: str, got: float, limit: float, *, least: bool = False) -> None:
        met = got >= limit if least else got <= limit
        line = f"{text}: {got:.3g} ({'≥' if least else '≤'} {limit:g})"
        print(f"  {line}{'' if met else '  MISSED'}")
        if not met:
            self.missed.append(line)


def main(sizes: Sequence[int], tasks: Sequence[str], tools: Sequence[str], kept: Sequence[Row]) -> None:
    """Prints every cost, then the ratios against their limits; fails where one is missed or tools disagree."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in sorted({SMALL, *sizes}):
            write_columns(folder / str(n), n)
            write_parquet(folder / str(n), n)
        made = [row for cell in _cells(sizes, tasks, tools, kept) for row in _measured(folder, *cell)]
        rows = sorted([*made, *kept], key=lambda row: (row.task, row.n, TOOLS.index(row.tool)))
        _print(rows)
        disagreements = list(_disagreements(folder, made))
        if MIDDLE in sizes and "d" in tasks:
            disagreements += _replicates_differ(folder / str(MIDDLE))
    verdicts = _judge({(row.task, row.tool, row.n): row for row in rows}, sizes)
    _write(made)
    for text in (*disagreements, *verdicts.missed):
        print(text, file=sys.stderr)
    if disagreements or verdicts.missed:
        raise SystemExit("over the limit, or not the same")


def _cells(
    sizes: Sequence[int], tasks: Sequence[str], tools: Sequence[str], kept: Sequence[Row]
) -> Iterator[tuple[str, str, int]]:
    """What is to be measured: task, tool, rows."""
    known = {(row.task, row.tool, row.n) for row in kept}
    for task in tasks:
        for n in sizes:
            if (task == "d" and n == LARGE) or (task == "e" and n != SMALL):
                continue
            for tool in tools:
                if (tool == "R" and n > MIDDLE) or (task == "e" and tool != "ours"):
                    continue
                if (task, tool, n) not in known:
                    yield task, tool, n


def _measured(folder: Path, task: str, tool: str, n: int) -> Iterator[Row]:
    rows, warm_up, result = folder / str(n), folder / str(SMALL), _result(folder, task, tool, n)
    if tool == "R":
        command = ["Rscript", str(R_SCRIPT), task, str(rows), str(result), str(n)]
    else:
        child = [sys.executable, "-m", "benchmarks.estimation_child", task, tool]
        command = [*child, str(rows), str(warm_up), str(result)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{task} {tool} {n}: {done.stderr}")
    row = Row(task=task, tool=tool, n=n, date=datetime.now(UTC).date().isoformat(), **json.loads(done.stdout))
    print(f"  measured ({task}) {tool} at {n:,}: {row.cpu:.4g} CPU s", file=sys.stderr)
    yield row


def _result(folder: Path, task: str, tool: str, n: int) -> Path:
    return folder / f"{task}-{tool}-{n}.{'bin' if tool == 'R' else 'npz'}"


def _answer(path: Path) -> Answer:
    if path.suffix == ".npz":
        found = np.load(path)
        return found["value"], found["se"]
    numbers = np.fromfile(path)
    values, errors = np.split(numbers[1:], [len(numbers) - 1 - int(numbers[0])])
    return values, errors


def _disagreements(folder: Path, rows: Sequence[Row]) -> Iterator[str]:
    """Where two tools give different numbers. The replicates' errors agree by chance only."""
    for row in rows:
        ours = _result(folder, row.task, "ours", row.n)
        if row.tool == "ours" or not ours.exists():
            continue
        mine, its = _answer(ours), _answer(_result(folder, row.task, row.tool, row.n))
        for what, first, second in zip(("values", "standard errors"), mine, its, strict=True):
            by_chance = row.task == "d" and what == "standard errors"
            known = np.isfinite(first)
            if not np.allclose(second[known], first[known], rtol=BY_CHANCE if by_chance else SAME, atol=1e-12):
                worst = np.abs(second[known] / first[known] - 1).max()
                yield f"({row.task}) {what} of {row.tool} at {row.n:,} rows differ from ours by {worst:.1e}"


def _replicates_differ(folder: Path) -> Iterator[str]:
    """On our replicates, bare numpy must come to our standard error."""
    sample = estimation_ours.replicated(estimation_ours.load(folder))
    _, ours = estimation_ours.answer(estimation_ours.index(sample))
    assert sample.replicates is not None
    _, bare = estimation_bare.bootstrap(estimation_bare.load(folder), sample.replicates.factors)
    if not np.allclose(ours, bare, rtol=SAME):
        yield f"(d) on the same replicates our standard error is {ours[0]}, numpy's {bare[0]}"


def _judge(rows: Mapping[tuple[str, str, int], Row], sizes: Sequence[int]) -> Verdicts:
    verdicts = Verdicts()
    print("\nAgainst the limits")
    for (task, n), limit in MOST_OF_BARE.items():
        if {(task, "ours", n), (task, "bare", n)} <= rows.keys():
            ratio = rows[task, "ours", n].cpu / rows[task, "bare", n].cpu
            verdicts.add(f"({task}) {n:,} rows, CPU of bare numpy's", ratio, limit)
    for (task, n), limit in LEAST_BELOW_SVY.items():
        if {(task, "ours", n), (task, "svy", n)} <= rows.keys():
            ratio = rows[task, "svy", n].cpu / rows[task, "ours", n].cpu
            verdicts.add(f"({task}) {n:,} rows, svy's CPU of ours", ratio, limit, least=True)
    frame = sum(np.dtype(kind).itemsize for kind in KINDS.values()) * LARGE / 2**20
    for (task, tool, n), row in rows.items():
        if tool == "ours" and n == LARGE:
            verdicts.add(f"({task}) {n:,} rows, peak above the frame of the frame's", row.peak / frame, MOST_MEMORY)
    if ("e", "ours", SMALL) in rows:
        verdicts.add(f"(e) {TASKS['e']}: CPU s", rows["e", "ours", SMALL].cpu, MOST_SECONDS["e"])
    if SMALL in sizes:
        taken, *found = _imported()
        verdicts.add("(f) import of the core: CPU s", float(taken), MOST_SECONDS["f"])
        verdicts.add(f"(f) of {', '.join(KEPT_OUT)} imported by it", len(found), 0)
    return verdicts


def _imported() -> list[str]:
    """CPU seconds that importing the core takes, and what it should not have imported."""
    command = [sys.executable, "-c", CORE, *KEPT_OUT]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
    return sorted(runs, key=lambda run: float(run[0]))[1]


def _print(rows: Sequence[Row]) -> None:
    sizes = sorted({row.n for row in rows})
    for task in sorted({row.task for row in rows}):
        print(f"\n({task}) {TASKS[task]}: CPU s / peak MB above the frame")
        print(f"{'':10}" + "".join(f"{f'{n:,}':>24}" for n in sizes))
        for tool in TOOLS:
            here = {row.n: row for row in rows if row.tool == tool and row.task == task}
            if here:
                cells = (f"{here[n].cpu:.4g} / {here[n].peak:.0f}" if n in here else "" for n in sizes)
                dates = ", ".join(sorted({row.date for row in here.values()}))
                print(f"{tool:10}" + "".join(f"{cell:>24}" for cell in cells) + f"   {dates}")


def _read() -> list[Row]:
    """What earlier runs measured."""
    return [Row(**row) for row in json.loads(RESULTS.read_text())] if RESULTS.exists() else []


def _write(rows: Sequence[Row]) -> None:
    """Each figure takes the place of an earlier run's."""
    found = {(row.task, row.n, TOOLS.index(row.tool)): row for row in (*_read(), *rows)}
    RESULTS.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(asdict(row)) for _, row in sorted(found.items()))
    RESULTS.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=TOOLS)
    parser.add_argument("--keep-svy", action="store_true", help="take svy's figures from the last run's results")
    asked = parser.parse_args()
    present = [tool for tool in asked.tools if tool != "R" or shutil.which("Rscript")]
    kept = [row for row in _read() if row.tool == "svy" and row.task in asked.tasks and row.n in asked.sizes]
    main(asked.sizes, asked.tasks, present, kept if asked.keep_svy else [])
