"""Sheet 06: units with their index, interval and rank, and the chart of them."""

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_tally import UNIT_SCORES_TABLE
from analysis.report.figures import OVERALL, Figures
from analysis.report.formulas import column, here
from analysis.report.indices import SLIPS_TABLE, score_name
from analysis.report.model import Cell, Chart, Number, Series, Sheet, Table
from analysis.report.parts import (
    BLUE,
    DOWN,
    INDEX,
    UP,
    bar_label,
    feeds_words,
    interval_cells,
    level_percent,
    pale_rows,
    proof_cells,
    proof_columns,
    source_line,
    whisker_cells,
    whisker_table,
)
from analysis.scores.rank_words import block_words
from analysis.scores.ranking import Ranked
from analysis.scores.responses import NOWHERE

TABLE = "RPT_TABLE_UNITS"
CODE, PLACE, RANK = "RPT_HEAD_UNIT_CODE", "RPT_HEAD_PLACE", "RPT_HEAD_RANK"
BLOCK, RANK_LOW, RANK_HIGH = "RNK_HEAD_BLOCK", "RNK_HEAD_RANK_LOW", "RNK_HEAD_RANK_HIGH"
_AGAINST = "RPT_HEAD_AGAINST"


def units(figures: Figures) -> Sheet:
    """Sheet 06: units in Vietnamese order; the rank is a live formula on the number that feeds points."""
    labelled = any(figures.unit_label(value) != value for value in figures.units)
    word, table = figures.word, figures.word(TABLE)
    feeds = word(sheets.OURS if figures.weighted else sheets.OFFICIAL)
    several = len(figures.ranking.blocks) > 1
    rows = []
    for place, value in enumerate(figures.units, start=1):
        row, ranked = figures.row(OVERALL, unit=value), figures.ranks.get(value)
        n = row.n if row else 0
        shown = []
        for kind in (False, True):
            found = figures.row(OVERALL, weighted=kind, unit=value)
            scores = column(word(UNIT_SCORES_TABLE), score_name(figures, OVERALL, weighted=kind))
            expression = f"INDEX({scores},{here(table, word(PLACE))})"
            shown.append(sheets.formula(expression, found.value if found else None, "share"))
        rows.append(
            (
                Number(place, "count"),
                *((sheets.text(value),) if labelled else ()),
                sheets.text(figures.unit_label(value)),
                Number(n, "count"),
                *shown,
                *(
                    (sheets.text(block_words(figures.about.blocks.get(value, ""), figures.language)),)
                    if several
                    else ()
                ),
                _rank(figures, value, feeds, several=several),
                *rank_set_cells(ranked),
                *interval_cells(figures, row),
                *proof_cells(figures, row, TABLE, sheets.PEOPLE_COUNT),
                sheets.mark(_verdict(figures, value)),
            )
        )
    columns = (
        (PLACE, 6), *(((CODE, 14),) if labelled else ()), (sheets.UNIT, 30), (sheets.PEOPLE_COUNT, 11),
        (sheets.OFFICIAL, 11), (sheets.OURS, 11), *(((BLOCK, 20),) if several else ()), (RANK, 8), (RANK_LOW, 9),
        (RANK_HIGH, 9), (sheets.LOW, 11), (sheets.HIGH, 11),
        (sheets.MARGIN, 11), (sheets.ERROR, 11),
    )  # fmt: skip
    headed = (
        *sheets.columns(figures, *columns),
        *proof_columns(figures),
        *sheets.columns(figures, (_AGAINST, 13)),
    )
    return Sheet(
        name=word(sheets.UNITS),
        title=word("RPT_TITLE_UNITS"),
        lines=(
            status(figures),
            *sheets.lines(
                215,
                word("RPT_LINE_RANKS"),
                word("RNK_LINE_UNIT_SETS", low=word(RANK_LOW), high=word(RANK_HIGH), sheet=word(sheets.RANKS)),
                word("RPT_LINE_AGAINST", against=word(_AGAINST)),
                word("RPT_LINE_UNITS", feeds=feeds_words(figures), level=level_percent(figures)),
            ),
        ),
        table=Table(name=table, columns=headed, rows=tuple(rows)),
    )


