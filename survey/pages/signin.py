"""The way into the desk: one plain page, one field for one's own passcode, one signed cookie.

Where the office has a sign-in of its own, a link leads to it (survey.pages.office), or a proxy vouches (peer): all
three end in the same session.
"""

import secrets
import time
from asyncio import get_running_loop
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.access import Patience, Person, identified, rehash, session_seen, tried_for, verify, who
from survey.errors import word
from survey.forms.light.page import page
from survey.limits import Limits, Rate, network
from survey.pages import office
from survey.pages.context import COOKIE, end_session, holder, note_for
from survey.pages.entering import Shut, enter, failed
from survey.pages.language import PARAMETER, SPOKEN, spoken, understood
from survey.pages.peer import IDENTITY
from survey.pages.public import not_found
from survey.roles import opens
from survey.site import site

SIGN_IN, SIGN_OUT, OFFICE = "/dang-nhap", "/dang-xuat", "/dang-nhap/co-quan"
PATHS = (SIGN_IN, SIGN_OUT, OFFICE, office.LOGIN, office.BACK)
"""Every address of signing in and out, Streamlit's own of the office's sign-in among them."""
_WANTED = "hailong-ve"
_LONGEST_BODY = 4096

_ADDRESS = Rate(burst=30, per_second=0.5)
"""All tries from one network: an office where everybody signs in at eight passes, a machine hashes twice a second at
most, and who shares its address waits two seconds for the next free try, not a quarter of an hour."""

_patience = Patience()
_limits = Limits(secrets.token_bytes, by_address=_ADDRESS)
# Of its own: a crowd of tries must not take the threads that show pages, nor more than twice 19 MiB.
_hashing = ThreadPoolExecutor(2, thread_name_prefix="passcode")


