"""Renews the pictures of the guides: walks the product on the sample round, prints its workbook with LibreOffice.

    python -m docs.screenshots

Needs Chromium, LibreOffice and pdftoppm. Everything happens in a temporary folder; only docs/images/ is written.
The desk comes before the phone, so that its pictures show the sample round as everybody finds it: 395 slips. Only the
page of voids comes after it: it shows the phone's slip.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image, ImageChops
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, expect, sync_playwright

from sample_responses import ROUND_ID
from survey.access import ensure_passcode, reset_passcode
from survey.keys import load_secret
from survey.links import light_address, link_token
from survey.pages.addresses import URL
from survey.roles import Role
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, Server, free_port, launched, serve
from tests.browser.test_desk import sign_in
from tests.browser.whole_round import Walk, whole_round

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DESK: ViewportSize = {"width": 1280, "height": 800}
PLACE = "LS011"
HEAVIEST = 150_000
COLOURS = 128
MARGIN = 12
COLLEAGUES: dict[str, Role] = {"Nguyễn Thị Mai": "analyst", "Trần Văn Hòa": "entry", "Lê Thu Hà": "approver"}
"""Made-up people of the office in the pictures."""
DEFAULT = "http://127.0.0.1:8501"
"""The address of a product started without options; the pictures' own port is whatever was free."""


def main() -> None:
    """Every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    os.environ[URL] = "https://khaosat.example.vn"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        with serve(folder / "data") as server, browser() as opened:
            desk(opened, server)
            phone(opened, server)
            voids(opened, server)
            round_of_one_s_own(opened, folder / "own")
        workbook(folder)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


# -- the form, on a phone --------------------------------------------------------------------------------------------


def phone(opened: Browser, server: Server) -> None:
    """A citizen's way from the signed link of a place to the receipt, and on to having the slip taken out."""
    page = opened.new_page(viewport=PHONE, device_scale_factor=2, locale="vi-VN")
    secret = load_secret(server.data / "secret.key", secrets.token_bytes)
    page.goto(light_address(server.url, ROUND_ID, token=link_token(secret, ROUND_ID, PLACE)))
    shoot(page, "phieu-mo-dau")
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("#loi").wait_for()
    shoot(page, "phieu-loi")
    for name, value in (("sex", "2"), ("age", "3"), ("area", "2")):
        page.locator(f"[name={name}][value='{value}']").check()
    shown = page.locator("fieldset").filter(has_text="Thông tin về chính sách đầy đủ")
    while not shown.count():
        turn_page(page)
    shown.get_by_label("Hài lòng", exact=True).check()
    to_top(page, shown)
    shoot(page, "phieu-dien-thoai")
    while page.get_by_role("button", name="Tiếp tục").count():
        turn_page(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    page.locator(".ma").wait_for()
    shoot(page, "phieu-bien-nhan")
    code = page.locator(".ma").inner_text()
    page.goto(f"{server.url}/bien-nhan")
    page.locator("#ma").fill(code)
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_role("button", name="Rút phiếu này").wait_for()
    shoot(page, "tra-bien-nhan")
    page.get_by_role("button", name="Rút phiếu này").click()
    page.get_by_role("button", name="Đúng, tôi muốn rút phiếu").click()
    page.get_by_role("heading", name="đang chờ hủy").wait_for()
    page.close()


def turn_page(page: Page) -> None:
    """On to the form's next page, with the one answer that a later page needs."""
    harassed = page.get_by_label("Không có công chức nào")
    if harassed.count():
        harassed.check()
    part = page.title()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).not_to_have_title(part)


# -- the desk --------------------------------------------------------------------------------------------------------


def desk(opened: Browser, server: Server) -> None:
    """An analyst's way through the desk."""
    page = opened.new_page(viewport=DESK, locale="vi-VN")
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/ban-lam-viec")
    page.get_by_label("Mật mã").wait_for()
    shoot(page, "dang-nhap", crop=True)
    sign_in(page, server)
    tour(page)
    visit(page, server, "so-phieu")
    chart(page)
    shoot(page, "so-phieu", hidden=page.get_by_text("Cập nhật lúc"))
    channels(page, server)
    results(page, server)
    page.close()


