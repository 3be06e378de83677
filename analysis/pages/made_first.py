"""How is a file handed out that takes long or may be refused? It is made first, with progress, then offered."""

from collections.abc import Callable, Hashable

import streamlit as st

from analysis.report.stream import Tell
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note
from survey.pages.language import tell

_READY = "exports-ready"


def made_first(
    make: Callable[[Tell], bytes],
    key: tuple[Hashable, ...],
    file: str,
    name: str,
    media: str,
    taken: tuple[str, str],
) -> None:
    """A button that makes the file, and once it is made a button that hands it out. One file is kept per browser.

    `key`: what the file depends on; its first part names the widgets. `file`: what the file is called on the screen.
    `taken`: the act and what it is about, for the staff log, when the file is handed out.
    """
    if st.button(tell("OUT_MAKE", file=file), key=f"make-{key[0]}", icon=":material/play_arrow:"):
        bar = st.progress(0.0, tell("OUT_MAKING"))

        def tell_progress(done: float) -> None:
            bar.progress(done, tell("OUT_MAKING"))

        try:
            st.session_state[_READY] = (key, make(tell_progress))
        except Refused as refused:
            desk.problems(refused)
        bar.empty()
    ready = st.session_state.get(_READY)
    if ready is not None and ready[0] == key:
        label, icon = tell("OUT_GET", file=file), ":material/download:"
        st.download_button(
            label, ready[1], name, media, key=f"get-{key[0]}", on_click=note, args=taken, type="primary", icon=icon
        )
