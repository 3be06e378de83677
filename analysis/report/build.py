"""Which sheets does a round's report have, in which order, and why is one left out?"""

from dataclasses import replace

from analysis.report import (
    build_answers,
    build_data,
    build_front,
    build_method,
    build_parameters,
    build_scores,
    build_tally,
    build_units,
    sheets,
)
from analysis.report.about import About
from analysis.report.figures import Figures
from analysis.report.model import MOST_ROWS, Report, Sheet, Text
from analysis.scores.evaluate import Evaluation
from survey.errors import Problem, Refused

_HEAD_ROWS = 20
_LATER, _NO_ITEMS, _NO_UNITS = "RPT_ABSENT_LATER", "RPT_ABSENT_ITEMS", "RPT_ABSENT_UNITS"


def build(evaluation: Evaluation, about: About) -> Report:
    """The report of an evaluation in the language of `about`: every sheet of the house's list it has data for.

    Raises Refused where there are more slips than a worksheet has rows.
    """
    figures = Figures(evaluation=evaluation, about=about)
    most = MOST_ROWS - _HEAD_ROWS
    if figures.n > most:
        raise Refused([Problem(code="RPT_TOO_MANY_ROWS", values={"count": figures.n, "most": most})])
    indexed, by_unit = bool(figures.tree), bool(figures.tree and figures.units)
    planned: list[tuple[str, Sheet | None, str]] = [
        (sheets.ROUND, build_front.round_facts(figures), ""),
        (sheets.PEOPLE, build_answers.people(figures), "RPT_ABSENT_PEOPLE"),
        (sheets.RETURNS, build_units.returns(figures) if indexed else None, _NO_ITEMS),
        (sheets.SCORES, build_scores.scores(figures) if indexed else None, _NO_ITEMS),
        (sheets.SCORES_CHART, build_scores.scores_chart(figures) if indexed else None, _NO_ITEMS),
        (sheets.ANSWERS, build_answers.answers(figures), "RPT_ABSENT_ANSWERS"),
        (sheets.ANSWERS_CHART, build_answers.answers_chart(figures), "RPT_ABSENT_ANSWERS_CHART"),
        (sheets.UNITS, build_units.units(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNITS_CHART, build_units.units_chart(figures) if by_unit else None, _NO_UNITS),
        (sheets.AGAINST_LAST, None, _LATER),
        (sheets.PERCEPTIONS, None, "RPT_ABSENT_SEE_ANSWERS"),
        (sheets.NEEDS, None, "RPT_ABSENT_SEE_ANSWERS"),
        (sheets.POINTS, None, _LATER),
        (sheets.CASES, None, _LATER),
        (sheets.COMMENTS, build_data.comments(figures), "RPT_ABSENT_COMMENTS"),
        (sheets.METHOD, build_method.method(figures), ""),
        (sheets.WEIGHTS, build_method.weight_log(figures), "RPT_ABSENT_WEIGHTS"),
        (sheets.PARAMETERS, build_parameters.parameters(figures) if indexed else None, _NO_ITEMS),
        (sheets.CODES, build_data.codes(figures), ""),
        (sheets.SLIPS, build_data.slips(figures), ""),
        (sheets.TALLY, build_tally.item_tally(figures) if indexed else None, _NO_ITEMS),
        (sheets.UNIT_TALLY, build_tally.unit_item_tally(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNIT_SCORES, build_tally.unit_scores(figures) if by_unit else None, _NO_UNITS),
        (sheets.TRACE, build_method.trace(figures), ""),
    ]
    body = [sheet for _, sheet, _ in planned if sheet is not None]
    there = figures.word(sheets.ANSWERS)
    absent = [(figures.word(code), figures.word(why, answers=there)) for code, sheet, why in planned if sheet is None]
    front = [build_front.cover(figures), build_front.notes(figures)]
    made = [front[0], build_front.contents(figures, [*front, *body], absent), front[1], *body]
    if about.demonstration:
        made = [made[0], *(_marked(figures, sheet) for sheet in made[1:])]
    return Report(
        title=build_front.title(figures),
        author=f"Hài Lòng {about.code_version}",
        created=about.created,
        sheets=tuple(made),
    )


def _marked(figures: Figures, sheet: Sheet) -> Sheet:
    """The sheet with the line that says its numbers are synthetic."""
    return replace(sheet, lines=(Text(figures.word(build_front.DEMONSTRATION), "strong"), *sheet.lines))