def tour(page: Page) -> None:
    """The first step of the walk around the desk; then it is put away."""
    settle(page)
    page.get_by_role("button", name="Đi một vòng", exact=True).click()
    page.get_by_role("heading", level=1, name="Cách trả lời").wait_for()
    shoot(page, "di-mot-vong")
    page.get_by_role("button", name="Thôi, tôi tự xem").click()
    settle(page)


def results(page: Page, server: Server) -> None:
    """What the round has found, from the one index to the files."""
    visit(page, server, "ket-qua")
    chart(page)
    shoot(page, "ket-qua")
    to_top(page, page.get_by_role("heading", name="Toàn bộ chỉ số"))
    shoot(page, "ket-qua-bang")
    for slug in ("don-vi", "tung-cau"):
        visit(page, server, slug)
        chart(page)
        to_top(page, page.locator("[data-testid=stMain] [data-testid=stSelectbox]"))
        shoot(page, slug)
    visit(page, server, "xep-hang")
    chart(page)
    to_top(page, page.get_by_role("heading", name="Nói được gì"))
    shoot(page, "xep-hang")
    visit(page, server, "mot-don-vi")
    to_top(page, page.locator("[data-testid=stMain] [data-testid=stSelectbox]"))
    shoot(page, "mot-don-vi")
    visit(page, server, "uu-tien")
    chart(page)
    to_top(page, page.get_by_role("heading", name="Yếu tố nào nên cải thiện trước"))
    shoot(page, "uu-tien")
    visit(page, server, "tai-bao-cao")
    to_top(page, page.get_by_role("heading", name="Các tệp"))
    shoot(page, "tai-bao-cao")


def channels(page: Page, server: Server) -> None:
    """The ways into the round, the poster of a place, and where staff types in a paper slip."""
    visit(page, server, "cach-tra-loi")
    page.get_by_test_id("stSelectbox").last.scroll_into_view_if_needed()
    here = f"els => els.forEach(e => e.innerHTML = e.innerHTML.replaceAll({server.url!r}, {DEFAULT!r}))"
    page.locator("[data-testid=stCode] code").evaluate_all(here)
    to_top(page, page.get_by_role("heading", name="Đường dẫn riêng của từng nơi"))
    shoot(page, "cach-tra-loi", clip={"x": 360, "y": 16, "width": 900, "height": 684})
    page.goto(f"{server.url}/in/ap-phich?dot={ROUND_ID}&noi={PLACE}")
    shoot_part(page.locator(".ap-phich"), "ap-phich")
    visit(page, server, f"phieu?dot={ROUND_ID}&kenh=paper")
    page.get_by_label("Số in trên phiếu giấy").wait_for()
    shoot(page, "nhap-phieu-giay", clip={"x": 430, "y": 100, "width": 720, "height": 530})


def voids(opened: Browser, server: Server) -> None:
    """A citizen's request that waits for a decision."""
    page = opened.new_page(viewport=DESK, locale="vi-VN")
    page.set_default_timeout(60_000)
    sign_in(page, server)
    visit(page, server, "huy-phieu")
    shoot_part(page.get_by_test_id("stForm").filter(has_text="Lý do quyết định"), "huy-phieu")
    page.close()


def round_of_one_s_own(opened: Browser, folder: Path) -> None:
    """The pictures of a round from plan to archive: an empty installation, and the walk that the tests take too."""
    folder.mkdir()
    passcode, port = ensure_passcode(folder, secrets.token_bytes), free_port()
    server = Server(url=f"http://127.0.0.1:{port}", passcode=str(passcode), data=folder)
    with launched(folder, port):
        contexts = [opened.new_context(viewport=size, locale="vi-VN") for size in (DESK, PHONE)]
        for context in contexts:
            context.set_default_timeout(60_000)
        page = contexts[0].new_page()
        sign_in(page, server)
        walk = Walk(page=page, server=server, shot=shoot_step)
        whole_round(walk, contexts[1])
        office(walk)
        for context in contexts:
            context.close()


