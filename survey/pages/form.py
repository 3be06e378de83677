"""Page: the questionnaire of one round, for whoever has its address."""

import secrets
import time
from html import escape

import streamlit as st

from survey.clock import now, today
from survey.errors import Refused, word
from survey.forms import rich
from survey.forms.accept import untaken, untimely
from survey.forms.draft import STAFF
from survey.forms.flags import Recent
from survey.keys import key_hash
from survey.ledger import PROMISE, known_key, receipt_hash, receipt_promise
from survey.limits import Limits
from survey.pages import preview_form
from survey.pages.context import may, person
from survey.pages.language import PARAMETER, spoken, understood
from survey.pages.links import open_rounds
from survey.pages.signin import SIGN_IN
from survey.round import Round
from survey.site import site
from survey.store import Store
from survey.words import plain

_AGE = 2.0
_sends, _recent = Limits(secrets.token_bytes), Recent()
_rounds: dict[str, tuple[float, Store, Round]] = {}


def show() -> None:
    """The form, or why there is none."""
    here = site()
    language = st.query_params.get(PARAMETER, "vi")
    if looked := st.query_params.get(preview_form.LOOKED):
        preview_form.show(looked, language)
        return
    try:
        round_ = _round(here.store, st.query_params.get("dot", ""))
    except Refused:
        st.title(word("FORM_HOME_TITLE", language), anchor=False)
        st.warning(word("FORM_NO_ROUND", language))
        open_rounds(here.store.rounds(), today(), language)
        return
    shut = untimely(round_, today()) or (untaken(round_, _way()) if round_.channels else None)
    if shut is not None and not here.store.has_key(key_hash(st.query_params.get("k", ""))):
        st.title(plain(round_.name), anchor=False)
        st.info(plain(shut.what(language)))
        return
    if (way := st.query_params.get("kenh")) in STAFF and not may(f"kenh={way}"):
        st.title(plain(round_.name), anchor=False)
        if person() is not None:
            st.info(plain(word("ACC_NOT_YOURS", language)))
            return
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
        staff=_staff,
        wait=_wait,
        recent=_recent,
        promise=_promise,
    )


def _way() -> str:
    """How an answer from this address comes, as far as the address says."""
    given = st.query_params
    return given.get("kenh") or ("invited" if given.get("ma") else "link" if given.get("tu") else "open")


def _staff() -> str | None:
    """Who enters a slip for somebody else: whoever is signed in and may."""
    return person() if may("kenh=paper") else None


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
