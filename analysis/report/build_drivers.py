"""Sheets 10: which points were lost and what would win them back; which factor to improve first, and its picture."""

from collections.abc import Sequence

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_points import CARD, PATH, POINTS, SCORED, WORK_TABLE
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import column, here, literal, ratio
from analysis.report.indices import score_name
from analysis.report.model import Cell, Formula, Number, Picture, Sheet, Table
from analysis.report.parts import level_percent, shorten
from analysis.report.pictures import Spot, matrix
from analysis.scores.driver_words import (
    claim_words,
    headline,
    left_out_lines,
    method_lines,
    order_words,
    part_label,
    win_words,
)
from analysis.scores.drivers import Driver, Importance
from analysis.scores.lost_points import LostPoints, lost_points
from analysis.scores.scorecard.card import Scorecard
from survey.questionnaire import Words, say

_LOST_TABLE, _TABLE, _CHART_TABLE = "RPT_TABLE_LOST", "RPT_TABLE_PRIORITIES", "RPT_TABLE_PRIORITIES_CHART"
_LEVEL, _MAX, _POINTS, _LOST = "DRV_HEAD_LEVEL", "DRV_HEAD_MAX", "DRV_HEAD_POINTS", "DRV_HEAD_LOST"
_SHORT, _A_LINE = 44, 2
"""Letters of a name under the picture, and names a line."""


def planned(
    figures: Figures, cards: Sequence[Scorecard], found: Importance | None
) -> list[tuple[str, Sheet | None, str]]:
    """The sheets about what to repair, each with its name's code and why it is left out if it is."""
    why = "DRV_ABSENT_PRIORITIES"
    return [
        (sheets.LOST, lost_sheet(figures, cards), "DRV_ABSENT_LOST"),
        (sheets.PRIORITIES, priorities_sheet(figures, found) if found else None, why),
        (sheets.PRIORITIES_CHART, priorities_chart(figures, found) if found else None, why),
    ]


def lost_sheet(figures: Figures, cards: Sequence[Scorecard]) -> Sheet | None:
    """Areas, then criteria, by points lost, from the live sheet of scored lines; None where nothing was lost."""
    lost = lost_points(cards, figures.evaluation, weighted=figures.weighted)
    if not lost:
        return None
    subjects = any(line.subject for line in lost)
    headers = (
        (_LEVEL, 10), *([("DRV_HEAD_SUBJECT", 24)] if subjects else []), ("DRV_HEAD_CODE", 9),
        ("DRV_HEAD_CRITERION", 40), ("DRV_HEAD_AREA", 28), (_MAX, 9), (_POINTS, 9), (_LOST, 9), (sheets.LOW, 9),
        (sheets.HIGH, 9), ("DRV_HEAD_PART", 10), ("DRV_HEAD_EVIDENCE", 11), ("DRV_HEAD_OWNER", 20),
        ("DRV_HEAD_WIN", 60),
    )  # fmt: skip
    return Sheet(
        name=figures.word(sheets.LOST),
        title=figures.word("DRV_LOST_SHEET_TITLE"),
        lines=sheets.lines(
            190,
            figures.word("DRV_LOST_LINE", scheme=cards[0].scheme.settings),
            figures.word("DRV_LOST_INTERVAL", level=level_percent(figures)),
            figures.word("DRV_LOST_WIN_LINE"),
            *filter(None, [order_words(lost, figures.language)]),
        ),
        table=Table(
            name=figures.word(_LOST_TABLE),
            columns=sheets.columns(figures, *headers),
            rows=tuple(_lost_row(figures, line, lost, subjects) for line in lost),
        ),
    )


def _lost_row(figures: Figures, line: LostPoints, lost: tuple[LostPoints, ...], subjects: bool) -> tuple[Cell, ...]:
    table = figures.word(_LOST_TABLE)
    cells = {code: here(table, figures.word(code)) for code in (_MAX, _POINTS, _LOST)}
    level = figures.word("DRV_LEVEL_LEAF" if line.leaf else "DRV_LEVEL_AREA")
    alike = f"{column(table, figures.word(_LOST))},{column(table, figures.word(_LEVEL))},{literal(level)}"
    whole = sum(other.lost for other in lost if other.leaf == line.leaf)
    return (
        sheets.text(level),
        *([sheets.text(clean(line.subject).text)] if subjects else []),
        sheets.text(line.code),
        sheets.text(_said(figures, line.title)),
        sheets.text(_said(figures, line.area) if line.leaf else ""),
        Formula(_scored(figures, line, SCORED), line.max_points, "decimal"),
        Formula(_scored(figures, line, POINTS), line.points, "decimal"),
        Formula(f"{cells[_MAX]}-{cells[_POINTS]}", line.lost, "decimal"),
        *(sheets.dash() if end is None else Number(end, "decimal") for end in (line.low, line.high)),
        Formula(ratio(cells[_LOST], f"SUMIFS({alike})"), line.lost / whole, "share"),
        sheets.text(figures.word(f"DRV_EVIDENCE_{line.evidence.upper()}") if line.evidence else ""),
        sheets.text(clean(line.owner).text or (figures.word("DRV_NO_OWNER") if line.leaf else "")),
        sheets.text(win_words(line, figures.language)),
    )


def _scored(figures: Figures, line: LostPoints, header: str) -> str:
    """The sum over the scored lines at or under this one; by their path, for Excel takes «1.1» and «1.10» for one."""
    table = figures.word(WORK_TABLE)
    cells, card, path = (column(table, figures.word(code)) for code in (header, CARD, PATH))
    return f"SUMIFS({cells},{card},{line.card},{path},{literal(f'*|{line.code}|*')})"


