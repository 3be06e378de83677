"""Which criteria did an official write in a table? The lines of a set of rules, read from Excel, every fault named."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from analysis.scores.scorecard.checking import check_tree, read_criterion
from analysis.scores.scorecard.fields import Fields, Place
from analysis.scores.scorecard.scheme import Criterion, Evidence, Rule, Scheme
from analysis.scores.scorecard.tables import Columns, find_columns
from survey.errors import Refused
from survey.sheet import Line, Table

HEADS: Mapping[str, str] = {
    "code": "SCR_COL_CODE",
    "parent": "SCR_FIELD_PARENT",
    "title": "SCR_COL_TITLE",
    "title_en": "SCR_FIELD_TITLE_EN",
    "max_points": "SCR_COL_MAX",
    "evidence": "SCR_HEAD_EVIDENCE",
    "rule": "SCR_FIELD_RULE",
    "study": "SCR_FIELD_STUDY",
    "questions": "SCR_FIELD_QUESTIONS",
    "weights": "SCR_FIELD_WEIGHTS",
    "node": "SCR_FIELD_NODE",
    "respondents": "SCR_FIELD_RESPONDENTS",
    "measure": "SCR_FIELD_MEASURE",
    "target": "SCR_HEAD_TARGET",
    "steps": "SCR_FIELD_STEPS",
    "owner": "SCR_HEAD_OWNER",
    "group": "SCR_HEAD_GROUP",
    "extra": "SCR_FIELD_EXTRA",
    "gap": "SCR_FIELD_GAP",
    "source": "SCR_HEAD_SOURCE",
    "mark": "SCR_HEAD_MARK",
    "note": "SCR_COL_NOTE",
}
"""The columns of the table of criteria, by the codes of their headers."""

EVIDENCE: Mapping[str, str] = {each: f"SCR_EVIDENCE_{each.upper()}" for each in get_args(Evidence) if each}
RULES: Mapping[str, str] = {each: f"SCR_RULENAME_{each.upper()}" for each in get_args(Rule)}
"""What evidence and rules are called in the table; their codes are understood too."""

_TEXTS = ("code", "parent", "study", "node", "measure", "owner", "group", "source", "mark", "note")
_WORDED = ("group", "source")
_UNKNOWN = "?"


def read_criteria(table: Table, base: Scheme, version: str) -> Scheme:
    """`base` with the table's lines in place of its own, under a new version; all that a file is checked for.

    Source and group stand in the table in one language; untouched, they keep their translation. A line without a
    source or mark gets «?»: not known. Raises Refused with every fault, each with row and column.
    """
    columns = find_columns(table, HEADS, ("code", "title", "max_points"))
    rows: dict[str, int] = {}
    known = {each.code: each for each in base.criteria}
    found: list[Criterion] = []
    for line in table.lines:
        place = Place(sheet=table.sheet, row=line.number)
        raw = _raw(columns, line)
        rows.setdefault(str(raw.get("code", "")), line.number)
        fields = Fields(raw=raw, place=place, faults=columns.faults, heads=columns.headers)
        before = len(columns.faults)
        each = read_criterion(fields, {})
        if each is not None and len(columns.faults) == before:
            found.append(_translated(each, known.get(each.code)))
    made = replace(base, version=version, criteria=tuple(found))
    if len(found) == len(table.lines):
        for problem in check_tree(made, lambda code: Place(sheet=table.sheet, row=rows.get(code, 1))):
            column = columns.headers.get(str(problem.column), problem.column)
            columns.faults.append(replace(problem, column=column))
    if columns.faults:
        raise Refused(columns.faults)
    return made


def _raw(columns: Columns, line: Line) -> dict[str, Any]:
    """A row as the file's table would be; a cell that cannot be taken apart stays text and is refused later."""
    raw: dict[str, Any] = {field: text for field in _TEXTS if (text := columns.text(line, field))}
    raw.setdefault("source", _UNKNOWN)
    raw.setdefault("mark", _UNKNOWN)
    title, english = columns.text(line, "title"), columns.text(line, "title_en")
    raw["title"] = {"vi": title} | ({"en": english} if english else {})
    if columns.text(line, "evidence"):
        raw["evidence"] = columns.one_of(line, "evidence", EVIDENCE, default="documents")
        raw["rule"] = columns.one_of(line, "rule", RULES, default="entered")
    if (most := columns.number(line, "max_points", least=0.0, most=1e6)) is not None:
        raw["max_points"] = most
    if (target := columns.number(line, "target", least=0.0, most=1.0)) is not None:
        raw["target"] = target
    for field in ("extra", "gap"):
        raw[field] = columns.yes(line, field, default=False)
    taken: Mapping[str, Callable[[str], Any]] = {
        "questions": _list,
        "weights": lambda text: {key: _number(value) for key, value in _pairs(text)},
        "respondents": lambda text: {key: [each.strip() for each in value.split(",")] for key, value in _pairs(text)},
        "steps": lambda text: [[_number(key), _number(value)] for key, value in _pairs(text)],
    }
    for field, take in taken.items():
        if text := columns.text(line, field):
            try:
                raw[field] = take(text)
            except ValueError:
                raw[field] = text
    return raw


def _translated(each: Criterion, before: Criterion | None) -> Criterion:
    """With the other languages of a wording that is as it was."""
    if before is None:
        return each
    same = [name for name in _WORDED if getattr(each, name).get("vi") == getattr(before, name).get("vi")]
    return replace(each, **{name: getattr(before, name) for name in same})


def _list(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\n", ";").split(";") if each.strip()]


def _pairs(text: str) -> list[tuple[str, str]]:
    """«A=1; B=0,6» → pairs. Raises ValueError for a part without its «=»."""
    found = []
    for part in _list(text):
        key, sign, value = part.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise ValueError(part)
        found.append((key.strip(), value.strip()))
    return found


def _number(text: str) -> float:
    """0,6 or 0.6. Raises ValueError for anything else."""
    return float(text.replace(",", "."))
