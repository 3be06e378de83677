"""Page: who works at the desk, in which role, and how does somebody get a new passcode?"""

import streamlit as st

from survey import access
from survey.access import LONGEST_NAME, Person
from survey.clock import today
from survey.collation import person_sort_key, unit_sort_key
from survey.pages import office
from survey.pages.context import rules
from survey.pages.desk import problems, table_of_words
from survey.pages.language import language, tell
from survey.pages.people_acts import MADE, NOT, add, change, remove, renew, safely
from survey.proof.staff_log import role_words
from survey.roles import ROLES
from survey.site import site
from survey.unit_office import office_units
from survey.words import plain


def show() -> None:
    """Everybody, somebody new, a change of one, and the rules of the house."""
    st.title(tell("ACC_TITLE"), anchor=False)
    st.markdown(tell("ACC_MEANS"))
    _told()
    everybody = sorted(access.everybody(site().folder), key=lambda each: person_sort_key(each.name))
    table_of_words([_line(person) for person in everybody], "people")
    with st.expander(tell("ACC_ROLES"), icon=":material/badge:"):
        st.markdown(
            "\n".join(
                f"- **{_role(role)}**: {tell(f'ACC_MAY_{role.upper()}', page=tell('UNV_TITLE'))}" for role in ROLES
            )
        )
    st.header(tell("ACC_NEW"), anchor=False)
    with st.form("new-person", enter_to_submit=False):
        st.text_input(tell("ACC_FULL_NAME"), key="new-name", max_chars=LONGEST_NAME)
        _fields("new", None)
        st.form_submit_button(tell("ACC_ADD"), type="primary", on_click=safely, args=(add,))
    st.header(tell("ACC_CHANGE"), anchor=False)
    name = st.selectbox(tell("ACC_WHO"), [person.name for person in everybody], index=None, key="who")
    person = next((person for person in everybody if person.name == name), None)
    if person is not None:
        _one(person)
    _rules()


def _told() -> None:
    """A passcode that was just made: it is shown here and nowhere again."""
    if (refused := st.session_state.pop(NOT, None)) is not None:
        problems(refused)
    made: tuple[str, str] | None = st.session_state.get(MADE)
    if made is not None:
        st.success(plain(tell("ACC_MADE", name=made[0])), icon=":material/key:")
        st.code(made[1], language=None)
        st.button(tell("ACC_HIDE"), on_click=lambda: st.session_state.pop(MADE, None))


def _line(person: Person) -> dict[str, str]:
    return {
        tell("ACC_FULL_NAME"): plain(person.name),
        tell("ACC_ROLE"): _role(person.role),
        tell("ACC_UNITS_OF"): plain(", ".join(person.units)) or "–",
        tell("ACC_IDENTITIES"): plain(", ".join(person.identities)) or "–",
    }


def _fields(of: str, person: Person | None) -> None:
    """Role, units and identities; `of` begins the names of the widgets."""
    role, units = (person.role, person.units) if person else ("analyst", ())
    st.selectbox(tell("ACC_ROLE"), ROLES, ROLES.index(role), _role, key=f"{of}-role")
    names = {place.unit for round_ in site().store.rounds() for place in round_.places if place.unit}
    names |= {unit.name for unit in office_units(site().store)[0].on(today())} | {*units}
    st.multiselect(tell("ACC_UNITS_ASK"), sorted(names, key=unit_sort_key), units, key=f"{of}-units")
    listed = "\n".join(person.identities) if person else ""
    st.text_area(tell("ACC_IDENTITIES_ASK"), listed, key=f"{of}-identities", height=80, max_chars=2000)


def _one(person: Person) -> None:
    of = f"of {person.name}"
    with st.form("change-person", enter_to_submit=False):
        _fields(of, person)
        st.form_submit_button(tell("ACC_SAVE"), on_click=safely, args=(change, person.name))
    with st.container(horizontal=True):
        st.button(tell("ACC_RENEW"), on_click=safely, args=(renew, person.name), icon=":material/key:")
        with st.popover(tell("ACC_REMOVE"), icon=":material/person_remove:"):
            st.markdown(plain(tell("ACC_REMOVE_SURE", name=person.name)))
            st.button(tell("ACC_REMOVE_YES"), on_click=safely, args=(remove, person.name), type="primary")


def _rules() -> None:
    """What the IT officer has set, in words; it is changed on the server only."""
    house = rules()
    lines = [tell("ACC_RULE_IDLE", minutes=int(house.idle // 60))]
    lines.append(tell("ACC_RULE_HOURS", hours=house.said) if house.said else tell("ACC_RULE_ALWAYS"))
    networks = ", ".join(map(str, house.administrators))
    lines.append(tell("ACC_RULE_FROM", networks=networks) if networks else tell("ACC_RULE_ANYWHERE"))
    lines.append(tell("ACC_RULE_OFFICE" if office.ready() else "ACC_RULE_NO_OFFICE"))
    if house.proxies:
        lines.append(tell("ACC_RULE_PROXY", header=house.header, networks=", ".join(map(str, house.proxies))))
    with st.expander(tell("ACC_RULES"), icon=":material/lock_clock:"):
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def _role(role: str) -> str:
    return role_words(role, language())
