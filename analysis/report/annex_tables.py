"""Which sheets of the workbook stand in the Word annex, and which of their columns? A page is narrower than a sheet."""

from collections.abc import Callable, Mapping

from analysis.report import sheets
from analysis.report.figures import Figures

Headers = Callable[[Figures], tuple[str, ...]]


def _always(*headers: str) -> Headers:
    return lambda _: headers


def _feeds(official: str, ours: str, *headers: str) -> Headers:
    """The columns, with that of the two which holds the number that feeds points and ranks."""
    return lambda figures: (*headers, ours if figures.weighted else official)


_ENDS = (sheets.LOW, sheets.HIGH)
_TURNS = ("BEFORE", "NOW", "CHANGE")
_VERDICT = "CMP_HEAD_VERDICT"

TABLES: Mapping[str, tuple[tuple[str, Headers], ...]] = {
    "ROUND": ((sheets.ROUND, _always(sheets.WHAT, sheets.CONTENT)),),
    "RESULT": (
        (sheets.SCORES, _always(sheets.CONTENT, sheets.PEOPLE_COUNT, sheets.OFFICIAL, sheets.OURS, *_ENDS)),
    ),
    "UNITS": (
        (sheets.RETURNS, _always(sheets.UNIT, "RPT_HEAD_ISSUED", "RPT_HEAD_RECEIVED", "RPT_HEAD_VALID_SLIPS")),
        (
            sheets.UNITS,
            _feeds(
                sheets.OFFICIAL, sheets.OURS,
                sheets.UNIT, sheets.PEOPLE_COUNT, *_ENDS, "RPT_HEAD_RANK", "RNK_HEAD_RANK_LOW", "RNK_HEAD_RANK_HIGH",
            ),
        ),
    ),
    "CHANGE": (
        (
            sheets.AGAINST_LAST,
            lambda figures: (
                sheets.CONTENT, "CMP_HEAD_LOW", "CMP_HEAD_HIGH", _VERDICT,
                *(f"CMP_HEAD_{'OURS' if figures.weighted else 'OFFICIAL'}_{turn}" for turn in _TURNS),
            ),
        ),
        (
            sheets.TARGETS,
            _always(
                "CMP_HEAD_SERIES", sheets.UNIT, "CMP_HEAD_YEAR", "CMP_HEAD_AIM", "CMP_HEAD_AIM_RANK",
                "CMP_HEAD_ACTUAL", "CMP_HEAD_ACTUAL_RANK", "CMP_HEAD_TARGET_VERDICT",
            ),
        ),
    ),
    "POINTS": (
        (
            sheets.POINTS,
            _always("SCR_COL_SUBJECT", "SCR_COL_CODE", "SCR_COL_TITLE", "SCR_COL_MAX", "SCR_HEAD_POINTS", *_ENDS),
        ),
    ),
    "PRIORITIES": (
        (
            sheets.LOST,
            _always(
                "DRV_HEAD_CODE", "DRV_HEAD_CRITERION", "DRV_HEAD_MAX", "DRV_HEAD_POINTS", "DRV_HEAD_LOST",
                "DRV_HEAD_OWNER",
            ),
        ),
        (
            sheets.PRIORITIES,
            _always("DRV_HEAD_FACTOR", "DRV_HEAD_IMPORTANCE", "DRV_HEAD_SHARE", "DRV_HEAD_CLAIM"),
        ),
    ),
    "CASES": (
        (
            sheets.CASES,
            _always(
                "DOS_HEAD_UNIT", "DOS_HEAD_PERIOD", "DOS_HEAD_RECEIVED", "DOS_HEAD_SOLVED", "DOS_HEAD_ON_TIME",
                "DOS_HEAD_LATE", "DOS_HEAD_PENDING",
            ),
        ),
        (
            sheets.CASE_RATES,
            _always(
                "DOS_HEAD_UNIT", "DOS_HEAD_PERIOD", "DOS_SHARE_ONLINE", "DOS_SHARE_ON_TIME", "DOS_SHARE_LATE",
                "DOS_HEAD_REASON",
            ),
        ),
    ),
    "METHOD": (),
}  # fmt: skip
"""Topic → sheets with their columns, both as codes, in the order of the annex. A column a sheet has not is left out."""

PICTURES: Mapping[str, tuple[str, ...]] = {
    "RESULT": (sheets.SCORES_CHART, sheets.ANSWERS_CHART),
    "UNITS": (sheets.UNITS_CHART,),
    "CHANGE": (sheets.CHANGES_CHART,),
    "PRIORITIES": (sheets.PRIORITIES_CHART,),
}
