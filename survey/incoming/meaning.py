"""Which answer does a row give? Cells become values of the questionnaire; what cannot be understood stays as it is."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.incoming.moments import read_day
from survey.incoming.shapes import chosen, plainly, unanswered
from survey.questionnaire import Question, Questionnaire
from survey.sheet import Cell, Line

_BETWEEN = re.compile(r"[;,\s|]+")
_WHOLE = re.compile(r"([+-]?[0-9]+)[.,]0+")
_NUMBER = re.compile(r"[+-]?[0-9]+\.[0-9]+")

Strange = tuple[str, str]
"""A question and what a cell says that is none of its options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one row says: `answers` as `survey.response.check` takes them; `strange` cells of questions with options."""

    answers: Mapping[str, object]
    strange: tuple[Strange, ...]


def reader(source: Source, matching: Matching, asked: Questionnaire) -> Callable[[Line], Given]:
    """A function that reads rows of this file. Few cells differ in thousands of rows: each is understood once."""
    questions = {question.name: question for question in asked.questions()}
    words = {name: _words(question, matching.values.get(name, {})) for name, question in questions.items()}
    whole = [(questions[name], column) for name, column in matching.questions.items() if name in questions]
    parts = [(questions[name], columns) for name, columns in matching.parts.items() if name in questions]
    known: dict[tuple[str, Cell], tuple[object, bool]] = {}

    def read(line: Line) -> Given:
        answers: dict[str, object] = {}
        strange: list[Strange] = []
        for question, column in whole:
            cell = line.cells.get(column)
            if cell is None:
                continue
            key = (question.name, cell)
            if key not in known:
                known[key] = _meant(question, cell, words[question.name], source.points, matching.day_first)
            value, understood = known[key]
            if not understood:
                strange.append((question.name, str(cell)))
            if value is not None:
                answers[question.name] = value
        for question, columns in parts:
            picked = [value for value, column in columns.items() if chosen(line.cells.get(column))]
            if picked:
                answers[question.name] = picked  # one column for all of them, if there is one too, says the same
            strange += _neither(question.name, line, columns)
        return Given(answers=answers, strange=tuple(strange))

    return read


def column_of(matching: Matching, question: str) -> str:
    """The column in which a question is answered; the question's name where there is none."""
    parts = matching.parts.get(question)
    return matching.questions.get(question) or (next(iter(parts.values())) if parts else question)


def _neither(name: str, line: Line, columns: Mapping[str, str]) -> Iterator[Strange]:
    """What stands in a column of one option and is neither yes nor no."""
    for column in columns.values():
        cell = line.cells.get(column)
        if cell is not None and chosen(cell) is None:
            yield name, f"{column}: {cell}"


def _words(question: Question, more: Mapping[str, str]) -> Mapping[str, str]:
    """What means which option: its value, its wording in any language, what a person has said; the longest first."""
    options = question.scale.options if question.scale is not None else ()
    found = {plainly(label): option.value for option in options for label in option.label.values()}
    found |= {plainly(option.value): option.value for option in options}
    found |= more
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def _meant(
    question: Question, cell: Cell, words: Mapping[str, str], points: bool, day_first: bool | None
) -> tuple[object, bool]:
    """The value, and whether it was understood; for questions without options that is for `check` to say."""
    text = str(cell)
    if question.scale is not None:
        found = _one(text, words) if question.kind == "select_one" else _several(text, words)
        if found is None and unanswered(text):
            return None, True
        return (text, False) if found is None else (found or None, True)
    if unanswered(text) and question.kind != "text":
        return None, True
    if question.kind == "date":
        day = read_day(text, day_first=day_first is not False)
        return (day.isoformat() if day is not None else text), True
    if question.kind == "integer" and (whole := _WHOLE.fullmatch(text)) and points:
        return whole[1], True
    if question.kind == "decimal" and points and _NUMBER.fullmatch(text):
        return float(text), True
    return (text if question.kind == "text" else cell), True


def _one(text: str, words: Mapping[str, str]) -> str | None:
    plain = plainly(text)
    if plain in words:
        return words[plain]
    whole = _WHOLE.fullmatch(plain)
    return words.get(whole[1]) if whole else None


def _several(text: str, words: Mapping[str, str]) -> list[str] | str | None:
    """The options in one cell, between them blanks, `;` or `,`; wordings may hold those themselves."""
    rest, found = plainly(text), []
    if rest in words:
        return [words[rest]] if words[rest] else ""
    while rest := _BETWEEN.sub("", rest, count=1) if _BETWEEN.match(rest) else rest:
        word = next((each for each in words if rest.startswith(each) and _ends(rest, len(each))), None)
        if word is None:
            return None
        found.append(words[word])
        rest = rest[len(word) :]
    return [value for value in found if value]


def _ends(text: str, at: int) -> bool:
    return at == len(text) or _BETWEEN.match(text, at) is not None
