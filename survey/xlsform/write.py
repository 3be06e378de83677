"""How does a questionnaire become a workbook that an official can edit?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from survey.questionnaire import Question, Questionnaire, Scale, Section, Words
from survey.xlsform.columns import SHEETS, WORDED, Column, language_name
from survey.xlsform.guide import GUIDE, INTRODUCTION, SHEET
from survey.xlsform.offers import LAST_ROW, explain, list_types, offered

Cells = dict[Column, str | float]

# The file does not say when it was made, so that one questionnaire always gives one file.
MADE = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "vcenter", "border": 1}
_CELL = {"text_wrap": True, "valign": "top"}
_GROUP = {"bold": True, "bg_color": "#DCE6F1"}
_LINE = 15.0
_WIDTHS = {"name": 22, "label": 60, "hint": 50, "constraint_message": 34, "type": 26, "relevant": 24, "constraint": 26}
_WIDTHS |= {"form_title": 44, "source": 60, "status": 44, "purpose": 60, "default_language": 18, "version": 12}
_GUIDE_WIDTHS = (12, 34, 18, 86, 40)


def write_workbook(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as an XLSForm workbook (xlsx) with a Vietnamese guide; `read_workbook` gives it back.

    Raises ValueError for a questionnaire that no workbook can say: two lists of one name, a wording in a language
    that the questionnaire does not have, a text longer than an Excel cell.
    """
    rows = workbook_rows(questionnaire)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": questionnaire.title.get("vi", ""), "created": MADE})
        _guide(book)
        for sheet in SHEETS:
            columns = _columns(sheet, questionnaire.languages)
            explain(write_sheet(book, sheet, columns, rows[sheet]), sheet, columns)
        list_types(book, [scale.name for scale in _scales(questionnaire.questions())])
    return buffer.getvalue()


def workbook_rows(questionnaire: Questionnaire) -> dict[str, list[Cells]]:
    """What stands in each sheet, row by row. Raises ValueError as `write_workbook` does."""
    return {
        "survey": [cells for section in questionnaire.sections for cells in _section(section)],
        "choices": [
            Cells({Column("list_name"): scale.name, Column("name"): option.value}) | _words("label", option.label)
            for scale in _scales(questionnaire.questions())
            for option in scale.options
        ],
        "settings": [_settings(questionnaire)],
        "index": [
            Cells(
                {
                    Column("code"): node.code,
                    Column("level"): node.level,
                    Column("parent"): node.parent or "",
                    Column("weight"): node.weight,
                }
            )
            | _words("label", node.label)
            for node in questionnaire.index
        ],
    }


def _section(section: Section) -> Iterable[Cells]:
    grouped = bool(section.label)  # questions outside any group are read as a section without a label
    if grouped:
        yield (
            Cells({Column("type"): "begin_group", Column("name"): section.name})
            | _words("label", section.label)
            | _condition("relevant", section)
            | {Column("repeat_over"): section.repeat_over or ""}
        )
    for question in section.questions:
        yield _question(question)
    if grouped:
        yield {Column("type"): "end_group"}


def _question(question: Question) -> Cells:
    return (
        Cells(
            {
                Column("type"): f"{question.kind} {question.scale.name}" if question.scale else question.kind,
                Column("name"): question.name,
                Column("required"): "yes" if question.required else "",
                Column("role"): question.role or "",
                Column("factor"): question.factor or "",
                Column("satisfied"): " ".join(question.satisfied),
            }
        )
        | _words("label", question.label)
        | _words("hint", question.hint)
        | _words("constraint_message", question.constraint_message)
        | _condition("relevant", question)
        | _condition("constraint", question)
    )


def _settings(questionnaire: Questionnaire) -> Cells:
    return (
        Cells(
            {
                Column("form_id"): questionnaire.id,
                Column("version"): questionnaire.version,
                Column("study"): questionnaire.study,
                Column("default_language"): language_name(questionnaire.languages[0]),
            }
        )
        | _words("form_title", questionnaire.title)
        | _words("source", questionnaire.source)
        | _words("status", questionnaire.status)
        | _words("purpose", questionnaire.purpose)
    )


