"""Which sheets does a round's report have, in which order, and why is one left out?"""

from dataclasses import replace

from analysis.report import (
    build_against,
    build_answers,
    build_data,
    build_dossiers,
    build_drivers,
    build_front,
    build_method,
    build_parameters,
    build_points,
    build_ranking,
    build_returns,
    build_scorecard,
    build_scores,
    build_tally,
    build_themes,
    build_units,
    sheets,
)
from analysis.report.about import About
from analysis.report.detach import detached, without_slips
from analysis.report.extras import NOTHING, Extras
from analysis.report.figures import Figures
from analysis.report.model import Report, Sheet, Text
from analysis.scores.dossiers_766 import load_766
from analysis.scores.evaluate import Evaluation

_LATER, _NO_ITEMS, _NO_UNITS = "RPT_ABSENT_LATER", "RPT_ABSENT_ITEMS", "RPT_ABSENT_UNITS"


def build(evaluation: Evaluation, about: About, extras: Extras = NOTHING) -> Report:
    """The report of an evaluation in the language of `about`: every sheet of the house's list it has data for.

    `extras`: what was found for the round beside its answers.

    The answers of a large round are in a file of their own (analysis.report.stream); the contents say so.
    """
    figures = Figures(evaluation=evaluation, about=about)
    apart = detached(figures)
    indexed, by_unit = bool(figures.tree), bool(figures.tree and figures.units)
    cases = extras.dossiers
    planned: list[tuple[str, Sheet | None, str]] = [
        (sheets.ROUND, build_front.round_facts(figures), ""),
        (sheets.PEOPLE, build_answers.people(figures), "RPT_ABSENT_PEOPLE"),
        (sheets.RETURNS, build_returns.returns(figures, extras.fates) if indexed else None, _NO_ITEMS),
        (sheets.SCORES, build_scores.scores(figures) if indexed else None, _NO_ITEMS),
        (sheets.SCORES_CHART, build_scores.scores_chart(figures) if indexed else None, _NO_ITEMS),
        (sheets.ANSWERS, build_answers.answers(figures), "RPT_ABSENT_ANSWERS"),
        (sheets.ANSWERS_CHART, build_answers.answers_chart(figures), "RPT_ABSENT_ANSWERS_CHART"),
        (sheets.UNITS, build_units.units(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNITS_CHART, build_units.units_chart(figures) if by_unit else None, _NO_UNITS),
        (sheets.RANKS, build_ranking.ranks(figures) if by_unit and figures.ranking.units else None, _NO_UNITS),
        *build_against.against_last(figures, extras.comparison),
        (sheets.PERCEPTIONS, build_answers.answers(figures, sheets.PERCEPTIONS), "RPT_ABSENT_PERCEPTIONS"),
        (sheets.NEEDS, build_answers.answers(figures, sheets.NEEDS), "RPT_ABSENT_NEEDS"),
        (sheets.POINTS, _cards(figures, extras), "SCR_ABSENT"),
        *build_drivers.planned(figures, extras.scorecards, extras.importance),
        (sheets.CASES, build_dossiers.dossiers_sheet(figures, cases, load_766()) if cases else None, "DOS_ABSENT"),
        (sheets.CASE_RATES, build_dossiers.rates_sheet(figures, cases, load_766()) if cases else None, "DOS_ABSENT"),
        (sheets.THEMES, _themes(figures, extras), "DRV_ABSENT_THEMES"),
        (sheets.COMMENTS, build_data.comments(figures, extras.themes), "RPT_ABSENT_COMMENTS"),
        (sheets.METHOD, build_method.method(figures, extras.fates), ""),
        (sheets.WEIGHTS, build_method.weight_log(figures), "RPT_ABSENT_WEIGHTS"),
        (sheets.PARAMETERS, build_parameters.parameters(figures) if indexed else None, _NO_ITEMS),
        (sheets.CODES, build_data.codes(figures), ""),
        (sheets.SLIPS, None if apart else build_data.slips(figures), "RPT_ABSENT_SLIPS"),
        (sheets.TALLY, build_tally.item_tally(figures) if indexed else None, _NO_ITEMS),
        (sheets.UNIT_TALLY, build_tally.unit_item_tally(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNIT_SCORES, build_tally.unit_scores(figures) if by_unit else None, _NO_UNITS),
        *_points_data(figures, extras),
        (sheets.TRACE, build_method.trace(figures, extras), ""),
    ]
    body = [sheet for _, sheet, _ in planned if sheet is not None]
    if apart:
        body = [without_slips(figures, sheet) for sheet in body]
    absent = [(figures.word(code), figures.word(why)) for code, sheet, why in planned if sheet is None]
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


def _cards(figures: Figures, extras: Extras) -> Sheet | None:
    return build_scorecard.card_sheet(figures, extras.scorecards) if extras.scorecards else None


def _points_data(figures: Figures, extras: Extras) -> list[tuple[str, Sheet | None, str]]:
    """The data sheets under sheet 10; where that is missing, they are not missed."""
    made = build_points.data_sheets(figures, extras.scorecards) if extras.scorecards else ()
    return [(build_points.WORK, sheet, "") for sheet in made]


def _themes(figures: Figures, extras: Extras) -> Sheet | None:
    return build_themes.themes_sheet(figures, extras.themes) if extras.themes else None


def _marked(figures: Figures, sheet: Sheet) -> Sheet:
    """The sheet with the line that says its numbers are synthetic."""
    return replace(sheet, lines=(Text(figures.word(build_front.DEMONSTRATION), "strong"), *sheet.lines))
