"""Which formula computes an index from the slips? Items from «Phiếu», everything above them in the three modes."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.report.figures import OVERALL, WEIGHT, Figures
from analysis.report.formulas import answered, by_mode, column, known, literal, ratio
from analysis.scores.satisfaction import Node
from survey.questionnaire import Question

SLIPS_TABLE = "Phieu"
MODE_CELL = "cach_tong_hop"
MODE_WORDS = {"pooled": "gộp", "items": "trung bình", "weights": "trọng số"}

PARENT, ASPECT = "Thuộc", "Khía cạnh"
SATISFIED = {False: "Hài lòng", True: "Hài lòng có quyền số"}
VALID = {False: "Hợp lệ", True: "Hợp lệ có quyền số"}
SHARE = {False: "Tỷ lệ", True: "Tỷ lệ có quyền số"}
SCORE_NAME = {False: "cscb_", True: "cs_"}
"""Names of the cells with each node's index: `cscb_pol_a` as published, `cs_pol_a` the tool's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A table with one row an item. `within`: criteria that every sum over it keeps to («» for all rows)."""

    table: str
    within: str = ""

    def criteria(self, figures: Figures, node: Node) -> str:
        """The rows of a node's descendant items, as criteria of SUMIFS; empty for all rows."""
        own = {OVERALL: ""}.get(node.id)
        if own is None:
            own = f"{column(self.table, ASPECT if node.level == 'aspect' else PARENT)},{literal(node.id)}"
        return ",".join(part for part in (self.within, own) if part)

    def sum(self, header: str, criteria: str) -> str:
        """The sum of a column over those rows; texts such as «–» count nothing."""
        cells = column(self.table, header)
        return f"SUMIFS({cells},{criteria})" if criteria else f"SUM({cells})"

    def average(self, header: str, criteria: str) -> str:
        """The mean of a column's numbers over those rows."""
        cells = column(self.table, header)
        return f"AVERAGEIFS({cells},{criteria})" if criteria else f"AVERAGE({cells})"


def slips(figures: Figures, question: Question) -> str:
    """A question's column on «Phiếu»."""
    return column(SLIPS_TABLE, figures.headers[question.name])


def weights() -> str:
    """The final weights on «Phiếu»."""
    return column(SLIPS_TABLE, WEIGHT)


def item_answered(figures: Figures, question: Question) -> str:
    """Array of TRUE where the question has a valid answer."""
    return answered(slips(figures, question), numeric=figures.numeric(question))


def item_satisfied(figures: Figures, question: Question) -> str:
    """Array of TRUE (or 1) where the answer counts as satisfied, by the rule of the sheet «Tham số»."""
    rule, cells = figures.rule(question), slips(figures, question)
    if rule.threshold is not None:
        # Text and empty cells compare as greater than any number, or as 0: so only numbers are looked at.
        return f"ISNUMBER({cells})*({cells}>={rule.name})"
    return f"{item_answered(figures, question)}*ISNUMBER(MATCH({cells},{rule.name},0))"


def node_formula(figures: Figures, node: Node, *, weighted: bool, tally: Tally, child: Callable[[str], str]) -> str:
    """The index of a factor, an aspect or `overall` in the mode that «Tham số» names.

    `tally`: where its items' sums stand; `child`: the cell that holds a child node's index.
    """
    criteria = tally.criteria(figures, node)
    pooled = ratio(tally.sum(SATISFIED[weighted], criteria), tally.sum(VALID[weighted], criteria))
    items = known(tally.average(SHARE[weighted], criteria))
    by_weights = _by_weights(figures, node, weighted=weighted, tally=tally, child=child) or items
    return by_mode(MODE_CELL, MODE_WORDS, {"pooled": pooled, "items": items, "weights": by_weights})


def weight_name(code: str) -> str:
    """The parameter cell with a node's weight."""
    return f"w_{code}"


def _by_weights(
    figures: Figures, node: Node, *, weighted: bool, tally: Tally, child: Callable[[str], str]
) -> str | None:
    """Σ w·x / Σ w over a node's children that have a number; None where all children are items, that weigh the same."""
    nodes = [code for code in node.children if figures.tree[code].level != "item"]
    if not nodes:
        return None
    tops = [f"{weight_name(code)}*N({child(code)})" for code in nodes]
    bottoms = [f"{weight_name(code)}*ISNUMBER({child(code)})" for code in nodes]
    if len(nodes) < len(node.children):  # items right under an aspect or the overall index weigh one each
        own = f"{column(tally.table, PARENT)},{literal(node.id)}"
        criteria = ",".join(part for part in (tally.within, own) if part)
        tops.append(tally.sum(SHARE[weighted], criteria))
        bottoms.append(f'COUNTIFS({criteria},{column(tally.table, VALID[weighted])},">0")')
    return known(f"({'+'.join(tops)})/({'+'.join(bottoms)})")
