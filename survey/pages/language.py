"""In which language does this run of the desk speak?

The choice stands in the address (`?ngon_ngu=en`), which the framework keeps from page to page: the switch is a widget
bound to it. Vietnamese is the default and stands in no address.
"""

import streamlit as st

from survey.errors import word

SPOKEN = ("vi", "en")
"""The languages of the desk; the first is spoken where nothing else is asked for."""
PARAMETER = "ngon_ngu"
"""What the language is called in an address."""

_CAPITALS = f"<style>.st-key-{PARAMETER} button p {{text-transform: uppercase;}}</style>"


def language() -> str:
    """The language that was switched to, else the one the address names, else Vietnamese."""
    wanted = st.session_state.get(PARAMETER) or st.query_params.get(PARAMETER)
    return understood(wanted)


def understood(wanted: str | None) -> str:
    """The language that is asked for where the desk speaks it, else Vietnamese."""
    return wanted if wanted in SPOKEN else SPOKEN[0]


def tell(code: str, **values: object) -> str:
    """The wording of `code` in the language of this run."""
    return word(code, language(), **values)


def spoken(address: str, in_language: str) -> str:
    """The same address of ours, keeping the language."""
    if in_language == SPOKEN[0]:
        return address
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={in_language}"


def switch() -> None:
    """The choice of the language, and the mark by which the page in the browser knows it (survey.pages.framework)."""
    st.segmented_control(
        tell("DESK_LANGUAGE"), SPOKEN, default=SPOKEN[0], required=True, key=PARAMETER, bind="query-params"
    )
    st.html(f'<span data-language="{language()}"></span>{_CAPITALS}')
