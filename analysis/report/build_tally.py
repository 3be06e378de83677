"""The sheets that count: items for everybody, items by unit, and every index by unit."""

from analysis.report import sheets
from analysis.report.figures import OVERALL, UNIT_NUMBER, Figures
from analysis.report.formulas import column, count, here, literal, ratio, weigh
from analysis.report.indices import (
    ASPECT,
    PARENT,
    SATISFIED,
    SHARE,
    VALID,
    Tally,
    item_answered,
    item_satisfied,
    node_formula,
    score_name,
    slips,
    system_column,
    weights,
)
from analysis.report.model import Cell, Column, Formula, Number, Sheet, Table
from survey.questionnaire import Question

ITEMS_TABLE, UNIT_ITEMS_TABLE, UNIT_SCORES_TABLE = "RPT_TABLE_TALLY", "RPT_TABLE_UNIT_TALLY", "RPT_TABLE_UNIT_SCORES"
UNIT_PLACE = "RPT_HEAD_UNIT_PLACE"
_COUNTS = (*SATISFIED.values(), *VALID.values(), *SHARE.values())


def item_tally(figures: Figures) -> Sheet:
    """One row an item: satisfied and valid answers, counted and weighted; what every index on «04» is made from."""
    rows = []
    for question in figures.items:
        good, valid = item_satisfied(figures, question), item_answered(figures, question)
        w = weights(figures)
        formulas = (count(good), weigh(w, good), count(valid), weigh(w, valid))
        rows.append(
            (sheets.text(question.name), *_home(figures, question), *_counts(figures, question, formulas, ITEMS_TABLE))
        )
    return Sheet(
        name=figures.word(sheets.TALLY),
        title=figures.word("RPT_TITLE_TALLY"),
        lines=sheets.lines(110, figures.word("RPT_LINE_TALLY", **_sheets(figures))),
        table=Table(
            name=figures.word(ITEMS_TABLE),
            columns=sheets.columns(
                figures, (sheets.CODE, 12), (PARENT, 14), (ASPECT, 14), *((header, 14) for header in _COUNTS)
            ),
            rows=tuple(rows),
        ),
    )


def unit_item_tally(figures: Figures) -> Sheet:
    """One row a unit and item: the same counts within the unit."""
    rows: list[tuple[Cell, ...]] = []
    for place, value in enumerate(figures.units, start=1):
        for question in figures.items:
            counts = _counts(figures, question, _unit_formulas(figures, question), UNIT_ITEMS_TABLE, place)
            unit = (Number(place, "count"), sheets.text(figures.unit_label(value)), sheets.text(question.name))
            rows.append((*unit, *_home(figures, question), *counts))
    return Sheet(
        name=figures.word(sheets.UNIT_TALLY),
        title=figures.word("RPT_TITLE_UNIT_TALLY"),
        lines=sheets.lines(110, figures.word("RPT_LINE_UNIT_TALLY", **_sheets(figures))),
        data=True,
        table=Table(
            name=figures.word(UNIT_ITEMS_TABLE),
            columns=sheets.columns(
                figures,
                *((UNIT_PLACE, 10), (sheets.UNIT, 26), (sheets.CODE, 12), (PARENT, 14), (ASPECT, 14)),
                *((header, 14) for header in _COUNTS),
            ),
            rows=tuple(rows),
        ),
    )


