"""Every page and route of the desk for every role, and for nobody: there as the table says, or not there at all."""

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

import app
from survey import access
from survey import site as shared
from survey.access import Person, reset_passcode
from survey.pages import context, health, keyboard, posters, preview, public, signin, web
from survey.pages.context import COOKIE
from survey.roles import PAGES, ROLES, WAYS, Role, opens
from tests.survey.desk import offered
from tests.survey.pages.test_web import Client

SLUGS = tuple(slug for pages in app._DESK.values() for slug, *_ in pages)
STAFF_ROUTES = {
    posters.POSTER: posters.POSTER,
    posters.SHEET: posters.SHEET,
    keyboard.KEYBOARD: keyboard.SLUG,
    preview.LIGHT: preview.LIGHT,
    preview.PAPER: preview.LIGHT,
}
"""The addresses that are no page of the navigation, and what of the table says who has them."""
FOR_EVERYBODY = {
    *("/", web.FORM, web.DESK, *web._ASSETS, *signin.PATHS, *public.KNOWN),
    *(health.HEALTH, health.READY, health.METRICS, web.framework.SCRIPT),
}

TABLE = """
danh-muc-don-vi  administrator analyst
lap-dot          administrator analyst
bo-phieu         administrator analyst
dot-khao-sat     administrator analyst
so-phieu         administrator analyst entry approver
tien-do          administrator analyst entry approver
cach-tra-loi     administrator analyst entry
nhap-tep         administrator analyst entry
nhap-doi         administrator analyst entry
chat-luong       administrator analyst approver
huy-phieu        administrator analyst approver
ket-qua          administrator analyst approver
don-vi           administrator analyst approver
xep-hang         administrator analyst approver
mot-don-vi       administrator analyst approver viewer
so-sanh          administrator analyst approver
tung-cau         administrator analyst approver
uu-tien          administrator analyst approver
bang-diem        administrator analyst
kiem-tra         administrator analyst
ho-so            administrator analyst
tai-bao-cao      administrator analyst
nhat-ky          administrator approver
nguoi-dung       administrator
suc-khoe         administrator
/in/ap-phich     administrator analyst entry
/in/giay-moi     administrator analyst
/xem-thu         administrator analyst
kenh=assisted    administrator analyst entry
kenh=paper       administrator analyst entry
invitations      administrator analyst
void.decide      administrator approver
"""
"""Who may do what, as the office was promised it: written by hand, not taken from the code."""
MAY = {line.split()[0]: frozenset(line.split()[1:]) for line in TABLE.strip().splitlines()}


def test_the_table_of_roles_is_the_one_that_was_promised() -> None:
    assert {**PAGES, **WAYS} == MAY
    assert set(SLUGS) <= set(PAGES), "a page that is in no table is the administrator's alone: say whose it is"


@pytest.mark.parametrize("role", [*ROLES, None])
def test_what_stands_in_no_table_is_the_administrators_alone(role: Role | None) -> None:
    assert opens(role, "khong-co-trong-bang") is (role == "administrator")


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Role | None, str]]:
    """A session of each role, on a data folder of its own; nobody's is empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("roles")))
        here = shared.site()
        made: dict[Role | None, str] = {None: ""}
        for role in ROLES:
            reset_passcode(here.folder, os.urandom, f"Nga {role}", role)
            made[role] = access.new_session(here.folder, here.secret, f"Nga {role}", time.time(), secrets.token_bytes)
        yield made
        shared.close()


@pytest.fixture(scope="module")
def browser(tokens: object) -> Iterator[Client]:
    served: Any = app.app
    with Client(Starlette(routes=served._user_routes, middleware=served._user_middleware)) as opened:
        yield opened


def addresses() -> list[str]:
    """Every address that the staff's process answers besides Streamlit's own, gaps filled with something."""
    paths = {route.path for route in app.app._user_routes if isinstance(route, Route)}
    return sorted(path for path in paths if path not in FOR_EVERYBODY and not path.startswith(public.OPEN))


def test_every_address_of_the_staffs_is_known_to_this_test() -> None:
    assert set(addresses()) == {f"/{slug}" for slug in SLUGS} | set(STAFF_ROUTES)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_an_address_outside_a_role_is_as_unknown_as_one_that_never_was(
    browser: Client, tokens: Mapping[Role | None, str], role: Role | None
) -> None:
    headers = {"cookie": f"{COOKIE}={tokens[role]}"} if role else {}
    nowhere = browser.get("/khong-co", headers=headers)
    assert nowhere.status_code == 404
    found: dict[str, str] = {}
    for path in addresses():
        answer = browser.get(path, headers=headers)
        if answer.headers.get("location", "").startswith(signin.SIGN_IN):
            found[path] = "sign in"
        else:
            same = (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text)
            found[path] = "unknown" if same else "there"
    if role is None:
        assert set(found.values()) == {"sign in"}
        return
    wanted = {path: STAFF_ROUTES.get(path, path.strip("/")) for path in found}
    assert found == {path: "there" if role in MAY[what] else "unknown" for path, what in wanted.items()}


@pytest.mark.parametrize("role", [*ROLES, None])
def test_what_is_posted_to_the_staffs_addresses_is_as_unknown(
    browser: Client, tokens: Mapping[Role | None, str], role: Role | None
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    headers |= {"cookie": f"{COOKIE}={tokens[role]}"} if role else {}
    nowhere = browser.get("/khong-co", headers=headers)
    for path in (posters.SHEET, keyboard.KEYBOARD, preview.LIGHT):
        answer = browser.post(path, content="dot=dot-1", headers=headers)
        if role is None:
            assert answer.headers["location"].startswith(signin.SIGN_IN)
        else:
            assert (answer.text == nowhere.text) is (role not in MAY[STAFF_ROUTES[path]])


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_navigation_holds_the_roles_pages_and_no_other(
    tokens: object, monkeypatch: pytest.MonkeyPatch, role: Role | None
) -> None:
    person = Person(name=f"Nga {role}", role=role) if role else None
    monkeypatch.setattr(context, "person", lambda: person.name if person else None)
    desk = {path for path in offered(monkeypatch) if path not in ("", web.FORM.strip("/"))}
    assert desk == {slug for slug in SLUGS if role is not None and role in MAY[slug]}


def test_signing_in_leads_each_role_to_a_page_that_is_there(browser: Client, tokens: Mapping[Role | None, str]) -> None:
    for role in ROLES:
        headers = {"cookie": f"{COOKIE}={tokens[role]}"}
        wanted = browser.get("/dang-nhap?ve=/nguoi-dung", headers=headers).headers["location"]
        assert (wanted == "/nguoi-dung") is (role == "administrator")
        assert role in MAY[wanted.strip("/")]
    assert browser.get("/dang-nhap", headers=headers).headers["location"] == "/mot-don-vi", "a viewer's only page"
