"""The nastiest texts in a real browser: nothing runs, is fetched, becomes an element or is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, expect

from survey.forms.draft import form_address
from survey.pages.posters import POSTER
from survey.store import Store
from survey.xlsform import write_workbook
from tests.browser.conftest import PATIENCE, PHONE, Server, serve
from tests.hostile import HOSTILE, hostile_questionnaire, hostile_round, kept

NASTY = ("script", "image", "markdown_link", "markdown_picture", "latex", "formula_link", "right_to_left_override",
         "stacked_accents", "emoji_joined", "braces", "url")  # fmt: skip
ROUND = "doc-hai"
FOREIGN = """() => ({
  images: [...document.querySelectorAll('img, iframe, object, embed')].filter(each =>
    !/^(data:|blob:)/.test(each.src) && !new URL(each.src || '/', location).pathname.startsWith('/media/')).length,
  links: [...document.querySelectorAll('a[href]')].filter(each => /evil/.test(each.href)).length,
  live: [...document.querySelectorAll('*')].filter(each =>
    [...each.attributes].some(given => given.name.startsWith('on'))).length,
  math: document.querySelectorAll('.katex').length,
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("hostile")
    with Store.open(data / "hailong.sqlite3") as store:
        questionnaire = hostile_questionnaire()
        store.add_questionnaire(questionnaire, write_workbook(questionnaire))
        store.save_round(hostile_round(questionnaire))
    with serve(data) as running:
        yield running


@pytest.fixture
def victim(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser that notes every dialog, every request to another host and every breach of the content policy."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=15_000)
    strange: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            strange.append(request.url)

    def spoke(dialog: Dialog) -> None:
        strange.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def watch(page: Page) -> None:
        page.on("request", asked)
        page.on("dialog", spoke)
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.on("console", lambda said: strange.append(said.text) if "Security Policy" in said.text else None)

    context.on("page", watch)
    yield context
    expect.set_options(timeout=PATIENCE)
    context.close()
    assert strange == []


def harmless(page: Page) -> None:
    assert page.evaluate(FOREIGN) == {"images": 0, "links": 0, "live": 0, "math": 0}


def answers(server: Server) -> list[object]:
    with Store.open(server.data / "hailong.sqlite3") as store:
        return [slip.answers.get("comment") for slip in store.responses(ROUND)]


def to_last_page(page: Page, address: str) -> None:
    page.goto(address)
    while not page.locator("[name=comment]").count():
        harmless(page)
        page.locator("button.chinh").click()


@pytest.mark.slow
def test_nasty_texts_pass_the_light_form_and_its_pages(victim: BrowserContext, server: Server) -> None:
    page = victim.new_page()
    page.goto(server.url)
    expect(page.get_by_text(kept(HOSTILE["image"]), exact=False).first).to_be_visible()
    harmless(page)
    nasty = "\n".join(kept(HOSTILE[name]) for name in NASTY if name != "stacked_accents")
    to_last_page(page, f"{server.url}/p/{ROUND}?dv=P1")
    page.locator("[name=comment]").fill(nasty)
    page.locator("[name=times]").fill(HOSTILE["script"])
    page.locator("[name='day.d']").fill("<b")
    page.locator("button.chinh").click()
    expect(page.locator("#loi")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("[name=comment]")).to_have_value(nasty)
    harmless(page)
    page.locator("[name=times]").fill("")
    page.locator("[name='day.d']").fill("")
    page.locator("button.chinh").click()
    expect(page.locator(".ma")).to_be_visible()
    assert answers(server) == [nasty]
    for path in (
        f"/p/{quote(HOSTILE['image'])}",
        f"/m/{quote(HOSTILE['script'])}",
        f"/m?{urlencode({'ma': HOSTILE['image'], 'ngon_ngu': HOSTILE['script']})}",
        f"/{quote(HOSTILE['image'])}",
        f"/so-cai/{ROUND}/{quote(HOSTILE['script'])}",
        f"/phieu?{urlencode({'dot': HOSTILE['image'], 'ngon_ngu': HOSTILE['script'], 'kenh': HOSTILE['braces']})}",
        f"/m/{quote(HOSTILE['image'])}/x",
        f"/phieu?{urlencode({'dot': ROUND, 'kenh': 'assisted', 'ngon_ngu': HOSTILE['image']})}",
        f"/p/{ROUND}?{urlencode({'tu': HOSTILE['image'], 'kenh': HOSTILE['script'], 'ma': HOSTILE['sql']})}",
    ):
        page.goto(server.url + path)
        if path.startswith("/phieu"):
            drawn(page)
        harmless(page)
    page.goto(f"{server.url}/bien-nhan")
    page.locator("#ma").fill(HOSTILE["image"])
    page.locator("button.chinh").click()
    expect(page.locator("#ma")).to_have_value(HOSTILE["image"])
    harmless(page)


def drawn(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.mark.slow
def test_nasty_texts_pass_the_streamlit_form(victim: BrowserContext, server: Server) -> None:
    before = Counter(answers(server))
    page = victim.new_page()
    page.goto(server.url + form_address(ROUND, place="P1"))
    drawn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(kept(HOSTILE["image"]))
    nasty = "\n".join(kept(HOSTILE[name]) for name in NASTY)
    expect(page.locator("textarea")).to_have_count(2)
    harmless(page)
    comment = page.locator("textarea").first
    comment.fill(nasty)
    comment.press("Control+Enter")
    drawn(page)
    page.locator("[class*=st-key-on-] button").click()
    expect(page.locator(".st-key-receipt")).to_be_visible()
    assert Counter(answers(server)) - before == Counter([nasty])
    harmless(page)


DESK: dict[str, Callable[[Page], None]] = {
    f"{POSTER}?dot={ROUND}&noi=P1&quay=Q1": lambda page: expect(page.locator("h1")).to_be_visible(),
    "/dot-khao-sat": drawn,
    "/cach-tra-loi": drawn,
    "/so-phieu": drawn,
    "/huy-phieu": drawn,
    "/tung-cau": drawn,
}


@pytest.mark.slow
@pytest.mark.slow
def test_nasty_texts_are_text_on_the_desk(victim: BrowserContext, server: Server) -> None:
    page = victim.new_page()
    page.goto(f"{server.url}/dang-nhap?ve={quote(HOSTILE['image'])}")
    page.locator("#ma").fill(HOSTILE["script"])
    page.locator("button").click()
    harmless(page)
    page.locator("#ma").fill(server.passcode)
    page.locator("button").click()
    page.wait_for_url("**/so-phieu*")
    for path, ready in DESK.items():
        page.goto(server.url + path)
        ready(page)
        harmless(page)
