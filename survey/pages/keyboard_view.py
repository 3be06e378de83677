"""Part of a page: how does a questionnaire look to who types paper slips? Numbered options in rows, one long page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from starlette.responses import HTMLResponse

from survey.collation import unit_sort_key
from survey.errors import Problem, word
from survey.expression import Answer
from survey.forms.light.branching import branching
from survey.forms.light.layout import Part
from survey.forms.light.page import STYLE, document, headers_for
from survey.incoming.template import shown_place
from survey.questionnaire import Option, Question, Questionnaire, Words, say
from survey.round import Round
from survey.twice.compare import Comparison, Difference

_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    value: str
    key: str
    label: Words
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    n: int
    name: str
    kind: str
    label: Words
    required: bool
    options: tuple[_Option, ...]
    input: str
    value: str
    wrong: str


def entry_page(
    round_: Round,
    asked: Questionnaire,
    language: str,
    *,
    back: str,
    number: str = "",
    place: str = "",
    name: str | None = None,
    answers: Mapping[str, object] | None = None,
    problems: Sequence[Problem] = (),
    notices: Sequence[str] = (),
) -> HTMLResponse:
    """The page to type one slip. `name` None: the desk knows who types; else it is asked, and this is its value."""
    given = answers or {}
    wrong = {problem.question: problem.what(language) for problem in reversed(problems) if problem.question}
    numbers = {question.name: n for n, question in enumerate(_asked(asked))}
    parts = [
        {
            "n": n,
            "heading": section.label,
            "questions": [
                _at(numbers[question.name], question, given.get(question.name), wrong.get(question.name, ""))
                for question in section.questions
                if question.kind != "note"
            ],
        }
        for n, section in enumerate(asked.sections)
    ]
    labels = {question.name: say(question.label, language) for question in _asked(asked)}
    told = [_told(problem, numbers, labels, language) for problem in problems]
    places = sorted(round_.places, key=lambda each: unit_sort_key(each.name)) if len(round_.places) > 1 else ()
    return _page(
        "keyboard.html",
        language,
        _text("keyboard.css") + _hiding(asked),
        status=422 if problems else 200,
        round=round_,
        back=back,
        number=number,
        place=place,
        places=[(each.code, shown_place(each)) for each in places],
        asks_name=name is not None,
        name=name or "",
        parts=parts,
        problems=told,
        notices=notices,
    )


def compare_page(
    round_: Round,
    asked: Questionnaire,
    language: str,
    comparison: Comparison,
    *,
    back: str,
    number: str,
    carried: Sequence[tuple[str, str]],
    problem: str = "",
) -> HTMLResponse:
    """What differs between the stored entry and the one typed now; the paper decides. Who typed which is not said."""
    labels = {question.name: question for question in asked.questions()}
    differences = [_difference(each, labels.get(each.question), round_, language) for each in comparison.differences]
    return _page(
        "compare.html",
        language,
        _text("keyboard.css"),
        status=422 if problem else 200,
        round=round_,
        back=back,
        number=number,
        compared=len(comparison.compared),
        many=comparison.too_many,
        differences=differences,
        carried=carried,
        problem=problem,
    )


def _page(template: str, language: str, style: str, *, status: int, **values: object) -> HTMLResponse:
    script = _text("keyboard.js")
    html = document(template, language=language, extra_style=style, script=True, script_text=script, **values)
    return HTMLResponse(html, status, headers=headers_for([STYLE, style], [script]))


def _asked(asked: Questionnaire) -> Iterator[Question]:
    return (question for question in asked.questions() if question.kind != "note")


def _at(n: int, question: Question, given: object, wrong: str) -> _At:
    options = question.scale.options if question.scale is not None else ()
    keys = _keys(options)
    chosen = {str(each) for each in given} if isinstance(given, list | tuple) else {str(given or "")}
    kinds = {"select_one": "radio", "select_multiple": "checkbox", "integer": "numeric", "decimal": "decimal"}
    return _At(
        n=n,
        name=question.name,
        kind=question.kind,
        label=question.label,
        required=question.required,
        options=tuple(
            _Option(
                value=option.value,
                key=keys[option.value],
                label=option.label,
                chosen=option.value in chosen,
            )
            for option in options
        ),
        input=kinds.get(question.kind, "text"),
        value="" if options else str(given if given is not None else ""),
        wrong=wrong,
    )


def _told(problem: Problem, numbers: Mapping[str, int], labels: Mapping[str, str], language: str) -> tuple[str, str]:
    if problem.question is not None and problem.question in numbers:
        label = " ".join(labels[problem.question].split())
        return f"c{numbers[problem.question]}", f"{label[:90]} – {problem.what(language)}"
    field = "dv" if problem.code.startswith("FRM_PLACE") else "ai" if problem.code == "FRM_INTERVIEWER" else "so"
    return field, problem.what(language)


def _hiding(asked: Questionnaire) -> str:
    """The style that hides what the answers so far do not lead to; the server drops it in any case."""
    page = tuple(Part(section=section, questions=section.questions, begins=True) for section in asked.sections)
    numbers = {question.name: f"f{n}" for n, question in enumerate(_asked(asked))}
    notes = {question.name: f"g{n}" for n, question in enumerate(asked.questions()) if question.kind == "note"}
    sections = {f"section:{section.name}": f"s{n}" for n, section in enumerate(asked.sections)}
    return branching(page, {**numbers, **notes, **sections}).css


def _difference(each: Difference, question: Question | None, round_: Round, language: str) -> dict[str, object]:
    """The two values and «neither», each with its key: an option's own number where it has one."""
    label: Words = question.label if question is not None else {language: word("INT_KEYS_PLACE", language)}
    own = _keys(question.scale.options) if question is not None and question.scale is not None else {}
    found = [(own.get(str(value)), _shown(value, question, round_, language), side) for side, value in _sides(each)]
    found.sort(key=lambda choice: (choice[0] is None, len(choice[0] or ""), choice[0] or "", choice[1]))
    free = iter([key for key in "1234567890" if key not in {key for key, *_ in found}])
    choices = [(key or next(free), side, text) for key, text, side in found]
    neither = "0" if "0" not in {key for key, *_ in choices} else next(free)
    choices.append((neither, "neither", word("INT_COMPARE_NEITHER", language)))
    return {"question": each.question, "label": label, "choices": choices}


def _keys(options: Sequence[Option]) -> Mapping[str, str]:
    """The key of each option: its value if all are one digit, else its place in the list."""
    single = all(len(option.value) == 1 and option.value.isdigit() for option in options)
    return {option.value: option.value if single else str(at) for at, option in enumerate(options, 1)}


def _sides(each: Difference) -> tuple[tuple[str, Answer | None], ...]:
    return ("stored", each.stored), ("typed", each.typed)


def _shown(value: Answer | None, question: Question | None, round_: Round, language: str) -> str:
    if value is None:
        return word("INT_COMPARE_BLANK", language)
    if question is None:
        return next((shown_place(place) for place in round_.places if place.code == value), str(value))
    each = value if isinstance(value, tuple) else (value,)
    if question.scale is None:
        return str(value)[:_SHOWN]
    return "; ".join(question.scale.label(str(one), language) for one in each)


@cache
def _text(name: str) -> str:
    return resources.files("survey.pages").joinpath(name).read_text("utf-8")
