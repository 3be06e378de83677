"""Signing in through the office's own server (OpenID Connect), against a small server of that kind on this machine."""

import base64
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from survey.access import ADMINISTRATOR, change, reset_passcode
from survey.pages import context, entering, signin, web
from survey.pages.context import COOKIE
from survey.site import Site
from tests.survey.pages.test_web import Client

pytestmark = pytest.mark.filterwarnings("ignore:The httpx module is deprecated")

DESK = ("/so-phieu", "/ket-qua")
KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)


@dataclass
class Directory:
    """The office's server: who is sitting there, and how it misbehaves."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "f3a1", "email": "Hoa@tinh.vn"})
    key: Any = field(default_factory=lambda: KEY)
    changed: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.about),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/jwks", self.jwks),
        ]

    def about(self, _: Request) -> Response:
        made = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return JSONResponse(made)

    def authorize(self, request: Request) -> Response:
        code = f"code-{len(self.asked)}"
        self.asked[code] = dict(request.query_params)
        back = request.query_params["redirect_uri"]
        return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': request.query_params['state']})}")

    async def token(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.asked.pop(given["code"], None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if asked is None or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        told = {"iss": self.address, "aud": "hai-long", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signed = jwt.encode({"alg": "RS256", "kid": "k"}, {**told, **self.claims, **self.changed}, self.key)
        return JSONResponse({"access_token": "secret", "token_type": "Bearer", "id_token": signed})

    def jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": [{**KEY.as_dict(private=False), "kid": "k", "alg": "RS256", "use": "sig"}]})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Directory, str]]:
    directory = Directory()
    running = uvicorn.Server(
        uvicorn.Config(Starlette(routes=directory.routes()), port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    yield directory, address
    running.should_exit = True
    thread.join()


@pytest.fixture
def directory(server: tuple[Directory, str], tmp_path: Path) -> Iterator[Directory]:
    """The server in good order, and a desk whose IT officer has written about it in secrets.toml."""
    directory, address = server
    directory.__init__(address=address)  # type: ignore[misc]
    file = tmp_path / "secrets.toml"
    file.write_text(
        f'[auth]\nredirect_uri = "http://testserver/oauth2callback"\ncookie_secret = "{"c" * 40}"\n'
        f'client_id = "hai-long"\nclient_secret = "x"\n'
        f'server_metadata_url = "{address}/.well-known/openid-configuration"\n'
    )
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    secrets_singleton._reset()
    yield directory
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


@pytest.fixture
def browser(here: Site, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(entering, "_failures", signin.Limits(os.urandom, by_address=entering._FAILURES))
    reset_passcode(here.folder, os.urandom)
    reset_passcode(here.folder, os.urandom, "Hoa")
    change(here.folder, os.urandom, "Hoa", "analyst", identities=["hoa@tinh.vn"])
    session = Middleware(SessionMiddleware, secret_key="s" * 40, session_cookie="_streamlit_session")
    app = Starlette(routes=web.routes(("/",), DESK), middleware=[*web.middleware(("/", *DESK)), session])
    with Client(app) as opened:
        yield opened


def away(browser: Client, start: str = "/dang-nhap/co-quan?ve=/ket-qua") -> str:
    """From the desk to the office's server; the address that this sends back to."""
    step = browser.get(start)
    assert step.headers["location"].startswith("/auth/login?provider=")
    there = browser.get(step.headers["location"]).headers["location"]
    asked = parse_qs(urlsplit(there).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["code_challenge_method"] == ["S256"]
    import httpx  # noqa: PLC0415

    back = httpx.get(there).headers["location"]
    assert back.startswith("http://testserver/oauth2callback?")
    return back.removeprefix("http://testserver")


def test_whom_an_administrator_listed_is_in_with_a_session_of_ours_and_nothing_else(
    browser: Client, here: Site
) -> None:
    assert "/dang-nhap/co-quan?ve=/ket-qua" in browser.get("/dang-nhap?ve=/ket-qua").text
    answer = browser.get(away(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/ket-qua")
    assert context.holder(browser.cookies[COOKIE]) == "Hoa"
    assert browser.get("/ket-qua").status_code == 200
    assert not [name for name in browser.cookies if name.startswith("_streamlit_user")], "theirs would hold 30 days"
    (entry,) = here.store.all_log()
    assert (entry.actor, entry.act, entry.about) == ("Hoa", "signin.oidc", "")
    browser.get("/dang-xuat")
    assert browser.get("/ket-qua").status_code == 303


@pytest.mark.slow
def test_the_language_comes_back_with_the_person(browser: Client) -> None:
    back = away(browser, "/dang-nhap/co-quan?ve=/ket-qua&ngon_ngu=en")
    assert browser.get(back).headers["location"] == "/ket-qua?ngon_ngu=en"


def test_an_account_that_nobody_listed_gets_a_page_that_says_what_to_do(
    browser: Client, here: Site, directory: Directory
) -> None:
    directory.claims = {"sub": "f3a2", "email": "la@tinh.vn"}
    answer = browser.get(away(browser))
    assert answer.status_code == 403
    assert "la@tinh.vn" in answer.text
    assert "Vui lòng nhờ quản trị viên" in answer.text
    assert COOKIE not in browser.cookies
    assert [entry.act for entry in here.store.all_log()] == ["signin.unknown"]


@pytest.mark.slow
def test_the_subject_names_a_person_too_and_before_the_address(
    browser: Client, here: Site, directory: Directory
) -> None:
    change(here.folder, os.urandom, ADMINISTRATOR, "administrator", identities=["f3a1"])
    browser.get(away(browser))
    assert context.holder(browser.cookies[COOKIE]) == ADMINISTRATOR


@pytest.mark.slow
@pytest.mark.parametrize(("verified", "status"), [(True, 303), (False, 403), ("false", 403)])
def test_an_address_that_the_office_has_not_confirmed_names_nobody(
    browser: Client, directory: Directory, verified: object, status: int
) -> None:
    directory.claims["email_verified"] = verified
    assert browser.get(away(browser)).status_code == status


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_identity_token_for_something_else_is_refused(
    browser: Client, directory: Directory, changed: dict[str, Any]
) -> None:
    directory.changed = changed
    answer = browser.get(away(browser))
    assert answer.status_code == 403
    assert COOKIE not in browser.cookies


def test_an_identity_token_that_another_key_signed_is_refused(browser: Client, directory: Directory) -> None:
    directory.key = OTHER
    assert browser.get(away(browser)).status_code == 403
    assert COOKIE not in browser.cookies


def test_a_way_back_opens_nothing_twice_nor_in_another_browser(browser: Client, here: Site) -> None:
    back = away(browser)
    thief = Client(browser._http._transport.app)  # type: ignore[attr-defined]
    with thief:
        assert thief.get(back).status_code == 403, "the state belongs to the browser that set out"
        assert COOKIE not in thief.cookies
    assert browser.get(back).status_code == 303
    browser.cookies.delete(COOKIE)
    assert browser.get(back).status_code == 403
    assert COOKIE not in browser.cookies
    for made in ("/oauth2callback", "/oauth2callback?error=access_denied", "/oauth2callback?code=x&state=y"):
        answer = browser.get(made)
        assert answer.status_code == 403
        assert "mật mã riêng" in answer.text


def test_a_server_that_does_not_answer_is_told_in_words(browser: Client, tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text(file.read_text().replace("/.well-known/openid-configuration", "/khong-co"))
    secrets_singleton._reset()
    step = browser.get("/dang-nhap/co-quan?ve=/ket-qua")
    answer = browser.get(step.headers["location"])
    assert answer.status_code == 502
    assert "Vui lòng thử lại" in answer.text
    assert 'action="/dang-nhap?ve=/ket-qua"' in answer.text, "a passcode typed here goes where it is read"


def test_without_the_office_there_is_no_such_way(here: Site) -> None:
    with Client(Starlette(routes=web.routes(("/",), DESK), middleware=web.middleware(("/", *DESK)))) as plain:
        assert "co-quan" not in plain.get("/dang-nhap").text
        for path in ("/dang-nhap/co-quan", "/auth/login", "/oauth2callback", "/auth/logout"):
            assert plain.get(path).status_code == 404