def unit_scores(figures: Figures) -> Sheet:
    """One row a unit, one column an index: overall, aspects and factors, as published and the tool's."""
    names = {
        (node.id, kind): score_name(figures, node.id, weighted=kind)
        for node in figures.branches
        for kind in (False, True)
    }
    own, unit = figures.word(UNIT_SCORES_TABLE), figures.word(UNIT_PLACE)
    tally = Tally(
        figures=figures,
        table=UNIT_ITEMS_TABLE,
        within=f"{column(figures.word(UNIT_ITEMS_TABLE), unit)},{here(own, unit)}",
    )
    rows: list[tuple[Cell, ...]] = []
    for place, value in enumerate(figures.units, start=1):
        cells: list[Cell] = [Number(place, "count"), sheets.text(figures.unit_label(value))]
        for node in figures.branches:
            for kind in (False, True):
                expression = node_formula(
                    figures,
                    node,
                    weighted=kind,
                    tally=tally,
                    child=lambda code, kind=kind: here(own, names[code, kind]),  # type: ignore[misc]
                )
                row = figures.row(node.id, weighted=kind, unit=value)
                cells.append(sheets.formula(expression, row.value if row else None, "share"))
        rows.append(tuple(cells))
    return Sheet(
        name=figures.word(sheets.UNIT_SCORES),
        title=figures.word("RPT_TITLE_UNIT_SCORES"),
        lines=sheets.lines(
            110,
            figures.word(
                "RPT_LINE_UNIT_SCORES",
                official=score_name(figures, "", weighted=False),
                ours=score_name(figures, "", weighted=True),
                **_sheets(figures),
            ),
        ),
        data=True,
        table=Table(
            name=own,
            columns=sheets.columns(figures, (UNIT_PLACE, 10), (sheets.UNIT, 26))
            + tuple(Column(name, 15) for name in names.values()),
            rows=tuple(rows),
        ),
    )


def _sheets(figures: Figures) -> dict[str, str]:
    """The sheets that the lines above speak of."""
    return {
        "slips": figures.word(sheets.SLIPS),
        "scores": figures.word(sheets.SCORES),
        "unit_scores": figures.word(sheets.UNIT_SCORES),
    }


def _home(figures: Figures, question: Question) -> tuple[Cell, Cell]:
    """The node right above an item, and its aspect («–» if it has none)."""
    parent = figures.parents[question.name]
    above = parent
    while above != OVERALL and figures.tree[above].level != "aspect":
        above = figures.parents[above]
    return sheets.text(parent), sheets.text("" if above == OVERALL else above)


def _counts(
    figures: Figures, question: Question, formulas: tuple[str, str, str, str], table: str, place: int | None = None
) -> tuple[Formula, ...]:
    """Satisfied, satisfied weighted, valid, valid weighted, and the two shares."""
    inside = figures.answered(question) if place is None else figures.answered(question) & (figures.unit_of == place)
    good = figures.satisfied(question) & inside
    values = (figures.count(good), figures.weigh(good), figures.count(inside), figures.weigh(inside))
    forms = ("count", "weight", "count", "weight")
    counts = tuple(Formula(e, v, form) for e, v, form in zip(formulas, values, forms, strict=True))  # type: ignore[arg-type]
    shares = (
        sheets.formula(
            ratio(*(here(figures.word(table), figures.word(header[kind])) for header in (SATISFIED, VALID))),
            top / bottom if bottom else None,
            "share",
        )
        for kind, top, bottom in ((False, values[0], values[2]), (True, values[1], values[3]))
    )
    return (*counts, *shares)


def _unit_formulas(figures: Figures, question: Question) -> tuple[str, str, str, str]:
    """The four counts within the row's unit; by COUNTIFS, that is quick, wherever the answers are numbers."""
    key, weight = system_column(figures, UNIT_NUMBER), weights(figures)
    unit = here(figures.word(UNIT_ITEMS_TABLE), figures.word(UNIT_PLACE))
    cells, rule = slips(figures, question), figures.rule(question)
    if rule.threshold is None:
        good, valid, inside = item_satisfied(figures, question), item_answered(figures, question), f"{key}={unit}"
        return (
            count(good, inside),
            weigh(weight, good, inside),
            count(valid, inside),
            weigh(weight, valid, inside),
        )
    where = f"{key},{unit},{cells}"
    enough, anything = f'">="&{rule.name}', literal(">-1E+300")
    return (
        f"COUNTIFS({where},{enough})",
        f"SUMIFS({weight},{where},{enough})",
        f"COUNTIFS({where},{anything})",
        f"SUMIFS({weight},{where},{anything})",
    )
