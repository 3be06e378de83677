"""What goes into the gaps of a page: the answers so far, what is wrong with them, what stands at its top?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from survey.errors import Problem, word
from survey.expression import Answer
from survey.forms.light.entered import DAY_PARTS, day_parts
from survey.forms.light.form import At, Form, Laid
from survey.questionnaire import say
from survey.response import check, clean_text
from survey.round import Place

_QUOTED = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What one page shows. `answers` are all so far, as given; `stamp` says when the form was opened.

    `place` is the known or chosen place; `again` the address of a fresh form; `message` what is said at the top.
    """

    stamp: str
    again: str = ""
    place: Place | None = None
    answers: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    message: str = ""


def gaps(form: Form, laid: Laid, filled: Filled, language: str) -> dict[str, str]:
    """HTML by gap for this page: nothing but the live gaps for a fresh form, so that it goes out as it lies ready."""
    found = {"stamp": filled.stamp, "again": str(escape(filled.again))}
    if filled.place is not None:
        found["place"] = str(escape(filled.place.name))
        if laid.asks_place:
            at = next(n for n, place in enumerate(form.round.places) if place.code == filled.place.code)
            found[f"p{at}"] = " selected"
    if filled.answers:
        for question in laid.questions:
            found.update(_answer(question, filled.answers.get(question.question.name)))
    if laid.elsewhere:
        good: Mapping[str, Answer] = check(filled.answers, form.questionnaire)[0]
        found.update((gap, " hidden") for gap, condition in laid.elsewhere if not condition.holds(good))
    problems = tuple(map(_three_fields, filled.problems))
    if problems:
        found["mark"] = f"{escape(word('LIGHT_ERROR', language))} "
        found.update(_faults(laid, problems, language))
    lead = str(_summary(laid, problems, language)) + filled.message
    if lead:
        found["lead"] = lead
    return found


def box(text: str, address: str = "") -> Markup:
    """A framed message that a reader is led to, with an address to keep."""
    link = Markup('<p><a href="{0}">{0}</a></p>').format(address) if address else ""
    return Markup('<div class="khung bao" id="loi" role="alert" tabindex="-1" autofocus><p>{}</p>{}</div>').format(
        text, link
    )


def _three_fields(problem: Problem) -> Problem:
    """Here a date is three fields: the advice for one field, year first, would lead astray."""
    return replace(problem, code="LIGHT_NOT_DATE", values={}) if problem.code == "ANS_NOT_DATE" else problem


def _answer(at: At, answer: object) -> Iterator[tuple[str, str]]:
    if answer is None:
        return
    if at.kind in ("select_one", "select_multiple", "list"):
        chosen = answer if isinstance(answer, list | tuple) else (answer,)
        mark = " selected" if at.kind == "list" else " checked"
        options = at.question.scale.options if at.question.scale else ()
        for n, option in enumerate(options):
            if option.value in chosen:
                yield f"c{at.n}.{n}", mark
    elif at.kind == "date":
        for part, text in zip(DAY_PARTS, day_parts(answer), strict=True):
            yield f"v{at.n}{part}", _value(text)
    elif at.kind == "text":
        yield f"v{at.n}", str(escape(clean_text(str(answer))))
    else:
        yield f"v{at.n}", _value(str(answer))


def _value(text: str) -> str:
    return Markup(' value="{}"').format(clean_text(text))


def _faults(laid: Laid, problems: tuple[Problem, ...], language: str) -> Iterator[tuple[str, str]]:
    """The messages at the fields, and that the fields are wrong."""
    for problem in problems:
        if problem.code.startswith("FRM_PLACE") and laid.asks_place:
            yield "ep", _message("ep", problem, language)
            yield "ap", ' aria-invalid="true" aria-describedby="ep"'
    for at in laid.questions:
        found = [problem for problem in problems if problem.question == at.question.name]
        if found:
            yield f"e{at.n}", _message(f"e{at.n}", found[0], language)
            invalid = "" if at.kind in ("select_multiple", "date") else ' aria-invalid="true"'
            group = ' class="co-loi"' if at.kind in ("select_one", "select_multiple", "date") else ""
            hint = f"h{at.n} " if at.hint else ""
            yield f"a{at.n}", f'{group}{invalid} aria-describedby="{hint}e{at.n}"'


def _message(name: str, problem: Problem, language: str) -> Markup:
    mark = word("LIGHT_ERROR", language)
    return Markup('<p class="sai" id="{}"><span class="an">{} </span>{}</p>').format(name, mark, problem.what(language))


def _summary(laid: Laid, problems: tuple[Problem, ...], language: str) -> Markup:
    if not problems:
        return Markup()
    anchors = {at.question.name: f"c{at.n}" for at in laid.questions}
    labels = {at.question.name: say(at.question.label, language) for at in laid.questions}
    lines = []
    for problem in problems:
        said = problem.what(language)
        if problem.question in anchors:
            text = " ".join(labels[problem.question].split())
            short = text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]}…"
            lines.append(Markup('<li><a href="#{}">{} – {}</a></li>').format(anchors[problem.question], short, said))
        elif problem.code.startswith("FRM_PLACE") and laid.asks_place:
            lines.append(Markup('<li><a href="#cp">{}</a></li>').format(said))
        else:
            lines.append(Markup("<li>{}</li>").format(said))
    head = word("FORM_PROBLEMS", language, count=len(problems))
    return Markup(
        '<div class="khung loi" id="loi" role="alert" tabindex="-1" autofocus><h2>{}</h2><ul>{}</ul></div>'
    ).format(head, Markup().join(lines))
