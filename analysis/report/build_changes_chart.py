"""Sheets 07, pictures: changes with their intervals about a line of no change. Excel draws no such thing from cells."""

from collections.abc import Sequence

from analysis.report import sheets
from analysis.report.build_comparison import HIGH, LOW, label, unit_changes
from analysis.report.figures import Figures
from analysis.report.model import Cell, Number, Sheet, Table
from analysis.report.parts import level_percent, shorten
from analysis.report.pictures import Reach, reaches
from analysis.scores.change import Change
from analysis.scores.change_words import verdict_words
from analysis.scores.comparison import Comparison

_CHANGE, _VERDICT = "CMP_HEAD_CHANGE", "CMP_HEAD_VERDICT"
_WHOLE = 100
"""Points: no share changes by more. With one or two degrees of freedom an interval may go far beyond."""


def changes_chart(figures: Figures, comparison: Comparison) -> Sheet | None:
    """The changes of the overall index, aspects and factors; None where there are none."""
    rounds = comparison.rounds
    if rounds is None:
        return None
    order = {code: place for place, code in enumerate(figures.tree)}
    found = [each for each in rounds.telling(weighted=figures.weighted, units=False) if each.level != "item"]
    found.sort(key=lambda each: (order.get(each.id, len(order)), each.basis))
    named = [(label(figures, rounds, each), each) for each in found]
    return _chart(figures, comparison, sheets.CHANGES_CHART, "CHART", sheets.CONTENT, named)


def unit_changes_chart(figures: Figures, comparison: Comparison) -> Sheet | None:
    """The units' changes, the largest gain first; None where there are none."""
    rounds = comparison.rounds
    telling = () if rounds is None else rounds.telling(weighted=figures.weighted, units=True)
    kept = {(each.unit, each.basis) for each in telling}
    found = [each for each in unit_changes(figures, comparison) if (each.unit, each.basis) in kept]
    found.sort(key=lambda each: -each.value)
    named = [(figures.unit_label(each.unit), each) for each in found]
    return _chart(figures, comparison, sheets.UNIT_CHANGES_CHART, "UNITS_CHART", sheets.UNIT, named)


def _chart(
    figures: Figures, comparison: Comparison, name: str, kind: str, what: str, named: Sequence[tuple[str, Change]]
) -> Sheet | None:
    rounds = comparison.rounds
    if rounds is None or not named:
        return None
    word, level = figures.word, level_percent(figures)
    rows: list[tuple[Cell, ...]] = []
    marks: list[Reach] = []
    for shown, change in named:
        known = change.low == change.low
        ends = [sheets.number(figures, 100 * end if known else None, "decimal") for end in (change.low, change.high)]
        said = sheets.mark(verdict_words(change, figures.language))
        rows.append((sheets.text(shown), Number(100 * change.value, "decimal"), *ends, said))
        values = f"{figures.percent(change.before, 1)} → {figures.percent(change.now, 1)}"
        marks.append(
            Reach(
                label=shorten(shown, 44),
                told=values,
                value=100 * change.value,
                low=max(100 * change.low, -_WHOLE) if known else None,
                high=min(100 * change.high, _WHOLE) if known else None,
                pale=change.verdict not in ("up", "down"),
            )
        )
    title = word(f"CMP_TITLE_{kind}", level=level)
    return Sheet(
        name=word(name),
        title=title,
        lines=sheets.lines(120, word("CMP_LINE_PICTURE")),
        table=Table(
            name=word(f"CMP_TABLE_{kind}"),
            columns=sheets.columns(figures, (what, 40), (_CHANGE, 12), (LOW, 12), (HIGH, 12), (_VERDICT, 18)),
            rows=tuple(rows),
        ),
        picture=reaches(
            marks,
            title=title,
            axis=word("CMP_CHART_AXIS"),
            alt=word("CMP_CHART_ALT", count=len(marks), sure=sum(not mark.pale for mark in marks)),
            say=lambda value: figures.number(value, 1),
        ),
    )
