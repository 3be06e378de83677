"""Page: how satisfied are people? The tree from overall to item, each number with its interval, both kinds abreast."""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.pages.proof import evidence, kinds, proof, standing
from analysis.report.vietnamese import number, percent
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row
from survey.forms.words import plain
from survey.questionnaire import Questionnaire, say

_LEVELS = {"overall": "Chung", "aspect": "Khía cạnh", "factor": "Yếu tố", "item": "Nội dung"}
_DEPTH = {"overall": 0, "aspect": 1, "factor": 2, "item": 3}


def show() -> None:
    """The overall index, a chart of one level, and the whole tree as a table."""
    found = evaluated("Người dân hài lòng đến đâu?")
    if found is None:
        return
    round_, evaluation = found
    if not evaluation.questionnaire.items():
        st.info("Phiếu hỏi của đợt này không có câu nào về mức độ hài lòng.")
        return
    main = feeds(round_)
    _headline(evaluation, main)
    st.header("So sánh các khía cạnh, yếu tố, nội dung", anchor=False)
    levels = [level for level in ("aspect", "factor", "item") if _rows(evaluation, main, level)]
    level = st.segmented_control(
        "Xem theo",
        levels,
        default="factor" if "factor" in levels else levels[-1],
        format_func=_LEVELS.__getitem__,
        required=True,
    )
    rows = _rows(evaluation, main, str(level))
    st.altair_chart(
        whiskers([(label(evaluation.questionnaire, row), row) for row in rows]),
        alt="Biểu đồ tỷ lệ hài lòng kèm khoảng tin cậy; số liệu có trong bảng bên dưới.",
    )
    st.caption("Chấm: tỷ lệ hài lòng, chấm rỗng là số chưa vững. Vạch ngang: khoảng tin cậy.")
    st.header("Toàn bộ chỉ số", anchor=False)
    rows = _tree(evaluation)
    st.table([_line(evaluation, row, main) for row in rows], hide_index=True)
    st.caption(f"«Độ vững» là của số dùng để tính điểm: {kinds(evaluation)[main].lower()}.")
    feeding = [evaluation.result.row(row.id, weighted=main) for row in rows]
    evidence(evaluation, "Chỉ số", [(plain(label(evaluation.questionnaire, row)), row) for row in feeding])


def label(questionnaire: Questionnaire, row: Row) -> str:
    """What a row of the tree is called."""
    if row.level == "overall":
        return "Chỉ số hài lòng chung"
    words = questionnaire.question(row.id).label if row.level == "item" else questionnaire.node(row.id).label
    return " ".join(say(words, "vi").split())


def _headline(evaluation: Evaluation, main: bool) -> None:
    with st.container(horizontal=True):
        for weighted in (main, not main):
            row = evaluation.result.row("overall", weighted=weighted)
            name = "Chỉ số hài lòng chung" if weighted == main else "Để đối chiếu"
            with st.container(border=True, width=320):
                st.metric(name, percent(row.value))
                st.markdown(f"{kinds(evaluation)[weighted]}  \nKhoảng tin cậy: {interval(row)} · {number(row.n)} phiếu")
                st.caption(
                    f"Cỡ mẫu hiệu quả {number(row.n_eff)} · hệ số thiết kế {number(row.deff, 2)} · "
                    f"bậc tự do {number(row.df)}"
                )
                if row.reliability == "reliable":
                    st.markdown(f"Độ vững: **{standing(row)}**")
                else:
                    st.warning(f"Số {standing(row)}.")


def _rows(evaluation: Evaluation, weighted: bool, level: str) -> list[Row]:
    return [row for row in evaluation.result.rows if not row.by and row.weighted == weighted and row.level == level]


def _tree(evaluation: Evaluation) -> list[Row]:
    """The weighted rows in reading order: a node, then what it is made of."""
    questionnaire = evaluation.questionnaire
    rows = {row.id: row for row in evaluation.result.rows if not row.by and row.weighted and row.level != "option"}
    order = ["overall"]

    def below(parent: str | None) -> None:
        for node in questionnaire.index:
            if node.parent == parent:
                order.append(node.code)
                order.extend(item.name for item in questionnaire.items() if item.factor == node.code)
                below(node.code)

    below(None)
    order.extend(name for name in rows if name not in order)
    return [rows[name] for name in order if name in rows]


def _line(evaluation: Evaluation, weighted: Row, main: bool) -> dict[str, str]:
    other = evaluation.result.row(weighted.id, weighted=False)
    name = plain(label(evaluation.questionnaire, weighted))
    kind, against = (words.partition(" (")[0] for words in (kinds(evaluation)[True], kinds(evaluation)[False]))
    indent = "\u2003" * _DEPTH[weighted.level]
    return {
        "Cấp": _LEVELS[weighted.level],
        "Chỉ số": f"{indent}{name}" if weighted.level == "item" else f"{indent}**{name}**",
        kind: percent(weighted.value),
        "Khoảng tin cậy": interval(weighted),
        against: percent(other.value),
        "Khoảng tin cậy (không quyền số)": interval(other),
        **proof(weighted if main else other),
    }
