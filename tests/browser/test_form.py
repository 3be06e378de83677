"""What only a browser shows of the form: clicks that come twice, Back, refresh, two tabs, a phone's width."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Server

RECEIPT = re.compile(r"([0-9A-Z]{5}-){3}[0-9A-Z]{5}")


def see(page: Page, title: str) -> None:
    """Waits for the screen of this title. For a moment Streamlit shows the old one, fading, beside it."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def start(page: Page) -> None:
    page.get_by_role("button", name="Bắt đầu trả lời").click()
    see(page, "Thông tin chung")


def choose(page: Page, question: str, option: str) -> None:
    page.get_by_role("radiogroup", name=question).get_by_text(option, exact=True).click()


def onward(page: Page, to: str) -> None:
    page.get_by_role("button", name="Tiếp tục").click()
    see(page, to)


def fill(page: Page) -> None:
    """From the first step to the last, with what must be answered and two items."""
    choose(page, "Giới tính", "Nữ")
    choose(page, "nhóm tuổi", "Từ 35 đến 49 tuổi")
    choose(page, "đô thị hay nông thôn", "Nông thôn")
    onward(page, "Câu 1.")
    onward(page, "Câu 2 đến câu 7")
    choose(page, "gây phiền hà, sách nhiễu", "Không có công chức nào")
    onward(page, "Câu 8")
    onward(page, "Câu 9, phần I.")
    choose(page, "Thông tin về chính sách đầy đủ", "Hài lòng")
    onward(page, "Câu 9, phần II.")
    choose(page, "Công chức lịch sự", "Rất hài lòng")
    onward(page, "Câu 10")
    onward(page, "Ý kiến khác")


def no_sideways_scroll(page: Page) -> bool:
    width = page.evaluate("Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll("
                          "'[data-testid=stMain]')].map(each => each.scrollWidth))")  # fmt: skip
    return bool(width <= PHONE["width"])


def test_a_citizen_errs_is_told_mends_and_is_counted_once(phone: BrowserContext, server: Server) -> None:
    before = server.count()
    page = phone.new_page()
    page.goto(server.form)
    expect(page.get_by_text("tự nguyện").first).to_be_visible()
    address = page.url
    assert "k=" in address
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert no_sideways_scroll(page)
    start(page)

    page.get_by_role("button", name="Tiếp tục").click()
    summary = page.locator(".st-key-summary")
    expect(summary).to_contain_text("Còn 3 chỗ")
    expect(summary.get_by_role("link")).to_have_count(3)
    expect(summary).to_be_focused()  # the reader is led there
    assert no_sideways_scroll(page)
    fill(page)
    page.get_by_role("textbox").fill("Cán bộ nhiệt tình <b>=1+1</b>")

    page.get_by_role("button", name="Gửi phiếu").dblclick()
    see(page, "đã được ghi nhận")
    receipt = RECEIPT.search(page.locator(".st-key-receipt").inner_text())
    assert receipt is not None
    assert server.count() == before + 1
    assert no_sideways_scroll(page)

    page.reload()
    see(page, "Phiếu này đã được ghi nhận.")
    expect(page.locator(".st-key-receipt")).to_contain_text(receipt.group())
    page.go_back()
    page.goto(address)
    see(page, "Phiếu này đã được ghi nhận.")
    assert server.count() == before + 1

    page.get_by_role("button", name="Phiếu mới").click()
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    assert page.url != address


def test_five_impatient_clicks_and_two_tabs_are_one_slip(phone: BrowserContext, server: Server) -> None:
    before = server.count()
    first = phone.new_page()
    first.goto(server.form)
    second = phone.new_page()
    second.goto(first.url)
    for page in (first, second):
        page.bring_to_front()
        start(page)
        fill(page)
    first.bring_to_front()
    first.get_by_role("button", name="Gửi phiếu").evaluate("button => { for (let n = 0; n < 5; n++) button.click(); }")
    see(first, "đã được ghi nhận")
    second.bring_to_front()
    second.get_by_role("button", name="Gửi phiếu").click()
    see(second, "Phiếu này đã được ghi nhận.")
    assert server.count() == before + 1


def test_two_quick_clicks_go_on_by_one_step_only(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(server.form)
    start(page)
    choose(page, "Giới tính", "Nữ")
    choose(page, "nhóm tuổi", "Từ 35 đến 49 tuổi")
    choose(page, "đô thị hay nông thôn", "Nông thôn")
    page.get_by_role("button", name="Tiếp tục").dblclick(delay=20)
    see(page, "Câu 1.")
    page.wait_for_timeout(1_000)
    see(page, "Câu 1.")


def test_a_kiosk_never_shows_the_next_person_the_last_ones_receipt(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(f"{server.form}&kenh=kiosk")
    used = page.url
    start(page)
    fill(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    see(page, "đã được ghi nhận")
    page.get_by_role("button", name="Phiếu mới").click()
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    for again in (page.go_back, lambda: page.goto(used)):
        again()
        page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
        expect(page.locator(".st-key-receipt")).to_have_count(0)


def test_the_server_writes_down_neither_who_asked_nor_a_forms_key(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(server.form)
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    log = (server.data / "server.log").read_text(encoding="utf-8")
    assert "k=" not in log
    assert "GET /" not in log


def test_the_back_button_of_the_browser_does_not_hand_out_a_second_form(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(f"{server.url}/")
    start_page = page.title()
    page.goto(server.form)
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    page.go_back()
    expect(page).to_have_title(start_page)
    expect(page).to_have_url(f"{server.url}/")


def test_every_target_is_large_enough_for_a_thumb(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(server.form)
    start(page)
    choose(page, "dân tộc nào", "Dân tộc khác")
    page.get_by_role("textbox").wait_for()
    for step, groups in (("Câu 1.", 7), ("Câu 2 đến câu 7", 5)):
        expect(page.get_by_role("radiogroup")).to_have_count(groups)
        sizes = page.evaluate(
            "[...document.querySelectorAll('[data-testid=stMain] button, [data-testid=stRadioOption], textarea')]"
            ".map(each => [each.innerText, each.getBoundingClientRect().height])"
        )
        assert len(sizes) > 10
        assert [text for text, height in sizes if 0 < height < 44] == []
        if step == "Câu 1.":
            choose(page, "Giới tính", "Nam")
            choose(page, "nhóm tuổi", "Từ 18 đến 24 tuổi")
            choose(page, "đô thị hay nông thôn", "Đô thị")
            onward(page, step)
            onward(page, "Câu 2 đến câu 7")


def test_every_question_is_a_named_group_without_markup_in_its_name(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(server.form)
    start(page)
    expect(page.get_by_role("radiogroup")).to_have_count(7)
    names = page.evaluate("[...document.querySelectorAll('[role=radiogroup]')].map(each => each.ariaLabel)")
    assert all(name and not re.search(r"[\\]|\*\*|:small|\[", name) for name in names)
    assert names[0] == "Giới tính của ông/bà là gì? *"
    assert page.locator("input[type=radio]:checked").count() == 0


def test_english_on_the_way_keeps_answers_and_says_so_to_screen_readers(phone: BrowserContext, server: Server) -> None:
    page = phone.new_page()
    page.goto(server.form)
    start(page)
    choose(page, "Giới tính", "Nữ")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Continue").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("input[type=radio]:checked").count() == 1


@pytest.mark.parametrize("path", ["/_stcore/agent/openapi.json", "/_stcore/metrics", "/khong-co"])
def test_what_is_shut_is_shut_in_the_real_server(phone: BrowserContext, server: Server, path: str) -> None:
    answer = phone.request.get(server.url + path)
    assert answer.status == 404
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
