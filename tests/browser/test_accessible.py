"""Every page that a citizen can come upon, as people with weak eyes, weak hands, a keyboard or a reader meet it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey.errors import word
from tests.browser.citizen_pages import LIGHT, RICH, STAFF, Visit, sign_in
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.varied import SHORT, Varied, varied

pytestmark = pytest.mark.slow

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": WCAG, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
STAFF_MENU = {"exclude": [["[data-testid=stSidebarNav]"]]}
"""The framework's own menu puts titles of groups straight into its lists. Only who is signed in has it."""

MEASURE = """() => {
  const shown = each => { const box = each.getBoundingClientRect(); return box.width > 1 && box.height > 1; };
  const names = '[data-testid=stRadioOption], fieldset > label, button, .nut, select, textarea, input[type=text], ' +
    'input[type=number], [data-testid=stDateInputField], summary';
  const unseen = '[data-testid=stHeader], .bay, .an, [aria-hidden=true]';
  const frames = '[role=group], [data-testid=stDateInputField], [data-testid=stNumberInputContainer], ' +
    '[data-testid=stTextInputRootElement]';
  const small = [...document.querySelectorAll(names)].filter(each => shown(each) && !each.closest(unseen))
    .filter(each => Math.max(each.getBoundingClientRect().height,
      each.closest(frames)?.getBoundingClientRect().height ?? 0) < 43.5);
  return {
    title: document.title, language: document.documentElement.lang,
    headings: [...document.querySelectorAll('h1, h2, h3, h4')].filter(shown).map(each => +each.tagName[1]),
    small: small.map(each => each.outerHTML.slice(0, 120)),
    groups: [...document.querySelectorAll('fieldset, [role=radiogroup]')].filter(shown)
      .filter(each => !(each.ariaLabel || each.querySelector('legend')?.textContent.trim())).length,
    described: [...document.querySelectorAll('[aria-describedby]')]
      .flatMap(each => each.getAttribute('aria-describedby').trim().split(/\\s+/))
      .filter(each => !document.getElementById(each)),
    wrong: document.querySelectorAll('[aria-invalid=true]').length,
    said: document.querySelectorAll('main .sai, .loi, .wrong, .st-key-summary').length,
  };
}"""
WIDTH = """size => {
  document.documentElement.style.fontSize = size;
  const inner = [...document.querySelectorAll('[data-testid=stMain]')];
  return Math.max(document.documentElement.scrollWidth, ...inner.map(each => each.scrollWidth)) - innerWidth;
}"""
NARROW = ((320, ""), (640, "200%"), (320, "200%"))
"""320 px; 1280 px enlarged twice, as a zoom and as larger letters alone."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Varied]:
    with varied(tmp_path_factory.mktemp("varied")) as running:
        yield running


@pytest.fixture
def person(browser: Browser, server: Varied) -> Iterator[BrowserContext]:
    """A cheap phone's browser; what it asks of another host, or a script error, fails the test."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=15_000)
    strange: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda each: strange.append(each.url) if server.url not in each.url else None)
        page.on("pageerror", lambda error: strange.append(str(error)))

    context.on("page", watch)
    yield context
    expect.set_options(timeout=PATIENCE)
    context.close()
    assert not [each for each in strange if not each.startswith(("data:", "blob:"))]


def faults(page: Page, language: str) -> list[str]:
    """What is wrong with the page as it stands: axe's violations, its headings, language and title, its size."""
    violations = Axe().run(page, STAFF_MENU, AXE).response["violations"]
    found = [
        f"{each['id']} ({each['help']}): " + "; ".join(str(node["target"]) for node in each["nodes"][:5])
        for each in violations
    ]
    seen = page.evaluate(MEASURE)
    levels = seen["headings"]
    if levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
        found.append(f"headings {levels}")
    if seen["language"] != language:
        found.append(f"the page says it speaks {seen['language']}")
    marked = seen["title"].startswith(word("LIGHT_ERROR", language))
    if marked != bool(seen["said"]):
        found.append(f"title «{seen['title']}» with {seen['said']} messages of errors")
    found += [f"too small: {each}" for each in seen["small"]]
    found += [f"{seen['groups']} groups without a name"] if seen["groups"] else []
    found += [f"described by {each}, which is not there" for each in seen["described"]]
    for width, letters in NARROW:
        page.set_viewport_size({"width": width, "height": 640})
        over = page.evaluate(WIDTH, letters)
        if over > 0:
            found.append(f"{over} px too wide for {width} px, letters {letters or '100%'}")
    page.set_viewport_size(PHONE)
    page.evaluate(WIDTH, "")
    return found


def walk(
    person: BrowserContext, server: Varied, language: str, pages: Mapping[str, Callable[[Visit], None]]
) -> dict[str, list[str]]:
    """The faults of every page that has any."""
    found = {}
    for name, go in pages.items():
        page = person.new_page()
        go(Visit(page=page, server=server, language=language))
        if wrong := faults(page, language):
            found[name] = wrong
        page.close()
    return found


CORE = (
    "light form, errors", "light form, kiosk", "light form, where, nothing chosen", "receipt as QR",
    "by invitation only", "not found", "receipts, mistyped", "receipts, withdraw?", "receipts, lost", "sign in, wrong",
    "form, errors", "form, receipt",
)  # fmt: skip
"""The pages that stand for their like in the fast tests."""


