"""The product's web door. `uvicorn app:app`, `streamlit run app.py` and `hailong serve` all come through here.

Streamlit runs this same file as its script for every visitor (`__name__ == "__main__"`): then it shows the page that
the address names. The desk's pages do not exist for those who are not signed in.
"""

import logging
import os
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
    progress,
    quality,
    questions,
    ranking,
    results,
    scorecard,
    setup,
    unit,
    units,
)
from survey import logs
from survey.access import ensure_passcode
from survey.clock import now
from survey.errors import Problem, Refused, word
from survey.forms import look
from survey.pages import (
    care,
    channels,
    context,
    counts,
    double_entry,
    ended,
    form,
    home,
    importing,
    keyboard,
    people,
    posters,
    preview,
    public,
    registry,
    rounds,
    staff_log,
    studio,
    tour,
    voids,
    web,
)
from survey.pages.caretaker import caretaker, settle
from survey.pages.context import person
from survey.pages.language import language, spoken, switch, tell
from survey.pages.signin import SIGN_OUT
from survey.roles import opens
from survey.site import close, site
from survey.words import plain

_DESK: dict[str, list[tuple[str, str, Callable[[], None]]]] = {
    "DESK_GROUP_PREPARE": [
        ("danh-muc-don-vi", "UNI_TITLE", registry.show),
        ("lap-dot", "SET_TITLE", setup.show),
        ("bo-phieu", "STU_TITLE", studio.show),
    ],
    "DESK_GROUP_COLLECT": [
        ("so-phieu", "COUNTS_TITLE", counts.show),
        ("tien-do", "PRG_TITLE", progress.show),
        ("dot-khao-sat", "ROUNDS_TITLE", rounds.show),
        ("cach-tra-loi", "CHN_TITLE", channels.show),
        ("nhap-tep", "INT_TITLE", importing.show),
        ("nhap-doi", "INT_DOUBLE_TITLE", double_entry.show),
        ("chat-luong", "QUA_TITLE", quality.show),
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
    "DESK_GROUP_CARE": [
        ("nguoi-dung", "ACC_TITLE", people.show),
        ("nhat-ky", "LOG_TITLE", staff_log.show),
        ("suc-khoe", "CAR_TITLE", care.show),
    ],
}
# Who signs in lands on the first that the role has: the counts, which every member of staff has.
_DESK_PATHS = tuple(dict.fromkeys(("/so-phieu", *(f"/{slug}" for pages in _DESK.values() for slug, *_ in pages))))


def _visit() -> None:
    """One run of the script: the page that the address names."""
    inside = person()
    start = st.Page(home.show, title=tell("DESK_START"), default=True)
    # The form has its whole title here: to set it in every run costs a message more.
    title = f"{tell('DESK_SLIP')} – Hài Lòng"
    slip = st.Page(form.show, title=title, url_path=web.FORM.strip("/"), visibility="hidden")
    pages: dict[str, list[Any]] = {"": [start, slip]}
    desk: dict[str, Any] = {}
    if inside:  # a citizen's run does not ask what the desk has
        context.seen()
        role = context.role()
        for group, entries in _DESK.items():
            mine = {
                slug: st.Page(show, title=tell(title), url_path=slug)
                for slug, title, show in entries
                if opens(role, slug)
            }
            pages |= {tell(group): [*mine.values()]} if mine else {}
            desk |= mine
    elif ended.asked_for() in _DESK_PATHS:  # the page was open when the session ended
        pages[""] += [st.Page(ended.show, title=tell("ACC_ENDED"), url_path=ended.asked_for().strip("/"))]
    chosen = st.navigation(pages, position="sidebar" if inside else "hidden", expanded=True)
    public = chosen in (start, slip)
    if chosen is not slip:  # which has languages of its own
        st.set_page_config(page_title=f"{chosen.title} – Hài Lòng", layout="centered" if public else "wide")
        with st.sidebar if inside else st.container():
            switch()
    if not public:
        look.desk_style()
        if inside:
            ended.watch()
            tour.show(chosen.url_path, desk)
    chosen.run()
    if inside:
        with st.sidebar:
            st.divider()
            tour.again(desk)
            st.caption(plain(tell("DESK_SIGNED_IN", name=inside)))
            st.html(f'<a target="_self" href="{spoken(SIGN_OUT, language())}">{tell("DESK_SIGN_OUT")}</a>')


def _told(error: Exception) -> bool:
    """The log gets the trace, the person what to do; at the desk with the time, by which the trace is found."""
    logging.getLogger("hailong").error("a page failed", exc_info=error)
    st.error(tell("TOU_BROKEN", time=f"{now():%H:%M}") if person() else tell("FORM_BROKEN"))
    return True


@asynccontextmanager
async def _running(_: st.App) -> AsyncIterator[None]:
    """Opens the data folder, so that a bad one is told at the start, and prints the first passcode.

    No access log: address, second and form key in one line would tie a slip to a person (decision 0002).
    """
    logs.configure(os.environ)
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
    web.configure(site().secret, site().folder)
    # The staff's process has the start page of its own framework instead of the citizens' pages.
    _CITIZENS = site().role == "all"
    _PATHS = (
        web.FORM,
        posters.POSTER,
        posters.SHEET,
        keyboard.KEYBOARD,
        preview.LIGHT,
        preview.PAPER,
        *(public.KNOWN if _CITIZENS else ("/",)),
    )
    app = st.App(
        __file__,
        routes=[
            *(public.citizens() if _CITIZENS else ()),
            *posters.routes(),
            *keyboard.routes(),
            *preview.routes(),
            *web.routes((web.FORM,) if _CITIZENS else ("/", web.FORM), _DESK_PATHS),
        ],
        middleware=web.middleware((*_PATHS, *_DESK_PATHS), open_=public.OPEN if _CITIZENS else ()),
        lifespan=_running,
        on_script_error=_told,
    )
