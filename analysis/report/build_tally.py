"""The sheets that count: items for everybody, items by unit, and every index by unit."""

from analysis.report import sheets
from analysis.report.figures import OVERALL, UNIT_NUMBER, Figures
from analysis.report.formulas import column, count, here, literal, ratio, weigh
from analysis.report.indices import (
    ASPECT,
    PARENT,
    SATISFIED,
    SCORE_NAME,
    SHARE,
    SLIPS_TABLE,
    VALID,
    Tally,
    item_answered,
    item_satisfied,
    node_formula,
    slips,
    weights,
)
from analysis.report.model import Cell, Formula, Number, Sheet, Table
from survey.questionnaire import Question

ITEMS_TABLE, UNIT_ITEMS_TABLE, UNIT_SCORES_TABLE = "TinhChung", "TinhDonVi", "ChiSoDonVi"
UNIT_PLACE = "STT đơn vị"
_COUNTS = (*SATISFIED.values(), *VALID.values(), *SHARE.values())


def item_tally(figures: Figures) -> Sheet:
    """One row an item: satisfied and valid answers, counted and weighted; what every index on «04» is made from."""
    rows = []
    for question in figures.items:
        good, valid = item_satisfied(figures, question), item_answered(figures, question)
        formulas = (count(good), weigh(weights(), good), count(valid), weigh(weights(), valid))
        rows.append(
            (sheets.text(question.name), *_home(figures, question), *_counts(figures, question, formulas, ITEMS_TABLE))
        )
    return Sheet(
        name=sheets.TALLY,
        title="Bảng tính chung: số câu trả lời hài lòng và hợp lệ của từng tiêu chí",
        lines=sheets.lines(110, "Mọi ô đều là công thức tính từ trang «Phiếu»; trang «04 Chỉ số» cộng từ bảng này."),
        table=Table(
            name=ITEMS_TABLE,
            columns=sheets.columns(("Mã", 12), (PARENT, 14), (ASPECT, 14), *((header, 14) for header in _COUNTS)),
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
        name=sheets.UNIT_TALLY,
        title="Bảng tính theo đơn vị: số câu trả lời hài lòng và hợp lệ của từng tiêu chí tại từng đơn vị",
        lines=sheets.lines(
            110, "Mọi số đếm là công thức tính từ trang «Phiếu»; trang «Chỉ số theo đơn vị» cộng từ bảng này."
        ),
        data=True,
        table=Table(
            name=UNIT_ITEMS_TABLE,
            columns=sheets.columns(
                (UNIT_PLACE, 10), ("Đơn vị", 26), ("Mã", 12), (PARENT, 14), (ASPECT, 14), *((h, 14) for h in _COUNTS)
            ),
            rows=tuple(rows),
        ),
    )


def unit_scores(figures: Figures) -> Sheet:
    """One row a unit, one column an index: overall, aspects and factors, as published and the tool's."""
    names = {(node.id, kind): SCORE_NAME[kind] + node.id for node in figures.branches for kind in (False, True)}
    tally = Tally(
        table=UNIT_ITEMS_TABLE,
        within=f"{column(UNIT_ITEMS_TABLE, UNIT_PLACE)},{here(UNIT_SCORES_TABLE, UNIT_PLACE)}",
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
                    child=lambda code, kind=kind: here(UNIT_SCORES_TABLE, names[code, kind]),  # type: ignore[misc]
                )
                row = figures.row(node.id, weighted=kind, unit=value)
                cells.append(sheets.formula(expression, row.value if row else None, "share"))
        rows.append(tuple(cells))
    return Sheet(
        name=sheets.UNIT_SCORES,
        title="Chỉ số chung, khía cạnh, yếu tố theo từng đơn vị",
        lines=sheets.lines(
            110,
            "Cột cscb_… : cách công bố (không quyền số); cột cs_… : của công cụ (có quyền số). Mã khía cạnh, yếu "
            "tố: xem «04 Chỉ số».",
        ),
        data=True,
        table=Table(
            name=UNIT_SCORES_TABLE,
            columns=sheets.columns((UNIT_PLACE, 10), ("Đơn vị", 26), *((name, 15) for name in names.values())),
            rows=tuple(rows),
        ),
    )


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
            ratio(here(table, SATISFIED[kind]), here(table, VALID[kind])), top / bottom if bottom else None, "share"
        )
        for kind, top, bottom in ((False, values[0], values[2]), (True, values[1], values[3]))
    )
    return (*counts, *shares)


def _unit_formulas(figures: Figures, question: Question) -> tuple[str, str, str, str]:
    """The four counts within the row's unit; by COUNTIFS, that is quick, wherever the answers are numbers."""
    key, unit = column(SLIPS_TABLE, UNIT_NUMBER), here(UNIT_ITEMS_TABLE, UNIT_PLACE)
    cells, rule = slips(figures, question), figures.rule(question)
    if rule.threshold is None:
        good, valid, inside = item_satisfied(figures, question), item_answered(figures, question), f"{key}={unit}"
        return (
            count(good, inside),
            weigh(weights(), good, inside),
            count(valid, inside),
            weigh(weights(), valid, inside),
        )
    where = f"{key},{unit},{cells}"
    enough, anything = f'">="&{rule.name}', literal(">-1E+300")
    return (
        f"COUNTIFS({where},{enough})",
        f"SUMIFS({weights()},{where},{enough})",
        f"COUNTIFS({where},{anything})",
        f"SUMIFS({weights()},{where},{anything})",
    )
