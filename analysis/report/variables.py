"""Which variables does a data file of the round have? For statistics packages: numbers with labels, gaps with reasons.

A choice is a number with its wording as label; where several may be ticked, each option is a variable of its own (0
or 1). Every gap says why: not answered, not asked, or an answer that no option has.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.columns import Floats
from analysis.report.cells import clean
from analysis.report.figures import BASE, SERIAL, SLIP, WEIGHT, Figures
from analysis.report.slip_columns import places
from survey.expression import Answer
from survey.questionnaire import Question, Section
from survey.response import check_answer

Kind = Literal["number", "text", "date"]
Measure = Literal["nominal", "ordinal", "scale"]
Why = NDArray[np.int8]

GIVEN, BLANK, NOT_ASKED, NO_OPTION = range(4)
"""Why a cell has no value; GIVEN where it has one."""
REASONS: Final = {
    BLANK: "OUT_MISSING_BLANK",
    NOT_ASKED: "OUT_MISSING_NOT_ASKED",
    NO_OPTION: "OUT_MISSING_NO_OPTION",
}

_LONGEST = 30  # Stata takes 32 characters; two are left for a number that keeps names apart
_RESERVED = frozenset(
    [
        *("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"),  # SPSS
        *("byte", "double", "float", "if", "in", "int", "long", "using", "strl"),  # Stata
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column: `values` (n,) floats, texts or days; NaN or None where `why` (n,) says there is none.

    `labels`: number → wording. `column`, `options`: the column of «Phiếu» it was made from, and per number the value
    that stands there.
    """

    name: str
    label: str
    kind: Kind
    measure: Measure
    values: NDArray[Any]
    why: Why
    labels: Mapping[float, str] = field(default_factory=dict)
    column: str = ""
    options: Mapping[float, str] = field(default_factory=dict)


def variables(figures: Figures) -> tuple[Variable, ...]:
    """Identifier, day, channel, place, weights, then the questions in order; names that SPSS and Stata both take."""
    found = [*_around(figures), *(v for q in figures.questions for v in _asked(figures, q))]
    names = legal_names([variable.name for variable in found])
    return tuple(_renamed(variable, name) for variable, name in zip(found, names, strict=True))


