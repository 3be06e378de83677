"""Which sheets 07 does a report have, and why is one left out?"""

from analysis.report import build_changes_chart, build_comparison, build_targets, sheets
from analysis.report.figures import Figures
from analysis.report.model import Sheet
from analysis.scores.comparison import Comparison

_SHEETS = {
    sheets.AGAINST_LAST: (build_comparison.comparison_sheet, "CMP_ABSENT"),
    sheets.CHANGES_CHART: (build_changes_chart.changes_chart, "CMP_ABSENT"),
    sheets.UNIT_CHANGES: (build_comparison.unit_changes_sheet, "CMP_ABSENT_UNITS"),
    sheets.UNIT_CHANGES_CHART: (build_changes_chart.unit_changes_chart, "CMP_ABSENT_UNITS"),
    sheets.TARGETS: (build_targets.targets_sheet, "CMP_ABSENT_TARGETS"),
    sheets.PUBLISHED: (build_targets.published_sheet, "CMP_ABSENT_PUBLISHED"),
}


def against_last(figures: Figures, found: Comparison | None) -> list[tuple[str, Sheet | None, str]]:
    """Each sheet's name and value, None where there is nothing to show, and the words for that; names are codes."""
    return [(name, None if found is None else make(figures, found), why) for name, (make, why) in _SHEETS.items()]
