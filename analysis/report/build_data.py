"""The data: «Phiếu», one row a person, its codebook «Mã hóa», and sheet 12 with the open comments."""

from analysis.report import sheets
from analysis.report.build_units import unit_match
from analysis.report.cells import HIDDEN, clean
from analysis.report.figures import BASE, PSU, SERIAL, SLIP, STRATUM, UNIT, UNIT_NUMBER, WEIGHT, Figures
from analysis.report.indices import PARENT, SLIPS_TABLE
from analysis.report.model import Cell, Column, Formula, Number, Sheet, Table, Text
from survey.questionnaire import Question


def slips(figures: Figures) -> Sheet:
    """Every slip with its weights and answers; whole-number options as numbers, the rest as text."""
    sample = figures.evaluation.sample
    headed: list[tuple[Column, list[Cell]]] = []

    def add(code: str, width: float, cells: list[Cell]) -> None:
        headed.append((Column(figures.word(code), width), cells))

    add(SERIAL, 7, [Number(k + 1, "plain") for k in range(figures.n)])
    if "id" in sample.frame:
        add(SLIP, 14, [_text(value) for value in figures.column("id")])
    for code, name in _places(figures):
        add(code, 20, [_text(value) for value in figures.column(name)])
    if figures.units:
        match = unit_match(figures)
        add(UNIT_NUMBER, 10, [Formula(match, int(place)) for place in figures.unit_of])
    add(BASE, 12, [Number(float(weight), "weight") for weight in sample.base])
    add(WEIGHT, 12, [Number(float(weight), "weight") for weight in figures.weights])
    for question in figures.questions:
        width = 40 if question.kind == "text" else 12
        headed.append((Column(figures.headers[question.name], width), _answers(figures, question)))
    altered, masked = figures.altered
    notes = [figures.word("RPT_LINE_SLIPS", codes=figures.word(sheets.CODES))]
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
            columns=tuple(column for column, _ in headed),
            rows=tuple(zip(*(cells for _, cells in headed), strict=True)),
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


def comments(figures: Figures) -> Sheet | None:
    """Sheet 12: what people wrote, cleaned and masked, with the slip's number; None if nobody wrote anything."""
    rows: list[tuple[Cell, ...]] = []
    for question in figures.questions:
        if question.role != "comment" or question.kind != "text":
            continue
        for place, written in enumerate(figures.texts[question.name]):
            if written is not None and written.strip():
                unit = int(figures.unit_of[place])
                label = figures.unit_label(figures.units[unit - 1]) if unit else ""
                rows.append(
                    (Number(place + 1, "count"), sheets.text(label), sheets.text(question.name), sheets.text(written))
                )
    if not rows:
        return None
    return Sheet(
        name=figures.word(sheets.COMMENTS),
        title=figures.word("RPT_TITLE_COMMENTS"),
        lines=sheets.lines(145, figures.word("RPT_LINE_COMMENTS", count=len(rows), hidden=figures.word(HIDDEN))),
        table=Table(
            name=figures.word("RPT_TABLE_COMMENTS"),
            columns=sheets.columns(
                figures, (SERIAL, 8), (sheets.UNIT, 28), (sheets.QUESTION_CODE, 14), ("RPT_HEAD_COMMENT", 90)
            ),
            rows=tuple(rows),
        ),
    )


def _places(figures: Figures) -> list[tuple[str, str]]:
    """Header's code and source column of unit, stratum and PSU, where the data have them and they are no questions."""
    plan, frame = figures.evaluation.plan, figures.evaluation.sample.frame
    wanted = ((UNIT, figures.by or "unit"), (STRATUM, plan.strata or "stratum"), (PSU, plan.psu or "psu"))
    return [
        (header, name)
        for header, name in wanted
        if name in frame and name not in figures.headers and bool(frame[name].notna().any())
    ]


def _system_headers(figures: Figures) -> list[str]:
    places = [header for header, _ in _places(figures)]
    slip = [SLIP] if "id" in figures.evaluation.sample.frame else []
    return [SERIAL, *slip, *places, *([UNIT_NUMBER] if figures.units else []), BASE, WEIGHT]


def _answers(figures: Figures, question: Question) -> list[Cell]:
    if question.kind == "text":
        return [None if text is None else _text(text) for text in figures.texts[question.name]]
    values = figures.answers[question.name]
    if question.kind in ("integer", "decimal"):
        return [None if value is None else Number(_tidy(float(value))) for value in values]
    if figures.numeric(question):
        # A stored answer that is no option (a damaged file) stays text, so it is seen and never counted.
        allowed = {value for value, _ in figures.options(question)}
        return [None if v is None else Number(int(v)) if v in allowed else _text(v) for v in values]
    return [None if value is None else _text(value) for value in values]


def _tidy(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _text(value: object) -> Text | None:
    if value is None:
        return None
    return Text(clean(str(value)).text, "line")


def _code_row(*values: str) -> tuple[Cell, ...]:
    return tuple(sheets.text(value) for value in values)
