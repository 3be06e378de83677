"""Sheets 03 and 06: slips by unit, units with their index, interval and rank, and the chart of them."""

from analysis.report import sheets
from analysis.report.build_parameters import status
from analysis.report.build_tally import UNIT_SCORES_TABLE
from analysis.report.figures import OVERALL, SERIAL, UNIT_NUMBER, Figures
from analysis.report.formulas import column, here, ratio
from analysis.report.indices import SCORE_NAME, SLIPS_TABLE
from analysis.report.model import Cell, Chart, Formula, Number, Series, Sheet, Table
from analysis.report.parts import (
    BLUE,
    feeds_words,
    interval_cells,
    level_percent,
    pale_rows,
    proof_cells,
    proof_columns,
    shorten,
    source_line,
    whisker_cells,
    whisker_table,
)

TABLE = "DonVi"
CODE, PLACE, RANK = "Mã đơn vị", "STT", "Hạng"
_PEOPLE, _AGAINST = "Số người trả lời (n)", "So với mức chung"
_VERDICTS = {"above": "cao hơn", "below": "thấp hơn", "unclear": "chưa rõ khác", "doubtful": "chưa so sánh"}
_RANKS = (
    "Thứ hạng chỉ xếp số từ cao đến thấp: hai đơn vị cạnh nhau có thể đổi chỗ chỉ do may rủi của việc chọn người trả "
    "lời. Hãy nêu khoảng tin cậy và độ vững cùng với thứ hạng."
)


def returns(figures: Figures) -> Sheet:
    """Sheet 03: slips handed out, received, valid. The whole round first, then the units."""
    key, invited = column(SLIPS_TABLE, UNIT_NUMBER), figures.about.invited
    rows = [
        _return_row(
            "Toàn đợt",
            f"ROWS({column(SLIPS_TABLE, SERIAL)})",
            figures.n,
            sum(invited.values()) or None,
            _valid(figures, None),
        )
    ]
    for place, value in enumerate(figures.units, start=1):
        received = figures.count(figures.unit_of == place)
        asked = invited.get(value, 0) if invited else None
        rows.append(
            _return_row(figures.unit_label(value), f"COUNTIFS({key},{place})", received, asked, _valid(figures, value))
        )
    notes = ["Phiếu hợp lệ: phiếu có ít nhất một câu trả lời về mức độ hài lòng."]
    if not invited:
        notes.append("Số phiếu phát của đợt này không có trong công cụ: tỷ lệ thu hồi ghi «–».")
    columns = sheets.columns(
        ("Đơn vị", 40),
        ("Phiếu phát", 13),
        ("Phiếu thu", 13),
        ("Phiếu hợp lệ", 13),
        ("Thu / phát", 13),
        ("Hợp lệ / thu", 13),
    )
    return Sheet(
        name=sheets.RETURNS,
        title="Phiếu phát, thu và hợp lệ theo đơn vị",
        lines=sheets.lines(105, *notes),
        table=Table(name=_RETURNS, columns=columns, rows=tuple(rows)),
    )


_RETURNS = "PhatThu"


def _return_row(label: str, expression: str, received: int, invited: int | None, valid: int) -> tuple[Cell, ...]:
    asked, back, good = (here(_RETURNS, header) for header in ("Phiếu phát", "Phiếu thu", "Phiếu hợp lệ"))
    return (
        sheets.text(label),
        sheets.dash() if invited is None else Number(invited, "count"),
        Formula(expression, received, "count"),
        Number(valid, "count"),
        sheets.formula(f'IF(N({asked})=0,"–",{back}/N({asked}))', received / invited if invited else None, "share"),
        sheets.formula(ratio(good, back), valid / received if received else None, "share"),
    )


def _valid(figures: Figures, unit: str | None) -> int:
    row = figures.row(OVERALL, unit=unit)
    return row.n if row else 0