def _words(base: str, words: Words) -> Cells:
    return {Column(base, language): text for language, text in words.items()}


def _condition(base: str, asked: Question | Section) -> Cells:
    expression = getattr(asked, base)
    return {Column(base): expression.source} if expression else {}


def _scales(questions: Iterable[Question]) -> Iterable[Scale]:
    found: dict[str, Scale] = {}
    for question in questions:
        scale = question.scale
        if scale and found.setdefault(scale.name, scale) != scale:
            raise ValueError(f"two different lists are called {scale.name!r}")
    return found.values()


def _columns(sheet: str, languages: Sequence[str]) -> list[Column]:
    return [
        Column(base, language)
        for base in SHEETS[sheet].columns
        for language in (languages if base in WORDED else (None,))
    ]


def write_sheet(book: Any, name: str, columns: Sequence[Column], rows: Sequence[Mapping[Column, str | float]]) -> Any:
    """One sheet: its header in colour, its cells as text with the allowed words offered."""
    sheet = book.add_worksheet(name)
    header, text = book.add_format(_HEADER), book.add_format({**_CELL, "num_format": "@"})
    number, border = book.add_format(_CELL), book.add_format({**_CELL, **_GROUP, "num_format": "@"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(column), number if column.base == "weight" else text)
        _put(sheet.write_string(0, at, column.header(), header))
        if choice := offered(name, column.base):
            _put(sheet.data_validation(1, at, LAST_ROW, at, choice))
    for line, cells in enumerate(rows, start=1):
        if strange := cells.keys() - set(columns):
            raise ValueError(f"no column for {sorted(column.header() for column in strange)}")
        group = str(cells.get(Column("type"), "")).endswith("_group")
        for at, column in enumerate(columns):
            value = cells.get(column, "")
            if isinstance(value, float):
                _put(sheet.write_number(line, at, value, number))
            elif value:
                _put(sheet.write_string(line, at, value, border if group else text))
            elif group:
                _put(sheet.write_blank(line, at, None, border))
        sheet.set_row(line, _height((str(value), _width(column)) for column, value in cells.items()))
    sheet.set_row(0, 24)
    _printed(sheet, 0)
    sheet.freeze_panes(1, 2 if name == "survey" else 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW}"})
    return sheet


def _guide(book: Any) -> None:
    sheet = book.add_worksheet(SHEET)
    title, text = book.add_format({"bold": True, "font_size": 15}), book.add_format(_CELL)
    header, code = book.add_format(_HEADER), book.add_format({**_CELL, "bold": True})
    sheet.hide_gridlines(2)
    for at, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(at, at, width)
    _put(sheet.write_string(0, 0, "Hướng dẫn sửa phiếu hỏi", title))
    for line, sentence in enumerate(INTRODUCTION, start=1):
        _put(sheet.write_string(line, 0, sentence))
    top = len(INTRODUCTION) + 2
    for at, word in enumerate(("Trang tính", "Cột", "Bắt buộc", "Ý nghĩa và cách ghi", "Ví dụ")):
        _put(sheet.write_string(top, at, word, header))
    for line, entry in enumerate(GUIDE, start=top + 1):
        for at, word in enumerate(entry):
            _put(sheet.write_string(line, at, word, code if at < 2 else text))
        sheet.set_row(line, _height(zip(entry, _GUIDE_WIDTHS, strict=True)))
    sheet.freeze_panes(top + 1, 0)
    _printed(sheet, top)


def _printed(sheet: Any, header: int) -> None:
    """On paper: A4 across, as wide as the page, the header on every page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)


def _width(column: Column) -> int:
    return _WIDTHS.get(column.base, 16)


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Room for the longest of the wrapped texts (text, width of its column); LibreOffice makes none by itself."""
    lines = (sum(-(-len(part) // width) or 1 for part in text.split("\n")) for text, width in texts)
    return _LINE * min(max(lines, default=1), 27)  # Excel's limit is 409 points


def _put(outcome: int) -> None:
    """XlsxWriter tells of trouble (text too long, cell out of range) by a number and goes on."""
    if outcome != 0:
        raise ValueError(f"a cell of the workbook could not be written (XlsxWriter said {outcome})")
