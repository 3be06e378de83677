"""Attacks on signing in: guessing, stolen, planted and forged tokens, other sites, headers, and what the log keeps."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from survey import access
from survey.access import Rules, change, new_session, read_rules, reset_passcode
from survey.access.rules import ADMINISTRATORS, HEADER, HOURS, PROXY
from survey.pages import context, entering, peer, signin, web
from survey.pages.context import COOKIE
from survey.site import Site
from tests.survey.pages.test_web import Client

DESK = ("/so-phieu", "/ket-qua", "/mot-don-vi", "/nguoi-dung")
FORM = {"content-type": "application/x-www-form-urlencoded"}
SAID = "X-Forwarded-Email"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for another's wrong tries."""
    monkeypatch.setattr(signin, "_patience", signin.Patience())
    monkeypatch.setattr(signin, "_limits", signin.Limits(os.urandom, by_address=signin._ADDRESS))
    monkeypatch.setattr(entering, "_failures", signin.Limits(os.urandom, by_address=entering._FAILURES))


def ruled(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Rules:
    """The desk of this process with these settings."""
    made = read_rules(settings)
    monkeypatch.setattr(context, "rules", lambda: made)
    monkeypatch.setattr(entering, "rules", lambda: made)
    monkeypatch.setattr(web, "rules", lambda: made)
    return made


def opened(address: str = "127.0.0.1") -> Client:
    """A browser at this address, before the desk's plain pages and the guards that stand before them."""
    app = Starlette(routes=web.routes(("/",), DESK), middleware=web.middleware(("/", *DESK)))

    async def from_address(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "client": (address, 1234)}, receive, send)  # type: ignore[arg-type]

    return Client(from_address)  # type: ignore[arg-type]


@pytest.fixture
def browser(here: Site) -> Iterator[Client]:
    with opened() as client:
        yield client


def sign_in(client: Client, passcode: str) -> int:
    return client.post("/dang-nhap", content=f"ma={passcode}", headers=FORM).status_code


def acts(here: Site) -> list[str]:
    return [entry.act for entry in here.store.all_log()]


def test_a_guesser_is_slowed_and_cannot_fill_the_disk_with_it(
    here: Site, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "_whose", lambda typed: None)
    monkeypatch.setattr(signin, "_limits", signin.Limits(os.urandom, by_address=signin.Rate(burst=999, per_second=9)))
    statuses = [sign_in(browser, f"{a}{b}-{n}") for a in "ABCDEFGHJK" for b in "ABCDEFGHJK" for n in range(1)]
    assert set(statuses) == {403}
    assert acts(here) == ["signin.failed"] * 20
    assert {entry.actor for entry in here.store.all_log()} == {"–"}
    assert not [entry for entry in here.store.all_log() if "AA" in entry.about], "what was typed is not kept"


def test_a_sign_in_that_is_replayed_ended_or_idle_opens_nothing(here: Site, browser: Client) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    assert sign_in(browser, passcode) == 303
    token = browser.cookies[COOKIE]
    assert browser.get("/so-phieu").status_code == 200
    browser.get("/dang-xuat")
    headers = {"cookie": f"{COOKIE}={token}"}
    assert browser.get("/so-phieu", headers=headers).status_code == 303
    for seconds, status in ((29 * 60, 200), (31 * 60, 303), (13 * 3600, 303)):
        old = new_session(here.folder, here.secret, access.ADMINISTRATOR, time.time() - seconds, os.urandom)
        assert browser.get("/so-phieu", headers={"cookie": f"{COOKIE}={old}"}).status_code == status


def test_work_on_the_plain_pages_keeps_a_session_alive(here: Site, browser: Client) -> None:
    reset_passcode(here.folder, os.urandom)
    now = time.time()
    token = new_session(here.folder, here.secret, access.ADMINISTRATOR, now - 25 * 60, os.urandom)
    assert browser.get("/so-phieu", headers={"cookie": f"{COOKIE}={token}"}).status_code == 200
    assert access.session_person(here.folder, here.secret, token, now + 20 * 60) == access.ADMINISTRATOR


