"""The light form in a real browser: without script, without patience, with a keyboard, on a narrow screen."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

import sample_responses
from survey.instruments import load, workbook_bytes
from survey.store import Store
from tests.browser.conftest import PHONE, ROOT, START_SECONDS

USER = "user_five_factor"
APP = (
    "from starlette.applications import Starlette\nfrom survey.forms.light.routes import routes\n"
    "app = Starlette(routes=routes())\n"
)


class Light:
    """The light form alone, in a process of its own. `household` is the long round, `user` one on one page."""

    household = sample_responses.ROUND_ID
    user = "mot-cua"

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data

    def form(self, query: str = "dv=LS011") -> str:
        return f"{self.url}/p/{self.user}?{query}"

    def count(self, round_id: str = "mot-cua") -> int:
        with Store.open(self.data / "hailong.sqlite3") as store:
            return store.counts(round_id).total


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Light]:
    data = tmp_path_factory.mktemp("light")
    with Store.open(data / "hailong.sqlite3") as store:
        questionnaire = load(USER)
        household = sample_responses.demonstration_round()
        store.add_questionnaire(load("sipas_household_2022"), workbook_bytes("sipas_household_2022"))
        store.add_questionnaire(questionnaire, workbook_bytes(USER))
        store.save_round(household)
        user = replace(household, id=Light.user, name="Một cửa", questionnaire=questionnaire.content_hash(), margins=())
        store.save_round(replace(user, study=questionnaire.study, opens=date(2020, 1, 1)))
    (data / "light_app.py").write_text(APP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "light_app:app", "--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "HAILONG_DATA": str(data), "PYTHONPATH": f"{ROOT}{os.pathsep}{data}"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}/", process)
        yield Light(f"http://127.0.0.1:{port}", data)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=2):
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail("the light form did not start")


def _context(browser: Browser, *, script: bool) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True, java_script_enabled=script)
    context.set_default_timeout(20_000)
    strange: list[str] = []

    def watch(page: Page) -> None:
        page.on("console", lambda message: strange.append(message.text) if "Security Policy" in message.text else None)
        page.on("pageerror", lambda error: strange.append(str(error)))

    context.on("page", watch)
    yield context
    assert not context.cookies()
    context.close()
    assert not strange


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A phone's browser with JavaScript switched off."""
    yield from _context(browser, script=False)


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    yield from _context(browser, script=True)


def fill(page: Page, received: str = "1") -> None:
    """The questions that need an answer."""
    for name in ("sex", "age", "area"):
        page.locator(f"[name={name}]").first.check()
    page.locator(f"[name=received][value='{received}']").check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phiếu").click()


