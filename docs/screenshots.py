"""Renews the pictures of the guides: walks the product on the sample round, prints its workbook with LibreOffice.

    python -m docs.screenshots

Needs Chromium, LibreOffice and pdftoppm. Everything happens in a temporary folder; only docs/images/ is written.
The desk comes before the phone, so that its pictures show the sample round as everybody finds it: 395 slips.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image, ImageChops
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, Server, serve
from tests.browser.test_desk import sign_in
from tests.browser.test_form import choose, onward, see, start

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DESK = {"width": 1280, "height": 800}
HEAVIEST = 150_000
COLOURS = 128
MARGIN = 12
DEFAULT = "http://127.0.0.1:8501"
"""The address of a product started without options; the pictures' own port is whatever was free."""


def main() -> None:
    """Every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        with serve(folder / "data") as server, browser() as opened:
            desk(opened, server)
            phone(opened, server)
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
    """A citizen's way through the form."""
    page = opened.new_page(viewport=PHONE, device_scale_factor=2, locale="vi-VN")
    page.goto(server.form)
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    shoot(page, "phieu-mo-dau")
    start(page)
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator(".st-key-summary").wait_for()
    shoot(page, "phieu-loi")
    choose(page, "Giới tính", "Nữ")
    choose(page, "nhóm tuổi", "Từ 35 đến 49 tuổi")
    choose(page, "đô thị hay nông thôn", "Nông thôn")
    onward(page, "Câu 1.")
    onward(page, "Câu 2 đến câu 7")
    choose(page, "gây phiền hà, sách nhiễu", "Không có công chức nào")
    onward(page, "Câu 8")
    onward(page, "Câu 9, phần I.")
    choose(page, "Thông tin về chính sách đầy đủ", "Hài lòng")
    to_top(page, page.locator("[class*='st-key-q-']").filter(has_text="Thông tin về chính sách đầy đủ"))
    shoot(page, "phieu-dien-thoai")
    for title in ("Câu 9, phần II.", "Câu 10", "Ý kiến khác"):
        onward(page, title)
    page.get_by_role("button", name="Gửi phiếu").click()
    see(page, "đã được ghi nhận")
    shoot(page, "phieu-bien-nhan")
    page.close()


# -- the desk --------------------------------------------------------------------------------------------------------


def desk(opened: Browser, server: Server) -> None:
    """An analyst's way through the desk."""
    page = opened.new_page(viewport=DESK, locale="vi-VN")
    page.set_default_timeout(30_000)
    page.goto(f"{server.url}/ban-lam-viec")
    page.get_by_label("Mật mã").wait_for()
    shoot(page, "dang-nhap", crop=True)
    sign_in(page, server)
    chart(page)
    shoot(page, "so-phieu", hidden=page.get_by_text("Cập nhật lúc"))
    rounds(page, server)
    visit(page, server, "ket-qua")
    chart(page)
    shoot(page, "ket-qua")
    to_top(page, page.get_by_role("heading", name="Toàn bộ chỉ số"))
    shoot(page, "ket-qua-bang")
    visit(page, server, "don-vi")
    chart(page)
    to_top(page, page.locator("[data-testid=stMain] [data-testid=stSelectbox]"))
    shoot(page, "don-vi")
    visit(page, server, "tung-cau")
    chart(page)
    to_top(page, page.locator("[data-testid=stMain] [data-testid=stSelectbox]"))
    shoot(page, "tung-cau")
    visit(page, server, "tai-bao-cao")
    shoot(page, "tai-bao-cao", clip={"x": 0, "y": 0, "width": DESK["width"], "height": 600})
    page.close()


def rounds(page: Page, server: Server) -> None:
    """One round with its addresses; the form for a new one, filled in; and what it says of a faulty file."""
    visit(page, server, "dot-khao-sat")
    page.locator("summary").first.click()
    page.get_by_text("Cho cán bộ nhập giúp").wait_for()
    page.get_by_test_id("stCode").nth(2).wait_for()
    here = f"els => els.forEach(e => e.innerHTML = e.innerHTML.replaceAll({server.url!r}, {DEFAULT!r}))"
    page.locator("[data-testid=stCode] code").evaluate_all(here)
    card = page.locator("[data-testid=stExpander]").first
    places = card.get_by_text("Đường dẫn riêng của từng nơi").bounding_box()
    top = page.get_by_role("heading", level=1).bounding_box()
    if places is None or top is None:
        raise RuntimeError("the round's card is not to be seen")
    height = places["y"] - top["y"] + 6
    shoot(page, "cac-dot", clip={"x": 340, "y": top["y"] - 20, "width": 900, "height": height})
    visit(page, server, "dot-khao-sat")
    page.get_by_label("Tên đợt").fill("Khảo sát sự hài lòng năm 2026, tỉnh Lạng Sơn")
    page.get_by_label("Mã đợt").fill("lang-son-2026")
    page.get_by_label("Nơi liên hệ").fill("Sở Nội vụ tỉnh Lạng Sơn, phòng Cải cách hành chính")
    days = page.get_by_test_id("stDateInput").filter(has_text="Ngày đầu tiên").get_by_role("spinbutton")
    for part, typed in zip(days.all(), ("01", "12", "2026"), strict=True):
        part.click()
        page.keyboard.type(typed)
    faulty = "code,name,stratum,unit,weight\nLS 011,Chi Lăng,,Thành phố Lạng Sơn,1484.38\n".encode()
    upload = page.locator("input[type=file]").first
    upload.set_input_files({"name": "noi-khao-sat.csv", "mimeType": "text/csv", "buffer": faulty})
    page.get_by_text("noi-khao-sat.csv").wait_for()
    page.set_viewport_size({"width": DESK["width"], "height": 1600})
    page.get_by_role("button", name="Lập đợt").click()
    page.get_by_text("chỗ cần sửa").wait_for()
    box = page.get_by_role("heading", name="Lập đợt mới").bounding_box()
    told = page.get_by_test_id("stAlert").last.bounding_box()
    if box is None or told is None:
        raise RuntimeError("the form of a new round is not to be seen")
    height = told["y"] + told["height"] - box["y"] + 24
    shoot(page, "dot-moi", clip={"x": 340, "y": box["y"] - 8, "width": 900, "height": height})
    page.set_viewport_size({**DESK})


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
