"""What comes in as a file? A table becomes answers to a questionnaire; another becomes population margins."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire
from survey.response import Answer, check_answer
from survey.round import Margin
from survey.sheet import Cell, Line, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """A file of answers: one mapping a person, and the file's other columns (design, units, weights) as they stand."""

    answers: tuple[Mapping[str, Answer], ...]
    extra: Mapping[str, tuple[Cell, ...]]


def read_slips(
    table: Table, questionnaire: Questionnaire, *, numbers: Sequence[str] = (), full: Sequence[str] = ()
) -> Slips:
    """The answers in a table whose headers are question names; an option may be given by its value or its wording.

    A file is what has been collected: a question left blank, or asked of nobody, is no fault here. `numbers`: other
    columns that must hold a positive number in every row; `full`: those that must not be empty.
    Raises Refused with every problem, by row and column: no question of the instrument in the header, an answer that
    cannot be one, a column that was named but is missing.
    """
    questions = [q for q in questionnaire.questions() if q.kind != "note" and q.name in table.headers]
    problems = list(_missing_columns(table, questionnaire, [*numbers, *full]))
    answers: list[dict[str, Answer]] = []
    wordings = {question.name: _wordings(question) for question in questions}
    for line in table.lines:
        given: dict[str, Answer] = {}
        for question in questions:
            cell = line.cells.get(question.name)
            if cell is None:
                continue
            answer, problem = check_answer(question, _meant(cell, question, wordings[question.name]))
            if problem is not None:
                problems.append(_at(table, line, question.name, problem))
            elif answer is not None:
                given[question.name] = answer
        answers.append(given)
    names = {question.name for question in questions}
    extra = {name: tuple(line.cells.get(name) for line in table.lines) for name in table.headers if name not in names}
    extra |= {name: tuple(line.cells.get(name) for line in table.lines) for name in numbers if name in table.headers}
    problems += _unfilled(table, numbers, full)
    if problems:
        raise Refused(problems)
    for name in numbers:
        extra[name] = tuple(_number(cell) for cell in extra[name])
    return Slips(answers=tuple(answers), extra=extra)


def read_margins(table: Table, questionnaire: Questionnaire) -> tuple[Margin, ...]:
    """Population margins from a table `variable, level, total`; a joint margin is `sex|age` with levels `1|2`.

    A level of a question may be given by its value or its wording. Lines without a total are taken as not filled in
    yet only where a whole variable has none. Raises Refused with every problem, by row and column.
    """
    problems = [
        Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": name, "columns": ", ".join(table.headers)})
        for name in ("variable", "level", "total")
        if name not in table.headers
    ]
    if problems:
        raise Refused(problems)
    filled = {line.cells.get("variable") for line in table.lines if line.cells.get("total") is not None}
    margins: dict[tuple[str, str], Margin] = {}
    for line in table.lines:
        if line.cells.get("variable") not in filled:
            continue
        margin = _margin(table, line, questionnaire)
        if isinstance(margin, Problem):
            problems.append(margin)
        elif (margin.variable, margin.level) in margins:
            problems.append(_problem(table, line, "level", "MAR_TWICE", level=margin.level, variable=margin.variable))
        else:
            margins[margin.variable, margin.level] = margin
    if not problems and not margins:
        problems.append(Problem(code="MAR_EMPTY", sheet=table.sheet))
    if problems:
        raise Refused(problems)
    return tuple(margins.values())


def _margin(table: Table, line: Line, questionnaire: Questionnaire) -> Margin | Problem:
    variable, level, total = (line.cells.get(name) for name in ("variable", "level", "total"))
    if variable is None or level is None:
        return _problem(table, line, "variable" if variable is None else "level", "TAB_BLANK")
    number = _number(total)
    if not number >= 0:
        return _problem(table, line, "total", "TAB_NOT_NUMBER", got="" if total is None else total)
    parts, levels = str(variable).split("|"), str(level).split("|")
    if len(parts) != len(levels):
        return _problem(table, line, "level", "MAR_JOINT", level=level, variable=variable)
    meant = []
    for name, value in zip(parts, levels, strict=True):
        question = next((q for q in questionnaire.questions() if q.name == name and q.scale is not None), None)
        if question is None or question.scale is None:
            meant.append(value.strip())  # a column of the file, not a question: its levels are whatever it holds
            continue
        found = str(_meant(value.strip(), question, _wordings(question)))
        values = [option.value for option in question.scale.options]
        if found not in values:
            return _problem(table, line, "level", "MAR_LEVEL", level=value, variable=name, allowed=", ".join(values))
        meant.append(found)
    return Margin(variable="|".join(parts), level="|".join(meant), total=number)


def _missing_columns(table: Table, questionnaire: Questionnaire, named: Sequence[str]) -> list[Problem]:
    shown = {"columns": ", ".join(table.headers)}
    problems = [
        Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": name, **shown})
        for name in dict.fromkeys(named)
        if name not in table.headers
    ]
    items = [question.name for question in questionnaire.items()]
    absent = [name for name in items if name not in table.headers]
    if absent:
        values = {"items": ", ".join(absent), "instrument": questionnaire.id, **shown}
        problems.append(Problem(code="TAB_NO_ITEMS", sheet=table.sheet, values=values))
    return problems


def _unfilled(table: Table, numbers: Sequence[str], full: Sequence[str]) -> list[Problem]:
    problems = []
    for line in table.lines:
        for name in dict.fromkeys(full):
            if name in table.headers and line.cells.get(name) is None:
                problems.append(_problem(table, line, name, "TAB_BLANK"))
        for name in dict.fromkeys(numbers):
            if name in table.headers and not _number(line.cells.get(name)) > 0:
                got = line.cells.get(name)
                problems.append(_problem(table, line, name, "TAB_NOT_NUMBER", got="" if got is None else got))
    return problems


def _wordings(question: Question) -> Mapping[str, str]:
    """An option's wording in any language, folded, to its value."""
    if question.scale is None:
        return {}
    return {_folded(text): option.value for option in question.scale.options for text in option.label.values()}


def _meant(cell: Cell, question: Question, wordings: Mapping[str, str]) -> Cell:
    """The option value a cell stands for, the cell itself where it is no wording. `1;3` and `1,3` mean 1 and 3."""
    if question.scale is None or cell is None:
        return cell
    text = str(cell)
    if any(option.value == text for option in question.scale.options):
        return text
    if question.kind == "select_multiple":
        parts = text.replace(";", " ").replace(",", " ").split()
        return wordings.get(_folded(text), " ".join(parts))
    return wordings.get(_folded(text), text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _number(cell: Cell) -> float:
    """A cell as a number, decimal comma allowed; NaN where it is none."""
    try:
        value = float(cell.replace(",", ".") if isinstance(cell, str) else "nan" if cell is None else cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _at(table: Table, line: Line, column: str, problem: Problem) -> Problem:
    return Problem(code=problem.code, sheet=table.sheet, row=line.number, column=column, values=problem.values)


def _problem(table: Table, line: Line, column: str, code: str, **values: object) -> Problem:
    return Problem(code=code, sheet=table.sheet, row=line.number, column=column, values=values)
