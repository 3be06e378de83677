"""The tables, notes and method of the publication: rounded values and marks, nothing that leads to a hidden number."""

from collections.abc import Iterator

from analysis.report import sheets
from analysis.report.build_method import source_status
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures
from analysis.report.indices import mode_words
from analysis.report.model import Cell, Number, Sheet, Table, Text
from analysis.report.parts import feeds_words, level_percent, signs, weighting_words
from analysis.scores.beside import covers_words, study_words
from analysis.scores.disclosure import Disclosure, Figure
from analysis.scores.publication_rules import Setting
from analysis.scores.published_tables import BLANK, Group, PublishedTable
from analysis.scores.satisfaction import Node
from survey.collation import unit_sort_key
from survey.questionnaire import say
from survey.words import DASH, day

HIDDEN = "DIS_HIDDEN"
_PUBLIC = frozenset({"EVA_VOLUNTEER", "EVA_NO_DESIGN", "EVA_NO_MARGINS"})
"""Caveats of an evaluation that name no group and no count."""
_LONGEST = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("/\\:*?[]'", " "))
GROUP, SHARE = "DIS_HEAD_GROUP", "DIS_HEAD_SHARE"
LOW, HIGH = "DIS_HEAD_LOW", "DIS_HEAD_HIGH"


def table_sheet(figures: Figures, made: Disclosure, table: PublishedTable, place: int) -> Sheet:
    """One published table: a row a group and number of the index tree; the whole round first."""
    called = column_words(figures, table.column)
    title = figures.word("DIS_TITLE_TABLE", what=called) if table.column else figures.word("DIS_TITLE_WHOLE")
    groups = [("", ""), *_in_order(figures, table)] if table.column else [("", "")]
    shown = [node for node in figures.tree.values() if node.id in table.nodes]
    rows = [
        (
            *([sheets.text(group_words(figures, column, level))] if table.column else []),
            *(_named(figures, node) if len(shown) > 1 else ()),
            *_cells(figures, made, made.figures[column, level, node.id]),
        )
        for column, level in groups
        for node in shown
    ]
    content = ((sheets.CODE, 10), ("RPT_HEAD_LEVEL", 12), (sheets.CONTENT, 50))
    heads = (
        *(((GROUP, 34),) if table.column else ()),
        *(content if len(shown) > 1 else ()),
        *((sheets.PEOPLE_COUNT, 12), (SHARE, 12)),
        *(((sheets.OFFICIAL if made.weighted else sheets.OURS, 12),) if made.both else ()),
        *((LOW, 11), (HIGH, 11), (sheets.GRADE, 27)),
    )
    hidden = any(isinstance(cell, Text) and cell.value == figures.word(HIDDEN) for row in rows for cell in row)
    notes = [figures.word("DIS_LINE_NUMBERS", level=level_percent(figures), feeds=feeds_words(figures))]
    if hidden:
        notes.append(figures.word("DIS_LINE_HIDDEN", hidden=figures.word(HIDDEN), notes=figures.word(sheets.NOTES)))
    return Sheet(
        name=_sheet_name(f"{place} {called}"),
        title=title,
        lines=sheets.lines(120, *notes),
        table=Table(
            name=figures.word("DIS_TABLE", place=place), columns=sheets.columns(figures, *heads), rows=tuple(rows)
        ),
    )


def _in_order(figures: Figures, table: PublishedTable) -> list[Group]:
    """The table's groups: answers in the order of their scale, units as in the report, those without an answer last."""
    question = figures.question(table.column)
    if question and question.scale:
        return list(table.groups())
    named = {group: group_words(figures, *group) for group in table.groups()}
    return sorted(named, key=lambda group: (group[1] == BLANK, unit_sort_key(named[group])))


def column_words(figures: Figures, column: str) -> str:
    """What a table is by: the question's wording, else the column's own name."""
    if not column:
        return figures.word("DIS_WHOLE")
    question = figures.question(column)
    return figures.wording(question) if question else clean(figures.told("DIS_COLUMN", column)).text


def group_words(figures: Figures, column: str, level: str) -> str:
    """What a group is called: the answer's wording, else the level itself."""
    if not column:
        return figures.word("DIS_WHOLE")
    if level == BLANK:
        return figures.word("DIS_BLANK")
    question = figures.question(column)
    label = question.scale.label(level, figures.language) if question and question.scale else level
    return clean(label).text


def notes_sheet(figures: Figures, made: Disclosure) -> Sheet:
    """Every mark and column that needs a word."""
    word, rules = figures.word, made.rules
    least = figures.number(rules.least_n.value)
    share, interval = (figures.number(each.value) for each in (rules.share_decimals, rules.interval_decimals))
    official = (word(sheets.OFFICIAL), word("RPT_NOTE_OFFICIAL"))
    weighting, ours = weighting_words(figures).capitalize(), word("RPT_NOT_OFFICIAL")
    own = (word(sheets.OURS), word("RPT_NOTE_OURS", weighting=weighting, not_official=ours))
    kind = (word("DIS_SIGN_KIND"), word("DIS_NOTE_BOTH" if made.both else "DIS_NOTE_ONE", feeds=feeds_words(figures)))
    rows = [
        (word(HIDDEN), word("DIS_NOTE_HIDDEN", least=least)),
        (DASH, word("DIS_NOTE_DASH")),
        (word(sheets.PEOPLE_COUNT), word("DIS_NOTE_PEOPLE")),
        (word(SHARE), word("DIS_NOTE_SHARE", decimals=share)),
        *([kind] if figures.evaluation.plan.weighted() else []),  # else the two kinds are the same
        *([official] if made.both or not made.weighted else []),
        *([own] if made.both or made.weighted else []),
        (word("DIS_SIGN_INTERVAL"), word("DIS_NOTE_INTERVAL", decimals=interval, ours=ours)),
        (word(sheets.GRADE), word("DIS_NOTE_GRADE", rules=figures.evaluation.rules.id)),
        (word("DIS_BLANK"), word("DIS_NOTE_BLANK")),
    ]
    return signs(figures, "DIS_TITLE_NOTES", rows)


