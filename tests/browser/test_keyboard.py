"""Paper slips are typed with the keyboard alone: a number chooses and goes on, Enter goes on, nothing needs a mouse."""

import pytest
from playwright.sync_api import Browser, Page, expect

from sample_responses import ROUND_ID
from tests.browser.conftest import Server
from tests.browser.test_desk import sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser, server: Server) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN").new_page()
    strange: list[str] = []
    page.on("pageerror", lambda error: strange.append(str(error)))
    page.on("console", lambda said: strange.append(said.text) if "Content Security Policy" in said.text else None)
    sign_in(page, server)
    page.goto(f"{server.url}/nhap-phieu?dot={ROUND_ID}")
    assert not strange
    return page


def type_(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def chosen(page: Page, name: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(f"input[name='{name}']:checked", "all => all.map(each => each.value)")
    return found


def in_focus(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name")
    return name


def test_a_slip_is_typed_without_a_mouse(page: Page, server: Server) -> None:
    before = server.count()
    page.keyboard.type("LS-0007")
    type_(page, "Enter")
    page.keyboard.type("Bà Lan")
    type_(page, "Enter", "ArrowDown", "Enter")
    assert in_focus(page) == "sex"
    type_(page, "2", "3", "1")
    assert (chosen(page, "sex"), chosen(page, "age"), chosen(page, "ethnic")) == (["2"], ["3"], ["1"])
    assert in_focus(page) == "education"  # what is asked of others only was passed over
    type_(page, "Enter")
    assert in_focus(page) == "occupation"
    type_(page, "Shift+Enter", "4", "Shift+Enter", "Delete")
    assert chosen(page, "education") == []
    type_(page, "Enter", "1", "2")
    assert (chosen(page, "occupation"), chosen(page, "area")) == (["1"], ["2"])
    page.locator("[name=q2]").first.focus()
    type_(page, "1", "3", "1", "6")  # a second 1 takes the first back
    assert chosen(page, "q2") == ["3", "6"]
    page.locator("[name=q4]").first.focus()
    type_(page, "1", "Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu phiếu số LS-0007")
    assert server.count() == before + 1
    expect(page.locator("#so")).to_be_focused()
    expect(page.locator("#ai")).to_have_value("Bà Lan")


def test_without_the_script_the_page_still_takes_a_slip(browser: Browser, server: Server) -> None:
    context = browser.new_context(locale="vi-VN", java_script_enabled=True)
    page = context.new_page()
    sign_in(page, server)
    plain = browser.new_context(locale="vi-VN", java_script_enabled=False, storage_state=context.storage_state())
    typed = plain.new_page()
    typed.goto(f"{server.url}/nhap-phieu?dot={ROUND_ID}")
    before = server.count()
    typed.locator("#so").fill("LS-0008")
    typed.locator("#ai").fill("Bà Lan")
    typed.locator("#dv").select_option(index=1)
    for name, value in (("sex", "1"), ("age", "2"), ("area", "1"), ("q4", "1")):
        typed.locator(f"input[name={name}][value='{value}']").check()
    typed.locator("#luu").click()
    expect(typed.get_by_role("status").first).to_contain_text("LS-0008")
    assert server.count() == before + 1
