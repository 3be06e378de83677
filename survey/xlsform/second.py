"""Would other XLSForm tools take it too? pyxform, the reference converter, has the last word."""

import re
from collections.abc import Mapping

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from survey.errors import Problem
from survey.xlsform.columns import Column, language_code, language_name
from survey.xlsform.tables import Table

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


def second_opinion(tables: Mapping[str, Table], form_id: str, default_language: str) -> list[Problem]:
    """What pyxform refuses in sheets that passed our own checks; it stops at its first fault, so one at most."""
    book: dict[str, object] = {"sheet_names": list(tables)}
    for sheet in ("survey", "choices", "settings"):
        table = tables[sheet]
        book[f"{sheet}_header"] = [{column.header(): None for column in table.headers}]
        book[sheet] = _rows(table)
    try:
        convert(book, form_name=form_id, default_language=language_name(default_language), warnings=[])
    except PyXFormError as error:
        said = str(error)
        row, named = _ROW.search(said), _SHEET.search(said)
        return [
            Problem(
                code="XLS_PYXFORM",
                sheet=tables[named[1] if named else "survey"].sheet if named or row else None,
                row=int(row[1]) if row else None,
                values={"said": _ROW.sub("", said).strip()},
            )
        ]
    return []


def _rows(table: Table) -> list[dict[str, str]]:
    """The rows under our own headers, blank ones included, so that pyxform counts as Excel does."""
    rows: list[dict[str, str]] = [{} for _ in range(max((row.number for row in table.rows), default=1) - 1)]
    for row in table.rows:
        rows[row.number - 2] = {column.header(): _said(column, text) for column, text in row.cells.items()}
    return rows


def _said(column: Column, text: str) -> str:
    """A cell as pyxform spells it: languages by the names of our headers, yes and no in small letters."""
    if column.base == "default_language":
        return language_name(language_code(text) or text)
    return text.lower() if column.base == "required" else text
