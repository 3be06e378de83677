"""What stands before every route? Closed addresses, a page for unknown ones and for faults, headers a page lacks."""

import logging
from collections.abc import Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]


class Guard:
    """Middleware. `known`: exact addresses; `open_`: the starts of those that routes have; `closed`: starts of those
    that nobody gets, whatever routes there are; `not_found` makes the page for all others, `broken` the one for what
    nobody foresaw (which is logged here); `headers` are added to every answer that does not set them itself.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        known: frozenset[str],
        open_: tuple[str, ...],
        closed: tuple[str, ...],
        not_found: Callable[[Request], Response],
        broken: Callable[[Request, Exception], Response],
        headers: Mapping[str, str],
    ) -> None:
        self._app = app
        self._known = known
        self._open = open_
        self._closed = closed
        self._not_found = not_found
        self._broken = broken
        self._headers: Headers = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
        self._names = frozenset(name for name, _ in self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: shut, handed on, or answered with the page for unknown addresses."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = message.get("headers", ())
                own = {name for name, _ in headers}  # in small letters, as ASGI wants them
                if not self._names <= own:
                    missing = [header for header in self._headers if header[0] not in own]
                    message["headers"] = [*headers, *missing]
            await send(message)

        path = scope["path"]
        if path.startswith(self._closed):
            await PlainTextResponse("not found", 404)(scope, receive, send_with_headers)
        elif path in self._known or path.startswith(self._open):
            try:
                await self._app(scope, receive, send_with_headers)
            except ClientDisconnect:
                raise
            except Exception as error:
                if begun:
                    raise
                logging.getLogger("hailong").exception("a page failed")
                await self._broken(Request(scope), error)(scope, receive, send_with_headers)
        else:
            await self._not_found(Request(scope))(scope, receive, send_with_headers)
