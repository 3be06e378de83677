"""What does the Word annex say? Its sections, each with sentences, tables and pictures, as a value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from analysis.report.annex_tables import PICTURES, TABLES
from analysis.report.build_front import official_head, title
from analysis.report.cells import clean
from analysis.report.extras import Extras
from analysis.report.figures import Figures
from analysis.report.findings import findings, topics
from analysis.report.model import Cell, Column, Formula, Number, Picture, Report, Sheet, Text
from analysis.report.pictures import chart_picture
from survey.words import day

_WIDTH, _LEAST = 16.5, 1.9
"""Centimetres between the margins of Decree 30/2020, and the narrowest column."""
_MOST_ROWS = 60
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexTable:
    """A table of texts: `widths` in cm, `numeric` columns stand at the right; `note` says what was left out."""

    number: int
    title: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexPicture:
    """A picture under its number and title."""

    number: int
    title: str
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the annex: Roman number, heading, sentences, then its tables and pictures."""

    number: str
    heading: str
    sentences: tuple[str, ...]
    tables: tuple[AnnexTable, ...]
    pictures: tuple[AnnexPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """The whole annex. `fields`: single texts by the name that a template calls them by."""

    language: str
    title: str
    created: str
    fields: Mapping[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()


def annex(figures: Figures, extras: Extras, report: Report) -> Annex:
    """The annex of a round: what the findings say, with tables and pictures of the workbook's sheets."""
    said = topics(findings(figures, extras))
    tables, pictures = count(1), count(1)
    parts = [
        (
            figures.word(f"WRD_TOPIC_{topic}"),
            said.get(topic, ()),
            tuple(_tables(figures, report, topic, tables)),
            tuple(_pictures(figures, report, topic, pictures)),
        )
        for topic in TABLES
    ]
    sections = tuple(
        Section(number=number, heading=heading, sentences=sentences, tables=found, pictures=drawn)
        for number, (heading, sentences, found, drawn) in zip(
            _ROMAN, (part for part in parts if any(part[1:])), strict=False
        )
    )
    about = figures.about
    return Annex(
        language=figures.language,
        title=title(figures),
        created=about.created.isoformat(),
        fields=_fields(figures),
        sections=sections,
    )


def _fields(figures: Figures) -> dict[str, str]:
    """Every single text that a template may name."""
    about, word = figures.about, figures.word
    (parent, nation), (agency, motto), (number, dated) = official_head(figures)
    told = {
        "parent": parent, "agency": agency, "nation": nation, "motto": motto, "number": number, "dated": dated,
        "title": title(figures), "round": about.round_name, "study": figures.told("RPT_STUDY", about.study),
        "period": about.period, "slips": figures.number(figures.n), "contact": about.contact,
        "created": day(about.created.date(), figures.language), "code_version": about.code_version,
        "questionnaire": f"{figures.evaluation.questionnaire.id} {figures.evaluation.questionnaire.version}",
        "questionnaire_hash": figures.evaluation.questionnaire.content_hash(),
        "demonstration": word("RPT_DEMONSTRATION") if about.demonstration else "",
        "ledger": about.checkpoint.root if about.checkpoint else word("RPT_NO_LEDGER"),
        "not_official": word("RPT_LINE_NOT_OFFICIAL", not_official=word("RPT_NOT_OFFICIAL")),
    }  # fmt: skip
    return {name: clean(text).text for name, text in told.items()}


def _tables(figures: Figures, report: Report, topic: str, numbers: Iterator[int]) -> Iterator[AnnexTable]:
    there = {sheet.name: sheet for sheet in report.sheets}
    for code, headers in TABLES[topic]:
        sheet = there.get(figures.word(code))
        if sheet is None:
            continue
        wanted = {figures.word(header) for header in headers(figures)}
        places = [k for k, column in enumerate(sheet.table.columns) if column.header in wanted]
        if places:
            yield _table(figures, sheet, places, next(numbers))


def _table(figures: Figures, sheet: Sheet, places: list[int], number: int) -> AnnexTable:
    """The columns at these places; rows without a single number are left to the workbook, and so are very many."""
    columns: list[Column] = [sheet.table.columns[place] for place in places]
    every = [[row[place] for place in places] for row in sheet.table.rows]
    numeric = tuple(any(isinstance(row[k], Number | Formula) for row in every) for k in range(len(places)))
    rows = [row for row in every if not any(numeric) or any(_counts(cell) for cell in row)]
    left = len(every) - min(len(rows), _MOST_ROWS)
    return AnnexTable(
        number=number,
        title=sheet.title,
        columns=tuple(column.header for column in columns),
        widths=_widths(columns),
        numeric=numeric,
        rows=tuple(tuple(written(figures, cell) for cell in row) for row in rows[:_MOST_ROWS]),
        note=figures.word("WRD_MORE_ROWS", count=left, sheet=sheet.name) if left else "",
    )


def _counts(cell: Cell) -> bool:
    return isinstance(cell, Number | Formula) and not isinstance(cell.value, str)


def _widths(columns: Sequence[Column]) -> tuple[float, ...]:
    """Centimetres of columns of a sheet; narrow ones get what their header's words need, the others share the rest."""
    least = [max(map(_width_of, column.header.split()), default=_LEAST) for column in columns]
    given: dict[int, float] = {}
    while len(given) < len(columns):
        letters = sum(column.width for place, column in enumerate(columns) if place not in given)
        rest = _WIDTH - sum(given.values())
        found = [given.get(place, column.width * rest / letters) for place, column in enumerate(columns)]
        narrow = {k: need for k, need in enumerate(least) if k not in given and found[k] < need}
        if not narrow:
            return tuple(found)
        given |= narrow
    return tuple(_WIDTH / len(columns) for _ in columns)


def _width_of(word: str) -> float:
    """Centimetres that a word in bold Times of 11 points takes in a cell, so that it is not broken."""
    letters = sum(1.7 if letter in "mMwW" else 1.0 for letter in word)
    return max(_LEAST, 0.4 + 0.2 * letters)


def _pictures(figures: Figures, report: Report, topic: str, numbers: Iterator[int]) -> Iterator[AnnexPicture]:
    there = {sheet.name: sheet for sheet in report.sheets}
    for code in PICTURES.get(topic, ()):
        sheet = there.get(figures.word(code))
        if sheet is None:
            continue
        drawn = sheet.picture or chart_picture(sheet, lambda share: figures.percent(share, 0))
        name = sheet.chart.title if sheet.chart else sheet.title
        yield AnnexPicture(number=next(numbers), title=name, picture=drawn)


def written(figures: Figures, cell: Cell) -> str:
    """A cell as it stands in a document: numbers in the report's language."""
    if isinstance(cell, Text):
        return cell.value
    if not isinstance(cell, Number | Formula):
        return ""
    if isinstance(cell.value, str):
        return cell.value
    if cell.form in ("share", "headline"):
        return figures.percent(cell.value)
    if cell.form == "plain":  # a year, a threshold: no sign between thousands
        text = f"{cell.value:.10g}"
        return text if figures.language == "en" else text.replace(".", ",")
    return figures.number(cell.value, {"count": 0, "decimal": 2, "weight": 4}[cell.form])
