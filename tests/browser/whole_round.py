"""A whole round as an analyst works it, in a browser: from units and plan to the archive, page by page.

The test walks it and asks what came of it; docs/screenshots.py walks it and takes the pictures of the guide.
"""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit

from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import Server
from tests.browser.kobo import kobo_export
from tests.browser.test_form import fill, start

ROUND, NAME = "thu-2026", "Khảo sát thử toàn tỉnh (dữ liệu tổng hợp)"
STRATA = ("Vùng núi cao", "Vùng núi thấp", "Vùng biên giới", "Vùng đô thị")
ANSWERS, IMPORTED = 395, 390
PROVINCE = "Tỉnh Lạng Sơn"
ANSWERED = (("sex", "2"), ("age", "3"), ("area", "2"), ("q4", "3"), ("q9_01", "4"), ("q9_02", "4"), ("q9_15", "5"))
"""What each citizen of the walk answers: the questions that must be, and a few of satisfaction."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """An analyst's browser page on a running server; `shot` is called where the guide wants a picture."""

    page: Page
    server: Server
    shot: Callable[[Page, str], None] = lambda page, name: None
    places: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def open(self, slug: str, title: str) -> None:
        """A page of the desk, once all of it is there."""
        self.page.goto(f"{self.server.url}/{slug}")
        expect(self.page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
        self.settle()

    def settle(self) -> None:
        """Until the script has run, and has not begun again."""
        for _ in range(2):
            self.page.wait_for_timeout(250)
            self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
            expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0)

    def fill(self, label: str, text: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        box.fill(text)
        box.press("Tab")
        self.settle()

    def fill_in(self, label: str, text: str) -> None:
        """A text whose label says more than `label`."""
        box = self.page.get_by_label(label)
        box.fill(text)
        box.press("Tab")
        self.settle()

    def press(self, name: str, *, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name).first.click()
        self.settle()

    def pick(self, group: str, option: str) -> None:
        """One of the round buttons of a question."""
        self.page.get_by_role("radiogroup", name=group).get_by_text(option, exact=True).click()
        self.settle()

    def unfold(self, title: str) -> None:
        """Opens a part of the page; one that is drawn anew in this moment shuts again."""
        box = self.page.get_by_test_id("stExpander").filter(has_text=title)
        while not box.locator("details[open]").count():
            box.locator("summary").click()
            self.settle()

    def options(self, label: str) -> list[str]:
        """The lines of a list, which then stands open. A list that opens while the page scrolls is shut again."""
        box, lines = self.page.get_by_label(label).first, self.page.get_by_role("option")
        for _ in range(5):
            box.scroll_into_view_if_needed()
            self.page.wait_for_timeout(500)
            box.click()
            with suppress(PlaywrightTimeout):
                lines.first.wait_for(timeout=5_000)
                return lines.all_inner_texts()
            self.page.keyboard.press("Escape")
        raise RuntimeError(f"the list «{label}» does not open")

    def choose(self, label: str, option: str) -> None:
        """One line of a list, found by typing."""
        self.options(label)
        self.page.keyboard.type(option)
        self.page.get_by_role("option", name=option).first.click()
        self.settle()

    def upload(self, label: str, name: str, content: bytes) -> None:
        box = self.page.get_by_test_id("stFileUploader").filter(has_text=label).locator("input[type=file]")
        box.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
        self.settle()

    def download(self, name: str) -> bytes:
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=name).first.click()
        return coming.value.path().read_bytes()


def frame() -> bytes:
    """The population: 24 communes in four strata. Names and numbers are made up."""
    rows = [("Tầng", "Xã/phường", "Số hộ hoặc lượt giao dịch")]
    for at, stratum in enumerate(STRATA):
        rows += [(stratum, f"Xã (giả lập) {at * 6 + k:02d}", str(900 + 137 * k + 211 * at)) for k in range(1, 7)]
    return table(rows)


def margins() -> bytes:
    """How many grown-up people of each sex and age there are: made up."""
    rows = [("variable", "level", "total"), ("sex", "1", "27900"), ("sex", "2", "28100")]
    rows += [("age", str(k + 1), str(total)) for k, total in enumerate((6400, 12100, 18500, 11400, 7600))]
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def units(walk: Walk) -> None:
    """The office's units: the province's, from the list that comes with the product."""
    page = walk.page
    walk.open("danh-muc-don-vi", "Danh mục đơn vị")
    walk.choose("Tỉnh, thành phố", PROVINCE)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").first.click()
    walk.settle()
    expect(page.get_by_text(PROVINCE).first).to_be_visible()
    walk.shot(walk.page, "don-vi-danh-muc")


