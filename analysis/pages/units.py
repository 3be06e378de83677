"""Page: how does each unit do, and which differences are real?"""

import streamlit as st

from analysis.pages.evaluated import KINDS, evaluated, feeds
from analysis.pages.pictures import interval, whiskers
from analysis.report.vietnamese import number, percent, unit_sort_key
from analysis.scores.caveats import FEW
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
    st.caption(f"Vạch đứt: mức chung {percent(everybody.value)} ({KINDS[main].lower()}). Vạch ngang: khoảng tin cậy.")
    for sentence in honest(rows, everybody.value):
        st.markdown(f"- {plain(sentence)}")
    others = {row.by["unit"]: row for row in _by_unit(evaluation, wanted, not main)}
    st.table([_line(row, others[row.by["unit"]], main) for row in rows], hide_index=True)
    if any(row.n < FEW for row in rows):
        st.caption(f"⚑ Dưới {FEW} phiếu: rất không chắc chắn. Dưới 10 phiếu thì không công bố.")


def honest(rows: list[Row], reference: float) -> list[str]:
    """What the intervals allow to be said; `rows` from high to low."""
    known = [row for row in rows if row.n]
    if len(known) < 2:
        return ["Chỉ có một đơn vị có phiếu nên không so sánh được."]
    said = []
    first = known[0]
    rivals = [_name(row) for row in known[1:] if row.high >= first.low]
    if rivals:
        said.append(
            f"{_name(first)} có số cao nhất, nhưng khoảng tin cậy chồng với {len(rivals)} đơn vị khác "
            f"({_listed(rivals)}): chưa đủ căn cứ để nói đơn vị này hơn các đơn vị đó."
        )
    else:
        said.append(f"{_name(first)} cao hơn mọi đơn vị khác, kể cả khi tính đến sai số.")
    above = [_name(row) for row in known if row.low > reference]
    below = [_name(row) for row in known if row.high < reference]
    if above:
        said.append(f"Cao hơn mức chung rõ rệt: {_listed(above)}.")
    if below:
        said.append(f"Thấp hơn mức chung rõ rệt: {_listed(below)}.")
    if len(above) + len(below) < len(known):
        rest = len(known) - len(above) - len(below)
        said.append(f"{rest} đơn vị có khoảng tin cậy chứa mức chung: chưa thể nói là khác mức chung.")
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


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" và {len(names) - 5} đơn vị nữa" if len(names) > 5 else "")


def _line(row: Row, other: Row, main: bool) -> dict[str, str]:
    return {
        "Đơn vị": plain(_name(row)),
        KINDS[main]: percent(row.value),
        "Khoảng tin cậy": interval(row),
        KINDS[not main]: percent(other.value),
        "Khoảng tin cậy (số đối chiếu)": interval(other),
        "Số phiếu": number(row.n) + (" ⚑" if row.n < FEW else ""),
    }
