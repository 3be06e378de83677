"""How long does an evaluation take? CPU seconds for 395 slips (limit 1, the desk's answer) and the scaling to 100,000.

Run: python -m benchmarks.evaluation
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analysis.scores.evaluate import evaluate
from analysis.scores.responses import make_sample
from benchmarks.workbook import demonstration

LIMIT = 1.0


def main() -> None:
    """Prints CPU seconds and the ratio to the limit; fails above it."""
    evaluation, _ = demonstration()
    questionnaire, plan, frame = evaluation.questionnaire, evaluation.plan, evaluation.sample.frame
    small = cpu(lambda: evaluate(make_sample(frame, plan, {}), questionnaire, plan))
    print(f"395 slips, 12 domains, unweighted and weighted: {small:.2f} CPU s ({small / LIMIT:.0%} of {LIMIT} s)")
    rows = np.random.default_rng(1).integers(0, len(frame), 100_000)
    large = frame.iloc[rows].reset_index(drop=True)
    plain = replace(plan, fpc=None)
    big = cpu(lambda: evaluate(make_sample(large, plain, {}), questionnaire, plain))
    print(f"100,000 slips: {big:.2f} CPU s, {big / small:.1f} times that of 395")
    if small > LIMIT:
        raise SystemExit("over the limit")


def cpu(work: Callable[[], object]) -> float:
    """The least of three runs, in CPU seconds of this process."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


if __name__ == "__main__":
    main()
