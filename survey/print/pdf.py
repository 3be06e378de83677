"""How does the paper form become a PDF to print? A4, laid out once, each copy with its own number and picture."""

from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from survey.errors import word
from survey.print.fonts import fonts
from survey.print.paper import Ask, Block, Box, Grid, Heading, Item, PaperForm, Told, Write, columns, scale_column
from survey.qr import printed

_LEFT, _RIGHT, _TOP, _BOTTOM = 18 * mm, 14 * mm, 14 * mm, 16 * mm
_WIDTH = A4[0] - _LEFT - _RIGHT
_QR, _NUMBER_BOX = 21 * mm, 46 * mm  # a millimetre a module, and four of them white around it (ISO/IEC 18004)
_WITH_ITS_TABLE = 55 * mm
"""What is left of a page on which a table may begin: its heading, its head row and an item."""
_NUMBER_COLUMN = 9 * mm
_SCALE_COLUMNS = (0.0, 0.0, 19 * mm, 18 * mm, 16.5 * mm, 15.5 * mm, 15 * mm)  # by the number of options
_SCALE_SIZE, _PADDING = 8.5, 2.5
_ITEM_COLUMN = 60 * mm
"""What is left for an item's words however long those of its scale are."""
_BOX = "☐"
_LINE = colors.HexColor("#8a8a8a")
_SHADE = colors.HexColor("#ececec")


def pdf_file(form: PaperForm, numbers: Sequence[str]) -> bytes:
    """One copy for each number, in their order; without numbers one blank copy that says so."""
    file = BytesIO()
    styles = _Styles(form.language)

    def canvas(*given: Any, **named: Any) -> _Copies:
        return _Copies(form, tuple(numbers), *given, **named)

    document = BaseDocTemplate(
        file,
        pagesize=A4,
        title=form.title,
        author="Hài Lòng",
        lang=form.language,
        invariant=True,
        pageTemplates=[
            PageTemplate(frames=[Frame(_LEFT, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0, id="page")])
        ],
    )
    document.build([*_head(form, styles, numbered=bool(numbers)), *_body(form, styles)], canvasmaker=canvas)
    return file.getvalue()


