"""What do the sheets `choices`, `index` and `settings` say? Each row checked, everything wrong collected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from survey.errors import Problem
from survey.expression import NAME
from survey.questionnaire import IndexNode, Option, Scale, Words
from survey.rating import CODE, LISTS
from survey.xlsform.columns import Column, language_code
from survey.xlsform.tables import Row, Table

STUDIES = ("household", "user", "officials", "other")
LEVELS = ("aspect", "factor")
WHOLE = "overall"
"""The name of the whole index, which no question or node may have."""
_WEIGHT = re.compile(r"[0-9]{1,9}([.,][0-9]{1,9})?(e-?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The one row of the sheet `settings`; `default` is the language shown first."""

    id: str
    version: str
    study: str
    default: str
    title: Words
    source: Words
    status: Words
    purpose: Words


def check_words(table: Table, row: Row, base: str, faults: list[Problem]) -> Words:
    """The wordings of a cell group; a reference `${…}` in a wording is a fault, for not every form can fill it in."""
    words = row.words(base)
    faults += [table.fault("XLS_WORDS_REFERENCE", row, base, code) for code, text in words.items() if "${" in text]
    return words


def label(table: Table, row: Row, faults: list[Problem], *, of: str) -> Words:
    """The label in all languages; Vietnamese must be there."""
    words = check_words(table, row, "label", faults)
    if "vi" not in words and table.complete:
        faults.append(table.fault("XLS_LABEL_MISSING", row, "label", "vi", of=of))
    return words


def read_choices(table: Table, faults: list[Problem]) -> Mapping[str, Scale]:
    """The lists of options by name, faulty ones included so that a fault is told once."""
    lists: dict[str, list[Option]] = {}
    rows: dict[tuple[str, str], int] = {}
    worded: dict[tuple[str, str, str], int] = {}
    for row in table.rows if table.complete else ():
        name, value = row.get("list_name"), row.get("name")
        if not name:
            faults.append(table.fault("XLS_LIST_NAME_MISSING", row, "list_name"))
            continue
        units = LISTS.fullmatch(name)
        if not units and name.startswith("units."):
            faults.append(table.fault("XLS_UNITS_NAME", row, "list_name", got=name))
        elif not units and not NAME.fullmatch(name):
            faults.append(table.fault("XLS_NAME", row, "list_name", got=name))
        options = lists.setdefault(name, [])
        if not value:
            faults.append(table.fault("XLS_OPTION_MISSING", row, "name", list=name))
        elif re.search(r"\s", value):
            faults.append(table.fault("XLS_OPTION_SPACE", row, "name", got=value))
        elif units and not CODE.fullmatch(value):
            faults.append(table.fault("XLS_UNITS_CODE", row, "name", got=value, list=name))
        elif (name, value) in rows:
            faults.append(table.fault("XLS_OPTION_TWICE", row, "name", got=value, list=name, other=rows[name, value]))
        rows.setdefault((name, value), row.number)
        words = label(table, row, faults, of=value)
        for language, text in words.items():
            key = (name, language, " ".join(text.casefold().split()))
            if key in worded:
                faults.append(
                    table.fault(
                        "XLS_OPTION_LABEL_TWICE", row, "label", language, got=text, list=name, other=worded[key]
                    )
                )
            worded.setdefault(key, row.number)
        options.append(Option(value=value, label=words))
    return {name: Scale(name=name, options=tuple(options)) for name, options in lists.items()}


def read_index(table: Table, faults: list[Problem]) -> tuple[IndexNode, ...]:
    """The factors and aspects of the index tree, in order."""
    nodes: dict[str, IndexNode] = {}
    rows: dict[str, Row] = {}
    for row in table.rows if table.complete else ():
        code, level, parent = row.get("code"), row.get("level"), row.get("parent")
        if not NAME.fullmatch(code):
            faults.append(table.fault("XLS_NAME", row, "code", got=code))
        if code == WHOLE:
            faults.append(table.fault("XLS_NAME_RESERVED", row, "code", got=code))
        if code in rows:
            faults.append(table.fault("XLS_INDEX_TWICE", row, "code", got=code, other=rows[code].number))
            continue
        if level not in LEVELS:
            faults.append(table.fault("XLS_INDEX_LEVEL", row, "level", got=level))
        rows[code] = row
        nodes[code] = IndexNode(
            code=code,
            level="aspect" if level == "aspect" else "factor",
            label=label(table, row, faults, of=code),
            parent=parent or None,
            weight=_weight(table, row, faults),
        )
    for code, node in nodes.items():
        faults += _parent(table, rows[code], node, nodes)
    return tuple(nodes.values())


def _parent(table: Table, row: Row, node: IndexNode, nodes: Mapping[str, IndexNode]) -> list[Problem]:
    if node.parent is None:
        return []
    if node.level == "aspect":  # the tree is item, factor, aspect, overall: so it cannot run in a circle either
        return [table.fault("XLS_INDEX_ASPECT_PARENT", row, "parent", got=node.parent)]
    aspects = [code for code, other in nodes.items() if other.level == "aspect"]
    known = ", ".join(aspects) or "–"
    if node.parent not in nodes:
        return [table.fault("XLS_INDEX_PARENT_UNKNOWN", row, "parent", got=node.parent, allowed=known)]
    if node.parent not in aspects:
        return [table.fault("XLS_INDEX_PARENT_LEVEL", row, "parent", got=node.parent, allowed=known)]
    return []


def _weight(table: Table, row: Row, faults: list[Problem]) -> float:
    text = row.get("weight")
    if not text:
        return 1.0
    weight = float(text.replace(",", ".")) if _WEIGHT.fullmatch(text.lower()) else 0.0
    if weight <= 0:
        faults.append(table.fault("XLS_INDEX_WEIGHT", row, "weight", got=text))
    return weight


def read_settings(table: Table, faults: list[Problem]) -> Settings:
    """The one row that says which questionnaire this is."""
    row = table.rows[0] if table.rows else Row(number=2, cells={})
    faults += [table.fault("XLS_SETTINGS_ROWS", extra, None) for extra in table.rows[1:]]
    form_id, version, study = row.get("form_id"), row.get("version"), row.get("study") or "other"
    title = check_words(table, row, "form_title", faults)
    for base, language, text in (("form_id", None, form_id), ("version", None, version), ("form_title", "vi", title)):
        there = Column(base, language) in table.headers
        if there and not (text if isinstance(text, str) else text.get("vi")):
            faults.append(table.fault("XLS_SETTING_MISSING", row, base, language))
    if form_id and not NAME.fullmatch(form_id):
        faults.append(table.fault("XLS_NAME", row, "form_id", got=form_id))
    if study not in STUDIES:
        faults.append(table.fault("XLS_STUDY", row, "study", got=study, allowed=", ".join(STUDIES)))
    default = row.get("default_language")
    code = language_code(default) if default else "vi"
    if code is None:
        faults.append(table.fault("XLS_DEFAULT_LANGUAGE", row, "default_language", got=default))
    return Settings(
        id=form_id,
        version=version,
        study=study,
        default=code or "vi",
        title=title,
        source=check_words(table, row, "source", faults),
        status=check_words(table, row, "status", faults),
        purpose=check_words(table, row, "purpose", faults),
    )
