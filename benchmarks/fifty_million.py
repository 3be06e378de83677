"""A nation's answers: 50,000,000 rows × 22 items × 130 domains, one pass of given weights by DuckDB over Parquet.

130 × 22 shares with linearised errors and limits, from 5,200 units in the 130 communes, at 1, 5, 20 and 50 million
rows, each in a process of its own: CPU seconds of all threads, imports included, and the highest memory it ever held.
The limits are 45 CPU s and 400 MB.

python -m benchmarks.fifty_million [MILLIONS …]

Needs the kernel's /proc, and a GB of disk for the rows, which are made anew and removed.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.estimation_rows import DOMAINS, ITEMS, TOP, write_parquet

MILLIONS = (1, 5, 20, 50)
FILES = 10
MOST_CPU, MOST_MEMORY = 45.0, 400.0


def main(millions: list[int]) -> None:
    """Prints the cost at each size; fails above a limit."""
    missed = False
    print(f"{'million rows':>12} {'CPU s':>8} {'wall s':>8} {'CPU s per million':>18} {'peak MB':>8}")
    for size in millions:
        with tempfile.TemporaryDirectory() as name:
            write_parquet(Path(name), size * 1_000_000, FILES, nation=True)
            command = [sys.executable, "-m", "benchmarks.fifty_million", "--estimate", name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        cost = json.loads(done.stdout)
        each = cost["cpu"] / size
        print(f"{size:12} {cost['cpu']:8.2f} {cost['wall']:8.2f} {each:18.3f} {cost['peak']:8.0f}", flush=True)
        missed |= cost["cpu"] > MOST_CPU or cost["peak"] > MOST_MEMORY
    print(f"limits: {MOST_CPU:g} CPU s, {MOST_MEMORY:g} MB")
    if missed:
        raise SystemExit("over the limit")


def estimate_all(folder: Path) -> None:
    """Prints as JSON what the estimates of all rows of the folder cost this process since it began."""
    start = time.perf_counter()
    from analysis.estimation import Design, Precision  # noqa: PLC0415  the import counts
    from analysis.estimation.engines.duckdb import DuckDB  # noqa: PLC0415
    from analysis.estimation.linearise import estimate, quotients  # noqa: PLC0415
    from analysis.estimation.tally import Tally  # noqa: PLC0415
    from analysis.estimation.terms import Term  # noqa: PLC0415
    from benchmarks.estimation_child import megabytes  # noqa: PLC0415

    terms = {f"y:{item}": Term(within={item: TOP}) for item in ITEMS}
    terms |= {f"o:{item}": Term(given=(item,)) for item in ITEMS}
    base = tuple(f"o:{item}" for item in ITEMS)
    design = Design(strata="stratum", psu="psu", weight="w")
    tally = Tally(design=design, terms=terms, by=("domain",), base=base)
    totals = DuckDB(files=folder / "*.parquet").totals_table(tally).totals()
    items = range(len(ITEMS))
    shares = quotients(items, [len(ITEMS) + item for item in items])
    found = estimate(totals, ITEMS, base, shares, Precision(method="logit"))
    if len(found) != DOMAINS * len(ITEMS) or not (found.low < found.high).all():
        raise SystemExit("not every share has its limits")
    cost = {"cpu": time.process_time(), "wall": time.perf_counter() - start, "peak": megabytes("VmHWM")}
    print(json.dumps(cost))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--estimate"]:
        estimate_all(Path(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(MILLIONS))
