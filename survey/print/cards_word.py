"""How do cards become a Word file that an office can still edit? A table of two columns, a page break a unit."""

from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell

from survey.print.cards import PER_PAGE, Card, Cards, head
from survey.qr import cut_out

_FONT = "Times New Roman"  # Nghị định 30/2020/NĐ-CP
_ROW, _QR = Cm(5.1), Cm(3.2)
_COLUMNS = (Cm(3.6), Cm(5.9)) * 2


def word_file(cards: Cards) -> bytes:
    """Each unit from a new page on."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(9)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    normal.paragraph_format.space_after = Pt(0)
    document.core_properties.title, document.core_properties.author = cards.title, "Hài Lòng"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1)
    first = True
    for sheet in cards.sheets:
        for start in range(0, len(sheet.cards), PER_PAGE):
            line = document.add_paragraph()
            line.paragraph_format.page_break_before = not first
            line.add_run(head(cards, sheet)).bold = True
            _table(document, cards, sheet.cards[start : start + PER_PAGE])
            first = False
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _table(document: DocumentType, cards: Cards, mine: tuple[Card, ...]) -> None:
    table = document.add_table(rows=-(-len(mine) // 2), cols=len(_COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS, strict=True):
        column.width = width
    cells = []
    for row in table.rows:
        row.height, row.height_rule = _ROW, WD_ROW_HEIGHT_RULE.AT_LEAST
        cells += row.cells
    for cell, width in zip(cells, _COLUMNS * len(table.rows), strict=True):
        cell.width = width
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for card, picture, words in zip(mine, cells[::2], cells[1::2], strict=False):
        drawn = BytesIO()
        cut_out(card.address).save(drawn, kind="png", scale=6, border=2)
        drawn.seek(0)
        picture.paragraphs[0].add_run().add_picture(drawn, width=_QR)
        _words(words, cards, card)


def _words(cell: _Cell, cards: Cards, card: Card) -> None:
    lines = [(cards.title, True, 9), (card.place, False, 9), (cards.how, False, 9), (card.typed, True, 9)]
    wanted = [line for line in (*lines, (card.code, True, 13), (cards.note, False, 9)) if line[0]]
    for number, (text, bold, size) in enumerate(wanted):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)
