"""The first walk through the desk, in a browser: five pages, in the language that was chosen, then never again."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE, Server
from tests.browser.test_desk import sign_in

PAGES = ("cach-tra-loi", "tien-do", "ket-qua", "xep-hang", "tai-bao-cao")


@pytest.mark.slow
def test_the_walk_leads_over_five_pages_in_english_and_is_not_offered_again(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    try:
        page = context.new_page()
        sign_in(page, server)
        page.goto(f"{server.url}/so-phieu?ngon_ngu=en")
        page.get_by_role("button", name="Walk around", exact=True).click()
        for step, slug in enumerate(PAGES, start=1):
            expect(page.get_by_text(f"Step {step} of 5")).to_be_visible()
            assert f"/{slug}" in page.url
            on = page.get_by_role("button", name="Done" if slug == PAGES[-1] else "Next:")
            expect(on).to_have_count(1)  # that of the page before has gone
            on.click()
        expect(page.get_by_text("Step 5 of 5")).to_have_count(0)
        page.goto(f"{server.url}/so-phieu?ngon_ngu=en")
        expect(page.get_by_role("button", name="Walk around the desk")).to_be_visible()
        assert not page.get_by_role("button", name="Walk around", exact=True).count()
    finally:
        expect.set_options(timeout=PATIENCE)
        context.close()
