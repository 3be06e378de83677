"""How does a round become a Sample? Answers become typed columns, one row a person."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.estimation import Design, EstimationError, Sample
from analysis.scores.plan import Plan
from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire
from survey.response import Answer, Response
from survey.round import Place, Round

_NOWHERE = "?"


def answers_frame(
    questionnaire: Questionnaire, answers: Sequence[Mapping[str, Answer]], extra: Mapping[str, Sequence[Any]]
) -> pd.DataFrame:
    """The `extra` columns, then one column a question (notes excepted), one row a person.

    select_one and text: strings; select_multiple: the chosen values joined by spaces; numbers: floats; None: no answer.
    """
    columns: dict[str, pd.Series[Any]] = {name: _extra(values) for name, values in extra.items()}
    for question in questionnaire.questions():
        if question.kind != "note":
            columns[question.name] = _column(question, answers)
    return pd.DataFrame(columns)


def make_sample(frame: pd.DataFrame, plan: Plan, provenance: Mapping[str, str]) -> Sample:
    """A sample under the plan's design; a stratum with one PSU is centred at the grand mean, and warned of later.

    Raises Refused where a design column is missing, empty or impossible.
    """
    design = Design(strata=plan.strata, psu=plan.psu, weight=plan.weight, fpc=plan.fpc, lonely_psu="adjust")
    try:
        return Sample.of(frame, design, provenance)
    except EstimationError as error:
        raise refusal(error) from error


def round_sample(round_: Round, questionnaire: Questionnaire, responses: Sequence[Response], plan: Plan) -> Sample:
    """A round's slips as a sample: what is known of each one's place, then its answers. Raises Refused if none."""
    places = {place.code: place for place in round_.places}
    unknown = Place(code=_NOWHERE, name=_NOWHERE, stratum=_NOWHERE, unit=_NOWHERE)
    where = [places.get(response.place or _NOWHERE, unknown) for response in responses]
    extra: dict[str, Sequence[Any]] = {
        "id": [response.id for response in responses],
        "day": [response.day for response in responses],
        "channel": [response.channel for response in responses],
        "language": [response.language for response in responses],
        "place": [place.name for place in where],
        "unit": [place.unit for place in where],
        "stratum": [place.stratum for place in where],
        "psu": [place.code for place in where],
        "base_weight": [place.weight for place in where],
        "fpc": [place.fpc for place in where],
    }
    frame = answers_frame(questionnaire, [response.answers for response in responses], extra)
    digest = hashlib.sha256("".join(sorted(response.commitment for response in responses)).encode()).hexdigest()
    return make_sample(frame, plan, {"round": round_.id, "data_sha256": digest})


def round_plan(round_: Round) -> Plan:
    """The plan that follows from what the round knows: its places are the design, its margins the weights."""
    places = round_.places
    return Plan(
        strata="stratum" if places else None,
        psu="psu" if places else None,
        weight="base_weight" if any(place.weight != 1 for place in places) else None,
        fpc="fpc" if places and all(place.fpc is not None for place in places) else None,
        adjust="rake" if round_.margins else "none",
        margins=round_.margins,
        by=("unit",) if places else (),
    )


def refusal(error: EstimationError) -> Refused:
    """An estimation error in the reader's words."""
    return Refused([Problem(code=error.code, values=error.values)])


def _extra(values: Sequence[Any]) -> "pd.Series[Any]":
    """A column beside the answers; one text among its numbers makes all of them texts, so that it can be sorted."""
    if any(isinstance(value, str) for value in values):
        return pd.Series([None if value is None else str(value) for value in values], dtype="object")
    return pd.Series(list(values))


def _column(question: Question, answers: Sequence[Mapping[str, Answer]]) -> "pd.Series[Any]":
    given = [answer.get(question.name) for answer in answers]
    if question.kind in ("integer", "decimal"):
        return pd.Series(given, dtype="float64")
    texts = [" ".join(value) if isinstance(value, tuple) else value for value in given]
    return pd.Series(texts, dtype="object")
