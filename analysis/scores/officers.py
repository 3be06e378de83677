"""How do single officials stand, where slips name who served? For their head alone, never in a file.

Design decision 11: only from a least number of slips on, with an interval, no names. A slip names an official by the
code on the badge (the question with the role `officer`); codes are matched without regard to case and spaces. People
chose themselves to answer and to write a code, so there are no weights, and slips are the sampling units.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.ranking import Ranked, Ranking, rank_units
from analysis.scores.responses import make_sample, round_sample
from survey.questionnaire import Question, Questionnaire
from survey.response import Response
from survey.round import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Officers:
    """A unit's officials with enough slips. `few`: how many have fewer; `unnamed`: slips that name nobody."""

    ranking: Ranking
    shown: tuple[Ranked, ...]
    few: int
    unnamed: int


def officer_question(questionnaire: Questionnaire) -> Question | None:
    """The question that asks who served, if there is one."""
    return next((question for question in questionnaire.questions() if question.role == "officer"), None)


def officers_of(
    round_: Round, questionnaire: Questionnaire, responses: Sequence[Response], unit: str, plan: Plan
) -> Officers | None:
    """The officials of one unit; None where slips do not ask who served, or none of the unit says it.

    `plan`: mode, interval and level are taken from it.
    """
    asked = officer_question(questionnaire)
    places = {place.code for place in round_.places if place.unit == unit}
    mine = [response for response in responses if response.place in places]
    if asked is None or not mine:
        return None
    own = Plan(study="volunteer", mode=plan.mode, interval=plan.interval, level=plan.level, by=(asked.name,))
    frame = round_sample(round_, questionnaire, mine, own).frame
    codes = [_code(value, asked.kind) for value in frame[asked.name]]
    if not any(codes):
        return None
    sample = make_sample(frame.assign(**{asked.name: codes}), own, {"round": round_.id})
    evaluation = evaluate(sample, questionnaire, own)
    ranking = rank_units(evaluation, weighted=False, column=asked.name, officers=True)
    shown = tuple(unit for unit in ranking.units if unit.rank is not None)
    return Officers(
        ranking=ranking, shown=shown, few=len(set(filter(None, codes))) - len(shown), unnamed=codes.count(None)
    )


def _code(value: object, kind: str) -> str | None:
    """The code as it is compared: what people typed without spaces and in capitals, an option as it is."""
    if not isinstance(value, str):
        return None
    return ("".join(value.split()).upper() if kind == "text" else value) or None
