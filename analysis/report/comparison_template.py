"""The workbooks in which staff write targets, published figures, and which units came after which."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from analysis.scores.comparison_papers import Inputs, Kind
from analysis.scores.figure_files import COLUMNS
from analysis.scores.published import Figure
from analysis.scores.targets import Target
from survey.successor_files import COLUMNS as UNIT_COLUMNS
from survey.successors import UnitsMap

_FONT = {"font_name": "Times New Roman", "font_size": 12}
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Row = Sequence[str | float | None]


def template(kind: Kind, inputs: Inputs) -> bytes:
    """The table of this kind as it is kept, or an empty one: what `comparison_papers.paper` reads."""
    if kind == "units_map":
        return _units(inputs.units)
    return _figures(inputs.figures) if kind == "published" else _targets(inputs.targets)


def kept(kind: Kind, inputs: Inputs) -> int:
    """How many rows of this kind are kept."""
    if kind == "units_map":
        return len(inputs.units.successors)
    return len(inputs.figures if kind == "published" else inputs.targets)


def _targets(targets: Iterable[Target]) -> bytes:
    """The targets as `figure_files.read_targets` reads them, or an empty table."""
    rows = [
        (each.series, each.unit, each.year, _percent(each.value), each.rank, each.of, each.source) for each in targets
    ]
    return _workbook(COLUMNS, rows)


def _figures(figures: Iterable[Figure]) -> bytes:
    """The figures as `figure_files.read_figures` reads them, or an empty table."""
    rows = [
        (each.series, each.unit, each.year, _percent(each.value), each.rank, each.of, each.source, each.mark)
        for each in figures
    ]
    return _workbook((*COLUMNS, "mark"), rows)


def _units(units: UnitsMap) -> bytes:
    """The map as `successor_files.read_units_map` reads it, or an empty table."""
    rows = [(each.old, each.new, each.valid_from.isoformat(), each.what, each.basis) for each in units.successors]
    return _workbook((*UNIT_COLUMNS, "what", "basis"), rows)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 10)


def _workbook(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """One sheet with a head and rows; the same input gives the same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  same input, same bytes
        plain, head = book.add_format(_FONT), book.add_format({**_FONT, "bold": True, "bottom": 1})
        sheet = book.add_worksheet()
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 34 if column in ("unit", "old", "new", "source", "basis") else 15, plain)
            sheet.write_string(0, place, column, head)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write(sheet, line, place, cell, plain)
        sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _write(sheet: Any, line: int, place: int, cell: str | float | None, form: Any) -> None:
    if isinstance(cell, str) and cell:
        sheet.write_string(line, place, cell, form)
    elif isinstance(cell, int | float):
        sheet.write_number(line, place, cell, form)
