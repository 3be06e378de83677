"""Page: the questionnaire of one round, for whoever has its address."""

import secrets

import streamlit as st

from survey.clock import now, today
from survey.errors import Refused, word
from survey.forms import look, rich
from survey.forms.words import day, plain
from survey.keys import key_hash
from survey.pages.links import open_rounds
from survey.site import site


def show() -> None:
    """The form, or why there is none."""
    look.style()
    here = site()
    language = st.query_params.get("ngon_ngu", "vi")
    try:
        round_ = here.store.round(st.query_params.get("dot", ""))
    except Refused:
        st.title(word("FORM_HOME_TITLE", language), anchor=False)
        st.warning(word("FORM_NO_ROUND", language))
        open_rounds(here.store.rounds(), today())
        return
    sent = here.store.has_key(key_hash(st.query_params.get("k", "")))
    if not sent and not round_.open_on(today()):
        st.title(plain(round_.name), anchor=False)
        if today() < round_.opens:
            st.info(plain(word("FORM_NOT_YET", language, opens=day(round_.opens))))
        elif round_.closes is not None:
            st.info(plain(word("FORM_OVER", language, closes=day(round_.closes))))
        return
    rich.show(here.store, round_, secret=here.secret, clock=now, random=secrets.token_bytes)