def test_a_session_signed_with_another_key_or_for_another_name_opens_nothing(here: Site, browser: Client) -> None:
    reset_passcode(here.folder, os.urandom)
    reset_passcode(here.folder, os.urandom, "Hoa")
    forged = new_session(here.folder, b"x" * 32, access.ADMINISTRATOR, time.time(), os.urandom)
    until, _, nonce, signature = new_session(here.folder, here.secret, "Hoa", time.time(), os.urandom).split(".")
    other = f"{until}.{forged.split('.')[1]}.{nonce}.{signature}"
    for token in (forged, other, "", "a.b.c.d"):
        assert browser.get("/so-phieu", headers={"cookie": f"{COOKIE}={token}"}).status_code == 303


def test_a_planted_session_is_not_the_one_that_is_signed_in_and_ends(here: Site, browser: Client) -> None:
    """Fixation: a thief gives the browser a session of their own and waits for somebody to sign in over it."""
    passcode, thief = reset_passcode(here.folder, os.urandom), reset_passcode(here.folder, os.urandom, "Kẻ gian")
    assert sign_in(browser, thief) == 303
    planted = browser.cookies[COOKIE]
    assert sign_in(browser, passcode) == 303
    assert browser.cookies[COOKIE] != planted
    assert context.holder(planted) is None
    assert context.holder(browser.cookies[COOKIE]) == access.ADMINISTRATOR


def test_another_sites_form_signs_nobody_in_or_out(here: Site, browser: Client) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        answer = browser.post("/dang-nhap", content=f"ma={passcode}", headers={**FORM, **headers})
        assert answer.status_code == 403
        assert COOKIE not in browser.cookies
    assert acts(here) == []


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_passcode(here: Site) -> None:
    """Whose passcode was meant cannot be told from the time: both are one hash of the same cost."""
    passcode = reset_passcode(here.folder, os.urandom)
    known = f"{passcode[:2]}22-3333-4444"
    unknown = next(f"{a}{b}22-3333-4444" for a in "ABC" for b in "DEF" if f"{a}{b}" != passcode[:2])

    def took(typed: str) -> float:
        started = time.process_time()
        assert access.verify(here.folder, typed) is None
        return time.process_time() - started

    took(unknown)
    pairs = [(took(known), took(unknown)) for _ in range(5)]
    ratios = sorted(one / other for one, other in pairs)
    assert 0.5 < ratios[2] < 2


