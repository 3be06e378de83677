"""Requests that no honest browser makes: each gets a short answer in words, and nothing is read, kept or changed."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import text
from streamlit import config

from survey.access import SESSION_SECONDS, reset_passcode
from survey.errors import word
from survey.keys import new_key
from survey.pages import web
from survey.pages.context import COOKIE
from survey.site import Site
from tests.security.conftest import SECRET_ANSWER
from tests.survey.builders import GOOD, ROUND
from tests.survey.pages.test_web import Client

FORM = {"content-type": "application/x-www-form-urlencoded"}
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE responses; --",
    '" OR ""="',
    "1) UNION SELECT answers FROM responses --",
    "P01'||(SELECT answers FROM responses)||'",
    "%' OR 1=1 /*",
    "\\'; DELETE FROM invitations; --",
    "dot-1\x00",
)
CLIMBS = (
    *(
        "../secret.key",
        "../../secret.key",
        "../passcode.json",
        "../hailong.sqlite3",
        "..\\secret.key",
        "./../secret.key",
    ),
    *(
        "days/../../../secret.key",
        "/etc/passwd",
        "//etc/passwd",
        "....//secret.key",
        "secret.key\x00.txt",
        "~/secret.key",
    ),
    *(
        "file:///etc/passwd",
        "\\\\evil.example\\share",
        "C:\\Windows\\win.ini",
        "days/2026-11-01.txt/../../../../secret.key",
    ),
)


@pytest.fixture
def key(here: Site) -> str:
    return new_key(here.secret, os.urandom, ROUND.id)


def content(here: Site) -> dict[str, list[tuple[object, ...]]]:
    """Everything the store holds but half-filled forms."""
    with here.store._engine.connect() as reader:
        names = reader.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'drafts'"))
        return {
            name: [tuple(row) for row in reader.execute(text(f'SELECT * FROM "{name}"'))] for name in names.scalars()
        }


def harmless(answer: httpx.Response, here: Site) -> None:
    """The answer is a short refusal or page of ours, without anything of the folder or the program in it."""
    assert answer.status_code < 500, answer.text[:200]
    assert len(answer.content) < 100_000
    assert here.secret not in answer.content
    for telling in ("SQLite format 3", "Traceback", "sqlalchemy", "OperationalError", "root:", SECRET_ANSWER):
        assert telling not in answer.text


def asked_everywhere(key: str, payload: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, address and fields of a request for every place in which the citizens' pages take text."""
    said = quote(payload, safe="")
    yield "GET", f"/p/{said}", {}
    yield "GET", f"/p/{ROUND.id}/{said}", {}
    yield "POST", f"/p/{said}/{key}", {"used": "2"}
    yield "POST", f"/p/{ROUND.id}/{said}", {"used": "2"}
    for name in ("tu", "ngon_ngu", "kenh", "ma", "dv", "trang", "xong", "luu", "xem", "qr", "tang"):
        yield "GET", f"/p/{ROUND.id}/{key}?{urlencode({name: payload})}", {}
        yield "GET", f"/p/{ROUND.id}?{urlencode({name: payload})}", {}
    for name in ("_luc", "_dv", "_ngon_ngu", "_email", "used", "ways", "times"):
        yield "POST", f"/p/{ROUND.id}/{key}", {name: payload}
    yield "GET", f"/m/{said}", {}
    yield "GET", f"/m?{urlencode({'ma': payload})}", {}
    yield "GET", f"/?{urlencode({'ngon_ngu': payload})}", {}
    yield "GET", f"/so-cai/{said}/", {}
    yield "GET", f"/so-cai/{ROUND.id}/{said}", {}
    for job in ("", "kiem-tra", "bang-chung", "rut", "rut-that"):
        yield "POST", "/bien-nhan", {"ma": payload, "viec": job}
    yield "POST", f"/bien-nhan?{urlencode({'ngon_ngu': payload})}", {"ma": "x", "viec": payload}


def send(client: Client, method: str, address: str, fields: dict[str, str]) -> httpx.Response:
    if method == "GET":
        return client.get(address)
    return client.post(address, content=urlencode(fields), headers=FORM)


@pytest.mark.parametrize("payload", SQL)
def test_what_stands_in_an_address_or_a_field_is_never_a_statement(
    citizens: Client, here: Site, key: str, payload: str
) -> None:
    before = content(here)
    for method, address, fields in asked_everywhere(key, payload):
        answer = send(citizens, method, address, fields)
        harmless(answer, here)
    assert content(here) == before


