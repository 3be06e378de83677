"""The product's web door. `uvicorn app:app`, `streamlit run app.py` and `hailong serve` all come through here.

Streamlit runs this same file as its script for every visitor (`__name__ == "__main__"`): then it shows the page that
the address names. The desk's pages do not exist for those who are not signed in.
"""

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from analysis.pages import download, questions, results, units
from survey.access import ensure_passcode
from survey.errors import word
from survey.forms import look
from survey.pages import counts, form, home, rounds, web
from survey.pages.context import signed_in
from survey.pages.signin import SIGN_OUT
from survey.site import close, site

_DESK = {
    "Thu phiếu": [
        ("so-phieu", "Có bao nhiêu phiếu?", counts.show),
        ("dot-khao-sat", "Các đợt khảo sát", rounds.show),
    ],
    "Kết quả": [
        ("ket-qua", "Người dân hài lòng đến đâu?", results.show),
        ("don-vi", "Đơn vị nào ra sao?", units.show),
        ("tung-cau", "Từng câu được trả lời thế nào?", questions.show),
        ("tai-bao-cao", "Tải báo cáo", download.show),
    ],
}
_PUBLIC_PATHS = ("/", web.FORM)
_DESK_PATHS = tuple(f"/{slug}" for pages in _DESK.values() for slug, *_ in pages)


def _visit() -> None:
    """One run of the script: the page that the address names."""
    inside = signed_in()
    start = st.Page(home.show, title="Trang đầu", default=True)
    slip = st.Page(form.show, title="Phiếu khảo sát", url_path=web.FORM.strip("/"), visibility="hidden")
    pages: dict[str, list[Any]] = {"": [start, slip]}
    if inside:
        for group, entries in _DESK.items():
            pages[group] = [st.Page(show, title=title, url_path=slug) for slug, title, show in entries]
    chosen = st.navigation(pages, position="sidebar" if inside else "hidden")
    public = chosen in (start, slip)
    st.set_page_config(page_title=f"{chosen.title} – Hài Lòng", layout="centered" if public else "wide")
    if not public:
        look.desk_style()
    chosen.run()
    if inside:
        with st.sidebar:
            st.divider()
            st.html(f'<a target="_self" href="{SIGN_OUT}">{word("DESK_SIGN_OUT")}</a>')


def _told(error: Exception) -> bool:
    """The log gets the trace, the person a sentence."""
    logging.getLogger("hailong").error("a page failed", exc_info=error)
    st.error(word("FORM_BROKEN"))
    return True


@asynccontextmanager
async def _running(_: st.App) -> AsyncIterator[None]:
    """Opens the data folder, so that a bad one is told at the start, and prints the first passcode.

    No access log: address, second and form key in one line would tie a slip to a person (decision 0002).
    """
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    fresh = ensure_passcode(site().folder, secrets.token_bytes)
    if fresh is not None:
        print(f"Mật mã bàn làm việc (chỉ hiện một lần): {fresh}", flush=True)  # noqa: T201
    yield
    close()


if __name__ == "__main__":
    _visit()
else:
    web.configure(site().secret)
    app = st.App(
        __file__,
        routes=web.routes(_PUBLIC_PATHS, _DESK_PATHS),
        middleware=web.middleware((*_PUBLIC_PATHS, *_DESK_PATHS)),
        lifespan=_running,
        on_script_error=_told,
    )
