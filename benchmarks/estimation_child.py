"""What does one task cost? CPU seconds of all threads and peak memory above the loaded rows, of one process.

python -m benchmarks.estimation_child TASK TOOL ROWS_FOLDER WARM_UP_FOLDER RESULT
"""

import gc
import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

LIBRARY = {"ours": "numpy", "bare": "numpy", "duckdb": "duckdb", "svy": "svy"}
ENOUGH = 1.0
"""CPU seconds after which a task is not measured again."""
MOST = 15


class Cost:
    """Measures what runs inside: `cpu` and `wall` in seconds, `peak` in MB above what the process held before."""

    def __enter__(self) -> "Cost":
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the highest level so far is forgotten
        self._held = megabytes("VmRSS")
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *problem: object) -> None:
        self.cpu, self.wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        self.peak = max(megabytes("VmHWM") - self._held, 0.0)


def main(task: str, tool: str, rows: Path, warm_up: Path, result: Path) -> None:
    """Prints the cost as JSON and writes values and standard errors to `result`.

    A first run on the few rows of `warm_up` takes imports and the like out of it. CPU and wall are the median of
    several runs where one is short; the peak is the first run's.
    """
    module = importlib.import_module(f"benchmarks.estimation_{tool}")
    work: Callable[[Any], Any] = module.TASKS[task]
    work(module.load(warm_up))
    loaded = module.load(rows)
    costs: list[Cost] = []
    while len(costs) < MOST and sum(cost.cpu for cost in costs) < ENOUGH:
        with Cost() as cost:
            found = work(loaded)
        if not costs:
            np.savez(result, value=found[0], se=found[1])
        del found
        costs.append(cost)
    cpu, wall = (round(statistics.median(getattr(cost, name) for cost in costs), 6) for name in ("cpu", "wall"))
    using = f"{LIBRARY[tool]} {version(LIBRARY[tool])}"
    print(json.dumps({"cpu": cpu, "wall": wall, "peak": round(costs[0].peak, 3), "using": using}))


def megabytes(name: str) -> float:
    """One of the kernel's figures on this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(Path(argument) for argument in sys.argv[3:6]))
