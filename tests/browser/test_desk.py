"""The desk in a browser: the way in, what it shows, in which language, the way out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Page, expect

import sample_responses
from survey.access import ADMINISTRATOR
from survey.instruments import workbook_bytes
from survey.pages import framework
from survey.store import Store
from tests.browser.conftest import Server

PAGES = {
    "/so-phieu": "Có bao nhiêu phiếu?",
    "/dot-khao-sat": "Các đợt khảo sát",
    "/lap-dot": "Lập đợt khảo sát",
    "/ket-qua": "Người dân hài lòng đến đâu?",
    "/don-vi": "Đơn vị nào ra sao?",
    "/xep-hang": "Xếp hạng đến đâu là chắc?",
    "/mot-don-vi": "Một đơn vị nhìn thấy gì về mình?",
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
        if path in ("/ket-qua", "/don-vi", "/xep-hang", "/tung-cau"):
            expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_text("Trang đang gặp trục trặc")).to_have_count(0)
    assert not faults


@pytest.mark.slow
def test_the_chosen_way_of_computing_goes_along_from_page_to_page(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    page.get_by_role("link", name=PAGES["/ket-qua"]).click()
    expect(page.get_by_role("heading", level=1, name=PAGES["/ket-qua"])).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    chosen = page.get_by_role("combobox", name="Mức tin cậy")
    chosen.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list that opens while the page scrolls is closed by the scrolling
    chosen.click()
    page.get_by_role("option", name="99 %").click()
    expect(page.get_by_text("Khoảng tin cậy 99 %").first).to_be_visible()
    page.get_by_role("link", name=PAGES["/tai-bao-cao"]).click()
    expect(page.get_by_role("heading", level=1, name=PAGES["/tai-bao-cao"])).to_be_visible()
    expect(page.get_by_text("Khoảng tin cậy 99 %").first).to_be_visible()


TEXTS = """() => {
  const found = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element.closest('script, style, noscript, pre')) found.add(walker.currentNode.nodeValue.trim());
  }
  for (const element of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'title', 'placeholder', 'aria-roledescription', 'aria-valuetext', 'alt'])
      if (element.getAttribute(name)) found.add(element.getAttribute(name));
  return [document.title, ...found];
}"""
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


def theirs(texts: list[str]) -> list[str]:
    """Those of the texts that are the framework's own English words."""
    known = [re.sub(r"\\{\w+\\}", "(.+?)", re.escape(words)) for words in framework.words()]
    pattern = re.compile("|".join(known))
    return [text for text in texts if pattern.fullmatch(text)]


@pytest.mark.slow
def test_a_vietnamese_desk_shows_none_of_the_frameworks_english(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    page.get_by_test_id("stVegaLiteChart").first.hover()
    assert theirs(page.evaluate(TEXTS)) == []
    page.get_by_role("link", name=PAGES["/lap-dot"]).click()
    page.get_by_label("Tên đợt", exact=True).fill("Đợt thử ngôn ngữ")
    page.get_by_label("Mã đợt").fill("thu-ngon-ngu")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Bắt đầu lập").click()
    page.get_by_text("4. Cỡ mẫu").click()
    expect(page.get_by_text("Mỗi tệp tối đa 20MB • XLSX, CSV").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "vi"
    assert theirs(page.evaluate(TEXTS)) == []
    page.locator("input[type=file]").last.set_input_files({"name": "a.pdf", "mimeType": "a/pdf", "buffer": b"a"})
    expect(page.get_by_text("Không nhận tệp loại a/pdf:")).to_be_visible()
    assert theirs(page.evaluate(TEXTS)) == []
    page.get_by_text("2. Thời gian, cách trả lời").click()
    page.get_by_role("button", name="Chọn ngày").last.click()
    expect(page.get_by_role("button", name="Tháng sau")).to_be_visible()
    assert theirs(page.evaluate(TEXTS)) == []
    page.keyboard.press("Escape")
    languages = page.get_by_test_id("stMultiSelect").first.locator("input")
    languages.scroll_into_view_if_needed()
    languages.fill("zz")
    expect(page.get_by_text("Không tìm thấy")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Bỏ bản đang lập này").click()
    page.get_by_role("button", name="Bỏ bản này").click()
    expect(page.get_by_label("Mã đợt")).to_be_visible()
    page.goto(f"{server.url}/phieu?dot={sample_responses.ROUND_ID}")
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_role("combobox").first).to_be_visible()
    assert theirs(page.evaluate(TEXTS)) == []


def test_a_shipped_questionnaire_is_taken_away_as_it_came(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    page.goto(f"{server.url}/lap-dot")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải phiếu hỏi này về sửa").click()
    source = Path(download.value.suggested_filename).stem
    assert Path(download.value.path()).read_bytes() == workbook_bytes(source)


def test_the_assessment_of_a_round_is_taken_away_as_a_word_file(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    page.goto(f"{server.url}/dot-khao-sat")
    page.locator("summary").filter(has_text="Đợt minh họa Lạng Sơn 2022").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="đánh giá tác động").and_(page.locator(":visible")).first.click()
    assert download.value.suggested_filename == f"{sample_responses.ROUND_ID}-danh-gia-tac-dong.docx"
    assert Document(download.value.path()).paragraphs[0].text.startswith("ĐÁNH GIÁ TÁC ĐỘNG")


@pytest.mark.slow
def test_an_english_desk_shows_no_vietnamese_but_data_and_names(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    sign_in(page, server)
    with Store.open(server.data / "hailong.sqlite3") as store:
        rounds = store.rounds()
    names = {"Hài Lòng", "Tiếng Việt", ADMINISTRATOR, *(round_.name for round_ in rounds)}
    for place in (place for round_ in rounds for place in round_.places):
        names |= {place.name, place.stratum, place.unit}
    data = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    for path in PAGES:
        page.goto(f"{server.url}{path}?ngon_ngu=en")
        expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_be_visible()
        if path in ("/so-phieu", "/ket-qua", "/don-vi", "/xep-hang", "/tung-cau"):
            expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "en"
        assert [text for text in page.evaluate(TEXTS) if VIETNAMESE.search(data.sub("", text))] == [], path


def test_the_language_is_switched_at_once_and_stays_from_page_to_page(desktop: BrowserContext, server: Server) -> None:
    page = desktop.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, server)
    page.get_by_role("link", name="Hồ sơ TTHC").click()
    expect(page.get_by_text("Mỗi tệp tối đa 50MB • XLSX, CSV").first).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_text("en", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Dossiers")).to_be_visible()
    expect(page.get_by_text("50MB per file • XLSX, CSV").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("&ngon_ngu=en")
    page.get_by_role("button", name="Choose date").last.click()
    expect(page.get_by_role("button", name="Next month")).to_be_visible()  # the browser itself is Vietnamese
    page.wait_for_function(f"() => !({TEXTS})().some(text => text.toLowerCase().includes('tháng'))")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="How does each unit do?").click()
    expect(page.get_by_role("heading", level=1, name="How does each unit do?")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="How does each unit do?")).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_text("vi", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=PAGES["/don-vi"])).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert "/don-vi?dot=" in page.url
    assert "ngon_ngu" not in page.url
    assert not faults
