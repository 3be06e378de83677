"""The list of units as a whole: a province's shipped units, one that is entered by hand, and the lists kept before."""

from datetime import date

import streamlit as st

from survey.clock import today
from survey.pages.language import language, tell
from survey.pages.unit_card import text_field
from survey.pages.unit_saving import save
from survey.questionnaire import say
from survey.shipped_units import departments, lists, province_units, provinces
from survey.site import site
from survey.unit_changes import found, load
from survey.unit_files import block_word, heading
from survey.unit_office import PAPER
from survey.units import BLOCKS, EARLIEST, Registry, Unit, from_json
from survey.words import DASH, day, plain, whole


def load_form(registry: Registry, revision: int) -> None:
    """The shipped units of one province, and its sở with the day on which they were merged there."""
    for each in lists().values():
        st.caption(
            plain(
                tell("UNI_SOURCE", source=say(each["source"], language()), version=each["version"], mark=each["mark"])
            )
        )
    st.caption(plain(tell("UNI_MARKS")))
    with st.form("load-units", enter_to_submit=False):
        province = st.selectbox(
            tell("UNI_PROVINCE"), provinces(), index=None, format_func=lambda unit: unit.name, placeholder=""
        )
        also = st.checkbox(tell("UNI_LOAD_DEPARTMENTS"), value=True)
        merged = st.date_input(
            tell("UNI_MERGED"),
            value=lists()["departments"]["valid_from"],
            format="DD/MM/YYYY",
            help=tell("UNI_MERGED_HELP"),
        )
        sent = st.form_submit_button(tell("UNI_LOAD_BUTTON"), type="primary")
    if sent and province is None:
        st.error(plain(tell("UNI_NO_PROVINCE")))
    elif sent and province is not None:
        units = (*province_units(province.code), *(departments(merged, province.code) if also else ()))
        fresh = Registry(units=tuple(unit for unit in units if unit.key not in {each.key for each in registry.units}))
        counts = " · ".join(
            f"{whole(fresh.total(today(), block), language())} {block_word(block, language()).lower()}"
            for block in ("department", "commune")
        )
        said = tell("UNI_LOADED", name=province.name, counts=counts, all=whole(len(fresh.units), language()))
        save(lambda: load(registry, units), revision, act="units.load", about=province.name, said=said)


def add_form(registry: Registry, revision: int) -> None:
    """A unit that nothing went before: an own sở, an agency, a one-stop centre."""
    with st.form("add-unit", enter_to_submit=False, clear_on_submit=False):
        name, code = text_field("UNI_NEW_NAME", ""), text_field("UNI_NEW_CODE", "")
        block = st.selectbox(
            heading("block", language()), BLOCKS, index=1, format_func=lambda each: block_word(each, language())
        )
        above = st.selectbox(
            heading("parent", language()),
            ["", *registry.on(today())],
            format_func=lambda each: getattr(each, "name", DASH),
        )
        first = st.date_input(tell("UNI_FIRST_DAY"), value=None, format="DD/MM/YYYY", min_value=EARLIEST)
        basis = text_field("UNI_BASIS", "")
        sent = st.form_submit_button(tell("UNI_SAVE"), type="primary")
    if sent:
        parent = above.code if isinstance(above, Unit) else ""
        unit = Unit(code=code, name=name, block=block, parent=parent, valid_from=first, basis=basis)
        said = tell("UNI_ADDED", name=name)
        save(lambda: found(registry, unit), revision, act="units.change", about=f"add {code} {name}", said=said)


def earlier(revision: int) -> None:
    """Every list that was kept, the newest first, with who kept it, and the way back to one of them."""
    if not st.toggle(tell("UNI_EARLIER_SHOW"), key="units-earlier-show"):
        return
    papers = {each.revision: each for each in reversed(site().store.office_papers(PAPER)) if each.revision != revision}
    if not papers:
        st.caption(tell("UNI_EARLIER_NONE"))
        return
    chosen = st.selectbox(
        tell("UNI_EARLIER_ONE"),
        list(papers),
        format_func=lambda number: tell(
            "UNI_EARLIER_LINE", number=number, who=papers[number].actor, day=_day(papers[number].day)
        ),
    )
    if st.button(tell("UNI_EARLIER_BACK"), key="units-earlier-back"):
        said = tell("UNI_EARLIER_DONE", number=chosen)
        act, about = "units.change", f"back to revision {chosen}"
        save(lambda: from_json(papers[chosen].content), revision, act=act, about=about, said=said)


def _day(text: str) -> str:
    return day(date.fromisoformat(text), language())
