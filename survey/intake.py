"""What comes in as a file? A table becomes answers to a questionnaire; another becomes population margins."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.errors import Problem, Refused
from survey.questionnaire import Question, Questionnaire
from survey.response import Answer, check_answer
from survey.round import Margin
from survey.sheet import Cell, Line, Table

PEOPLE = 5_000_000
"""So many people a frequency table may stand for; each becomes a row."""

_NOT_ANSWERED = {"NA", "N/A"}
_WHOLE = re.compile(r"([0-9]+)[.,]0+")
_TOLD_APART = 3  # the same fault in more rows of a column than this is told once, with their number


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """A file of answers: one mapping a person, and the file's other columns (design, units, weights) as they stand."""

    answers: tuple[Mapping[str, Answer], ...]
    extra: Mapping[str, tuple[Cell, ...]]


def read_slips(
    table: Table,
    questionnaire: Questionnaire,
    *,
    numbers: Sequence[str] = (),
    full: Sequence[str] = (),
    present: Sequence[str] = (),
    count: str | None = None,
) -> Slips:
    """The answers in a table whose headers are question names; an option may be given by its value or its wording.

    A file is what has been collected: a question left blank, or asked of nobody, is no fault here. Other columns:
    `numbers` must hold a positive number in every row, `full` must not be empty, `present` must be there. `count`: a
    row stands for so many people, and comes back as so many rows.
    Raises Refused with every problem, by row and column: an item of the instrument without a column, an answer that
    cannot be one, a column that was named but is missing.
    """
    questions = [q for q in questionnaire.questions() if q.kind != "note" and q.name in table.headers]
    counted = [count] if count else []
    problems = [*_missing_columns(table, questionnaire, [*numbers, *full, *counted, *present])]
    answers = list(_answers(table, questions, problems))
    names = {question.name for question in questions} - set(numbers)
    extra = {name: tuple(line.cells.get(name) for line in table.lines) for name in table.headers if name not in names}
    for name in set(full) & set(table.headers):
        problems += [table.problem(x, name, "TAB_BLANK") for x in table.lines if x.cells.get(name) is None]
    for name in [*numbers, *counted]:
        if name in table.headers:
            found = [table.number(line, name, zero=name == count, counts=name == count) for line in table.lines]
            problems += [each for each in found if isinstance(each, Problem)]
            extra[name] = tuple(each for each in found if not isinstance(each, Problem))
    if problems:
        raise Refused(together(problems))
    slips = Slips(answers=tuple(answers), extra=extra)
    return _repeated(table, slips, count) if count else slips


def read_margins(table: Table, questionnaire: Questionnaire) -> tuple[Margin, ...]:
    """Population margins from a table `variable, level, total`; a joint margin is `sex|age` with levels `1|2`.

    A level of a question may be given by its value or its wording. Lines without a total are taken as not filled in
    yet only where a whole variable has none. Raises Refused with every problem, by row and column.
    """
    problems = table.lacking(("variable", "level", "total"))
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
            problems.append(table.problem(line, "level", "MAR_TWICE", level=margin.level, variable=margin.variable))
        else:
            margins[margin.variable, margin.level] = margin
    if not problems and not margins:
        problems.append(Problem(code="MAR_EMPTY", sheet=table.sheet))
    if problems:
        raise Refused(problems)
    return tuple(margins.values())


def _margin(table: Table, line: Line, questionnaire: Questionnaire) -> Margin | Problem:
    variable, level = line.cells.get("variable"), line.cells.get("level")
    if variable is None or level is None:
        return table.problem(line, "variable" if variable is None else "level", "TAB_BLANK")
    total = table.number(line, "total", zero=True, counts=True)
    if isinstance(total, Problem):
        return total
    parts, levels = ([part.strip() for part in str(text).split("|")] for text in (variable, level))
    if len(parts) != len(levels):
        return table.problem(line, "level", "MAR_JOINT", level=level, variable=variable)
    meant = []
    for name, value in zip(parts, levels, strict=True):
        question = next((q for q in questionnaire.questions() if q.name == name and q.scale is not None), None)
        if question is None or question.scale is None:
            meant.append(value)  # a column of the file, not a question: its levels are whatever it holds
            continue
        found = str(_meant(value, question, _wordings(question), point=table.point))
        values = [option.value for option in question.scale.options]
        if found not in values:
            return table.problem(line, "level", "MAR_LEVEL", level=value, variable=name, allowed=", ".join(values))
        meant.append(found)
    return Margin(variable="|".join(parts), level="|".join(meant), total=total)


