"""The desk in a browser: the way in, what it shows, the way out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server

PAGES = {
    "/so-phieu": "Có bao nhiêu phiếu?",
    "/dot-khao-sat": "Các đợt khảo sát",
    "/ket-qua": "Người dân hài lòng đến đâu?",
    "/don-vi": "Đơn vị nào ra sao?",
    "/tung-cau": "Từng câu được trả lời thế nào?",
    "/tai-bao-cao": "Tải báo cáo",
}


@pytest.fixture
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    context.set_default_timeout(30_000)
    yield context
    context.close()


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/ban-lam-viec")
    page.get_by_label("Mật mã").fill(server.passcode.lower())
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1, name="Có bao nhiêu phiếu?")).to_be_visible()


def test_the_desk_opens_with_the_passcode_only_and_stays_open_after_a_refresh(
    desktop: BrowserContext, server: Server
) -> None:
    page = desktop.new_page()
    page.goto(f"{server.url}/ket-qua")
    assert "/dang-nhap" in page.url
    page.get_by_label("Mật mã").fill("SAI-SAI-SAI")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    page.get_by_label("Mật mã").fill(server.passcode)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1, name="Người dân hài lòng đến đâu?")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Người dân hài lòng đến đâu?")).to_be_visible()
    page.get_by_role("link", name="Đăng xuất").click()
    page.get_by_role("link", name="đăng nhập bàn làm việc").wait_for()
    page.goto(f"{server.url}/so-phieu")
    assert "/dang-nhap" in page.url


def test_the_desk_counts_what_is_in_the_store(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    received = page.get_by_test_id("stMetric").filter(has_text="Phiếu đã nhận").get_by_test_id("stMetricValue")
    expect(received).to_have_text(str(server.count()))


def test_every_page_of_the_desk_opens_without_an_error(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    sign_in(page, server)
    for path, title in PAGES.items():
        page.goto(server.url + path)
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        if path in ("/ket-qua", "/don-vi", "/tung-cau"):
            expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_text("Trang đang gặp trục trặc")).to_have_count(0)
    assert not faults


def test_the_chosen_way_of_computing_goes_along_from_page_to_page(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    page.get_by_role("link", name=PAGES["/ket-qua"]).click()
    expect(page.get_by_role("heading", level=1, name=PAGES["/ket-qua"])).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    chosen = page.get_by_role("combobox", name="Độ tin cậy")
    chosen.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list that opens while the page scrolls is closed by the scrolling
    chosen.click()
    page.get_by_role("option", name="99 %").click()
    expect(page.get_by_text("Khoảng tin cậy 99 %").first).to_be_visible()
    page.get_by_role("link", name=PAGES["/tai-bao-cao"]).click()
    expect(page.get_by_role("heading", level=1, name=PAGES["/tai-bao-cao"])).to_be_visible()
    expect(page.get_by_text("Khoảng tin cậy 99 %").first).to_be_visible()
