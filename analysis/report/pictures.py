"""How is something drawn for a file, where no program draws it from live cells? PNG, the same for the same input.

The font is the one inside matplotlib's wheel: it has every Vietnamese letter and is the same on every machine.
"""

import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.report.model import Chart, Picture, Sheet, Text, numbers

mpl.rcParams.update({"text.parse_math": False, "font.family": ["DejaVu Sans"], "font.size": 9, "svg.fonttype": "none"})

_DOTS = 200
_WIDTH = 6.5  # inches between the margins of Decree 30/2020 on A4
_BLUE, _PALE, _LINE = "#2F6DB5", "#76808A", "#404040"
_ROOMY = 18  # with more bars than these a name has one line
_SHOWN_FROM = 0.05  # a narrower part of a bar has no room for its figure

Say = Callable[[float], str]
"""How a share 0-1 is written: «81,5 %»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point with whiskers: label, place across and up, the ends of both intervals (None: not known)."""

    label: str
    x: float
    y: float
    across: tuple[float, float] | None = None
    up: tuple[float, float] | None = None
    pale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A number with the ends of its interval (None: not known), to be drawn about a line at zero.

    `told` stands in a line of its own under the label.
    """

    label: str
    told: str
    value: float
    low: float | None = None
    high: float | None = None
    pale: bool = False


def chart_picture(sheet: Sheet, say: Say) -> Picture:
    """The chart of a sheet as a picture with its alternative text, from the numbers its table has now.

    Raises ValueError if the sheet has no chart.
    """
    if sheet.chart is None:
        raise ValueError(f"sheet {sheet.name} has no chart")
    draw = _bars if sheet.chart.kind == "bars" else _stacked
    figure = _figure(1.5 + 0.4 * len(sheet.table.rows))
    draw(figure.subplots(), sheet, sheet.chart, say)
    return _picture(figure, f"{sheet.chart.title}. {sheet.chart.alt}")


def matrix(
    spots: Sequence[Spot], *, across: str, up: str, cross: tuple[float, float], alt: str, title: str, say: Say
) -> Picture:
    """Points with whiskers both ways in four fields that meet at `cross`; `across` and `up` name the axes."""
    figure = _figure(5.2)
    axes = figure.subplots()
    for spot in spots:
        colour = _PALE if spot.pale else _BLUE
        if spot.across is not None:
            axes.hlines(spot.y, *spot.across, color=colour, linewidth=0.8, alpha=0.6)
        if spot.up is not None:
            axes.vlines(spot.x, *spot.up, color=colour, linewidth=0.8, alpha=0.6)
        axes.plot([spot.x], [spot.y], "o", color=colour, markersize=5)
        axes.annotate(spot.label, (spot.x, spot.y), xytext=(5, 4), textcoords="offset points", fontsize=8)
    axes.axvline(cross[0], color=_LINE, linewidth=0.8, linestyle="--")
    axes.axhline(cross[1], color=_LINE, linewidth=0.8, linestyle="--")
    for axis, name in ((axes.xaxis, across), (axes.yaxis, up)):
        axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(_written(say))
        axis.set_label_text(name)
    axes.set_title(title, fontsize=10, fontweight="bold", wrap=True)
    axes.spines[["top", "right"]].set_visible(False)
    return _picture(figure, f"{title}. {alt}")


def reaches(marks: Sequence[Reach], *, axis: str, alt: str, title: str, say: Say) -> Picture:
    """Points with whiskers, the first on top, about a line at zero; `axis` says what is measured."""
    figure = _figure(1.3 + 0.4 * len(marks))
    axes = figure.subplots()
    for place, mark in enumerate(marks):
        colour = _PALE if mark.pale else _BLUE
        if mark.low is not None and mark.high is not None:
            axes.hlines(place, mark.low, mark.high, color=colour, linewidth=1.4)
        axes.plot(
            [mark.value], [place], "o", color=colour, markersize=6, markerfacecolor="white" if mark.pale else colour
        )
    axes.axvline(0, color=_LINE, linewidth=0.9, linestyle="--")
    axes.set_yticks(
        range(len(marks)),
        [f"{_broken(mark.label, 42)}\n{mark.told}" for mark in marks],
        fontsize=8 if len(marks) <= _ROOMY else 6,
    )
    axes.set_ylim(len(marks) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(_written(say))
    axes.grid(axis="x", color="#D9D9D9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(axis, fontsize=8)
    axes.set_title(title, fontsize=10, fontweight="bold", wrap=True)
    return _picture(figure, f"{title}. {alt}")


def _bars(axes: Any, sheet: Sheet, chart: Chart, say: Say) -> None:
    """Horizontal bars with whiskers, first row on top."""
    [series] = chart.series
    values = numbers(sheet, series.header)
    places = range(len(values))
    colours = [_PALE if row in series.pale else series.colour for row in places]
    axes.barh(places, values, color=colours, height=0.62)
    if series.plus and series.minus:
        ends = [numbers(sheet, series.minus), numbers(sheet, series.plus)]
        axes.errorbar(values, places, xerr=ends, fmt="none", ecolor="black", elinewidth=1, capsize=3)
    for place, value in zip(places, values, strict=True):
        if value > 0:
            axes.text(0.012, place, say(value), va="center", color="white", fontsize=8)
    axes.set_xlim(0, 1)
    _dress(axes, sheet, chart, say)


def _stacked(axes: Any, sheet: Sheet, chart: Chart, say: Say) -> None:
    """Bars of several parts; parts below zero grow to the left."""
    rows = range(len(sheet.table.rows))
    left, right = [0.0] * len(rows), [0.0] * len(rows)
    named: set[str] = set()
    for series in chart.series:
        values = numbers(sheet, series.header)
        starts = [left[row] if values[row] < 0 else right[row] for row in rows]
        name = series.named or series.header
        axes.barh(rows, values, left=starts, color=series.colour, height=0.68, label="_" if name in named else name)
        named.add(name)
        shown = numbers(sheet, series.label or series.header)
        for row, value in enumerate(values):
            if series.label is not None and abs(shown[row]) >= _SHOWN_FROM:
                # What is split in two halves carries its whole figure once, on the line between them.
                middle = 0.0 if series.label else starts[row] + value / 2
                said = say(abs(shown[row]))
                axes.text(middle, row, said, ha="center", va="center", color=series.label_colour, fontsize=6.5)
            left[row] += min(value, 0.0)
            right[row] += max(value, 0.0)
    low = min(left)
    axes.set_xlim((low - 0.02, max(right) + 0.02) if low < 0 else (0, 1))
    if low < 0:
        axes.axvline(0, color=_LINE, linewidth=0.8)
    marks, names = axes.get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda place: sheet.table.place(names[place]))
    axes.legend(
        [marks[k] for k in order],
        [names[k] for k in order],
        loc="lower center",
        bbox_to_anchor=(0.3, 1.0),
        ncols=3,
        fontsize=8,
        frameon=False,
    )
    _dress(axes, sheet, chart, say)


def _dress(axes: Any, sheet: Sheet, chart: Chart, say: Say) -> None:
    """Names of the bars, percentages along the axis, and the line that says where the numbers come from."""
    names = [_text(row[sheet.table.place(chart.categories)]) for row in sheet.table.rows]
    roomy = len(names) <= _ROOMY
    axes.set_yticks(range(len(names)), [_broken(n, 40) if roomy else n for n in names], fontsize=8 if roomy else 6)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(_written(lambda value: say(abs(value))))
    axes.grid(axis="x", color="#D9D9D9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(_broken(chart.source, 110), fontsize=7, style="italic", loc="right")


def _written(say: Say) -> FuncFormatter:
    return FuncFormatter(lambda value, _: say(value))


def _text(cell: object) -> str:
    return cell.value if isinstance(cell, Text) else ""


def _broken(text: str, width: int) -> str:
    """The text in lines of about that many letters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _figure(height: float) -> Figure:
    return Figure(figsize=(_WIDTH, min(height, 9.0)), layout="constrained")


def _picture(figure: Figure, alt: str) -> Picture:
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a sign the font has not: drawn as a box, the table has it
        figure.savefig(target, format="png", dpi=_DOTS, metadata={"Software": None})
    width, height = figure.get_size_inches()
    return Picture(png=target.getvalue(), alt=alt, width=round(width * 96), height=round(height * 96))