class _Copies(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Keeps the laid-out pages, and at the end puts them under each copy's number: the file has them only once."""

    def __init__(self, form: PaperForm, numbers: tuple[str, ...], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._form, self._numbers, self._laid = form, numbers, 0

    def showPage(self) -> None:  # noqa: N802  reportlab's name
        """Ends a page of the layout."""
        code: list[str] = list(self._code)
        self._startPage()
        self.beginForm(f"page{self._laid}", 0, 0, *A4)
        self._code.extend(code)
        self.endForm()
        self._laid += 1

    def save(self) -> None:
        """Ends the file: every copy with all its pages."""
        for number in self._numbers or ("",):
            for page in range(self._laid):
                self.doForm(f"page{page}")
                self._foot(number, page + 1)
                if page == 0:
                    self._number(number)
                super().showPage()
        super().save()

    def _foot(self, number: str, page: int) -> None:
        self.setFont(fonts().regular, 9)
        text = word("PAP_PAGE", self._form.language, page=page, pages=self._laid)
        self.drawRightString(A4[0] - _RIGHT, 9 * mm, text)
        label = word("PAP_NUMBER", self._form.language)
        self.drawString(_LEFT, 9 * mm, f"{label}: {number or '.' * 24}")
        self.setFont(fonts().regular, 7)
        self.drawString(_LEFT, 5.5 * mm, self._form.version)

    def _number(self, number: str) -> None:
        """The box at the top right: the number in words and as a picture, or room to write one."""
        right, top = A4[0] - _RIGHT, A4[1] - _TOP
        left = right - _NUMBER_BOX
        self.setFont(fonts().regular, 9)
        self.drawCentredString(left + _NUMBER_BOX / 2, top - 3.5 * mm, word("PAP_NUMBER", self._form.language))
        self.setFont(fonts().bold, 13)
        self.rect(left, top - 12 * mm, _NUMBER_BOX, 7.5 * mm)
        if not number:
            return
        self.drawCentredString(left + _NUMBER_BOX / 2, top - 10 * mm, number)
        matrix = printed(number).matrix
        size = _QR / len(matrix)
        start = left + (_NUMBER_BOX - _QR) / 2
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    y = top - 16 * mm - (row + 1) * size
                    self.rect(start + column * size, y, size, size, stroke=0, fill=1)


class _Styles:
    """The faces and sizes: 11 pt for what is asked, 9 to 10 pt for what only helps."""

    def __init__(self, language: str) -> None:
        self.language = language
        face = fonts()
        self.body = ParagraphStyle("body", fontName=face.regular, fontSize=11, leading=14)
        self.small = ParagraphStyle("small", parent=self.body, fontSize=9, leading=11.5)
        self.note = ParagraphStyle("note", parent=self.body, fontSize=9.5, leading=12.5, spaceAfter=1.5)
        self.hint = ParagraphStyle("hint", parent=self.body, fontName=face.italic, fontSize=9.5, leading=12)
        self.remark = ParagraphStyle("remark", parent=self.body, fontName=face.italic, fontSize=10.5, leading=13.5)
        self.box = ParagraphStyle("box", parent=self.body, leftIndent=16, firstLineIndent=-16)
        self.scale = ParagraphStyle("scale", parent=self.small, alignment=TA_CENTER)
        self.answer = ParagraphStyle("answer", parent=self.scale, fontSize=_SCALE_SIZE, leading=10.5)
        self.tick = ParagraphStyle("tick", parent=self.body, alignment=TA_CENTER, fontSize=15, leading=17)
        self.title = ParagraphStyle("title", parent=self.body, fontName=face.bold, fontSize=14, leading=18)
        self.title.alignment = TA_CENTER
        self.heads = {
            1: ParagraphStyle("h1", parent=self.body, fontName=face.bold, fontSize=12, leading=15, spaceBefore=9),
            2: ParagraphStyle("h2", parent=self.body, fontName=face.bold, fontSize=10.5, leading=13.5, spaceBefore=4),
        }


def _head(form: PaperForm, styles: _Styles, *, numbered: bool) -> Iterator[Flowable]:
    def line(code: str, text: str) -> Paragraph:
        shown = escape(text) if text else "." * 52
        return Paragraph(f"<b>{escape(word(code, form.language))}</b> {shown}", styles.note)

    lines = [line("PAP_OFFICE", form.office)]
    if form.round_name:
        lines.append(line("PAP_ROUND", form.round_name))
    if form.asks_place:
        lines.append(line("PAP_PLACE", form.place))
    lines += [line("PAP_DAY", ""), Spacer(0, 2 * mm)]
    if not form.round_name:
        lines.insert(0, Paragraph(f"<b>{escape(word('PAP_BLANK', form.language))}</b>", styles.note))
    beside = _NUMBER_BOX + 4 * mm  # where each copy's number and picture are put
    room = Table([[lines, Spacer(0, (40 if numbered else 22) * mm)]], colWidths=[_WIDTH - beside, beside])
    room.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()])
    yield room
    yield Paragraph(escape(form.title), styles.title)
    if form.demonstration:
        yield Paragraph(f"<b>{escape(form.demonstration)}</b>", styles.note)
    notice = [Paragraph(escape(text), styles.small) for text in form.notice]
    framed = Table([[notice]], colWidths=[_WIDTH], splitInRow=1)
    framed.setStyle([("BOX", (0, 0), (-1, -1), 0.7, _LINE), ("TOPPADDING", (0, 0), (-1, -1), 4)])
    yield Spacer(0, 4)
    yield framed
    yield Spacer(0, 4)
    yield Paragraph(escape(form.how), styles.note)


def _body(form: PaperForm, styles: _Styles) -> Iterator[Flowable]:
    """The blocks; a heading and a remark stay with what follows them."""
    waiting: list[Flowable] = []
    for block in form.blocks:
        drawn = _block(block, styles)
        if isinstance(block, Heading | Told):
            waiting += drawn
        elif isinstance(block, Grid):  # a table breaks over pages by itself; it must not be pushed to a new one whole
            yield CondPageBreak(_WITH_ITS_TABLE)
            yield from waiting
            yield from drawn
            waiting = []
        else:
            yield KeepTogether([*waiting, *drawn])
            waiting = []
    yield from waiting
    yield KeepTogether([Spacer(0, 8), Paragraph(escape(form.thanks), styles.remark)])


