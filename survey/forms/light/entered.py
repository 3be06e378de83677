"""What was typed in, and how does it come back as an answer? Posted fields to answers; nothing is judged here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs

from starlette.requests import Request

from survey.questionnaire import Question

LARGEST = 64 * 1024
"""Bytes of one posting; the longest honest page has a fraction of that."""

FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 2_000
_LONGEST_LENGTH = 12  # digits of a size that anybody could mean

OWN = "_"
"""How the form's own fields begin; no question's name can."""

DAY_PARTS = (".d", ".m", ".y")
"""A date is three fields; these follow the question's name, which never has a full stop."""

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN = re.compile(r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4})")

Fields = Mapping[str, Sequence[str]]
"""The fields of a posting by name, blank ones left out."""


class TooLarge(Exception):
    """More was sent than any form sends."""


async def read(request: Request) -> Fields:
    """The posted fields. Raises TooLarge without reading on, whatever length the client has claimed.

    The header Content-Length must be missing or digits.
    """
    said = request.headers.get("content-length", "0")
    if len(said) > _LONGEST_LENGTH or int(said) > LARGEST:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise TooLarge
    try:
        return parse_qs(body.decode("utf-8", "replace"), errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise TooLarge from error


def answers_in(fields: Fields, questions: Iterable[Question]) -> dict[str, object]:
    """What the fields say to these questions, as given: a list for several options, text for all else."""
    answers: dict[str, object] = {}
    for question in questions:
        if question.kind == "select_multiple":
            given: object = list(fields.get(question.name, ()))
        elif question.kind == "date":
            given = _day(fields, question.name)
        else:
            given = first(fields, question.name)
        if given and question.kind != "note":
            answers[question.name] = given
    return answers


def first(fields: Fields, name: str) -> str:
    """The field's first value, empty if there is none."""
    values = fields.get(name)
    return values[0] if values else ""


def day_parts(answer: object) -> tuple[str, str, str]:
    """Day, month and year of a date answer, to be shown in three fields again as they were typed."""
    text = str(answer or "")
    if found := _ISO.fullmatch(text):
        return found[3], found[2], found[1]
    day, month, year = (*text.split("/", 2), "", "")[:3]
    return day, month, year


def _day(fields: Fields, name: str) -> str:
    """ISO text where three numbers were given, or a date in one field as people write it; else what was typed."""
    typed = [first(fields, f"{name}{part}").strip() for part in DAY_PARTS]
    text = "/".join(typed) if any(typed) else first(fields, name).strip()
    found = _WRITTEN.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text
