"""How does a value become JSON text, and the text the same value again?"""

import builtins
import json
import types
from collections import abc
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Literal, get_args, get_origin, get_type_hints

from survey.ledger import canonical_json
from survey.response import Answer, Response
from survey.round import Desk, Margin, Place, Rated, Round

_RESPONSE = tuple(field.name for field in fields(Response))
_values = attrgetter(*_RESPONSE)


_LATER: Mapping[str, object] = {"state": "open", "least": 0, "channels": ()}
"""Settings that came to rounds later, with what they are where they are not said.

A value that says nothing new is left out: a checkpoint binds the text, and earlier rounds must keep theirs."""


def round_text(round_: Round) -> str:
    """The JSON text of a round. Equal rounds have equal texts."""
    row = {name: value for name, value in asdict(round_).items() if name not in _LATER or value != _LATER[name]}
    for place in row["places"]:
        if not place["wanted"]:
            del place["wanted"]
    closes = round_.closes.isoformat() if round_.closes else None
    return canonical_json({**row, "opens": round_.opens.isoformat(), "closes": closes})


def read_round(text: str) -> Round:
    """The round that `round_text` wrote. Raises ValueError for a text that is no round's, whoever wrote it."""
    try:
        row: dict[str, Any] = json.loads(text)
        row["opens"] = date.fromisoformat(row["opens"])
        row["closes"] = date.fromisoformat(row["closes"]) if row["closes"] else None
        row["languages"] = tuple(row["languages"])
        row["places"] = tuple(Place(**place) for place in row["places"])
        row["margins"] = tuple(Margin(**margin) for margin in row["margins"])
        row["desks"] = tuple(Desk(**desk) for desk in row.get("desks", ()))
        row["rated"] = tuple(Rated(**rated) for rated in row.get("rated", ()))
        row["channels"] = tuple(row.get("channels", ()))
        round_ = Round(**row)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("no settings of a round") from error
    if not round_.languages or not _fits(Round)(round_):
        raise ValueError("settings of a round with a value of another kind")
    return round_


def response_row(response: Response) -> dict[str, object]:
    """The table row of a response: its fields by name, answers and flags as JSON text."""
    row = dict(zip(_RESPONSE, _values(response), strict=True))
    row["answers"], row["flags"] = canonical_json(response.answers), json.dumps(response.flags)
    return row


def read_response(row: Mapping[str, Any]) -> Response:
    """The response of a table row. Answers come in the order of their names, not of the questionnaire."""
    answers: dict[str, Answer] = {
        name: tuple(answer) if isinstance(answer, list) else answer
        for name, answer in json.loads(row["answers"]).items()
    }
    return Response(**{**row, "answers": answers, "flags": tuple(json.loads(row["flags"]))})


@cache
def _fits(kind: Any) -> Callable[[Any], bool]:
    """Whether a value is what a field's annotation says; JSON has no word for most of it."""
    if get_origin(kind) is Literal:
        return lambda value: value in get_args(kind)
    each = [_fits(one) for one in get_args(kind) if one is not ...]
    match get_origin(kind):
        case types.UnionType:
            return lambda value: any(fits(value) for fits in each)
        case builtins.tuple:
            return lambda value: isinstance(value, tuple) and all(map(each[0], value))
        case abc.Mapping:
            return lambda value: isinstance(value, Mapping) and all(map(each[1], value.values()))
    if isinstance(kind, type) and is_dataclass(kind):
        fields_ = [(name, _fits(of)) for name, of in get_type_hints(kind).items()]
        return lambda value: isinstance(value, kind) and all(fits(getattr(value, name)) for name, fits in fields_)
    kinds = (int, float) if kind is float else (kind,)
    return lambda value: type(value) in kinds
