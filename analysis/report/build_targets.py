"""Sheets 07, targets and published figures: what was aimed at, what was reached, what years before are known."""

from analysis.report import sheets
from analysis.report.build_comparison import told
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import here, literal
from analysis.report.model import Cell, Form, Formula, Number, Sheet, Table
from analysis.scores.change_words import series_words
from analysis.scores.comparison import Comparison
from analysis.scores.published import FigureChange
from analysis.scores.targets import TargetCheck
from survey.words import DASH

_TABLE, _PAST = "CMP_TABLE_TARGETS", "CMP_TABLE_PUBLISHED"
_SERIES, _YEAR, _SOURCE, _NOTE = "CMP_HEAD_SERIES", "CMP_HEAD_YEAR", "CMP_HEAD_SOURCE", "CMP_HEAD_NOTE"
_AIM, _AIM_RANK, _ACTUAL, _ACTUAL_RANK = (
    "CMP_HEAD_AIM", "CMP_HEAD_AIM_RANK", "CMP_HEAD_ACTUAL", "CMP_HEAD_ACTUAL_RANK",
)  # fmt: skip
_GAP, _GAP_RANK = "CMP_HEAD_GAP", "CMP_HEAD_GAP_RANK"
_BEFORE, _NOW, _CHANGE = "CMP_HEAD_BEFORE", "CMP_HEAD_NOW", "CMP_HEAD_CHANGE"
_RANK_BEFORE, _RANK_NOW, _PLACES = "CMP_HEAD_RANK_BEFORE", "CMP_HEAD_RANK_NOW", "CMP_HEAD_PLACES"


def targets_sheet(figures: Figures, comparison: Comparison) -> Sheet | None:
    """Each target with the figure it is held against; None where there is none."""
    if not comparison.targets:
        return None
    columns = (
        (_SERIES, 34), (sheets.UNIT, 22), (_YEAR, 8), (_AIM, 10), (_AIM_RANK, 10), (_ACTUAL, 10), (_ACTUAL_RANK, 10),
        ("CMP_HEAD_OF", 8), ("CMP_HEAD_ACTUAL_YEAR", 10), (sheets.LOW, 11), (sheets.HIGH, 11), (_GAP, 11),
        (_GAP_RANK, 10), ("CMP_HEAD_MET", 14), ("CMP_HEAD_TARGET_VERDICT", 28), (_NOTE, 40), (_SOURCE, 30),
    )  # fmt: skip
    return Sheet(
        name=figures.word(sheets.TARGETS),
        title=figures.word("CMP_TITLE_TARGETS"),
        lines=sheets.lines(215, figures.word("CMP_LINE_TARGETS"), figures.word("CMP_LINE_TARGETS_LIVE")),
        table=Table(
            name=figures.word(_TABLE),
            columns=sheets.columns(figures, *columns),
            rows=tuple(_target_row(figures, comparison, each) for each in comparison.targets),
        ),
    )


def published_sheet(figures: Figures, comparison: Comparison) -> Sheet | None:
    """Published figures year on year; None where no series was chosen."""
    if not comparison.figures:
        return None
    columns = (
        (_SERIES, 34), (sheets.UNIT, 22), ("CMP_HEAD_YEAR_BEFORE", 9), ("CMP_HEAD_YEAR_NOW", 9), (_BEFORE, 10),
        (_NOW, 10), (_CHANGE, 12), (_RANK_BEFORE, 8), ("CMP_HEAD_OF_BEFORE", 8), (_RANK_NOW, 8),
        ("CMP_HEAD_OF_NOW", 8), (_PLACES, 8), (_NOTE, 60), (_SOURCE, 44),
    )  # fmt: skip
    settings = f"{comparison.published.id} {comparison.published.version}"
    return Sheet(
        name=figures.word(sheets.PUBLISHED),
        title=figures.word("CMP_TITLE_PUBLISHED"),
        lines=sheets.lines(215, figures.word("CMP_LINE_PUBLISHED", settings=settings)),
        table=Table(
            name=figures.word(_PAST),
            columns=sheets.columns(figures, *columns),
            rows=tuple(_figure_row(figures, comparison, each) for each in comparison.figures),
        ),
    )


