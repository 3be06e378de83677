"""The light form's routes on a data folder of their own, and a browser without script or cookie in front of them."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from survey.errors import Problem, Refused
from survey.forms.light.routes import routes
from survey.ledger import promise_key
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.site import Site, close, site
from tests.survey.builders import NOON, QUESTIONNAIRE, ROUND, overwrite

LOST = Refused([Problem(code="STO_LOST", values={"path": "db"})])
FORM = "application/x-www-form-urlencoded"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)

    def ticks(self) -> float:
        return (self.now - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()


class Browser:
    """Asks and posts; follows no redirect unless told to."""

    def __init__(self, here: Site, clock: Clock) -> None:
        self.here, self.clock = here, clock
        self._runner = asyncio.Runner()
        app = Starlette(routes=routes(clock=clock, ticks=clock.ticks))
        transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 1))
        self._http = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self._runner.run(self._http.get(address, **more))

    def follow(self, address: str) -> httpx.Response:
        return self._runner.run(self._http.get(address, follow_redirects=True))

    def post(
        self, address: str, fields: Mapping[str, object] | bytes | AsyncIterator[bytes], **headers: str
    ) -> httpx.Response:
        content = urlencode(_pairs(fields)).encode() if isinstance(fields, Mapping) else fields
        sent = {"content-type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._runner.run(self._http.post(address, content=content, headers=sent))

    def send(self, address: str, fields: Mapping[str, object] | bytes) -> httpx.Response:
        """Posts, and goes where that leads."""
        answer = self.post(address, fields)
        return self.follow(answer.headers["location"]) if answer.status_code == 303 else answer

    def fresh(self, address: str = "/p/dot-1") -> str:
        """The address of a form of one's own."""
        answer = self.get(address)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def count(self, round_id: str = ROUND.id) -> int:
        return self.here.store.counts(round_id).total

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()


def _pairs(fields: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        pairs += [(name, str(each)) for each in (value if isinstance(value, list | tuple) else (value,))]
    return pairs


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a round, to be copied: making one anew takes a fifth of a second."""
    folder = tmp_path_factory.mktemp("light") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(folder))
        add(site(), QUESTIONNAIRE, ROUND)
        promise_key(folder, os.urandom)
        close()
    return folder


@pytest.fixture
def here(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    shutil.copytree(furnished, tmp_path / "data")
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = site()
    opened.store.add_questionnaire(QUESTIONNAIRE, b"workbook")  # so that it need not be read from its workbook
    yield opened
    close()


@pytest.fixture
def browser(here: Site, clock: Clock) -> Iterator[Browser]:
    opened = Browser(here, clock)
    yield opened
    opened.close()


def add(here: Site, questionnaire: Questionnaire, round_: Round) -> None:
    here.store.add_questionnaire(questionnaire, b"workbook")
    overwrite(here.store, round_)


VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


@dataclass
class Seen(HTMLParser):
    """A page as a strict reader sees it: every element closed in order, every id once, every reference answered."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def read(self, html: str) -> "Seen":
        self.feed(html)
        self.close()
        ids = [given["id"] for _, given in self.tags if "id" in given]
        self.faults += [f"id {each} twice" for each in set(ids) if ids.count(each) > 1]
        for tag, given in self.tags:
            wanted = given.get("aria-describedby", "").split()
            wanted += [given["for"]] if "for" in given else []
            wanted += [given["href"][1:]] if given.get("href", "").startswith("#") else []
            self.faults += [f"<{tag}> points to {each}, which is not there" for each in wanted if each not in ids]
        self.faults += [f"<{tag}> is left open" for tag in self._open]
        return self

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        wanted = {name.strip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [given for name, given in self.tags if name == tag and wanted.items() <= given.items()]


def seen(html: str) -> Seen:
    """The page, read strictly."""
    found = Seen().read(html)
    assert not found.faults, found.faults
    return found


def ticked(html: str) -> dict[str, list[str]]:
    """What a browser would post of the page as it stands: ticked, chosen and written."""
    posted: dict[str, list[str]] = {}
    page = seen(html)
    for given in page.all("input"):
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in given:
            continue
        if given.get("value"):
            posted.setdefault(given["name"], []).append(given["value"])
    for name, inside in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        if found := re.search(r'<option value="([^"]*)" selected>', inside):
            posted[unescape(name)] = [unescape(found[1])]
    for name, inside in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        if inside:
            posted[unescape(name)] = [unescape(inside)]
    return posted


@contextmanager
def failing(browser: Browser, name: str, error: Exception = LOST, *, after: bool = False) -> Iterator[None]:
    """The store's method raises; `after` it has done its work."""
    with pytest.MonkeyPatch.context() as patch:
        real: Callable[..., object] = getattr(browser.here.store, name)

        def broken(*given: object, **named: object) -> object:
            if after:
                real(*given, **named)
            raise error

        async def broken_soon(*given: object, **named: object) -> object:
            return broken(*given, **named)

        patch.setattr(browser.here.store, name, broken)
        if name == "add":  # the same for a caller on an event loop
            patch.setattr(browser.here.store, "added", broken_soon)
        yield