def see(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


THANKS, ALREADY = "Cảm ơn ông/bà! Phiếu đã được ghi nhận.", "Phiếu này đã được ghi nhận."


def test_without_script_from_the_poster_to_the_receipt_back_and_again(plain: BrowserContext, light: Light) -> None:
    before = light.count()
    page = plain.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(light.form())
    assert len(requests) <= 3
    address = page.url
    page.locator("[name=comment]").fill("Cán bộ nhiệt tình <b>=1+1</b>")
    send(page)
    summary = page.locator("#loi")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Lỗi: " + page.title().removeprefix("Lỗi: "))
    summary.get_by_role("link").first.click()
    expect(page.locator("[name=sex]").first).to_be_focused()
    expect(page.locator("[name=comment]")).to_have_value("Cán bộ nhiệt tình <b>=1+1</b>")
    fill(page)
    send(page)
    see(page, THANKS)
    receipt = page.locator(".ma").inner_text()
    page.reload()
    expect(page.locator(".ma")).to_have_text(receipt)
    page.goto(address)
    see(page, ALREADY)
    page.go_back()
    expect(page.locator(".ma")).to_have_text(receipt)
    assert light.count() == before + 1
    page.get_by_role("link", name="Phiếu mới").click()
    expect(page.locator("form")).to_be_visible()
    assert page.url != address


def test_branching_hides_shows_and_hides_again_without_script(plain: BrowserContext, light: Light) -> None:
    page = plain.new_page()
    page.goto(light.form())
    item = page.locator("fieldset", has=page.locator("[name=s1_1]"))
    expect(item).to_be_hidden()
    page.locator("[name=received][value='1']").check()
    expect(item).to_be_visible()
    item.locator("input").first.check()
    page.locator("[name=received][value='2']").check()
    expect(item).to_be_hidden()
    expect(page.locator(".du").first).to_be_hidden()


@pytest.mark.parametrize("clicks", [2, 5])
def test_impatient_clicks_are_one_slip(scripted: BrowserContext, light: Light, clicks: int) -> None:
    before = light.count()
    page = scripted.new_page()
    page.goto(light.form())
    fill(page)
    button = page.get_by_role("button", name="Gửi phiếu")
    button.evaluate("(button, times) => { for (let n = 0; n < times; n++) button.click(); }", clicks)
    see(page, "đã được ghi nhận")
    assert light.count() == before + 1


def test_a_double_click_without_script_is_one_slip(plain: BrowserContext, light: Light) -> None:
    before = light.count()
    page = plain.new_page()
    page.goto(light.form())
    fill(page)
    page.get_by_role("button", name="Gửi phiếu").dblclick()
    see(page, "đã được ghi nhận")
    assert light.count() == before + 1


def test_two_tabs_and_back_are_one_slip(plain: BrowserContext, light: Light) -> None:
    before = light.count()
    first, second = plain.new_page(), plain.new_page()
    first.goto(light.form())
    second.goto(first.url)
    for page in (first, second):
        fill(page)
    send(first)
    see(first, THANKS)
    first.go_back()
    see(first, ALREADY)
    send(second)
    see(second, ALREADY)
    assert light.count() == before + 1


def test_twenty_posts_of_one_key_at_once_are_one_slip(light: Light) -> None:
    before = light.count()
    with urlopen(light.form()) as answer:
        address = answer.url
    body = urlencode({"sex": "1", "age": "1", "area": "1", "received": "2", "_di": "tiep"}).encode()

    def post(_: int) -> bytes:
        with urlopen(Request(address, body), timeout=30) as answer:
            return bytes(answer.read())

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    assert all("đã được ghi nhận".encode() in answer for answer in answers)
    assert light.count() == before + 1


def test_a_long_form_is_resumed_by_its_link_on_another_phone(
    plain: BrowserContext, browser: Browser, light: Light
) -> None:
    page = plain.new_page()
    page.goto(f"{light.url}/p/{light.household}?dv=LS011")
    for name in ("sex", "age", "area"):
        page.locator(f"[name={name}]").first.check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Phần 2/5").first).to_be_visible()
    page.locator("[name=q4]").first.check()
    page.get_by_role("button", name="Lưu lại").click()
    link = page.locator("#loi a").get_attribute("href")
    assert link is not None
    other = browser.new_page(viewport=PHONE)
    other.goto(link)
    expect(other.locator("[name=q4]").first).to_be_checked()
    for part in (3, 4, 5):
        other.get_by_role("button", name="Tiếp tục").click()
        expect(other.get_by_text(f"Phần {part}/5").first).to_be_visible()
    send(other)
    see(other, THANKS)
    other.close()
    page.get_by_role("button", name="Tiếp tục").click()
    see(page, ALREADY)


def test_the_keyboard_alone_is_enough(plain: BrowserContext, light: Light) -> None:
    before = light.count()
    page = plain.new_page()
    page.goto(light.form())
    for _ in range(90):
        page.keyboard.press("Tab")
        field = page.locator(":focus")
        name = field.get_attribute("name")
        if name in ("sex", "age", "area", "received"):
            page.keyboard.press("Space")
        elif name == "_di":
            break
    assert name == "_di"
    page.keyboard.press("Enter")
    see(page, THANKS)
    assert light.count() == before + 1


def test_enter_in_a_text_sends_and_does_not_change_the_language(plain: BrowserContext, light: Light) -> None:
    page = plain.new_page()
    page.goto(f"{light.url}/p/{light.household}?dv=LS011")
    page.locator("[name=ethnic][value='2']").check()
    page.locator("[name=ethnic_other]").fill("Tày")
    page.keyboard.press("Control+Enter")
    page.locator("[name=sex]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#loi")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways_on_a_narrow_or_enlarged_screen(
    plain: BrowserContext, light: Light, width: int
) -> None:
    """640 pixels at 200 % are 320."""
    page = plain.new_page()
    household = f"{light.url}/p/{light.household}"
    for path in (light.form(), light.form("kenh=kiosk"), household, light.url, f"{light.url}/m?ma=1"):
        page.goto(path)
        for zoom in (1, width // 320):
            page.set_viewport_size({"width": width // zoom, "height": 640})
            widths = page.locator("html").evaluate("html => [html.scrollWidth, html.clientWidth]")
            assert widths[0] <= widths[1], (path, width, widths)


def test_an_accidental_reload_keeps_unsent_answers_and_sending_forgets_them(
    scripted: BrowserContext, light: Light
) -> None:
    page = scripted.new_page()
    page.goto(light.form())
    address = page.url
    fill(page)
    page.locator("[name=comment]").fill("Chưa gửi")
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("[name=comment]")).to_have_value("Chưa gửi")
    expect(page.locator("[name=sex]").first).to_be_checked()
    send(page)
    see(page, THANKS)
    assert page.evaluate("sessionStorage.length") == 0


def test_a_kiosk_forgets_a_half_filled_form_and_a_receipt(scripted: BrowserContext, light: Light) -> None:
    page = scripted.new_page()
    page.clock.install()
    page.goto(light.form("dv=LS011&kenh=kiosk"))
    address = page.url
    fill(page)
    assert page.evaluate("sessionStorage.length") == 0
    page.clock.fast_forward(181_000)
    page.wait_for_url(lambda url: url != address)
    expect(page.locator("[name=sex]").first).not_to_be_checked()
    fill(page)
    send(page)
    see(page, THANKS)
    receipt = page.locator(".ma").inner_text()
    page.get_by_role("link", name="Phiếu mới").click()
    expect(page.locator("form")).to_be_visible()
    page.go_back()
    expect(page.locator("form")).to_be_visible()
    assert receipt not in page.content()


@pytest.mark.slow
def test_a_kiosk_returns_by_itself_after_twenty_seconds_without_script(plain: BrowserContext, light: Light) -> None:
    page = plain.new_page()
    page.goto(light.form("dv=LS011&kenh=kiosk"))
    fill(page)
    send(page)
    see(page, THANKS)
    expect(page.locator("form")).to_be_visible(timeout=30_000)


def test_targets_are_large_enough_for_a_thumb(plain: BrowserContext, light: Light) -> None:
    page = plain.new_page()
    for way, least in (("dv=LS011", 44), ("kenh=kiosk", 64)):
        page.goto(light.form(way))
        for each in page.locator("fieldset > label:visible, .nut:visible").all():
            box = each.bounding_box()
            assert box is not None
            assert box["height"] >= least - 0.5
    for each in page.locator("select:visible, header button:visible, summary:visible, textarea:visible").all():
        box = each.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5


@pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_every_citizen_page_passes_axe(scripted: BrowserContext, light: Light, language: str) -> None:
    page = scripted.new_page()
    speak = f"ngon_ngu={language}"

    def passes(what: str) -> None:
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        found = Axe().run(page, options=options)
        assert not found.response["violations"], (what, found.generate_report())

    for path in ("/", "/m", "/m?ma=1", "/p/none", f"/p/{light.household}"):
        page.goto(f"{light.url}{path}{'&' if '?' in path else '?'}{speak}")
        passes(path)
    page.goto(light.form(speak))
    page.locator("summary").click()
    passes("form")
    page.locator("button.chinh").click()
    expect(page.locator("#loi")).to_be_visible()
    passes("errors")
    page.goto(light.form(f"{speak}&dv=LS011&kenh=kiosk"))
    fill(page)
    page.locator("[name=s1_1]").first.check()
    passes("kiosk, filled in")
    page.locator("button.chinh").click()
    expect(page.locator(".ma")).to_be_visible()
    passes("kiosk receipt")
    page.goto(light.form(f"{speak}&dv=LS011"))
    fill(page)
    page.locator("button.chinh").click()
    passes("receipt")
    page.get_by_role("link", name="QR").click()
    passes("receipt as QR")
    page.goto(f"{light.url}/p/{light.household}?{speak}&dv=LS011")
    page.locator("[value=luu]").click()
    passes("saved")
