"""The door of the citizens' process (HAILONG_ROLE=public): the light form and the receipts, and nothing else.

Neither Streamlit nor the desk nor a line of analysis is loaded here: what is not there cannot be reached.
`hailong serve` starts it as `uvicorn survey.pages.public:app` when the role says so.
"""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from errno import EADDRNOTAVAIL

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey import logs, meters
from survey.care.settings import METRICS, port_of
from survey.errors import Problem, Refused, word
from survey.forms.light import routes as light
from survey.forms.light.entrance import language_of
from survey.forms.light.page import headers_for
from survey.forms.light.screens import message
from survey.forms.light.visit import LANGUAGE
from survey.limits import Limits
from survey.pages import health, ledger_files, receipts, requests
from survey.pages.caretaker import settle
from survey.pages.headers import Guard
from survey.site import Site, close, site

KNOWN = frozenset({"/", "/m", "/bien-nhan"})
OPEN = ("/p/", "/m/", "/bien-nhan/", "/so-cai/")
"""The addresses of citizens' pages, and how the addresses below them begin."""


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def not_found(request: Request) -> Response:
    """The page for an address that is none, in the language that the address names."""
    return _told(language_of(request), "FORM_NOT_FOUND", 404)


def broken(request: Request, error: Exception) -> Response:
    """The page for a fault that no page foresaw: 503 while the store cannot be used, else 500."""
    return _told(language_of(request), "FORM_BROKEN", 503 if isinstance(error, Refused) else 500)


def citizens() -> list[Route]:
    """The routes of every page that a citizen needs."""
    return [
        *light.routes(),
        *receipts.routes(Limits(secrets.token_bytes)),
        *ledger_files.routes(),
        # What is below these and is no page must not reach the framework, which has a page for every address.
        *(Route(path, _nowhere, methods=_METHODS) for path in (*(f"{start}{{rest:path}}" for start in OPEN), *KNOWN)),
    ]


async def _nowhere(request: Request) -> Response:
    if request.url.path in KNOWN or request.method not in ("GET", "HEAD", "POST"):
        return _told(language_of(request), "LIGHT_METHOD", 405)
    return not_found(request)


def _told(language: str, code: str, status: int) -> Response:
    home = ("/" if language == "vi" else f"/?{LANGUAGE}={language}", word("LIGHT_HOME", language))
    return message(language, word("FORM_HOME_TITLE", language), [word(code, language)], [home], status=status)


@asynccontextmanager
async def _running(_: Starlette) -> AsyncIterator[None]:
    """Opens the store, so that a bad setting is told at the start. No access log: see decision 0002."""
    logs.configure(os.environ)
    with watched(site()):
        settle()
        yield
    close()


@contextmanager
def watched(here: Site) -> Iterator[None]:
    """What is counted can be read on the address that HAILONG_METRICS names, never on the citizens' port.

    Raises Refused for a setting that names none, or a port that is taken.
    """
    given = os.environ.get(METRICS, "")
    if not given:
        yield
        return
    at = port_of(given)
    try:
        if at is None:
            raise OSError(EADDRNOTAVAIL, os.strerror(EADDRNOTAVAIL))
        stop = meters.serve(*at, lambda: health.gauges(here))
    except OSError as error:
        values = {"name": METRICS, "got": given, "reason": error.strerror}
        raise Refused([Problem(code="CAR_METRICS", values=values)]) from error
    try:
        yield
    finally:
        stop()


_guard = Middleware(
    Guard,
    known=KNOWN | {health.HEALTH, health.READY},
    open_=OPEN,
    closed=(),
    not_found=not_found,
    broken=broken,
    headers=headers_for([], []),
)
app = Starlette(
    routes=[*citizens(), *health.routes(counts=False)],
    middleware=[*requests.lines(os.environ, KNOWN | {health.HEALTH, health.READY}, OPEN), _guard],
    lifespan=_running,
)
