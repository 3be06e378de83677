"""Which units are surveyed, where are people asked? Chosen units, a file of places, a frame to draw from, or none."""

from dataclasses import replace

import streamlit as st

from analysis.pages.setup_files import other_files
from analysis.setup.plan import SOURCES, Plan, Source, unit_places
from survey.making import Files, furnished, weighed
from survey.pages.desk import table_of_words
from survey.pages.language import language, spoken, tell
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.round_files import PLACE_COLUMNS
from survey.site import site
from survey.unit_files import block_word
from survey.unit_office import office_units
from survey.units import BLOCKS
from survey.words import plain, whole

_SHOWN = 200


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """The least number of answers of a unit, where the places come from, and the places."""
    key = f"setup-{round_.id}"
    least = st.number_input(
        tell("SET_LEAST"), 0, 1_000_000, value=round_.least, help=tell("SET_LEAST_MEANS"), key=f"{key}-least"
    )
    round_ = replace(round_, least=int(least))
    source: Source = st.radio(
        tell("SET_SOURCE"),
        SOURCES,
        index=SOURCES.index(plan.source),
        format_func=lambda each: tell(f"SET_SOURCE_{each.upper()}"),
        captions=[tell(f"SET_SOURCE_{each.upper()}_MEANS") for each in SOURCES],
        key=f"{key}-source",
    )
    if source != plan.source:
        round_ = weighed(replace(round_, places=(), desks=(), invited={}))
        plan = replace(plan, source=source)
    asked = site().store.questionnaire(round_.questionnaire)
    if source == "units":
        round_, plan = _units(round_, plan)
    elif source == "file":
        round_ = _file(round_, asked)
    elif source == "frame":
        st.info(plain(tell("SET_SOURCE_NEXT", page=tell("SET_STEP_SIZE"))))
    _places(round_)
    return other_files(round_, asked), plan


def _units(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """Units of the registry, as it is on the round's first day; each is a place."""
    registry, _ = office_units(site().store)
    there = {unit.code: unit for unit in registry.on(round_.opens)}
    if not there:
        st.warning(plain(tell("SET_NO_UNITS")))
        st.markdown(f"[{plain(tell('SET_TO_UNITS'))}]({spoken('/danh-muc-don-vi', language())})")
        return round_, plan
    for block in BLOCKS:
        mine = [code for code, unit in there.items() if unit.block == block]
        if mine:
            st.button(
                tell("SET_ALL_OF", block=block_word(block, language()), count=whole(len(mine), language())),
                on_click=_add,
                args=(f"setup-{round_.id}-units", mine),
            )
    chosen = st.multiselect(
        tell("SET_UNITS"),
        list(there),
        default=[code for code in plan.units if code in there],
        format_func=lambda code: there[code].name,
        key=f"setup-{round_.id}-units",
    )
    places = unit_places([there[code] for code in chosen])
    if places == round_.places:
        return round_, plan
    desks = tuple(desk for desk in round_.desks if desk.place in chosen)
    return weighed(replace(round_, places=places, desks=desks, invited={})), replace(plan, units=tuple(chosen))


def _add(key: str, codes: list[str]) -> None:
    st.session_state[key] = list(dict.fromkeys([*st.session_state.get(key, []), *codes]))


def _file(round_: Round, asked: Questionnaire) -> Round:
    """A list of places that were drawn or chosen elsewhere."""
    upload = st.file_uploader(
        plain(tell("SET_PLACES", columns=", ".join(PLACE_COLUMNS))),
        type=["xlsx", "csv"],
        max_upload_size=10,
        key=f"setup-{round_.id}-places",
    )
    if upload is None or not st.button(tell("SET_USE_FILE"), key=f"setup-{round_.id}-use"):
        return round_
    return furnished(round_, asked, Files(places=(upload.name, upload.getvalue())))


def _places(round_: Round) -> None:
    """The places as they are now."""
    if not round_.places:
        return
    st.header(tell("SET_PLACES_NOW", count=whole(len(round_.places), language())), anchor=False)
    rows = [
        {
            tell("SET_DRAW_CODE"): plain(place.code),
            tell("SET_DRAW_STRATUM"): plain(place.stratum),
            tell("SET_PLACE"): plain(place.name),
            tell("SET_DRAW_UNIT"): plain(place.unit),
        }
        for place in round_.places[:_SHOWN]
    ]
    table_of_words(rows, "places")
    if len(round_.places) > _SHOWN:
        st.caption(plain(tell("SET_MORE", count=whole(len(round_.places) - _SHOWN, language()))))
