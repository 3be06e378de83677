"""The workbook an analyst fills in with population totals, so that weights can be brought to them."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from survey.errors import Problem, Refused, word
from survey.questionnaire import Questionnaire, say

_GUIDE = ("RPT_MARGINS_FILL", "RPT_MARGINS_BLANK", "RPT_MARGINS_SAME", "RPT_MARGINS_JOINT")


def margins_template(questionnaire: Questionnaire, variables: Sequence[str], language: str = "vi") -> bytes:
    """An xlsx with one line a level of each variable (all respondent choice questions if none is named), totals empty.

    Raises Refused with every name that is not a choice question.
    """
    questions = {q.name: q for q in questionnaire.questions() if q.kind == "select_one"}
    usual = [name for name, question in questions.items() if question.role == "respondent"]
    unknown = [name for name in variables if name not in questions]
    if unknown:
        allowed = ", ".join(usual or questions)
        raise Refused([Problem(code="CLI_VARIABLE", values={"got": name, "allowed": allowed}) for name in unknown])
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  same input, same bytes
        font = {"font_name": "Times New Roman", "font_size": 12}
        head, text = book.add_format({**font, "bold": True, "bottom": 1}), book.add_format({**font, "text_wrap": True})
        number, fill = book.add_format({**font, "num_format": "#,##0"}), book.add_format({**font, "num_format": "@"})
        sheet, guide = (book.add_worksheet(word(code, language)) for code in ("RPT_MARGINS_SHEET", "RPT_MARGINS_GUIDE"))
        told = (word(code, language) for code in ("RPT_MARGINS_QUESTION", "RPT_MARGINS_LEVEL"))
        for column, name in enumerate(("variable", "level", "total", *told)):
            sheet.write_string(0, column, name, head)
        row = 1
        for name in variables or usual:
            question = questions[name]
            for option in question.scale.options if question.scale else ():
                sheet.write_string(row, 0, name, text)
                sheet.write_string(row, 1, option.value, fill)
                sheet.write_blank(row, 2, None, number)
                sheet.write_string(row, 3, say(question.label, language), text)
                sheet.write_string(row, 4, say(option.label, language), text)
                row += 1
        sheet.set_column(0, 1, 14)
        sheet.set_column(2, 2, 18)
        sheet.set_column(3, 4, 40)
        sheet.freeze_panes(1, 0)
        sheet.data_validation(
            1,
            2,
            max(row - 1, 1),
            2,
            {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": word("RPT_MARGINS_RULE", language)},
        )
        for line, code in enumerate(_GUIDE):
            guide.write_string(line, 0, word(code, language), text)
        guide.set_column(0, 0, 100)
    return stream.getvalue()
