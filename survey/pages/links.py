"""The list of open rounds with a way into each, for the public pages."""

from collections.abc import Iterable
from datetime import date
from html import escape

import streamlit as st

from survey.errors import word
from survey.forms.draft import form_address
from survey.pages.language import spoken
from survey.round import Round
from survey.words import plain

_LINK = (
    '<p><a target="_self" href="{address}" style="display:block;min-height:48px;padding:.75rem 1rem;'
    'border-radius:.5rem;background:#0b5394;color:#fff;font-weight:600;text-decoration:none">{text}</a></p>'
)


def open_rounds(rounds: Iterable[Round], today: date, language: str) -> None:
    """One large link a round. Plain links: each opens a form with a key of its own."""
    open_ones = [round_ for round_ in rounds if round_.open_on(today)]
    if not open_ones:
        st.info(word("FORM_NO_OPEN_ROUND", language))
        return
    st.header(word("FORM_HOME_OPEN", language), anchor=False)
    for round_ in open_ones:
        text = escape(word("FORM_HOME_ANSWER", language, name=round_.name))
        st.html(_LINK.format(address=escape(spoken(form_address(round_.id), language)), text=text))
        if round_.demonstration:
            st.caption(plain(word("FORM_DEMONSTRATION", language)))
