"""Sheets 07: what changed since the last round, for everybody and by unit; targets; figures that were published."""

import math
from collections.abc import Iterable, Sequence

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_units import RANK
from analysis.report.build_units import TABLE as UNITS_TABLE
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures
from analysis.report.formulas import column, here
from analysis.report.model import Cell, Formula, Number, Sheet, Table, Text
from analysis.report.parts import feeds_words, level_percent
from analysis.scores.asked_alike import LeftOut
from analysis.scores.change import Change, RoundChanges
from analysis.scores.change_words import name_of, notes_words, verdict_words
from analysis.scores.comparison import Comparison, RankChange
from survey.errors import Problem

_TABLE, _UNITS_TABLE, SCORES_TABLE = "CMP_TABLE_CHANGES", "CMP_TABLE_UNITS", "RPT_TABLE_SCORES"
_N_BEFORE, _N_NOW = "CMP_HEAD_N_BEFORE", "CMP_HEAD_N_NOW"
_BEFORE = {False: "CMP_HEAD_OFFICIAL_BEFORE", True: "CMP_HEAD_OURS_BEFORE"}
_NOW = {False: "CMP_HEAD_OFFICIAL_NOW", True: "CMP_HEAD_OURS_NOW"}
CHANGE = {False: "CMP_HEAD_OFFICIAL_CHANGE", True: "CMP_HEAD_OURS_CHANGE"}
_ERROR_BEFORE, _ERROR_NOW, _TOGETHER = "CMP_HEAD_ERROR_BEFORE", "CMP_HEAD_ERROR_NOW", "CMP_HEAD_COVARIANCE"
_ERROR, _CRITICAL, LOW, HIGH = "CMP_HEAD_ERROR", "CMP_HEAD_CRITICAL", "CMP_HEAD_LOW", "CMP_HEAD_HIGH"
_VERDICT, _NOTE = "CMP_HEAD_VERDICT", "CMP_HEAD_NOTE"
_RANK_BEFORE, _RANK_NOW, _PLACES = "CMP_HEAD_RANK_BEFORE", "CMP_HEAD_RANK_NOW", "CMP_HEAD_PLACES"

Columns = tuple[tuple[str, float], ...]


def comparison_sheet(figures: Figures, comparison: Comparison) -> Sheet | None:
    """Everybody's numbers then and now, node by node and item by item; None where no earlier round was chosen."""
    rounds = comparison.rounds
    if rounds is None:
        return None
    word, feeds = figures.word, figures.weighted
    rows = [_change_row(figures, rounds, each) for each in _in_order(figures, rounds.of(weighted=feeds, units=False))]
    rows += [_left_out_row(figures, rounds, each) for each in rounds.left_out if not each.unit]
    if not rows:
        return None
    head: Columns = (
        (sheets.CODE, 10), ("RPT_HEAD_LEVEL", 11), (sheets.CONTENT, 40), *_number_columns(rounds),
    )  # fmt: skip
    return Sheet(
        name=word(sheets.AGAINST_LAST),
        title=_title(figures, rounds, "CMP_TITLE_CHANGES"),
        lines=_lines(figures, rounds, sheets.SCORES, "CMP_LINE_COMMON"),
        table=Table(name=word(_TABLE), columns=sheets.columns(figures, *head), rows=tuple(rows)),
    )


def unit_changes_sheet(figures: Figures, comparison: Comparison) -> Sheet | None:
    """The units' overall index and rank then and now; None where none is compared."""
    rounds = comparison.rounds
    changes = unit_changes(figures, comparison)
    if rounds is None or not changes:
        return None
    word = figures.word
    rows = [_unit_row(figures, comparison, rounds, each) for each in changes]
    width = len(rows[0])
    for left in rounds.left_out:
        if left.unit:
            unit, why = sheets.text(clean(left.unit).text), sheets.text(told(figures, [left.why]))
            rows.append((unit, *(sheets.dash() for _ in range(width - 2)), why))
    head: Columns = (
        (sheets.UNIT, 30), *_number_columns(rounds)[:-2], (_RANK_BEFORE, 8), ("CMP_HEAD_OF_BEFORE", 8), (_RANK_NOW, 8),
        ("CMP_HEAD_OF_NOW", 8), (_PLACES, 8), ("CMP_HEAD_RANK_VERDICT", 16), (_VERDICT, 18), (_NOTE, 44),
    )  # fmt: skip
    return Sheet(
        name=word(sheets.UNIT_CHANGES),
        title=_title(figures, rounds, "CMP_TITLE_UNITS"),
        lines=_lines(figures, rounds, sheets.UNITS, "CMP_LINE_POOLED", "CMP_LINE_RANKS"),
        table=Table(name=word(_UNITS_TABLE), columns=sheets.columns(figures, *head), rows=tuple(rows)),
    )


