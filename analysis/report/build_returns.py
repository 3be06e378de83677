"""Sheet 03: how many slips were handed out, received, taken out, used and valid, by unit?"""

from analysis.report import sheets
from analysis.report.figures import OVERALL, SERIAL, UNIT_NUMBER, Figures
from analysis.report.formulas import here, ratio
from analysis.report.indices import system_column
from analysis.report.model import Cell, Formula, Number, Sheet, Table
from analysis.report.say_exclusions import fate_line
from analysis.scores.fate import Fate, Fates

_TABLE = "RPT_TABLE_RETURNS"
_ISSUED, _RECEIVED, _VALID = "RPT_HEAD_ISSUED", "RPT_HEAD_RECEIVED", "RPT_HEAD_VALID_SLIPS"
_VOIDED, _EXCLUDED, _USED = "QUA_HEAD_VOIDED", "QUA_HEAD_EXCLUDED", "QUA_HEAD_USED"


def returns(figures: Figures, fates: Fates | None = None) -> Sheet:
    """The whole round first, then the units. What is counted live are the slips that are used; where some of those
    received are not, they stand beside them, with what became of them."""
    key, invited = system_column(figures, UNIT_NUMBER), figures.about.invited
    apart = fates is not None and bool(fates.units) and fates.whole.used < fates.whole.received
    rows = [
        _row(
            figures,
            figures.word("RPT_WHOLE_ROUND"),
            Formula(f"ROWS({system_column(figures, SERIAL)})", figures.n, "count"),
            sum(invited.values()) or None,
            _valid(figures, None),
            fates.whole if apart and fates else None,
        )
    ]
    for place, value in enumerate(figures.units, start=1):
        used = Formula(f"COUNTIFS({key},{place})", figures.count(figures.unit_of == place), "count")
        asked = invited.get(value, 0) if invited else None
        nothing = Fate(received=int(used.value), voided=0, erased=0, excluded=0)
        fate = fates.units.get(value, nothing) if apart and fates else None
        rows.append(_row(figures, figures.unit_label(value), used, asked, _valid(figures, value), fate))
    notes = [figures.word("RPT_LINE_VALID_SLIPS")]
    notes += [fate_line(figures, fates)] if fates else []
    notes += [] if invited else [figures.word("RPT_LINE_ISSUED_UNKNOWN")]
    between = (_RECEIVED, _VOIDED, _EXCLUDED, _USED) if apart else (_RECEIVED,)
    heads = (_ISSUED, *between, _VALID, "RPT_HEAD_RECEIVED_RATE", "RPT_HEAD_VALID_RATE")
    return Sheet(
        name=figures.word(sheets.RETURNS),
        title=figures.word("RPT_TITLE_RETURNS"),
        lines=sheets.lines(105, *notes),
        table=Table(
            name=figures.word(_TABLE),
            columns=sheets.columns(figures, (sheets.UNIT, 40), *((head, 13) for head in heads)),
            rows=tuple(rows),
        ),
    )


def _row(
    figures: Figures, label: str, used: Formula, invited: int | None, valid: int, fate: Fate | None
) -> tuple[Cell, ...]:
    table = figures.word(_TABLE)
    asked, back, good = (here(table, figures.word(header)) for header in (_ISSUED, _RECEIVED, _VALID))
    received = fate.received if fate else int(used.value)
    out = (fate.voided + fate.erased, fate.excluded) if fate else ()
    between: tuple[Cell, ...] = (used,)
    if fate:
        between = (Number(fate.received, "count"), *(Number(number, "count") for number in out), used)
    return (
        sheets.text(label),
        sheets.dash() if invited is None else Number(invited, "count"),
        *between,
        Number(valid, "count"),
        sheets.formula(f'IF(N({asked})=0,"–",{back}/N({asked}))', received / invited if invited else None, "share"),
        sheets.formula(ratio(good, back), valid / received if received else None, "share"),
    )


def _valid(figures: Figures, unit: str | None) -> int:
    row = figures.row(OVERALL, unit=unit)
    return row.n if row else 0
