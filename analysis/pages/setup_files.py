"""The further tables of a round that is set up: counters, offices to rate, population totals."""

import streamlit as st

from survey.making import File, Files, furnished
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire
from survey.rating import rates_units
from survey.round import Round
from survey.round_files import DESK_COLUMNS, RATED_COLUMNS
from survey.words import plain, whole


def other_files(round_: Round, asked: Questionnaire) -> Round:
    """The round with what was uploaded and taken. Raises Refused with every fault of every file."""
    needed = rates_units(asked)
    with st.expander(tell("SET_FILES"), expanded=needed and not round_.rated):
        line = st.empty()
        line.caption(_now(round_))
        desks = _box(round_, "desks", plain(tell("RND_DESKS", columns=", ".join(DESK_COLUMNS))))
        rated = _box(round_, "rated", plain(tell("RND_RATED", columns=", ".join(RATED_COLUMNS)))) if needed else None
        margins = _box(round_, "margins", tell("ROUNDS_MARGINS"))
        if not st.button(tell("SET_USE_FILES"), key=f"setup-{round_.id}-use-files"):
            return round_
    taken = furnished(round_, asked, Files(desks=desks, rated=rated, margins=margins))
    line.caption(_now(taken))
    return taken


def _now(round_: Round) -> str:
    counts = {"desks": len(round_.desks), "rated": len(round_.rated), "margins": len(round_.margins)}
    return plain(tell("SET_FILES_NOW", **{name: whole(count, language()) for name, count in counts.items()}))


def _box(round_: Round, name: str, label: str) -> File | None:
    upload = st.file_uploader(label, type=["xlsx", "csv"], max_upload_size=10, key=f"setup-{round_.id}-{name}")
    return None if upload is None else (upload.name, upload.getvalue())
