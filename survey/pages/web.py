"""What does the server answer besides Streamlit's own traffic? The patched page shell, guards and headers."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config, file_util

from survey.errors import word
from survey.forms import look
from survey.keys import new_key, valid_key
from survey.pages import framework, health, requests, signin
from survey.pages.context import rules
from survey.pages.headers import Guard
from survey.pages.language import SPOKEN, spoken
from survey.pages.peer import Peer
from survey.pages.public import KNOWN, OPEN, broken, not_found
from survey.site import site

FORM, DESK, STYLE, SCRIPT = "/phieu", "/ban-lam-viec", "/phieu.css", "/phieu.js"

_SETTINGS = {
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,  # else the script is parsed again for the first visitor after a quiet time
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 20,
    "server.enableStaticServing": False,
    "server.disconnectedSessionTTL": 7200,  # a phone that slept for an hour finds its answers again
    "server.address": "127.0.0.1",
    "browser.gatherUsageStats": False,
    "theme.base": "light",
    "theme.primaryColor": "#0b5394",
    "theme.font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
}
_WATCHED = (health.HEALTH, health.READY, health.METRICS)
_CLOSED = ("/_stcore/agent", "/_stcore/metrics")
_OPEN = ("/_stcore/", "/media/", "/component/", "/static/", "/_component/", "/favicon.png", "/manifest.json")


def configure(secret: bytes, folder: Path) -> None:
    """Streamlit's settings for this product. What the IT officer set by file, variable or flag stays.

    `folder`: the data folder, whose secrets.toml may connect the office's own sign-in (survey.pages.office).
    """
    secret_files = [*config.get_option("secrets.files"), str(folder / "secrets.toml")]
    mine = {
        **_SETTINGS,
        "secrets.files": secret_files,
        "server.cookieSecret": hmac.digest(secret, b"streamlit cookies", "sha256").hex(),
    }
    for name, value in mine.items():
        if not config.is_manually_set(name):
            config.set_option(name, value)


def routes(public: Iterable[str], desk: Sequence[str]) -> list[Route]:
    """All routes of the product: health, sign-in, and the shell of every page. `desk` pages need a session."""
    shells = {language: _shell(language) for language in SPOKEN}
    form_shells = {language: _styled(shell) for language, shell in shells.items()}
    closed = frozenset(desk)

    async def page(request: Request) -> Response:
        path, language = request.url.path, signin.language_of(request)
        if path in closed and (turned := signin.turned_away(request, path.strip("/"), path)) is not None:
            return turned
        if path == FORM and (keyed := _keyed(request)) is not None:
            return RedirectResponse(keyed, 303, headers={"Cache-Control": "no-store"})
        html = (form_shells if path == FORM else shells)[language]
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    async def asset(request: Request) -> Response:
        content, kind = _ASSETS[request.url.path]
        return Response(content, media_type=kind, headers={"Cache-Control": framework.FOR_EVER})

    async def to_desk(request: Request) -> Response:
        return RedirectResponse(spoken(signin.SIGN_IN, signin.language_of(request)), 303)

    pages = [Route(path, page, methods=["GET"]) for path in (*public, *desk)]
    assets = [Route(path, asset, methods=["GET"]) for path in _ASSETS]
    return [*health.routes(counts=True), Route(DESK, to_desk), framework.route(), *assets, *signin.routes(desk), *pages]


def middleware(paths: Iterable[str], open_: tuple[str, ...] = ()) -> list[Middleware]:
    """The guard that stands before everything. `paths`: the product's addresses; `open_`: how others of it begin."""
    guard = Middleware(
        Guard,
        known=frozenset((*paths, DESK, *_ASSETS, *_WATCHED, framework.SCRIPT, *signin.PATHS)),
        open_=(*_OPEN, *open_),
        closed=_CLOSED,
        not_found=not_found,
        broken=broken,
        headers=_HEADERS,
    )
    return [*requests.lines(os.environ, KNOWN | {FORM, *_WATCHED}, OPEN), Middleware(Peer, rules=rules()), guard]


def _keyed(request: Request) -> str | None:
    """The same address with a key of its own, None if it has one. Before the page loads, so Back leaves the form."""
    secret, round_id = site().secret, request.query_params.get("dot", "")
    if valid_key(secret, request.query_params.get("k", ""), round_id):
        return None
    key = new_key(secret, secrets.token_bytes, round_id)
    return str(request.url.replace(scheme="", netloc="").include_query_params(k=key))


def _shell(language: str) -> str:
    """Streamlit's page shell in this language, without its font preload and its link to the agent interface."""
    html = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    html = re.sub(r"<!--.*?-->\s*", "", html, flags=re.DOTALL)
    html = re.sub(r'<link\s+rel="(?:preload|service-desc)"[^>]*>\s*', "", html)
    html = re.sub(r"<script>\s*window\.prerenderReady = false\s*</script>\s*", "", html)
    html = re.sub(
        r"<noscript>.*?</noscript>",
        f"<noscript>{escape(word('FORM_NO_SCRIPT', language))}</noscript>",
        html,
        flags=re.DOTALL,
    )
    html = re.sub(r"<title>.*?</title>", "<title>Hài Lòng</title>", html)
    html = re.sub(r'(<link rel="shortcut icon" href=")[^"]*', rf"\g<1>{_ICON}", html)
    html = html.replace('<script type="module"', f'{framework.tag()}<script type="module"', 1)
    return html.replace('<html lang="en">', f'<html lang="{language}">')


def _styled(shell: str) -> str:
    """The form's shell, with its style and script: not with every run. After the framework's, before what is drawn."""
    style, script = (
        f".{path}?v={hashlib.sha256(content.encode()).hexdigest()[:16]}" for path, (content, _) in _ASSETS.items()
    )
    return shell.replace("<body>", f'<body><link rel="stylesheet" href="{style}"><script src="{script}"></script>', 1)


_ASSETS = {STYLE: (look.STYLE, "text/css"), SCRIPT: (look.SCRIPT, "text/javascript")}
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' "
    "rx='3' fill='%230b5394'/%3E%3Cpath d='M4 8.5l3 3 5-6' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E"
)


_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
