"""Which requests leave a line in the log? With HAILONG_LOG=json: all of the desk, of citizens those that went wrong.

A line names the route as the program has it and never the address: a form's key is in that. A citizen's request that
went well leaves none, for its moment would say when somebody answered (decision 0002).
"""

import logging
import secrets
import time
from collections.abc import Mapping

from starlette.middleware import Middleware
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from survey import logs

_BAD = 400
_log = logging.getLogger("hailong.request")


class RequestLines:
    """Middleware. `known`: addresses of citizens' pages; `open_`: how others of them begin."""

    def __init__(self, app: ASGIApp, known: frozenset[str], open_: tuple[str, ...]) -> None:
        self._app = app
        self._known = known
        self._open = open_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, with a number that its records carry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, time.perf_counter()

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        number = secrets.token_hex(4)
        token = logs.request.set(number)
        try:
            await self._app(scope, receive, heard)
        finally:
            logs.request.reset(token)
            path = scope["path"]
            if status >= _BAD or not (path in self._known or path.startswith(self._open)):
                taken = round((time.perf_counter() - begun) * 1000)
                fields = {"request": number, "method": scope["method"], "route": _route(scope), "status": status}
                _log.info("request", extra={"fields": {**fields, "ms": taken}})


def lines(settings: Mapping[str, str], known: frozenset[str], open_: tuple[str, ...]) -> list[Middleware]:
    """The middleware where the setting asks for it. Raises Refused (LOG_FORM) for a setting that cannot be."""
    return [Middleware(RequestLines, known=known, open_=open_)] if logs.form_of(settings) == "json" else []


def _route(scope: Scope) -> str:
    """The route's own text, like /p/{round}; «-» where there is none for this address."""
    found = (route for route in scope["app"].routes if route.matches(scope)[0] is Match.FULL)
    return str(getattr(next(found, None), "path", "")) or "-"
