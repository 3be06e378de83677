"""How can an auditor draw the sample again? A workbook with the lists, the random numbers, and formulas that choose."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from analysis.report.excel import FONT, OPTIONS, done
from analysis.setup.drawing import Drawn
from analysis.setup.frame import Frame
from survey.errors import word
from survey.words import day, whole

_A4, _LINE = 9, 100
_LIST = ("stage", "stratum", "parent", "unit", "position", "population", "take", "size")
_SYSTEMATIC = (*_LIST, "cumulative_size", "random_start", "interval", "certainty", "pi", "selected")
_SIMPLE = (*_LIST, "random_number", "pi", "selected")
_PLACES = ("code", "stratum", "psu", "village", "unit", "people", "probability", "chance", "wanted", "ask", "weight")
_DECIMALS = {"random_number": "0.0000000000000000", "probability": "0.000000", "chance": "0.000000", "pi": "0.000000"}
_WIDTHS = {"random_number": 22, "unit": 36, "psu": 28, "village": 28, "stratum": 26, "parent": 36}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBy:
    """What stands at the head of an audit sheet. `times`: how often the sample was drawn, now included."""

    round_name: str
    actor: str
    day: date
    times: int


def draw_sheet(frame: Frame, made: Drawn, by: DrawnBy, language: str = "vi") -> bytes:
    """The audit workbook. The last column of each list chooses again from the numbers beside it, in Excel itself."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {**OPTIONS, "default_format_properties": dict(FONT)}) as book:
        book.set_properties({"title": by.round_name, "author": "Hài Lòng", "created": datetime(2026, 1, 1)})  # noqa: DTZ001
        writer = _Writer(book=book, language=language)
        _summary(writer, frame, made, by)
        _places(writer, made)
        for number, stage in enumerate(made.stages, start=1):
            _stage(writer, number, stage.audit[-1])
    return stream.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    book: Any
    language: str
    looks: dict[str, Any] = field(default_factory=dict)

    def sheet(self, code: str, columns: Sequence[str], **values: object) -> Any:
        """A sheet with a header row."""
        sheet = self.book.add_worksheet(word(code, self.language, **values))
        head = self.book.add_format({**FONT, "bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
        for place, column in enumerate(columns):
            done(sheet.write_string(0, place, word(f"SET_DRAW_{column.upper()}", self.language), head))
            done(sheet.set_column(place, place, _WIDTHS.get(column, 13)))
        sheet.set_row(0, 50)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def cell(self, sheet: Any, row: int, place: int, column: str, value: object) -> None:
        """A text, a number, or yes and no as 1 and 0; nothing for what is not known."""
        if isinstance(value, str):
            done(sheet.write_string(row, place, value) if value else 0)
        elif not np.isnan(number := float(value)):  # type: ignore[arg-type]
            shown = _DECIMALS.get(column, "#,##0" if number.is_integer() else "#,##0.00####")
            if shown not in self.looks:
                self.looks[shown] = self.book.add_format({**FONT, "num_format": shown})
            done(sheet.write_number(row, place, number, self.looks[shown]))


def _summary(writer: _Writer, frame: Frame, made: Drawn, by: DrawnBy) -> None:
    book, language, recipe = writer.book, writer.language, made.recipe
    sheet = book.add_worksheet(word("SET_DRAW_SHEET_HOW", language))
    sheet.set_column(0, 0, _LINE)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    text = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    done(sheet.write_string(0, 0, by.round_name, book.add_format({**FONT, "bold": True, "font_size": 14})))
    rows, people = whole(len(frame.rows), language), whole(frame.people, language)
    lines = [
        word("SET_HOW_WHO", language, actor=by.actor, day=day(by.day, language), times=by.times),
        word("SET_HOW_FRAME", language, file=frame.file, rows=rows, people=people),
        word("SET_HOW_SEED", language, seed=recipe.seed),
        word(f"SET_HOW_{recipe.method.upper()}", language),
        word("SET_HOW_STAGES", language, stages=len(made.stages), places=len(made.places)),
        word("SET_HOW_WEIGHT", language),
        word("SET_HOW_CHECK", language),
        word("SET_HOW_NUMBERS", language),
    ]
    for row, line in enumerate(lines, start=1):
        done(sheet.write_string(row, 0, line, text))
        sheet.set_row(row, 16 * (1 + len(line) // _LINE) + 6)


def _places(writer: _Writer, made: Drawn) -> None:
    sheet = writer.sheet("SET_DRAW_SHEET_PLACES", _PLACES)
    rows = [(place, village) for place in made.places for village in place.villages]
    for row, (place, village) in enumerate(rows, start=1):
        values = {
            "code": place.code,
            "stratum": place.stratum,
            "psu": place.psu,
            "village": village.name,
            "unit": place.unit,
            "people": village.people,
            "probability": place.probability,
            "chance": village.probability,
            "wanted": village.wanted,
            "ask": village.ask,
            "weight": place.weight,
        }
        for at, column in enumerate(_PLACES):
            writer.cell(sheet, row, at, column, values[column])


def _stage(writer: _Writer, number: int, audit: Any) -> None:
    simple = audit["method"][0] == "srs"
    columns = _SIMPLE if simple else _SYSTEMATIC
    sheet = writer.sheet("SET_DRAW_SHEET_STAGE", [*columns, "again"], number=number)
    count = len(audit["unit"])
    keys = list(audit["key"])
    first = {key: keys.index(key) for key in dict.fromkeys(keys)}
    last = {key: first[key] + keys.count(key) - 1 for key in first}
    for row in range(count):
        for at, column in enumerate(columns):
            value = audit[column][row]
            writer.cell(sheet, row + 1, at, column, value if isinstance(value, str) else float(value))
        start, end = first[keys[row]] + 1, last[keys[row]] + 1
        formula = (_least if simple else _hit)(columns, row + 1, start, end)
        done(sheet.write_formula(row + 1, len(columns), formula, None, int(audit["selected"][row])))


def _least(columns: Sequence[str], row: int, start: int, end: int) -> str:
    """Drawn are the units with the smallest random numbers."""
    at = columns.index("random_number")
    mine, take = xl_rowcol_to_cell(row, at), xl_rowcol_to_cell(row, columns.index("take"))
    all_ = f"{xl_rowcol_to_cell(start, at, True, True)}:{xl_rowcol_to_cell(end, at, True, True)}"
    return f"=IF(RANK({mine},{all_},1)<={take},1,0)"


def _hit(columns: Sequence[str], row: int, start: int, end: int) -> str:
    """Drawn are certainties and the units in which start, start + interval, start + 2·interval, … fall."""
    total, size, begin, step, sure = (
        xl_rowcol_to_cell(row, columns.index(name))
        for name in ("cumulative_size", "size", "random_start", "interval", "certainty")
    )
    # A certainty has no cumulative size; the empty cell is not looked at.
    points = [f"CEILING(MAX({upto}-{begin},0)/{step},1)" for upto in (total, f"{total}-{size}")]
    return f"=IF({sure}=1,1,IF({points[0]}>{points[1]},1,0))"
