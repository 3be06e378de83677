"""What is wrong with a workbook, cell by cell, and what could be asked better?"""

from collections.abc import Iterable, Sequence

import streamlit as st

from survey.errors import Problem, Refused
from survey.lint import Finding, reason
from survey.pages.desk import table_of_words
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire
from survey.words import plain, whole
from survey.xlsform.cells import Cell, Cells


def refused_shown(refused: Refused, workbook: bytes) -> None:
    """Every fault for which the workbook was not taken, in the order of its sheets and rows."""
    count = whole(len(refused.problems), language())
    st.error(plain(tell("STU_REFUSED", count=count)), icon=":material/error:")
    cells = Cells(workbook)
    table_of_words([_row(cells.of_problem(each), _what(each)) for each in refused.problems], "studio-faults")


def findings_shown(questionnaire: Questionnaire, findings: Sequence[Finding], workbook: bytes) -> None:
    """What the lint found: errors loudly, advice to be opened, and what is meant so with its reason."""
    cells = Cells(workbook)
    errors = [each for each in findings if each.level == "error"]
    reasons = [(each, reason(questionnaire, each)) for each in findings if each.level != "error"]
    meant = [(each, why) for each, why in reasons if why is not None]
    advice = [each for each, why in reasons if why is None]
    if errors:
        st.error(plain(tell("STU_ERRORS", count=whole(len(errors), language()))), icon=":material/error:")
        table_of_words([*_rows(errors, cells)], "studio-errors")
    else:
        st.success(tell("STU_NO_ERRORS"), icon=":material/check:")
    if advice:
        with st.expander(plain(tell("STU_ADVICE", count=whole(len(advice), language())))):
            st.caption(plain(tell("STU_ADVICE_MEANS")))
            table_of_words([*_rows(advice, cells)], "studio-advice")
    if meant:
        with st.expander(plain(tell("STU_MEANT", count=whole(len(meant), language())))):
            rows = [_row(_cell(each, cells), f"{_said(each)} {tell('STU_REASON')} {why}") for each, why in meant]
            table_of_words(rows, "studio-meant")


def _rows(findings: Iterable[Finding], cells: Cells) -> Iterable[dict[str, str]]:
    return (_row(_cell(each, cells), _said(each)) for each in findings)


def _row(cell: Cell | None, what: str) -> dict[str, str]:
    place = f"{cell.sheet} {cell.address}".strip() if cell is not None else tell("STU_WHOLE_FILE")
    return {tell("STU_COLUMN_CELL"): plain(place), tell("STU_COLUMN_WHAT"): plain(what)}


def _cell(finding: Finding, cells: Cells) -> Cell | None:
    return cells.of_question(finding.question, finding.language, finding.option) if finding.question else None


def _said(finding: Finding) -> str:
    """The finding with the names in it, as the cell alone does not tell which question or option it is."""
    return finding.say(language())


def _what(problem: Problem) -> str:
    column = tell("AT_COLUMN", at=problem.column) if problem.column else ""
    said = problem.what(language())
    return f"{column}: {said}" if column else said
