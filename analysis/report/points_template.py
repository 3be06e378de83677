"""Which tables does an officer fill in Excel and bring back? Points, criteria, findings, other units' indices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from analysis.report.cells import clean
from analysis.report.excel import write
from analysis.report.model import Cell, Choices, Column, Number, Report, Sheet, Table, Text
from analysis.report.sheets import lines
from analysis.scores.scorecard import criteria_table, inspection, points
from analysis.scores.scorecard.criteria_table import EVIDENCE, RULES
from analysis.scores.scorecard.inspection import EFFECTS, NATURES, STATES, Finding
from analysis.scores.scorecard.points import Entry, Peer, enterable
from analysis.scores.scorecard.scheme import Criterion, Scheme
from survey.errors import word
from survey.questionnaire import say
from survey.words import day

_WIDTHS = {"title": 60, "text": 50, "recommendation": 40, "note": 30, "evidence": 30, "source": 40, "name": 40}
_EMPTY_ROWS = 30
"""Blank rows at the end of a table that people add to."""


def points_template(
    scheme: Scheme, entries: Iterable[Entry], subjects: Sequence[str], language: str, now: datetime
) -> bytes:
    """The table of points of a scheme, filled with what was entered; a block of rows for each unit."""
    given = {(entry.subject, entry.code): entry for entry in entries}
    heads = {field: code for field, code in points.HEADS.items() if subjects or field != "subject"}
    leaves = {leaf.code for leaf in scheme.leaves()}
    rows = []
    for subject in subjects or ("",):
        for depth, each in scheme.walk():
            entry = given.get((subject, each.code), Entry(code=each.code))
            cells = _points_row(each, depth, entry, each.code in leaves, language) | {"subject": _text(subject)}
            rows.append(tuple(cells.get(field) for field in heads))
    told = word("SCR_TEMPLATE_POINTS", language, scheme=say(scheme.title, language), settings=scheme.settings)
    return _workbook("SCR_TEMPLATE_POINTS_SHEET", told, heads, rows, language, now)


def _points_row(each: Criterion, depth: int, entry: Entry, leaf: bool, language: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "code": _text(each.code),
        "title": _text("    " * depth + say(each.title, language)),
        "max_points": Number(each.max_points),
    }
    if leaf:
        cells |= {
            "self_points": _number(entry.self_points),
            "appraised": _number(entry.appraised),
            "value": _value(each, entry, language),
            "applicable": _text(word("SCR_YES" if entry.applicable else "SCR_NO", language)),
            "note": _text(entry.note),
            "evidence": _text(entry.evidence),
        }
    return cells


def _value(each: Criterion, entry: Entry, language: str) -> Cell:
    if entry.value is None or not enterable(each):
        return None
    if each.rule == "yes_no":
        return _text(word("SCR_YES" if entry.value >= 1 else "SCR_NO", language))
    return Number(entry.value, "share")


def criteria_template(scheme: Scheme, language: str, now: datetime) -> bytes:
    """The lines of a scheme as a table to edit."""
    rows = [
        tuple(_criterion_row(each, language).get(field) for field in criteria_table.HEADS) for each in scheme.criteria
    ]
    told = word("SCR_TEMPLATE_CRITERIA", language, scheme=say(scheme.title, language), settings=scheme.settings)
    return _workbook("SCR_TEMPLATE_CRITERIA_SHEET", told, criteria_table.HEADS, rows, language, now)


def _criterion_row(each: Criterion, language: str) -> dict[str, Cell]:
    def share(value: float) -> str:
        return f"{value:.10g}"

    pairs: Mapping[str, Iterable[str]] = {
        "questions": each.questions,
        "weights": (f"{answer}={share(value)}" for answer, value in each.weights.items()),
        "respondents": (f"{question}={','.join(answers)}" for question, answers in each.respondents.items()),
        "steps": (f"{share(rate)}={share(worth)}" for rate, worth in each.steps),
    }
    names = ("code", "parent", "study", "node", "measure", "owner", "mark", "note")
    return {
        **{name: _text(getattr(each, name) or "") for name in names},
        **{name: _text("; ".join(parts)) for name, parts in pairs.items()},
        "title": _text(each.title.get("vi", "")),
        "group": _text(each.group.get("vi", "")),
        "source": _text(each.source.get("vi", "")),
        "title_en": _text(each.title.get("en", "")),
        "max_points": Number(each.max_points),
        "target": _number(each.target),
        "evidence": _text(word(EVIDENCE[each.evidence], language) if each.evidence else ""),
        "rule": _text(word(RULES[each.rule], language) if each.evidence else ""),
        "extra": _text(word("SCR_YES", language) if each.extra else ""),
        "gap": _text(word("SCR_YES", language) if each.gap else ""),
    }


def findings_template(findings: Iterable[Finding], language: str, now: datetime) -> bytes:
    """The table of an inspection's findings, with rows to add to and lists to choose from."""
    lists = {"nature": NATURES, "state": STATES, "effect": EFFECTS}
    rows = []
    for each in findings:
        cells: dict[str, Cell] = {
            field: _text(str(getattr(each, field) or ""))
            for field in ("number", "agency", "text", "recommendation", "owner", "criterion")
        }
        cells |= {field: _text(word(codes[getattr(each, field)], language)) for field, codes in lists.items()}
        cells |= {"due": _text(day(each.due) if each.due else ""), "points": _number(each.points)}
        rows.append(tuple(cells.get(field) for field in inspection.HEADS))
    rows += [tuple(None for _ in inspection.HEADS)] * _EMPTY_ROWS
    choices = tuple(
        Choices(
            row=place,
            header=word(inspection.HEADS[field], language),
            values=tuple(word(code, language) for code in codes.values()),
            title=word(inspection.HEADS[field], language),
            message=word("SCR_CHOOSE", language),
        )
        for field, codes in lists.items()
        for place in range(len(rows))
    )
    told = word("INS_TEMPLATE", language)
    return _workbook("INS_TEMPLATE_SHEET", told, inspection.HEADS, rows, language, now, choices)


def peers_template(peers: Iterable[Peer], language: str, now: datetime) -> bytes:
    """The table of other units' published indices."""
    rows: list[tuple[Cell, ...]] = [(_text(peer.name), Number(peer.index, "share")) for peer in peers]
    rows += [(None, None)] * _EMPTY_ROWS
    told = word("SCR_TEMPLATE_PEERS", language)
    return _workbook("SCR_TEMPLATE_PEERS_SHEET", told, points.PEER_HEADS, rows, language, now)


def _workbook(
    sheet: str,
    told: str,
    heads: Mapping[str, str],
    rows: Sequence[tuple[Cell, ...]],
    language: str,
    now: datetime,
    choices: tuple[Choices, ...] = (),
) -> bytes:
    """One sheet: what to do in lines above the table, then the table."""
    name: Callable[[str], str] = lambda code: word(code, language)  # noqa: E731
    columns = tuple(Column(name(code), _WIDTHS.get(field, 14)) for field, code in heads.items())
    title, *rest = lines(110, told)
    made = Sheet(
        name=name(sheet),
        title=title.value,
        lines=tuple(rest),
        table=Table(name="T", columns=columns, rows=tuple(rows)),
        choices=choices,
    )
    return write(Report(title=title.value, author="Hài Lòng", created=now, sheets=(made,)))


def _text(value: str) -> Cell:
    return Text(clean(value).text) if value else None


def _number(value: float | None) -> Cell:
    return None if value is None else Number(value)
