"""Which formula computes an index from the slips? Items from «Phiếu», everything above them in the three modes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from analysis.report.figures import OVERALL, WEIGHT, Figures
from analysis.report.formulas import answered, by_mode, column, known, literal, ratio
from analysis.scores.plan import Mode
from analysis.scores.satisfaction import Node
from survey.questionnaire import Question

SLIPS_TABLE = "RPT_TABLE_SLIPS"
MODE_CELL = "RPT_NAME_MODE"

PARENT, ASPECT = "RPT_HEAD_PARENT", "RPT_HEAD_ASPECT"
SATISFIED = {False: "RPT_HEAD_SATISFIED", True: "RPT_HEAD_SATISFIED_WEIGHTED"}
VALID = {False: "RPT_HEAD_VALID", True: "RPT_HEAD_VALID_WEIGHTED"}
SHARE = {False: "RPT_HEAD_SHARE", True: "RPT_HEAD_SHARE_WEIGHTED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A table (by its code) with one row an item. `within`: criteria that every sum over it keeps to, if any."""

    figures: Figures
    table: str
    within: str = ""

    def column(self, header: str) -> str:
        """One of its columns, by the header's code."""
        return column(self.figures.word(self.table), self.figures.word(header))

    def criteria(self, node: Node) -> str:
        """The rows of a node's descendant items, as criteria of SUMIFS; empty for all rows."""
        own = {OVERALL: ""}.get(node.id)
        if own is None:
            own = f"{self.column(ASPECT if node.level == 'aspect' else PARENT)},{literal(node.id)}"
        return ",".join(part for part in (self.within, own) if part)

    def sum(self, header: str, criteria: str) -> str:
        """The sum of a column over those rows; texts such as «–» count nothing."""
        cells = self.column(header)
        return f"SUMIFS({cells},{criteria})" if criteria else f"SUM({cells})"

    def average(self, header: str, criteria: str) -> str:
        """The mean of a column's numbers over those rows."""
        cells = self.column(header)
        return f"AVERAGEIFS({cells},{criteria})" if criteria else f"AVERAGE({cells})"


def slips(figures: Figures, question: Question) -> str:
    """A question's column on «Phiếu»."""
    return column(figures.word(SLIPS_TABLE), figures.headers[question.name])


def system_column(figures: Figures, header: str) -> str:
    """A column of «Phiếu» that is no question, by its code."""
    return column(figures.word(SLIPS_TABLE), figures.word(header))


def weights(figures: Figures) -> str:
    """The final weights on «Phiếu»."""
    return system_column(figures, WEIGHT)


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
    criteria = tally.criteria(node)
    pooled = ratio(tally.sum(SATISFIED[weighted], criteria), tally.sum(VALID[weighted], criteria))
    items = known(tally.average(SHARE[weighted], criteria))
    by_weights = _by_weights(figures, node, weighted=weighted, tally=tally, child=child) or items
    return by_mode(
        figures.word(MODE_CELL), mode_words(figures), {"pooled": pooled, "items": items, "weights": by_weights}
    )


def mode_words(figures: Figures) -> dict[str, str]:
    """What each mode of summing up is called in its cell."""
    return {mode: figures.word(f"RPT_MODE_{mode.upper()}") for mode in get_args(Mode)}


def score_name(figures: Figures, code: str, *, weighted: bool) -> str:
    """The name of the cell with a node's index: `cscb_pol_a` as published, `cs_pol_a` the tool's."""
    return figures.word("RPT_NAME_OURS" if weighted else "RPT_NAME_OFFICIAL") + code


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
        own = f"{tally.column(PARENT)},{literal(node.id)}"
        criteria = ",".join(part for part in (tally.within, own) if part)
        tops.append(tally.sum(SHARE[weighted], criteria))
        bottoms.append(f'COUNTIFS({criteria},{tally.column(VALID[weighted])},">0")')
    return known(f"({'+'.join(tops)})/({'+'.join(bottoms)})")
