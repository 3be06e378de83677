"""The real server in a process of its own with the sample round, and a phone's browser in front of it.

Without Chromium these tests are skipped, which tests/conftest.py turns into a failure under CI.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

import sample_responses
from sample_responses import ROUND_ID
from survey.access import ensure_passcode
from survey.forms.draft import form_address
from survey.keys import load_secret
from survey.links import link_token
from survey.store import Store

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 360, "height": 640}
START_SECONDS = 120
PATIENCE = 20_000
"""Milliseconds until what is expected must be on the page: a busy machine takes longer than the usual five seconds."""

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running product: where it answers, the desk's passcode, its data folder."""

    url: str
    passcode: str
    data: Path

    @property
    def form(self) -> str:
        """The sample round's form, through the signed link of a place."""
        secret = load_secret(self.data / "secret.key", secrets.token_bytes)
        return self.url + form_address(ROUND_ID, token=link_token(secret, ROUND_ID, "LS011"))

    def count(self) -> int:
        """How many slips of the sample round are on disk."""
        with Store.open(self.data / "hailong.sqlite3") as store:
            return store.counts(ROUND_ID).total


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all journeys that do not mind each other's slips."""
    with serve(tmp_path_factory.mktemp("hailong")) as running:
        yield running


@contextmanager
def serve(data: Path) -> Iterator[Server]:
    """A server of its own on the sample round in this folder."""
    with Store.open(data / "hailong.sqlite3") as store:
        sample_responses.load_round(store)
    passcode = ensure_passcode(data, secrets.token_bytes)
    assert passcode is not None
    port = free_port()
    with launched(data, port):
        yield Server(url=f"http://127.0.0.1:{port}", passcode=passcode, data=data)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def launched(data: Path, port: int, *program: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The product on this folder and port, once it answers. `program`: what Python runs, as a rule uvicorn."""
    program = program or ("-m", "uvicorn")
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *program, "app:app", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"],
            cwd=ROOT,
            env={**os.environ, "HAILONG_DATA": str(data)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, data, process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, data: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                assert answer.read() == b"ok"
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail("the server did not start:\n" + (data / "server.log").read_text())


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run the browser journeys")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A cheap phone's browser. Anything it asks of another host, or any script error, fails the test."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", has_touch=True)
    context.set_default_timeout(20_000)
    strange: list[str] = []

    def watch_request(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            strange.append(request.url)

    def watch_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            strange.append(message.text)

    def watch(page: Page) -> None:
        page.on("request", watch_request)
        page.on("console", watch_console)
        page.on("pageerror", lambda error: strange.append(str(error)))

    context.on("page", watch)
    yield context
    context.close()
    assert not strange
