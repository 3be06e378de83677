"""What stands in the columns of «Phiếu»? One row a person, as values, for every file that holds the answers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.report.cells import clean
from analysis.report.figures import BASE, PSU, SERIAL, SLIP, STRATUM, UNIT, UNIT_NUMBER, WEIGHT, Figures
from survey.questionnaire import Question

Value = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipColumn:
    """One column: its header, its width in letters, how its numbers are shown, and a value a slip (None: no answer).

    `code`: of the header, where it is no question; `question`: the one whose answers it holds.
    """

    header: str
    width: float
    form: Literal["plain", "weight"]
    values: Sequence[Value]
    code: str = ""
    question: Question | None = None


def slip_columns(figures: Figures) -> Iterator[SlipColumn]:
    """Number, code, place, weights, then every question: whole-number options as numbers, the rest as text."""
    sample = figures.evaluation.sample

    def own(code: str, width: float, values: Sequence[Value], form: Literal["plain", "weight"] = "plain") -> SlipColumn:
        return SlipColumn(header=figures.word(code), width=width, form=form, values=values, code=code)

    yield own(SERIAL, 7, range(1, figures.n + 1))
    if "id" in sample.frame:
        yield own(SLIP, 14, [_text(value) for value in figures.column("id")])
    for code, name in places(figures):
        yield own(code, 20, [_text(value) for value in figures.column(name)])
    if figures.units:
        yield own(UNIT_NUMBER, 10, figures.unit_of.tolist())
    yield own(BASE, 12, sample.base.tolist(), "weight")
    yield own(WEIGHT, 12, figures.weights.tolist(), "weight")
    for question in figures.questions:
        yield SlipColumn(
            header=figures.headers[question.name],
            width=40 if question.kind == "text" else 12,
            form="plain",
            values=_answers(figures, question),
            question=question,
        )


def places(figures: Figures) -> list[tuple[str, str]]:
    """Header's code and source column of unit, stratum and PSU, where the data have them and they are no questions."""
    plan, frame = figures.evaluation.plan, figures.evaluation.sample.frame
    wanted = ((UNIT, figures.by or "unit"), (STRATUM, plan.strata or "stratum"), (PSU, plan.psu or "psu"))
    return [
        (header, name)
        for header, name in wanted
        if name in frame and name not in figures.headers and bool(frame[name].notna().any())
    ]


def _answers(figures: Figures, question: Question) -> list[Value]:
    if question.kind == "text":
        return list(figures.texts[question.name])
    values = figures.answers[question.name]
    if question.kind in ("integer", "decimal"):
        return [None if value is None else _tidy(float(value)) for value in values]
    if not figures.numeric(question):
        return [_text(value) for value in values]
    # A stored answer that is no option (a damaged file) stays text, so it is seen and never counted.
    read: dict[object, Value] = {value: int(value) for value, _ in figures.options(question)}
    other: Callable[[object], Value] = _text
    return [read[value] if value in read else other(value) for value in values]


def _tidy(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _text(value: object) -> str | None:
    return None if value is None else clean(str(value)).text