def legal_names(names: Sequence[str]) -> list[str]:
    """Letters, digits and «_», a letter first, at most 32, no word that SPSS or Stata reserves, none twice."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)[:_LONGEST]
        if not plain[:1].isalpha() or plain.lower() in _RESERVED or re.fullmatch(r"str\d+", plain.lower()):
            plain = f"v_{plain}"[:_LONGEST]
        turn, legal = 1, plain
        while legal.lower() in taken:
            turn += 1
            legal = f"{plain[: 31 - len(str(turn))]}_{turn}"
        taken.add(legal.lower())
        found.append(legal)
    return found


def gap_numbers(variable: Variable) -> dict[int, float]:
    """The numbers that stand for each kind of gap in this variable: -9, -8, -7, or further from 0 where they are taken.

    Only of gaps that it has.
    """
    there = set(np.unique(variable.values[variable.why == GIVEN]).tolist()) | set(variable.labels)
    start = next(s for s in (-9.0, -99.0, -999.0, -9999.0) if not there & {s, s + 1, s + 2})
    numbers = {BLANK: start, NOT_ASKED: start + 1, NO_OPTION: start + 2}
    return {why: number for why, number in numbers.items() if bool((variable.why == why).any())}


def _around(figures: Figures) -> Iterator[Variable]:
    """What is known of a slip beside its answers."""
    frame, word, n = figures.evaluation.sample.frame, figures.word, figures.n
    yield _number("serial", word("OUT_MEANS_SERIAL"), np.arange(1, n + 1, dtype=float), word(SERIAL))
    texts = {"id": (word("RPT_MEANS_COLUMN_SLIP"), word(SLIP)), "channel": (word("RPT_FACT_CHANNELS"), "channel")}
    for name, (label, column) in texts.items():
        if name in frame:
            yield _text(name, label, figures.column(name), column)
    if "day" in frame:
        days = [_day(value) for value in figures.column("day")]
        values = np.array(days, dtype=object)
        why = np.array([BLANK if day is None else GIVEN for day in days], dtype=np.int8)
        yield Variable(
            name="day", label=word("OUT_MEANS_DAY"), kind="date", measure="scale", values=values, why=why, column="day"
        )
    for header, name in places(figures):
        label = word(header.replace("RPT_COLUMN_", "RPT_MEANS_COLUMN_"), units=word("RPT_SHEET_UNITS"))
        yield _text(name, label, figures.column(name), word(header))
    base = np.asarray(figures.evaluation.sample.base, dtype=float)
    weights = {"base_weight": (BASE, base), "final_weight": (WEIGHT, figures.weights)}
    for name, (code, numbers) in weights.items():
        label = word(code.replace("RPT_COLUMN_", "RPT_MEANS_COLUMN_"), weights=word("RPT_SHEET_WEIGHTS"))
        yield _number(name, label, numbers, word(code))


def _asked(figures: Figures, question: Question) -> Iterator[Variable]:
    """The variable of a question; of one with several answers, a variable for each option."""
    label, header = figures.wording(question), figures.headers[question.name]
    answers = figures.answers[question.name]
    blank = np.array([answer is None for answer in answers], dtype=bool)
    why = np.where(blank, np.where(_reached(figures, question), BLANK, NOT_ASKED), GIVEN).astype(np.int8)
    if question.kind == "text":
        texts = np.array(figures.texts[question.name], dtype=object)
        yield Variable(
            name=question.name, label=label, kind="text", measure="nominal", values=texts, why=why, column=header
        )
    elif question.kind == "date":
        days = np.array([_day(answer) for answer in answers], dtype=object)
        yield Variable(
            name=question.name, label=label, kind="date", measure="scale", values=days, why=why, column=header
        )
    elif question.kind == "select_multiple":
        for place, (value, wording) in enumerate(figures.options(question), start=1):
            ticked = np.where(blank, np.nan, figures.chose(question, value).astype(float))
            yield Variable(
                name=f"{question.name}_{value if value.isascii() and value.isalnum() else place}",
                label=f"{label}: {wording}",
                kind="number",
                measure="nominal",
                values=ticked,
                why=why,
                labels={0.0: figures.word("OUT_NOT_TICKED"), 1.0: figures.word("OUT_TICKED")},
                column=header,
                options={1.0: value},
            )
    elif question.kind in ("integer", "decimal"):
        numbers = np.array([np.nan if a is None else float(a) for a in answers], dtype=float)
        yield Variable(
            name=question.name, label=label, kind="number", measure="scale", values=numbers, why=why, column=header
        )
    else:
        yield _choice(figures, question, why)


def _choice(figures: Figures, question: Question, why: Why) -> Variable:
    """One answer of several: the option's own whole number, else its place in the list."""
    options = list(figures.options(question))
    own = figures.numeric(question)
    numbers = {value: float(value) if own else float(place) for place, (value, _) in enumerate(options, start=1)}
    answers = figures.answers[question.name]
    values = np.array([numbers.get(str(answer), np.nan) for answer in answers], dtype=float)
    strange = (why == GIVEN) & np.isnan(values)
    return Variable(
        name=question.name,
        label=figures.wording(question),
        kind="number",
        measure="ordinal" if question.role == "satisfaction" else "nominal",
        values=values,
        why=np.where(strange, NO_OPTION, why).astype(np.int8),
        labels={numbers[value]: label for value, label in options},
        column=figures.headers[question.name],
        options={numbers[value]: value for value, _ in options},
    )


def _reached(figures: Figures, question: Question) -> NDArray[np.bool_]:
    """Whom the form led to this question (n,), by the conditions of the question and of its section."""
    asked = figures.evaluation.questionnaire
    section: Section = next(s for s in asked.sections if question in s.questions)
    conditions = [each for each in (section.relevant, question.relevant) if each is not None]
    reached = np.ones(figures.n, dtype=bool)
    if not conditions:
        return reached
    steering = {q.name: q for q in figures.questions if any(q.name in each.names for each in conditions)}
    typed: dict[tuple[Any, ...], bool] = {}
    columns = [figures.answers[name] for name in steering]
    for row, given in enumerate(zip(*columns, strict=True)):
        if given not in typed:
            answers = {name: _typed(q, value) for (name, q), value in zip(steering.items(), given, strict=True)}
            known = {name: value for name, value in answers.items() if value is not None}
            typed[given] = all(condition.holds(known) for condition in conditions)
        reached[row] = typed[given]
    return reached


def _typed(question: Question, value: Any) -> Answer | None:
    """A stored answer as conditions read it."""
    if question.kind == "select_multiple" and isinstance(value, str):
        value = value.split()
    return check_answer(question, value)[0]


def _number(name: str, label: str, values: Floats, column: str) -> Variable:
    why = np.zeros(len(values), dtype=np.int8)
    return Variable(name=name, label=label, kind="number", measure="scale", values=values, why=why, column=column)


def _text(name: str, label: str, values: NDArray[np.object_], column: str) -> Variable:
    texts = np.array([None if value is None else clean(str(value)).text for value in values], dtype=object)
    why = np.array([BLANK if text is None else GIVEN for text in texts], dtype=np.int8)
    return Variable(name=name, label=label, kind="text", measure="nominal", values=texts, why=why, column=column)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _renamed(variable: Variable, name: str) -> Variable:
    return replace(variable, name=name, label=clean(" ".join(variable.label.split())).text)