def plan(walk: Walk) -> None:
    """Set up: what is asked, when, of how many, where; the draw; and the round opens."""
    page = walk.page
    walk.open("lap-dot", "Lập đợt khảo sát")
    walk.pick("Loại khảo sát", "Hộ gia đình")
    walk.fill("Tên đợt", NAME)
    walk.fill("Mã đợt (hiện trong đường dẫn)", ROUND)
    walk.shot(walk.page, "lap-dot-phieu-hoi")
    walk.press("Bắt đầu lập")
    walk.press("Bước tiếp")
    walk.fill("Nơi liên hệ khi người dân cần hỏi", "Sở Nội vụ (đợt thử), phòng Cải cách hành chính")
    first = date.today() - timedelta(days=20)
    type_day(walk, "Ngày đầu tiên", first)
    walk.press("Bước tiếp")
    walk.pick("Hỏi ở những nơi nào?", "Rút mẫu từ danh sách xã, thôn")
    walk.unfold("Quầy, cơ quan được đánh giá, số liệu dân số")
    walk.upload("Tổng dân số theo nhóm", "dan-so.csv", margins())
    walk.press("Dùng các tệp này")
    walk.press("Bước tiếp")
    walk.upload("Khung chọn mẫu", "khung.csv", frame())
    expect(page.get_by_text("4 tầng, 24 xã")).to_be_visible()
    walk.fill("Số phiếu quyết định lấy", str(ANSWERS))
    walk.shot(walk.page, "lap-dot-co-mau")
    walk.press("Bước tiếp")
    walk.fill("Số khởi đầu (số nguyên)", "20261122")
    page.get_by_role("button", name="Rút mẫu", exact=True).click()
    walk.settle()
    walk.places += drawn_places(walk.download("Tải bảng kiểm tra rút mẫu"))
    walk.shot(walk.page, "lap-dot-rut-mau")
    walk.press("Bước tiếp")
    expect(page.get_by_text(f"từ {first:%d/%m/%Y}")).to_be_visible()
    walk.shot(walk.page, "lap-dot-mo-dot")
    walk.press("Mở đợt khảo sát")
    expect(page.get_by_text(f"Đã mở đợt «{NAME}».")).to_be_visible()


def type_day(walk: Walk, label: str, day: date) -> None:
    """A date, typed part by part, as it is shown."""
    parts = walk.page.get_by_test_id("stDateInput").filter(has_text=label).get_by_role("spinbutton")
    for part, typed in zip(parts.all(), (f"{day:%d}", f"{day:%m}", f"{day:%Y}"), strict=True):
        part.click()
        walk.page.keyboard.type(typed)
    walk.page.keyboard.press("Enter")
    walk.settle()


def drawn_places(workbook: bytes) -> list[str]:
    """The codes of the places, from the audit workbook that the team in the field gets."""
    sheet = load_workbook(io.BytesIO(workbook), read_only=True)["Nơi khảo sát"]
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    head = next(at for at, row in enumerate(rows) if "Mã nơi" in row)
    column = rows[head].index("Mã nơi")
    return [row[column] for row in rows[head + 1 :] if row[column] not in ("None", "")]


def print_codes(walk: Walk) -> None:
    """One-time codes for the first place, as a sheet to print."""
    page = walk.page
    walk.open("cach-tra-loi", "Cách trả lời")
    walk.choose("Cho những nơi nào", "Xã (giả lập)")
    page.keyboard.press("Escape")
    walk.press("Tạo mã mời")
    expect(page.get_by_text("Đã tạo 10 mã")).to_be_visible()
    lines = walk.download("Tải danh sách mã (CSV)").decode("utf-8-sig").splitlines()[1:]
    walk.codes += [line.replace(";", ",").split(",")[0].strip('"') for line in lines]
    with page.context.expect_page() as coming:
        page.get_by_role("button", name="Mở giấy mời để in").click()
    sheet = coming.value
    expect(sheet.get_by_text(walk.codes[0])).to_be_visible()
    walk.shot(sheet, "ma-moi")
    sheet.close()


def addresses(walk: Walk) -> dict[str, str]:
    """The four ways of the place that is chosen on the page, by channel, at the server itself."""
    walk.open("cach-tra-loi", "Cách trả lời")
    codes = walk.page.locator("[data-testid=stCode] code")
    expect(codes).to_have_count(8)
    shown = [text.strip() for text in codes.all_inner_texts()]
    found = {"citizens": "", "kiosk": "", "assisted": "", "paper": ""}
    for address in shown:
        channel = address.partition("kenh=")[2] or "citizens"
        if "tu=" in address:
            parts = urlsplit(address)
            found[channel] = f"{walk.server.url}{parts.path}?{parts.query}"
    return found


def light_by_code(walk: Walk, phone: Page) -> None:
    """A citizen with a one-time code, on the light form."""
    phone.goto(f"{walk.server.url}/m/{walk.codes[0]}")
    answer_light(phone)


def kiosk(walk: Walk, tablet: Page, address: str) -> None:
    """A citizen at the tablet of a place."""
    tablet.goto(address)
    answer_light(tablet)


def answer_light(page: Page) -> None:
    """Through the light form, from its first page to the receipt."""
    while not page.locator(".ma").count():
        for name, value in ANSWERED:
            box = page.locator(f"[name={name}][value='{value}']")
            if box.count():
                box.check()
        before = page.url, page.title()
        page.get_by_role("button", name="Tiếp tục").or_(page.get_by_role("button", name="Gửi phiếu")).last.click()
        page.wait_for_load_state()
        if (page.url, page.title()) == before and page.locator("#loi").count():
            raise RuntimeError(page.locator("#loi").inner_text())


