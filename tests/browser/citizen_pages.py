"""How does a person get to each page that a citizen can come upon? One way a page, in either language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from sample_responses import ROUND_ID
from survey.forms.draft import form_address
from survey.pages.keyboard import KEYBOARD
from survey.pages.language import spoken
from survey.pages.posters import POSTER
from tests.browser.varied import CLOSED, EARLY, INVITED, SHORT, WIDE, Varied


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one page: the browser's page, the server, the language."""

    page: Page
    server: Varied
    language: str

    def go(self, path: str) -> None:
        self.page.goto(self.server.url + spoken(path, self.language))

    def form(self, round_id: str = SHORT, **more: str) -> None:
        """The Streamlit form, once it is drawn."""
        self.go(form_address(round_id, **more))
        self.drawn()

    def drawn(self) -> None:
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()


def light_filled(visit: Visit, query: str = "dv=P001") -> None:
    """The light form with every question that must be answered, gate open."""
    visit.go(f"/p/{SHORT}?{query}")
    page = visit.page
    page.locator("[name=used][value='1']").check()
    page.locator("[name=ways]").first.check()
    page.locator("[name=times]").fill("2")
    for part, value in (("d", "2"), ("m", "1"), ("y", "2026")):
        page.locator(f"[name='day.{part}']").fill(value)


def light_errors(visit: Visit) -> None:
    visit.go(f"/p/{SHORT}")
    visit.page.locator("[name=used][value='1']").check()
    visit.page.locator("[name=times]").fill("một")
    visit.page.locator("[name='day.d']").fill("31")
    visit.page.locator("[name=fee]").fill("1.000")
    visit.press("button.chinh")
    expect(visit.page.locator("#loi")).to_be_visible()


def light_receipt(visit: Visit, query: str = "dv=P001") -> None:
    light_filled(visit, query)
    visit.press("button.chinh")
    expect(visit.page.locator(".ma")).to_be_visible()


def light_already(visit: Visit) -> None:
    light_filled(visit)
    address = visit.page.url
    visit.press("button.chinh")
    expect(visit.page.locator(".ma")).to_be_visible()
    visit.page.goto(address)
    expect(visit.page.locator(".ma")).to_be_visible()


def light_qr(visit: Visit) -> None:
    light_receipt(visit)
    visit.page.get_by_role("link", name="QR").click()
    expect(visit.page.locator(".ma svg")).to_be_visible()


def light_last(visit: Visit) -> None:
    visit.go(f"/p/{ROUND_ID}?dv=LS011")
    address = visit.page.url
    visit.page.goto(f"{address}&trang=5")


def light_where(visit: Visit, chosen: str = "") -> None:
    """The pages that ask for the place where a round has many, in two steps."""
    visit.go(f"/p/{WIDE}")
    if chosen:
        visit.page.goto(f"{visit.page.url}{'&' if '?' in visit.page.url else '?'}tang={chosen}")


def light_saved(visit: Visit) -> None:
    visit.go(f"/p/{ROUND_ID}?dv=LS011")
    visit.press("[value=luu]")
    expect(visit.page.locator("#loi")).to_be_visible()


def wrong_code(visit: Visit) -> None:
    visit.go(f"/m?ma={visit.server.code[:-1]}")


def receipt_answer(visit: Visit, code: str, *jobs: str) -> None:
    visit.go("/bien-nhan")
    visit.page.locator("#ma").fill(code)
    visit.press("button.chinh")
    for job in jobs:
        visit.page.locator(f"form:has([value='{job}'], [value^='{job}.']) button").click()
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()


def asked_out(visit: Visit) -> None:
    """A slip sent here and asked out again: the receipt's answers «still open» and «withdrawal asked»."""
    light_receipt(visit)
    code = visit.page.locator(".ma").inner_text()
    receipt_answer(visit, code, "rut", "rut-that")


def still_open(visit: Visit) -> None:
    light_receipt(visit)
    receipt_answer(visit, visit.page.locator(".ma").inner_text())


def sign_in_wrong(visit: Visit) -> None:
    visit.go("/dang-nhap")
    visit.page.locator("#ma").fill("SAI-SAI")
    visit.press("button")


LIGHT: Mapping[str, Callable[[Visit], None]] = {
    "start": lambda visit: visit.go("/"),
    "light form": lambda visit: visit.go(f"/p/{SHORT}"),
    "light form, filled in": light_filled,
    "light form, errors": light_errors,
    "light form, kiosk": lambda visit: light_filled(visit, "dv=P001&kenh=kiosk"),
    "light form, first of many pages": lambda visit: visit.go(f"/p/{ROUND_ID}"),
    "light form, last page": light_last,
    "light form, saved": light_saved,
    "light form, where": light_where,
    "light form, where, nothing chosen": lambda visit: light_where(visit, "x"),
    "light form, where in the stratum": lambda visit: light_where(visit, "1"),
    "receipt": light_receipt,
    "receipt at a kiosk": lambda visit: light_receipt(visit, "dv=P001&kenh=kiosk"),
    "already recorded": light_already,
    "receipt as QR": light_qr,
    "closed": lambda visit: visit.go(f"/p/{CLOSED}"),
    "not open yet": lambda visit: visit.go(f"/p/{EARLY}"),
    "no such round": lambda visit: visit.go("/p/khong-co"),
    "by invitation only": lambda visit: visit.go(f"/p/{INVITED}"),
    "invitation used": lambda visit: visit.go(f"/p/{INVITED}?ma={visit.server.used}"),
    "invited": lambda visit: visit.go(f"/m/{visit.server.code}"),
    "code": lambda visit: visit.go("/m"),
    "code, wrong": wrong_code,
    "code, used": lambda visit: visit.go(f"/m?ma={visit.server.used}"),
    "not found": lambda visit: visit.go("/khong-co"),
    "receipts": lambda visit: visit.go("/bien-nhan"),
    "receipts, mistyped": lambda visit: receipt_answer(visit, "SAI"),
    "receipts, unknown": lambda visit: receipt_answer(visit, visit.server.lost.split()[3]),
    "receipts, counted": lambda visit: receipt_answer(visit, visit.server.counted),
    "receipts, withdraw?": lambda visit: receipt_answer(visit, visit.server.counted, "rut"),
    "receipts, asked out": asked_out,
    "receipts, still open": still_open,
    "receipts, taken out": lambda visit: receipt_answer(visit, visit.server.voided),
    "receipts, lost": lambda visit: receipt_answer(visit, visit.server.lost),
    "sign in": lambda visit: visit.go("/dang-nhap"),
    "sign in, wrong": sign_in_wrong,
}
"""The pages that the server writes itself."""