def method_sheet(figures: Figures, made: Disclosure) -> Sheet:
    """How the numbers were made, what was hidden by which rules, and what the file can be traced to."""
    return Sheet(
        name=figures.word("DIS_SHEET_METHOD"),
        title=figures.word("DIS_TITLE_METHOD"),
        table=Table(
            name=figures.word("RPT_TABLE_METHOD"),
            columns=sheets.columns(figures, (sheets.WHAT, 40), (sheets.CONTENT, 100)),
            rows=tuple(
                (sheets.text(clean(what).text), sheets.text(clean(text).text))
                for what, text in _method_rows(figures, made)
            ),
        ),
    )


def _method_rows(figures: Figures, made: Disclosure) -> Iterator[tuple[str, str]]:
    word, rules, evaluation, about = figures.word, made.rules, figures.evaluation, figures.about
    plan, asked = evaluation.plan, evaluation.questionnaire
    yield word("RPT_ABOUT_ITEM"), word("RPT_TEXT_ITEM")
    yield word("RPT_FACT_MODE"), mode_words(figures)[plan.mode]
    yield word("RPT_FACT_FEEDS"), feeds_words(figures)
    yield word("RPT_FACT_CHOSEN"), study_words(plan.chosen_by(), figures.language)
    yield word("RPT_FACT_COVERS"), covers_words(plan.chosen_by(), figures.language)
    yield word("DIS_ABOUT_HIDING"), word("DIS_TEXT_HIDING", count=figures.number(made.hidden))
    yield word("DIS_ABOUT_CHECK"), word("DIS_TEXT_CHECK")
    yield word("DIS_ABOUT_LIST"), word("DIS_TEXT_LIST")
    yield word("DIS_ABOUT_OFFICERS"), word("DIS_TEXT_OFFICERS")
    yield (
        word("DIS_ABOUT_RULES"),
        word("DIS_RULES", id=rules.id, version=rules.version, day=day(rules.valid_from, figures.language)),
    )
    yield word("DIS_SET_LEAST_N"), _setting(figures, rules.least_n, 1)
    yield word("DIS_SET_RANGE_SHARE"), _setting(figures, rules.range_share, 100)
    yield word("DIS_SET_RANGE_LEAST"), _setting(figures, rules.range_least, 1)
    for warning in evaluation.warnings:
        if warning.code in _PUBLIC:
            yield word("RPT_ABOUT_WARNING"), warning.say(figures.language)
    if about.demonstration:
        yield word("RPT_ABOUT_DEMONSTRATION"), word("RPT_TEXT_DEMONSTRATION")
    yield word("RPT_FACT_QUESTIONNAIRE"), word("RPT_VERSION", id=asked.id, version=asked.version)
    yield word("RPT_FACT_STATUS"), source_status(figures)
    yield word("RPT_TRACE_QUESTIONNAIRE_HASH"), asked.content_hash()
    for key in sorted({"data_sha256"} & set(evaluation.sample.provenance)):
        yield figures.told("RPT_PROVENANCE", key), evaluation.sample.provenance[key]
    yield word("RPT_TRACE_CODE"), about.code_version
    yield word("RPT_FACT_CREATED"), day(about.created.date(), figures.language)


def _setting(figures: Figures, setting: Setting, scale: float) -> str:
    return figures.word(
        "DIS_SETTING",
        value=figures.number(setting.value * scale),
        source=say(setting.source, figures.language),
        mark=setting.mark,
    )


def _named(figures: Figures, node: Node) -> tuple[Cell, Cell, Cell]:
    level = figures.word(f"RPT_LEVEL_{node.level.upper()}")
    return sheets.text("" if node.id == OVERALL else node.id), sheets.text(level), sheets.text(figures.label(node.id))


def _cells(figures: Figures, made: Disclosure, figure: Figure) -> Iterator[Cell]:
    """n, the share, the other kind where it is shown, the interval, its label."""
    hidden = Text(figures.word(HIDDEN), "dash")
    shares = (figure.share, *((figure.other,) if made.both else ()), figure.low, figure.high)
    yield hidden if figure.people is None else Number(figure.people, "count")
    for share in shares:
        yield hidden if figure.hidden else sheets.dash() if share is None else Number(share, "share")
    graded = figures.word(f"DIS_GRADE_{figure.grade.upper()}") if figure.grade else ""
    yield Text(figures.word(HIDDEN), "mark") if figure.hidden else sheets.mark(graded)


def _sheet_name(name: str) -> str:
    """A legal name of at most 31 characters, cut at a word."""
    fit = " ".join(name.translate(_FORBIDDEN).split())
    return fit if len(fit) <= _LONGEST else fit[:_LONGEST].rsplit(" ", 1)[0]