def _target_row(figures: Figures, comparison: Comparison, check: TargetCheck) -> tuple[Cell, ...]:
    target, figure = check.target, check.figure
    by_rank = target.rank is not None
    value, rank = (figure.value, figure.rank) if figure else (None, None)
    aim, actual = _AIM_RANK if by_rank else _AIM, _ACTUAL_RANK if by_rank else _ACTUAL
    cells = {header: here(figures.word(_TABLE), figures.word(header)) for header in (aim, actual, _GAP, _GAP_RANK)}
    moved = f"{cells[aim]}-{cells[actual]}" if by_rank else f"100*({cells[actual]}-{cells[aim]})"
    gap = None if check.gap is None else Formula(moved, check.gap if by_rank else 100 * check.gap, _form(by_rank))
    yes, no = figures.word("CMP_MET"), figures.word("CMP_NOT_MET")
    # Binary fractions: 0,85 − 0,85 may be a hair below nothing.
    met = f"IF({cells[_GAP_RANK if by_rank else _GAP]}>=-1E-9,{literal(yes)},{literal(no)})"
    ends = (figure.rank_low, figure.rank_high) if figure and by_rank else (figure.low, figure.high) if figure else ()
    name = series_words(comparison.published, target.series, figures.language)
    return (
        sheets.text(clean(name).text),
        sheets.text(clean(target.unit).text),
        _number(target.year, "plain"),
        _number(target.value, "share"),
        _number(target.rank, "count"),
        _number(None if by_rank else value, "share"),
        _number(rank if by_rank else None, "count"),
        _number(figure.of if figure and by_rank else None, "count"),
        _number(figure.year if figure else None, "plain"),
        *(_number(end, "count" if by_rank else "share") for end in ends or (None, None)),
        gap if gap and not by_rank else sheets.dash(),
        gap if gap and by_rank else sheets.dash(),
        Formula(met, yes if check.met else no) if gap else sheets.dash(),
        sheets.mark(figures.word(f"CMP_TARGET_{check.verdict.upper()}")),
        sheets.text(told(figures, check.notes)),
        sheets.text(_sources(target.source, figure.source if figure else "")),
    )


def _figure_row(figures: Figures, comparison: Comparison, change: FigureChange) -> tuple[Cell, ...]:
    now, before = change.now, change.before

    def cell(header: str) -> str:
        return here(figures.word(_PAST), figures.word(header))

    moved, places = f"100*({cell(_NOW)}-{cell(_BEFORE)})", f"{cell(_RANK_BEFORE)}-{cell(_RANK_NOW)}"
    name = series_words(comparison.published, now.series, figures.language)
    return (
        sheets.text(clean(name).text),
        sheets.text(clean(now.unit).text),
        Number(before.year, "plain"),
        Number(now.year, "plain"),
        _number(before.value, "share"),
        _number(now.value, "share"),
        sheets.dash() if change.value is None else Formula(moved, 100 * change.value, "decimal"),
        _number(before.rank, "count"),
        _number(before.of, "count"),
        _number(now.rank, "count"),
        _number(now.of, "count"),
        sheets.dash() if change.places is None else Formula(places, change.places, "count"),
        sheets.text(told(figures, change.notes)),
        sheets.text(_sources(*(f"{each.year}: {each.source} [{each.mark}]" for each in (before, now)))),
    )


def _form(by_rank: bool) -> Form:
    return "count" if by_rank else "decimal"


def _number(value: float | None, form: Form) -> Cell:
    return sheets.dash() if value is None else Number(value, form)


def _sources(*sources: str) -> str:
    return clean("; ".join(source for source in sources if source)).text or DASH
