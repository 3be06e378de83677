"""Which workbook may be handed to the public? A small one: a fixed list of tables, hidden figures, nothing live.

Built from the same evaluation as the full workbook. Every number in it is stored as it is shown, for what stands behind
a rounded display can be read out of the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.report import sheets
from analysis.report.about import About
from analysis.report.build_front import DEMONSTRATION, contents, head_cells
from analysis.report.build_publication import (
    HIDDEN,
    column_words,
    method_sheet,
    notes_sheet,
    table_sheet,
)
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures
from analysis.report.model import Cell, Report, Sheet, Table, Text
from analysis.report.parts import feeds_words, level_percent
from analysis.scores.beside import covers_words, study_words
from analysis.scores.disclosure import Disclosure, disclose
from analysis.scores.evaluate import Evaluation
from analysis.scores.publication_rules import load_publication_rules
from survey.errors import Problem
from survey.questionnaire import say
from survey.words import DASH, day


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The report for the public, what it discloses, and what whoever hands it out must know."""

    report: Report
    disclosure: Disclosure
    warnings: tuple[Problem, ...]


def publication(evaluation: Evaluation, about: About) -> Publication:
    """The publication of an evaluation by the shipped rules. Raises Refused (DIS_…) where nothing may be published."""
    figures = Figures(evaluation=evaluation, about=about)
    made = disclose(evaluation, load_publication_rules(), weighted=figures.weighted)
    body = [table_sheet(figures, made, table, place) for place, table in enumerate(made.tables, start=1)]
    cover, notes = _cover(figures, made), notes_sheet(figures, made)
    rest = [notes, *body, method_sheet(figures, made)]
    absent = [(column_words(figures, column), figures.word(why)) for column, why in made.left_out]
    ordered = [cover, contents(figures, [cover, *rest], absent), *rest]
    if about.demonstration:
        synthetic = Text(figures.word(DEMONSTRATION), "strong")
        ordered = [cover, *(replace(sheet, lines=(synthetic, *sheet.lines)) for sheet in ordered[1:])]
    report = Report(
        title=cover.title, author=f"Hài Lòng {about.code_version}", created=about.created, sheets=tuple(ordered)
    )
    return Publication(report=report, disclosure=made, warnings=tuple(_warnings(figures, made)))


def _warnings(figures: Figures, made: Disclosure) -> Iterator[Problem]:
    """What whoever hands the file out must know; not for the public, for it says which figures are small."""
    if made.hidden:
        yield Problem(code="DIS_WARN_HIDDEN", values={"small": made.small, "further": made.further})
        if figures.evaluation.plan.weighted():
            yield Problem(code="DIS_WARN_ONE_KIND")
    withheld = [column for column, why in made.left_out if why == "DIS_WHY_EXPOSED"]
    if withheld:
        named = ", ".join(column_words(figures, column) for column in withheld)
        yield Problem(code="DIS_WARN_WITHHELD", values={"columns": named})
    yield Problem(code="DIS_WARN_BESIDE")


def _cover(figures: Figures, made: Disclosure) -> Sheet:
    about, word, language = figures.about, figures.word, figures.language
    whole, plan = made.figures["", "", OVERALL], figures.evaluation.plan
    between = DASH
    if whole.low is not None and whole.high is not None:
        decimals = int(made.rules.interval_decimals.value)
        ends = {"low": figures.percent(whole.low, decimals), "high": figures.percent(whole.high, decimals)}
        between = word("RPT_BETWEEN", **ends)
    share = word(HIDDEN) if whole.hidden else DASH if whole.share is None else figures.percent(whole.share)
    facts = [
        (word("RPT_FACT_ROUND"), about.round_name),
        (word("RPT_FACT_STUDY"), figures.told("RPT_STUDY", about.study)),
        (word("RPT_FACT_PERIOD"), about.period),
        (word("RPT_FACT_QUESTIONNAIRE"), say(figures.evaluation.questionnaire.title, language)),
        (word(sheets.PEOPLE_COUNT), figures.number(whole.people) if whole.people is not None else word(HIDDEN)),
        (word("DIS_FACT_OVERALL"), share),
        (word("DIS_FACT_INTERVAL", level=level_percent(figures)), between),
        (word("RPT_FACT_FEEDS"), feeds_words(figures)),
        (word("RPT_FACT_CHOSEN"), study_words(plan.chosen_by(), language)),
        (word("RPT_FACT_COVERS"), covers_words(plan.chosen_by(), language)),
        (word("RPT_FACT_CONTACT"), about.contact),
        (word("RPT_FACT_CREATED"), day(about.created.date(), language)),
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (sheets.text(what), sheets.text(clean(content).text)) for what, content in facts
    )
    return Sheet(
        name=word(sheets.COVER),
        title=word("DIS_TITLE", round=clean(about.round_name).text),
        head=head_cells(figures),
        lines=(
            Text(word("RPT_LINE_ATTACHED"), "line"),
            *((Text(word(DEMONSTRATION), "strong"),) if about.demonstration else ()),
            *sheets.lines(110, word("DIS_LINE_COVER", not_official=word("RPT_NOT_OFFICIAL"))),
        ),
        table=Table(
            name=word("RPT_TABLE_COVER"),
            columns=sheets.columns(figures, (sheets.WHAT, 42), (sheets.CONTENT, 76)),
            rows=rows,
        ),
    )
