"""The Word annex: form of Decree 30/2020, hostile text, own templates and their faults, the words on its pages."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from analysis.report.annex import Annex, annex
from analysis.report.build import build
from analysis.report.extras import NOTHING
from analysis.report.figures import Figures
from analysis.report.templates.build import template
from analysis.report.word import shipped_template, word_file
from analysis.report.word_guard import check_docx
from analysis.report.word_render import TABLE_STYLE
from survey.errors import Refused, languages, word
from tests.analysis.report.english import ABOUT as ENGLISH
from tests.analysis.report.english import evaluation as english_evaluation
from tests.analysis.report.english import foreign
from tests.analysis.report.recalculate import convert
from tests.analysis.report.rounds import UNITS, about, evaluation, renamed
from tests.hostile import HOSTILE

TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


@cache
def small() -> Annex:
    made = evaluation(n=200)
    said = about(parent="Ủy ban nhân dân tỉnh Lạng Sơn", agency="Sở Nội vụ", locality="Lạng Sơn")
    return annex(Figures(evaluation=made, about=said), NOTHING, build(made, said))


@cache
def made() -> bytes:
    return word_file(small())


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def words(content: bytes) -> str:
    return "\n".join(text.text or "" for text in opened(content).element.body.iter(TEXT))


def own(*paragraphs: str) -> bytes:
    """A template of these paragraphs, as an official would write it."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def refusal(template: bytes) -> str:
    with pytest.raises(Refused) as refused:
        word_file(small(), template)
    assert refused.value.say("en") != refused.value.say("vi")
    return refused.value.say("vi")


def test_the_page_is_that_of_decree_30() -> None:
    document = opened(made())
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert 20 <= round(page.top_margin.mm) <= 25 and 20 <= round(page.bottom_margin.mm) <= 25
    assert 30 <= round(page.left_margin.mm) <= 35 and 15 <= round(page.right_margin.mm) <= 20
    assert page.different_first_page_header_footer and not page.first_page_header.paragraphs[0].text
    header = page.header.paragraphs[0]
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER and 'w:instr="PAGE"' in header._p.xml
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert document.styles["Normal"].font.size == Pt(13)
    fonts = set(re.findall(r'w:ascii="([^"]*)"', document.element.xml))
    assert fonts == {"Times New Roman"}


def test_the_head_has_two_columns_and_leaves_number_date_and_signature_open() -> None:
    left, right = ([p.text for p in cell.paragraphs if p.text] for cell in opened(made()).tables[0].rows[0].cells)
    assert left == ["ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN", "SỞ NỘI VỤ"]
    assert right == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    number, dated = (cell.text for cell in opened(made()).tables[0].rows[1].cells)
    assert number.startswith("Số: …") and dated.startswith("Lạng Sơn, ngày …")
    signatures = opened(made()).tables[-1]
    assert "Nơi nhận:" in signatures.rows[0].cells[0].text and "- Lưu: VT," in signatures.rows[0].cells[0].text
    assert "PHỤ LỤC …" in words(made()) and "(Kèm theo Báo cáo số …" in words(made())


def test_the_annex_holds_every_sentence_table_and_picture() -> None:
    said, document = words(made()), opened(made())
    for section in small().sections:
        assert f"{section.number}. {section.heading}" in said
        for sentence in section.sentences:
            assert sentence in said
    tables = [table for table in document.tables if table.style.name == TABLE_STYLE]
    wanted = [table for section in small().sections for table in section.tables]
    assert len(tables) == len(wanted) >= 4
    for table, spec in zip(tables, wanted, strict=True):
        rows = [tuple("".join(t.text or "" for t in c.iter(TEXT)) for c in row.tc_lst) for row in table._tbl.tr_lst]
        assert rows == [spec.columns, *spec.rows]
        assert "w:tblHeader" in table._tbl.tr_lst[0].xml, "the header is repeated on every page"
        assert sum(column.width.cm for column in table.columns) == pytest.approx(16.5, abs=0.1)
        for k, right in enumerate(spec.numeric):
            cell = table.rows[1].cells[k].paragraphs[0]
            assert (cell.alignment == WD_ALIGN_PARAGRAPH.RIGHT) == right
    drawn = [picture for section in small().sections for picture in section.pictures]
    alts = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', document.element.xml)
    assert len(alts) == len(drawn) >= 2 and all(len(alt) > 30 for alt in alts)
    assert len(set(re.findall(r'<wp:docPr id="(\d+)"', document.element.xml))) == len(alts)


def test_figures_are_those_of_the_workbook_with_a_decimal_comma() -> None:
    row = evaluation(n=200).result.row("overall", weighted=True)
    scores = small().sections[1].tables[0]
    assert scores.rows[0][0] == "Chỉ số hài lòng chung"
    assert scores.rows[0][scores.columns.index("Của công cụ")] == f"{row.value * 100:.2f} %".replace(".", ",")


def test_the_same_annex_gives_the_same_bytes() -> None:
    assert word_file(small()) == made()
    parts = zipfile.ZipFile(io.BytesIO(made())).infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(made()).core_properties.created.replace(tzinfo=None) == about().created


@pytest.mark.parametrize("language", languages())
def test_the_shipped_template_is_what_its_builder_makes(language: str) -> None:
    assert shipped_template(language) == template(language), "python -m analysis.report.templates.build"