def test_the_chief_pages_are_accessible(person: BrowserContext, server: Varied) -> None:
    pages = {**LIGHT, **RICH}
    assert not walk(person, server, "vi", {name: pages[name] for name in CORE})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("pages", [LIGHT, RICH], ids=["light", "streamlit"])
def test_every_page_is_accessible(
    person: BrowserContext, server: Varied, pages: Mapping[str, Callable[[Visit], None]], language: str
) -> None:
    assert not walk(person, server, language, pages)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_staff_uses_for_citizens_is_accessible(person: BrowserContext, server: Varied, language: str) -> None:
    sign_in(Visit(page=person.new_page(), server=server, language=language))
    assert not walk(person, server, language, STAFF)


FOCUSED = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect();
  const drawn = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const near = ['label', '[role=group]', '[data-testid$=RootElement]', '[data-testid=stNumberInputContainer]'];
  const around = near.map(name => each.closest(name)).filter(Boolean);
  const main = document.querySelector('[data-testid=stMain]');
  return {
    tag: each.tagName, name: each.getAttribute('name') ?? '', kind: each.type || each.getAttribute('role') || '',
    said: each.closest('[role=radiogroup]')?.ariaLabel ?? each.getAttribute('aria-label') ?? each.innerText,
    seen: [each, ...around].some(part => drawn(getComputedStyle(part))),
    middle: (box.top + box.bottom) / 2 + scrollY + (main?.scrollTop ?? 0), left: box.left,
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""
SAME_LINE = 12  # px


def tab(page: Page, order: list[tuple[float, float]]) -> dict[str, object]:
    """One Tab further: what has the focus is seen to have it, is on the screen, and stands after what had it before."""
    page.keyboard.press("Tab")
    focused: dict[str, object] = page.evaluate(FOCUSED)
    assert focused["seen"], focused
    assert focused["inside"], focused
    here = (float(str(focused["middle"])), float(str(focused["left"])))
    if order:
        down, right = here[0] - order[-1][0], here[1] - order[-1][1]
        assert down > SAME_LINE or (down > -SAME_LINE and right >= 0), (order[-1], focused)
    order.append(here)
    return focused


def test_the_keyboard_alone_fills_in_errs_mends_and_sends_the_light_form(
    person: BrowserContext, server: Varied
) -> None:
    page = person.new_page()
    Visit(page=page, server=server, language="vi").go(f"/p/{SHORT}")
    order: list[tuple[float, float]] = []
    while (focused := tab(page, order))["kind"] != "submit" or focused["name"] != "_di":
        if focused["name"] == "used":
            page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#loi")).to_be_focused()
    links = page.locator("#loi a")
    expect(links).to_have_count(4)  # place, ways, times, day
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cp")).to_be_focused()
    for name in ("ways", "times", "day"):
        field = page.locator(f"[name={name}], [name='{name}.d']").first
        group = page.locator(f"fieldset:has([name={name}], [name='{name}.d'])")
        tied = group if group.count() else field
        ids = (tied.get_attribute("aria-describedby") or "").split()
        assert any(page.locator(f"#{each}.sai").is_visible() for each in ids), name
    page.keyboard.press("ArrowDown")
    answers = {"ways": "Space", "times": "2", "day.d": "2", "day.m": "1", "day.y": "2026"}
    order.clear()
    while (focused := tab(page, order))["kind"] != "submit" or focused["name"] != "_di":
        if keys := answers.pop(str(focused["name"]), ""):
            page.keyboard.press(keys) if keys == "Space" else page.keyboard.type(keys)
    assert not answers
    page.keyboard.press("Enter")
    expect(page.locator(".ma")).to_be_visible()
    order.clear()
    assert [tab(page, order)["tag"] for _ in range(3)] == ["A", "A", "A"]


def test_the_keyboard_alone_fills_in_errs_mends_and_sends_the_streamlit_form(
    person: BrowserContext, server: Varied
) -> None:
    page = person.new_page()
    visit = Visit(page=page, server=server, language="vi")
    visit.form(place="P001")
    order: list[tuple[float, float]] = []

    def to_send(answers: dict[str, str]) -> None:
        order.clear()
        page.locator("h1").evaluate("title => { title.tabIndex = -1; title.focus(); }")
        while "Gửi phiếu" not in str((focused := tab(page, order))["said"]):
            field = "" if focused["tag"] == "A" else str(focused["said"])  # the summary links to the same words
            wanted = next((each for each in answers if each in field), None)
            if wanted and (keys := answers.pop(wanted)) == "Space":
                page.keyboard.press(keys)
                page.wait_for_timeout(300)
                visit.drawn()  # it is a gate: what is below moves
                order.clear()
            elif wanted:
                page.keyboard.type(keys)
        assert not answers
        page.keyboard.press("Enter")

    to_send({})
    summary = page.locator(".st-key-summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    expect(summary.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('[class*=st-key-q-used]'))")
    to_send({"đã làm thủ tục": "Space", "Bao nhiêu lần": "2", "Ngày nào": "02012026"})
    page.locator("[class*=st-key-q-ways]").first.wait_for()
    visit.drawn()
    expect(summary.get_by_role("link")).to_have_count(1)
    expect(summary).to_be_focused()  # the page moves the reader there; a Tab before that would be undone
    to_send({"Cách 0": "Space"})
    expect(page.locator(".st-key-receipt")).to_be_visible()
