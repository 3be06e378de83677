"""How does a round become a Sample? Answers become typed columns, one row a person."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.estimation import Design, EstimationError, Sample
from analysis.scores.plan import Adjust, Plan
from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire, say
from survey.rating import split
from survey.response import Answer, Response
from survey.round import Place, Round

NOWHERE = "?"
"""The unit, place and stratum of a slip of which these are not known."""


def answers_frame(
    questionnaire: Questionnaire, answers: Sequence[Mapping[str, Answer]], extra: Mapping[str, Sequence[Any]]
) -> pd.DataFrame:
    """The `extra` columns, then one column a question (notes excepted), one row a person.

    select_one: a categorical in the order of the scale; text: strings; select_multiple: the chosen values joined by
    spaces; numbers: floats. No answer is None or NaN.
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
    design = Design(
        strata=plan.strata,
        psu=plan.psu,
        weight=plan.weight,
        fpc=plan.fpc,
        lonely_psu="adjust",
        study=plan.chosen_by(),
    )
    try:
        return Sample.of(frame, design, provenance)
    except EstimationError as error:
        raise refusal(error) from error


def round_sample(round_: Round, questionnaire: Questionnaire, responses: Sequence[Response], plan: Plan) -> Sample:
    """A round's slips as a sample: what is known of each one's place, then its answers. Raises Refused if none.

    `questionnaire` is the round's own, before `asked_in`. A slip that rates several offices is as many rows, `unit`
    the office, under the base names of the questions; one that rates none is one row. Without places the slip is the
    sampling unit, for one person's ratings resemble each other.
    """
    places = {place.code: place for place in round_.places}
    unknown = Place(code=NOWHERE, name=NOWHERE, stratum=NOWHERE, unit=NOWHERE)
    names = {unit.code: unit.name for unit in round_.rated}
    texts = {question.name for question in questionnaire.questions() if question.kind == "text"}
    rows = [
        (response, places.get(response.place or NOWHERE, unknown), rated, answers)
        for response in responses
        for rated, answers in _ratings(questionnaire, round_, response, texts)
    ]
    extra: dict[str, Sequence[Any]] = {
        "id": [response.id for response, *_ in rows],
        "day": [response.day for response, *_ in rows],
        "channel": [response.channel for response, *_ in rows],
        "language": [response.language for response, *_ in rows],
        "place": [place.name for _, place, _, _ in rows],
        "unit": [place.unit if rated is None else names.get(rated, rated) for _, place, rated, _ in rows],
        "stratum": [place.stratum for _, place, _, _ in rows],
        "psu": [response.id if round_.rated and not places else place.code for response, place, _, _ in rows],
        "base_weight": [place.weight for _, place, _, _ in rows],
        "fpc": [place.fpc for _, place, _, _ in rows],
    }
    frame = answers_frame(questionnaire, [answers for *_, answers in rows], extra)
    digest = hashlib.sha256("".join(sorted(response.commitment for response in responses)).encode()).hexdigest()
    return make_sample(frame, plan, {"round": round_.id, "data_sha256": digest})


def _ratings(
    questionnaire: Questionnaire, round_: Round, response: Response, texts: set[str]
) -> Iterator[tuple[str | None, Mapping[str, Answer]]]:
    """The rows of one slip: rated office (None where it rates none) and answers; what a person wrote stands once."""
    (_, common), *rated = split(questionnaire, round_, response.answers)
    if not rated:
        yield None, response.answers
    for unit, answers in rated:
        yield unit, {**common, **answers}
        common = {name: answer for name, answer in common.items() if name not in texts}


def round_plan(round_: Round) -> Plan:
    """The plan that follows from what the round knows: its places are the design, its margins the weights.

    Where offices are rated by name and nothing was drawn, slips are the sampling units of people who were invited.
    """
    places = round_.places
    if round_.rated and not places:
        adjust: Adjust = "rake" if round_.margins else "none"
        return Plan(psu="psu", adjust=adjust, margins=round_.margins, by=("unit",), study="volunteer")
    return Plan(
        strata="stratum" if places else None,
        psu="psu" if places else None,
        weight="base_weight" if any(place.weight != 1 for place in places) else None,
        fpc="fpc" if places and all(place.fpc is not None for place in places) else None,
        adjust="rake" if round_.margins else "none",
        margins=round_.margins,
        by=("unit",) if places else (),
    )


def refusal(error: EstimationError, questionnaire: Questionnaire | None = None) -> Refused:
    """An estimation error in the reader's words: questions and answers of the `questionnaire` with their wording."""
    values: dict[str, object] = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in error.values.items()
    }
    variable, level = values.get("variable"), values.get("level")
    if questionnaire is not None and isinstance(variable, str):
        spoken = {"vi", *questionnaire.languages}
        values["variable"] = {each: variable_words(questionnaire, variable, each) for each in spoken}
        if isinstance(level, str):
            values["level"] = {each: level_words(questionnaire, variable, level, each) for each in spoken}
    return Refused([Problem(code=error.code, values=values)])


def variable_words(questionnaire: Questionnaire, variable: str, language: str = "vi") -> str:
    """A margin's variable with the question's wording: «sex (Giới tính)»; itself where it is no question."""
    asked = _asked(questionnaire, variable)
    if not all(asked):
        return variable
    wordings = (" ".join(say(question.label, language).split()) for question in asked if question)
    return f"{variable} ({' × '.join(wordings)})"


def level_words(questionnaire: Questionnaire, variable: str, level: str, language: str = "vi") -> str:
    """A margin's level with its wording: «1 (Nam)», of a joint cell «1 × 2 (Nam × Từ 25 đến 34 tuổi)»."""
    scales = [question.scale if question else None for question in _asked(questionnaire, variable)]
    values = level.split("|")
    if len(scales) != len(values) or not all(scales):
        return level
    labels = [scale.label(value, language) for scale, value in zip(scales, values, strict=True) if scale]
    return f"{' × '.join(values)} ({' × '.join(labels)})"


def _asked(questionnaire: Questionnaire, variable: str) -> list[Question | None]:
    questions = {question.name: question for question in questionnaire.questions()}
    return [questions.get(name) for name in variable.split("|")]


def _extra(values: Sequence[Any]) -> "pd.Series[Any]":
    """A column beside the answers; one text among its numbers makes all of them texts, so that it can be sorted."""
    if any(isinstance(value, str) for value in values):
        return pd.Series([None if value is None else str(value) for value in values], dtype="object")
    return pd.Series(list(values))


def _column(question: Question, answers: Sequence[Mapping[str, Answer]]) -> "pd.Series[Any]":
    given = [answer.get(question.name) for answer in answers]
    if question.kind in ("integer", "decimal"):
        return pd.Series(given, dtype="float64")
    if question.kind == "select_one" and question.scale is not None:
        options = [option.value for option in question.scale.options]
        strange = set(given) - {None, *options}  # of a damaged file: kept, so that it is seen
        return pd.Series(pd.Categorical(given, categories=[*options, *sorted(map(str, strange))]))
    texts = [" ".join(value) if isinstance(value, tuple) else value for value in given]
    return pd.Series(texts, dtype="object")
