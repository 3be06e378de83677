"""The product's web door. `uvicorn app:app`, `streamlit run app.py` and `hailong serve` all come through here.

Streamlit runs this same file as its script for every visitor (`__name__ == "__main__"`): then it shows the page that
the address names. The desk's pages do not exist for those who are not signed in.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from analysis.pages import (
    comparison,
    dossiers,
    exports,
    inspection,
    priorities,
    questions,
    ranking,
    results,
    scorecard,
    unit,
    units,
)
from survey.access import ensure_passcode
from survey.errors import Problem, Refused, word
from survey.forms import look
from survey.pages import channels, counts, form, home, posters, public, rounds, voids, web
from survey.pages.caretaker import caretaker, settle
from survey.pages.context import person
from survey.pages.language import language, spoken, switch, tell
from survey.pages.signin import SIGN_OUT
from survey.site import close, site
from survey.words import plain

_DESK: dict[str, list[tuple[str, str, Callable[[], None]]]] = {
    "DESK_GROUP_PREPARE": [],
    "DESK_GROUP_COLLECT": [
        ("so-phieu", "COUNTS_TITLE", counts.show),
        ("dot-khao-sat", "ROUNDS_TITLE", rounds.show),
        ("cach-tra-loi", "CHN_TITLE", channels.show),
        ("huy-phieu", "VOID_TITLE", voids.show),
    ],
    "DESK_GROUP_RESULTS": [
        ("ket-qua", "RES_TITLE", results.show),
        ("don-vi", "RES_UNITS_TITLE", units.show),
        ("xep-hang", "RNK_TITLE", ranking.show),
        ("mot-don-vi", "UNV_TITLE", unit.show),
        ("so-sanh", "CMP_TITLE", comparison.show),
        ("tung-cau", "RES_QUESTIONS_TITLE", questions.show),
        ("uu-tien", "DRV_TITLE", priorities.show),
        ("bang-diem", "SCR_TITLE", scorecard.show),
        ("kiem-tra", "INS_TITLE", inspection.show),
        ("ho-so", "DOS_TITLE", dossiers.show),
        ("tai-bao-cao", "RES_DOWNLOAD_TITLE", exports.show),
    ],
    "DESK_GROUP_CARE": [],
}
_DESK_PATHS = tuple(f"/{slug}" for pages in _DESK.values() for slug, *_ in pages)


def _visit() -> None:
    """One run of the script: the page that the address names."""
    inside = person()
    start = st.Page(home.show, title=tell("DESK_START"), default=True)
    # The form has its whole title here: to set it in every run costs a message more.
    title = f"{tell('DESK_SLIP')} – Hài Lòng"
    slip = st.Page(form.show, title=title, url_path=web.FORM.strip("/"), visibility="hidden")
    pages: dict[str, list[Any]] = {"": [start, slip]}
    if inside:
        for group, entries in (each for each in _DESK.items() if each[1]):
            pages[tell(group)] = [st.Page(show, title=tell(title), url_path=slug) for slug, title, show in entries]
    chosen = st.navigation(pages, position="sidebar" if inside else "hidden", expanded=True)
    public = chosen in (start, slip)
    if chosen is not slip:  # which has languages of its own
        st.set_page_config(page_title=f"{chosen.title} – Hài Lòng", layout="centered" if public else "wide")
        with st.sidebar if inside else st.container():
            switch()
    if not public:
        look.desk_style()
    chosen.run()
    if inside:
        with st.sidebar:
            st.divider()
            st.caption(plain(tell("DESK_SIGNED_IN", name=inside)))
            st.html(f'<a target="_self" href="{spoken(SIGN_OUT, language())}">{tell("DESK_SIGN_OUT")}</a>')


def _told(error: Exception) -> bool:
    """The log gets the trace, the person a sentence."""
    logging.getLogger("hailong").error("a page failed", exc_info=error)
    st.error(tell("FORM_BROKEN"))
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
        print(word("DESK_FIRST_PASSCODE", passcode=fresh), flush=True)  # noqa: T201
    async with caretaker(site()):
        settle()
        yield
    close()


if __name__ == "__main__":
    _visit()
else:
    if site().role == "public":  # whose pages are another program's, which loads neither desk nor analysis
        raise Refused([Problem(code="SITE_PUBLIC_APP")])
    web.configure(site().secret)
    # The staff's process has the start page of its own framework instead of the citizens' pages.
    _CITIZENS = site().role == "all"
    _PATHS = (web.FORM, posters.POSTER, posters.SHEET, *(public.KNOWN if _CITIZENS else ("/",)))
    app = st.App(
        __file__,
        routes=[
            *(public.citizens() if _CITIZENS else ()),
            *posters.routes(),
            *web.routes((web.FORM,) if _CITIZENS else ("/", web.FORM), _DESK_PATHS),
        ],
        middleware=web.middleware((*_PATHS, *_DESK_PATHS), open_=public.OPEN if _CITIZENS else ()),
        lifespan=_running,
        on_script_error=_told,
    )
