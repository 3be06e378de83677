"""What does somebody who opens a form get? The form, its receipt if it was sent already, or why not."""

from datetime import datetime, timedelta
from itertools import groupby

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from survey.clock import VIETNAM
from survey.errors import word
from survey.forms.draft import place_of
from survey.forms.light.door import Door
from survey.forms.light.filling import Filled, box
from survey.forms.light.form import Form
from survey.forms.light.page import page
from survey.forms.light.screens import KIOSK_SHOWN, form_page, receipt_page, to, told
from survey.forms.light.visit import PAGE, PLACE, WIDE, Visit, query_of, read_stamp, stamp, visit
from survey.forms.sealing import Kept, unseal
from survey.keys import key_hash
from survey.ledger import PROMISE, known_key, receipt_code, receipt_hash, receipt_promise
from survey.round import place_order
from survey.site import Site

DONE, SAVED, LOOK, PICTURE, STRATUM = "xong", "luu", "xem", "qr", "tang"
KIOSK_IDLE = timedelta(minutes=3)
"""So long a kiosk keeps what nobody goes on with."""


def ask(door: Door, site: Site, form: Form, request: Request, *, fresh: bool) -> Response:
    """The answer to a GET of a form's address. `fresh`: the key was minted just now, so the store need not be asked.

    Raises Refused when the store cannot say.
    """
    seen = visit(site, form, request)
    now = door.clock()
    if not seen.known:
        return to(seen.entrance)
    digest = key_hash(seen.key)
    if not fresh and is_stored(door, site, digest):
        return _receipt(door, site, seen, request, now)
    problem = seen.unwelcome(now.astimezone(VIETNAM).date())
    if problem is not None:
        return told(seen, problem)
    if len(form.round.places) > WIDE and seen.place is None:
        return _where(seen, request)
    kept = None if fresh else draft_of(site, seen.key)
    if seen.kiosk and kept is not None and now.timestamp() - _saved(kept) > KIOSK_IDLE.total_seconds():
        site.store.drop_draft(digest)
        return to(seen.again)
    return _page(site, seen, request, kept, now)


def is_stored(door: Door, site: Site, digest: str) -> bool:
    """Whether this key's slip is on disk, where it stays: what was seen there once is not looked up again."""
    if digest not in door.stored and site.store.has_key(digest):
        door.stored.add(digest)
    return digest in door.stored


def draft_of(site: Site, key: str) -> Kept | None:
    """What was kept of this form, None if nothing was."""
    content = site.store.draft(key_hash(key))
    return unseal(key, content) if content is not None else None


def step_of(number: int, now: datetime) -> str:
    """How the light form notes in a draft where the person is, and when it was saved."""
    return f"{number}.{int(now.timestamp())}"


def _page(site: Site, seen: Visit, request: Request, kept: Kept | None, now: datetime) -> Response:
    form = seen.form
    asked_for = query_of(request).get(PAGE) or (kept.step or "").partition(".")[0] if kept else ""
    number = min(max(int(asked_for), 1), len(form.pages)) if asked_for.isdecimal() and len(asked_for) < 4 else 1
    answers = kept.answers if kept else {}
    place = seen.place or place_of(form.round, kept.place if kept else None)
    look = kept is not None and LOOK in query_of(request)
    saved = kept is not None and SAVED in query_of(request) and not seen.kiosk
    opened = kept.opened_at if kept and kept.opened_at else now
    filled = Filled(
        stamp=stamp(site.secret, seen.key, opened),
        again=seen.again,
        place=place,
        answers=answers,
        problems=form.problems(number, answers, place_missing=place is None) if look else (),
        message=_saved_at(request, seen) if saved else "",
    )
    return form_page(request, seen, number, filled)


def _saved_at(request: Request, seen: Visit) -> Markup:
    address = f"{str(request.base_url).rstrip('/')}{seen.address()}"
    return box(word("LIGHT_SAVED", seen.language), address)


def _saved(kept: Kept) -> int:
    moment = (kept.step or "").partition(".")[2]
    return int(moment) if moment.isdecimal() else 0


def _receipt(door: Door, site: Site, seen: Visit, request: Request, now: datetime) -> Response:
    """The receipt; on a kiosk only once and at once, for the next person may press Back."""
    sent = read_stamp(site.secret, seen.key, query_of(request).get(DONE, ""))
    code = receipt_code(seen.key)
    if seen.kiosk:
        digest = key_hash(seen.key)
        if sent is None or (now - sent).total_seconds() > KIOSK_SHOWN or digest in door.shown:
            return to(seen.again)
        door.shown.add(digest)
    promise = ""
    if seen.kiosk or PICTURE in query_of(request):
        state, signer = site.store.receipt_state(receipt_hash(code)), known_key(site.folder, PROMISE)
        if state is not None and signer is not None:
            promise = receipt_promise(signer, state.round_id, state.day, code)
    return receipt_page(request, seen, code, thanks=sent is not None, promise=promise)


def _where(seen: Visit, request: Request) -> Response:
    """The place, in two steps, where a round has too many for one list."""
    places = sorted(seen.form.round.places, key=place_order)
    strata = [(stratum, list(group)) for stratum, group in groupby(places, key=lambda place: place.stratum)]
    chosen = query_of(request).get(STRATUM, "")
    at = int(chosen) if chosen.isdecimal() and len(chosen) < 5 and int(chosen) < len(strata) else None
    if len(strata) == 1:
        at = 0
    options = (
        [(str(number), stratum) for number, (stratum, _) in enumerate(strata)]
        if at is None
        else [(place.code, place.name) for place in strata[at][1]]
    )
    carried = {name: value for name, value in seen.query.items() if name != PLACE}
    if at is not None and len(strata) > 1:
        carried[STRATUM] = chosen
    return page(
        "place.html",
        language=seen.language,
        languages=seen.languages,
        user=seen.form.round.study == "user",
        title=seen.form.questionnaire.title,
        stratum=strata[at][0] if at is not None else "",
        name=STRATUM if at is None else PLACE,
        options=options,
        carried=carried,
        back=seen.address() if at is not None and len(strata) > 1 else "",
        asked=(STRATUM if at is None else PLACE) in query_of(request),
    )
