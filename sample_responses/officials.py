"""Makes the synthetic officials' round beside the citizens' one: 395 online forms about invented offices.

395 forms and 16,4 of 22 points are what was published of the province's survey of leaders, managers and deputies in
2022; who they were, how they were asked and which questions carried the points is not known. Everything here but those
two numbers is invented, the offices too: no office that exists is rated.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sample_responses.generate import Slip, normal, past_round, pick
from survey.instruments import load
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.response import Answer, asked
from survey.round import Rated, Round

INSTRUMENT = "officials_2022"
ROUND_ID = "lang-son-2022-can-bo"
SEED = 20221122
PEOPLE = 395
FIRST_DAY = date(2022, 11, 14)
LAST_DAY = date(2022, 12, 2)

# Post: share of the forms; how many departments and localities such a person rates (the form asks each post its own).
POSTS = {"1": 0.16, "2": 0.09, "3": 0.17, "4": 0.20, "5": 0.22, "6": 0.16}
DEPARTMENTS, LOCALITIES = 8, 11
ANSWERS = ("D", "C", "B", "A")
CANNOT_TELL = 0.07
LIMITS = (-1.75, -1.05, 0.30)
"""Latent limits between D, C, B and A."""
LEVEL = 0.12585
"""The latent mean, chosen once so that the ten criteria come to 16,40 of 22 points."""
AREA = {"1": 0.12, "2": 0.00, "3": 0.10, "4": -0.05, "5": -0.04, "6": 0.06, "7": -0.20}
"""Area 7 is where the province lost most."""


def rated() -> tuple[Rated, ...]:
    """The invented offices that are rated."""
    kinds = (("department", "so", "Sở (giả lập)", DEPARTMENTS), ("locality", "dp", "Địa phương (giả lập)", LOCALITIES))
    return tuple(
        Rated(code=f"{code}_{number:02d}", name=f"{name} {number:02d}", kind=kind)
        for kind, code, name, count in kinds
        for number in range(1, count + 1)
    )


def officials_round() -> Round:
    """The round as data: closed, unweighted, for invited people are no drawn sample."""
    name = "Đợt minh họa: lãnh đạo, đại biểu 2022 (dữ liệu tổng hợp)"
    return past_round(ROUND_ID, name, INSTRUMENT, (FIRST_DAY, LAST_DAY), places=(), rated=rated())


def slips(level: float = LEVEL) -> tuple[Slip, ...]:
    """All forms, the same on every machine. `level`: the latent mean."""
    dice = random.Random(SEED)  # noqa: S311  a sample, not a secret
    return tuple(_people(dice, asked_in(load(INSTRUMENT), officials_round()), level))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    code: str
    kind: str
    leaning: float


def _people(dice: random.Random, questionnaire: Questionnaire, level: float) -> Iterator[Slip]:
    offices = [_Office(code=unit.code, kind=unit.kind, leaning=0.22 * normal(dice)) for unit in rated()]
    for number in range(1, PEOPLE + 1):
        person = level + 0.45 * normal(dice)
        post = pick(dice, POSTS)
        answers: dict[str, Answer] = {
            "post": post,
            "sex": pick(dice, {"1": 0.66, "2": 0.34}),
            "age": pick(dice, {"1": 0.10, "2": 0.38, "3": 0.37, "4": 0.15}),
            "education": pick(dice, {"1": 0.04, "2": 0.61, "3": 0.35}),
            "position": pick(dice, {"1": 0.38, "2": 0.52, "3": 0.10}),
        }
        for kind, list_, letter in (("department", "departments", "d"), ("locality", "localities", "l")):
            chosen = [office for office in offices if office.kind == kind and dice.random() < _knows(post, kind)]
            if chosen:
                answers[list_] = tuple(office.code for office in chosen)
            for office in chosen:
                for area, leaning in AREA.items():
                    for question in ("1", "2") if area in "357" else ("1",):
                        answers[f"{letter}{area}_{question}__{office.code}"] = _answer(
                            dice, person + office.leaning + leaning
                        )
        day = FIRST_DAY + timedelta(days=int(((LAST_DAY - FIRST_DAY).days + 1) * dice.random() ** 1.3))
        kept = {q.name: answers[q.name] for q in asked(answers, questionnaire) if q.name in answers}
        yield Slip(number=number, place="", day=day, answers=kept)


def _knows(post: str, kind: str) -> float:
    """How likely a person of that post rates one office of that kind."""
    if kind == "department":
        return {"1": 0.20, "2": 0.15, "4": 0.25, "5": 0.25}.get(post, 0.0)
    return {"1": 0.12, "2": 0.10, "3": 0.20, "6": 0.10}.get(post, 0.0)


def _answer(dice: random.Random, latent: float) -> Answer:
    latent += 0.70 * normal(dice)
    if dice.random() < CANNOT_TELL:
        return "E"
    return ANSWERS[sum(latent > limit for limit in LIMITS)]
