"""The first sheets: cover, contents, notes, and 01 with the facts of the round."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import get_args

from analysis.estimation.reliability import Grade
from analysis.report import sheets
from analysis.report.build_method import source_status
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures
from analysis.report.indices import mode_words, score_name
from analysis.report.model import Cell, Link, Number, Sheet, Table, Text
from analysis.report.parts import feeds_words, level_percent, reasons, signs, weighting_words
from analysis.scores.beside import covers_words, grade_words, study_words
from analysis.scores.caveats import PRIVATE
from analysis.scores.satisfaction import Row
from survey.questionnaire import say
from survey.words import DASH, day

DEMONSTRATION = "RPT_DEMONSTRATION"


def title(figures: Figures) -> str:
    """The report's title."""
    return figures.word("RPT_TITLE", round=_clean(figures.about.round_name))


def cover(figures: Figures) -> Sheet:
    """What this is, of whom, and the headline figure in both ways."""
    about, asked, word = figures.about, figures.evaluation.questionnaire, figures.word
    language = figures.language
    rows: list[tuple[Cell, ...]] = [
        (sheets.text(word("RPT_FACT_ROUND")), sheets.text(_clean(about.round_name))),
        (sheets.text(word("RPT_FACT_STUDY")), sheets.text(figures.told("RPT_STUDY", about.study))),
        (sheets.text(word("RPT_FACT_PERIOD")), sheets.text(_clean(about.period))),
        (sheets.text(word("RPT_FACT_QUESTIONNAIRE")), sheets.text(_clean(say(asked.title, language)))),
        (sheets.text(word("RPT_FACT_SLIPS")), Text(figures.number(figures.n))),
    ]
    if figures.tree:
        for kind, header in ((False, sheets.OFFICIAL), (True, sheets.OURS)):
            row = figures.row(OVERALL, weighted=kind)
            name = score_name(figures, OVERALL, weighted=kind)
            value = sheets.formula(name, row.value if row else None, "headline")
            rows.append((sheets.text(word("RPT_FACT_OVERALL", kind=word(header).lower())), value))
        row = figures.row(OVERALL)
        if row:
            interval = word("RPT_FACT_INTERVAL", level=level_percent(figures))
            rows.append((sheets.text(interval), sheets.text(_proof(figures, row))))
            why = reasons(figures, row)
            graded = f"{grade_words(row.reliability, language)}{f' ({why})' if why else ''}"
            rows.append((sheets.text(word("RPT_FACT_GRADE")), sheets.text(graded)))
    chosen = figures.evaluation.plan.chosen_by()
    rows += [
        (sheets.text(word("RPT_FACT_CHOSEN")), sheets.text(study_words(chosen, language))),
        (sheets.text(word("RPT_FACT_COVERS")), sheets.text(covers_words(chosen, language))),
        (sheets.text(word("RPT_FACT_FEEDS")), sheets.text(feeds_words(figures))),
        (sheets.text(word("RPT_FACT_SOURCE")), sheets.text(_clean(about.source))),
        (sheets.text(word("RPT_FACT_CONTACT")), sheets.text(_clean(about.contact))),
        (sheets.text(word("RPT_FACT_CREATED")), Text(day(about.created.date(), language))),
    ]
    return Sheet(
        name=word(sheets.COVER),
        title=word("RPT_TITLE_COVER", title=title(figures)),
        head=head_cells(figures),
        lines=(
            Text(word("RPT_LINE_ATTACHED"), "line"),
            *((Text(word(DEMONSTRATION), "strong"),) if about.demonstration else ()),
            *sheets.lines(110, word("RPT_LINE_NOT_OFFICIAL", not_official=word("RPT_NOT_OFFICIAL"))),
        ),
        table=Table(
            name=word("RPT_TABLE_COVER"),
            columns=sheets.columns(figures, (sheets.WHAT, 42), (sheets.CONTENT, 76)),
            rows=tuple(rows),
        ),
    )


