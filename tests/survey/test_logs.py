"""The log says what went wrong and where, and never what anybody sent; a citizen's good request leaves no line."""

import asyncio
import json
import logging
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from survey import logs
from survey.errors import Problem, Refused
from survey.keys import new_key
from survey.pages import public, requests
from survey.pages.public import KNOWN, OPEN
from survey.site import Site
from tests.survey.pages.conftest import here as here  # noqa: PLC0414  a fixture

HOSTILE = '=cmd|\'/C calc\'!A0 <script>0912 345 678</script>\n{"level": "forged"}'


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Logging as it was: the doors set it for the whole process."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    before = [(each, each.level, list(each.handlers), each.propagate, each.disabled) for each in loggers]
    yield
    for each, level, handlers, propagate, disabled in before:
        each.setLevel(level)
        each.handlers[:], each.propagate, each.disabled = handlers, propagate, disabled


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_told_by_its_type_and_place_and_never_by_its_words(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure({"HAILONG_LOG": form})
    log = logging.getLogger("hailong")
    try:
        try:
            int(HOSTILE)
        except ValueError as error:
            raise KeyError(HOSTILE) from error
    except KeyError as error:
        log.exception("a page failed")
        log.error("not removed: %s", error, exc_info=error)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n%s", HOSTILE, exc_info=error)
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\n{error!r}", exc_info=error)
    told = said(capsys)
    assert told.count("KeyError") == 5 and told.count("ValueError") == 4 and "test_logs.py:" in told
    assert not any(part in told for part in ("cmd", "calc", "0912", "forged"))
    assert len(told.splitlines()) == 4


def test_what_was_refused_is_told_by_its_codes(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"HAILONG_LOG": "json"})
    refused = Refused([Problem(code="FRM_PLACE_UNKNOWN", values={"got": HOSTILE})])
    logging.getLogger("hailong.form").error("a slip: %s", refused, exc_info=refused)
    record = json.loads(said(capsys))
    assert record["message"] == "a slip: Refused (FRM_PLACE_UNKNOWN)"
    assert record["level"] == "error" and record["error"] == ["Refused (FRM_PLACE_UNKNOWN) at -"]
    assert record["time"].endswith("Z")


def test_another_word_than_text_or_json_is_refused() -> None:
    with pytest.raises(Refused, match="xml"):
        logs.configure({"HAILONG_LOG": "xml"})


async def fail(request: Request) -> Response:
    raise ValueError(request.path_params["key"])


async def good(_: Request) -> Response:
    return PlainTextResponse("ok")


def ask(app: Starlette, *paths: str, **more: object) -> list[int]:
    async def asked() -> list[int]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            method = "POST" if more else "GET"
            return [(await client.request(method, path, **more)).status_code for path in paths]  # type: ignore[arg-type]

    return asyncio.run(asked())


def test_a_line_names_the_route_and_neither_key_nor_address(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure({"HAILONG_LOG": "json"})
    routes = [Route("/p/{key}", fail), Route("/p/x/{key}", good), Route("/ket-qua", good)]
    app = Starlette(routes=routes, middleware=requests.lines({"HAILONG_LOG": "json"}, KNOWN, OPEN))
    assert ask(app, "/p/bi-mat?k=khoa", "/p/x/bi-mat", "/ket-qua?dot=bi-mat", "/bi-mat", "/") == [
        500,
        200,
        200,
        404,
        404,
    ]
    told = said(capsys)
    assert not any(part in told for part in ("bi-mat", "khoa", "203.0.113"))
    lines = [json.loads(line) for line in told.splitlines()]
    asked = [(each["method"], each["route"], each["status"]) for each in lines if each["logger"] == "hailong.request"]
    assert asked == [("GET", "/p/{key}", 500), ("GET", "/ket-qua", 200), ("GET", "-", 404), ("GET", "-", 404)]
    assert len({each["request"] for each in lines}) == len(lines)
    assert all(each["ms"] >= 0 for each in lines)


def test_without_the_setting_no_request_leaves_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert requests.lines({}, KNOWN, OPEN) == []
    logs.configure({})
    assert logging.getLogger("uvicorn.access").disabled
    logging.getLogger("hailong.request").info("request")
    assert said(capsys) == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_hostile_slip_is_nowhere_in_the_log_whatever_becomes_of_it(
    form: str, here: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure({"HAILONG_LOG": form})
    app = Starlette(routes=public.citizens(), middleware=requests.lines({"HAILONG_LOG": form}, KNOWN, OPEN))
    slip = urlencode({"used": "1", "q1": "1", "why": HOSTILE, "times": HOSTILE, "comment": HOSTILE, "_dv": "P01"})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    key = new_key(here.secret, lambda size: b"\7" * size, "dot-1")

    def broken(*_: object, **__: object) -> None:
        raise ValueError(HOSTILE)

    def full(*_: object, **__: object) -> None:
        raise Refused([Problem(code="STO_FULL", values={"path": HOSTILE})])

    for harm in (None, broken, full):
        if harm is not None:
            monkeypatch.setattr(type(here.store), "add", harm)
            monkeypatch.setattr(type(here.store), "added", harm)
            monkeypatch.setattr(type(here.store), "save_draft", harm)
            monkeypatch.setattr(type(here.store), "has_key", harm)
        paths = (f"/p/dot-1/{key}", f"/p/dot-1/{key}?{urlencode({'trang': HOSTILE})}")
        came = ask(app, *paths, content=slip, headers=headers)
        assert 404 not in came and 405 not in came
    told = said(capsys)
    assert told, "something went wrong and nobody was told"
    assert not any(part in told for part in ("cmd", "calc", "0912", "forged", key))
