"""What are the sheets called, and in which words is a number missing or doubtful? One place for both.

Names here are codes of the catalogue: `figures.word(sheets.COVER)` is «Bìa», in English «Cover».
"""

from analysis.report.figures import Figures
from analysis.report.model import Cell, Column, Form, Formula, Number, Text
from analysis.scores.beside import grade_words
from analysis.scores.satisfaction import Row
from survey.words import DASH

COVER = "RPT_SHEET_COVER"
CONTENTS = "RPT_SHEET_CONTENTS"
NOTES = "RPT_SHEET_NOTES"
ROUND = "RPT_SHEET_ROUND"
PEOPLE = "RPT_SHEET_PEOPLE"
RETURNS = "RPT_SHEET_RETURNS"
SCORES = "RPT_SHEET_SCORES"
SCORES_CHART = "RPT_SHEET_SCORES_CHART"
ANSWERS = "RPT_SHEET_ANSWERS"
ANSWERS_CHART = "RPT_SHEET_ANSWERS_CHART"
UNITS = "RPT_SHEET_UNITS"
UNITS_CHART = "RPT_SHEET_UNITS_CHART"
RANKS = "RPT_SHEET_RANKS"
AGAINST_LAST = "RPT_SHEET_AGAINST_LAST"
CHANGES_CHART = "CMP_SHEET_CHART"
UNIT_CHANGES = "CMP_SHEET_UNITS"
UNIT_CHANGES_CHART = "CMP_SHEET_UNITS_CHART"
TARGETS = "CMP_SHEET_TARGETS"
PUBLISHED = "CMP_SHEET_PUBLISHED"
PERCEPTIONS = "RPT_SHEET_PERCEPTIONS"
NEEDS = "RPT_SHEET_NEEDS"
POINTS = "RPT_SHEET_POINTS"
LOST = "RPT_SHEET_LOST"
PRIORITIES = "RPT_SHEET_PRIORITIES"
PRIORITIES_CHART = "RPT_SHEET_PRIORITIES_CHART"
CASES = "RPT_SHEET_CASES"
CASE_RATES = "DOS_SHEET_RATES"
THEMES = "RPT_SHEET_THEMES"
COMMENTS = "RPT_SHEET_COMMENTS"
METHOD = "RPT_SHEET_METHOD"
WEIGHTS = "RPT_SHEET_WEIGHTS"
PARAMETERS = "RPT_SHEET_PARAMETERS"
CODES = "RPT_SHEET_CODES"
SLIPS = "RPT_SHEET_SLIPS"
TALLY = "RPT_SHEET_TALLY"
UNIT_TALLY = "RPT_SHEET_UNIT_TALLY"
UNIT_SCORES = "RPT_SHEET_UNIT_SCORES"
TRACE = "RPT_SHEET_TRACE"

UNKNOWN_MARK = "RPT_UNKNOWN"

OFFICIAL, OURS = "RPT_HEAD_OFFICIAL", "RPT_HEAD_OURS"
DF, DEFF, EFFECTIVE = "RPT_HEAD_DF", "RPT_HEAD_DEFF", "RPT_HEAD_EFFECTIVE"
GRADE, WHY = "RPT_HEAD_GRADE", "RPT_HEAD_WHY"
LOW, HIGH, MARGIN, ERROR = "RPT_HEAD_LOW", "RPT_HEAD_HIGH", "RPT_HEAD_MARGIN", "RPT_HEAD_ERROR"
CODE, UNIT, PEOPLE_COUNT, CONTENT, WHAT = (
    "RPT_HEAD_CODE",
    "RPT_HEAD_UNIT",
    "RPT_HEAD_PEOPLE",
    "RPT_HEAD_CONTENT",
    "RPT_HEAD_WHAT",
)
MEANING, VALUE = "RPT_HEAD_MEANING", "RPT_HEAD_VALUE"
QUESTION_CODE, QUESTION = "RPT_HEAD_QUESTION_CODE", "RPT_HEAD_QUESTION"
ANSWER_CODE, ANSWER = "RPT_HEAD_ANSWER_CODE", "RPT_HEAD_ANSWER"


def text(value: str) -> Text:
    """Words in a cell, «–» if there are none."""
    return Text(value or DASH)


def dash() -> Text:
    """«–»: there is no number, as for 0/0."""
    return Text(DASH, "dash")


def number(figures: Figures, value: float | None, form: Form) -> Cell:
    """The number; `[kxđ]` where it cannot be determined."""
    if value is not None and value == value and abs(value) != float("inf"):
        return Number(value, form)
    return Text(figures.word(UNKNOWN_MARK), "dash")


def formula(expression: str, value: float | None, form: Form) -> Formula:
    """The formula with its value now; «–» where that cannot be computed."""
    return Formula(expression, DASH if value is None or value != value else value, form)


def mark(value: str) -> Text:
    """A short mark, centred; «–» if there is none."""
    return Text(value or DASH, "mark")


def doubt(figures: Figures, row: Row | None) -> str:
    """`[yếu]` or `[chưa nên công bố]` for a chart's label, empty for a reliable figure."""
    if row is None or row.reliability == "reliable":
        return ""
    return f"[{grade_words(row.reliability, figures.language)}]"


def columns(figures: Figures, *pairs: tuple[str, float]) -> tuple[Column, ...]:
    """Columns from the header's code and the width."""
    return tuple(Column(figures.word(header), width) for header, width in pairs)


def lines(width: float, *paragraphs: str) -> tuple[Text, ...]:
    """Paragraphs cut into lines that fit beside each other's table: a title line is never merged nor wrapped."""
    found: list[Text] = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > width:
                found.append(Text(line, "line"))
                line = word
            else:
                line = f"{line} {word}".strip()
        found.append(Text(line, "line"))
    return tuple(found)
