"""The way into the desk: one plain page, one field for one's own passcode, one signed cookie."""

import secrets
import time
from asyncio import get_running_loop
from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.access import SESSION_SECONDS, Patience, new_session, tried_for, verify
from survey.errors import word
from survey.forms.light.page import page
from survey.limits import Limits, Rate, network
from survey.pages.context import COOKIE, end_session, holds
from survey.pages.language import PARAMETER, spoken, understood
from survey.site import site

SIGN_IN, SIGN_OUT = "/dang-nhap", "/dang-xuat"
_LONGEST_BODY = 4096

_ADDRESS = Rate(burst=30, per_second=0.5)
"""All tries from one network: an office where everybody signs in at eight passes, a machine hashes twice a second at
most, and who shares its address waits two seconds for the next free try, not a quarter of an hour."""

_patience = Patience()
_limits = Limits(secrets.token_bytes, by_address=_ADDRESS)
# Of its own: a crowd of tries must not take the threads that show pages, nor more than twice 16 MiB.
_hashing = ThreadPoolExecutor(2, thread_name_prefix="passcode")


def routes(desk: Container[str], first: str) -> list[Route]:
    """The routes of signing in and out. `desk`: the paths one may be sent back to; `first`: where to go otherwise."""

    async def sign_in(request: Request) -> Response:
        language = language_of(request)
        wanted = request.query_params.get("ve", first)
        target = spoken(wanted if wanted in desk else first, language)
        if request.method == "GET":
            return RedirectResponse(target, 303) if is_signed_in(request) else _page(language)
        if not _from_here(request):
            return _page(language, word("DESK_ELSEWHERE", language), 403)
        client = network(request.client.host if request.client else "")
        typed = await _typed(request)
        # Wrong tries are counted by network and by whose passcode was meant: a colleague's typos, behind the same
        # office address, do not hold back anybody else's right passcode.
        meant = f"{client} {tried_for(typed)}"
        wait = _limits.allow(client, None, time.monotonic()) or _patience.try_now(meant, time.monotonic())
        if wait > 0:
            refused = _page(language, word("DESK_WAIT", language, seconds=int(wait) + 1), 429)
            refused.headers["Retry-After"] = str(int(wait) + 1)
            return refused
        here = site()
        person = await get_running_loop().run_in_executor(_hashing, verify, here.folder, typed)
        if person is None:
            return _page(language, word("DESK_WRONG", language), 403)
        _patience.forget(meant)
        answer = RedirectResponse(target, 303)
        answer.set_cookie(
            COOKIE,
            new_session(here.folder, here.secret, person, time.time()),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    async def sign_out(request: Request) -> Response:
        answer = RedirectResponse(spoken("/", language_of(request)), 303)
        if request.headers.get("sec-fetch-site", "same-origin") != "cross-site":
            await run_in_threadpool(end_session, request.cookies.get(COOKIE, ""))
            answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return answer

    return [Route(SIGN_IN, sign_in, methods=["GET", "POST"]), Route(SIGN_OUT, sign_out, methods=["GET"])]


def is_signed_in(request: Request) -> bool:
    """Whether the request's cookie is a session that holds."""
    return holds(request.cookies.get(COOKIE, ""))


def sign_in_address(path: str, language: str) -> str:
    """The sign-in page that leads on to `path`."""
    return spoken(f"{SIGN_IN}?ve={quote(path)}", language)


def language_of(request: Request) -> str:
    """The language that the request's address names, else Vietnamese."""
    return understood(request.query_params.get(PARAMETER))


def _from_here(request: Request) -> bool:
    """A browser says where a form was sent from; another site must not sign anybody in."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin).netloc == request.headers.get("host")


async def _typed(request: Request) -> str:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_BODY:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get("ma", [""])[0]


def _page(language: str, problem: str = "", status: int = 200) -> HTMLResponse:
    # With the other pages' no-referrer a browser would not say where the form was sent from, and none could sign in.
    headers = {"Referrer-Policy": "same-origin"}
    home = spoken("/", language)
    return page("signin.html", language=language, status=status, headers=headers, problem=problem, home=home)