def unit_changes(figures: Figures, comparison: Comparison) -> tuple[Change, ...]:
    """The units' changes in the overall index that feeds points, in the order of sheet 06."""
    if comparison.rounds is None:
        return ()
    order = {unit: place for place, unit in enumerate(figures.units)}
    found = comparison.rounds.of(weighted=figures.weighted, units=True)
    kept = [each for each in found if each.id == OVERALL and each.unit in order]
    return tuple(sorted(kept, key=lambda each: (order[each.unit], each.basis)))


def label(figures: Figures, rounds: RoundChanges, change: Change) -> str:
    """What a change is of: an index or item, and whether only of what both rounds asked alike."""
    return clean(name_of(rounds, change.id, figures.language, change.basis)).text


def _number_columns(rounds: RoundChanges) -> Columns:
    return (
        (_N_BEFORE, 8), (_N_NOW, 8), (_BEFORE[False], 11), (_NOW[False], 11), (CHANGE[False], 11), (_BEFORE[True], 11),
        (_NOW[True], 11), (CHANGE[True], 11), (_ERROR_BEFORE, 9), (_ERROR_NOW, 9),
        *(((_TOGETHER, 11),) if rounds.shared else ()), (_ERROR, 9), (_CRITICAL, 8), (LOW, 11), (HIGH, 11),
        (_VERDICT, 18), (_NOTE, 44),
    )  # fmt: skip


def _change_row(figures: Figures, rounds: RoundChanges, change: Change) -> tuple[Cell, ...]:
    code = change.id
    live = change.basis == "all" and code in figures.tree
    place = [*figures.tree].index(code) + 1 if live else 0
    return (
        sheets.text(code),
        sheets.text(figures.word(f"RPT_LEVEL_{change.level.upper()}")),
        sheets.text(label(figures, rounds, change)),
        *_number_cells(figures, rounds, change, _TABLE, SCORES_TABLE, place),
        sheets.mark(verdict_words(change, figures.language)),
        sheets.text(told(figures, change.notes)),
    )


def _unit_row(figures: Figures, comparison: Comparison, rounds: RoundChanges, change: Change) -> tuple[Cell, ...]:
    whole = change.basis == "all"
    place = figures.units.index(change.unit) + 1
    rank = comparison.rank(change.unit) if whole else None
    name = figures.unit_label(change.unit)
    return (
        sheets.text(name if whole else figures.word("CMP_COMMON_OF", name=name)),
        *_number_cells(figures, rounds, change, _UNITS_TABLE, UNITS_TABLE, place if whole else 0),
        *_rank_cells(figures, rank, place),
        sheets.mark(verdict_words(change, figures.language)),
        sheets.text(told(figures, (*change.notes, *(rank.notes if rank else ())))),
    )


