"""Page: the questionnaire of one round, for whoever has its address."""

import secrets
import time
from html import escape

import streamlit as st

from survey.clock import now, today
from survey.errors import Refused, word
from survey.forms import rich
from survey.forms.draft import STAFF
from survey.forms.flags import Recent
from survey.keys import key_hash
from survey.ledger import PROMISE, known_key, receipt_hash, receipt_promise
from survey.limits import Limits
from survey.pages.context import person
from survey.pages.language import PARAMETER, spoken, understood
from survey.pages.links import open_rounds
from survey.pages.signin import SIGN_IN
from survey.round import Round
from survey.site import site
from survey.store import Store
from survey.words import day, plain

_AGE = 2.0
_sends, _recent = Limits(secrets.token_bytes), Recent()
_rounds: dict[str, tuple[float, Store, Round]] = {}


def show() -> None:
    """The form, or why there is none."""
    here = site()
    language = st.query_params.get(PARAMETER, "vi")
    try:
        round_ = _round(here.store, st.query_params.get("dot", ""))
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
    if st.query_params.get("kenh") in STAFF and person() is None:
        st.title(plain(round_.name), anchor=False)
        st.info(plain(word("FORM_STAFF_ONLY", language)))
        words = escape(word("FORM_STAFF_SIGN_IN", language))
        st.html(f'<p><a target="_self" href="{spoken(SIGN_IN, understood(language))}">{words}</a></p>')
        return
    rich.show(
        here.store,
        round_,
        secret=here.secret,
        clock=now,
        random=secrets.token_bytes,
        staff=person,
        wait=_wait,
        recent=_recent,
        promise=_promise,
    )


def _round(store: Store, round_id: str) -> Round:
    """The round, as it was at most two seconds ago: every run of the page asks for it."""
    at, whose, held = _rounds.get(round_id, (0.0, None, None))
    if held is None or whose is not store or time.monotonic() - at > _AGE:
        held = store.round(round_id)
        _rounds[round_id] = (time.monotonic(), store, held)
    return held


def _promise(code: str) -> str:
    here = site()
    state = here.store.receipt_state(receipt_hash(code))
    key = known_key(here.folder, PROMISE)
    return receipt_promise(key, state.round_id, state.day, code) if state is not None and key is not None else ""


def _wait(desk: str | None) -> float:
    return _sends.allow(str(st.context.ip_address or ""), desk, time.monotonic())
