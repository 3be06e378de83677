"""One round on the desk: its days, the addresses of its form, and its last day."""

from dataclasses import replace

import streamlit as st

from survey.clock import today
from survey.forms.draft import form_address
from survey.forms.words import day, plain
from survey.pages.context import signed_in
from survey.pages.desk import STUDIES
from survey.round import Round
from survey.site import site


def card(round_: Round) -> None:
    """The round as a box that opens."""
    state = "đang mở" if round_.open_on(today()) else "chưa mở" if today() < round_.opens else "đã đóng"
    mark = " · MINH HỌA, dữ liệu tổng hợp" if round_.demonstration else ""
    with st.expander(f"{plain(round_.name)} · {state}{mark}", expanded=False):
        until = day(round_.closes) if round_.closes else "chưa định"
        st.markdown(f"Từ {day(round_.opens)} đến {until} · {plain(STUDIES.get(round_.study, round_.study))}")
        base = (st.context.url or "").split("/dot-khao-sat")[0].rstrip("/")
        st.caption("Đường dẫn của phiếu (gửi cho người trả lời, in lên bảng thông báo):")
        st.code(base + form_address(round_.id), language=None)
        st.caption("Cho máy đặt tại bộ phận một cửa (tự trở về phiếu trống sau mỗi lượt):")
        st.code(base + form_address(round_.id, channel="kiosk"), language=None)
        st.caption("Cho cán bộ nhập giúp từ phiếu giấy hoặc qua điện thoại:")
        st.code(base + form_address(round_.id, channel="assisted"), language=None)
        if round_.places:
            st.caption("Đường dẫn riêng của từng nơi khảo sát (người trả lời không phải chọn nơi):")
            rows = [
                {"Huyện": p.stratum, "Nơi": p.name, "Đường dẫn": base + form_address(round_.id, place=p.code)}
                for p in round_.places
            ]
            st.dataframe(rows, hide_index=True, height=240)
        _close(round_)


def _close(round_: Round) -> None:
    st.date_input(
        "Ngày cuối cùng nhận phiếu",
        value=round_.closes,
        min_value=round_.opens,
        format="DD/MM/YYYY",
        key=f"closes-{round_.id}",
    )
    st.button("Lưu ngày kết thúc", key=f"close-{round_.id}", on_click=_save_closing, args=(round_,))


def _save_closing(round_: Round) -> None:
    # The date is read here: what the button was drawn with is the date before the last change. And a callback runs
    # before the page asks who is there.
    if signed_in():
        site().store.save_round(replace(round_, closes=st.session_state[f"closes-{round_.id}"]))
        st.toast("Đã lưu ngày kết thúc.", icon=":material/check:")
