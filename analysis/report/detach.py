"""What becomes of a workbook whose answers are in a file of their own? Formulas over them become their values."""

from dataclasses import replace

from analysis.report.figures import Figures
from analysis.report.indices import SLIPS_TABLE
from analysis.report.model import Cell, Formula, Number, Sheet, Text

LIVE_MOST = 10_000
"""So many slips a workbook holds with formulas over each; with more, a desktop computer would need minutes."""


def detached(figures: Figures) -> bool:
    """Whether the answers are too many to stand in the workbook itself."""
    return figures.n > LIVE_MOST


def without_slips(figures: Figures, sheet: Sheet) -> Sheet:
    """The sheet with values in place of formulas that read «Phiếu», and a line that says so where there were any."""
    mark = f"{figures.word(SLIPS_TABLE)}["
    rows = tuple(tuple(_value(cell, mark) for cell in row) for row in sheet.table.rows)
    lines = tuple(line for line in sheet.lines if not (isinstance(line, Formula) and mark in line.expression))
    if rows == sheet.table.rows:
        return replace(sheet, lines=lines)
    said = Text(figures.word("RPT_LINE_DETACHED", count=figures.number(figures.n)), "strong")
    return replace(sheet, lines=(*lines, said), table=replace(sheet.table, rows=rows))


def _value(cell: Cell, mark: str) -> Cell:
    if not isinstance(cell, Formula) or mark not in cell.expression:
        return cell
    return Text(cell.value, "dash") if isinstance(cell.value, str) else Number(cell.value, cell.form)
