"""Page: how do people answer this round? Links, QR codes, posters, the staff's entrances, one-time codes."""

import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from survey.clock import today
from survey.csv_out import csv_file
from survey.errors import Problem, Refused
from survey.invitations import Issued, hashed, new_codes, planned_codes, shown
from survey.pages.addresses import Base, Spot, base, invitation_address, spots, ways
from survey.pages.context import may, note
from survey.pages.desk import choose_round, problems
from survey.pages.handing import code_files, way_files
from survey.pages.language import language, spoken, tell
from survey.pages.offline_part import offline_of
from survey.pages.paper_part import paper_of
from survey.pages.posters import MOST_CODES, SHEET, poster_address, sheet_text
from survey.qr import printed
from survey.round import Round, place_order
from survey.site import site
from survey.words import plain, whole

_MADE = "channels-made"
_QR_SCALE = 5
_BUTTON = (
    "font:inherit;min-height:40px;padding:.25rem .75rem;border:1px solid #767f8c;border-radius:.5rem;background:#fff"
)


def show() -> None:
    """The chosen round's ways in, what is printed and taken along, its invitations; of an archived one nothing."""
    round_ = choose_round(tell("CHN_TITLE"))
    if round_ is None:
        return
    if round_.state == "archived":
        st.info(plain(tell("CHN_ARCHIVED")))
        return
    where = base(st.context.url or "")
    if where.doubt:
        st.warning(plain(tell(where.doubt, address=where.public)), icon=":material/public_off:")
    if round_.state != "open" or (round_.closes is not None and today() > round_.closes):
        st.info(plain(tell("CHN_CLOSED")))
    if round_.invitation_only:
        st.info(plain(tell("CHN_INVITED_ONLY")))
    st.header(plain(tell("CHN_OPEN")), anchor=False)
    st.caption(plain(tell("CHN_OPEN_MEANS" if round_.places else "CHN_OPEN_MEANS_ONE")))
    _entrances(round_, None, where)
    st.header(plain(tell("CHN_SPOT")), anchor=False)
    if round_.places:
        st.caption(plain(tell("CHN_SPOT_MEANS")))
        all_spots = spots(round_)
        number = st.selectbox(
            tell("CHN_CHOOSE_SPOT"),
            range(len(all_spots)),
            format_func=lambda at: all_spots[at].name,
            key="channels-spot",
        )
        _entrances(round_, all_spots[number], where)
        st.download_button(
            tell("CHN_ALL"),
            data=_links_file(round_, all_spots, where),
            file_name=f"{round_.id}-duong-dan.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
        way_files(round_, all_spots, where)
    else:
        st.caption(plain(tell("CHN_NO_PLACES")))
    paper_of(round_)
    offline_of(round_)
    if may("invitations") and round_.state == "open":
        _invitations(round_, where)


def _entrances(round_: Round, spot: Spot | None, where: Base) -> None:
    found = ways(round_, spot, where, site().secret)
    picture, text = st.columns([1, 2])
    with picture:
        image = io.BytesIO()
        printed(found.citizens).save(image, kind="png", scale=_QR_SCALE)
        st.image(image.getvalue(), caption=tell("CHN_QR", name=spot.name if spot else round_.name))
        address = escape(poster_address(round_.id, spot, language()))
        st.html(f'<a target="_blank" rel="noopener" href="{address}">{escape(tell("CHN_POSTER"))}</a>')
    with text:
        labelled = {
            "CHN_CITIZENS": found.citizens,
            "CHN_KIOSK": found.kiosk,
            "CHN_ASSISTED": found.assisted,
            "CHN_PAPER": found.paper,
        }
        for code, link in labelled.items():
            st.caption(plain(tell(code)))
            st.code(link, language=None, wrap_lines=True)


def _invitations(round_: Round, where: Base) -> None:
    st.header(plain(tell("CHN_INVITATIONS")), anchor=False)
    st.caption(plain(tell("CHN_INVITATIONS_MEAN")))
    issued, used = site().store.invitation_counts(round_.id)
    with st.container(horizontal=True):
        st.metric(tell("CHN_ISSUED"), whole(issued, language()), border=True)
        st.metric(tell("CHN_USED"), whole(used, language()), border=True)
    made: tuple[str, tuple[Issued, ...]] | None = st.session_state.get(_MADE)
    if made is not None and made[0] == round_.id:
        _hand_out(round_, made[1], where)
        return
    if refused := st.session_state.pop(f"{_MADE}-not", None):
        problems(refused)
    names = {place.code: place.name for place in sorted(round_.places, key=place_order)}
    with st.form("invitations", enter_to_submit=False):
        if names:
            st.multiselect(tell("CHN_FOR"), list(names), format_func=names.__getitem__, key="invitation-places")
        if planned := planned_codes(round_):
            count = whole(sum(planned.values()), language())
            st.checkbox(tell("SET_CODES_PLANNED", count=count), key="invitation-planned")
        st.number_input(tell("CHN_NUMBER"), min_value=1, max_value=MOST_CODES, value=10, key="invitation-number")
        st.form_submit_button(tell("CHN_MAKE"), type="primary", on_click=_make, args=(round_,))


def _make(round_: Round) -> None:
    # A callback: it runs once for one press, and before the page asks who is there.
    if not may("invitations"):
        return
    places: Sequence[str | None] = st.session_state.get("invitation-places") or [None]
    number = int(st.session_state["invitation-number"])
    wanted: Mapping[str | None, int] = dict.fromkeys(places, number)
    if st.session_state.get("invitation-planned"):
        chosen = planned_codes(round_)
        wanted = {place: chosen[place] for place in chosen if places == [None] or place in places}
    try:
        if sum(wanted.values()) > MOST_CODES:
            raise Refused([Problem(code="CHN_TOO_MANY", values={"most": MOST_CODES})])
        issued = new_codes(wanted, secrets.token_bytes)
        here = site()
        here.store.add_invitations(round_.id, hashed(here.secret, issued))
    except Refused as refused:
        st.session_state[f"{_MADE}-not"] = refused
    else:
        st.session_state[_MADE] = (round_.id, issued)
        note("invitations.make", f"{round_.id}, {len(issued)}")


def _hand_out(round_: Round, issued: tuple[Issued, ...], where: Base) -> None:
    """The codes just made: as a file, and as a sheet that the browser sends to be laid out."""
    st.success(plain(tell("CHN_MADE", number=whole(len(issued), language()))), icon=":material/key:")
    st.download_button(
        tell("CHN_DOWNLOAD_CODES"),
        data=_codes_file(round_, issued, where),
        file_name=f"{round_.id}-ma-moi.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    code_files(round_, issued, where)
    st.html(
        f'<form method="post" target="_blank" action="{escape(spoken(SHEET, language()))}">'
        f'<input type="hidden" name="dot" value="{escape(round_.id)}">'
        f'<textarea hidden name="ma">{escape(sheet_text(issued))}</textarea>'
        f'<button style="{_BUTTON}">{escape(tell("CHN_PRINT_CODES"))}</button></form>'
    )
    st.button(tell("CHN_HIDE_CODES"), on_click=lambda: st.session_state.pop(_MADE, None))


def _links_file(round_: Round, all_spots: Iterable[Spot], where: Base) -> bytes:
    secret = site().secret
    rows = (
        (
            spot.place.name,
            spot.desk.name if spot.desk else "",
            found.citizens,
            found.kiosk,
            found.assisted,
            found.paper,
        )
        for spot in all_spots
        for found in [ways(round_, spot, where, secret)]
    )
    heads = ("CHN_COLUMN_PLACE", "CHN_COLUMN_DESK", "CHN_CITIZENS", "CHN_KIOSK", "CHN_ASSISTED", "CHN_PAPER")
    return csv_file([tuple(map(tell, heads)), *rows])


def _codes_file(round_: Round, issued: Iterable[Issued], where: Base) -> bytes:
    names = {place.code: place.name for place in round_.places}
    rows = (
        (shown(each.code), names.get(each.place or "", ""), invitation_address(where.public, each.code))
        for each in issued
    )
    heads = ("CHN_COLUMN_CODE", "CHN_COLUMN_PLACE", "CHN_COLUMN_ADDRESS")
    return csv_file([tuple(map(tell, heads)), *rows])
