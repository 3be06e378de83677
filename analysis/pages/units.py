"""Page: how does each unit do, and which differences are real?"""

import streamlit as st

from analysis.pages.evaluated import evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.pages.proof import evidence, kinds, proof
from analysis.report.vietnamese import percent, unit_sort_key
from analysis.scores.differences import Differences, differences
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row
from survey.forms.words import plain
from survey.questionnaire import say


def show() -> None:
    """One number by unit with intervals, a line at everybody's, and what may honestly be said."""
    found = evaluated("Đơn vị nào ra sao?")
    if found is None:
        return
    round_, evaluation = found
    main = feeds(round_)
    nodes = {"overall": "Chỉ số hài lòng chung"}
    nodes |= {node.code: " ".join(say(node.label, "vi").split()) for node in evaluation.questionnaire.index}
    wanted = st.selectbox("Chỉ số", list(nodes), format_func=nodes.__getitem__)
    rows = _by_unit(evaluation, wanted, main)
    if not rows:
        st.info("Đợt này không ghi đơn vị, nên không chia theo đơn vị được.")
        return
    everybody = evaluation.result.row(wanted, weighted=main)
    st.altair_chart(
        whiskers([(_name(row), row) for row in rows], reference=everybody.value),
        alt="Biểu đồ theo đơn vị kèm khoảng tin cậy; số liệu có trong bảng bên dưới.",
    )
    st.caption(
        f"Vạch đứt: mức chung {percent(everybody.value)} ({kinds(evaluation)[main].lower()}). Vạch ngang: khoảng tin "
        "cậy. Chấm rỗng: số chưa vững."
    )
    for sentence in honest(differences(evaluation, wanted, "unit", weighted=main)):
        st.markdown(f"- {plain(sentence)}")
    st.caption(
        "So sánh thế nào: lấy chênh lệch giữa đơn vị và toàn đợt (đơn vị là một phần của toàn đợt, sai số của chênh "
        "lệch đã tính điều đó), trên bậc tự do của riêng đơn vị. Mọi kết luận cùng đúng với độ tin cậy "
        f"{percent(evaluation.plan.level, 0)}. Đơn vị có số chưa vững thì không so sánh."
    )
    others = {row.by["unit"]: row for row in _by_unit(evaluation, wanted, not main)}
    names = kinds(evaluation)
    st.table([_line(row, others[row.by["unit"]], names[main], names[not main]) for row in rows], hide_index=True)
    evidence(evaluation, "Đơn vị", [(plain(_name(row)), row) for row in rows])


def honest(found: Differences) -> list[str]:
    """What may be said of the units."""
    if len(found.verdicts) < 2:
        return ["Chỉ có một đơn vị có phiếu nên không so sánh được."]
    if found.first is None:
        return [
            "Chưa đơn vị nào có số đủ vững để so sánh với mức chung hay với nhau. Lý do ghi ở mục «Căn cứ của từng "
            "con số»."
        ]
    said = []
    doubtful, unclear = found.of("doubtful"), found.of("unclear")
    among = " trong các đơn vị có số vững" if doubtful else ""
    if found.rivals:
        said.append(
            f"{found.first} có số cao nhất{among}, nhưng chưa phân biệt được với {len(found.rivals)} đơn vị khác "
            f"({_listed(found.rivals)}): chưa đủ căn cứ để nói đơn vị này hơn các đơn vị đó."
        )
    elif len(doubtful) < len(found.verdicts) - 1:
        said.append(f"{found.first} cao hơn mọi đơn vị khác{among}, kể cả khi tính đến sai số.")
    if found.of("above"):
        said.append(f"Cao hơn mức chung rõ rệt: {_listed(found.of('above'))}.")
    if found.of("below"):
        said.append(f"Thấp hơn mức chung rõ rệt: {_listed(found.of('below'))}.")
    if unclear:
        said.append(f"{len(unclear)} đơn vị chưa thể nói là khác mức chung: {_listed(unclear)}.")
    if doubtful:
        said.append(f"{len(doubtful)} đơn vị có số chưa vững nên không so sánh: {_listed(doubtful)}.")
    return said


def _by_unit(evaluation: Evaluation, wanted: str, weighted: bool) -> list[Row]:
    rows = [
        row
        for row in evaluation.result.rows
        if row.id == wanted and row.weighted == weighted and set(row.by) == {"unit"}
    ]
    by_name = sorted(rows, key=lambda row: unit_sort_key(row.by["unit"]))
    return sorted(by_name, key=lambda row: -row.value if row.n else 1)


def _name(row: Row) -> str:
    return row.by["unit"]


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" và {len(names) - 5} đơn vị nữa" if len(names) > 5 else "")


def _line(row: Row, other: Row, kind: str, against: str) -> dict[str, str]:
    return {
        "Đơn vị": plain(_name(row)),
        kind: percent(row.value),
        "Khoảng tin cậy": interval(row),
        against: percent(other.value),
        "Khoảng tin cậy (số đối chiếu)": interval(other),
        **proof(row),
    }