def rich_errors(visit: Visit) -> None:
    visit.form(place="P001")
    visit.press("[class*=st-key-on-] button")
    expect(visit.page.locator(".st-key-summary")).to_be_visible()


def rich_filled(visit: Visit, **more: str) -> None:
    """The Streamlit form's one page, everything answered that must be."""
    visit.form(place="P001", **more)
    page = visit.page
    if more.get("channel") == "kiosk":
        visit.press("[class*=st-key-start-] button")
    group = page.locator("[data-testid=stRadioGroup]").first
    group.get_by_test_id("stRadioOption").first.click()
    page.locator("[class*=st-key-q-ways] [data-testid=stButtonGroup] button").first.click()
    page.get_by_role("spinbutton").first.fill("2")
    page.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    page.keyboard.type("02012026")
    page.keyboard.press("Escape")


def rich_receipt(visit: Visit, **more: str) -> None:
    rich_filled(visit, **more)
    visit.press("[class*=st-key-on-] button")
    expect(visit.page.locator(".st-key-receipt")).to_be_visible()
    visit.drawn()


def rich_step(visit: Visit) -> None:
    visit.form(ROUND_ID, place="LS011")
    visit.press("[class*=st-key-start-] button")
    visit.drawn()
    expect(visit.page.get_by_role("progressbar")).to_be_visible()


RICH: Mapping[str, Callable[[Visit], None]] = {
    "form, notice": lambda visit: visit.form(ROUND_ID),
    "form, a step": rich_step,
    "form, one page": lambda visit: visit.form(),
    "form, errors": rich_errors,
    "form, receipt": rich_receipt,
    "form, kiosk": lambda visit: visit.form(place="P001", channel="kiosk"),
    "form, kiosk, filled in": lambda visit: rich_filled(visit, channel="kiosk"),
    "form, staff not signed in": lambda visit: visit.form(channel="assisted"),
    "form, closed": lambda visit: visit.form(CLOSED),
    "form, not open yet": lambda visit: visit.form(EARLY),
    "form, no such round": lambda visit: visit.form("khong-co"),
    "form, by invitation only": lambda visit: visit.form(INVITED),
}
"""The pages that Streamlit draws for citizens."""


def typed(visit: Visit, number: str, clerk: str, times: str) -> None:
    """A paper slip on the page for the keyboard, sent."""
    visit.go(f"{KEYBOARD}?dot={SHORT}")
    page = visit.page
    page.locator("#so").fill(number)
    page.locator("#ai").fill(clerk)
    if page.locator("#dv").count():
        page.locator("#dv").select_option(index=1)
    page.locator("[name=used][value='1']").check()
    page.locator("[name=times]").fill(times)
    visit.press("button.chinh")


def typed_errors(visit: Visit) -> None:
    typed(visit, f"E-{visit.language}", "Lan", "một")
    expect(visit.page.locator("#loi")).to_be_visible()


def typed_twice(visit: Visit) -> None:
    typed(visit, f"T-{visit.language}", "Lan", "2")
    typed(visit, f"T-{visit.language}", "Hoa", "3")
    expect(visit.page.get_by_role("radio").first).to_be_visible()


STAFF: Mapping[str, Callable[[Visit], None]] = {
    "form, assisted": lambda visit: visit.form(channel="assisted", place="P001"),
    "form, paper": lambda visit: visit.form(channel="paper", place="P001"),
    "typing paper": lambda visit: visit.go(f"{KEYBOARD}?dot={SHORT}"),
    "typing paper, errors": typed_errors,
    "typing paper, entered twice": typed_twice,
    "poster": lambda visit: visit.go(f"{POSTER}?dot={SHORT}&noi=P001&quay=Q1"),
    "poster, none": lambda visit: visit.go(f"{POSTER}?dot={CLOSED}"),
}
"""What staff has before it when it works for citizens; one must be signed in."""


def sign_in(visit: Visit) -> None:
    """Signs the browser in to the desk."""
    visit.go("/dang-nhap?ve=/cach-tra-loi")
    visit.page.locator("#ma").fill(visit.server.passcode)
    visit.press("button")
    visit.page.wait_for_url("**/cach-tra-loi*")