def units(figures: Figures) -> Sheet:
    """Sheet 06: units in Vietnamese order; the rank is a live formula on the number that feeds points."""
    labelled = any(figures.unit_label(value) != value for value in figures.units)
    feeds = sheets.OURS if figures.weighted else sheets.OFFICIAL
    ranks = _ranks(figures)
    rows = []
    for place, value in enumerate(figures.units, start=1):
        row = figures.row(OVERALL, unit=value)
        n = row.n if row else 0
        shown = []
        for kind in (False, True):
            found = figures.row(OVERALL, weighted=kind, unit=value)
            expression = f"INDEX({column(UNIT_SCORES_TABLE, SCORE_NAME[kind] + OVERALL)},{here(TABLE, PLACE)})"
            shown.append(sheets.formula(expression, found.value if found else None, "share"))
        own, every = here(TABLE, feeds), column(TABLE, feeds)
        # Ties share a rank; a difference of rounding noise is a tie, and «–» is no competitor.
        rank = f'IF(ISNUMBER({own}),1+SUMPRODUCT(ISNUMBER({every})*({every}>N({own})+1E-12)),"–")'
        rows.append(
            (
                Number(place, "count"),
                *((sheets.text(value),) if labelled else ()),
                sheets.text(figures.unit_label(value)),
                Number(n, "count"),
                *shown,
                sheets.formula(rank, ranks[value], "count"),
                *interval_cells(row),
                *proof_cells(row, TABLE, _PEOPLE),
                sheets.mark(_VERDICTS.get(figures.differences.verdicts.get(value, ""), "")),
            )
        )
    columns = (
        (PLACE, 6), *(((CODE, 14),) if labelled else ()), ("Đơn vị", 30), (_PEOPLE, 11),
        (sheets.OFFICIAL, 11), (sheets.OURS, 11), (RANK, 8), ("Khoảng tin cậy từ", 11), ("Khoảng tin cậy đến", 11),
        ("Sai số biên (±)", 11), ("Sai số chuẩn", 11),
    )  # fmt: skip
    headed = (*sheets.columns(*columns), *proof_columns(), *sheets.columns((_AGAINST, 13)))
    return Sheet(
        name=sheets.UNITS,
        title="Chỉ số hài lòng theo đơn vị và xếp hạng",
        lines=(
            status(figures),
            *sheets.lines(
                215,
                _RANKS,
                f"«{_AGAINST}»: chênh lệch giữa đơn vị và toàn đợt, có tính phần chung của hai số, trên bậc tự do của "
                "riêng đơn vị, mọi kết luận cùng đúng ở mức tin cậy đã đặt. Đơn vị có số chưa vững thì không so sánh.",
                f"Xếp hạng theo {feeds_words(figures)}, số chưa làm tròn, đồng hạng thì cùng số hạng. Đơn vị xếp "
                f"theo thứ tự chữ cái tiếng "
                f"Việt. Khoảng tin cậy {level_percent(figures)} và sai số là giá trị do công cụ tính.",
            ),
        ),
        table=Table(name=TABLE, columns=headed, rows=tuple(rows)),
    )


def unit_match(figures: Figures) -> str:
    """For a slip's row: the place of its unit on sheet 06, 0 if it has none."""
    labelled = any(figures.unit_label(value) != value for value in figures.units)
    names = column(TABLE, CODE if labelled else "Đơn vị")
    return f"SUMPRODUCT(EXACT({here(SLIPS_TABLE, figures.unit_header)},{names})*{column(TABLE, PLACE)})"


def units_chart(figures: Figures) -> Sheet:
    """The units from the best to the least, with whiskers."""
    ranks = _ranks(figures)
    order = sorted(enumerate(figures.units, start=1), key=lambda entry: (ranks[entry[1]] or len(ranks) + 1, entry[0]))
    feeds = sheets.OURS if figures.weighted else sheets.OFFICIAL
    rows = []
    for place, value in order:
        row = figures.row(OVERALL, unit=value)
        n = row.n if row else 0
        label = f"{shorten(figures.unit_label(value), 40)} (n = {n}) {sheets.doubt(row)}".strip()
        rows.append((sheets.text(label), *whisker_cells(f"INDEX({column(TABLE, feeds)},{place})", row)))
    level = level_percent(figures)
    return Sheet(
        name=sheets.UNITS_CHART,
        title=f"Biểu đồ: chỉ số hài lòng theo đơn vị, kèm khoảng tin cậy {level}",
        lines=(status(figures),),
        table=whisker_table("BieuDoDonVi", "Đơn vị", rows),
        chart=Chart(
            kind="bars",
            title=f"Chỉ số hài lòng theo đơn vị, kèm khoảng tin cậy {level}",
            alt=f"Biểu đồ thanh ngang: chỉ số hài lòng của {len(rows)} đơn vị, từ cao đến thấp, mỗi thanh có vạch "
            f"khoảng tin cậy.",
            source=source_line(figures),
            categories="Đơn vị",
            series=(
                Series(
                    header="Chỉ số",
                    colour=BLUE,
                    plus="Vạch trên",
                    minus="Vạch dưới",
                    label_colour="#FFFFFF",
                    pale=pale_rows(figures.row(OVERALL, unit=value) for _, value in order),
                ),
            ),
        ),
    )


def _ranks(figures: Figures) -> dict[str, int | None]:
    """Competition ranks; None for a unit without an index."""
    values = {}
    for unit in figures.units:
        row = figures.row(OVERALL, unit=unit)
        values[unit] = row.value if row and row.value == row.value else None
    known_values = [value for value in values.values() if value is not None]
    return {
        unit: None if value is None else 1 + sum(other > value + 1e-12 for other in known_values)
        for unit, value in values.items()
    }
