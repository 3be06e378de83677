"""How do cards become a PDF? Ten a page on A4, drawn with a font that has every Vietnamese letter."""

from html import escape
from io import BytesIO
from itertools import groupby

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from survey.print.cards import PER_PAGE, Card, Cards, head
from survey.print.fonts import fonts
from survey.qr import cut_out

_MARGIN, _HEAD = 10 * mm, 12 * mm
_WIDTH, _HEIGHT = (A4[0] - 2 * _MARGIN) / 2, 52 * mm
_QR, _PAD = 34 * mm, 3 * mm
_GAP: float = 1.2 * mm
_LINE = HexColor("#8a8a8a")


def pdf_file(cards: Cards) -> bytes:
    """Each unit from a new page on; dashed lines to cut along. Same cards, same bytes."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True, lang=cards.language)
    canvas.setTitle(cards.title)
    canvas.setAuthor("Hài Lòng")
    for sheet in cards.sheets:
        for start in range(0, len(sheet.cards), PER_PAGE):
            _head(canvas, head(cards, sheet))
            for place, card in enumerate(sheet.cards[start : start + PER_PAGE]):
                left = _MARGIN + (place % 2) * _WIDTH
                top = A4[1] - _MARGIN - _HEAD - (place // 2) * _HEIGHT
                _card(canvas, cards, card, left, top)
            canvas.showPage()
    canvas.save()
    return target.getvalue()


def _head(canvas: Canvas, text: str) -> None:
    """Above the cards, to be cut off: whose they are."""
    style = ParagraphStyle("head", fontName=fonts().bold, fontSize=10, leading=12)
    part, height = _cut(text, style, 2 * _WIDTH, 2)
    part.drawOn(canvas, _MARGIN, A4[1] - _MARGIN - height)


def _card(canvas: Canvas, cards: Cards, card: Card, left: float, top: float) -> None:
    """The round's name gets the lines that the others leave: its end is the first that may go."""
    canvas.setStrokeColor(_LINE)
    canvas.setDash(2, 2)
    canvas.rect(left, top - _HEIGHT, _WIDTH, _HEIGHT)
    canvas.setDash()
    _qr(canvas, card.address, left + _PAD, top - (_HEIGHT - _QR) / 2)
    small = ParagraphStyle("small", fontName=fonts().regular, fontSize=7.5, leading=9.5)
    bold = ParagraphStyle("bold", parent=small, fontName=fonts().bold)
    large = ParagraphStyle("large", fontName=fonts().bold, fontSize=13, leading=17)
    at, x, width = top - _PAD, left + _QR + 2 * _PAD, _WIDTH - _QR - 3 * _PAD
    lines = [(card.place, small), (cards.how, small), (card.typed, bold), (card.code, large), (cards.note, small)]
    parts = [_cut(text, style, width, 3) for text, style in lines if text]
    left_over = _HEIGHT - 2 * _PAD - sum(height + _GAP for _, height in parts)
    for part, height in [_cut(cards.title, bold, width, max(int(left_over / bold.leading), 1)), *parts]:
        part.drawOn(canvas, x, at - height)
        at -= height + _GAP


def _cut(text: str, style: ParagraphStyle, width: float, most: int) -> tuple[Paragraph, float]:
    """The text in so many lines, cut at its end where it is longer; and its height."""
    part = Paragraph(escape(text), style)
    while part.wrap(width, A4[1])[1] > most * style.leading and len(text) > 1:
        text = text[: int(len(text) * 0.9)].rstrip()
        part = Paragraph(escape(f"{text}…"), style)
    return part, part.wrap(width, A4[1])[1]


def _qr(canvas: Canvas, address: str, left: float, top: float) -> None:
    """The dark modules, run by run, in whole numbers: short in the file and quick to write."""
    matrix = cut_out(address).matrix
    canvas.saveState()
    canvas.translate(left, top)
    canvas.scale(_QR / len(matrix), -_QR / len(matrix))
    path = canvas.beginPath()
    for row, line in enumerate(matrix):
        column = 0
        for dark, run in groupby(line):
            width = len(list(run))
            if dark:
                path.rect(column, row, width, 1)
            column += width
    canvas.setFillColor("black")
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
