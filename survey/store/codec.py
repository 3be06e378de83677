"""How does a value become JSON text, and the text the same value again?"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from survey.ledger import canonical_json
from survey.response import Answer, Response
from survey.round import Desk, Margin, Place, Rated, Round

_RESPONSE = tuple(field.name for field in fields(Response))


def round_text(round_: Round) -> str:
    """The JSON text of a round. Equal rounds have equal texts."""
    closes = round_.closes.isoformat() if round_.closes else None
    return canonical_json({**asdict(round_), "opens": round_.opens.isoformat(), "closes": closes})


def read_round(text: str) -> Round:
    """The round that `round_text` wrote."""
    row: dict[str, Any] = json.loads(text)
    row["opens"] = date.fromisoformat(row["opens"])
    row["closes"] = date.fromisoformat(row["closes"]) if row["closes"] else None
    row["languages"] = tuple(row["languages"])
    row["places"] = tuple(Place(**place) for place in row["places"])
    row["margins"] = tuple(Margin(**margin) for margin in row["margins"])
    row["desks"] = tuple(Desk(**desk) for desk in row.get("desks", ()))
    row["rated"] = tuple(Rated(**rated) for rated in row.get("rated", ()))
    return Round(**row)


def response_row(response: Response) -> dict[str, object]:
    """The table row of a response: its fields by name, answers and flags as JSON text."""
    row = {name: getattr(response, name) for name in _RESPONSE}
    return {**row, "answers": canonical_json(response.answers), "flags": json.dumps(response.flags)}


def read_response(row: Mapping[str, Any]) -> Response:
    """The response of a table row. Answers come in the order of their names, not of the questionnaire."""
    answers: dict[str, Answer] = {
        name: tuple(answer) if isinstance(answer, list) else answer
        for name, answer in json.loads(row["answers"]).items()
    }
    return Response(**{**row, "answers": answers, "flags": tuple(json.loads(row["flags"]))})
