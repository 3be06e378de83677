"""Which rules did the province write itself? Kept as the paper «schemes»; they come before the shipped ones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from analysis.scores.scorecard.reading import scheme_of, shipped
from analysis.scores.scorecard.scheme import Criterion, Scheme
from survey.errors import Problem, Refused
from survey.store import Store

KIND = "schemes"
"""The working paper's kind."""

_DAYS = ("valid_from", "valid_to")


def rules_of_round(store: Store, round_id: str) -> Mapping[str, Scheme]:
    """Every set of rules that a round can use, by id. Raises Refused where its own cannot be read."""
    return {**shipped(), **own_rules(store, round_id)}


def own_rules(store: Store, round_id: str) -> Mapping[str, Scheme]:
    """The rules that the desk wrote for a round, by id."""
    paper = store.paper(round_id, KIND)
    return {scheme.id: scheme for scheme in from_json(paper.content)} if paper else {}


def to_json(schemes: Iterable[Scheme]) -> str:
    """The paper's text."""
    return json.dumps([_raw(scheme) for scheme in schemes], ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_json(text: str) -> tuple[Scheme, ...]:
    """A paper's text as rules, checked as a file is. Raises Refused."""
    try:
        found = [
            {**raw, **{day: date.fromisoformat(raw[day]) for day in _DAYS if day in raw}} for raw in json.loads(text)
        ]
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused([Problem(code="SCR_PAPER")]) from error
    return tuple(scheme_of(raw, None) for raw in found)


def _raw(scheme: Scheme) -> Mapping[str, Any]:
    """The tables that a file with these rules would have."""
    lists = {"criteria": "criterion", "bands": "band", "sums": "sum"}
    raw = {key: value for key, value in asdict(scheme).items() if key not in lists and value not in (None, "", {})}
    raw |= {day: raw[day].isoformat() for day in _DAYS if day in raw}
    raw["band"] = [asdict(band) for band in scheme.bands]
    raw["sum"] = [{**asdict(each), "evidence": list(each.evidence)} for each in scheme.sums]
    raw["criterion"] = [raw_criterion(each) for each in scheme.criteria]
    return raw


def raw_criterion(criterion: Criterion) -> Mapping[str, Any]:
    """The table of one line; what is as it would be without saying so is left out."""
    plain = asdict(Criterion(code="", title={}, max_points=0, source={"vi": ""}))
    return {
        key: value for key, value in _listed(asdict(criterion)).items() if value != _listed(plain)[key] or key == "mark"
    }


def _listed(raw: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: list(value) if isinstance(value, tuple) else value for key, value in raw.items()}
    found["steps"] = [list(step) for step in raw["steps"]]
    found["respondents"] = {question: list(answers) for question, answers in raw["respondents"].items()}
    return found