def assisted(walk: Walk, address: str) -> None:
    """A citizen whom an official asks, on the desk's own form."""
    walk.page.goto(address)
    walk.fill("Mã hoặc tên người hỏi, người nhập (lưu cùng phiếu)", "ĐTV 01")
    start(walk.page)
    fill(walk.page)
    walk.page.get_by_role("button", name="Gửi phiếu").click()
    expect(walk.page.get_by_text("đã được ghi nhận")).to_be_visible()


def paper(walk: Walk) -> None:
    """Two paper slips, typed on the keyboard's page."""
    walk.open("nhap-doi", "Nhập phiếu giấy và đối chiếu")
    with walk.page.context.expect_page() as coming:
        walk.page.get_by_role("link", name="Mở trang gõ phiếu").click()
    typing = coming.value
    for number in ("001", "002"):
        typing.locator("#so").fill(number)
        if typing.locator("#ai").count():
            typing.locator("#ai").fill("Lan")
        typing.locator("#dv").select_option(walk.places[1])
        for name, value in ANSWERED:
            typing.locator(f"[name={name}][value='{value}']").check()
        if number == "002":
            typing.locator("#so").scroll_into_view_if_needed()
            walk.shot(typing, "go-phieu-giay")
        typing.locator("#luu").click()
        expect(typing.get_by_text(f"Đã lưu phiếu số {number}.")).to_be_visible()
    typing.close()


def intake(walk: Walk) -> None:
    """390 slips from the tool that the team in the field used: tried first, then stored, all of them or none."""
    walk.open("nhap-tep", "Nhập phiếu từ tệp")
    days = [date.today() - timedelta(days=back) for back in range(2, 19)]
    content = kobo_export(walk.places, days, IMPORTED)
    walk.page.locator("input[type=file]").first.set_input_files(
        {"name": "phieu-kobo.csv", "mimeType": "text/csv", "buffer": content}
    )
    expect(walk.page.get_by_text("tệp của KoboToolbox")).to_be_visible()
    expect(walk.page.get_by_role("button", name=f"Nhập {IMPORTED} phiếu")).to_be_visible()
    walk.settle()
    walk.shot(walk.page, "nhap-tep")
    walk.press(f"Nhập {IMPORTED} phiếu")
    expect(walk.page.get_by_text(f"Đã nhập {IMPORTED} phiếu.")).to_be_visible()


def progress(walk: Walk) -> None:
    """Are there enough?"""
    walk.open("tien-do", "Tiến độ")
    walk.shot(walk.page, "tien-do")


def quality(walk: Walk) -> None:
    """Every sign that names slips is looked at and decided about by a person."""
    page = walk.page
    walk.open("chat-luong", "Chất lượng phiếu")
    walk.shot(walk.page, "chat-luong")
    signs = walk.options("Chọn một dấu hiệu")
    page.keyboard.press("Escape")
    for sign in signs:
        walk.choose("Chọn một dấu hiệu", sign)
        walk.fill_in("Đã kiểm tra gì, biết được gì", "Đã gọi lại mười người: đều tự trả lời, giữ phiếu.")
        walk.press("Ghi quyết định")
        expect(page.get_by_text("Đã ghi: giữ lại")).to_be_visible()
    expect(page.get_by_role("heading", name="Các quyết định đang có")).to_be_visible()


def results(walk: Walk) -> bytes:
    """The index, weighted to the population; the ranks; and the report, which is given back."""
    walk.open("ket-qua", "Người dân hài lòng đến đâu?")
    expect(walk.page.get_by_text(f"{ANSWERS} phiếu").first).to_be_visible()
    expect(walk.page.get_by_text("Có quyền số (của công cụ)").first).to_be_visible()
    walk.shot(walk.page, "ket-qua-dot-thu")
    walk.open("xep-hang", "Xếp hạng đến đâu là chắc?")
    walk.open("tai-bao-cao", "Tải báo cáo")
    return walk.download("Tải về: Báo cáo Excel")


def close(walk: Walk) -> None:
    """No more slips; then the archive."""
    for act, state in (("Đóng đợt", "đã đóng"), ("Lưu trữ đợt", "đã lưu trữ")):
        walk.open("dot-khao-sat", "Các đợt khảo sát")
        walk.unfold(NAME)
        walk.press(act)
        walk.press(act, within=walk.page.get_by_test_id("stPopoverBody"))
        expect(walk.page.get_by_text(f"{NAME} · {state}")).to_be_visible()
    walk.unfold(NAME)
    walk.shot(walk.page, "dot-luu-tru")


def whole_round(walk: Walk, phone: BrowserContext) -> bytes:
    """All of it, from an empty desk to the archive. Returns the report. `phone`: a citizen's browser."""
    units(walk)
    plan(walk)
    print_codes(walk)
    ways = addresses(walk)
    light_by_code(walk, phone.new_page())
    kiosk(walk, phone.new_page(), ways["kiosk"])
    assisted(walk, ways["assisted"])
    paper(walk)
    intake(walk)
    progress(walk)
    quality(walk)
    report = results(walk)
    close(walk)
    return report
