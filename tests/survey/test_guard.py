"""Harmful files are stopped by their bytes, in no time; honest ones pass."""

import re
import time
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import catalogue
from survey.guard import MAX_PARTS, check_xlsx

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>'
)
XLSX = "spreadsheetml.sheet.main+xml"
SHEET = "xl/worksheets/sheet1.xml"


def package(parts: dict[str, str | bytes], kind: str = XLSX) -> bytes:
    """A zip archive that calls itself a workbook, with these parts in it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(kind=kind))
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sheet(cells: str = "", merges: str = "") -> bytes:
    return package({SHEET: f"<worksheet><sheetData>{cells}</sheetData>{merges}</worksheet>"})


def honest() -> bytes:
    """An ordinary workbook: 300 rows, Vietnamese text, a merged title, a picture-less second sheet."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        first = workbook.add_worksheet("Phiếu")
        first.merge_range("A1:F1", "Kết quả khảo sát <!-- & đánh giá -->")
        for row in range(1, 300):
            first.write_row(row, 0, [row, "Hài lòng", "<!DOCTYPE", 3.5, None, "x" * 100])
        workbook.add_worksheet("Khác")
    return buffer.getvalue()


def openpyxl_made() -> bytes:
    buffer = BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", 1])
    workbook.save(buffer)
    return buffer.getvalue()


def codes(data: bytes, *, max_rows: int = 1_000, max_columns: int = 100) -> list[str]:
    return [problem.code for problem in check_xlsx(data, max_rows=max_rows, max_columns=max_columns)]


@pytest.mark.parametrize("make", [honest, openpyxl_made])
def test_an_honest_workbook_passes(make: object) -> None:
    assert codes(make()) == []  # type: ignore[operator]


HOSTILE = {
    "empty": (b"", "GRD_NOT_XLSX"),
    "text": ("Họ tên;Điểm\nA;5\n".encode(), "GRD_NOT_XLSX"),
    "truncated": (honest()[:-200], "GRD_NOT_XLSX"),
    "old xls or password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "GRD_OLD_OR_LOCKED"),
    "a zip, no workbook": (package({}, kind="wordprocessingml.document.main+xml"), "GRD_NOT_XLSX"),
    "xlsm by its type": (package({}, kind="ms-excel.sheet.macroEnabled.main+xml"), "GRD_MACRO"),
    "macro in an xlsx": (package({"xl/vbaProject.bin": b"\0" * 10}), "GRD_MACRO"),
    "xlsb": (package({"xl/workbook.bin": b"\0" * 10}), "GRD_BINARY"),
    "too many parts": (package({f"xl/media/{n}.png": b"" for n in range(MAX_PARTS)}), "GRD_PARTS"),
    "two parts of one name": (package({SHEET: "<a/>", SHEET.upper(): "<b/>"}), "GRD_TWICE"),
    "one vast string": (package({"xl/sharedStrings.xml": b"a" * (70 * 2**20)}), "GRD_SIZE GRD_RATIO"),
    "tightly packed": (package({"xl/media/a.bin": b"\0" * (3 * 2**20)}), "GRD_RATIO"),
    "external entity": (sheet("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"), "GRD_ENTITY"),
    "laughs, late in the part": (package({"xl/theme/theme1.xml": " " * 90_000 + "<!ENTITY a 'ha'>"}), "GRD_ENTITY"),
    "entity in a .rels": (package({"_rels/.rels": "<!DOCTYPE a>"}), "GRD_ENTITY"),
    "entity hidden by UTF-16": (package({SHEET: "<!DOCTYPE a>".encode("utf-16")}), "GRD_ENCODING"),
    "entity hidden by UTF-16, no mark": (package({SHEET: "<!DOCTYPE a>".encode("utf-16-le")}), "GRD_ENCODING"),
    "entity hidden by UTF-7": (package({SHEET: "<?xml version='1.0' encoding='UTF-7'?>+ADw-"}), "GRD_ENCODING"),
    "last row of the sheet": (sheet('<row r="1"><c r="A1"/></row><row r="1048576"><c/></row>'), "GRD_ROWS"),
    "cell that names a far row": (sheet("<row><c s='1' r = 'A1048576'/></row>"), "GRD_ROWS"),
    "rows without numbers": (sheet("<row/>" * 1_001), "GRD_ROWS"),
    "rows with a prefix": (sheet("<x:row/>" * 1_001), "GRD_ROWS"),
    "last column of the sheet": (sheet('<row r="1"><c r="XFD1"/></row>'), "GRD_COLUMNS"),
    "cells without places": (sheet("<row>" + "<c/>" * 101 + "</row>"), "GRD_COLUMNS"),
    "merged over everything": (sheet(merges='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "GRD_MERGES"),
    "merged nonsense": (sheet(merges='<mergeCell ref="$$"/>'), "GRD_MERGES"),
    "merged a thousand times": (sheet(merges='<mergeCell ref="A1:B1"/>' * 1_001), "GRD_MERGES"),
    "sheet under another name": (package({"xl/theme/a.xml": '<row r="9999999"/>'}), "GRD_ROWS"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_harmful_file_is_stopped(name: str) -> None:
    data, expected = HOSTILE[name]
    assert codes(data) == expected.split()
    for problem in check_xlsx(data, max_rows=1_000, max_columns=100):
        for language in ("vi", "en"):
            assert "?" not in problem.say(language)


def test_an_encrypted_part_is_called_locked() -> None:
    data = bytearray(honest())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + flags] |= 1
    assert codes(bytes(data)) == ["GRD_OLD_OR_LOCKED"]


def test_all_reasons_are_told_at_once() -> None:
    data = sheet('<row r="5000"><c r="ZZ5000"/></row>', merges='<mergeCell ref="A1:A99999"/>')
    assert codes(data) == ["GRD_ROWS", "GRD_COLUMNS", "GRD_MERGES"]


def test_the_limits_are_the_callers() -> None:
    data = sheet('<row r="50"><c r="C50"/></row>')
    assert codes(data, max_rows=50, max_columns=3) == []
    assert codes(data, max_rows=49, max_columns=2) == ["GRD_ROWS", "GRD_COLUMNS"]


@pytest.mark.parametrize("piece", ["<c ", "<row r=' ", "<c r", '<c r="', " r=", "<mergeCell ref='A"])
def test_no_text_makes_the_check_slow(piece: str) -> None:
    data = package({SHEET: (piece * (900_000 // len(piece)))})
    start = time.process_time()
    codes(data)
    assert time.process_time() - start < 5


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_get_an_answer(noise: bytes, inside: bool) -> None:
    assert isinstance(codes(package({SHEET: noise}) if inside else noise), list)


def test_the_catalogue_has_exactly_the_codes_in_use() -> None:
    room = Path(__file__).parents[2] / "survey"
    used = set(re.findall(r'code="(GRD_\w+)"', (room / "guard.py").read_text(encoding="utf-8")))
    assert used == {code for code in catalogue() if code.startswith("GRD_")}