def _rank(figures: Figures, unit: str, feeds: str, *, several: bool) -> Cell:
    """Ties share a rank; a difference of rounding noise is a tie. «–» and units with too few answers do not compete,
    nor do slips whose unit is not known."""
    if unit == NOWHERE:
        return sheets.dash()
    word, table = figures.word, figures.word(TABLE)
    own, every = here(table, feeds), column(table, feeds)
    people, least = word(sheets.PEOPLE_COUNT), figures.ranking.least_n
    more = f"*({column(table, word(BLOCK))}={here(table, word(BLOCK))})" if several else ""
    if NOWHERE in figures.units:
        more += f"*({column(table, word(PLACE))}<>{figures.units.index(NOWHERE) + 1})"
    rivals = f"ISNUMBER({every})*({column(table, people)}>={least}){more}*({every}>N({own})+1E-12)"
    formula = f'IF(AND(ISNUMBER({own}),{here(table, people)}>={least}),1+SUMPRODUCT({rivals}),"–")'
    ranked = figures.ranks.get(unit)
    return sheets.formula(formula, ranked.rank if ranked else None, "count")


def rank_set_cells(ranked: Ranked | None) -> tuple[Cell, Cell]:
    """The smallest and largest rank a unit may truly have."""
    if ranked is None or ranked.rank_low is None or ranked.rank_high is None:
        return sheets.dash(), sheets.dash()
    return Number(ranked.rank_low, "count"), Number(ranked.rank_high, "count")


def _verdict(figures: Figures, unit: str) -> str:
    """How the unit stands against everybody, empty where nothing can be said at all."""
    found = figures.differences.verdicts.get(unit)
    return figures.word(f"RPT_VERDICT_{found.upper()}") if found else ""


def unit_match(figures: Figures) -> str:
    """For a slip's row: the place of its unit on sheet 06, 0 if it has none."""
    labelled = any(figures.unit_label(value) != value for value in figures.units)
    names, places = (
        column(figures.word(TABLE), figures.word(header)) for header in (CODE if labelled else sheets.UNIT, PLACE)
    )
    return f"SUMPRODUCT(EXACT({here(figures.word(SLIPS_TABLE), figures.unit_header)},{names})*{places})"


def units_chart(figures: Figures) -> Sheet:
    """The units from the best to the least, with whiskers."""
    values = {value: row.value for value in figures.units if (row := figures.row(OVERALL, unit=value))}
    order = sorted(enumerate(figures.units, start=1), key=lambda entry: (-values.get(entry[1], -1.0), entry[0]))
    word, level = figures.word, level_percent(figures)
    scores = column(word(TABLE), word(sheets.OURS if figures.weighted else sheets.OFFICIAL))
    rows = []
    for place, value in order:
        row = figures.row(OVERALL, unit=value)
        label = bar_label(figures, figures.unit_label(value), 40, row)
        rows.append((sheets.text(label), *whisker_cells(figures, f"INDEX({scores},{place})", row)))
    return Sheet(
        name=word(sheets.UNITS_CHART),
        title=word("RPT_TITLE_UNITS_CHART", level=level),
        lines=(status(figures),),
        table=whisker_table(figures, "RPT_TABLE_UNITS_CHART", sheets.UNIT, rows),
        chart=Chart(
            kind="bars",
            title=word("RPT_CHART_UNITS", level=level),
            alt=word("RPT_ALT_UNITS", count=len(rows)),
            source=source_line(figures),
            categories=word(sheets.UNIT),
            series=(
                Series(
                    header=word(INDEX),
                    colour=BLUE,
                    plus=word(UP),
                    minus=word(DOWN),
                    label_colour="#FFFFFF",
                    pale=pale_rows(figures.row(OVERALL, unit=value) for _, value in order),
                ),
            ),
        ),
    )
