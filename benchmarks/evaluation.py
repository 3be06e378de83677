"""How long does an evaluation take? CPU seconds for 395 slips (limit 1, the desk's answer) and the scaling to 100,000.

Run: python benchmarks/evaluation.py
"""

import time
from dataclasses import replace

import numpy as np

from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample, round_plan
from sample_responses import demonstration_round
from sample_responses.generate import communes, slips
from survey.instruments import load

LIMIT = 1.0


def main() -> None:
    """Prints CPU seconds and the ratio to the limit; fails above it."""
    questionnaire = load("sipas_household_2022")
    round_ = demonstration_round()
    places = {commune.code: commune for commune in communes()}
    where = [places[slip.place] for slip in slips()]
    extra = {
        "unit": [place.district for place in where],
        "stratum": [place.district for place in where],
        "psu": [place.code for place in where],
        "base_weight": [place.weight for place in where],
        "fpc": [place.communes for place in where],
    }
    frame = answers_frame(questionnaire, [slip.answers for slip in slips()], extra)
    plan = round_plan(round_)
    small = cpu(lambda: evaluate(make_sample(frame, plan, {}), questionnaire, plan))
    print(f"395 slips, 12 domains, unweighted and weighted: {small:.2f} CPU s ({small / LIMIT:.0%} of {LIMIT} s)")
    rows = np.random.default_rng(1).integers(0, len(frame), 100_000)
    large = frame.iloc[rows].reset_index(drop=True)
    plain: Plan = replace(plan, fpc=None)
    big = cpu(lambda: evaluate(make_sample(large, plain, {}), questionnaire, plain))
    print(f"100,000 slips: {big:.2f} CPU s, {big / small:.1f} times that of 395")
    if small > LIMIT:
        raise SystemExit("over the limit")


def cpu(work) -> float:
    """The least of three runs, in CPU seconds of this process."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


if __name__ == "__main__":
    main()
