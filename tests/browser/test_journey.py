"""The main job, end to end: a citizen answers on a phone, the desk counts the slip, the workbook holds and agrees."""

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, expect

from survey.store import Store
from tests.browser.conftest import Server, serve
from tests.browser.test_desk import sign_in
from tests.browser.test_form import fill, see, start


@pytest.fixture
def server(tmp_path: Path):
    """A server nobody else has sent a slip to."""
    with serve(tmp_path / "data") as running:
        yield running


@pytest.mark.slow
def test_one_answer_from_the_phone_to_the_workbook(
    phone: BrowserContext, server: Server, browser: Browser, tmp_path: Path
) -> None:
    assert server.count() == 395
    page = phone.new_page()
    page.goto(server.form)
    address = page.url
    start(page)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator(".st-key-summary")).to_contain_text("Còn 3 chỗ")
    fill(page)
    page.get_by_role("textbox").fill('=HYPERLINK("http://evil.example") Cảm ơn')
    page.get_by_role("button", name="Gửi phiếu").dblclick()
    see(page, "đã được ghi nhận")
    page.go_back()
    page.goto(address)
    page.reload()
    see(page, "Phiếu này đã được ghi nhận.")
    assert server.count() == 396

    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN", accept_downloads=True)
    context.set_default_timeout(30_000)
    desk = context.new_page()
    sign_in(desk, server)
    received = desk.get_by_test_id("stMetric").filter(has_text="Phiếu đã nhận").get_by_test_id("stMetricValue")
    expect(received).to_have_text("396")
    desk.goto(f"{server.url}/ket-qua")
    expect(desk.get_by_text("396 phiếu").first).to_be_visible()
    expect(desk.get_by_test_id("stMetricValue").nth(1)).to_have_text(re.compile("%"))
    shown = re.findall(r"\d+,\d\d %", desk.get_by_test_id("stMain").inner_text())
    desk.goto(f"{server.url}/tai-bao-cao")
    with desk.expect_download(timeout=60_000) as download:
        desk.get_by_role("button", name="Tải về: Báo cáo Excel").click()
    file = tmp_path / "bao-cao.xlsx"
    download.value.save_as(file)
    context.close()

    book = load_workbook(file, data_only=True)
    slips = book["Phiếu"].tables["Phieu"]
    first, last = (int(re.sub(r"\D", "", corner)) for corner in slips.ref.split(":"))
    assert last - first == 396
    rows = list(book["04 Chỉ số"].iter_rows(values_only=True))
    [header] = [row for row in rows if row[0] == "Mã"]
    [overall] = [row for row in rows if row[0] == "overall"]
    for name in ("Cách công bố", "Của công cụ"):
        value = overall[header.index(name)]
        assert f"{value * 100:.2f} %".replace(".", ",") in shown
    with Store.open(server.data / "hailong.sqlite3") as store:
        sent = [r for r in store.responses("lang-son-2022") if "HYPERLINK" in json.dumps(dict(r.answers))]
    assert len(sent) == 1
    live = load_workbook(file)
    cells = [cell for row in live["12 Ý kiến khác"].iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]