def _block(block: Block, styles: _Styles) -> list[Flowable]:
    match block:
        case Heading(text=text, level=level):
            heading = Paragraph(escape(text), styles.heads[level])
            heading.keepWithNext = 1
            return [heading]
        case Told(text=text, remark=remark):
            told = Paragraph(escape(text), styles.remark if remark else styles.body)
            told.keepWithNext = 1
            return [told]
        case Grid():
            return [Spacer(0, 3), _grid(block, styles)]
        case Ask(item=item, boxes=boxes):
            return [Spacer(0, 5), *_asked(item, styles), _answers(boxes, styles)]
        case Write(item=item):
            return [Spacer(0, 5), *_asked(item, styles), *_room(block, styles)]


def _asked(item: Item, styles: _Styles) -> list[Flowable]:
    lines = [Paragraph(f"<b>{item.number}.</b> {escape(item.text)}", styles.body)]
    if item.remark:
        lines.append(Paragraph(escape(item.remark), styles.remark))
    if item.hint:
        lines.append(Paragraph(escape(item.hint), styles.hint))
    return lines


def _answers(boxes: Sequence[Box], styles: _Styles) -> Table:
    """The boxes, side by side where their words are short, read row by row."""
    across = columns(boxes)
    cells: list[Any] = [Paragraph(_tick(box), styles.box) for box in boxes]
    cells += [""] * (-len(cells) % across)
    rows = [cells[at : at + across] for at in range(0, len(cells), across)]
    table = Table(rows, colWidths=[(_WIDTH - _NUMBER_COLUMN) / across] * across, hAlign="RIGHT", splitInRow=1)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding(), ("TOPPADDING", (0, 0), (-1, -1), 1.5)])
    return table


def _tick(box: Box) -> str:
    code = f'<font size="8.5">{escape(box.code)}</font> ' if box.code else ""
    leads = f" <b>→ {escape(box.leads)}</b>" if box.leads else ""
    return f'<font size="13">{_BOX}</font> {code}{escape(box.label)}{leads}'


def _grid(grid: Grid, styles: _Styles) -> Table:
    """Items under one scale: its words stand in the head row, which every page repeats."""
    most = _WIDTH - _NUMBER_COLUMN - _ITEM_COLUMN
    width = scale_column(grid.boxes, _SCALE_COLUMNS, most, _answer_width)
    text_width = _WIDTH - _NUMBER_COLUMN - width * len(grid.boxes)
    head: list[Any] = ["", Paragraph(f"<b>{escape(word('PAP_CONTENT', styles.language))}</b>", styles.small)]
    head += [Paragraph(f"<b>{escape(box.label)}</b>", styles.answer) for box in grid.boxes]
    rows: list[list[Any]] = [head]
    look: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    for row in grid.rows:
        at = len(rows)
        if isinstance(row, Heading):
            rows.append([Paragraph(escape(row.text), styles.heads[2]), *[""] * (len(head) - 1)])
            # With the item below it: a heading alone at the foot of a page heads nothing.
            look += [("SPAN", (0, at), (-1, at)), ("BACKGROUND", (0, at), (-1, at), _SHADE)]
            look.append(("NOSPLIT", (0, at), (-1, at + 1)))
            continue
        words: list[Flowable] = [Paragraph(escape(row.text), styles.body)]
        if row.remark:
            words.append(Paragraph(escape(row.remark), styles.hint))
        if row.hint:
            words.append(Paragraph(escape(row.hint), styles.hint))
        ticks = [Paragraph(f'{_BOX}<font size="8">{escape(box.code)}</font>', styles.tick) for box in grid.boxes]
        rows.append([Paragraph(f"<b>{row.number}</b>", styles.scale), words, *ticks])
    return Table(rows, colWidths=[_NUMBER_COLUMN, text_width, *[width] * len(grid.boxes)], repeatRows=1, style=look)


def _answer_width(text: str) -> float:
    width: float = stringWidth(text, fonts().bold, _SCALE_SIZE)
    return width + 2 * _PADDING + 1


def _room(block: Write, styles: _Styles) -> list[Flowable]:
    """Where to write: a date, a short box, or dotted lines far enough apart for a hand."""
    if block.kind == "date":
        return [Spacer(0, 6), Paragraph(word("PAP_DATE", styles.language), styles.body)]
    if block.kind == "number":
        return [Spacer(0, 6), Paragraph(f"{word('PAP_ANSWER', styles.language)} ______________", styles.body)]
    table = Table([[""]] * block.lines, colWidths=[_WIDTH], rowHeights=[8 * mm] * block.lines)
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.6, _LINE, None, (1, 2))])
    return [table]


def _no_padding() -> list[Any]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]
