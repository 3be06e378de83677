"""The data: «Phiếu», one row a person, its codebook «Mã hóa», and sheet 12 with the open comments."""

from collections.abc import Iterator

from analysis.report import sheets
from analysis.report.build_themes import COMMENTS_TABLE, THEMES_COLUMN, theme_codes
from analysis.report.build_units import unit_match
from analysis.report.cells import HIDDEN
from analysis.report.figures import BASE, SERIAL, SLIP, UNIT_NUMBER, WEIGHT, Figures
from analysis.report.indices import PARENT, SLIPS_TABLE
from analysis.report.model import Cell, Column, Formula, Number, Sheet, Table, Text
from analysis.report.slip_columns import SlipColumn, places, slip_columns
from analysis.scores.officers import officer_question
from analysis.scores.themes import Themes


def slips(figures: Figures) -> Sheet:
    """Every slip with its weights and answers; whole-number options as numbers, the rest as text."""
    headed = list(slip_columns(figures))
    match = unit_match(figures) if figures.units else ""
    altered, masked = figures.altered
    notes = [figures.word("RPT_LINE_SLIPS", codes=figures.word(sheets.CODES))]
    if officer_question(figures.evaluation.questionnaire):
        notes.append(figures.word("RPT_LINE_OFFICER"))
    if masked:
        notes.append(figures.word("RPT_LINE_MASKED", count=masked, hidden=figures.word(HIDDEN)))
    if altered:
        notes.append(figures.word("RPT_LINE_ALTERED", count=altered))
    return Sheet(
        name=figures.word(sheets.SLIPS),
        title=figures.word("RPT_TITLE_SLIPS"),
        lines=sheets.lines(150, *notes),
        data=True,
        table=Table(
            name=figures.word(SLIPS_TABLE),
            columns=tuple(Column(column.header, column.width) for column in headed),
            rows=tuple(zip(*(_cells(column, match) for column in headed), strict=True)),
        ),
    )


def codes(figures: Figures) -> Sheet:
    """The codebook: each column of «Phiếu», its wording, and each option's value."""
    rows: list[tuple[Cell, ...]] = []
    named = {"units": figures.word(sheets.UNITS), "weights": figures.word(sheets.WEIGHTS)}
    for code in _system_headers(figures):
        meaning = figures.word(code.replace("RPT_COLUMN_", "RPT_MEANS_COLUMN_"), **named)
        rows.append(_code_row(figures.word(code), meaning, "", "", "", "", ""))
    for question in figures.questions:
        group = figures.label(figures.parents[question.name]) if question.name in figures.parents else ""
        about = (
            figures.headers[question.name],
            figures.wording(question),
            figures.word(f"RPT_ROLE_{question.role.upper()}") if question.role else "",
            group,
            figures.word(f"RPT_KIND_{question.kind.upper()}"),
        )
        options = list(figures.options(question)) or [("", "")]
        rows += [_code_row(*about, value, label) for value, label in options]
    return Sheet(
        name=figures.word(sheets.CODES),
        title=figures.word("RPT_TITLE_CODES", slips=figures.word(sheets.SLIPS)),
        lines=sheets.lines(120, figures.word("RPT_LINE_CODES")),
        table=Table(
            name=figures.word("RPT_TABLE_CODES"),
            columns=sheets.columns(
                figures,
                ("RPT_HEAD_COLUMN", 13),
                ("RPT_HEAD_QUESTION_OR_MEANING", 60),
                ("RPT_HEAD_ROLE", 18),
                (PARENT, 24),
                ("RPT_HEAD_KIND", 11),
                (sheets.ANSWER_CODE, 11),
                (sheets.ANSWER, 32),
            ),
            rows=tuple(rows),
        ),
    )


def comments(figures: Figures, themes: Themes | None = None) -> Sheet | None:
    """Sheet 12: what people wrote, cleaned and masked, with the slip's number; None if nobody wrote anything.

    `themes`: what each comment is about, in a column that the sheet of themes counts.
    """
    if themes is not None:
        written = [(each.row, each.unit, each.question, theme_codes(each)) for each in themes.comments]
    else:
        written = list(_written(figures))
    if not written:
        return None
    rows: list[tuple[Cell, ...]] = [
        (
            Number(row + 1, "count"),
            sheets.text(figures.unit_label(unit) if unit is not None else ""),
            sheets.text(name),
            sheets.text(figures.texts[name][row] or ""),
            *([sheets.text(codes)] if themes is not None else []),
        )
        for row, unit, name, codes in written
    ]
    headers = [(SERIAL, 8), (sheets.UNIT, 28), (sheets.QUESTION_CODE, 14), ("RPT_HEAD_COMMENT", 90)]
    return Sheet(
        name=figures.word(sheets.COMMENTS),
        title=figures.word("RPT_TITLE_COMMENTS"),
        lines=sheets.lines(145, figures.word("RPT_LINE_COMMENTS", count=len(rows), hidden=figures.word(HIDDEN))),
        table=Table(
            name=figures.word(COMMENTS_TABLE),
            columns=sheets.columns(figures, *headers, *([(THEMES_COLUMN, 30)] if themes is not None else [])),
            rows=tuple(rows),
        ),
    )


def _written(figures: Figures) -> Iterator[tuple[int, str | None, str, str]]:
    """Row, unit, question of every comment, and no themes."""
    for question in figures.questions:
        if question.role == "comment" and question.kind == "text":
            for row, text in enumerate(figures.texts[question.name]):
                if text is not None and text.strip():
                    unit = int(figures.unit_of[row])
                    yield row, figures.units[unit - 1] if unit else None, question.name, ""


def _system_headers(figures: Figures) -> list[str]:
    known = [header for header, _ in places(figures)]
    slip = [SLIP] if "id" in figures.evaluation.sample.frame else []
    return [SERIAL, *slip, *known, *([UNIT_NUMBER] if figures.units else []), BASE, WEIGHT]


def _cells(column: SlipColumn, match: str) -> list[Cell]:
    """A column's cells; the unit's number is a live formula."""
    if column.code == UNIT_NUMBER:
        return [Formula(match, int(value or 0)) for value in column.values]
    return [
        None if value is None else Text(value, "line") if isinstance(value, str) else Number(value, column.form)
        for value in column.values
    ]


def _code_row(*values: str) -> tuple[Cell, ...]:
    return tuple(sheets.text(value) for value in values)
