"""What the server answers besides Streamlit's own traffic."""

import asyncio
import os
import re
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from survey.access import reset_passcode
from survey.errors import Problem, Refused, catalogue
from survey.keys import new_key, valid_key
from survey.pages import signin, web
from survey.pages.context import COOKIE
from survey.site import Site

PUBLIC, DESK = ("/", "/phieu"), ("/so-phieu", "/ket-qua")


class Client:
    """A browser without JavaScript: keeps cookies, follows no redirect."""

    def __init__(self, app: Starlette) -> None:
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver")
        self.cookies = self._http.cookies

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._http.get(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._http.post(path, **more))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()


@pytest.fixture
def client(here: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(signin, "_patience", signin.Patience())
    monkeypatch.setattr(signin, "_limits", signin.Limits(os.urandom, by_address=signin._ADDRESS))
    app = Starlette(routes=web.routes(PUBLIC, DESK), middleware=web.middleware((*PUBLIC, *DESK)))
    with Client(app) as opened:
        yield opened


def test_a_form_without_a_key_is_sent_on_with_a_key_of_its_own(client: Client, here: Site) -> None:
    first, second = (client.get("/phieu?dot=dot-1&dv=P01") for _ in range(2))
    assert first.status_code == 303
    address = urlsplit(first.headers["location"])
    assert (address.scheme, address.netloc, address.path) == ("", "", "/phieu")
    asked = parse_qs(address.query)
    assert (asked["dot"], asked["dv"]) == (["dot-1"], ["P01"])
    assert valid_key(here.secret, asked["k"][0], "dot-1")
    assert first.headers["location"] != second.headers["location"]
    assert first.headers["cache-control"] == "no-store"


def test_a_forged_key_is_replaced_and_a_good_one_kept(client: Client, here: Site) -> None:
    forged = client.get("/phieu?dot=dot-1&k=" + "a" * 42)
    assert parse_qs(urlsplit(forged.headers["location"]).query)["k"] != ["a" * 42]
    assert client.get(f"/phieu?dot=dot-1&k={new_key(here.secret, os.urandom, 'dot-1')}").status_code == 200


def test_every_page_is_vietnamese_and_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/").text
    assert '<html lang="vi">' in page
    assert "<title>Hài Lòng</title>" in page
    assert "Vui lòng bật JavaScript" in page
    assert "You need to enable JavaScript" not in page
    assert "agent" not in page
    assert 'rel="preload"' not in page
    assert "<script>" not in page, "an inline script would need a hole in the Content-Security-Policy"
    assert 'type="module"' in page


def test_the_shell_is_in_the_language_of_the_address_and_asks_for_the_words_of_the_framework(client: Client) -> None:
    english = client.get("/?ngon_ngu=en").text
    assert '<html lang="en">' in english
    assert catalogue()["FORM_NO_SCRIPT"]["en"] in english
    assert '<html lang="vi">' in client.get('/?ngon_ngu=en"><script>').text
    [address] = re.findall(r'src="\.(/khung\.js[^"]*)"', english)
    assert client.get(address).status_code == 200


def test_signing_in_keeps_the_language(client: Client, here: Site) -> None:
    away = client.get("/ket-qua?ngon_ngu=en")
    assert away.headers["location"] == "/dang-nhap?ve=/ket-qua&ngon_ngu=en"
    page = client.get(away.headers["location"]).text
    assert '<html lang="en">' in page
    assert "Sign in to the desk" in page
    wrong = client.post(away.headers["location"], content="ma=x")
    assert "Wrong passcode" in wrong.text
    passcode = reset_passcode(here.folder, os.urandom)
    answer = client.post(away.headers["location"], content=f"ma={passcode}")
    assert answer.headers["location"] == "/ket-qua?ngon_ngu=en"
    assert client.get("/ban-lam-viec?ngon_ngu=en").headers["location"] == "/dang-nhap?ngon_ngu=en"
    assert client.get("/dang-nhap?ngon_ngu=en").headers["location"] == "/so-phieu?ngon_ngu=en"
    assert client.get("/dang-xuat?ngon_ngu=en").headers["location"] == "/?ngon_ngu=en"


@pytest.mark.parametrize("path", ["/", "/dang-nhap", "/healthz", "/nowhere", "/_stcore/agent/mcp", "/so-phieu"])
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize("path", ["/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/_stcore/metrics"])
def test_what_nobody_needs_is_shut(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_an_unknown_address_is_told_so_in_vietnamese(client: Client) -> None:
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_health_asks_the_store(client: Client, here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").text == "ok"

    def full() -> object:
        raise Refused([Problem(code="STO_NO_ROUND")])

    monkeypatch.setattr(here.store, "rounds", full)
    assert client.get("/healthz").status_code == 503


def test_the_desk_leads_to_the_sign_in_page_and_after_it_back(client: Client, here: Site) -> None:
    away = client.get("/ket-qua")
    assert (away.status_code, away.headers["location"]) == (303, "/dang-nhap?ve=/ket-qua")
    assert client.get("/ban-lam-viec").headers["location"] == "/dang-nhap"
    passcode = reset_passcode(here.folder, os.urandom)
    answer = client.post("/dang-nhap?ve=/ket-qua", content=f"ma={passcode}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ket-qua")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/ket-qua").status_code == 200
    assert client.get("/dang-nhap").headers["location"] == "/so-phieu"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/phieu/../x", "/khong-co"])
def test_signing_in_never_leads_out_of_the_desk(client: Client, here: Site, target: str) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    answer = client.post("/dang-nhap", params={"ve": target}, content=f"ma={passcode}")
    assert answer.headers["location"] == "/so-phieu"


def test_a_wrong_passcode_opens_nothing(client: Client, here: Site) -> None:
    reset_passcode(here.folder, os.urandom)
    for typed in ("ABCD-EFGH-JKLM", "", "<script>", "x" * 100_000):
        answer = client.post("/dang-nhap", content=f"ma={typed}")
        assert answer.status_code == 403
        assert COOKIE not in client.cookies
        assert "<script>" not in answer.text


def test_after_five_wrong_tries_even_the_right_passcode_waits(client: Client, here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    for _ in range(5):
        assert client.post("/dang-nhap", content=f"ma={passcode[:2]}-sai").status_code == 403
    answer = client.post("/dang-nhap", content=f"ma={passcode}")
    assert answer.status_code == 429
    assert "Vui lòng đợi" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_a_colleagues_typos_behind_the_same_address_hold_nobody_else_back(client: Client, here: Site) -> None:
    mine, theirs = (reset_passcode(here.folder, os.urandom, name) for name in ("Lan", "Hoa"))
    for _ in range(9):
        client.post("/dang-nhap", content=f"ma={theirs[:2]}-sai")
    assert client.post("/dang-nhap", content=f"ma={mine}").status_code == 303


def test_a_machine_that_tries_for_everybody_is_slowed_and_who_shares_its_address_waits_two_seconds(
    client: Client, here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(signin.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(signin, "verify", lambda folder, typed: "Lan" if typed == "LAN" else None)
    first = [f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH"]
    answers = [client.post("/dang-nhap", content=f"ma={letters}") for letters in first]
    assert [answer.status_code for answer in answers].count(403) == 30
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] in ("2", "3")
    reset_passcode(here.folder, os.urandom, "Lan")
    now[0] = 2.0
    assert client.post("/dang-nhap", content="ma=LAN").status_code == 303


def test_the_sign_in_page_runs_no_script_and_is_not_kept(client: Client) -> None:
    answer = client.get("/dang-nhap")
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "Mật mã riêng của ông/bà" in answer.text


def test_another_site_cannot_sign_anybody_in(client: Client, here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    body = f"ma={passcode}"
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/dang-nhap", content=body, headers=headers).status_code == 403
    assert client.post("/dang-nhap", content=body, headers={"origin": "http://testserver"}).status_code == 303


def test_signing_out_shuts_the_desk_unless_another_site_asked_for_it(client: Client, here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    client.post("/dang-nhap", content=f"ma={passcode}")
    client.get("/dang-xuat", headers={"sec-fetch-site": "cross-site"})
    assert client.get("/ket-qua").status_code == 200
    client.get("/dang-xuat")
    assert client.get("/ket-qua").status_code == 303