def test_a_cookie_over_https_is_for_the_server_alone(here: Site, browser: Client) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    answer = browser.post("https://testserver/dang-nhap", content=f"ma={passcode}", headers=FORM)
    flags = {part.strip().partition("=")[0].lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite", "secure", "path"} <= flags
    assert "domain" not in flags


def test_out_of_hours_nobody_comes_in_and_who_is_in_is_out(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    with opened() as browser:
        assert sign_in(browser, passcode) == 303
        assert browser.get("/so-phieu").status_code == 200
        house = ruled(monkeypatch, **{HOURS: "T2-CN 00:00-23:59"})
        assert browser.get("/so-phieu").status_code == 200
        monkeypatch.setattr(Rules, "open_at", lambda rules, now: False)
        assert browser.get("/so-phieu").status_code == 303
        answer = browser.post("/dang-nhap", content=f"ma={passcode}", headers=FORM)
        assert answer.status_code == 403
        assert house.said in answer.text
    assert acts(here)[-1] == "signin.shut"


def test_an_administrator_comes_from_the_listed_networks_only_others_from_everywhere(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, clerk = reset_passcode(here.folder, os.urandom), reset_passcode(here.folder, os.urandom, "Hoa")
    ruled(monkeypatch, **{ADMINISTRATORS: "10.1.0.0/16"})
    with opened("203.0.113.9") as outside, opened("10.1.2.3") as inside:
        assert sign_in(outside, clerk) == 303
        assert outside.get("/so-phieu").status_code == 200
        assert sign_in(inside, boss) == 303
        assert inside.get("/so-phieu").status_code == 200
        outside.cookies.clear()
        assert sign_in(outside, boss) == 403
        stolen = {"cookie": f"{COOKIE}={inside.cookies[COOKIE]}"}
        assert outside.get("/so-phieu", headers=stolen).status_code == 303, "a stolen cookie is worth nothing outside"
        assert outside.get("/so-phieu", headers={**stolen, "x-forwarded-for": "10.1.2.3"}).status_code == 303


def proxied(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hoa is known to the office's directory; the proxy at 10.0.0.1 vouches for people."""
    ruled(monkeypatch, **{PROXY: "10.0.0.1", HEADER: SAID})
    reset_passcode(here.folder, os.urandom)
    reset_passcode(here.folder, os.urandom, "Hoa")
    change(here.folder, os.urandom, "Hoa", "analyst", identities=["hoa@tinh.vn"])


def test_a_believed_proxy_signs_in_whom_an_administrator_has_listed(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied(here, monkeypatch)
    with opened("10.0.0.1") as browser:
        answer = browser.get("/dang-nhap?ve=/ket-qua", headers={SAID: "Hoa@tinh.vn"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/ket-qua")
        assert context.holder(browser.cookies[COOKIE]) == "Hoa"
        assert browser.get("/ket-qua", headers={SAID: "hoa@tinh.vn"}).status_code == 200
        answer = browser.get("/dang-nhap", headers={SAID: "la@tinh.vn"})
        assert answer.status_code == 303, "who is in stays in where the directory's other name is nobody's"
    entries = list(here.store.all_log())
    assert [(entry.actor, entry.act, entry.about) for entry in entries] == [("Hoa", "signin.proxy", "")]


def test_an_account_that_nobody_listed_is_told_what_to_do(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    proxied(here, monkeypatch)
    with opened("10.0.0.1") as browser:
        answer = browser.get("/dang-nhap?ngon_ngu=en", headers={SAID: "<b>la@tinh.vn"})
        assert answer.status_code == 403
        assert "&lt;b&gt;la@tinh.vn" in answer.text
        assert "Please ask an administrator" in answer.text
        assert COOKIE not in browser.cookies
    assert acts(here) == ["signin.unknown"]


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.2", "127.0.0.1", "::1", "testclient"])
def test_the_header_of_anybody_else_is_worth_nothing(here: Site, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    proxied(here, monkeypatch)
    with opened(address) as browser:
        for headers in ({SAID: "hoa@tinh.vn"}, {SAID: "hoa@tinh.vn", "x-forwarded-for": "10.0.0.1"}):
            assert browser.get("/dang-nhap", headers=headers).status_code == 200
            assert browser.get("/so-phieu", headers=headers).status_code == 303
            assert COOKIE not in browser.cookies


def test_two_headers_are_nobodys_and_the_proxy_is_not_the_visitor(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    proxied(here, monkeypatch)
    with opened("10.0.0.1") as browser:
        twice = [(SAID, "boss@tinh.vn"), (SAID, "hoa@tinh.vn")]
        assert browser.get("/dang-nhap", headers=twice).status_code == 200
        assert COOKIE not in browser.cookies


def test_where_the_proxy_names_somebody_else_the_session_is_not_theirs(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied(here, monkeypatch)
    change(here.folder, os.urandom, access.ADMINISTRATOR, "administrator", identities=["boss@tinh.vn"])
    with opened("10.0.0.1") as browser:
        browser.get("/dang-nhap", headers={SAID: "boss@tinh.vn"})
        first = browser.cookies[COOKIE]
        assert browser.get("/so-phieu", headers={SAID: "hoa@tinh.vn"}).status_code == 303
        browser.get("/dang-nhap", headers={SAID: "hoa@tinh.vn"})
        assert context.holder(browser.cookies[COOKIE]) == "Hoa"
        assert context.holder(first) is None


def test_the_session_of_somebody_whom_the_proxy_does_not_name_opens_no_websocket(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxied(here, monkeypatch)
    token = new_session(here.folder, here.secret, access.ADMINISTRATOR, time.time(), os.urandom)
    found: list[str] = []

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(HTTPConnection(scope).cookies.get(COOKIE, ""))

    app = peer.Peer(stream, rules=read_rules({PROXY: "10.0.0.1", HEADER: SAID}))
    for said in ("", "nobody@tinh.vn", "hoa@tinh.vn"):
        headers = [(b"cookie", f"{COOKIE}={token}".encode()), (SAID.lower().encode(), said.encode())]
        scope = {"type": "websocket", "path": "/", "headers": headers, "client": ("10.0.0.1", 1)}
        asyncio.run(app(scope, None, None))  # type: ignore[arg-type]
    assert found == [token, token, ""]


async def _echo(request: object) -> PlainTextResponse:
    return PlainTextResponse(
        json.dumps([dict(request.headers), request.client.host, request.url.scheme])  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize(
    ("address", "seen"),
    [("10.0.0.1", ["198.51.100.7", "https"]), ("203.0.113.9", ["203.0.113.9", "http"])],
)
def test_no_page_sees_the_header_and_only_the_proxy_tells_the_visitors_address(
    here: Site, address: str, seen: list[str]
) -> None:
    rules = read_rules({PROXY: "10.0.0.1", HEADER: SAID})
    app = peer.Peer(Starlette(routes=[Route("/", _echo)]), rules=rules)

    async def from_address(scope: dict[str, object], receive: object, send: object) -> None:
        await app({**scope, "client": (address, 1)}, receive, send)  # type: ignore[arg-type]

    told = {SAID: "boss@tinh.vn", "x-forwarded-for": "10.0.0.1, 198.51.100.7", "x-forwarded-proto": "https"}
    with Client(from_address) as client:  # type: ignore[arg-type]
        headers, host, scheme = client.get("/", headers=told).json()
    assert SAID.lower() not in headers
    assert [host, scheme] == seen


def test_without_the_setting_no_header_signs_anybody_in(here: Site, browser: Client) -> None:
    reset_passcode(here.folder, os.urandom)
    change(here.folder, os.urandom, access.ADMINISTRATOR, "administrator", identities=["boss@tinh.vn"])
    for name in (SAID, "Remote-User", "X-Remote-User", "X-Forwarded-User"):
        assert browser.get("/dang-nhap", headers={name: "boss@tinh.vn"}).status_code == 200
    assert COOKIE not in browser.cookies


def test_signing_in_and_out_stand_in_the_log_with_who_and_how(here: Site, browser: Client) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    sign_in(browser, passcode)
    browser.get("/dang-xuat")
    entries = [(entry.actor, entry.role, entry.act, entry.about) for entry in here.store.all_log()]
    assert entries == [
        (access.ADMINISTRATOR, "administrator", "signin.passcode", ""),
        (access.ADMINISTRATOR, "administrator", "signin.out", ""),
    ]


def test_an_old_passcode_is_kept_as_argon2_once_it_was_used(here: Site, browser: Client, tmp_path: Path) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    file = here.folder / "passcode.json"
    entry = json.loads(file.read_text())[0]
    entry["hash"] = access.passcodes.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(
        passcode.replace("-", "")
    )
    file.write_text(json.dumps([entry]))
    assert sign_in(browser, passcode) == 303
    assert "m=19456,t=2,p=1" in file.read_text()
    assert context.holder(browser.cookies[COOKIE]) == access.ADMINISTRATOR
