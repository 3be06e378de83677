"""Page: the questionnaire of one round, for whoever has its address."""

import secrets
import time
from html import escape

import streamlit as st

from survey.clock import now, today
from survey.errors import Refused, word
from survey.forms import look, rich
from survey.forms.draft import STAFF
from survey.forms.flags import Recent
from survey.forms.words import day, plain
from survey.keys import key_hash
from survey.ledger import receipt_hash, receipt_promise, signing_key
from survey.limits import Limits
from survey.pages.context import signed_in
from survey.pages.language import PARAMETER, spoken
from survey.pages.links import open_rounds
from survey.pages.signin import SIGN_IN
from survey.site import site

_sends, _recent = Limits(secrets.token_bytes), Recent()


def show() -> None:
    """The form, or why there is none."""
    look.style()
    here = site()
    language = st.query_params.get(PARAMETER, "vi")
    try:
        round_ = here.store.round(st.query_params.get("dot", ""))
    except Refused:
        st.title(word("FORM_HOME_TITLE", language), anchor=False)
        st.warning(word("FORM_NO_ROUND", language))
        open_rounds(here.store.rounds(), today(), language)
        return
    if not round_.open_on(today()) and not here.store.has_key(key_hash(st.query_params.get("k", ""))):
        st.title(plain(round_.name), anchor=False)
        if today() < round_.opens:
            st.info(plain(word("FORM_NOT_YET", language, opens=day(round_.opens, language))))
        elif round_.closes is not None:
            st.info(plain(word("FORM_OVER", language, closes=day(round_.closes, language))))
        return
    if st.query_params.get("kenh") in STAFF and not signed_in():
        st.title(plain(round_.name), anchor=False)
        st.info(plain(word("FORM_STAFF_ONLY", language)))
        words = escape(word("FORM_STAFF_SIGN_IN", language))
        st.html(f'<p><a target="_self" href="{spoken(SIGN_IN, language)}">{words}</a></p>')
        return
    rich.show(
        here.store,
        round_,
        secret=here.secret,
        clock=now,
        random=secrets.token_bytes,
        staff=signed_in,
        wait=_wait,
        recent=_recent,
        promise=_promise,
    )


def _promise(code: str) -> str:
    here = site()
    state = here.store.receipt_state(receipt_hash(code))
    key = signing_key(here.folder, secrets.token_bytes)
    return receipt_promise(key, state.round_id, state.day, code) if state is not None else ""


def _wait(desk: str | None) -> float:
    return _sends.allow(str(st.context.ip_address or ""), desk, time.monotonic())
