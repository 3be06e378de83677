"""Pieces that several sheets share: interval cells, a chart's numbers, and the sentences that go with them."""

import math
from collections.abc import Iterable

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import here, known
from analysis.report.model import Cell, Column, Table
from analysis.report.vietnamese import number, percent
from analysis.scores.beside import grade_words, reason_words
from analysis.scores.satisfaction import Row

BLUE = "#2F6DB5"

_WEIGHTING = {
    "adjusted": "có quyền số",
    "base": "quyền số gốc, chưa cân chỉnh theo tổng thể",
    "none": "chưa có quyền số, nên bằng cách công bố",
}


def feeds_words(figures: Figures) -> str:
    """Which of the two numbers feeds points and ranks."""
    if not figures.weighted:
        return f"«{sheets.OFFICIAL}» (không quyền số)"
    return f"«{sheets.OURS}» ({weighting_words(figures)})"


def weighting_words(figures: Figures) -> str:
    """Where the weights of the tool's number come from."""
    return _WEIGHTING[figures.evaluation.plan.weighting()]


def level_percent(figures: Figures) -> str:
    """The confidence level: «95 %»."""
    return percent(figures.evaluation.plan.level, 0)


def interval_cells(row: Row | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Low, high, margin, standard error: values, for Excel cannot honestly compute them."""
    if row is None:
        return (sheets.dash(),) * 4
    return tuple(sheets.number(value, "share") for value in (row.low, row.high, row.margin, row.se))  # type: ignore[return-value]


def proof_columns() -> tuple[Column, ...]:
    """What stands behind an interval: degrees of freedom, design effect, effective n, label and its reasons."""
    return sheets.columns((sheets.DF, 7), (sheets.DEFF, 8), (sheets.EFFECTIVE, 9), (sheets.GRADE, 16), (sheets.WHY, 30))


def proof_cells(row: Row | None, table: str, answered: str) -> tuple[Cell, ...]:
    """The cells of `proof_columns`. Effective n is live, from the column `answered` of this table."""
    if row is None:
        return (sheets.dash(),) * len(proof_columns())
    varies = math.isfinite(row.n_eff)
    return (
        sheets.number(row.df, "count"),
        sheets.number(row.deff, "decimal") if varies or not math.isfinite(row.deff) else sheets.dash(),
        sheets.formula(known(f"{here(table, answered)}/{here(table, sheets.DEFF)}"), row.n_eff, "count"),
        sheets.mark(grade_words(row.reliability)),
        sheets.text("; ".join(reason_words(reason) for reason in row.reasons)),
    )


def pale_rows(rows: Iterable[Row | None]) -> tuple[int, ...]:
    """The places of the figures that are not reliable."""
    return tuple(place for place, row in enumerate(rows) if row is None or row.reliability != "reliable")


def whisker_table(name: str, what: str, rows: list[tuple[Cell, ...]]) -> Table:
    """A chart's numbers: what, index, interval, and the lengths of the whiskers."""
    return Table(
        name=name,
        columns=sheets.columns(
            (what, 40),
            ("Chỉ số", 10),
            ("Khoảng tin cậy từ", 10),
            ("Khoảng tin cậy đến", 10),
            ("Vạch trên", 9),
            ("Vạch dưới", 9),
        ),
        rows=tuple(rows),
    )


def whisker_cells(expression: str, row: Row | None) -> tuple[Cell, ...]:
    """Index (live), low, high, and the whiskers' lengths above and below."""
    value = row.value if row else None
    low, high, _, _ = interval_cells(row)
    up = sheets.number(row.high - row.value if row else None, "share")
    down = sheets.number(row.value - row.low if row else None, "share")
    return sheets.formula(expression, value, "share"), low, high, up, down


def source_line(figures: Figures) -> str:
    """A chart's source and method in one sentence."""
    return (
        f"Nguồn: {clean(figures.about.round_name).text}, {number(figures.n)} phiếu; {feeds_words(figures)}. Vạch "
        f"đen: khoảng tin cậy "
        f"{level_percent(figures)}, ước lượng của công cụ, không phải số công bố. Thanh xám: số chưa vững."
    )


def shorten(text: str, length: int) -> str:
    """The text, cut at a word with «…» where it is longer."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
