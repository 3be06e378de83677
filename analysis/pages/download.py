"""Page: where do I get the report?"""

from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from analysis.pages.evaluated import evaluated
from analysis.report.about import About
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.vietnamese import date_vi, number
from survey.clock import now
from survey.questionnaire import say
from survey.round import Round

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """One button: the workbook is made when it is pressed."""
    found = evaluated("Tải báo cáo")
    if found is None:
        return
    round_, evaluation = found
    st.markdown(
        f"Báo cáo Excel gồm {number(len(evaluation.sample))} phiếu: chỉ số chung, khía cạnh, yếu tố, từng nội dung; "
        "phân bố từng câu; theo đơn vị; phương pháp, quyền số, cảnh báo; và toàn bộ phiếu để tính lại. "
        "Các ô điểm là công thức sống."
    )
    st.download_button(
        "Tải báo cáo Excel",
        data=lambda: write(build(evaluation, about(round_))),
        file_name=f"bao-cao-{round_.id}-{now():%Y%m%d}.xlsx",
        mime=_XLSX,
        on_click="ignore",
        type="primary",
        icon=":material/download:",
    )
    st.caption("Cách tính theo các lựa chọn ở thanh bên trái. Tệp có ý kiến nguyên văn: vui lòng chỉ chia sẻ đúng nơi.")


def about(round_: Round) -> About:
    """What the report says of the round beside its numbers."""
    until = date_vi(round_.closes) if round_.closes else "chưa định"
    return About(
        round_name=round_.name,
        study=round_.study,
        period=f"{date_vi(round_.opens)} – {until}",
        source=round_.id,
        contact=say(round_.contact, "vi"),
        created=now().replace(tzinfo=None, microsecond=0),
        code_version=_version(),
        feeds="weighted" if round_.feeds == "weighted" else "unweighted",
        invited=round_.invited,
        demonstration=round_.demonstration,
    )


def _version() -> str:
    try:
        return version("hailong")
    except PackageNotFoundError:  # run from a source tree
        return "0"