def _number_cells(
    figures: Figures, rounds: RoundChanges, change: Change, table: str, source: str, place: int
) -> tuple[Cell, ...]:
    """n, both kinds of number with their change, errors and limits. `place`: its row in the table `source`, 0: none."""

    def cell(header: str) -> str:
        return here(figures.word(table), figures.word(header))

    kinds: list[Cell] = []
    for weighted, header in ((False, sheets.OFFICIAL), (True, sheets.OURS)):
        found = rounds.change(change.id, weighted=weighted, unit=change.unit, basis=change.basis) or change
        expression = f"INDEX({column(figures.word(source), figures.word(header))},{place})"
        now: Cell = Formula(expression, found.now, "share") if place else Number(found.now, "share")
        moved = f"100*({cell(_NOW[weighted])}-{cell(_BEFORE[weighted])})"
        kinds += [Number(found.before, "share"), now, Formula(moved, 100 * found.value, "decimal")]
    shared = [Number(10_000 * change.covariance, "weight")] if rounds.shared else []
    squares = f"{cell(_ERROR_BEFORE)}^2+{cell(_ERROR_NOW)}^2" + (f"-2*{cell(_TOGETHER)}" if shared else "")
    feeds = cell(CHANGE[figures.weighted])
    reach = f"{cell(_CRITICAL)}*{cell(_ERROR)}"
    known = math.isfinite(change.critical)
    return (
        Number(change.n_before, "count"),
        Number(change.n_now, "count"),
        *kinds,
        Number(100 * change.se_before, "decimal"),
        Number(100 * change.se_now, "decimal"),
        *shared,
        Formula(f"SQRT(MAX({squares},0))", 100 * change.se, "decimal"),
        sheets.number(figures, change.critical, "weight"),
        Formula(f"{feeds}-{reach}", 100 * change.low, "decimal") if known else sheets.dash(),
        Formula(f"{feeds}+{reach}", 100 * change.high, "decimal") if known else sheets.dash(),
    )


def _rank_cells(figures: Figures, ranks: RankChange | None, place: int) -> tuple[Cell, ...]:
    if ranks is None:
        return (sheets.dash(),) * 6
    word, table = figures.word, figures.word(_UNITS_TABLE)
    now = f"INDEX({column(word(UNITS_TABLE), word(RANK))},{place})"
    moved = f"{here(table, word(_RANK_BEFORE))}-{here(table, word(_RANK_NOW))}"
    return (
        Number(ranks.before.rank or 0, "count"),
        Number(ranks.before.of, "count"),
        Formula(now, ranks.now.rank or 0, "count"),
        Number(ranks.now.of, "count"),
        Formula(moved, ranks.places, "count"),
        sheets.mark(word("CMP_RANK_CLEAR" if ranks.clear else "CMP_RANK_UNCLEAR")),
    )


def _left_out_row(figures: Figures, rounds: RoundChanges, left: LeftOut) -> tuple[Cell, ...]:
    empty = len(_number_columns(rounds)) - 1
    return (
        sheets.text(left.id),
        sheets.dash(),
        sheets.text(clean(name_of(rounds, left.id, figures.language)).text),
        *(sheets.dash() for _ in range(empty - 1)),
        sheets.mark(figures.word("CMP_VERDICT_LEFT_OUT")),
        sheets.text(told(figures, [left.why])),
    )


def _in_order(figures: Figures, changes: Iterable[Change]) -> list[Change]:
    """In reading order of the later round's tree, what both asked alike right after what it belongs to."""
    order = {code: place for place, code in enumerate(figures.tree)}
    return sorted(changes, key=lambda each: (order.get(each.id, len(order)), each.basis))


def _title(figures: Figures, rounds: RoundChanges, code: str) -> str:
    return figures.word(code, now=clean(rounds.now.name).text, before=clean(rounds.before.name).text)


def _breaks(figures: Figures, rounds: RoundChanges) -> Sequence[str]:
    said = [figures.word("CMP_LINE_BREAK", what=told(figures, [each])) for each in rounds.breaks]
    return [figures.word("CMP_LINE_SERIOUS"), *said] if rounds.serious else said


def _lines(figures: Figures, rounds: RoundChanges, source: str, *further: str) -> tuple[Text | Formula, ...]:
    """What is said above a table whose live numbers come from the sheet `source`, both as codes."""
    word = figures.word
    paragraphs = (
        *_breaks(figures, rounds),
        word("CMP_LINE_LIVE", scores=word(source)),
        word("CMP_LINE_HOW", feeds=feeds_words(figures), level=level_percent(figures)),
        word("CMP_LINE_SHARED" if rounds.shared else "CMP_LINE_APART", count=rounds.shared),
        *map(word, further),
    )
    return status(figures), *sheets.lines(215, *paragraphs)


def told(figures: Figures, notes: Iterable[Problem]) -> str:
    """Notes in one cell."""
    return clean(notes_words(notes, figures.language)).text
