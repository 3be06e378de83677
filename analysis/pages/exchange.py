"""How does a table leave for Excel and come back? A button and a box, with every fault told."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from survey.errors import Refused
from survey.pages import desk
from survey.pages.language import tell
from survey.sheet import Table, read_table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEGABYTES = 10
_Read = TypeVar("_Read")


def give(code: str, data: Callable[[], bytes], name: str) -> None:
    """A button that downloads a workbook, made when it is pressed. `code`: its label's."""
    st.download_button(
        tell(code), data=data, file_name=f"{name}.xlsx", mime=_XLSX, on_click="ignore", icon=":material/download:"
    )


def take(code: str, read: Callable[[Table], _Read]) -> _Read | None:
    """What an uploaded table holds; None where there is none, or its faults were told. `code`: the box's label's."""
    turn = st.session_state.get("exchange-turn", 0)  # what was kept leaves its box: the next file has one of its own
    upload = st.file_uploader(tell(code), type=["xlsx", "csv"], max_upload_size=_MEGABYTES, key=f"{code}-{turn}")
    if upload is None:
        return None
    try:
        return read(read_table(upload.getvalue(), name=upload.name))
    except Refused as refused:
        desk.problems(refused)
        return None


def taken() -> None:
    """Empties the boxes: what they held is kept."""
    st.session_state["exchange-turn"] = st.session_state.get("exchange-turn", 0) + 1
