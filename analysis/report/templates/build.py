"""How is the shipped template of the Word annex made? By hand of Decree 30/2020: fonts, margins, head, page number.

    python -m analysis.report.templates.build

An official edits the result in Word, or gives an own template: what stands in double braces is filled, all else stays.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from analysis.report.word_render import TABLE_STYLE, settled
from survey.errors import languages, word

FONT = "Times New Roman"
_TRACED = ("slips", "created", "code_version", "questionnaire", "questionnaire_hash", "ledger")
_LEFT, _CENTRE, _BOTH = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def template(language: str) -> bytes:
    """The template in that language; the same words give the same bytes."""
    document = Document()
    _set_up(document, language)
    _head(document)
    _titles(document, language)
    _sections(document, language)
    _signatures(document, language)
    target = BytesIO()
    document.save(target)
    return settled(target.getvalue())


def _set_up(document: DocumentType, language: str) -> None:
    """A4, margins 2-2-3-1.5 cm, Times New Roman 13, page number centred on top but not on the first page."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(2), Cm(2), Cm(3), Cm(1.5)
    page.different_first_page_header_footer = True
    page.header_distance = Cm(1)
    for name, size in (("Normal", 13), ("Heading 1", 14)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_after = Pt(6)
    document.styles["Heading 1"].font.bold = True
    document.styles["Heading 1"].paragraph_format.space_before = Pt(12)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), {"vi": "vi-VN", "en": "en-GB"}.get(language, language))
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    made: Any = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    made.base_style = document.styles["Table Grid"]
    made.font.name, made.font.size = FONT, Pt(11)
    numbered = page.header.paragraphs[0]
    numbered.alignment = _CENTRE
    number = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>')
    numbered._p.append(number)


def _head(document: DocumentType) -> None:
    """Two columns without borders: offices at the left, nation and motto at the right, each over its rule."""
    table = document.add_table(rows=2, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (6.7, 9.8), strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    left, right = table.rows[0].cells
    _write(left, "{{ parent }}", 13, first=True)
    _write(left, "{{ agency }}", 13, bold=True)
    _rule(left, 2.2)
    _write(right, "{{ nation }}", 12, bold=True, first=True)
    _write(right, "{{ motto }}", 13, bold=True)
    _rule(right, 1.4)
    left, right = table.rows[1].cells
    _write(left, "{{ number }}", 13, first=True)
    _write(right, "{{ dated }}", 13, italic=True, first=True)


def _titles(document: DocumentType, language: str) -> None:
    _line(document, word("WRD_ANNEX", language), 14, bold=True, before=12)
    _line(document, "{{ title|upper }}", 14, bold=True)
    _line(document, word("RPT_LINE_ATTACHED", language), 13, italic=True)
    _line(document, "{%p if demonstration %}", 13)
    _line(document, "{{ demonstration }}", 13, bold=True)
    _line(document, "{%p endif %}", 13)
    _line(document, "{{ not_official }}", 12, italic=True, align=_BOTH)


def _sections(document: DocumentType, language: str) -> None:
    """One loop over the sections; inside it sentences, tables of any width, pictures."""
    _tag(document, "{%p for section in sections %}")
    document.add_paragraph("{{ section.number }}. {{ section.heading }}", style="Heading 1")
    _tag(document, "{%p for sentence in section.sentences %}")
    _line(document, "{{ sentence }}", 13, align=_BOTH, indent=1.27)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p for table in section.tables %}")
    caption = _line(
        document, word("WRD_TABLE", language, **_fields("number", "title", of="table.")), 12, bold=True, before=6
    )
    caption.paragraph_format.keep_with_next = True
    _data_table(document)
    _tag(document, "{%p if table.note %}")
    _line(document, "{{ table.note }}", 11, italic=True, align=_LEFT)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p for picture in section.pictures %}")
    _line(document, "{{ picture.image }}", 12, before=6).paragraph_format.keep_with_next = True
    _line(document, word("WRD_PICTURE", language, **_fields("number", "title", of="picture.")), 12, bold=True)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")
    _line(document, word("WRD_TRACE", language, **_fields(*_TRACED)), 11, italic=True, align=_BOTH, before=12)


def _data_table(document: DocumentType) -> None:
    """A header row that repeats on every page, then a row a line; columns as many as the table has."""
    table = document.add_table(rows=4, cols=3, style=TABLE_STYLE)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    texts = (
        ("{%tc for column in table.columns %}", "{{ column }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for place, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text in zip(row.cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.alignment = _CENTRE if place == 0 else _LEFT
            _run(paragraph, text, 11, bold=place == 0)


def _signatures(document: DocumentType, language: str) -> None:
    """Who receives it, and room for position, signature and name."""
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _write(left, word("WRD_RECEIVERS", language), 12, bold=True, italic=True, first=True, align=_LEFT)
    _write(left, word("WRD_RECEIVER_OPEN", language), 11, align=_LEFT)
    _write(left, word("WRD_RECEIVER_FILE", language), 11, align=_LEFT)
    _write(right, word("WRD_POSITION_OPEN", language), 13, bold=True, first=True)
    for _ in range(3):
        _write(right, "", 13)
    _write(right, word("WRD_NAME_OPEN", language), 13, bold=True)


def _fields(*names: str, of: str = "") -> dict[str, str]:
    """For a wording's gaps: the places that the annex fills."""
    return {name: f"{{{{ {of}{name} }}}}" for name in names}


def _line(
    document: DocumentType,
    text: str,
    size: int,
    *,
    align: Any = _CENTRE,
    before: int = 0,
    indent: float = 0,
    **look: bool,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(indent)
    _run(paragraph, text, size, **look)
    return paragraph


def _tag(document: DocumentType, text: str) -> None:
    """A paragraph that steers and leaves nothing behind."""
    document.add_paragraph(text)


def _write(cell: _Cell, text: str, size: int, *, first: bool = False, align: Any = _CENTRE, **look: bool) -> None:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, size, **look)


def _rule(cell: _Cell, inset: float) -> None:
    """A thin line, `inset` cm from each side of the cell."""
    paragraph = cell.add_paragraph()
    shape = paragraph.paragraph_format
    shape.left_indent, shape.right_indent, shape.space_after, shape.line_spacing = Cm(inset), Cm(inset), Pt(6), Pt(3)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>')
    )


def _run(paragraph: Any, text: str, size: int, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size, run.font.name = bold, italic, Pt(size), FONT


def main() -> None:
    """Writes each language's template beside this file."""
    for language in languages():
        Path(__file__).with_name(f"annex_{language}.docx").write_bytes(template(language))


if __name__ == "__main__":
    main()
