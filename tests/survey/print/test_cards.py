"""Cards to hand out: every code on its unit's sheet, letters and QR codes as a reader of the file finds them."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from docx import Document
from PIL import Image

from survey.invitations import new_codes, planned_codes, shown
from survey.print.cards import Cards, cards_file, code_cards, files_by_unit, way_cards
from survey.round import Place
from tests.survey.builders import ROUND, counting

PLACES = (
    Place(code="P1", name="Xã Thất Khê", stratum="A", unit="UBND xã Thất Khê", wanted=20),
    Place(code="P2", name="Phường Kỳ Lừa", stratum="A", unit="UBND phường Kỳ Lừa", wanted=10),
    Place(code="P3", name="Phường Đông Kinh", stratum="A", unit="UBND phường Kỳ Lừa", wanted=5),
)
HERE = replace(ROUND, name="Đợt <thử> ệ & ỗ", places=PLACES)
PUBLIC = "https://khaosat.example.vn"


def cards(numbers: dict[str | None, int]) -> tuple[Cards, list[str]]:
    issued = new_codes(numbers, counting())
    made = code_cards(HERE, issued, PUBLIC, "khaosat.example.vn/m", "vi")
    return made, [shown(each.code) for each in issued]


def pages(pdf: bytes, folder: Path) -> list[str]:
    """The words of each page, as pdftotext reads them."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    (folder / "in.pdf").write_bytes(pdf)
    found = subprocess.run([program, "-layout", folder / "in.pdf", "-"], capture_output=True, check=True)
    return [" ".join(page.split()) for page in found.stdout.decode().split("\f")[:-1]]


def test_each_unit_has_its_codes_on_pages_of_its_own(tmp_path: Path) -> None:
    made, codes = cards({"P1": 11, "P2": 2, "P3": 1, None: 1})
    assert [(sheet.unit, len(sheet.cards)) for sheet in made.sheets] == [
        ("UBND xã Thất Khê", 11),
        ("UBND phường Kỳ Lừa", 3),
        (HERE.name, 1),
    ]
    found = pages(cards_file(made, "pdf"), tmp_path)
    assert len(found) == 4  # ten cards and one, then the other unit, then those for any place
    for page, mine in zip(found, (codes[:10], codes[10:11], codes[11:14], codes[14:]), strict=True):
        assert all(code in page for code in mine)
        assert not any(code in page for code in codes if code not in mine)
    assert "UBND phường Kỳ Lừa · Đợt <thử> ệ & ỗ" in found[2]
    assert "Phường Đông Kinh" in found[2]
    assert "Hạn cuối: 30/11/2026." in found[0]


def test_a_long_name_of_the_round_leaves_room_for_what_a_respondent_needs(tmp_path: Path) -> None:
    long = replace(HERE, name="Khảo sát sự hài lòng của người dân " * 8)
    made = code_cards(long, new_codes({"P1": 1}, counting()), PUBLIC, "khaosat.example.vn/m", "vi")
    [page] = pages(cards_file(made, "pdf"), tmp_path)
    assert page.startswith("UBND xã Thất Khê · Khảo sát")
    assert "Hạn cuối: 30/11/2026." in page


def test_the_word_file_says_the_same() -> None:
    made, codes = cards({"P1": 3, "P2": 1})
    document = Document(io.BytesIO(cards_file(made, "docx")))
    said = [cell.text for table in document.tables for row in table.rows for cell in row.cells if cell.text]
    assert [next(code for code in codes if code in text) for text in said] == codes
    assert "Xã Thất Khê" in said[0]
    assert "UBND phường Kỳ Lừa" in "".join(paragraph.text for paragraph in document.paragraphs)


def test_the_picture_is_the_address(tmp_path: Path) -> None:
    address = f"{PUBLIC}/p/dot-1?tu=P1~abcdefghijklmnop"
    made = way_cards(HERE, [("P1", "Xã Thất Khê", address)], {address: "khaosat.example.vn/p/dot-1"}, "vi")
    (tmp_path / "in.pdf").write_bytes(cards_file(made, "pdf"))
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("pdftoppm is not installed")
    subprocess.run([program, "-r", "254", "-png", tmp_path / "in.pdf", tmp_path / "page"], check=True)
    [picture] = tmp_path.glob("page*.png")
    # 254 dots an inch are ten a millimetre. The card begins 10 mm from the left and 22 mm from the top; the code stands
    # 3 mm and (52 - 34) / 2 mm inside it, 34 mm wide.
    with Image.open(picture) as opened:
        grey = opened.convert("L")
    drawn = segno.make(address, error="q", micro=False, mask=3).matrix
    step = 340 / len(drawn)
    for row, line in enumerate(drawn):
        for column, dark in enumerate(line):
            at = (round(130 + (column + 0.5) * step), round(310 + (row + 0.5) * step))
            assert (grey.getpixel(at) < 128) == bool(dark)  # type: ignore[operator]


def test_each_unit_can_have_a_file_of_its_own(tmp_path: Path) -> None:
    made, codes = cards({"P1": 1, "P2": 1})
    with zipfile.ZipFile(io.BytesIO(files_by_unit(made, "pdf"))) as folder:
        names = folder.namelist()
        assert names == ["001-UBND-xã-Thất-Khê.pdf", "002-UBND-phường-Kỳ-Lừa.pdf"]
        for name, code in zip(names, codes, strict=True):
            [page] = pages(folder.read(name), tmp_path)
            assert code in page


def test_the_plan_says_how_many_codes_a_place_needs() -> None:
    assert planned_codes(HERE) == {"P1": 20, "P2": 10, "P3": 5}
    handed = replace(HERE, invited={"UBND xã Thất Khê": 23, "UBND phường Kỳ Lừa": 18})
    assert planned_codes(handed) == {"P1": 23, "P2": 12, "P3": 6}
    assert planned_codes(ROUND) == {}
