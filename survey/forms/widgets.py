"""How is one question asked on a Streamlit screen?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import streamlit as st

from survey.errors import Problem, word
from survey.questionnaire import Question, say
from survey.response import TEXT_LIMIT, check_answer
from survey.words import JOINER, plain

_MARKDOWN = re.compile(r"[\\\[\]*_`<>$|#~!]|://|(?<=www)\.|:(?=\w)", re.IGNORECASE)
_UNMARKED = re.compile(r"(?!-|.*//|(?i:.*www\.))(?:[^\W_]|[ ,;.?/()%«»“”‘’\"'–…-]|:(?!\w))+")
_NUMBERED = re.compile(r"^([0-9]+)([.)])")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


class Held(Protocol):
    """What a session holds, by name. To ask twice, or for all of it, costs as much as drawing the question."""

    def __getitem__(self, name: str, /) -> object:
        """Raises KeyError if there is nothing."""
        ...


def widget_key(form: str, question: str, language: str) -> str:
    """The name of a question's widget. A new language is a new widget, so that its options are worded anew."""
    return f"q-{question}-{form}-{language}"


def collect(held: Held, answers: dict[str, object], questions: Iterable[Question], form: str, language: str) -> None:
    """Takes what the widgets on screen hold, by key, into `answers`; an emptied one is taken out."""
    for question in questions:
        try:
            value = held[widget_key(form, question.name, language)]
        except KeyError:
            continue
        if value is None or value == "" or value == []:
            answers.pop(question.name, None)
        else:
            answers[question.name] = value


def ask(
    question: Question,
    *,
    form: str,
    language: str,
    answers: Mapping[str, object],
    gate: bool,
    problems: Iterable[Problem],
) -> None:
    """The question as one labelled group with its hint and, above it, what was wrong with the answer.

    `gate`: other questions depend on it, so the page is redrawn when it is answered. Nearly always this is one element
    of the framework: each one more is a message to the browser, which is what a page costs.
    """
    made = _in_words(question, language)
    problems = tuple(problems)
    key = widget_key(form, question.name, language)
    value = answers.get(question.name)
    if made.label is not None and not problems:
        _widget(made, language, value, {"label": made.label, "key": key}, gate)
        return
    with st.container(key=f"q-{question.name}", gap="small"):
        for problem in problems:
            st.html(f'<span id="{_anchor(question)}"></span>', width="content")  # where the summary's link leads
            st.error(plain(problem.what(language)), icon=":material/error:")
        if question.kind == "note":
            st.markdown(plain(say(question.label, language)))
            return
        _written_label(question, language, made.hint)
        spoken = {"label": _spoken_label(question, language, made.hint), "label_visibility": "collapsed", "key": key}
        _widget(made, language, value, spoken, gate)


def link(question: Question, text: str) -> str:
    """Markdown that leads to the question on the same screen."""
    return f"[{plain(text)}](#{_anchor(question)})"


def _anchor(question: Question) -> str:
    return f"cau-{question.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worded:
    """A question in one language. `label`: if it can be the widget's own, as there is no hint and no sign in it."""

    question: Question
    label: str | None
    hint: str
    options: tuple[str, ...]
    labels: Mapping[str, str]


_made: dict[tuple[int, str], _Worded] = {}
_MOST = 10_000


def _in_words(question: Question, language: str) -> _Worded:
    """Made once: every run of everybody's form asks for it, and to look for signs costs as much as the widget."""
    made = _made.get((id(question), language))
    if made is not None and made.question is question:
        return made
    if len(_made) > _MOST:
        _made.clear()
    hint, label = _hint(question, language), _unmarked(_text(question, language))
    alone = label is not None and not hint and question.kind != "note"
    options = question.scale.options if question.scale else ()
    made = _made[id(question), language] = _Worded(
        question=question,
        label=(f"{label} *" if question.required else label) if alone else None,
        hint=hint,
        options=tuple(option.value for option in options),
        labels={option.value: plain(say(option.label, language)) for option in options},
    )
    return made


def _widget(made: _Worded, language: str, value: object, spoken: dict[str, Any], gate: bool) -> None:
    spoken = {**spoken, "on_change": "rerun" if gate else "ignore"}
    question, options, worded = made.question, made.options, made.labels.__getitem__
    if question.kind == "select_one":
        index = options.index(value) if isinstance(value, str) and value in options else None
        st.radio(options=options, index=index, format_func=worded, width="stretch", **spoken)
    elif question.kind == "select_multiple":
        chosen = [option for option in options if isinstance(value, list | tuple) and option in value]
        st.pills(options=options, selection_mode="multi", default=chosen, format_func=worded, width="stretch", **spoken)
    elif question.kind == "text":
        st.text_area(value=str(value or ""), **spoken)
    elif question.kind == "integer":
        typed = check_answer(question, value)[0]
        st.number_input(value=typed if isinstance(typed, int) else None, step=1, format="%d", **spoken)
    elif question.kind == "decimal":
        st.text_input(value=str(value or ""), placeholder=word("FORM_DECIMAL", language), **spoken)
    else:
        typed = check_answer(question, value)[0]
        day = date.fromisoformat(typed) if isinstance(typed, str) else None
        st.date_input(value=day, min_value=_FIRST_DAY, max_value=_LAST_DAY, format="DD/MM/YYYY", **spoken)


def _hint(question: Question, language: str) -> str:
    hints = [say(question.hint, language)]
    if question.kind == "select_multiple" and not hints[0]:
        hints.append(word("FORM_MANY", language))
    if question.kind == "text" and question.constraint is None:
        hints.append(word("FORM_TEXT_LIMIT", language, limit=TEXT_LIMIT))
    return " ".join(" ".join(hints).split())


def _written_label(question: Question, language: str, hint: str) -> None:
    """The wording with a star if an answer is needed, and the hint under it."""
    star = r" \*" if question.required else ""
    written = f"**{plain(_text(question, language))}**{star}"
    st.markdown(f"{written}\n\n{plain(hint)}" if hint else written)


def _spoken_label(question: Question, language: str, hint: str) -> str:
    """The same for a screen reader. The framework reads it out as it is and draws it, unseen, as markdown: no signs."""
    needed = word("FORM_NEEDED", language) if question.required else ""
    spoken = " ".join(part for part in (_text(question, language), needed, hint) if part)
    return " ".join(_MARKDOWN.sub(" ", spoken).split())


def _unmarked(text: str) -> str | None:
    """The text as a label that shows as it is and is read out as it is; None if the framework would see marks in it."""
    return _NUMBERED.sub(rf"\1{JOINER}\2", text) if _UNMARKED.fullmatch(text) else None


def _text(question: Question, language: str) -> str:
    return " ".join(say(question.label, language).split())
