"""Sheets 02, 05, 08 and 09: who answered, and what was answered to every choice question."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures, Mask
from analysis.report.formulas import chose, column, count, here, ratio, ticked, weigh
from analysis.report.indices import item_answered, slips, weights
from analysis.report.model import Cell, Chart, Column, Formula, Series, Sheet, Table
from analysis.report.parts import feeds_words, level_percent, proof_cells, proof_columns, shorten
from survey.questionnaire import Question

PEOPLE_TABLE, ANSWERS_TABLE = "RPT_TABLE_PEOPLE", "RPT_TABLE_ANSWERS"
_OF_ROLES = {"perception": sheets.PERCEPTIONS, "need": sheets.NEEDS}
"""Roles whose questions have a sheet of their own; all others stand on 05."""
_TABLES = {sheets.ANSWERS: ANSWERS_TABLE, sheets.PERCEPTIONS: "RPT_TABLE_PERCEPTIONS", sheets.NEEDS: "RPT_TABLE_NEEDS"}
_COUNT, _VALID, _ITEM = "RPT_HEAD_COUNT", "RPT_HEAD_VALID_COUNT", "RPT_HEAD_ITEM"
_NUMBER_COLUMNS = ((_COUNT, 10), (_VALID, 10), (sheets.OFFICIAL, 11), (sheets.OURS, 11))
# From least to most satisfied: red, grey, blue, readable without colour by their printed shares.
_PALETTES = {
    2: ("#C0504D", "#2F6DB5"),
    3: ("#C0504D", "#BFBFBF", "#2F6DB5"),
    4: ("#A93226", "#E6A39A", "#9DC3E6", "#2F6DB5"),
    5: ("#A93226", "#E6A39A", "#D0D0D0", "#9DC3E6", "#2F6DB5"),
    6: ("#A93226", "#D98880", "#F2CFCB", "#CFE2F3", "#9DC3E6", "#2F6DB5"),
}
_DARK = frozenset({"#A93226", "#2F6DB5", "#C0504D"})


def people(figures: Figures) -> Sheet | None:
    """Sheet 02: each option of the questions about the respondent; None if there is no such question."""
    questions = [q for q in figures.questions if q.role == "respondent" and q.scale is not None]
    if not questions:
        return None
    rows = [row for q in questions for row in (*_options(figures, q), _missing(figures, q))]
    others = [q.name for q in figures.questions if q.role == "respondent" and q.scale is None]
    word = figures.word
    notes = [word("RPT_LINE_PEOPLE", ours=word(sheets.OURS))]
    if others:
        notes.append(word("RPT_LINE_PEOPLE_OTHERS", questions=", ".join(others), slips=word(sheets.SLIPS)))
    return Sheet(
        name=word(sheets.PEOPLE),
        title=word("RPT_TITLE_PEOPLE"),
        lines=sheets.lines(145, *notes),
        table=Table(
            name=word(PEOPLE_TABLE),
            columns=sheets.columns(
                figures,
                *((sheets.QUESTION_CODE, 13), (sheets.QUESTION, 42), (sheets.ANSWER_CODE, 12), (sheets.ANSWER, 34)),
                *_NUMBER_COLUMNS,
            ),
            rows=tuple(rows),
        ),
    )


def answers(figures: Figures, sheet: str = sheets.ANSWERS) -> Sheet | None:
    """Sheet 05, 08 or 09: each option of its choice questions, with intervals; None if there is no such question."""
    rows = [
        (*cells, *_interval(figures, question, option.value, _TABLES[sheet]))
        for question in _choice_questions(figures, sheet)
        for cells, option in zip(
            _options(figures, question), question.scale.options if question.scale else (), strict=True
        )
    ]
    if not rows:
        return None
    level, feeds, notes = level_percent(figures), feeds_words(figures), figures.word(sheets.NOTES)
    return Sheet(
        name=figures.word(sheet),
        title=figures.word(sheet.replace("_SHEET_", "_TITLE_")),
        lines=sheets.lines(205, figures.word("RPT_LINE_ANSWERS", level=level, feeds=feeds, notes=notes)),
        table=Table(
            name=figures.word(_TABLES[sheet]),
            columns=sheets.columns(
                figures,
                *((sheets.QUESTION_CODE, 12), (sheets.QUESTION, 54), (sheets.ANSWER_CODE, 10), (sheets.ANSWER, 24)),
                *(*_NUMBER_COLUMNS, (sheets.LOW, 10), (sheets.HIGH, 10)),
            )
            + proof_columns(figures),
            rows=tuple(rows),
        ),
    )


def answers_chart(figures: Figures) -> Sheet | None:
    """The levels of every satisfaction item as stacked bars; None where the items' scale cannot be drawn so."""
    scales = Counter(q.scale.name for q in figures.items if q.scale is not None)
    if not scales:
        return None
    [(common, _)] = scales.most_common(1)
    questions = [q for q in figures.items if q.scale is not None and q.scale.name == common]
    scale = questions[0].scale
    if scale is None or len(scale.options) not in _PALETTES:
        return None
    word = figures.word
    every = column(word(ANSWERS_TABLE), word(sheets.OURS if figures.weighted else sheets.OFFICIAL))
    place, places = 0, {}
    for question in _choice_questions(figures, sheets.ANSWERS):
        places[question.name] = place
        place += len(question.scale.options) if question.scale else 0
    rows: list[tuple[Cell, ...]] = []
    for question in questions:
        answered = figures.answered(question)
        label = f"{question.name}. {shorten(figures.label(question.name), 44)} (n = {figures.count(answered)})"
        shares: list[Cell] = []
        for turn, option in enumerate(scale.options, start=1):
            value = _share(figures, figures.chose(question, option.value), answered, weighted=figures.weighted)
            shares.append(sheets.formula(f"INDEX({every},{places[question.name] + turn})", value, "share"))
        rows.append((sheets.text(label), *shares))
    labels = _distinct([word(_ITEM)], [shorten(label, 40) for _, label in figures.options(questions[0])])
    parts = _parts(figures, labels, reverse=_satisfied_first(questions[0]))
    left_out = [q.name for q in figures.items if q not in questions]
    note = word("RPT_LINE_NOT_DRAWN", questions=", ".join(left_out)) if left_out else ""
    source = word(
        "RPT_SOURCE_STACKED",
        round=clean(figures.about.round_name).text,
        count=figures.number(figures.n),
        feeds=feeds_words(figures),
    )
    table = word("RPT_TABLE_ANSWERS_CHART")
    return Sheet(
        name=word(sheets.ANSWERS_CHART),
        title=word("RPT_TITLE_ANSWERS_CHART"),
        lines=sheets.lines(150, word("RPT_LINE_DIVERGING")),
        table=Table(
            name=table,
            columns=(
                *sheets.columns(figures, (_ITEM, 52)),
                *(Column(label, 10) for label in labels),
                *(Column(part.header, 10) for part in parts if part.factor != 1),
            ),
            rows=tuple(
                (*row, *(_part_of(row, labels, part, table) for part in parts if part.factor != 1)) for row in rows
            ),
        ),
        chart=Chart(
            kind="diverging",
            title=word("RPT_CHART_ANSWERS"),
            alt=word("RPT_ALT_ANSWERS", labels=", ".join(labels), count=len(rows)),
            source=f"{source} {note}".strip(),
            categories=word(_ITEM),
            series=tuple(
                Series(
                    header=part.header,
                    colour=part.colour,
                    named=part.label,
                    # The middle level stands half at each side and carries its whole figure once.
                    label=None if part.factor == -0.5 else part.label if part.factor == 0.5 else "",
                    label_colour="#FFFFFF" if part.colour in _DARK else "#000000",
                )
                for part in parts
            ),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of a diverging bar: `factor` times the share of the level `label`, in the column `header`."""

    header: str
    label: str
    factor: float
    colour: str


def _parts(figures: Figures, labels: list[str], *, reverse: bool) -> list[_Part]:
    """Each side's parts from the middle outward; the least satisfied levels to the left."""
    levels = list(zip(labels[::-1] if reverse else labels, _PALETTES[len(labels)], strict=True))
    half = len(levels) // 2
    below, above = levels[:half][::-1], levels[len(levels) - half :]
    sides = [(levels[half], -0.5, 0.5)] if len(levels) % 2 else []
    taken = [figures.word(_ITEM), *labels]

    def part(level: tuple[str, str], factor: float) -> _Part:
        label, colour = level
        code = {-1: "RPT_HEAD_LEFTWARD", -0.5: "RPT_HEAD_LEFT_HALF", 0.5: "RPT_HEAD_RIGHT_HALF"}.get(factor)
        header = _distinct(taken, [figures.word(code, level=label)])[0] if code else label
        taken.append(header)
        return _Part(header=header, label=label, factor=factor, colour=colour)

    return [
        *(part(level, left) for level, left, _ in sides),
        *(part(level, -1) for level in below),
        *(part(level, right) for level, _, right in sides),
        *(part(level, 1) for level in above),
    ]


def _part_of(row: tuple[Cell, ...], labels: list[str], part: _Part, table: str) -> Cell:
    """The live cell of a part, from the share beside it."""
    share = row[1 + labels.index(part.label)]
    value = share.value if isinstance(share, Formula) and not isinstance(share.value, str) else None
    own = f"N({here(table, part.label)})"
    return Formula(f"{own}*{part.factor:g}", 0.0 if value is None else value * part.factor, "share")


def _choice_questions(figures: Figures, sheet: str) -> tuple[Question, ...]:
    asked = (q for q in figures.questions if q.role != "respondent" and q.scale is not None)
    return tuple(q for q in asked if _OF_ROLES.get(q.role or "", sheets.ANSWERS) == sheet)


def _options(figures: Figures, question: Question) -> list[tuple[Cell, ...]]:
    """One row an option: codes, wordings, count, valid answers, and both shares."""
    cells, numeric = slips(figures, question), figures.numeric(question)
    valid, answered = item_answered(figures, question), figures.answered(question)
    rows: list[tuple[Cell, ...]] = []
    for value, label in figures.options(question):
        several = question.kind == "select_multiple"
        here = ticked(cells, value) if several else chose(cells, value, numeric=numeric)
        who = figures.chose(question, value)
        rows.append(
            (
                sheets.text(question.name),
                sheets.text(figures.wording(question)),
                sheets.text(value),
                sheets.text(label),
                Formula(count(here), figures.count(who), "count"),
                Formula(count(valid), figures.count(answered), "count"),
                sheets.formula(
                    ratio(count(here), count(valid)), _share(figures, who, answered, weighted=False), "share"
                ),
                sheets.formula(
                    ratio(weigh(weights(figures), here), weigh(weights(figures), valid)),
                    _share(figures, who, answered, weighted=True),
                    "share",
                ),
            )
        )
    return rows


def _missing(figures: Figures, question: Question) -> tuple[Cell, ...]:
    """The row of those who gave no answer."""
    valid, answered = item_answered(figures, question), figures.answered(question)
    return (
        sheets.text(question.name),
        sheets.text(figures.wording(question)),
        sheets.text(""),
        sheets.text(figures.word("RPT_NO_ANSWER")),
        Formula(count(f"1-{valid}"), figures.count(~answered), "count"),
        Formula(count(valid), figures.count(answered), "count"),
        sheets.dash(),
        sheets.dash(),
    )


def _interval(figures: Figures, question: Question, value: str, table: str) -> tuple[Cell, ...]:
    row = figures.row(f"{question.name}={value}")
    ends = [sheets.number(figures, end, "share") for end in (row.low, row.high)] if row else [sheets.dash()] * 2
    return (*ends, *proof_cells(figures, row, table, _VALID))


def _share(figures: Figures, who: Mask, among: Mask, *, weighted: bool) -> float | None:
    top, bottom = (figures.weigh(who), figures.weigh(among)) if weighted else (figures.count(who), figures.count(among))
    return top / bottom if bottom else None


def _satisfied_first(question: Question) -> bool:
    """Whether the scale starts with its satisfied end."""
    return question.scale is not None and question.scale.options[0].value in question.satisfied


def _distinct(taken: Sequence[str], labels: list[str]) -> list[str]:
    """The labels, numbered where two, or one and a header that is `taken`, would be the same."""
    seen = Counter(header.casefold() for header in taken)
    found = []
    for label in labels:
        seen[label.casefold()] += 1
        found.append(label if seen[label.casefold()] == 1 else f"{label} ({seen[label.casefold()]})")
    return found
