"""The file itself, read by openpyxl and as XML: structure, live cells, hostile text, sameness."""

import hashlib
import io
import re
import zipfile

import openpyxl
import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.cells import clean
from analysis.report.excel import done, write
from analysis.report.model import Formula, Report, Text
from survey.errors import word
from survey.masking import mask
from tests.analysis.report.recalculate import sheet_files
from tests.analysis.report.rounds import about, answers, evaluation, renamed
from tests.hostile import HOSTILE


@pytest.fixture(scope="module")
def report() -> Report:
    return build(evaluation(), about())


@pytest.fixture(scope="module")
def workbook(report: Report) -> bytes:
    return write(report)


@pytest.fixture(scope="module")
def book(workbook: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook))


def test_the_same_input_gives_the_same_bytes(workbook: bytes) -> None:
    again = write(build(evaluation(), about()))
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(workbook).hexdigest()
    assert write(build(evaluation(), about(round_name="Khác"))) != workbook


def test_structure_follows_the_checklist_of_accessible_spreadsheets(report: Report, book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [sheet.name for sheet in report.sheets]
    for sheet, read in zip(report.sheets, book.worksheets, strict=True):
        assert len(read.title) <= 31
        assert not read.merged_cells.ranges, "no merged cells"
        assert read.cell(len(sheet.head) + 1, 1).value == sheet.title
        assert not sheet.head or sheet.name == word(sheets.COVER), "the title stands in A1 but on the cover"
        [table] = read.tables.values()
        assert table.displayName == sheet.table.name
        top, left, *_ = openpyxl.utils.range_boundaries(table.ref)[1::-1]
        assert left == 1, "the table stands against column A"
        headers = [cell.value for cell in read[top]]
        assert headers == [column.header for column in sheet.table.columns]
        assert read.max_row == top + len(sheet.table.rows), "nothing below the table"
        assert read.sheet_state == "visible"
        assert not any(row.hidden for row in read.row_dimensions.values())
        assert read.page_setup.orientation == "landscape" and int(read.page_setup.paperSize) == 9
        assert "&P" in read.oddHeader.center.text
        assert (read.freeze_panes is not None) == sheet.data
        for row in read.iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert cell.font.name == "Times New Roman" and cell.font.sz >= 12


def test_it_opens_on_the_first_sheet(book: openpyxl.Workbook) -> None:
    assert book.active is book.worksheets[0]
    for read in book.worksheets:
        assert read.sheet_view.selection[0].activeCell in (None, "A1") or read.freeze_panes


def test_only_declared_cells_hold_formulas_and_every_formula_has_its_value(report: Report, workbook: bytes) -> None:
    files = sheet_files(workbook)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for sheet in report.sheets:
            xml = archive.read(files[sheet.name]).decode()
            declared = {f"{_letters(c)}{r + 1}" for r, c, cell in sheet.cells() if isinstance(cell, Formula)}
            live = set(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>', xml))
            valued = set(re.findall(r'<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f><v>[^<]+</v></c>', xml))
            assert live == declared == valued, sheet.name
            assert xml.count("<f>") + xml.count("<f ") == len(declared)
            assert ("<hyperlink" in xml) == (sheet.name == word(sheets.CONTENTS))
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]
        for name in archive.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)


def test_numbers_are_numbers_with_a_format(book: openpyxl.Workbook) -> None:
    read = book[word(sheets.SCORES)]
    [table] = read.tables.values()
    top = openpyxl.utils.range_boundaries(table.ref)[1]
    headers = [cell.value for cell in read[top]]
    low = read.cell(top + 1, headers.index("Khoảng tin cậy từ") + 1)
    assert isinstance(low.value, float) and low.number_format == "0.00%"
    assert read.cell(top + 1, headers.index(word(sheets.OURS)) + 1).number_format == "0.00%"


def test_parameters_are_named_cells_with_a_rule_for_what_they_take(book: openpyxl.Workbook) -> None:
    read = book[word(sheets.PARAMETERS)]
    rules = {str(rule.sqref): rule for rule in read.data_validations.dataValidation}
    for name, kind in (("cach_tong_hop", "list"), ("nguong_hai_long", "whole"), ("w_pol_a", "decimal")):
        [(sheet, address)] = book.defined_names[name].destinations
        assert sheet == word(sheets.PARAMETERS)
        assert rules[address.replace("$", "")].type == kind
    assert rules[book.defined_names["cach_tong_hop"].attr_text.partition("!")[2].replace("$", "")].formula1 == (
        '"gộp,trung bình,theo quyền số"'
    )


def test_charts_have_alternative_text_and_whiskers(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        drawings = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/drawing")]
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    assert len(drawings) == len(charts) == 3
    assert all(re.search(r'<xdr:cNvPr [^>]*descr="[^"]{30,}"', drawing) for drawing in drawings)
    assert sum('<c:errValType val="cust"/>' in chart for chart in charts) == 2


def test_hostile_text_is_text_and_reads_back_equal() -> None:
    given, _ = answers(len(HOSTILE))
    for person, text in zip(given, HOSTILE.values(), strict=True):
        person["other"] = text
    report = build(
        evaluation(given, n=len(HOSTILE)), about(round_name="=1+1", source="http://evil.example", contact="@SUM(1,1)")
    )
    workbook = write(report)
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    read = book[word(sheets.SLIPS)]
    [table] = read.tables.values()
    top = openpyxl.utils.range_boundaries(table.ref)[1]
    place = [cell.value for cell in read[top]].index("other") + 1
    for offset, (name, text) in enumerate(HOSTILE.items(), start=1):
        cell = read.cell(top + offset, place)
        expected = mask(clean(text).text)[0]
        assert (cell.value or "") == expected, name
        if expected:
            assert cell.data_type == "s" and cell.quotePrefix and cell.hyperlink is None, name
    files = sheet_files(workbook)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        for sheet in report.sheets:
            declared = sum(isinstance(cell, Formula) for _, _, cell in sheet.cells())
            xml = archive.read(files[sheet.name])
            assert xml.count(b"<f>") == declared
            assert (b"<hyperlink" in xml) == (sheet.name == word(sheets.CONTENTS))


def test_hostile_names_of_units_and_codes_do_no_harm() -> None:
    names = ("=1+1", "*", "http://evil.example/x", '"&quot;', "1-2")
    report = build(renamed(names), about(feeds="unweighted"))
    write(report)
    shown = [
        cell.value for row in report.sheet(word(sheets.UNITS)).table.rows for cell in row[1:2] if isinstance(cell, Text)
    ]
    assert sorted(shown) == sorted(names)


def test_a_refused_call_stops_the_workbook() -> None:
    done(0)
    with pytest.raises(RuntimeError, match="-2"):
        done(-2)


def _letters(place: int) -> str:
    return openpyxl.utils.get_column_letter(place + 1)