def priorities_sheet(figures: Figures, found: Importance) -> Sheet:
    """The factors by importance, each with its share satisfied and what the intervals allow to say."""
    headers = (
        ("DRV_HEAD_FACTOR", 40), ("DRV_HEAD_IMPORTANCE", 10), ("DRV_HEAD_IMPORTANCE_LOW", 10),
        ("DRV_HEAD_IMPORTANCE_HIGH", 10), ("DRV_HEAD_SHARE", 10), ("DRV_HEAD_SHARE_LOW", 10),
        ("DRV_HEAD_SHARE_HIGH", 10), (sheets.PEOPLE_COUNT, 9), ("DRV_HEAD_SLOPE", 11), ("DRV_HEAD_SLOPE_LOW", 11),
        ("DRV_HEAD_SLOPE_HIGH", 11), ("DRV_HEAD_IMPORTANT", 13), ("DRV_HEAD_PERFORMS", 13), ("DRV_HEAD_CLAIM", 24),
    )  # fmt: skip
    asked, language = figures.evaluation.questionnaire, figures.language
    return Sheet(
        name=figures.word(sheets.PRIORITIES),
        title=figures.word("DRV_SHEET_TITLE"),
        lines=(
            status(figures),
            *sheets.lines(
                190,
                headline(found, asked, language),
                *method_lines(found, language),
                figures.word("DRV_SLOPE_LINE"),
                *left_out_lines(found, asked, language),
            ),
        ),
        table=Table(
            name=figures.word(_TABLE),
            columns=sheets.columns(figures, *headers),
            rows=tuple(_priority_row(figures, driver) for driver in found.drivers),
        ),
    )


def _priority_row(figures: Figures, driver: Driver) -> tuple[Cell, ...]:
    row = driver.performance
    return (
        sheets.text(part_label(figures.evaluation.questionnaire, driver.id, figures.language)),
        *(sheets.number(figures, value, "share") for value in (driver.importance, driver.low, driver.high)),
        _share(figures, driver),
        *(sheets.number(figures, value, "share") for value in (row.low, row.high)),
        Number(row.n, "count"),
        *(sheets.number(figures, end, "share") for end in (driver.slope, driver.slope_low, driver.slope_high)),
        sheets.mark(figures.word(f"DRV_VERDICT_{driver.important.upper()}")),
        sheets.mark(figures.word(f"DRV_VERDICT_{driver.performs.upper()}")),
        sheets.text(claim_words(driver, figures.language)),
    )


def _share(figures: Figures, driver: Driver) -> Cell:
    """The share satisfied: live from the sheet of indices where the part has a name there."""
    row = driver.performance
    if row.level == "item":
        return sheets.number(figures, row.value, "share")
    return sheets.formula(score_name(figures, driver.id, weighted=row.weighted), row.value, "share")


def priorities_chart(figures: Figures, found: Importance) -> Sheet:
    """The picture of importance against share satisfied, with its numbers."""
    rows = tuple(
        (
            Number(place, "count"),
            sheets.text(part_label(figures.evaluation.questionnaire, driver.id, figures.language)),
            sheets.number(figures, driver.importance, "share"),
            _share(figures, driver),
            sheets.text(claim_words(driver, figures.language)),
        )
        for place, driver in enumerate(found.drivers, start=1)
    )
    headers = (
        ("DRV_HEAD_NUMBER", 6), ("DRV_HEAD_FACTOR", 44), ("DRV_HEAD_IMPORTANCE", 11), ("DRV_HEAD_SHARE", 11),
        ("DRV_HEAD_CLAIM", 26),
    )  # fmt: skip
    return Sheet(
        name=figures.word(sheets.PRIORITIES_CHART),
        title=figures.word("DRV_CHART_TITLE", level=level_percent(figures)),
        table=Table(name=figures.word(_CHART_TABLE), columns=sheets.columns(figures, *headers), rows=rows),
        picture=priorities_picture(figures, found),
    )


def priorities_picture(figures: Figures, found: Importance) -> Picture:
    """The matrix: importance to the right, share satisfied upwards, averages as dashed lines, grey without a claim.

    Factors have numbers, whose names stand below: beside the points they would lie on each other.
    """
    asked, language = figures.evaluation.questionnaire, figures.language
    names = [
        f"{place}: {shorten(part_label(asked, driver.id, language), _SHORT)}"
        for place, driver in enumerate(found.drivers, start=1)
    ]
    legend = ["      ".join(names[start : start + _A_LINE]) for start in range(0, len(names), _A_LINE)]
    spots = [
        Spot(
            label=str(place),
            x=driver.importance,
            y=driver.performance.value,
            across=(driver.low, driver.high),
            up=(driver.performance.low, driver.performance.high),
            pale=driver.quadrant is None,
        )
        for place, driver in enumerate(found.drivers, start=1)
    ]
    return matrix(
        spots,
        across="\n".join([figures.word("DRV_HEAD_IMPORTANCE"), "", *legend]),
        up=figures.word("DRV_HEAD_SHARE"),
        cross=(1 / len(spots), found.average),
        alt=figures.word(
            "DRV_CHART_ALT", headline=headline(found, asked, language), table=figures.word(sheets.PRIORITIES)
        ),
        title=figures.word("DRV_CHART_TITLE", level=level_percent(figures)),
        say=lambda value: figures.percent(value, 0),
    )


def _said(figures: Figures, words: Words) -> str:
    return clean(say(words, figures.language)).text
