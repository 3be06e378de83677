"""Exactly once, whatever happens to phone, network and server: the Streamlit form on one page, in a real browser."""

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from socket import SHUT_RDWR, create_connection, create_server, socket
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from benchmarks.web_wire import Visitor
from survey.forms.draft import form_address
from survey.instruments import load, workbook_bytes
from survey.keys import key_hash, new_key
from survey.links import link_token
from survey.store import Store
from tests.browser.conftest import PHONE, Server, free_port, launched
from tests.browser.test_form import choose, see
from tests.survey.builders import ROUND as EXAMPLE
from tests.survey.builders import office

pytestmark = pytest.mark.slow

ROUND, INSTRUMENT = "mot-trang", "user_five_factor"
TITLE = "Phiếu khảo sát sự hài lòng"


class Office:
    """A data folder with one round whose form stands on one page, and the port its server answers on."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        questionnaire = load(INSTRUMENT)
        round_ = replace(
            EXAMPLE,
            id=ROUND,
            name="Đợt một trang",
            questionnaire=questionnaire.content_hash(),
            opens=date(2020, 1, 1),
            closes=None,
        )
        self.secret = office(data, questionnaire, workbook_bytes(INSTRUMENT), round_)

    def address(self, port: int | None = None, channel: str = "", key: str = "") -> str:
        token = link_token(self.secret, ROUND, "P01")
        return f"http://127.0.0.1:{port or self.port}" + form_address(ROUND, token=token, channel=channel, key=key)

    def count(self) -> int:
        with Store.open(self.data / "hailong.sqlite3") as store:
            return store.counts(ROUND).total


class Wire:
    """A TCP line to the server that can be cut: no byte passes, and those who are connected are thrown out."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listening = create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket] = []
        self._cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut.set()
        for end in self._open:
            hang_up(end)
        self._open.clear()

    def mend(self) -> None:
        self._cut.clear()

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:  # closed
                return
            if self._cut.is_set():
                here.close()
                continue
            there = create_connection(("127.0.0.1", self._to))
            self._open += [here, there]
            for source, sink in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket, sink: socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                sink.sendall(content)
        hang_up(source)
        hang_up(sink)


