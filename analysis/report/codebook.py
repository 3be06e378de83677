"""What does each column of the data files mean? One workbook for CSV, Parquet, SPSS and Stata together."""

from collections.abc import Sequence

from analysis.report import sheets
from analysis.report.figures import Figures
from analysis.report.model import Cell, Number, Report, Sheet, Table
from analysis.report.statfiles import STATA_GAPS
from analysis.report.variables import GIVEN, REASONS, Variable, gap_numbers, variables

_COLUMNS = (
    ("OUT_HEAD_VARIABLE", 22),
    ("OUT_HEAD_COLUMN", 16),
    ("RPT_HEAD_QUESTION_OR_MEANING", 60),
    ("RPT_HEAD_KIND", 12),
    ("OUT_HEAD_NUMBER", 14),
    ("OUT_HEAD_STATA", 12),
    ("OUT_HEAD_VALUE", 14),
    ("OUT_HEAD_LABEL", 34),
    ("OUT_HEAD_COUNT", 10),
)


def codebook(figures: Figures, notes: Sequence[str] = ()) -> Report:
    """Each variable with every number it may hold: the label, the value in CSV, and how many slips have it.

    `notes`: said above the table, beside what every codebook says.
    """
    word = figures.word
    rows = tuple(row for variable in variables(figures) for row in _rows(figures, variable))
    sheet = Sheet(
        name=word(sheets.CODES),
        title=word("OUT_TITLE_CODEBOOK", round=figures.about.round_name),
        lines=sheets.lines(150, word("OUT_LINE_CODEBOOK"), word("OUT_NOTE_WEIGHTS"), *notes),
        data=True,
        table=Table(name=word("RPT_TABLE_CODES"), columns=sheets.columns(figures, *_COLUMNS), rows=rows),
    )
    return Report(
        title=sheet.title,
        author=f"Hài Lòng {figures.about.code_version}",
        created=figures.about.created,
        sheets=(sheet,),
    )


def _rows(figures: Figures, variable: Variable) -> list[tuple[Cell, ...]]:
    kind = figures.word(f"OUT_KIND_{variable.kind.upper()}")
    head = (sheets.text(variable.name), sheets.text(variable.column), sheets.text(variable.label), sheets.text(kind))
    there = variable.why == GIVEN
    rows: list[tuple[Cell, ...]] = []
    for number, label in variable.labels.items():
        among = int((there & (variable.values == number)).sum())
        option = variable.options.get(number, "")
        rows.append(
            (*head, Number(_tidy(number)), None, sheets.text(option), sheets.text(label), Number(among, "count"))
        )
    if not rows:
        rows.append((*head, None, None, None, None, Number(int(there.sum()), "count")))
    if variable.kind != "number":
        return rows
    for why, number in gap_numbers(variable).items():
        among = int((variable.why == why).sum())
        told = sheets.text(figures.word(REASONS[why]))
        stata = sheets.text(f".{STATA_GAPS[why]}")
        rows.append((*head, Number(_tidy(number)), stata, None, told, Number(among, "count")))
    return rows


def _tidy(number: float) -> float:
    return int(number) if float(number).is_integer() else number
