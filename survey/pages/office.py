"""Who is it by the office's own sign-in? OpenID Connect as Streamlit's `st.login` does it, for one request.

The IT officer writes the `[auth]` section of Streamlit's secrets.toml (docs/huong-dan/nguoi-dung.md). The way there and
back is Streamlit's own: state, nonce, PKCE and the signature of the identity token are checked by Authlib. What comes
back is read once and not kept: Streamlit's cookie holds for 30 days and nobody could end it, so the browser gets a
session of ours instead, as with a passcode.
"""

import json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import get_cookie_with_chunks, get_secrets_auth_section
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

LOGIN: Final = "/auth/login"
BACK: Final = "/oauth2callback"
"""Streamlit's address of the way there, and the one that the office's server sends people back to."""

_PROVIDER = "default"
_login, _callback = (
    next(route.endpoint for route in create_auth_routes("") if route.path == path) for path in (LOGIN, BACK)
)


def ready() -> bool:
    """Whether the IT officer has written an `[auth]` section."""
    return bool(get_secrets_auth_section())


def leave() -> str:
    """The address that sends the browser to the office's server, good for a few minutes."""
    return generate_login_redirect_url(_PROVIDER)


async def sent(request: Request) -> Response | None:
    """What sends the browser to the office's server; None if that does not answer or is not set up rightly."""
    answer: Response = await _login(request)
    there = answer.headers.get("location", "")
    return answer if there.startswith(("https://", "http://")) else None


async def returned(request: Request) -> tuple[str, ...]:
    """The identities of who comes back from the office's server: the subject, then the e-mail address. None of them if
    the sign-in was broken off, was forged or is told a second time.

    An address that the office's server itself calls unconfirmed is none: anybody may have typed it.
    """
    claims = _claims(await _callback(request))
    confirmed = claims.get("email_verified") not in (False, "false")
    found = (claims.get("sub"), claims.get("email") if confirmed else None)
    return tuple(each for each in found if isinstance(each, str) and each)


def _claims(answer: Response) -> Mapping[str, Any]:
    """What the identity token said, from the cookie that Streamlit would have set."""
    cookies = SimpleCookie()
    for name, value in answer.raw_headers:
        if name == b"set-cookie":
            cookies.load(value.decode("latin-1"))

    def one(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies[name].value) if name in cookies else None

    told = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    return json.loads(told) if told else {}
