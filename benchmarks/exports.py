"""How long do all files of a round take, and how much memory? 395 slips: 5 s; 100,000 slips: 90 s and 300 MB.

python -m benchmarks.exports            prints both
python -m benchmarks.exports 395        one size: workbook, Word annex, SPSS, then every other kind of file
CPU seconds of making the files, after start and evaluation; memory is the peak above what the evaluated data take.
Each size runs in a process of its own.
"""

import subprocess
import sys
import time

import numpy as np

from analysis.report.about import About
from analysis.report.extras import Extras
from analysis.report.files import Export, Kind
from analysis.scores.drivers import importance
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.responses import make_sample
from analysis.scores.themes import find_themes
from benchmarks.estimation_child import megabytes
from benchmarks.workbook import demonstration

SMALL, LARGE = 395, 100_000
LIMITS = {SMALL: (5.0, None), LARGE: (90.0, 300.0)}
"""Size → CPU seconds of the three files that the limit is about, and MB above the data."""
MEANT: dict[int, tuple[Kind, ...]] = {
    SMALL: ("workbook", "word", "spss"),
    LARGE: ("workbook", "answers", "word", "spss"),
}


def round_of(size: int) -> tuple[Evaluation, About]:
    """The synthetic round; a larger one is drawn from its slips with replacement."""
    evaluation, about = demonstration()
    if size == len(evaluation.sample):
        return evaluation, about
    rows = np.random.default_rng(2022).integers(0, len(evaluation.sample), size)
    frame = evaluation.sample.frame.iloc[rows].reset_index(drop=True)
    frame["id"] = [f"X{number:06d}" for number in range(size)]
    plan = evaluation.plan
    return evaluate(make_sample(frame, plan, {}), evaluation.questionnaire, plan), about


def measure(size: int) -> bool:
    """Prints a line a file; whether the limits are kept."""
    evaluation, about = round_of(size)
    before, meant = megabytes("VmHWM"), 0.0
    print(f"{size:,} slips, {before:.0f} MB before", flush=True)
    start = time.process_time()
    weighted = about.feeds == "weighted"
    extras = Extras(importance=importance(evaluation, weighted=weighted), themes=find_themes(evaluation))
    export = Export(evaluation=evaluation, about=about, extras=extras)
    spent = time.process_time() - start
    meant += spent
    print(f"  {'extras':10} {spent:6.2f} CPU s", flush=True)
    kinds = sorted(export.kinds, key=lambda kind: kind not in MEANT[size])
    above = 0.0
    for kind in kinds:
        start = time.process_time()
        content = export.make(kind)
        spent = time.process_time() - start
        if kind in MEANT[size]:
            meant += spent
            above = megabytes("VmHWM") - before
        print(
            f"  {kind:10} {spent:6.2f} CPU s {len(content) / 2**20:8.2f} MB file {megabytes('VmHWM') - before:6.0f} MB",
            flush=True,
        )
        del content
    seconds, memory = LIMITS[size]
    kept = meant <= seconds and (memory is None or above <= memory)
    limit = f"{seconds:.0f} s" + ("" if memory is None else f", {memory:.0f} MB")
    print(f"  {' + '.join(MEANT[size])}: {meant:.2f} CPU s, {above:.0f} MB above the data (limit {limit})", flush=True)
    return kept


def main() -> None:
    """One size, or both one after the other; fails above a limit."""
    if len(sys.argv) > 1:
        raise SystemExit(0 if measure(int(sys.argv[1])) else "above the limit")
    codes = [
        subprocess.run([sys.executable, "-m", "benchmarks.exports", str(size)], check=False).returncode
        for size in (SMALL, LARGE)
    ]
    raise SystemExit(max(codes))


if __name__ == "__main__":
    main()
