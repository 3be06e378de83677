"""Pieces that several sheets share: interval cells, a chart's numbers, and the sentences that go with them."""

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.model import Cell, Table
from analysis.report.vietnamese import number, percent
from analysis.scores.caveats import FEW
from analysis.scores.satisfaction import Row

BLUE = "#2F6DB5"


def feeds_words(figures: Figures) -> str:
    """Which of the two numbers feeds points and ranks."""
    return f"«{sheets.OURS}» (có quyền số)" if figures.weighted else f"«{sheets.OFFICIAL}» (không quyền số)"


def level_percent(figures: Figures) -> str:
    """The confidence level: «95 %»."""
    return percent(figures.evaluation.plan.level, 0)


def interval_cells(row: Row | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Low, high, margin, standard error: values, for Excel cannot honestly compute them."""
    if row is None:
        return (sheets.dash(),) * 4
    return tuple(sheets.number(value, "share") for value in (row.low, row.high, row.margin, row.se))  # type: ignore[return-value]


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
        f"{level_percent(figures)}, ước lượng của công cụ, không phải số công bố. {sheets.FEW_MARK}: dưới {FEW} "
        f"người trả lời."
    )


def shorten(text: str, length: int) -> str:
    """The text, cut at a word with «…» where it is longer."""
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
