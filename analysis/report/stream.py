"""How do the answers of a large round become a workbook of their own? Row by row, in little memory."""

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter

from analysis.report.excel import FONT, NUMBERS, OPTIONS, done
from analysis.report.figures import Figures
from analysis.report.model import MOST_ROWS
from analysis.report.slip_columns import slip_columns
from survey.errors import Problem, Refused

Tell = Callable[[float], None]
"""Is told how much has been done, 0-1."""

_STEP = 1_000


def answers_workbook(figures: Figures, tell: Tell = lambda _: None) -> bytes:
    """One sheet, «Phiếu», with a header and a row a slip. The same report gives the same bytes.

    No native table: a streamed sheet cannot have one. Raises Refused where there are more slips than a sheet has rows.
    """
    if figures.n >= MOST_ROWS:
        raise Refused([Problem(code="RPT_TOO_MANY_ROWS", values={"count": figures.n, "most": MOST_ROWS - 1})])
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {**OPTIONS, "in_memory": False, "constant_memory": True, "default_format_properties": dict(FONT)}
    )
    about = figures.about
    workbook.set_properties({"title": about.round_name, "author": "Hài Lòng", "created": about.created})
    sheet = workbook.add_worksheet(figures.word("RPT_SHEET_SLIPS"))
    header = workbook.add_format({**FONT, "bold": True, "bottom": 2})
    text = workbook.add_format({**FONT, "quote_prefix": True})
    shown = {form: workbook.add_format({**FONT, "num_format": NUMBERS[form]}) for form in ("plain", "weight")}
    columns = list(slip_columns(figures))
    sheet.freeze_panes(1, 2)
    for place, column in enumerate(columns):
        done(sheet.set_column(place, place, column.width))
        done(sheet.write_string(0, place, column.header, header))
    formats = [shown[column.form] for column in columns]
    for row, values in enumerate(zip(*(column.values for column in columns), strict=True), start=1):
        _write_row(sheet, row, values, text, formats)
        if row % _STEP == 0:
            tell(row / figures.n)
    workbook.close()
    tell(1.0)
    return target.getvalue()


def _write_row(sheet: Any, row: int, values: tuple[Any, ...], text: Any, formats: list[Any]) -> None:
    for place, value in enumerate(values):
        if isinstance(value, str):
            done(sheet.write_string(row, place, value, text) if value else 0)
        elif value is not None:
            done(sheet.write_number(row, place, value, formats[place]))
