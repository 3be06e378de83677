"""Page: how many slips are there?"""

from datetime import date

import streamlit as st

from survey.clock import now
from survey.forms.words import day, plain, share, whole
from survey.pages.context import signed_in
from survey.pages.desk import choose_round
from survey.round import Round
from survey.site import site
from survey.store import Counts

_EVERY_SECONDS = 5
_CHANNELS = {
    "open": "Đường dẫn công khai",
    "link": "Đường dẫn riêng",
    "kiosk": "Máy tại bộ phận một cửa",
    "assisted": "Cán bộ nhập giúp",
    "import": "Nhập từ tệp",
}


def show() -> None:
    """Live counts by day, place and channel; received against invited where that is known."""
    round_ = choose_round("Có bao nhiêu phiếu?")
    if round_ is not None:
        _live(round_)


@st.fragment(run_every=_EVERY_SECONDS)
def _live(round_: Round) -> None:
    if not signed_in():  # the session ended while the page went on refreshing itself
        st.rerun(scope="app")
    counts = site().store.counts(round_.id)
    invited = sum(round_.invited.values())
    today = counts.days.get(now().date().isoformat(), 0)
    with st.container(horizontal=True):
        st.metric("Phiếu đã nhận", whole(counts.total), border=True)
        st.metric("Phiếu hôm nay", whole(today), border=True)
        if invited:
            st.metric("Phiếu mời (phát ra)", whole(invited), border=True)
            st.metric("Tỷ lệ thu về", share(counts.total, invited), border=True)
    st.caption(f"Cập nhật lúc {now():%H:%M:%S}, tự làm mới mỗi {_EVERY_SECONDS} giây.")
    if not counts.total:
        st.info("Chưa có phiếu nào trong đợt này.")
        return
    _by_day(counts)
    _by_place(round_, counts)
    st.header("Theo cách trả lời", anchor=False)
    channels = sorted(counts.channels.items(), key=lambda item: -item[1])
    st.table(
        [
            {"Cách trả lời": _CHANNELS.get(name, name), "Số phiếu": whole(n), "Tỷ trọng": share(n, counts.total)}
            for name, n in channels
        ],
        hide_index=True,
    )


def _by_day(counts: Counts) -> None:
    st.header("Theo ngày", anchor=False)
    days = [(day(date.fromisoformat(name)), number) for name, number in sorted(counts.days.items())]
    columns = {"Ngày": [name for name, _ in days], "Số phiếu": [number for _, number in days]}
    st.bar_chart(columns, x="Ngày", y="Số phiếu", height=260, sort=False)
    st.caption(f"Ngày gần nhất có phiếu: {days[-1][0]} ({whole(days[-1][1])} phiếu).")


def _by_place(round_: Round, counts: Counts) -> None:
    if not round_.places:
        return
    st.header("Theo nơi khảo sát", anchor=False)
    by_unit = st.toggle("Gộp theo đơn vị", value=True)
    received: dict[str, int] = {}
    for place in round_.places:
        name = place.unit if by_unit else f"{place.stratum} – {place.name}"
        received[name] = received.get(name, 0) + counts.places.get(place.code, 0)
    rows = []
    for name, number in received.items():
        row = {"Nơi": plain(name), "Đã nhận": whole(number)}
        if by_unit and round_.invited:
            invited = round_.invited.get(name, 0)
            row |= {"Đã mời": whole(invited), "Tỷ lệ thu về": share(number, invited)}
        rows.append(row)
    st.table(rows, hide_index=True)
    if nowhere := counts.places.get(None, 0):
        st.caption(f"{whole(nowhere)} phiếu không rõ nơi khảo sát.")
    if silent := sum(not number for number in received.values()):
        st.warning(f"{silent} nơi chưa có phiếu nào.")
