"""How does the assessment become a Word file that an official edits and signs?"""

from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from survey.privacy.assessment import Assessment, Part

_FONT, _SIZE = "Times New Roman", Pt(13)  # Nghị định 30/2020/NĐ-CP: Times New Roman, 13-14
_MARGINS = {"left_margin": Cm(3), "right_margin": Cm(1.5), "top_margin": Cm(2), "bottom_margin": Cm(2)}
_WIDTHS = {2: (6.0, 10.5), 4: (6.5, 4.5, 2.0, 3.5)}  # cm, by the number of columns
_WARNING = RGBColor(0xB3, 0x26, 0x1E)


def word_file(content: Assessment) -> bytes:
    """The assessment as .docx: A4, margins and font of Nghị định 30/2020/NĐ-CP."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    for side, width in _MARGINS.items():
        setattr(page, side, width)
    body = document.styles["Normal"]
    body.font.name, body.font.size = _FONT, _SIZE
    body.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    body.paragraph_format.space_after = Pt(6)
    document.core_properties.title = content.title
    document.core_properties.author = "Hài Lòng"
    _heading(document, content.title.upper(), 14)
    document.add_paragraph(content.subtitle)
    document.add_paragraph().add_run(content.draft).italic = True
    if content.warning:
        run = document.add_paragraph().add_run(content.warning)
        run.bold, run.font.color.rgb = True, _WARNING
    for part in content.parts:
        _part(document, part)
    document.add_paragraph()
    document.add_paragraph(content.signatures)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _part(document: DocumentType, part: Part) -> None:
    _heading(document, part.heading, 13)
    for text in part.paragraphs:
        document.add_paragraph(text)
    if not part.table:
        return
    table = document.add_table(rows=0, cols=len(part.table[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = _WIDTHS[len(part.table[0])]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for texts in part.table:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.text, cell.width = text, Cm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _heading(document: DocumentType, text: str, size: int) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size)