def official_head(figures: Figures) -> tuple[tuple[str, str], tuple[str, str], tuple[str, str]]:
    """The two columns above an official document (Decree 30/2020): offices and nation, motto, number and date.

    What is not known, and the number and the date that the clerk gives, stay open.
    """
    about, word = figures.about, figures.word
    open_ = word("RPT_OPEN")
    return (
        (_clean(about.parent).upper() or open_, word("RPT_NATION")),
        (_clean(about.agency).upper() or open_, word("RPT_MOTTO")),
        (word("RPT_NUMBER_OPEN"), word("RPT_DATE_OPEN", place=_clean(about.locality) or word("RPT_PLACE_OPEN"))),
    )


def head_cells(figures: Figures) -> tuple[tuple[Text, Text], ...]:
    """The official head as it stands on a cover."""
    above, names, numbered = official_head(figures)
    return (
        (Text(above[0], "line"), Text(above[1], "strong")),
        (Text(names[0], "strong"), Text(names[1], "strong")),
        (Text(numbered[0], "line"), Text(numbered[1], "mark")),
    )


def contents(figures: Figures, present: Sequence[Sheet], absent: Sequence[tuple[str, str]]) -> Sheet:
    """Links to the sheets of the workbook, then the sheets it does not have, each with the reason."""
    there, missing = figures.word("RPT_PRESENT"), figures.word("RPT_ABSENT")
    rows: list[tuple[Cell, ...]] = [
        (Link(sheet.name), sheets.text(sheet.title), sheets.text(there)) for sheet in present
    ]
    rows += [(sheets.text(name), sheets.text(reason), sheets.text(missing)) for name, reason in absent]
    return Sheet(
        name=figures.word(sheets.CONTENTS),
        title=figures.word(sheets.CONTENTS),
        table=Table(
            name=figures.word("RPT_TABLE_CONTENTS"),
            columns=sheets.columns(
                figures, ("RPT_HEAD_SHEET", 32), ("RPT_HEAD_CONTENT_OR_WHY", 84), ("RPT_HEAD_PRESENT", 13)
            ),
            rows=tuple(rows),
        ),
    )


def notes(figures: Figures) -> Sheet:
    """Shorthand and notes."""
    word = figures.word
    grades = {grade: grade_words(grade, figures.language) for grade in get_args(Grade)}
    graded = {"why": word(sheets.WHY), "rules": figures.evaluation.rules.id, "method": word(sheets.METHOD)}
    weighting = weighting_words(figures).capitalize()
    rows = [
        (word("RPT_SIGN_NOTE_1"), word("RPT_NOTE_1")),
        (word(sheets.GRADE), word("RPT_NOTE_GRADE", **grades, **graded)),
        (word("RPT_SIGN_PRIVATE", least=PRIVATE), word("RPT_NOTE_PRIVATE")),
        (word(sheets.EFFECTIVE), word("RPT_NOTE_EFFECTIVE")),
        (word(sheets.UNKNOWN_MARK), word("RPT_NOTE_UNKNOWN")),
        (DASH, word("RPT_NOTE_DASH")),
        (word("RPT_SIGN_EMPTY", slips=word(sheets.SLIPS)), word("RPT_NOTE_EMPTY")),
        ("n", word("RPT_NOTE_N")),
        (word(sheets.OFFICIAL), word("RPT_NOTE_OFFICIAL")),
        (word(sheets.OURS), word("RPT_NOTE_OURS", weighting=weighting, not_official=word("RPT_NOT_OFFICIAL"))),
        ("%", word("RPT_NOTE_PERCENT")),
        (word("RPT_SIGN_DIFFERENCE"), word("RPT_NOTE_DIFFERENCE")),
        (word("RPT_SIGN_PAGE"), word("RPT_NOTE_PAGE")),
    ]
    return signs(figures, "RPT_TITLE_NOTES", rows)


