"""How does the paper form become a Word file that an office can still edit? A section for each numbered copy."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from survey.errors import word
from survey.print.paper import Ask, Block, Box, Grid, Heading, Item, PaperForm, Told, Write, columns, scale_column
from survey.qr import printed

_FONT = "Times New Roman"  # Nghị định 30/2020/NĐ-CP
_SIGNS = "Segoe UI Symbol"
_BOX = "☐"
_BODY, _SMALL = Pt(12), Pt(10)
_WIDTH = 17.2  # cm between the margins
_MARGINS = {"left_margin": Cm(2.2), "right_margin": Cm(1.6), "top_margin": Cm(1.5), "bottom_margin": Cm(1.8)}
_NUMBER_BOX, _NUMBER_COLUMN = 4.8, 1.0
_SCALE_COLUMNS = (0.0, 0.0, 2.0, 1.9, 1.75, 1.65, 1.5)
_ITEM_COLUMN = 6.0
_SCALE_SIZE, _LETTER, _CELL_SIDES = Pt(9), 0.137, 0.38  # cm a letter, bold, and of a cell's own margins
_GREY = "ECECEC"


def word_file(form: PaperForm, numbers: Sequence[str]) -> bytes:
    """One copy for each number, in their order; without numbers one blank copy that says so."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, _BODY
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    normal.paragraph_format.space_after = Pt(0)
    document.core_properties.title, document.core_properties.author = form.title, "Hài Lòng"
    _page(document.sections[0], form, numbers[0] if numbers else "")
    _Writing(document, form, numbers[0] if numbers else "").write()
    first = [deepcopy(element) for element in document.element.body if element.tag != qn("w:sectPr")]
    for number in numbers[1:]:
        _page(document.add_section(WD_SECTION.NEW_PAGE), form, number)
        for element in first:
            copied = deepcopy(element)
            _renumber(document, copied, numbers[0], number)
            document.element.body.insert(len(document.element.body) - 1, copied)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _page(section: Section, form: PaperForm, number: str) -> None:
    """A4, and a foot that says the copy's number on every one of its pages."""
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side, width in _MARGINS.items():
        setattr(section, side, width)
    if section._sectPr.find(qn("w:pgNumType")) is None:  # a new section has those of the one before
        start = OxmlElement("w:pgNumType")
        start.set(qn("w:start"), "1")
        section._sectPr.find(qn("w:cols")).addprevious(start)
    section.footer.is_linked_to_previous = False
    foot = section.footer.paragraphs[0]
    _run(foot, f"{word('PAP_NUMBER', form.language)}: {number or '.' * 24}\t\t", _SMALL)
    _run(foot, f"{word('PAP_PAGE_ALONE', form.language)} ", _SMALL)
    _field(foot, "PAGE")  # without the number of pages: LibreOffice knows none of a section
    _run(section.footer.add_paragraph(), form.version, Pt(8))


def _renumber(document: DocumentType, copied: Any, was: str, number: str) -> None:
    """The first copy's number and picture become this copy's."""
    for text in copied.iter(qn("w:t")):
        if text.text == was:
            text.text = number
    for blip in copied.iter(qn("a:blip")):
        blip.set(qn("r:embed"), document.part.get_or_add_image(_picture(number))[0])


