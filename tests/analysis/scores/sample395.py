"""The evaluation of the shipped round of 395 slips, made straight from its generator, once for all tests."""

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import sample_responses
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import round_plan
from survey.instruments import load
from survey.round import Round


@dataclass(frozen=True, slots=True)
class Sample395:
    """The round and its evaluation."""

    round: Round
    evaluation: Evaluation


@cache
def sample_evaluation() -> Sample395:
    round_ = sample_responses.demonstration_round()
    given = [
        SimpleNamespace(
            id=f"s{slip.number:03d}",
            place=slip.place,
            day=slip.day.isoformat(),
            channel="link",
            language="vi",
            answers=slip.answers,
            commitment=f"{slip.number:064x}",
        )
        for slip in sample_responses.slips()
    ]
    made = evaluate_round(round_, load(sample_responses.INSTRUMENT), given, round_plan(round_))  # type: ignore[arg-type]
    return Sample395(round_, made)