@pytest.mark.parametrize("climb", CLIMBS)
def test_no_address_climbs_out_of_what_is_served(citizens: Client, desk: Client, here: Site, climb: str) -> None:
    said = quote(climb, safe="")
    for start in ("/so-cai/", f"/so-cai/{ROUND.id}/", "/p/", f"/p/{ROUND.id}/", "/m/", "/"):
        answer = citizens.get(start + said)
        harmless(answer, here)
        assert answer.status_code in (303, 307, 404, 422), (start, answer.status_code)
        assert urlsplit(answer.headers.get("location", "")).netloc in ("", "testserver")
    for start in ("/in/", "/in/ap-phich/", "/static/", "/media/", "/_stcore/", "/"):
        answer = desk.get(start + said)
        harmless(answer, here)
        assert answer.status_code in (303, 404), (start, answer.status_code)


@pytest.mark.parametrize(
    "body",
    [
        b"&".join(b"f%d=x" % n for n in range(3_000)),
        b"used=2&" + b"q" * 60_000 + b"=1",
        b"used=" + b"2" * 60_000,
        b"&" * 60_000,
        b"%" * 60_000,
        b"used=%ff%fe%00&ways=" + b"%F0%9F%98%80" * 4_000,
        b"used[][][]=1&used[__class__]=2&__proto__=3",
        b"\x00" * 60_000,
    ],
    ids=["fields", "name", "value", "empty", "broken", "bytes", "brackets", "nul"],
)
def test_a_posting_of_any_shape_is_answered_at_once_and_stores_nothing(
    citizens: Client, here: Site, key: str, body: bytes
) -> None:
    before = content(here)
    started = time.perf_counter()
    for address in (f"/p/{ROUND.id}/{key}", "/bien-nhan"):
        harmless(citizens.post(address, content=body, headers=FORM), here)
    assert time.perf_counter() - started < 2
    assert content(here) == before


@pytest.mark.parametrize(
    "address", ["/p/{long}", "/p/dot-1/{long}", "/m/{long}", "/so-cai/{long}/", "/so-cai/dot-1/{long}", "/{long}"]
)
def test_a_very_long_address_is_answered_at_once(citizens: Client, here: Site, address: str) -> None:
    started = time.perf_counter()
    for long in ("a" * 15_000, "%E1%BB%87" * 1_600, "9" * 15_000):
        harmless(citizens.get(address.format(long=long)), here)
        harmless(citizens.get(f"/p/dot-1?tu={long}&ma={long}&trang={long}&dv={long}"), here)
    assert time.perf_counter() - started < 4


def test_a_citizens_posting_from_another_site_is_not_read(citizens: Client, here: Site, key: str) -> None:
    before = content(here)
    strange = ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"})
    for address, fields in ((f"/p/{ROUND.id}/{key}", GOOD), ("/bien-nhan", {"ma": "x"})):
        for headers in strange:
            answer = citizens.post(address, content=urlencode(fields), headers={**FORM, **headers})
            assert answer.status_code == 403
            assert word("LIGHT_FROM_ELSEWHERE") in answer.text
    assert content(here) == before


def test_citizens_pages_set_no_cookie_and_let_no_other_site_read_them(citizens: Client, key: str) -> None:
    answers = [
        citizens.get(address, headers={"origin": "https://evil.example"})
        for address in ("/", "/m", f"/p/{ROUND.id}", f"/p/{ROUND.id}/{key}", "/bien-nhan", "/khong-co")
    ]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_streamlits_own_guards_against_other_sites_stay_on(tmp_path: Path) -> None:
    web.configure(bytes(32), tmp_path)
    assert config.get_option("server.enableXsrfProtection") is True
    assert config.get_option("server.enableCORS") is True
    assert config.get_option("server.enableStaticServing") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.maxUploadSize") <= 20
    assert config.get_option("server.address") == "127.0.0.1"


def test_a_session_is_new_at_every_sign_in_and_its_cookie_is_for_the_server_alone(desk: Client, here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    planted = "9999999999.eA.AAAA"
    desk.cookies.set(COOKIE, planted)
    assert desk.get("/so-phieu").status_code == 303, "a token that somebody planted opens nothing"
    answer = desk.post("https://testserver/dang-nhap", content=f"ma={passcode}")
    name, _, rest = answer.headers["set-cookie"].partition("=")
    token, *flags = (part.strip() for part in rest.split(";"))
    assert name == COOKIE
    assert token not in ("", planted)
    assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/", f"Max-Age={SESSION_SECONDS}"} == set(flags) - {
        flag for flag in flags if flag.startswith("expires")
    }


def test_who_signed_out_cannot_come_back_with_the_old_cookie(desk: Client, here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom)
    desk.post("/dang-nhap", content=f"ma={passcode}")
    token = desk.cookies[COOKIE]
    assert desk.get("/so-phieu").status_code == 200
    desk.get("/dang-xuat")
    desk.cookies.clear()
    assert desk.get("/so-phieu", headers={"cookie": f"{COOKIE}={token}"}).status_code == 303
