"""One unit on the desk: what it was and what it became, and the form that changes it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

import streamlit as st

from survey.clock import today
from survey.pages.language import language, tell
from survey.pages.unit_saving import save
from survey.response import clean_text
from survey.unit_changes import correct, end, found, remove, rename
from survey.units import EARLIEST, Registry, Unit
from survey.words import day, plain

_ACTS: Final = ("rename", "merge", "divide", "end", "correct", "remove")


def card(registry: Registry, unit: Unit, revision: int) -> None:
    """The unit's own line, its history, and the form for a change."""
    with st.container(border=True):
        st.header(plain(unit.name), anchor=False)
        st.markdown(plain(_line(registry, unit)))
        _history("UNI_WAS", registry, registry.predecessors(unit))
        _history("UNI_BECAME", registry, registry.successors(unit))
        under = registry.children(unit.code, unit.valid_to or today())
        if under:
            with st.expander(plain(tell("UNI_UNDER", count=len(under))), key=f"units-under-{unit.code}"):
                st.markdown(plain(" · ".join(each.name for each in under)))
        with st.expander(tell("UNI_CHANGE"), key=f"units-change-{unit.code}"):
            _change(registry, unit, revision)


def _line(registry: Registry, unit: Unit) -> str:
    above = registry.unit(unit.parent, unit.valid_to or today())
    parts = [
        tell("UNI_LINE_CODE", id=unit.code),
        tell("UNI_LINE_UNDER", name=above.name) if above else "",
        _days(unit),
        unit.basis,
        tell("UNI_LINE_MARK", mark=unit.mark) if unit.mark == "M" else "",
    ]
    return " · ".join(part for part in parts if part)


def _days(unit: Unit) -> str:
    first = tell("UNI_SINCE", day=day(unit.valid_from, language())) if unit.valid_from else ""
    last = tell("UNI_UNTIL", day=day(unit.valid_to, language())) if unit.valid_to else ""
    return " ".join(part for part in (first, last) if part) or tell("UNI_ALWAYS")


def _history(title: str, registry: Registry, units: Iterable[Unit]) -> None:
    lines = [f"- {plain(unit.name)} – {plain(_line(registry, unit))}" for unit in units]
    if lines:
        st.markdown("\n".join([f"**{plain(tell(title))}**", "", *lines]))


def _change(registry: Registry, unit: Unit, revision: int) -> None:
    acts = [act for act in _ACTS if unit.valid_to is None or act in ("correct", "remove")]
    act = st.radio(
        tell("UNI_ACT"), acts, format_func=lambda each: tell(f"UNI_ACT_{each.upper()}"), key=f"act-{unit.code}"
    )
    st.caption(plain(tell(f"UNI_ACT_{act.upper()}_HELP")))
    name, code, others = unit.name, unit.code, list[Unit]()
    with st.form(f"change-{act}-{unit.code}", enter_to_submit=False):
        when = today() if act in ("correct", "remove") else _when(tell("UNI_FROM_DAY"))
        if act == "merge":
            others = _others(registry, unit)
        if act in ("merge", "divide"):
            code = text_field("UNI_NEW_CODE", "" if act == "divide" else unit.code)
        if act not in ("end", "remove"):
            name = text_field("UNI_NEW_NAME", "" if act == "divide" else unit.name)
        basis = "" if act == "remove" else text_field("UNI_BASIS", unit.basis if act == "correct" else "")
        sent = st.form_submit_button(tell("UNI_SAVE"), type="primary")
    if not sent or when is None:
        return
    fresh = replace(unit, name=name, basis=basis, mark="")
    new = replace(fresh, code=code, valid_from=when, predecessors=(unit.code, *(each.code for each in others)))
    make: dict[str, Callable[[], Registry]] = {
        "rename": lambda: rename(registry, unit.code, name, when, basis),
        "merge": lambda: found(registry, new),
        "divide": lambda: found(registry, new, absorbed=False),
        "end": lambda: end(registry, [unit.code], when, basis),
        "correct": lambda: correct(registry, unit, fresh),
        "remove": lambda: remove(registry, unit),
    }
    said = tell("UNI_CHANGED", act=tell(f"UNI_ACT_{act.upper()}"), name=unit.name)
    save(make[act], revision, act="units.change", about=f"{act} {unit.code} {unit.name}", said=said)


def _when(label: str) -> date | None:
    return st.date_input(label, value=today(), format="DD/MM/YYYY", min_value=EARLIEST)


def text_field(code: str, value: str) -> str:
    """A line of text, cleaned as the answers of a form are."""
    return clean_text(st.text_input(tell(code), value=value))


def _others(registry: Registry, unit: Unit) -> list[Unit]:
    near = [each for each in registry.on(today(), block=unit.block) if each.code != unit.code]
    return st.multiselect(tell("UNI_OTHERS"), near, format_func=lambda each: f"{each.name} ({each.code})")