def _answers(table: Table, questions: Sequence[Question], problems: list[Problem]) -> Iterator[Mapping[str, Answer]]:
    wordings = {question.name: _wordings(question) for question in questions}
    judged: dict[tuple[str, Cell], tuple[Answer | None, Problem | None]] = {}  # few answers differ in thousands of rows
    for line in table.lines:
        given: dict[str, Answer] = {}
        for question in questions:
            cell = line.cells.get(question.name)
            if cell is None:
                continue
            key = question.name, cell
            if key not in judged:
                meant = _meant(cell, question, wordings[question.name], point=table.point)
                judged[key] = check_answer(question, meant)
            answer, problem = judged[key]
            if problem is not None:
                problems.append(table.problem(line, question.name, problem.code, **problem.values))
            elif answer is not None:
                given[question.name] = answer
        yield given


def _missing_columns(table: Table, questionnaire: Questionnaire, named: Sequence[str]) -> list[Problem]:
    problems = table.lacking(dict.fromkeys(named))
    absent = [item.name for item in questionnaire.items() if item.name not in table.headers]
    if absent:
        columns = ", ".join(table.headers)
        values = {"items": ", ".join(absent), "instrument": questionnaire.id, "columns": columns}
        problems.append(Problem(code="TAB_NO_ITEMS", sheet=table.sheet, values=values))
    return problems


def together(problems: Iterable[Problem]) -> list[Problem]:
    """The same fault in many rows of one column as one problem that says how many and where it starts."""
    groups: dict[object, list[Problem]] = {}
    for problem in problems:
        key = (problem.code, problem.column, repr(problem.values)) if problem.row else id(problem)
        groups.setdefault(key, []).append(problem)
    found = []
    for same in groups.values():
        if len(same) <= _TOLD_APART:
            found += same
            continue
        first = same[0]
        values = {"what_vi": first.what("vi"), "what_en": first.what("en"), "count": len(same), "row": first.row}
        found.append(Problem(code="TAB_REPEATED", sheet=first.sheet, column=first.column, values=values))
    return found


def _repeated(table: Table, slips: Slips, count: str) -> Slips:
    times = slips.extra[count]
    problems = [
        table.problem(line, count, "TAB_NOT_WHOLE", got=each)
        for line, each in zip(table.lines, times, strict=True)
        if not (isinstance(each, int | float) and each == int(each))
    ]
    people = sum(int(each) for each in times if isinstance(each, int | float))
    if not problems and not 0 < people <= PEOPLE:
        problems.append(
            Problem(code="TAB_PEOPLE", sheet=table.sheet, column=count, values={"got": people, "limit": PEOPLE})
        )
    if problems:
        raise Refused(together(problems))
    rows = [k for k, each in enumerate(times) for _ in range(int(each or 0))]
    return Slips(
        answers=tuple(slips.answers[k] for k in rows),
        extra={name: tuple(values[k] for k in rows) for name, values in slips.extra.items()},
    )


def _wordings(question: Question) -> Mapping[str, str]:
    """An option's wording in any language, folded, to its value."""
    if question.scale is None:
        return {}
    return {_folded(text): option.value for option in question.scale.options for text in option.label.values()}


def _meant(cell: Cell, question: Question, wordings: Mapping[str, str], *, point: bool) -> Cell:
    """The answer a cell stands for: an option's value by its wording, `1;3` as options 1 and 3, `5.0` as option 5.

    NA is no answer, unless it is an option. `point`: a point in a number is its decimal point.
    """
    text = str(cell)
    values = [option.value for option in question.scale.options] if question.scale else []
    if text in values:
        return text
    if text in _NOT_ANSWERED:
        return None
    if question.kind in ("integer", "decimal") and point and text.count(".") == 1 and "," not in text:
        return _decimal(text)
    if question.scale is None:
        return cell
    meant = wordings.get(_folded(text))
    if meant is None and question.kind == "select_multiple":
        return " ".join(text.replace(";", " ").replace(",", " ").split())
    whole = _WHOLE.fullmatch(text)
    return meant or (whole[1] if whole and whole[1] in values else text)


def _decimal(text: str) -> Cell:
    try:
        return float(text)
    except ValueError:
        return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
