"""Part of a page: what would come of importing this file? Counts, faults, the first rows as they were understood."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from survey.errors import Problem, Refused
from survey.expression import Answer
from survey.incoming.trial import Trial
from survey.pages.desk import problems, table_of_words
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire, say
from survey.round import Round
from survey.words import day, plain, whole

_TOLD = 60  # problems on one screen


def result(tried: Trial, round_: Round, asked: Questionnaire) -> None:
    """The counts, every problem, and the first rows as they were understood."""
    st.header(tell("INT_RESULT"), anchor=False)
    names = ("rows", "ready", "known", "twice", "opened", "half", "rejected", "late")
    counts = {name: getattr(tried, name) for name in names} | {"ready": len(tried.ready)}
    shown = {name: count for name, count in counts.items() if count or name in ("rows", "ready", "known")}
    rows = [
        {tell("INT_WHAT"): tell(f"INT_COUNT_{name.upper()}"), tell("INT_COUNT"): whole(count, language())}
        for name, count in shown.items()
    ]
    table_of_words(rows, "import-counts")
    if not tried.places and not round_.places:
        st.caption(plain(tell("INT_NO_PLACES")))
    if tried.problems:
        told = list(tried.problems[:_TOLD])
        more = len(tried.problems) - len(told)
        problems(Refused([*told, *([Problem(code="INT_MORE", values={"count": more})] if more else [])]))
        st.info(plain(tell("INT_NOTHING_STORED")))
    elif not tried.ready:
        st.info(plain(tell("INT_NOTHING_NEW")))
    if tried.shown:
        st.header(plain(tell("INT_SHOWN", count=len(tried.shown))), anchor=False)
        places = {place.code: place.name for place in round_.places}
        for row in tried.shown:
            head = {
                "row": row.row,
                "day": day(date.fromisoformat(row.day), language()),
                "place": places.get(row.place or "", "–"),
            }
            with st.expander(plain(tell("INT_ROW", **head))):
                _answers(row.answers, asked, row.row)


def _answers(given: Mapping[str, Answer], asked: Questionnaire, row: int) -> None:
    rows = []
    for question in asked.questions():
        if question.name in given:
            answer = given[question.name]
            each = answer if isinstance(answer, tuple) else (answer,)
            told = [question.scale.label(str(one), language()) if question.scale else str(one) for one in each]
            rows.append(
                {
                    tell("INT_QUESTION"): plain(say(question.label, language())),
                    tell("INT_ANSWER"): plain("; ".join(told)),
                }
            )
    table_of_words(rows, f"import-row-{row}")
