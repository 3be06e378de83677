"""Sheet 06, ranks: each unit in its block, the ranks it may truly have, what may be said, and its shrunken index."""

import math

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_units import BLOCK, RANK, RANK_HIGH, RANK_LOW, TABLE, rank_set_cells
from analysis.report.figures import OVERALL, Figures
from analysis.report.formulas import column
from analysis.report.model import Cell, Number, Sheet, Table
from analysis.scores.rank_words import block_words, listed, ranking_sentences
from analysis.scores.ranking import Block, Ranked, renamed

_TABLE = "RPT_TABLE_RANKS"
_OF, _TIER, _BETTER, _WORSE = "RNK_HEAD_OF", "RNK_HEAD_TIER", "RNK_HEAD_BETTER", "RNK_HEAD_WORSE"
_SAID, _SHRUNKEN, _SHRUNKEN_ERROR = "RNK_HEAD_SAID", "RNK_HEAD_SHRUNKEN", "RNK_HEAD_SHRUNKEN_ERROR"


def ranks(figures: Figures) -> Sheet:
    """The units block by block, the best first; rank and index follow sheet 06, all else is a value."""
    word = figures.word
    several = len(figures.ranking.blocks) > 1
    rows = [_row(figures, block, unit, several=several) for block in figures.ranking.blocks for unit in block.units]
    said = ranking_sentences(renamed(figures.ranking, figures.unit_label), figures.language)
    columns = (
        *(((BLOCK, 18),) if several else ()), (RANK, 8), (RANK_LOW, 10), (RANK_HIGH, 10), (_OF, 9), (sheets.UNIT, 30),
        (sheets.PEOPLE_COUNT, 11), (sheets.OFFICIAL, 11), (sheets.OURS, 11), (_TIER, 8), (_BETTER, 11), (_WORSE, 11),
        (_SAID, 44), (_SHRUNKEN, 13), (_SHRUNKEN_ERROR, 13),
    )  # fmt: skip
    return Sheet(
        name=word(sheets.RANKS),
        title=word("RNK_SHEET_TITLE"),
        lines=(
            status(figures),
            *sheets.lines(190, *said, word("RNK_LINE_RANK", rank=word(RANK)), word("RNK_LINE_SHRUNKEN")),
        ),
        table=Table(name=word(_TABLE), columns=sheets.columns(figures, *columns), rows=tuple(rows)),
    )


def _row(figures: Figures, block: Block, unit: Ranked, *, several: bool) -> tuple[Cell, ...]:
    word, table = figures.word, figures.word(TABLE)
    place = figures.units.index(unit.unit) + 1
    both = [
        (header, figures.row(OVERALL, weighted=kind, unit=unit.unit))
        for header, kind in ((sheets.OFFICIAL, False), (sheets.OURS, True))
    ]
    tier = next((k for k, names in enumerate(block.tiers, start=1) if unit.unit in names), None)
    return (
        *((sheets.text(block_words(block.kind, figures.language)),) if several else ()),
        sheets.formula(f"INDEX({column(table, word(RANK))},{place})", unit.rank, "count"),
        *rank_set_cells(unit),
        Number(unit.of, "count"),
        sheets.text(figures.unit_label(unit.unit)),
        Number(unit.n, "count"),
        *(
            sheets.formula(f"INDEX({column(table, word(header))},{place})", row.value if row else None, "share")
            for header, row in both
        ),
        sheets.dash() if tier is None or len(block.tiers) == 1 else Number(tier, "count"),
        *(
            sheets.dash() if unit.rank is None else Number(len(names), "count")
            for names in (unit.better_than, unit.worse_than)
        ),
        sheets.text(_said(figures, unit)),
        *(
            Number(value, "share") if math.isfinite(value) else sheets.dash()
            for value in (unit.shrunken, unit.shrunken_error)
        ),
    )


def _said(figures: Figures, unit: Ranked) -> str:
    """What may be said of one unit beside the others of its block."""
    if unit.rank is None:
        return figures.word("RNK_SAID_UNRANKED", least=figures.ranking.least_n)
    parts = [
        figures.word(code, units=listed([figures.unit_label(name) for name in names], figures.language))
        for code, names in (("RNK_SAID_BETTER", unit.better_than), ("RNK_SAID_WORSE", unit.worse_than))
        if names
    ]
    return "; ".join(parts) or figures.word("RNK_SAID_NONE")
