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
_LATER = "Không thuộc tệp này."
_NO_ITEMS = "Phiếu hỏi không có tiêu chí hài lòng nào."
_NO_UNITS = "Kết quả không được chia theo đúng một cột đơn vị."


def build(evaluation: Evaluation, about: About) -> Report:
    """The report of an evaluation: every sheet of the house's list that the round has data for.

    Raises Refused where there are more slips than a worksheet has rows.
    """
    figures = Figures(evaluation=evaluation, about=about)
    most = MOST_ROWS - _HEAD_ROWS
    if figures.n > most:
        raise Refused([Problem(code="RPT_TOO_MANY_ROWS", values={"count": figures.n, "most": most})])
    indexed, by_unit = bool(figures.tree), bool(figures.tree and figures.units)
    planned: list[tuple[str, Sheet | None, str]] = [
        (sheets.ROUND, build_front.round_facts(figures), ""),
        (sheets.PEOPLE, build_answers.people(figures), "Phiếu hỏi không có câu chọn sẵn nào về người trả lời."),
        (sheets.RETURNS, build_units.returns(figures) if indexed else None, _NO_ITEMS),
        (sheets.SCORES, build_scores.scores(figures) if indexed else None, _NO_ITEMS),
        (sheets.SCORES_CHART, build_scores.scores_chart(figures) if indexed else None, _NO_ITEMS),
        (
            sheets.ANSWERS,
            build_answers.answers(figures),
            "Phiếu hỏi không có câu chọn sẵn nào ngoài phần người trả lời.",
        ),
        (sheets.ANSWERS_CHART, build_answers.answers_chart(figures), "Không có thang trả lời từ 2 đến 6 mức để vẽ."),
        (sheets.UNITS, build_units.units(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNITS_CHART, build_units.units_chart(figures) if by_unit else None, _NO_UNITS),
        ("07 So với kỳ trước", None, _LATER),
        ("08 Nhận định", None, f"{_LATER} Phân bố câu trả lời ở trang «{sheets.ANSWERS}»."),
        ("09 Mong đợi", None, f"{_LATER} Phân bố câu trả lời ở trang «{sheets.ANSWERS}»."),
        ("10 Điểm PAR INDEX theo tiêu chí", None, _LATER),
        ("11 Hồ sơ TTHC", None, _LATER),
        (sheets.COMMENTS, build_data.comments(figures), "Không có ý kiến nào."),
        (sheets.METHOD, build_method.method(figures), ""),
        (sheets.WEIGHTS, build_method.weight_log(figures), "Quyền số không được hiệu chỉnh theo tổng thể."),
        (sheets.PARAMETERS, build_parameters.parameters(figures) if indexed else None, _NO_ITEMS),
        (sheets.CODES, build_data.codes(figures), ""),
        (sheets.SLIPS, build_data.slips(figures), ""),
        (sheets.TALLY, build_tally.item_tally(figures) if indexed else None, _NO_ITEMS),
        (sheets.UNIT_TALLY, build_tally.unit_item_tally(figures) if by_unit else None, _NO_UNITS),
        (sheets.UNIT_SCORES, build_tally.unit_scores(figures) if by_unit else None, _NO_UNITS),
        (sheets.TRACE, build_method.trace(figures), ""),
    ]
    body = [sheet for _, sheet, _ in planned if sheet is not None]
    absent = [(name, reason) for name, sheet, reason in planned if sheet is None]
    front = [build_front.cover(figures), build_front.notes(figures)]
    made = [front[0], build_front.contents(figures, [*front, *body], absent), front[1], *body]
    if about.demonstration:
        made = [made[0], *(_marked(sheet) for sheet in made[1:])]
    return Report(
        title=build_front.title(figures),
        author=f"Hài Lòng {about.code_version}",
        created=about.created,
        sheets=tuple(made),
    )


def _marked(sheet: Sheet) -> Sheet:
    """The sheet with the line that says its numbers are synthetic."""
    return replace(sheet, lines=(Text(build_front.DEMONSTRATION, "strong"), *sheet.lines))