def routes(desk: Sequence[str]) -> list[Route]:
    """The routes of signing in and out. `desk`: the paths one may be sent on to, if the role has them; else to the
    first that it has."""
    ways = _Ways(desk=desk)
    return [
        Route(SIGN_IN, ways.sign_in, methods=["GET", "POST"]),
        Route(OFFICE, ways.to_office, methods=["GET"]),
        Route(office.LOGIN, ways.at_office, methods=["GET"]),
        Route(office.BACK, ways.from_office, methods=["GET"]),
        Route(SIGN_OUT, sign_out, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """The ways in, which all end at a page of `desk`."""

    desk: Sequence[str]

    async def sign_in(self, request: Request) -> Response:
        """The page, and what it sends. Who is in already, and whom a proxy vouches for, goes on."""
        language, wanted = language_of(request), request.query_params.get("ve", "")
        if request.method == "GET":
            person, said = signed_in_as(request), request.scope.get(IDENTITY)
            if person is not None:
                return RedirectResponse(self._target(wanted, person, language), 303)
            return await self._vouched(request, (said,), language, wanted) if said else _page(language, wanted)
        if not _from_here(request):
            return _page(language, wanted, word("DESK_ELSEWHERE", language), 403)
        client = network(request.client.host if request.client else "")
        typed = await _typed(request)
        # Wrong tries are counted by network and by whose passcode was meant: a colleague's typos, behind the same
        # office address, do not hold back anybody else's right passcode.
        meant = f"{client} {tried_for(typed)}"
        wait = _limits.allow(client, None, time.monotonic()) or _patience.try_now(meant, time.monotonic())
        if wait > 0:
            refused = _page(language, wanted, word("DESK_WAIT", language, seconds=int(wait) + 1), 429)
            refused.headers["Retry-After"] = str(int(wait) + 1)
            return refused
        person = await get_running_loop().run_in_executor(_hashing, _whose, typed)
        if person is None:
            await run_in_threadpool(failed, client)
            return _page(language, wanted, word("DESK_WRONG", language), 403)
        _patience.forget(meant)
        return await self._let_in(request, person, "passcode", language, wanted)

    async def to_office(self, request: Request) -> Response:
        """To the office's own sign-in server, and from there back."""
        if not office.ready():
            return not_found(request)
        request.session[_WANTED] = [request.query_params.get("ve", ""), language_of(request)]
        return RedirectResponse(office.leave(), 303)

    async def at_office(self, request: Request) -> Response:
        """The step that Streamlit takes for `st.login`; a server that does not answer is told in words."""
        answer = await office.sent(request) if office.ready() else not_found(request)
        if answer is not None:
            return answer
        wanted, language = request.session.get(_WANTED, ("", SPOKEN[0]))
        return _page(language, wanted, word("ACC_OFFICE_FAILED", language), 502)

    async def from_office(self, request: Request) -> Response:
        """Back from it."""
        if not office.ready():
            return not_found(request)
        wanted, language = request.session.pop(_WANTED, ("", SPOKEN[0]))
        identities = await office.returned(request)
        if not identities:
            return _page(language, wanted, word("ACC_OFFICE_FAILED", language), 403)
        return await self._vouched(request, identities, language, wanted)

    async def _vouched(self, request: Request, identities: Sequence[str], language: str, wanted: str) -> Response:
        """In, if an administrator has listed one of the identities under which somebody else knows this person."""
        person = next(filter(None, (identified(site().folder, each) for each in identities)), None)
        if person is None:
            await run_in_threadpool(failed, identities[-1], "signin.unknown")
            return _page(language, wanted, word("ACC_UNKNOWN", language, got=identities[-1][:80]), 403)
        return await self._let_in(request, person, "proxy" if IDENTITY in request.scope else "oidc", language, wanted)

    async def _let_in(self, request: Request, person: Person, way: str, language: str, wanted: str) -> Response:
        answer = RedirectResponse(self._target(wanted, person, language), 303)
        try:
            await run_in_threadpool(enter, request, answer, person, way)
        except Shut as shut:
            return _page(language, wanted, shut.problem.say(language), 403)
        return answer

    def _target(self, wanted: str, person: Person, language: str) -> str:
        mine = [path for path in self.desk if opens(person.role, path.strip("/"))]
        return spoken(wanted if wanted in mine else next(iter(mine), "/"), language)


async def sign_out(request: Request) -> Response:
    """Ends the session, unless another site asked for it."""
    answer = RedirectResponse(spoken("/", language_of(request)), 303)
    if request.headers.get("sec-fetch-site", "same-origin") != "cross-site":
        await run_in_threadpool(_leave, request)
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def signed_in_as(request: Request) -> Person | None:
    """Who has the session that the request's cookie names, if it holds; its idle time begins anew. Where a proxy says
    that somebody else is sitting there, nobody."""
    token, folder = request.cookies.get(COOKIE, ""), site().folder
    name = holder(token)
    person = None if name is None else who(folder, name)
    said = request.scope.get(IDENTITY)
    vouched = identified(folder, said) if said else None
    if person is None or vouched not in (None, person):
        return None
    session_seen(folder, token, time.time())
    return person


def turned_away(request: Request, what: str, back: str) -> Response | None:
    """Why who asks gets nothing here: the sign-in page for nobody, which leads on to `back`; and for a role that does
    not have this page or way (survey.roles) the page for addresses that do not exist. None for who may."""
    person = signed_in_as(request)
    if person is None:
        return RedirectResponse(sign_in_address(back, language_of(request)), 303)
    return None if opens(person.role, what) else not_found(request)


def sign_in_address(path: str, language: str) -> str:
    """The sign-in page that leads on to `path`."""
    return spoken(f"{SIGN_IN}?ve={quote(path)}", language)


def language_of(request: Request) -> str:
    """The language that the request's address names, else Vietnamese."""
    return understood(request.query_params.get(PARAMETER))


def _leave(request: Request) -> None:
    token = request.cookies.get(COOKIE, "")
    name = holder(token)
    person = None if name is None else who(site().folder, name)
    if person is not None:
        end_session(token)
        note_for(person.name, person.role, "signin.out")


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


def _whose(typed: str) -> Person | None:
    folder = site().folder
    name = verify(folder, typed)
    if name is None:
        return None
    rehash(folder, secrets.token_bytes, name, typed)
    return who(folder, name)


def _page(language: str, wanted: str, problem: str = "", status: int = 200) -> HTMLResponse:
    # With the other pages' no-referrer a browser would not say where the form was sent from, and none could sign in.
    headers = {"Referrer-Policy": "same-origin"}
    values = {
        "problem": problem,
        "home": spoken("/", language),
        "action": sign_in_address(wanted, language),
        "office": spoken(f"{OFFICE}?ve={quote(wanted)}", language) if office.ready() else "",
    }
    return page("signin.html", language=language, status=status, headers=headers, **values)
