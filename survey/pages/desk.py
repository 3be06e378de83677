"""What stands on every desk page: which round, what kind of study, real or synthetic."""

import streamlit as st

from survey.errors import Refused
from survey.forms.words import day, plain
from survey.round import Round
from survey.site import site

STUDIES = {
    "household": "Hộ gia đình: người dân từ 18 tuổi, dù có làm thủ tục hay không",
    "user": "Người đã giao dịch và đã nhận kết quả",
    "officials": "Cán bộ, công chức, đại biểu",
    "other": "Nghiên cứu khác",
}

_CHOSEN = "desk-round"


def choose_round(title: str) -> Round | None:
    """The page's title, and the round chosen in the sidebar; the choice goes along from page to page.

    None (said on the page) where there is no round yet.
    """
    st.title(title, anchor=False)
    rounds = {round_.id: round_ for round_ in site().store.rounds()}
    if not rounds:
        st.info("Chưa có đợt khảo sát nào. Vui lòng mở trang «Các đợt khảo sát» để lập một đợt.")
        return None
    ids = list(reversed(rounds))
    before = st.session_state.get(_CHOSEN)
    chosen = st.sidebar.selectbox(
        "Đợt khảo sát",
        ids,
        index=ids.index(before) if before in ids else 0,
        format_func=lambda round_id: rounds[round_id].name,
    )
    st.session_state[_CHOSEN] = chosen
    describe(rounds[chosen])
    return rounds[chosen]


def describe(round_: Round) -> None:
    """Name, days and kind of the round; loudly if its data are synthetic."""
    until = f"đến {day(round_.closes)}" if round_.closes else "chưa có ngày kết thúc"
    st.markdown(
        f"**{plain(round_.name)}** · từ {day(round_.opens)} {until} · {plain(STUDIES.get(round_.study, round_.study))}"
    )
    if round_.demonstration:
        st.warning(
            "**ĐỢT MINH HỌA – dữ liệu tổng hợp.** Số liệu dưới đây do máy sinh ra để dùng thử, không phải ý kiến thật.",
            icon=":material/science:",
        )


def problems(refused: Refused) -> None:
    """Every problem of a refused input, one a line."""
    lines = [f"- {plain(problem.say())}" for problem in refused.problems]
    st.error("\n".join([f"**Có {len(lines)} chỗ cần sửa:**", "", *lines]), icon=":material/error:")
