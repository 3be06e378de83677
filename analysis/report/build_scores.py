"""Sheet 04: the overall index, aspects, factors and items with their intervals, and its chart."""

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_tally import ITEMS_TABLE
from analysis.report.figures import Figures
from analysis.report.formulas import count, ratio, weigh
from analysis.report.indices import (
    VALID,
    Tally,
    item_answered,
    item_satisfied,
    node_formula,
    score_name,
    weights,
)
from analysis.report.model import Cell, Chart, Formula, Name, Number, Series, Sheet, Table
from analysis.report.parts import (
    BLUE,
    DOWN,
    INDEX,
    UP,
    bar_label,
    feeds_words,
    interval_cells,
    level_percent,
    pale_rows,
    proof_cells,
    proof_columns,
    source_line,
    whisker_cells,
    whisker_table,
)
from analysis.scores.satisfaction import Node

_TABLE = "RPT_TABLE_SCORES"
_METHODS = {"logit": "logit", "t": "t", "wilson": "Wilson", "beta": "beta (Korn–Graubard)"}


def scores(figures: Figures) -> Sheet:
    """Every node and item in the order of the tree."""
    nodes = list(figures.tree.values())
    headers = (
        (sheets.CODE, 10), ("RPT_HEAD_LEVEL", 10), (sheets.CONTENT, 44), (sheets.PEOPLE_COUNT, 8.5),
        ("RPT_HEAD_VALID_ANSWERS", 9), (sheets.OFFICIAL, 9), (sheets.OURS, 9), (sheets.LOW, 9), (sheets.HIGH, 9),
        (sheets.MARGIN, 9), (sheets.ERROR, 9), ("RPT_HEAD_METHOD", 9),
    )  # fmt: skip
    branches = [place for place, node in enumerate(nodes) if node.level != "item"]
    spoken_of = {
        "slips": sheets.SLIPS, "tally": sheets.TALLY, "parameters": sheets.PARAMETERS, "notes": sheets.NOTES,
        "method": sheets.METHOD,
    }  # fmt: skip
    names = {gap: figures.word(code) for gap, code in spoken_of.items()}
    return Sheet(
        name=figures.word(sheets.SCORES),
        title=figures.word("RPT_TITLE_SCORES"),
        lines=(
            status(figures),
            *sheets.lines(
                225,
                figures.word("RPT_LINE_SCORES_LIVE", **names),
                figures.word(
                    "RPT_LINE_SCORES_INTERVAL", feeds=feeds_words(figures), level=level_percent(figures), **names
                ),
                figures.word("RPT_LINE_SCORES_GRADE", **names),
            ),
        ),
        table=Table(
            name=figures.word(_TABLE),
            columns=(*sheets.columns(figures, *headers), *proof_columns(figures)),
            rows=tuple(_row(figures, node) for node in nodes),
        ),
        names=tuple(
            Name(name=score_name(figures, nodes[place].id, weighted=kind), row=place, header=figures.word(header))
            for place in branches
            for kind, header in ((False, sheets.OFFICIAL), (True, sheets.OURS))
        ),
    )


def _row(figures: Figures, node: Node) -> tuple[Cell, ...]:
    both = {kind: figures.row(node.id, weighted=kind) for kind in (False, True)}
    row = both[figures.weighted]
    values = {kind: found.value if found else None for kind, found in both.items()}
    shown = {kind: sheets.formula(_index(figures, node, kind), values[kind], "share") for kind in (False, True)}
    n = row.n if row else 0
    return (
        sheets.text(node.id),
        sheets.text(figures.word(f"RPT_LEVEL_{node.level.upper()}")),
        sheets.text(figures.label(node.id)),
        Formula(_valid(figures, node), n, "count") if node.level == "item" else Number(n, "count"),
        Formula(
            _valid(figures, node),
            sum(figures.count(figures.answered(q)) for q in figures.items if q.name in node.items),
            "count",
        ),
        shown[False],
        shown[True],
        *interval_cells(figures, row),
        sheets.mark(_METHODS.get(row.method, row.method) if row else ""),
        *proof_cells(figures, row, _TABLE, sheets.PEOPLE_COUNT),
    )


def _valid(figures: Figures, node: Node) -> str:
    if node.level == "item":
        return count(item_answered(figures, figures.evaluation.questionnaire.question(node.id)))
    tally = Tally(figures=figures, table=ITEMS_TABLE)
    return tally.sum(VALID[False], tally.criteria(node))


def _index(figures: Figures, node: Node, weighted: bool) -> str:
    if node.level != "item":
        return node_formula(
            figures,
            node,
            weighted=weighted,
            tally=Tally(figures=figures, table=ITEMS_TABLE),
            child=lambda code: score_name(figures, code, weighted=weighted),
        )
    question = figures.evaluation.questionnaire.question(node.id)
    good, valid = item_satisfied(figures, question), item_answered(figures, question)
    if weighted:
        return ratio(weigh(weights(figures), good), weigh(weights(figures), valid))
    return ratio(count(good), count(valid))


def scores_chart(figures: Figures) -> Sheet:
    """The overall index, aspects and factors as bars with the interval as whisker."""
    rows = []
    for node in figures.branches:
        row = figures.row(node.id)
        index = score_name(figures, node.id, weighted=figures.weighted)
        label = bar_label(figures, figures.label(node.id), 46, row)
        rows.append((sheets.text(label), *whisker_cells(figures, index, row)))
    overall = figures.row(figures.branches[0].id)
    told = figures.word("RPT_ALT_SCORES_OVERALL", value=figures.percent(overall.value)) if overall else ""
    word, level = figures.word, level_percent(figures)
    return Sheet(
        name=word(sheets.SCORES_CHART),
        title=word("RPT_TITLE_SCORES_CHART", level=level),
        lines=(status(figures),),
        table=whisker_table(figures, "RPT_TABLE_SCORES_CHART", sheets.CONTENT, rows),
        chart=Chart(
            kind="bars",
            title=word("RPT_CHART_SCORES", level=level),
            alt=f"{word('RPT_ALT_SCORES')} {told}".strip(),
            source=source_line(figures),
            categories=word(sheets.CONTENT),
            series=(
                Series(
                    header=word(INDEX),
                    colour=BLUE,
                    plus=word(UP),
                    minus=word(DOWN),
                    label_colour="#FFFFFF",
                    pale=pale_rows(figures.row(node.id) for node in figures.branches),
                ),
            ),
        ),
    )