class _Writing:
    """One copy, written at the end of the document."""

    def __init__(self, document: DocumentType, form: PaperForm, number: str) -> None:
        self._document, self._form, self._number = document, form, number

    def write(self) -> None:
        """Head, notice, then every block."""
        form = self._form
        self._head()
        self._line(form.title.upper(), bold=True, size=Pt(14)).alignment = WD_ALIGN_PARAGRAPH.CENTER
        if form.demonstration:
            self._line(form.demonstration, bold=True)
        frame = self._table(1, (_WIDTH,)).cell(0, 0)
        for place, text in enumerate(form.notice):
            _run(frame.paragraphs[0] if place == 0 else frame.add_paragraph(), text, _SMALL)
        self._line(form.how, size=Pt(11)).paragraph_format.space_before = Pt(4)
        for block in form.blocks:
            self._block(block)
        self._line(form.thanks, italic=True).paragraph_format.space_before = Pt(8)

    def _head(self) -> None:
        form = self._form
        left, right = self._table(1, (_WIDTH - _NUMBER_BOX, _NUMBER_BOX), framed=False).rows[0].cells
        for place, (code, text) in enumerate(self._lines()):
            paragraph = left.paragraphs[0] if place == 0 else left.add_paragraph()
            _run(paragraph, f"{word(code, form.language)} ", _BODY, bold=True)
            _run(paragraph, text, _BODY)
        label, box = right.paragraphs[0], right.add_paragraph()
        _run(label, word("PAP_NUMBER", form.language), _SMALL)
        _run(box, self._number or "." * 30, Pt(14), bold=True)
        for paragraph in (label, box):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if self._number:
            picture = right.add_paragraph()
            picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
            picture.add_run().add_picture(_picture(self._number), width=Cm(2.6))

    def _lines(self) -> Iterator[tuple[str, str]]:
        form, blank = self._form, "." * 50
        if not form.round_name:
            yield "PAP_BLANK", ""
        yield "PAP_OFFICE", form.office or blank
        if form.round_name:
            yield "PAP_ROUND", form.round_name
        if form.asks_place:
            yield "PAP_PLACE", form.place or blank
        yield "PAP_DAY", blank

    def _block(self, block: Block) -> None:
        match block:
            case Heading(text=text, level=level):
                heading = self._line(text, bold=True, size=Pt(13) if level == 1 else _BODY)
                heading.paragraph_format.space_before = Pt(8 if level == 1 else 4)
                heading.paragraph_format.keep_with_next = True
            case Told(text=text, remark=remark):
                self._line(text, italic=remark).paragraph_format.keep_with_next = True
            case Grid():
                self._grid(block)
            case Ask(item=item, boxes=boxes):
                self._asked(item)
                self._answers(boxes)
            case Write(item=item):
                self._asked(item)
                self._room(block)

    def _asked(self, item: Item) -> None:
        paragraph = self._line("")
        paragraph.paragraph_format.space_before = Pt(5)
        _run(paragraph, f"{item.number}. ", _BODY, bold=True)
        _run(paragraph, item.text, _BODY)
        for text in filter(None, (item.remark, item.hint)):
            self._line(text, italic=True, size=Pt(11)).paragraph_format.keep_with_next = True
        paragraph.paragraph_format.keep_with_next = True

    def _answers(self, boxes: Sequence[Box]) -> None:
        across = columns(boxes)
        rows = -(-len(boxes) // across)
        table = self._table(rows, (_WIDTH / across,) * across, framed=False)
        cells = [cell for row in table.rows for cell in row.cells]
        for place, (cell, box) in enumerate(zip(cells, boxes, strict=False)):
            _tick(cell.paragraphs[0], box, words=True)
            cell.paragraphs[0].paragraph_format.left_indent = Cm(0.6)
            cell.paragraphs[0].paragraph_format.keep_with_next = place // across < rows - 1

    def _grid(self, grid: Grid) -> None:
        most = _WIDTH - _NUMBER_COLUMN - _ITEM_COLUMN
        width = scale_column(grid.boxes, _SCALE_COLUMNS, most, lambda each: len(each) * _LETTER + _CELL_SIDES)
        text = _WIDTH - _NUMBER_COLUMN - width * len(grid.boxes)
        table = self._table(len(grid.rows) + 1, (_NUMBER_COLUMN, text, *(width,) * len(grid.boxes)))
        rows = [row.cells for row in table.rows]
        _mark(table.rows[0], "w:tblHeader")
        heads = [word("PAP_CONTENT", self._form.language), *(box.label for box in grid.boxes)]
        for cell, head in zip(rows[0][1:], heads, strict=True):
            _run(cell.paragraphs[0], head, _SCALE_SIZE, bold=True)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        for cell in rows[0]:
            _shade(cell)
        for row, cells in zip(grid.rows, rows[1:], strict=True):
            if isinstance(row, Heading):
                whole = cells[0].merge(cells[-1])
                _shade(whole)
                _run(whole.paragraphs[0], row.text, _BODY, bold=True)
                whole.paragraphs[0].paragraph_format.keep_with_next = True
                continue
            _run(cells[0].paragraphs[0], str(row.number), _SMALL, bold=True)
            _run(cells[1].paragraphs[0], row.text, _BODY)
            for more in filter(None, (row.remark, row.hint)):
                _run(cells[1].add_paragraph(), more, _SMALL, italic=True)
            for cell, box in zip(cells[2:], grid.boxes, strict=True):
                _tick(cell.paragraphs[0], box, words=False)
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _room(self, block: Write) -> None:
        if block.kind == "date":
            self._line(word("PAP_DATE", self._form.language))
        elif block.kind == "number":
            self._line(f"{word('PAP_ANSWER', self._form.language)} ______________")
        for _ in range(block.lines if block.kind == "text" else 0):
            line = self._line("\t")
            line.paragraph_format.space_before = Pt(8)
            line.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH), leader=1)

    def _line(self, text: str, *, bold: bool = False, italic: bool = False, size: Pt = _BODY) -> Paragraph:
        paragraph = self._document.add_paragraph()
        _run(paragraph, text, size, bold=bold, italic=italic)
        return paragraph

    def _table(self, rows: int, widths: Sequence[float], *, framed: bool = True) -> Table:
        table: Table = self._document.add_table(rows=rows, cols=len(widths), style="Table Grid" if framed else None)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
        for row in table.rows:
            _mark(row, "w:cantSplit")
        return table


def _tick(paragraph: Paragraph, box: Box, *, words: bool) -> None:
    sign = _run(paragraph, _BOX, Pt(14))
    sign.font.name = _SIGNS
    sign._element.rPr.rFonts.set(qn("w:eastAsia"), _SIGNS)
    if box.code:
        _run(paragraph, f"{box.code} " if words else box.code, Pt(9))
    if words:
        _run(paragraph, f" {box.label}", _BODY)
    if box.leads:
        _run(paragraph, f" → {box.leads}", _BODY, bold=True)


def _run(paragraph: Paragraph, text: str, size: Pt, *, bold: bool = False, italic: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = size, bold or None, italic or None
    return run


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word works out: w:fldSimple (ECMA-376, 17.16.19)."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    field.append(_run(paragraph, "1", _SMALL)._element)
    paragraph._p.append(field)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), _GREY)
    cell._tc.get_or_add_tcPr().append(shade)


def _picture(number: str) -> BytesIO:
    file = BytesIO()
    printed(number).save(file, kind="png", scale=8, border=4)
    file.seek(0)
    return file
