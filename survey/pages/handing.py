"""Files to print and hand out: QR codes of places and counters, one-time codes, as PDF and Word, a file a unit."""

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from survey.invitations import Issued
from survey.pages.addresses import Base, Spot, spoken_address, ways
from survey.pages.language import language, tell
from survey.print.cards import Cards, Kind, cards_file, code_cards, files_by_unit, way_cards
from survey.round import Round
from survey.site import site
from survey.words import plain

_MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


def code_files(round_: Round, issued: Sequence[Issued], where: Base) -> None:
    """The one-time codes that were just made."""
    st.caption(plain(tell("SET_CARDS_CODES")))
    typed = spoken_address(f"{where.public}/m")
    _files(code_cards(round_, issued, where.public, typed, language()), f"{round_.id}-ma-moi", "codes")


def way_files(round_: Round, spots: Sequence[Spot], where: Base) -> None:
    """The QR code of every place and counter."""
    st.caption(plain(tell("SET_CARDS_WAYS")))
    found = [(spot, ways(round_, spot, where, site().secret).citizens) for spot in spots]
    typed = {address: spoken_address(address) for _, address in found}
    rows = [(spot.place.code, spot.name, address) for spot, address in found]
    _files(way_cards(round_, rows, typed, language()), f"{round_.id}-ma-qr", "ways")


def _files(cards: Cards, name: str, key: str) -> None:
    """Each file is made when it is asked for."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    with st.container(horizontal=True):
        for kind in kinds:
            st.download_button(
                tell(f"SET_CARDS_{kind.upper()}"),
                data=lambda kind=kind: cards_file(cards, kind),  # type: ignore[misc]
                file_name=f"{name}.{kind}",
                mime=_MIMES[kind],
                on_click="ignore",
                icon=":material/print:",
                key=f"{key}-{kind}",
            )
            if len(cards.sheets) > 1:
                st.download_button(
                    tell(f"SET_CARDS_UNITS_{kind.upper()}"),
                    data=lambda kind=kind: files_by_unit(cards, kind),  # type: ignore[misc]
                    file_name=f"{name}-{kind}.zip",
                    mime=_MIMES["zip"],
                    on_click="ignore",
                    icon=":material/folder_zip:",
                    key=f"{key}-{kind}-units",
                )