def round_facts(figures: Figures) -> Sheet:
    """Sheet 01: the round as it was asked, answered and analysed."""
    about, plan, word = figures.about, figures.evaluation.plan, figures.word
    asked, frame = figures.evaluation.questionnaire, figures.evaluation.sample.frame
    titled = word("RPT_QUESTIONNAIRE", title=say(asked.title, figures.language), id=asked.id, version=asked.version)
    issued = Number(sum(about.invited.values()), "count") if about.invited else ""
    rows: list[tuple[str, str | Number]] = [
        ("RPT_FACT_ROUND", about.round_name),
        ("RPT_FACT_STUDY", figures.told("RPT_STUDY", about.study)),
        ("RPT_FACT_OPEN", about.period),
        ("RPT_FACT_QUESTIONNAIRE", titled),
        ("RPT_FACT_STATUS", source_status(figures)),
        ("RPT_FACT_ITEMS", Number(len(figures.items), "count")),
        ("RPT_FACT_ISSUED", issued),
        ("RPT_FACT_RECEIVED", Number(figures.n, "count")),
    ]
    row = figures.row(OVERALL)
    if row:
        rows.append(("RPT_FACT_VALID", Number(row.n, "count")))
    for fact, column in (("RPT_FACT_CHANNELS", "channel"), ("RPT_FACT_LANGUAGES", "language")):
        if column in frame:
            rows.append((fact, _tallied(figures, column)))
    if "day" in frame:
        days = sorted(str(day) for day in figures.column("day") if day is not None)
        if days:
            rows.append(("RPT_FACT_DAYS", f"{_day(days[0], figures)} – {_day(days[-1], figures)}"))
    rows += [
        ("RPT_FACT_MODE", mode_words(figures)[plan.mode]),
        ("RPT_FACT_FEEDS", feeds_words(figures)),
        ("RPT_FACT_LEVEL", level_percent(figures)),
        ("RPT_FACT_CHOSEN", study_words(plan.chosen_by(), figures.language)),
        ("RPT_FACT_COVERS", covers_words(plan.chosen_by(), figures.language)),
        ("RPT_FACT_CONTACT", about.contact),
    ]
    return Sheet(
        name=word(sheets.ROUND),
        title=word("RPT_TITLE_ROUND"),
        table=Table(
            name=word("RPT_TABLE_ROUND"),
            columns=sheets.columns(figures, (sheets.WHAT, 42), (sheets.CONTENT, 88)),
            rows=tuple((sheets.text(word(what)), _fact(figures, said)) for what, said in rows),
        ),
    )


def _fact(figures: Figures, said: str | Number) -> Text:
    return sheets.text(_clean(said)) if isinstance(said, str) else Text(figures.number(said.value))


def _tallied(figures: Figures, column: str) -> str:
    code = f"RPT_{column.upper()}"
    counts = Counter(figures.told(code, str(value)) for value in figures.column(column) if value is not None)
    return "; ".join(
        figures.word("RPT_TALLIED", what=what, count=figures.number(count))
        for what, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )


def _day(iso: str, figures: Figures) -> str:
    """A day of the data as the reader writes it; what is no day, as it stands."""
    try:
        return day(date.fromisoformat(iso), figures.language)
    except ValueError:
        return iso


def _proof(figures: Figures, row: Row) -> str:
    """The interval in words with what it rests on."""
    between = (
        figures.word("RPT_BETWEEN", low=figures.percent(row.low), high=figures.percent(row.high))
        if row.low == row.low
        else figures.word("RPT_NO_INTERVAL")
    )
    return figures.word(
        "RPT_PROOF",
        between=between,
        feeds=feeds_words(figures),
        n=figures.number(row.n),
        n_eff=figures.number(row.n_eff),
        deff=figures.number(row.deff, 2),
        df=figures.number(row.df),
    )


def _clean(text: str) -> str:
    return clean(text).text
