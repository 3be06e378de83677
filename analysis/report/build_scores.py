"""Sheet 04: the overall index, aspects, factors and items with their intervals, and its chart."""

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_tally import ITEMS_TABLE
from analysis.report.figures import Figures
from analysis.report.formulas import count, ratio, weigh
from analysis.report.indices import (
    SCORE_NAME,
    VALID,
    Tally,
    item_answered,
    item_satisfied,
    node_formula,
    weights,
)
from analysis.report.model import Cell, Chart, Formula, Name, Number, Series, Sheet, Table
from analysis.report.parts import (
    BLUE,
    feeds_words,
    interval_cells,
    level_percent,
    pale_rows,
    proof_cells,
    proof_columns,
    shorten,
    source_line,
    whisker_cells,
    whisker_table,
)
from analysis.report.vietnamese import percent
from analysis.scores.satisfaction import Node

_TABLE, _PEOPLE = "KetQua", "Số người trả lời (n)"
LEVEL_WORDS = {"overall": "Chung", "aspect": "Khía cạnh", "factor": "Yếu tố", "item": "Tiêu chí"}
_METHODS = {"logit": "logit", "t": "t", "wilson": "Wilson", "beta": "beta (Korn–Graubard)"}


def scores(figures: Figures) -> Sheet:
    """Every node and item in the order of the tree."""
    nodes = list(figures.tree.values())
    headers = (
        ("Mã", 10), ("Cấp", 10), ("Nội dung", 44), (_PEOPLE, 8.5), ("Câu trả lời hợp lệ", 9),
        (sheets.OFFICIAL, 9), (sheets.OURS, 9), ("Khoảng tin cậy từ", 9), ("Khoảng tin cậy đến", 9),
        ("Sai số biên (±)", 9), ("Sai số chuẩn", 9), ("Cách tính khoảng", 9),
    )  # fmt: skip
    branches = [place for place, node in enumerate(nodes) if node.level != "item"]
    return Sheet(
        name=sheets.SCORES,
        title="Chỉ số hài lòng chung, khía cạnh, yếu tố, tiêu chí",
        lines=(
            status(figures),
            *sheets.lines(
                225,
                "Hai cột chỉ số là công thức sống: tiêu chí tính thẳng từ trang «Phiếu», cấp trên cộng từ trang "
                "«Tính chung» theo cách "
                "tổng hợp đặt ở trang «Tham số».",
                f"Số dùng để chấm điểm, xếp hạng: {feeds_words(figures)}. Khoảng tin cậy {level_percent(figures)}, "
                f"sai số, hệ số thiết kế là của "
                "số này, do công cụ tính và ghi lại dưới dạng giá trị: Excel không tính lại trung thực được phương "
                "sai tuyến tính hóa. "
                "[ghi chú 1] Cỡ mẫu hiệu quả là công thức sống (n / hệ số thiết kế).",
                "Độ vững xét theo bộ quy tắc của công cụ, không phải quy định của pháp luật: xem trang "
                f"«{sheets.NOTES}» và «{sheets.METHOD}».",
            ),
        ),
        table=Table(
            name=_TABLE,
            columns=(*sheets.columns(*headers), *proof_columns()),
            rows=tuple(_row(figures, node) for node in nodes),
        ),
        names=tuple(
            Name(name=SCORE_NAME[kind] + nodes[place].id, row=place, header=header)
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
        sheets.text(LEVEL_WORDS[node.level]),
        sheets.text(figures.label(node.id)),
        Formula(_valid(figures, node), n, "count") if node.level == "item" else Number(n, "count"),
        Formula(
            _valid(figures, node),
            sum(figures.count(figures.answered(q)) for q in figures.items if q.name in node.items),
            "count",
        ),
        shown[False],
        shown[True],
        *interval_cells(row),
        sheets.mark(_METHODS.get(row.method, row.method) if row else ""),
        *proof_cells(row, _TABLE, _PEOPLE),
    )


def _valid(figures: Figures, node: Node) -> str:
    if node.level == "item":
        return count(item_answered(figures, figures.evaluation.questionnaire.question(node.id)))
    tally = Tally(table=ITEMS_TABLE)
    return tally.sum(VALID[False], tally.criteria(figures, node))


def _index(figures: Figures, node: Node, weighted: bool) -> str:
    if node.level != "item":
        return node_formula(
            figures,
            node,
            weighted=weighted,
            tally=Tally(table=ITEMS_TABLE),
            child=lambda code: SCORE_NAME[weighted] + code,
        )
    question = figures.evaluation.questionnaire.question(node.id)
    good, valid = item_satisfied(figures, question), item_answered(figures, question)
    if weighted:
        return ratio(weigh(weights(), good), weigh(weights(), valid))
    return ratio(count(good), count(valid))


def scores_chart(figures: Figures) -> Sheet:
    """The overall index, aspects and factors as bars with the interval as whisker."""
    rows = []
    for node in figures.branches:
        row = figures.row(node.id)
        n = row.n if row else 0
        label = f"{shorten(figures.label(node.id), 46)} (n = {n}) {sheets.doubt(row)}".strip()
        rows.append((sheets.text(label), *whisker_cells(SCORE_NAME[figures.weighted] + node.id, row)))
    overall = figures.row(figures.branches[0].id)
    return Sheet(
        name=sheets.SCORES_CHART,
        title=f"Biểu đồ: chỉ số hài lòng chung, khía cạnh, yếu tố, kèm khoảng tin cậy {level_percent(figures)}",
        lines=(status(figures),),
        table=whisker_table("BieuDoChiSo", "Nội dung", rows),
        chart=Chart(
            kind="bars",
            title=f"Chỉ số hài lòng, kèm khoảng tin cậy {level_percent(figures)}",
            alt="Biểu đồ thanh ngang: chỉ số hài lòng chung, từng khía cạnh, từng yếu tố, mỗi thanh có vạch khoảng "
            "tin cậy. " + (f"Chỉ số chung {percent(overall.value)}." if overall else ""),
            source=source_line(figures),
            categories="Nội dung",
            series=(
                Series(
                    header="Chỉ số",
                    colour=BLUE,
                    plus="Vạch trên",
                    minus="Vạch dưới",
                    label_colour="#FFFFFF",
                    pale=pale_rows(figures.row(node.id) for node in figures.branches),
                ),
            ),
        ),
    )
