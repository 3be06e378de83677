"""How long does the workbook of 395 slips take? CPU seconds of build + write, after start; the limit is 2.

python -m benchmarks.workbook
"""

import time
from datetime import datetime

from analysis.report.about import About
from analysis.report.build import build
from analysis.report.excel import write
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.responses import answers_frame, make_sample, round_plan
from sample_responses import demonstration_round
from sample_responses.generate import slips
from survey.instruments import load

LIMIT = 2.0
ROUNDS = 5


def demonstration() -> tuple[Evaluation, About]:
    """The synthetic Lạng Sơn round, evaluated by its own plan, without a store."""
    round_, questionnaire = demonstration_round(), load("sipas_household_2022")
    made, plan = list(slips()), round_plan(round_)
    places = {place.code: place for place in round_.places}
    where = [places[slip.place] for slip in made]
    extra = {
        "id": [f"LS-{slip.number:04d}" for slip in made],
        "day": [slip.day.isoformat() for slip in made],
        "channel": ["link"] * len(made),
        "unit": [place.unit for place in where],
        "stratum": [place.stratum for place in where],
        "psu": [place.code for place in where],
        "base_weight": [place.weight for place in where],
        "fpc": [place.fpc for place in where],
    }
    frame = answers_frame(questionnaire, [slip.answers for slip in made], extra)
    about = About(
        round_name=round_.name,
        study=round_.study,
        period=f"từ {round_.opens:%d/%m/%Y}",
        source=round_.id,
        contact=round_.contact["vi"],
        created=datetime(2022, 12, 5, 8, 30),  # noqa: DTZ001  a workbook knows local time only
        code_version="benchmark",
        feeds="weighted" if round_.feeds == "weighted" else "unweighted",
        invited=round_.invited,
        demonstration=round_.demonstration,
    )
    return evaluate(make_sample(frame, plan, {"round": round_.id}), questionnaire, plan), about


def main() -> None:
    """Prints the CPU seconds of each round; fails above the limit."""
    evaluation, about = demonstration()
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        workbook = write(build(evaluation, about))
        seconds.append(time.process_time() - start)
    taken = ", ".join(f"{each:.2f}" for each in seconds)
    print(f"{len(evaluation.sample)} slips, {len(workbook) / 1024:.0f} KiB: {taken} CPU s (limit {LIMIT})")
    if max(seconds) > LIMIT:
        raise SystemExit("too slow")


if __name__ == "__main__":
    main()
