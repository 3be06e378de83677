"""From an empty installation to the archived round, as an analyst works it, in one go."""

import io
import secrets
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from survey.access import ensure_passcode
from survey.ledger.chain import first_break
from survey.store import Store
from tests.browser.conftest import PATIENCE, PHONE, Server, free_port, launched
from tests.browser.test_desk import sign_in
from tests.browser.whole_round import ANSWERS, ROUND, Walk, whole_round

CHANNELS = {"invited": 1, "kiosk": 1, "assisted": 1, "paper": 2, "import": 390}
GROWN_UP = 56_000
"""People of the margins that the walk uploads."""


@pytest.mark.slow
def test_a_round_goes_from_plan_to_archive_without_an_engineer(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    passcode = ensure_passcode(data, secrets.token_bytes)
    port = free_port()
    server = Server(url=f"http://127.0.0.1:{port}", passcode=str(passcode), data=data)
    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    phone = browser.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    for context in (desk, phone):
        context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    try:
        with launched(data, port):
            page = desk.new_page()
            sign_in(page, server)
            walk = Walk(page=page, server=server)
            book = load_workbook(io.BytesIO(whole_round(walk, phone)), data_only=True)
            late = phone.new_page()
            late.goto(f"{server.url}/m/{walk.codes[1]}")
            assert not late.get_by_role("button", name="Tiếp tục").count()
    finally:
        expect.set_options(timeout=PATIENCE)
        desk.close()
        phone.close()
    told = {row[0]: row[1] for row in book["01 Thông tin đợt khảo sát"].iter_rows(values_only=True)}
    assert told["Số phiếu thu"] == told["Số phiếu có trả lời về mức độ hài lòng"] == str(ANSWERS)
    head, *slips = [row for row in book["Phiếu"].iter_rows(values_only=True) if row[1]]
    assert len(slips) == ANSWERS
    weights = [row[head.index("quyen_so")] for row in slips]
    assert sum(weights) == pytest.approx(GROWN_UP)
    with Store.open(data / "hailong.sqlite3") as store:
        assert store.round(ROUND).state == "archived"
        assert store.counts(ROUND).channels == CHANNELS
        log = tuple(store.all_log())
        assert first_break(log) is None
        acts = [entry.act for entry in log]
    for act in ("units.load", "round.draw", "round.open", "intake.import", "quality.keep", "round.closed"):
        assert act in acts
    assert acts[-1] == "round.archived"
