"""Page: which units does the office know, on which day, what were they before and what became of them?"""

from datetime import date

import streamlit as st

from survey.clock import today
from survey.collation import folded
from survey.errors import Refused
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.pages.unit_card import card
from survey.pages.unit_import import files
from survey.pages.unit_more import add_form, earlier, load_form
from survey.pages.unit_saving import SAID
from survey.site import site
from survey.unit_files import FIELDS, block_word, heading
from survey.unit_office import PAPER, office_units
from survey.units import BLOCKS, EARLIEST, Block, Registry, Unit
from survey.words import day, plain, whole


def show() -> None:
    """The list of a day, one unit's history and changes, then what is loaded, added, and taken in and out as a file."""
    st.title(tell("UNI_TITLE"), anchor=False)
    try:
        registry, revision = office_units(site().store)
    except Refused as refused:
        problems(refused)
        if broken := site().store.office_paper(PAPER):
            earlier(broken.revision)
        return
    if said := st.session_state.pop(SAID, None):
        st.success(plain(said))
    if registry.units:
        st.markdown(plain(tell("UNI_MEANS")))
        _list(registry, revision)
    else:
        st.info(plain(tell("UNI_EMPTY")))
    st.header(tell("UNI_MORE"), anchor=False)
    with st.expander(tell("UNI_LOAD"), expanded=not registry.units, key=f"units-load-{bool(registry.units)}"):
        load_form(registry, revision)
    with st.expander(tell("UNI_ADD"), key="units-add"):
        add_form(registry, revision)
    with st.expander(tell("UNI_FILES"), key="units-files"):
        files(registry, revision)
    if revision:
        with st.expander(tell("UNI_EARLIER"), key="units-earlier"):
            earlier(revision)


def _list(registry: Registry, revision: int) -> None:
    left, middle, right = st.columns((1, 1, 2))
    when = left.date_input(tell("UNI_DAY"), value=today(), format="DD/MM/YYYY", min_value=EARLIEST)
    there = registry.on(when)
    blocks = [block for block in BLOCKS if any(unit.block == block for unit in there)]
    block = middle.selectbox(tell("UNI_COLUMN_BLOCK"), ["", *blocks], format_func=_block)
    text = right.text_input(tell("UNI_SEARCH"), placeholder=tell("UNI_SEARCH_LIKE"))
    counts = (f"{whole(registry.total(when, each), language())} {_block(each).lower()}" for each in blocks)
    st.markdown(plain(tell("UNI_COUNTS", day=day(when, language()), counts=" · ".join(counts))))
    found = [unit for unit in there if block in ("", unit.block) and _fits(unit, text)]
    if not found:
        st.info(plain(tell("UNI_NONE_FOUND")))
        return
    st.dataframe([_row(registry, unit, when) for unit in found], hide_index=True)
    chosen = st.selectbox(
        tell("UNI_ONE"),
        found,
        index=0 if len(found) == 1 else None,
        format_func=lambda unit: f"{unit.name} ({unit.code})",
        placeholder=tell("UNI_ONE_LIKE"),
    )
    if chosen is not None:
        card(registry, chosen, revision)


def _block(block: Block | str) -> str:
    return next((block_word(each, language()) for each in BLOCKS if each == block), tell("UNI_ALL"))


def _fits(unit: Unit, text: str) -> bool:
    sought = folded(text)
    return sought in folded(unit.name) or sought in folded(unit.code)


def _row(registry: Registry, unit: Unit, when: date) -> dict[str, str]:
    above = registry.unit(unit.parent, when)
    first, last = (day(each, language()) if each else "" for each in (unit.valid_from, unit.valid_to))
    cells = (unit.code, unit.name, _block(unit.block), above.name if above else unit.parent, first, last)
    return {heading(field, language()): cell for field, cell in zip(FIELDS, cells, strict=False)}
