"""Page: how was each question answered?"""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import bars, interval
from analysis.pages.proof import evidence, kinds, proof
from analysis.report.vietnamese import number, percent
from analysis.scores.evaluate import Evaluation
from survey.forms.words import plain
from survey.questionnaire import Question, Scale, say

_MOST_TEXTS = 200


def show() -> None:
    """The distribution of one question: bars and table; free text as plain text."""
    found = evaluated("Từng câu được trả lời thế nào?")
    if found is None:
        return
    round_, evaluation = found
    questions = {
        question.name: question for question in evaluation.questionnaire.questions() if question.kind != "note"
    }
    items = [question.name for question in evaluation.questionnaire.items()]
    chosen = st.selectbox(
        "Câu hỏi",
        list(questions),
        index=list(questions).index(items[0]) if items else 0,
        format_func=lambda name: _worded(questions[name]),
    )
    question = questions[chosen]
    answered = int(evaluation.sample.frame[chosen].notna().sum())
    st.markdown(f"**{plain(_worded(question))}**")
    silent = len(evaluation.sample) - answered
    st.caption(f"{number(answered)} người trả lời, {number(silent)} người để trống hoặc không được hỏi.")
    if not answered:
        return
    if question.scale is not None:
        _options(evaluation, question, question.scale, feeds(round_))
    elif question.kind == "text":
        _texts(evaluation, question)
    else:
        _values(evaluation, question)


def _worded(question: Question) -> str:
    return " ".join(say(question.label, "vi").split())


def _options(evaluation: Evaluation, question: Question, scale: Scale, main: bool) -> None:
    wanted = {f"{question.name}={option.value}": say(option.label, "vi") for option in scale.options}
    rows = {
        (row.id, row.weighted): row
        for row in evaluation.result.rows
        if not row.by and row.level == "option" and row.id in wanted
    }
    st.altair_chart(
        bars([(name, rows[key, main]) for key, name in wanted.items()]),
        alt="Biểu đồ phân bố các phương án; số liệu có trong bảng bên dưới.",
    )
    chosen = evaluation.sample.frame[question.name].dropna().astype(str).str.split().explode().value_counts()
    st.table(
        [
            {
                "Phương án": plain(name),
                "Số người chọn": number(int(chosen.get(key.partition("=")[2], 0))),
                kinds(evaluation)[main]: percent(rows[key, main].value),
                "Khoảng tin cậy": interval(rows[key, main]),
                kinds(evaluation)[not main]: percent(rows[key, not main].value),
                **proof(rows[key, main]),
            }
            for key, name in wanted.items()
        ],
        hide_index=True,
    )
    if question.kind == "select_multiple":
        st.caption("Một người có thể chọn nhiều ý nên tổng các tỷ lệ có thể vượt 100 %.")
    evidence(evaluation, "Phương án", [(plain(name), rows[key, main]) for key, name in wanted.items()])


def _texts(evaluation: Evaluation, question: Question) -> None:
    texts = [text for text in evaluation.sample.frame[question.name] if isinstance(text, str)]
    st.caption("Ý kiến được chép nguyên văn. Vui lòng không công bố ý kiến có thể cho biết người viết là ai.")
    for text in texts[:_MOST_TEXTS]:
        with st.container(border=True):
            st.text(text)
    if len(texts) > _MOST_TEXTS:
        st.caption(f"Còn {number(len(texts) - _MOST_TEXTS)} ý kiến nữa trong tệp báo cáo.")


def _values(evaluation: Evaluation, question: Question) -> None:
    values = evaluation.sample.frame[question.name].dropna()
    if question.kind == "date":
        counted = values.value_counts().sort_index()
        st.table([{"Ngày": str(day), "Số phiếu": number(int(n))} for day, n in counted.items()], hide_index=True)
        return
    facts = {"Nhỏ nhất": "min", "Trung vị": "median", "Trung bình": "mean", "Lớn nhất": "max"}
    st.table([{name: number(float(values.agg(fact)), 2) for name, fact in facts.items()}], hide_index=True)
    st.caption("Tính trên các phiếu, không quyền số.")
