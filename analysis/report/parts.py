"""Pieces that several sheets share: interval cells, a chart's numbers, and the sentences that go with them."""

import math
from collections.abc import Iterable

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import here, known
from analysis.report.model import Cell, Column, Sheet, Table
from analysis.scores.beside import grade_words, reason_words
from analysis.scores.satisfaction import Row

BLUE = "#2F6DB5"
INDEX, UP, DOWN = "RPT_HEAD_INDEX", "RPT_HEAD_UP", "RPT_HEAD_DOWN"


def feeds_words(figures: Figures) -> str:
    """Which of the two numbers feeds points and ranks."""
    if not figures.weighted:
        return figures.word("RPT_FEEDS_OFFICIAL", official=figures.word(sheets.OFFICIAL))
    return figures.word("RPT_FEEDS_OURS", ours=figures.word(sheets.OURS), weighting=weighting_words(figures))


def weighting_words(figures: Figures) -> str:
    """Where the weights of the tool's number come from."""
    return figures.word(f"RPT_WEIGHTING_{figures.evaluation.plan.weighting().upper()}")


def level_percent(figures: Figures) -> str:
    """The confidence level: «95 %»."""
    return figures.percent(figures.evaluation.plan.level, 0)


def interval_cells(figures: Figures, row: Row | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Low, high, margin, standard error: values, for Excel cannot honestly compute them."""
    if row is None:
        return (sheets.dash(),) * 4
    values = (row.low, row.high, row.margin, row.se)
    return tuple(sheets.number(figures, value, "share") for value in values)  # type: ignore[return-value]


def proof_columns(figures: Figures) -> tuple[Column, ...]:
    """What stands behind an interval: degrees of freedom, design effect, effective n, label and its reasons."""
    return sheets.columns(
        figures, (sheets.DF, 7), (sheets.DEFF, 8), (sheets.EFFECTIVE, 9), (sheets.GRADE, 16), (sheets.WHY, 30)
    )


def proof_cells(figures: Figures, row: Row | None, table: str, answered: str) -> tuple[Cell, ...]:
    """The cells of `proof_columns`. Effective n is live, from the column `answered` of this table (both as codes)."""
    if row is None:
        return (sheets.dash(),) * len(proof_columns(figures))
    varies = math.isfinite(row.n_eff)
    n, deff = (here(figures.word(table), figures.word(header)) for header in (answered, sheets.DEFF))
    return (
        sheets.number(figures, row.df, "count"),
        sheets.number(figures, row.deff, "decimal") if varies or not math.isfinite(row.deff) else sheets.dash(),
        sheets.formula(known(f"{n}/{deff}"), row.n_eff, "count"),
        sheets.mark(grade_words(row.reliability, figures.language)),
        sheets.text(reasons(figures, row)),
    )


def reasons(figures: Figures, row: Row) -> str:
    """Why a figure is not reliable, empty where it is."""
    return "; ".join(reason_words(reason, figures.language) for reason in row.reasons)


def pale_rows(rows: Iterable[Row | None]) -> tuple[int, ...]:
    """The places of the figures that are not reliable."""
    return tuple(place for place, row in enumerate(rows) if row is None or row.reliability != "reliable")


def whisker_table(figures: Figures, name: str, what: str, rows: list[tuple[Cell, ...]]) -> Table:
    """A chart's numbers: what, index, interval, and the lengths of the whiskers. `name`, `what`: codes."""
    return Table(
        name=figures.word(name),
        columns=sheets.columns(
            figures, (what, 40), (INDEX, 10), (sheets.LOW, 10), (sheets.HIGH, 10), (UP, 9), (DOWN, 9)
        ),
        rows=tuple(rows),
    )


def whisker_cells(figures: Figures, expression: str, row: Row | None) -> tuple[Cell, ...]:
    """Index (live), low, high, and the whiskers' lengths above and below."""
    value = row.value if row else None
    low, high, _, _ = interval_cells(figures, row)
    up = sheets.number(figures, row.high - row.value if row else None, "share")
    down = sheets.number(figures, row.value - row.low if row else None, "share")
    return sheets.formula(expression, value, "share"), low, high, up, down


def bar_label(figures: Figures, label: str, length: int, row: Row | None) -> str:
    """What stands beside a bar: what it shows, n, and its doubt."""
    n = row.n if row else 0
    return f"{shorten(label, length)} (n = {n}) {sheets.doubt(figures, row)}".strip()


def source_line(figures: Figures) -> str:
    """A chart's source and method in one sentence."""
    return figures.word(
        "RPT_SOURCE_BARS",
        round=clean(figures.about.round_name).text,
        count=figures.number(figures.n),
        feeds=feeds_words(figures),
        level=level_percent(figures),
    )


def signs(figures: Figures, title: str, meanings: Iterable[tuple[str, str]]) -> Sheet:
    """The sheet of notes: what each sign and heading means. `title`: a code."""
    return Sheet(
        name=figures.word(sheets.NOTES),
        title=figures.word(title),
        table=Table(
            name=figures.word("RPT_TABLE_NOTES"),
            columns=sheets.columns(figures, ("RPT_HEAD_SIGN", 26), (sheets.MEANING, 104)),
            rows=tuple((sheets.text(sign), sheets.text(meaning)) for sign, meaning in meanings),
        ),
    )


def shorten(text: str, length: int) -> str:
    """The text, cut at a word with «…» where it is longer."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