def test_a_round_in_english_has_no_vietnamese_word_but_names() -> None:
    report = build(english_evaluation(), ENGLISH)
    content = word_file(annex(Figures(evaluation=english_evaluation(), about=ENGLISH), NOTHING, report))
    assert "Overall result" in words(content) and "Độc lập" not in words(content)
    assert not foreign(words(content).replace("Sở Nội vụ", "").replace("Hài Lòng", ""))


def test_hostile_names_and_texts_stay_text_and_are_whole() -> None:
    names = ("<b>&amp;", "{{ 7*7 }}", "{% for x in y %}", "]]><w:p/>", "\"'<script>")
    evaluated = renamed(names)
    hostile = "; ".join(text for text in HOSTILE.values() if len(text) < 100)
    said = about(feeds="unweighted", round_name=hostile, agency="<i>&", contact="{{ agency }}")
    content = word_file(annex(Figures(evaluation=evaluated, about=said), NOTHING, build(evaluated, said)))
    shown = words(content)
    for name in names:
        assert name in shown
    assert "<I>&" in shown
    for visible in ("<script>alert(1)</script>", "{{ config }}", "=1+1", "👍🏽 rất tốt 😀", "Thủ tục nhanh"):
        assert visible in shown


def test_an_own_template_is_filled_and_its_own_words_stay() -> None:
    loop = ("{%p for s in sections %}", "{{ s.heading }}", "{%p endfor %}")
    content = word_file(small(), own("Lời riêng của Sở", "{{ title }} – {{ slips }} phiếu", *loop))
    assert words(content).startswith("Lời riêng của Sở\nKết quả đo lường sự hài lòng: Đợt thử 2022 – 200 phiếu")
    assert small().sections[-1].heading in words(content)
    assert word_file(small(), shipped_template("vi")) == made(), "the child process fills it as this one does"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ ten_co_quan }}", "ten_co_quan"),
        ("{{ sections[0].diem }}", "diem"),
        ("Mở đầu {{ title", "ngoặc nhọn"),
        ("{%p for s in sections %} thiếu kết thúc", "ngoặc nhọn"),
        ("{% endfor %}", "endfor"),
        ("{{ title | khong_co }}", "khong_co"),
        ("{{ title.__class__.__mro__ }}", "không được phép"),
        ("{{ cycler.__init__.__globals__ }}", "không được phép"),
        ("{{ title + 1 }}", "ngoặc nhọn"),
    ],
)
def test_a_fault_of_an_own_template_is_told_with_what_and_where(text: str, told: str) -> None:
    said = refusal(own("Đoạn đầu", text))
    assert told in said


def test_an_unknown_field_comes_with_the_list_of_those_that_exist() -> None:
    assert "agency, code_version, contact" in refusal(own("{{ co_quan }}"))


def test_a_template_that_takes_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.report.word_render.SECONDS", 4)
    assert "quá nặng" in refusal(own("{{ 'x'.center(3000000000)|length }}"))


def test_files_that_are_no_safe_template_are_refused_before_they_are_opened() -> None:
    assert "không phải tệp Word" in refusal(b"Xin chao")
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    assert "không phải tệp Word" in refusal(workbook.getvalue())
    assert "macro" in refusal(_with(own("x"), "word/vbaProject.bin", b"x"))
    assert "word/custom.xml" in refusal(_with(own("x"), "word/custom.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"))
    hidden = b"<?xml version='1.0' encoding='utf-7'?><a/>"  # in which the declaration could be written otherwise
    assert "word/custom.xml" in refusal(_with(own("x"), "word/custom.xml", hidden))
    assert "word/custom.xml" in refusal(_with(own("x"), "word/custom.xml", b"<a>" + b" " * 2**21 + b"</a>"))
    link = (
        b'<Relationship Id="r" Type="http://x/attachedTemplate" Target="http://evil.example/t" TargetMode="External"/>'
    )
    outside = b"<Relationships>" + link + b"</Relationships>"
    assert "word/_rels/settings.xml.rels" in refusal(_with(own("x"), "word/_rels/settings.xml.rels", outside))
    assert "MB" in refusal(_with(own("x"), "word/media/a.bin", b"\0" * (65 * 2**20)))
    assert check_docx(own("x")) == () == check_docx(shipped_template("vi"))


def test_the_pages_hold_every_vietnamese_word_in_a_serif_font(tmp_path: Path) -> None:
    source = tmp_path / "phu-luc.docx"
    source.write_bytes(made())
    pages = convert(source, "pdf", tmp_path)
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run([program, "-layout", str(pages), "-"], check=True, capture_output=True).stdout.decode()
    read = " ".join(text.split())
    for phrase in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "PHỤ LỤC", "Nơi nhận:"):
        assert phrase in read
    assert word("WRD_TOPIC_METHOD") in read and UNITS[1] in read
    fonts = subprocess.run(["pdffonts", str(pages)], check=True, capture_output=True).stdout.decode()
    assert re.search("Times|Liberation ?Serif", fonts)
    assert "\n2" in text.replace("\x0c", "\n"), "page 2 has its number"


def _with(document: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return target.getvalue()


def test_a_picture_is_text_for_the_template_and_nothing_it_could_call() -> None:
    said = refusal(
        own("{%p for s in sections %}{% for p in s.pictures %}{{ p.image.tpl.save('x') }}{% endfor %}{%p endfor %}")
    )
    assert "tpl" in said or "ngoặc nhọn" in said


def test_round_trip_of_the_request_keeps_pictures_apart() -> None:
    alone = replace(small(), sections=tuple(section for section in small().sections if section.pictures))
    content = word_file(alone)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        images = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
    wanted = {picture.picture.png for section in alone.sections for picture in section.pictures}
    assert set(images) == wanted
