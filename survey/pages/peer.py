"""From where does a request come, and who is it by the word of a proxy that we believe?

A proxy of the office that has signed somebody in (the province's directory, SAML, Kerberos) says who in a header. It is
believed only on a connection from that proxy's own address (HAILONG_TRUSTED_PROXY); on every other it is taken away
before anything reads it, from pages and from the framework's WebSocket alike.
"""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from survey.access import Rules, identified, role_of
from survey.access.rules import within
from survey.pages.context import COOKIE, holder
from survey.site import site

IDENTITY: Final = "hailong.identity"
"""Where the scope carries what a believed proxy said: an e-mail address or subject."""


class Peer:
    """Middleware, the outermost. Needs the address of who is really connected: uvicorn must not have replaced it
    (`hailong serve` sees to that where a proxy is named; `uvicorn` itself needs --no-proxy-headers)."""

    def __init__(self, app: ASGIApp, *, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._header = rules.header.encode()
        trusted = [str(network) for network in rules.proxies]
        self._through = ProxyHeadersMiddleware(self._arrived, trusted_hosts=trusted)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or WebSocket, with the visitor's own address and without a header that nobody vouches for."""
        if scope["type"] not in ("http", "websocket") or not self._rules.proxies:
            await self._arrived(scope, receive, send)
            return
        said = [value for name, value in scope["headers"] if name == self._header]
        believed = within(_host(scope), self._rules.proxies)
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != self._header]}
        if believed and len(said) == 1:  # two would be the visitor's and the proxy's, and nobody could say which
            scope[IDENTITY] = said[0].decode("utf-8", "replace").strip()
        await self._through(scope, receive, send)  # type: ignore[arg-type]

    async def _arrived(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._barred(scope):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"cookie"]}
        await self._app(scope, receive, send)

    def _barred(self, scope: Scope) -> bool:
        """Whether the cookie's session opens nothing here: an administrator's from an address that is not listed, and
        over a WebSocket that of somebody else than the proxy names (over HTTP the sign-in sees to that, and ends it).
        """
        listed = self._rules.administers_from(_host(scope))
        said = scope.get(IDENTITY) if scope["type"] == "websocket" else None
        if listed and not said:
            return False
        name, folder = holder(HTTPConnection(scope).cookies.get(COOKIE, "")), site().folder
        if name is None:
            return False
        vouched = identified(folder, said) if said else None
        other = vouched is not None and vouched.name != name
        return other or (not listed and role_of(folder, name) == "administrator")


def _host(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""
