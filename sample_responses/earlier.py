"""Makes the synthetic 2021 round: users of services in the same communes, asked by the five-factor form of that time.

Nothing of it was published but that the province was measured in 2021 as others were: by people who had finished a
procedure. In 2022 households were asked instead, with other questions: the series breaks between the two, and this
round is here so that the product can say so.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sample_responses.generate import Slip, communes, normal, past_round, pick
from survey.instruments import load
from survey.questionnaire import Questionnaire
from survey.response import Answer
from survey.round import Place, Round

INSTRUMENT = "user_five_factor"
ROUND_ID = "lang-son-2021"
SEED = 20211101
FIRST_DAY = date(2021, 11, 1)
LAST_DAY = date(2021, 11, 26)
LEVEL = 0.30
LEVELS = (-2.05, -1.35, -0.72, 0.62)
"""Latent limits between the five answers, those of the 2022 round."""
FACTOR = {"f1": 0.05, "f2": 0.08, "f3": 0.12, "f4": 0.10, "f5": -0.20}
MISSING = {"f5": 0.18}


def earlier_round() -> Round:
    """The round as data: closed, the communes of the 2022 draw, each user counting alike."""
    return past_round(
        ROUND_ID,
        "Đợt minh họa Lạng Sơn 2021 (dữ liệu tổng hợp)",
        INSTRUMENT,
        (FIRST_DAY, LAST_DAY),
        places=tuple(
            Place(code=each.code, name=each.name, stratum=each.district, unit=each.district, fpc=each.communes)
            for each in communes()
        ),
        rated=(),
    )


def slips() -> tuple[Slip, ...]:
    """All slips, the same on every machine."""
    dice = random.Random(SEED)  # noqa: S311  a sample, not a secret
    return tuple(replace(slip, number=number) for number, slip in enumerate(_people(dice, load(INSTRUMENT)), start=1))


def _people(dice: random.Random, questionnaire: Questionnaire) -> Iterator[Slip]:
    for commune in communes():
        local = 0.6 * commune.leaning + 0.20 * normal(dice)
        for _ in range(max(5, commune.slips - 3)):
            person = LEVEL + local + 0.75 * normal(dice)
            answers: dict[str, Answer] = {
                "sex": pick(dice, {"1": 0.55, "2": 0.45}),
                "age": pick(dice, {"1": 0.12, "2": 0.33, "3": 0.36, "4": 0.14, "5": 0.05}),
                "area": "1" if commune.urban else "2",
                "received": "1",
            }
            for item in questionnaire.items():
                factor = item.factor or ""
                latent = person + FACTOR[factor] + 0.65 * normal(dice)
                if dice.random() >= MISSING.get(factor, 0.02) and item.scale is not None:
                    answers[item.name] = item.scale.options[sum(latent > limit for limit in LEVELS)].value
            day = FIRST_DAY + timedelta(days=int(((LAST_DAY - FIRST_DAY).days + 1) * dice.random()))
            yield Slip(number=0, place=commune.code, day=day, answers=answers)
