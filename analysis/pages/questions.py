"""Page: how was each question answered?"""

from datetime import date

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import bars, interval
from analysis.pages.proof import evidence, kinds, proof
from analysis.scores.evaluate import Evaluation
from survey.pages.language import language, tell
from survey.questionnaire import Question, Scale, say
from survey.words import day, number, percent, plain

_MOST_TEXTS = 200


def show() -> None:
    """The distribution of one question: bars and table; free text as plain text."""
    found = evaluated(tell("RES_QUESTIONS_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    questions = {
        question.name: question for question in evaluation.questionnaire.questions() if question.kind != "note"
    }
    items = [question.name for question in evaluation.questionnaire.items()]
    chosen = st.selectbox(
        tell("RES_QUESTION"),
        list(questions),
        index=list(questions).index(items[0]) if items else 0,
        format_func=lambda name: _worded(questions[name]),
    )
    question = questions[chosen]
    answered = int(evaluation.sample.frame[chosen].notna().sum())
    st.markdown(f"**{plain(_worded(question))}**")
    silent = len(evaluation.sample) - answered
    spoken = language()
    counted = {"answered": number(answered, 0, spoken), "silent": number(silent, 0, spoken)}
    st.caption(plain(tell("RES_ANSWERED", **counted)))
    if not answered:
        return
    if question.scale is not None:
        _options(evaluation, question, question.scale, feeds(round_))
    elif question.kind == "text":
        _texts(evaluation, question)
    else:
        _values(evaluation, question)


def _worded(question: Question) -> str:
    return " ".join(say(question.label, language()).split())


def _options(evaluation: Evaluation, question: Question, scale: Scale, main: bool) -> None:
    spoken = language()
    wanted = {f"{question.name}={option.value}": say(option.label, spoken) for option in scale.options}
    rows = {
        (row.id, row.weighted): row
        for row in evaluation.result.rows
        if not row.by and row.level == "option" and row.id in wanted
    }
    st.altair_chart(
        bars([(name, rows[key, main]) for key, name in wanted.items()], spoken), alt=tell("RES_CHART_OPTIONS")
    )
    chosen = evaluation.sample.frame[question.name].dropna().astype(str).str.split().explode().value_counts()
    names = kinds(evaluation, spoken)
    st.table(
        [
            {
                tell("RES_OPTION"): plain(name),
                tell("RES_CHOSEN_BY"): number(int(chosen.get(key.partition("=")[2], 0)), 0, spoken),
                names[main]: percent(rows[key, main].value, 2, spoken),
                tell("RES_INTERVAL"): interval(rows[key, main], spoken),
                names[not main]: percent(rows[key, not main].value, 2, spoken),
                **proof(rows[key, main], spoken),
            }
            for key, name in wanted.items()
        ],
        hide_index=True,
    )
    if question.kind == "select_multiple":
        st.caption(plain(tell("RES_MANY")))
    evidence(evaluation, tell("RES_OPTION"), [(plain(name), rows[key, main]) for key, name in wanted.items()], spoken)


def _texts(evaluation: Evaluation, question: Question) -> None:
    texts = [text for text in evaluation.sample.frame[question.name] if isinstance(text, str)]
    st.caption(plain(tell("RES_TEXTS_CARE")))
    for text in texts[:_MOST_TEXTS]:
        with st.container(border=True):
            st.text(text)
    if len(texts) > _MOST_TEXTS:
        st.caption(plain(tell("RES_TEXTS_MORE", number=number(len(texts) - _MOST_TEXTS, 0, language()))))


def _values(evaluation: Evaluation, question: Question) -> None:
    spoken = language()
    values = evaluation.sample.frame[question.name].dropna()
    if question.kind == "date":
        counted = values.value_counts().sort_index()
        days = ((day(date.fromisoformat(str(told)), spoken), number(int(n), 0, spoken)) for told, n in counted.items())
        st.table([{tell("RES_DAY"): each, tell("RES_SLIPS"): n} for each, n in days], hide_index=True)
        return
    facts = {fact: number(float(values.agg(fact)), 2, spoken) for fact in ("min", "median", "mean", "max")}
    st.table([{tell(f"RES_FACT_{fact.upper()}"): told for fact, told in facts.items()}], hide_index=True)
    st.caption(plain(tell("RES_FACTS_UNWEIGHTED")))
