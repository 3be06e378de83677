"""Renews the pictures of the guides: walks the product on the sample round, prints its workbook with LibreOffice.

    python -m docs.screenshots

Needs Chromium, LibreOffice and pdftoppm. Everything happens in a temporary folder; only docs/images/ is written.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, Server, serve
from tests.browser.test_desk import sign_in
from tests.browser.test_form import choose, onward, see, start

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DESK = {"width": 1280, "height": 800}
DESK_PAGES = {
    "dot-khao-sat": "cac-dot",
    "ket-qua": "ket-qua",
    "don-vi": "don-vi",
    "tung-cau": "tung-cau",
    "tai-bao-cao": "tai-bao-cao",
}
SHEETS = {
    "Chỉ số hài lòng chung": "bao-cao-chi-so",
    "Chỉ số hài lòng theo đơn vị và": "bao-cao-don-vi",
    "Tham số: sửa": "bao-cao-tham-so",
}


def main() -> None:
    """Every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "data") as server, browser() as opened:
        phone(opened, server)
        desk(opened, server)
        workbook(Path(folder))


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def phone(opened: Browser, server: Server) -> None:
    """A citizen's way through the form."""
    page = opened.new_page(viewport=PHONE, device_scale_factor=2, locale="vi-VN")
    page.goto(server.form)
    page.get_by_role("button", name="Bắt đầu trả lời").wait_for()
    shoot(page, "phieu-mo-dau")
    start(page)
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator(".st-key-summary").wait_for()
    page.wait_for_timeout(800)
    shoot(page, "phieu-loi")
    choose(page, "Giới tính", "Nữ")
    choose(page, "nhóm tuổi", "Từ 35 đến 49 tuổi")
    choose(page, "đô thị hay nông thôn", "Nông thôn")
    for title in ("Câu 1.", "Câu 2 đến câu 7"):
        onward(page, title)
    choose(page, "gây phiền hà, sách nhiễu", "Không có công chức nào")
    for title in ("Câu 8", "Câu 9, phần I."):
        onward(page, title)
    choose(page, "Thông tin về chính sách đầy đủ", "Hài lòng")
    page.get_by_role("radiogroup", name="Thông tin về chính sách đầy đủ").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    shoot(page, "phieu-dien-thoai")
    for title in ("Câu 9, phần II.", "Câu 10", "Ý kiến khác"):
        onward(page, title)
    page.get_by_role("button", name="Gửi phiếu").click()
    see(page, "đã được ghi nhận")
    page.wait_for_timeout(500)
    shoot(page, "phieu-bien-nhan")
    page.close()


def desk(opened: Browser, server: Server) -> None:
    """An analyst's way through the desk."""
    page = opened.new_page(viewport=DESK, locale="vi-VN")
    page.goto(f"{server.url}/ban-lam-viec")
    page.get_by_label("Mật mã").wait_for()
    shoot(page, "dang-nhap")
    sign_in(page, server)
    page.wait_for_timeout(2500)
    shoot(page, "so-phieu")
    for path, name in DESK_PAGES.items():
        page.goto(f"{server.url}/{path}")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(3500)
        shoot(page, name)
    page.close()


def workbook(folder: Path) -> None:
    """Three sheets of the sample round's report, as LibreOffice prints them."""
    sample, out = ROOT / "sample_responses", folder / "bao-cao.xlsx"
    report = [sys.executable, "-m", "cli", "report", sample / "lang_son_2022_synthetic.xlsx", "--out", out]
    report += ["--instrument", "sipas_household_2022", "--by", "district", "--strata", "district", "--psu", "psu"]
    report += ["--fpc", "communes_in_district", "--weight", "base_weight", "--adjust", "rake"]
    run(*report, "--margins", sample / "lang_son_2022_synthetic_margins.csv")
    profile = f"-env:UserInstallation=file://{folder}/office"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, out)
    pdf = out.with_suffix(".pdf")
    for title, name in SHEETS.items():
        page = next(n for n in range(4, 40) if title in text_of(pdf, n))
        run("pdftoppm", "-r", "80", "-png", "-f", page, "-l", page, "-singlefile", pdf, folder / name)
        with Image.open(folder / f"{name}.png") as whole:
            kept = (
                whole.convert("L")
                .point(lambda grey: 255 if grey < 250 else 0)
                .crop((0, 60, whole.width, whole.height - 60))
            )
            left, top, right, bottom = kept.getbbox() or (0, 0, *kept.size)
            whole.crop((left - 12, top + 48, right + 12, min(bottom + 72, top + 520))).quantize(64).save(
                IMAGES / f"{name}.png"
            )


def text_of(pdf: Path, page: int) -> str:
    """The words of one page."""
    command = ["pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def shoot(page: Page, name: str) -> None:
    """One picture of what is on the screen, with few colours so that it stays small."""
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(128).save(file, optimize=True)


def run(*command: object) -> None:
    """One program, in the project's folder; its failure stops everything."""
    program = shutil.which(str(command[0])) or str(command[0])
    subprocess.run([program, *map(str, command[1:])], check=True, capture_output=True, cwd=ROOT)


if __name__ == "__main__":
    main()
