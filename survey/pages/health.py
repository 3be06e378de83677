"""Is the process well? `/healthz`, for whoever watches it."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from survey.errors import Refused
from survey.site import site

HEALTH = "/healthz"


def route() -> Route:
    """`ok` while the store answers, else 503 with the word `store`."""
    return Route(HEALTH, _health)


def _health(_: Request) -> PlainTextResponse:  # not async: Starlette runs it in a thread, as it asks the store
    try:
        site().store.rounds()
    except Refused:
        return PlainTextResponse("store", 503, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})
