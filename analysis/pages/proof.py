"""What stands beside every figure on the result pages: what it rests on, how sure it is, by whose rules."""

from collections.abc import Iterable

import streamlit as st

from analysis.report.vietnamese import number
from analysis.scores.beside import grade_words, reason_words
from analysis.scores.caveats import PRIVATE
from analysis.scores.evaluate import Evaluation
from analysis.scores.plan import Weighting
from analysis.scores.satisfaction import Row

_WEIGHTED: dict[Weighting, str] = {
    "adjusted": "Có quyền số (của công cụ)",
    "base": "Quyền số gốc, chưa cân chỉnh (của công cụ)",
    "none": "Chưa có quyền số (của công cụ)",
}


def kinds(evaluation: Evaluation) -> dict[bool, str]:
    """What the two numbers that always stand side by side are called: weighted (True), unweighted."""
    return {True: _WEIGHTED[evaluation.plan.weighting()], False: "Không quyền số (cách công bố)"}


def proof(row: Row) -> dict[str, str]:
    """The last columns of a table of figures: on how many answers each rests and its label."""
    return {"Số phiếu": number(row.n), "Độ vững": grade_words(row.reliability)}


def standing(row: Row) -> str:
    """«vững», or «yếu: quá ít nơi được chọn…»."""
    why = "; ".join(reason_words(reason) for reason in row.reasons)
    return grade_words(row.reliability) + (f": {why}" if why else "")


def evidence(evaluation: Evaluation, what: str, rows: Iterable[tuple[str, Row]]) -> None:
    """What each figure of a table rests on, why it has its label, and whose rules those are. `what`: the first head."""
    rules = evaluation.rules
    few, least = (number(threshold.value) for threshold in (rules.least_n, rules.least_df))
    with st.expander("Căn cứ của từng con số: cỡ mẫu hiệu quả, bậc tự do, độ vững", icon=":material/fact_check:"):
        st.table([{what: name, **_rests_on(row)} for name, row in rows], hide_index=True)
        st.markdown(
            "- **Cỡ mẫu hiệu quả** = số phiếu / hệ số thiết kế: mẫu ngẫu nhiên đơn giản bao nhiêu người thì chắc được "
            "như vậy. Có thể lớn hơn số phiếu nếu các nơi tình cờ giống nhau.\n"
            "- **Bậc tự do**: số nơi được chọn (đơn vị mẫu) trừ số tầng của cả đợt; càng ít thì sai số càng khó ước "
            "lượng.\n"
            f"- **Độ vững**: «{grade_words('reliable')}»; «{grade_words('weak')}»: nêu thì phải nêu cả khoảng tin cậy; "
            f"«{grade_words('unpublishable')}»: chưa đủ căn cứ. Ví dụ dưới {few} người trả lời thì chưa nên công bố, "
            f"nhóm có dưới {least} bậc tự do thì yếu. Dưới {PRIVATE} người trả lời thì không được công bố, để không lộ "
            "ai trả lời.\n"
            f"- Độ vững xét theo bộ quy tắc `{rules.id}` (phiên bản {rules.version}) của công cụ, theo thông lệ thống "
            "kê quốc tế, không phải quy định của pháp luật. Ngưỡng và nguồn ghi ở trang «13 Phương pháp» của báo cáo."
        )


def _rests_on(row: Row) -> dict[str, str]:
    return {
        "Độ vững và lý do": standing(row),  # second, since only the first two columns of a table wrap their words
        "Số phiếu": number(row.n),
        "Cỡ mẫu hiệu quả": number(row.n_eff),
        "Hệ số thiết kế": number(row.deff, 2),
        "Bậc tự do": number(row.df),
    }
