"""What is inside a file, before it leaves? The first rows of its sheets, the annex's text, a data file's columns."""

import streamlit as st

from analysis.report.annex import written
from analysis.report.cells import safe_csv
from analysis.report.codebook import codebook
from analysis.report.files import Export, Kind
from analysis.report.model import Link, Sheet
from analysis.report.slip_columns import slip_columns
from analysis.report.variables import GIVEN, variables
from survey.pages.language import language, tell
from survey.words import number, plain

_ROWS, _COLUMNS = 8, 12


def preview(export: Export, kind: Kind) -> None:
    """A look inside one kind of file, from the same values that it is made of."""
    if kind == "workbook":
        _workbook(export)
    elif kind == "word":
        _annex(export)
    elif kind == "codebook":
        _sheet(export, codebook(export.figures, export.notes).sheets[0])
    elif kind in ("spss", "stata"):
        _variables(export)
    elif kind == "estimates":
        st.json(export.make("estimates").decode()[:4_000].rsplit("\n", 1)[0] + "\n…", expanded=False)
    else:
        _slips(export)


def _workbook(export: Export) -> None:
    sheets = {sheet.name: sheet for sheet in export.report.sheets}
    st.caption(plain(tell("OUT_PREVIEW_SHEETS", count=len(sheets))))
    chosen = st.selectbox(tell("OUT_PREVIEW_SHEET"), list(sheets), key="exports-sheet")
    _sheet(export, sheets[chosen])


def _sheet(export: Export, sheet: Sheet) -> None:
    """The title, its lines, and the first rows of the table; the chart or picture is told in words."""
    st.markdown(f"**{plain(sheet.title)}**")
    for line in sheet.lines:
        st.caption(plain(str(line.value)))
    columns = sheet.table.columns[:_COLUMNS]
    rows = [
        {
            plain(column.header): plain(cell.sheet if isinstance(cell, Link) else written(export.figures, cell))
            for column, cell in zip(columns, row, strict=False)
        }
        for row in sheet.table.rows[:_ROWS]
    ]
    st.table(rows, hide_index=True)
    _more(len(sheet.table.rows), len(sheet.table.columns))
    if sheet.chart is not None:
        st.caption(plain(tell("OUT_PREVIEW_CHART", alt=sheet.chart.alt)))
    if sheet.picture is not None:
        st.image(sheet.picture.png, caption=plain(sheet.picture.alt))


def _annex(export: Export) -> None:
    """Head, sections, sentences, and the names of tables and pictures."""
    made = export.annex
    st.markdown(f"{plain(made.fields['parent'])}  \n**{plain(made.fields['agency'])}**")
    st.markdown(f"**{plain(made.title)}**")
    for section in made.sections:
        st.markdown(f"**{plain(f'{section.number}. {section.heading}')}**")
        for sentence in section.sentences:
            st.markdown(plain(sentence))
        for table in section.tables:
            st.caption(plain(tell("OUT_PREVIEW_TABLE", number=table.number, title=table.title, count=len(table.rows))))
        for picture in section.pictures:
            st.image(picture.picture.png, caption=plain(f"{picture.number}. {picture.title}"))


def _variables(export: Export) -> None:
    """Each variable with its label and how many slips have a value."""
    rows = [
        {
            tell("OUT_HEAD_VARIABLE"): plain(variable.name),
            tell("OUT_HEAD_LABEL"): plain(variable.label),
            tell("RPT_HEAD_KIND"): tell(f"OUT_KIND_{variable.kind.upper()}"),
            tell("OUT_HEAD_COUNT"): number(int((variable.why == GIVEN).sum()), 0, language()),
        }
        for variable in variables(export.figures)
    ]
    st.table(rows, hide_index=True)


def _slips(export: Export) -> None:
    """The first slips, a formula-like text as it stands in the file."""
    columns = list(slip_columns(export.figures))
    rows = [
        {
            plain(column.header): "" if column.values[place] is None else plain(safe_csv(str(column.values[place])))
            for column in columns[:_COLUMNS]
        }
        for place in range(min(_ROWS, export.figures.n))
    ]
    st.table(rows, hide_index=True)
    _more(export.figures.n, len(columns))


def _more(rows: int, columns: int) -> None:
    if rows > _ROWS or columns > _COLUMNS:
        counts = {"rows": number(rows, 0, language()), "columns": columns}
        st.caption(plain(tell("OUT_PREVIEW_MORE", **counts)))