def office(walk: Walk) -> None:
    """Who works at the desk, and what the log says of the round that was walked."""
    for name, role in COLLEAGUES.items():
        reset_passcode(walk.server.data, secrets.token_bytes, name, role)
    walk.open("nguoi-dung", "Người dùng")
    shoot_step(walk.page, "nguoi-dung")
    walk.open("nhat-ky", "Nhật ký")
    shoot_step(walk.page, "nhat-ky")


def shoot_step(page: Page, name: str) -> None:
    """One step of the walk: the page without its sidebar, from the part that the step is about."""
    if name in _FROM:
        to_top(page, page.get_by_role("heading", name=_FROM[name]))
    desk_page = page.get_by_test_id("stSidebar").count() > 0
    shoot(page, name, clip={"x": 320, "y": 0, "width": 940, "height": DESK["height"]} if desk_page else None)


_FROM = {
    "lap-dot-phieu-hoi": "Lập đợt khảo sát",
    "lap-dot-co-mau": "4. Cỡ mẫu",
    "lap-dot-rut-mau": "5. Rút mẫu",
    "lap-dot-mo-dot": "6. Xem lại, mở đợt",
    "nhap-tep": "Kết quả thử",
    "chat-luong": "Điều cần xem",
}
"""The heading at the top of a picture; others begin where the page does."""


def visit(page: Page, server: Server, path: str) -> None:
    """Opens a page of the desk and waits for all of it."""
    page.goto(f"{server.url}/{path}")
    page.get_by_role("heading", level=1).wait_for()
    settle(page)


def chart(page: Page) -> None:
    """Waits until a chart is drawn."""
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("canvas, svg").first).to_be_visible()
    settle(page)


def settle(page: Page) -> None:
    """Waits until the script has run and nothing fades or moves any more."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(900)


def to_top(page: Page, where: Locator) -> None:
    """Scrolls so that `where` stands at the top of the screen, a finger's breadth below its edge."""
    where.first.evaluate(
        "shown => { shown.style.scrollMarginTop = '20px'; shown.scrollIntoView({block: 'start', behavior: 'instant'}) }"
    )
    page.wait_for_timeout(400)


# -- the workbook ----------------------------------------------------------------------------------------------------


def workbook(folder: Path) -> None:
    """Three sheets of the sample round's report, as LibreOffice prints them in a Vietnamese office."""
    sample, out = ROOT / "sample_responses", folder / "bao-cao.xlsx"
    report = [sys.executable, "-m", "cli", "report", sample / "lang_son_2022_synthetic.xlsx", "--out", out]
    report += ["--instrument", "sipas_household_2022", "--by", "district", "--strata", "district", "--psu", "psu"]
    report += ["--fpc", "communes_in_district", "--weight", "base_weight", "--adjust", "rake"]
    run(*report, "--margins", sample / "lang_son_2022_synthetic_margins.csv")
    settings = folder / "office" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_VIETNAMESE, encoding="utf-8")
    pdf = printed(folder, out)
    stack("bao-cao-chi-so", [sheet(pdf, "Chỉ số hài lòng chung, khía cạnh", 0.52), sheet(pdf, "Chỉ số hài lòng, kèm")])
    stack("bao-cao-don-vi", [sheet(pdf, "Chỉ số hài lòng theo đơn vị và xếp hạng"), sheet(pdf, "đơn vị, kèm")])
    edited = load_workbook(out)
    edited["Tham số"]["B6"] = 5
    changed = folder / "sua.xlsx"
    edited.save(changed)
    stack("bao-cao-tham-so", [sheet(printed(folder, changed), "Tham số: sửa một ô", 0.45)])


_VIETNAMESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi</value></prop></item></oor:items>"""


def printed(folder: Path, file: Path) -> Path:
    """The workbook as PDF."""
    profile = f"-env:UserInstallation=file://{folder}/office"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, file)
    return file.with_suffix(".pdf")


def sheet(pdf: Path, title: str, kept: float = 1.0) -> Image.Image:
    """The page that begins with this title, without page number, footer and margins; of a table its top."""
    number = next(n for n in range(4, 40) if begins(pdf, n, title))
    picture = pdf.with_name(f"page-{number}")
    run("pdftoppm", "-r", "110", "-png", "-f", number, "-l", number, "-singlefile", pdf, picture)
    with Image.open(f"{picture}.png") as whole:
        inner = trimmed(whole.convert("RGB").crop((0, 50, whole.width, whole.height - 75)))
    if kept == 1.0:
        return inner
    grey = inner.convert("L")
    rules = (y for y in range(round(inner.height * kept), 0, -1) if ruled(grey, y))
    return inner.crop((0, 0, inner.width, next(rules) + 1))


def ruled(grey: Image.Image, y: int) -> bool:
    """Whether a table's horizontal line runs here."""
    dark = grey.crop((0, y, grey.width, y + 1)).point(lambda shade: 255 if shade < 170 else 0)
    return dark.histogram()[255] > 0.8 * grey.width


def begins(pdf: Path, page: int, title: str) -> bool:
    """Whether `title` stands near the top of the page. Spaces are left out: the PDF breaks words where it kerns."""
    command = ["pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s", "", title) in re.sub(r"\s", "", text)[:120]


def stack(name: str, pictures: Sequence[Image.Image]) -> None:
    """Pictures one below the other, as one file."""
    width = max(picture.width for picture in pictures)
    whole = Image.new("RGB", (width, sum(picture.height + MARGIN for picture in pictures) - MARGIN), "white")
    top = 0
    for picture in pictures:
        whole.paste(picture, (0, top))
        top += picture.height + MARGIN
    save(whole, name)


# -- pictures --------------------------------------------------------------------------------------------------------


def shoot(
    page: Page, name: str, *, clip: FloatRect | None = None, crop: bool = False, hidden: Locator | None = None
) -> None:
    """One picture of what is on the screen; `clip`: of this part of it, `crop`: without empty edges."""
    page.mouse.move(page.evaluate("innerWidth") - 2, page.evaluate("innerHeight") - 2)  # over nothing that lights up
    if page.get_by_test_id("stApp").count():
        settle(page)
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file, clip=clip, mask=[hidden] if hidden else None, mask_color="#ffffff")
    with Image.open(file) as picture:
        whole = picture.convert("RGB")
    save(trimmed(whole) if crop else whole, name)


def shoot_part(part: Locator, name: str) -> None:
    """One picture of one part of the page, without empty edges."""
    file = IMAGES / f"{name}.png"
    part.screenshot(path=file)
    with Image.open(file) as picture:
        whole = picture.convert("RGB")
    save(trimmed(whole), name)


def trimmed(picture: Image.Image) -> Image.Image:
    """Without its white edges, but for a small margin."""
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    if box is None:
        raise RuntimeError("an empty picture")
    left, top, right, bottom = box
    right, bottom = min(right + MARGIN, picture.width), min(bottom + MARGIN, picture.height)
    return picture.crop((max(left - MARGIN, 0), max(top - MARGIN, 0), right, bottom))


def save(picture: Image.Image, name: str) -> None:
    """Written with few colours, so that it stays small."""
    file = IMAGES / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    if file.stat().st_size > HEAVIEST:
        raise RuntimeError(f"{file.name} is heavier than {HEAVIEST} bytes")


def run(*command: object) -> None:
    """One program, in the project's folder; its failure stops everything."""
    program = shutil.which(str(command[0])) or str(command[0])
    subprocess.run([program, *map(str, command[1:])], check=True, capture_output=True, cwd=ROOT)


if __name__ == "__main__":
    main()
