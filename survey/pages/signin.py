"""The way into the desk: one plain page, one field for one's own passcode, one signed cookie."""

import time
from collections.abc import Container
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.access import SESSION_SECONDS, Patience, new_session, verify
from survey.errors import word
from survey.pages.context import COOKIE, end_session, holds
from survey.pages.language import PARAMETER, spoken, understood
from survey.site import site

SIGN_IN, SIGN_OUT = "/dang-nhap", "/dang-xuat"
_LONGEST_BODY = 4096

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Hài Lòng</title><style>
body{{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:0 auto;padding:2rem 1rem;color:#1a1c1f}}
h1{{font-size:1.5rem}} label{{font-weight:600}}
input,button{{box-sizing:border-box;width:100%;min-height:48px;font:inherit;padding:.5rem .75rem;border-radius:.5rem}}
input{{border:1px solid #6b7280;letter-spacing:.08em;text-transform:uppercase}}
button{{border:0;background:#0b5394;color:#fff;font-weight:600;margin-top:1rem}}
.wrong{{border-left:4px solid #b3261e;background:#fdecea;padding:.75rem}} .hint{{color:#4b5563;font-size:.9rem}}
</style></head><body><main><h1>{title}</h1>{message}
<form method="post"><label for="ma">{label}</label><p class="hint" id="goi-y">{hint}</p>
<input id="ma" name="ma" type="text" autocomplete="current-password" autocapitalize="characters" spellcheck="false"
 aria-describedby="goi-y" required autofocus><button>{button}</button></form>
<p><a href="{start}">{home}</a></p></main></body></html>"""

_patience = Patience()


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
        client = request.client.host if request.client else ""
        wait = _patience.try_now(client, time.monotonic())
        if wait > 0:
            refused = _page(language, word("DESK_WAIT", language, seconds=int(wait) + 1), 429)
            refused.headers["Retry-After"] = str(int(wait) + 1)
            return refused
        typed = await _typed(request)
        here = site()
        person = await run_in_threadpool(verify, here.folder, typed)
        if person is None:
            return _page(language, word("DESK_WRONG", language), 403)
        _patience.forget(client)
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
            end_session(request.cookies.get(COOKIE, ""))
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


def _page(language: str, message: str = "", status: int = 200) -> HTMLResponse:
    html = _PAGE.format(
        language=language,
        start=escape(spoken("/", language)),
        title=escape(word("DESK_SIGN_IN", language)),
        message=f'<p class="wrong" role="alert">{escape(message)}</p>' if message else "",
        label=escape(word("DESK_PASSCODE", language)),
        hint=escape(word("DESK_PASSCODE_HINT", language)),
        button=escape(word("DESK_ENTER", language)),
        home=escape(word("DESK_BACK_HOME", language)),
    )
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
