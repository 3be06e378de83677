"""Officials who rate two offices, a province's points, and small rules: what the tests of the scorecard share."""

import random
from collections.abc import Mapping
from dataclasses import replace

from analysis.scores.evaluate import Evaluation, evaluate, evaluate_round
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample, round_plan
from analysis.scores.scorecard.points import Entry, Peer
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.reading import shipped
from survey.instruments import load
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.response import check
from survey.round import Rated
from tests.survey.builders import ROUND, response

PROVINCE = shipped()["par_index_province_2022"]
ONE_STOP = shipped()["one_stop_2018"]
PORTAL = shipped()["portal_766_satisfaction"]
DEPARTMENT = shipped()["internal_department"]

OFFICIALS = load("officials_2022")
RATED = (
    Rated(code="snv", name="Sở Nội vụ", kind="department"),
    Rated(code="stc", name="Sở Tài chính", kind="department"),
    Rated(code="x_van_quan", name="Xã Văn Quan", kind="locality"),
)
OFFICIALS_ROUND = replace(ROUND, study="officials", questionnaire=OFFICIALS.content_hash(), places=(), rated=RATED)
ASKED = asked_in(OFFICIALS, OFFICIALS_ROUND)
CRITERIA = ("1_1", "2_1", "3_1", "3_2", "4_1", "5_1", "5_2", "6_1", "7_1", "7_2")


def officials(*slips: Mapping[str, object]) -> Evaluation:
    """The evaluation of these slips, each its answers (`d1_1__snv` …)."""
    responses = []
    for number, answers in enumerate(slips, start=1):
        kept, problems = check(answers, ASKED)
        assert problems == (), problems
        responses.append(response(number, questionnaire=OFFICIALS_ROUND.questionnaire, answers=kept, place=None))
    return evaluate_round(OFFICIALS_ROUND, OFFICIALS, responses, round_plan(OFFICIALS_ROUND))


def deputy(**ratings: str) -> dict[str, object]:
    """A deputy's slip that rates both departments and the locality; `d1_1__snv="A"`."""
    return {"post": "1", "departments": ["snv", "stc"], "localities": ["x_van_quan"], **ratings}


def many(count: int, seed: int = 1) -> Evaluation:
    """Deputies who answer all criteria, each with a leaning of her own, so that her answers resemble each other."""
    draw = random.Random(seed)
    slips = []
    for _ in range(count):
        lean = draw.choice((("A",) * 6 + ("B",) * 3 + ("E",), ("A",) * 2 + ("B",) * 4 + ("C", "D")))
        ratings = {f"d{name}__{unit}": draw.choice(lean) for name in CRITERIA for unit in ("snv", "stc")}
        ratings |= {f"l{name}__x_van_quan": draw.choice(lean) for name in CRITERIA}
        slips.append(deputy(**ratings))
    return officials(*slips)


def survey(evaluation: Evaluation, name: str = "Điều tra lãnh đạo", **where: str) -> Survey:
    """An evaluation as evidence, unweighted."""
    return Survey(evaluation=evaluation, weighted=False, round_name=name, where=where)


def citizens(shares: Mapping[str, tuple[int, int]], form: Questionnaire, plan: Plan | None = None) -> Evaluation:
    """A round where so many of so many are satisfied with each item (the satisfied ones first)."""
    rows: list[dict[str, object]] = [{} for _ in range(max(of for _, of in shares.values()))]
    for name, (good, of) in shares.items():
        question = form.question(name)
        values = [option.value for option in question.scale.options] if question.scale else []
        bad = next(value for value in values if value not in question.satisfied)
        for place in range(of):
            rows[place][name] = question.satisfied[0] if place < good else bad
    plan = plan or Plan()
    return evaluate(make_sample(answers_frame(form, rows, {"id": range(len(rows))}), plan, {}), form, plan)


def entries(points: Mapping[str, float]) -> tuple[Entry, ...]:
    """Appraised points by criterion."""
    return tuple(Entry(code=code, appraised=value) for code, value in points.items())


# Points that add up to the published figures of 2022; how the areas divide them is made up, but for area 7's 4,08 lost.
PUBLISHED = {
    "1.TL": 6.5, "2.TL": 6.6, "3.TL": 7.5, "4.TL": 7.2, "5.TL": 9.4, "6.TL": 8.5,
    "1.S1": 1.7, "2.S1": 1.6, "3.S1": 1.7, "3.S2": 1.6, "4.S1": 1.7, "5.S1": 1.6, "5.S2": 1.6, "6.S1": 1.7,
    "7.S1": 1.6, "7.S2": 1.6,
    "7.TL": 13.5 - 4.08 - 3.2,
    "8.1": 7.5, "8.2": 5.63,
}  # fmt: skip

# 53 provinces above 81,45 %, nine below; only Lạng Sơn's own figure is real.
PEERS = (
    *(Peer(name=f"Tỉnh (giả lập) {k:02}", index=0.815 + k / 1000) for k in range(1, 54)),
    Peer(name="Lạng Sơn", index=0.8145),
    *(Peer(name=f"Tỉnh (giả lập) {k:02}", index=0.81 - k / 1000) for k in range(54, 63)),
)
