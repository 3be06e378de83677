"""The studio in a browser: the citizens' page stands in its frame, works there, and stores nothing."""

import pytest
from playwright.sync_api import Browser, expect

from survey.instruments.starter import starter_workbook
from survey.store import Store
from tests.browser.conftest import Server
from tests.browser.test_desk import sign_in

pytestmark = pytest.mark.slow


def test_a_questionnaire_is_looked_at_in_a_frame_and_published(browser: Browser, server: Server) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page.set_default_timeout(30_000)
    sign_in(page, server)
    with Store.open(server.data / "hailong.sqlite3") as store:
        before = store.counts("lang-son-2022").total
    page.goto(f"{server.url}/bo-phieu")
    workbook = {"name": "phieu.xlsx", "mimeType": "application/octet-stream", "buffer": starter_workbook()}
    page.locator("input[type=file]").first.set_input_files(workbook)
    frame = page.frame_locator("iframe[title='Bản xem thử']")
    expect(frame.get_by_text("không có gì được lưu")).to_be_visible()
    frame.get_by_label("Không", exact=True).check()
    frame.get_by_role("button", name="Gửi phiếu").click()
    expect(frame.locator("#loi")).to_contain_text("Giới tính của ông/bà là gì?")
    expect(frame.get_by_label("Không", exact=True)).to_be_checked()
    frame.get_by_label("Nữ", exact=True).check()
    frame.get_by_label("Từ 18 đến 34 tuổi").check()
    frame.get_by_role("button", name="Gửi phiếu").click()
    expect(frame.get_by_text("các câu trả lời đều hợp lệ")).to_be_visible()
    page.get_by_role("tab", name="Công bố").click()
    page.get_by_role("button", name="Công bố phiên bản này").click()
    expect(page.get_by_text("Đã công bố phiếu «phieu_moi»")).to_be_visible()
    with Store.open(server.data / "hailong.sqlite3") as store:
        assert store.counts("lang-son-2022").total == before
        assert ("phieu_moi", "1") in [(each.id, each.version) for each in store.questionnaires()]
    page.close()
