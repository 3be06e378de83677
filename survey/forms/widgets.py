"""How is one question asked on a Streamlit screen?"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from survey.errors import Problem, word
from survey.forms.words import plain
from survey.questionnaire import Question, say
from survey.response import TEXT_LIMIT, clean_text

_MARKDOWN = re.compile(r"[\\\[\]*_`<>$|#~!]|://|:(?=\w)")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def widget_key(form: str, question: str, language: str) -> str:
    """The name of a question's widget. A new language is a new widget, so that its options are worded anew."""
    return f"{form}-{language}-{question}"


def collect(answers: dict[str, object], questions: Iterable[Question], form: str, language: str) -> None:
    """Takes what the widgets on screen hold into `answers`; an emptied one is taken out."""
    for question in questions:
        key = widget_key(form, question.name, language)
        if key not in st.session_state:
            continue
        value = st.session_state[key]
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

    `gate`: other questions depend on it, so the page is redrawn when it is answered.
    """
    with st.container(key=f"q-{question.name}", gap="small"):
        st.html(f'<span id="{_anchor(question)}"></span>', width="content")
        for problem in problems:
            st.error(plain(problem.what(language)), icon=":material/error:")
        if question.kind == "note":
            st.markdown(plain(say(question.label, language)))
            return
        _widget(question, widget_key(form, question.name, language), language, answers.get(question.name), gate)


def link(question: Question, text: str) -> str:
    """Markdown that leads to the question on the same screen."""
    return f"[{plain(text)}](#{_anchor(question)})"


def _anchor(question: Question) -> str:
    return f"cau-{question.name}"


def _widget(question: Question, key: str, language: str, value: object, gate: bool) -> None:
    hint = _hint(question, language)
    _written_label(question, language, hint)
    spoken: dict[str, Any] = {
        "label": _spoken_label(question, language, hint),
        "label_visibility": "collapsed",
        "key": key,
    }
    spoken |= {"on_change": "rerun" if gate or question.kind == "text" else "ignore"}
    options = [option.value for option in question.scale.options] if question.scale else []

    def worded(option: str) -> str:
        return plain(question.scale.label(option, language)) if question.scale else option

    if question.kind == "select_one":
        index = options.index(value) if value in options else None
        st.radio(options=options, index=index, format_func=worded, width="stretch", **spoken)
    elif question.kind == "select_multiple":
        chosen = [option for option in options if isinstance(value, list | tuple) and option in value]
        st.pills(options=options, selection_mode="multi", default=chosen, format_func=worded, width="stretch", **spoken)
    elif question.kind == "text":
        st.text_area(value=str(value or ""), **spoken)
        if question.constraint is None:  # a shorter limit of its own is told by its hint and message
            _room_left(str(st.session_state.get(key) or ""), language)
    elif question.kind == "integer":
        st.number_input(value=value if isinstance(value, int) else None, step=1, format="%d", **spoken)
    elif question.kind == "decimal":
        st.text_input(value=str(value or ""), placeholder=word("FORM_DECIMAL", language), **spoken)
    else:
        day = value if isinstance(value, date) else None
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
    st.markdown(f"**{plain(_text(question, language))}**{star}")
    if hint:
        st.caption(plain(hint))


def _spoken_label(question: Question, language: str, hint: str) -> str:
    """The same for a screen reader. The framework reads it out as it is and draws it, unseen, as markdown: no signs."""
    needed = word("FORM_NEEDED", language) if question.required else ""
    spoken = " ".join(part for part in (_text(question, language), needed, hint) if part)
    return " ".join(_MARKDOWN.sub(" ", spoken).split())


def _text(question: Question, language: str) -> str:
    return " ".join(say(question.label, language).split())


def _room_left(text: str, language: str) -> None:
    used = len(clean_text(text))
    if not used:
        return
    values = {"used": used, "limit": TEXT_LIMIT, "left": TEXT_LIMIT - used, "over": used - TEXT_LIMIT}
    if used > TEXT_LIMIT:
        st.warning(plain(word("FORM_TEXT_OVER", language, **values)))
    else:
        st.caption(plain(word("FORM_TEXT_LEFT", language, **values)))
