"""How does the annex become a Word file? From the shipped template, or from one that an official has edited."""

import base64
import json
import subprocess
import sys
from functools import cache
from importlib import resources
from typing import Any

from analysis.report import word_render
from analysis.report.annex import Annex
from analysis.report.word_guard import check_docx
from analysis.report.word_render import render
from survey.errors import Problem, Refused


def word_file(annex: Annex, own: bytes | None = None) -> bytes:
    """The annex as .docx; the same annex and template give the same bytes. `own`: a template that a person gave.

    Raises Refused where the own template is no Word file, is not safe, or cannot be filled: with place and cure.
    """
    if own is None:
        return render(_request(annex, shipped_template(annex.language)))
    problems = check_docx(own)
    if problems:
        raise Refused(problems)
    return _by_child(_request(annex, own))


@cache
def shipped_template(language: str) -> bytes:
    """The template that ships in that language, the Vietnamese one where there is none."""
    folder = resources.files("analysis.report.templates")
    found = folder.joinpath(f"annex_{language}.docx")
    return (found if found.is_file() else folder.joinpath("annex_vi.docx")).read_bytes()


def _by_child(request: dict[str, Any]) -> bytes:
    command = [sys.executable, "-m", word_render.__name__]
    try:
        child = subprocess.run(  # noqa: S603  our own module, the request goes in by standard input
            command, input=json.dumps(request).encode(), capture_output=True, timeout=word_render.SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused([Problem(code="WRD_TOO_MUCH")]) from error
    answer = json.loads(child.stdout)
    if "fault" in answer:
        raise Refused([Problem(code=answer["fault"], values=json.loads(answer["values"]))])
    return base64.b64decode(answer["document"])


def _request(annex: Annex, template: bytes) -> dict[str, Any]:
    """Everything as JSON can hold it; a picture is named by its place in the list."""
    pictures = [picture for section in annex.sections for picture in section.pictures]
    places = {picture.number: place for place, picture in enumerate(pictures)}
    tables = [table for section in annex.sections for table in section.tables]
    sections = [
        {
            "number": section.number,
            "heading": section.heading,
            "sentences": list(section.sentences),
            "tables": [
                {
                    "number": table.number,
                    "title": table.title,
                    "columns": list(table.columns),
                    "rows": [list(row) for row in table.rows],
                    "note": table.note,
                }
                for table in section.tables
            ],
            "pictures": [
                {"number": each.number, "title": each.title, "image": places[each.number]} for each in section.pictures
            ],
        }
        for section in annex.sections
    ]
    return {
        "template": base64.b64encode(template).decode(),
        "context": {**annex.fields, "sections": sections},
        "pictures": [
            {
                "png": base64.b64encode(each.picture.png).decode(),
                "alt": each.picture.alt,
                "width": each.picture.width,
            }
            for each in pictures
        ],
        "tables": [
            {"columns": list(table.columns), "widths": list(table.widths), "numeric": list(table.numeric)}
            for table in tables
        ],
        "created": annex.created,
        "title": annex.title,
    }
