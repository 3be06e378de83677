"""Every page that says no, in both languages: a sentence that asks for something, and a way on."""

import re
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey.errors import Problem, Refused, word
from survey.pages import public, signin, web
from survey.site import Site
from tests.survey.pages.test_web import Client

ASKS = {"vi": re.compile(r"[Vv]ui lòng|[Xx]in "), "en": re.compile(r"[Pp]lease")}
DESK = ("/so-phieu",)
FORM = {"content-type": "application/x-www-form-urlencoded"}
ELSEWHERE = {**FORM, "origin": "https://noi-khac.example"}


async def _falls(request: Request) -> Response:
    raise RuntimeError("nobody foresaw this")


async def _cannot(request: Request) -> Response:
    raise Refused([Problem(code="STO_BUSY")])


@pytest.fixture
def client(here: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """All routes of the product, and two that fail: one where nobody wrapped it, as a mistake would be."""
    monkeypatch.setattr(signin, "_patience", signin.Patience())
    monkeypatch.setattr(signin, "_limits", signin.Limits(bytes, by_address=signin._ADDRESS))
    failing = [Route("/p/hong", _falls), Route("/p/ban", _cannot)]
    routes = [*failing, *public.citizens(), *web.routes((web.FORM,), DESK)]
    guard = web.middleware((web.FORM, *DESK, *public.KNOWN), open_=public.OPEN)
    with Client(Starlette(routes=routes, middleware=guard)) as opened:
        yield opened


def _waits(client: Client, tongue: str) -> Response:
    answers = (client.post(f"/dang-nhap{tongue}", data={"ma": "SAI"}) for _ in range(12))
    return next(answer for answer in answers if answer.status_code == 429)


PAGES: dict[str, tuple[int, Callable[[Client, str], Response]]] = {
    "no such address": (404, lambda client, tongue: client.get(f"/khong-co{tongue}")),
    "no such round": (404, lambda client, tongue: client.get(f"/p/khong-co{tongue}")),
    "no such receipt": (404, lambda client, tongue: client.get(f"/bien-nhan/AAAA{tongue}")),
    "sent from elsewhere": (
        403,
        lambda client, tongue: client.post(f"/p/dot-1/k{tongue}", headers=ELSEWHERE, content=b"a=1"),
    ),
    "no form": (415, lambda client, tongue: client.post(f"/p/dot-1/k{tongue}", content=b"{}")),
    "wrong passcode": (403, lambda client, tongue: client.post(f"/dang-nhap{tongue}", data={"ma": "SAI"})),
    "too many tries": (429, _waits),
    "a method that is none": (405, lambda client, tongue: client.post(f"/m{tongue}")),
    "a fault": (500, lambda client, tongue: client.get(f"/p/hong{tongue}")),
    "no store": (503, lambda client, tongue: client.get(f"/p/ban{tongue}")),
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_that_says_no_says_what_to_do_next(client: Client, language: str) -> None:
    for case, (status, ask) in PAGES.items():
        answer = ask(client, "" if language == "vi" else "?ngon_ngu=en")
        assert answer.status_code == status, case
        page = answer.text
        assert f'<html lang="{language}"' in page, case
        said = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
        assert ASKS[language].search(said), (case, said)
        assert re.search(r'<a [^>]*href="/|<button', page), (case, "no way on")
        assert "nobody foresaw" not in page and "Traceback" not in page, case


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_wordings_of_a_failed_page_of_the_desk_and_of_a_full_server_ask_for_something(language: str) -> None:
    for code in (
        *("FORM_BROKEN", "LIGHT_WAIT_PAGE", "LIGHT_TOO_LARGE", "RCV_NOT_NOW", "RCV_TOO_LARGE", "ACC_ENDED_MEANS"),
    ):
        assert ASKS[language].search(word(code, language, seconds=3)), code


def test_a_page_of_the_desk_that_fails_tells_when_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import app  # noqa: PLC0415  which configures Streamlit

    shown: list[str] = []
    monkeypatch.setattr(app.st, "error", shown.append)
    for name in ("Lan", None):
        monkeypatch.setattr(app, "person", lambda name=name: name)
        assert app._told(RuntimeError("x"))
    assert re.search(r"lúc \d\d:\d\d", shown[0]) and "F5" in shown[0] and "cán bộ CNTT" in shown[0]
    assert shown[1] == word("FORM_BROKEN", "vi")