def hang_up(end: socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(SHUT_RDWR)
    end.close()


@pytest.fixture(scope="module")
def running(server: Server) -> Office:
    """The server of all journeys, for what does not kill it."""
    return Office(server.data, int(server.url.rpartition(":")[2]))


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", has_touch=True)
    context.set_default_timeout(30_000)
    yield context
    context.close()


def opened(phone: BrowserContext, address: str, *, clock: bool = False) -> Page:
    """The form at this address; with a `clock` of its own, time can be sped up."""
    page = phone.new_page()
    if clock:
        page.clock.install()
    page.goto(address)
    see(page, TITLE)
    return page


ANSWERED = 4


def fill(page: Page) -> None:
    choose(page, "Giới tính", "Nữ")
    choose(page, "nhóm tuổi", "Từ 35 đến 49 tuổi")
    choose(page, "đô thị hay nông thôn", "Nông thôn")
    choose(page, "đã nhận kết quả", "Chưa")
    page.get_by_role("textbox").fill("Cán bộ nhiệt tình")


def chosen(page: Page) -> Locator:
    return page.locator("input[type=radio]:checked")


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def keep(page: Page, office: Office) -> None:
    """Lets ten seconds pass on the page, and waits until the server has put the answers away."""
    page.get_by_role("heading", level=1).click()  # out of the text box
    page.clock.fast_forward(11_000)
    [key] = parse_qs(urlsplit(page.url).query)["k"]
    with Store.open(office.data / "hailong.sqlite3") as store:
        for _ in range(200):
            if store.draft(key_hash(key)) is not None:
                return
            page.wait_for_timeout(50)
    pytest.fail("nothing was put away")


def test_a_refresh_in_the_middle_loses_nothing(phone: BrowserContext, running: Office) -> None:
    before = running.count()
    page = opened(phone, running.address(), clock=True)
    fill(page)
    keep(page, running)
    page.reload()
    see(page, TITLE)
    expect(page.get_by_text("vẫn còn dưới đây")).to_be_visible()
    expect(chosen(page)).to_have_count(ANSWERED)
    expect(page.get_by_role("textbox")).to_have_value("Cán bộ nhiệt tình")
    assert running.count() == before, "a form that is not sent is no response"
    send(page)
    see(page, "đã được ghi nhận")
    assert running.count() == before + 1
    page.reload()
    see(page, "Phiếu này đã được ghi nhận.")


def test_a_closed_tab_is_taken_up_again_at_its_address(phone: BrowserContext, running: Office) -> None:
    page = opened(phone, running.address(), clock=True)
    address = page.url
    fill(page)
    keep(page, running)
    page.close()
    page = opened(phone, address)
    expect(chosen(page)).to_have_count(ANSWERED)


def test_impatient_clicks_back_and_a_second_tab_are_one_slip(phone: BrowserContext, running: Office) -> None:
    before = running.count()
    page = opened(phone, running.address())
    other = opened(phone, page.url)
    fill(other)
    page.bring_to_front()
    fill(page)
    page.get_by_role("button", name="Gửi phiếu").evaluate("button => { for (let n = 0; n < 5; n++) button.click(); }")
    see(page, "đã được ghi nhận")
    other.bring_to_front()
    send(other)
    see(other, "Phiếu này đã được ghi nhận.")
    page.goto("about:blank")
    page.go_back()
    see(page, "Phiếu này đã được ghi nhận.")
    assert running.count() == before + 1


def test_twenty_sendings_of_one_form_at_the_same_moment_are_one_slip(running: Office) -> None:
    before = running.count()
    key = new_key(running.secret, secrets.token_bytes, ROUND)
    _, _, query = running.address(key=key).partition("?")

    async def one(ready: asyncio.Barrier) -> str:
        async with Visitor(f"http://127.0.0.1:{running.port}", query) as visitor:
            answers = {name: options[-1] for name, options in visitor.options().items()}
            await ready.wait()
            await visitor.run(values=answers, press="-on-")
            return visitor.texts[0]

    async def all_at_once() -> list[str]:
        ready = asyncio.Barrier(20)
        return await asyncio.gather(*(one(ready) for _ in range(20)))

    with ThreadPoolExecutor(1) as thread:  # the browser's loop runs in this one
        told = thread.submit(lambda: asyncio.run(all_at_once())).result()
    assert all("đã được ghi nhận" in text for text in told)
    assert sum("Cảm ơn" in text for text in told) == 1
    assert running.count() == before + 1


def test_a_kiosk_forgets_by_itself(browser: Browser, running: Office) -> None:
    context = browser.new_context(viewport={"width": 768, "height": 1024}, locale="vi-VN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.clock.install()
    page.goto(running.address(channel="kiosk"))
    begin = page.get_by_role("button", name="Bắt đầu trả lời")
    begin.click()
    page.get_by_role("radiogroup").first.wait_for()
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('[data-testid=stRadioOption], [data-testid=stMain] button')]"
        ".map(each => each.getBoundingClientRect().height).filter(height => height))"
    )
    assert smallest >= 60
    choose(page, "Giới tính", "Nữ")
    page.clock.fast_forward(170_000)
    expect(chosen(page)).to_have_count(1)  # a slow reader is not thrown out
    page.mouse.click(5, 5)  # a sign of life
    page.clock.fast_forward(170_000)
    expect(chosen(page)).to_have_count(1)
    page.clock.fast_forward(15_000)
    begin.wait_for()
    begin.click()
    page.get_by_role("radiogroup").first.wait_for()
    expect(chosen(page)).to_have_count(0)
    fill(page)
    send(page)
    see(page, "đã được ghi nhận")
    page.clock.fast_forward(22_000)
    begin.wait_for()
    expect(page.locator(".st-key-receipt")).to_have_count(0)
    context.close()


def test_a_line_that_drops_keeps_the_answers(phone: BrowserContext, running: Office) -> None:
    before = running.count()
    wire = Wire(running.port)
    page = opened(phone, running.address(wire.port))
    fill(page)
    wire.cut()
    page.wait_for_timeout(6_000)
    wire.mend()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    expect(chosen(page)).to_have_count(ANSWERED)
    send(page)
    see(page, "đã được ghi nhận")
    assert running.count() == before + 1
    wire.close()


def test_a_server_that_restarts_keeps_the_answers(phone: BrowserContext, tmp_path: Path) -> None:
    office = Office(tmp_path, free_port())
    with launched(office.data, office.port):
        page = opened(phone, office.address())
        fill(page)
        page.wait_for_timeout(2_000)
    with launched(office.data, office.port):
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(chosen(page)).to_have_count(ANSWERED)
        send(page)
        see(page, "đã được ghi nhận")
        assert office.count() == 1


KILLED_AFTER_COMMIT = """
import os, runpy, signal, sys
from survey.store import Store

add = Store.add

def add_and_die(*given, **named):
    add(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

Store.add = add_and_die
sys.argv[0] = "uvicorn"
runpy.run_module("uvicorn", run_name="__main__")
"""


def test_a_server_killed_between_commit_and_reply_has_one_slip_and_says_so(
    phone: BrowserContext, tmp_path: Path
) -> None:
    office = Office(tmp_path, free_port())
    with launched(office.data, office.port, "-c", KILLED_AFTER_COMMIT) as process:
        page = opened(phone, office.address())
        fill(page)
        send(page)
        process.wait(timeout=30)
    assert process.returncode == -9
    assert office.count() == 1
    with launched(office.data, office.port):
        see(page, "Phiếu này đã được ghi nhận.")
        assert office.count() == 1
