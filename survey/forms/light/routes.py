"""Which addresses does the light form have, and what stands guard before them?

/ the start page · /p/ROUND a key and on · /p/ROUND/KEY the form, its posting and its receipt · /m and /m/CODE
one-time codes. Every answer of the server here is worded for people, also when something breaks.
"""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from survey import clock as clocks
from survey.errors import Refused, word
from survey.forms.light import asking, entrance, sending, taking
from survey.forms.light.asking import PICTURE
from survey.forms.light.door import Door
from survey.forms.light.entered import FORM_TYPE, Fields, TooLarge, read
from survey.forms.light.entrance import language_of
from survey.forms.light.screens import RETRY, message
from survey.forms.light.visit import CODE, WAY, client_of, query_of
from survey.keys import key_hash
from survey.site import Site, site

_log = logging.getLogger("hailong.form")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # as rounds are called (survey.making); the store is asked for no other
_DIGITS = re.compile(r"[0-9]+")
_ASKS_STORE = {CODE, WAY, PICTURE}
_Handler = Callable[[Request], Awaitable[Response]]


def routes(
    *,
    clock: Callable[[], datetime] = clocks.now,
    random: Callable[[int], bytes] = secrets.token_bytes,
    ticks: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The routes of the light form on `survey.site.site()`. `ticks` are seconds of any clock that only goes on."""
    door = Door(clock, random, ticks)

    async def start(request: Request) -> Response:
        return await run_in_threadpool(entrance.start, door, site(), request)

    async def enter(request: Request) -> Response:
        here = site()
        held = door.held(here.store, request.path_params["round"])
        if held is not None and CODE not in query_of(request):
            return entrance.enter(door, here, held, request)
        return await run_in_threadpool(_in_round, door, here, request, entrance.enter)

    async def ask(request: Request) -> Response:
        here = site()
        held = door.held(here.store, request.path_params["round"])
        digest = key_hash(request.path_params["key"])
        fresh = door.is_fresh(digest)
        # Of a key minted just now nothing can be in the store, and a slip once seen there stays: no thread, no query.
        if held is not None and (fresh or digest in door.stored) and not _ASKS_STORE & query_of(request).keys():
            return asking.ask(door, here, held, request, fresh=fresh)
        wait = door.pages.allow(client_of(request), None, door.ticks())
        if wait > 0:
            return _wait(request, wait)
        return await run_in_threadpool(_in_round, door, here, request, asking.ask, fresh=False)

    async def take(request: Request) -> Response:
        here = site()
        refused = _guard(request)
        if refused is not None:
            return refused
        wait = door.pages.allow(client_of(request), None, door.ticks())
        try:
            fields = await read(request)
        except TooLarge:
            return _plain(request, "LIGHT_TOO_LARGE", status=413)
        door.minted.take(key_hash(request.path_params["key"]))
        sent = await _sent(door, here, request, fields) if wait <= 0 else None
        return sent if sent is not None else await run_in_threadpool(_taken, door, here, request, fields, wait)

    async def invited(request: Request) -> Response:
        wait = door.pages.allow(client_of(request), None, door.ticks())
        if wait > 0:
            return _wait(request, wait)
        return await run_in_threadpool(entrance.invited, door, site(), request)

    return [
        Route("/p/{round}/{key}", polite(_either(ask, take)), methods=["GET", "POST"]),
        Route("/p/{round}", polite(enter), methods=["GET"]),
        Route("/", polite(start), methods=["GET"]),
        Route("/m", polite(invited), methods=["GET"]),
        Route("/m/{code}", polite(invited), methods=["GET"]),
    ]


def _either(get: _Handler, post: _Handler) -> _Handler:
    """One route for both: the router tries them one by one, and has the commonest address first."""

    async def form(request: Request) -> Response:
        return await (post(request) if request.method == "POST" else get(request))

    return form


def from_here(request: Request) -> bool:
    """Whether the browser says that one of our own pages posts. What says nothing needs the form's key anyway."""
    site_said = request.headers.get("sec-fetch-site")
    if site_said is not None:
        return site_said in ("same-origin", "none")
    origin = request.headers.get("origin", "null")  # "null" is what no-referrer makes of it
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def is_form(request: Request) -> bool:
    """Whether what is posted calls itself the fields of a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM_TYPE


def _in_round(
    door: Door, here: Site, request: Request, answer: Callable[..., Response], *more: object, **named: object
) -> Response:
    """The handler's answer for the round that the address names; a polite page if there is none."""
    round_id = request.path_params["round"]
    form = door.form(here.store, round_id) if _ID.fullmatch(round_id) else None
    if form is None:
        return _plain(request, "FORM_NO_ROUND", status=404)
    return answer(door, here, form, request, *more, **named)


async def _sent(door: Door, here: Site, request: Request, fields: Fields) -> Response | None:
    form = door.held(here.store, request.path_params["round"])
    return await sending.send(door, here, form, request, fields) if form is not None else None


def _taken(door: Door, here: Site, request: Request, fields: Fields, wait: float) -> Response:
    """The answer to a posting; to one that comes too soon, or that the store knows no round for, its filled page."""
    last = door.last(here.store, request.path_params["round"])
    if wait > 0:
        return taking.give_back(door, here, last, request, fields, wait=wait) if last else _wait(request, wait)
    try:
        return _in_round(door, here, request, taking.take, fields)
    except Refused as refused:
        if last is None:
            raise
        return taking.give_back(door, here, last, request, fields, refused=refused)


def _guard(request: Request) -> Response | None:
    """Why a posting is not even read."""
    if not from_here(request):
        return _plain(request, "LIGHT_FROM_ELSEWHERE", status=403)
    if not is_form(request):
        return _plain(request, "LIGHT_NOT_A_FORM", status=415)
    if not _DIGITS.fullmatch(request.headers.get("content-length", "0")):
        return _plain(request, "LIGHT_NOT_A_FORM", status=400)
    return None


def _wait(request: Request, wait: float) -> Response:
    seconds = int(wait) + 1
    headers = {"Retry-After": str(seconds)}
    return _plain(request, "LIGHT_WAIT_PAGE", status=429, headers=headers, seconds=seconds)


def _plain(
    request: Request, code: str, *, status: int, headers: dict[str, str] | None = None, **values: object
) -> Response:
    language = language_of(request)
    home = [("/", word("LIGHT_HOME", language))]
    heading = "FORM_HOME_TITLE" if request.method != "POST" else "LIGHT_BROKEN" if status >= 500 else "LIGHT_NOT_TAKEN"
    title = word(heading, language)
    return message(language, title, [word(code, language, **values)], home, status=status, headers=headers)


def polite(handler: _Handler) -> _Handler:
    """A page in words whatever happens: 503 while the store cannot be used, 500 for what nobody foresaw."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            raise
        except Refused as refused:
            _log.error("a page could not be made: %s", ", ".join(problem.code for problem in refused.problems))
            headers = {"Retry-After": str(RETRY)}
            return _plain(request, "FORM_BROKEN", status=503, headers=headers)
        except Exception:
            _log.exception("a page failed")
            return _plain(request, "FORM_BROKEN", status=500)

    return answer
