"""What are the sheets called, and in which words is a number missing or doubtful? One place for both."""

from analysis.report.model import Cell, Column, Form, Formula, Number, Text
from analysis.report.vietnamese import DASH
from analysis.scores.beside import grade_words
from analysis.scores.satisfaction import Row

COVER = "Bìa"
CONTENTS = "Mục lục"
NOTES = "Ghi chú"
ROUND = "01 Thông tin đợt khảo sát"
PEOPLE = "02 Cơ cấu người trả lời"
RETURNS = "03 Phiếu phát-thu-hợp lệ"
SCORES = "04 Chỉ số"
SCORES_CHART = "04 Biểu đồ"
ANSWERS = "05 Phân bố từng câu"
ANSWERS_CHART = "05 Biểu đồ"
UNITS = "06 Theo đơn vị, xếp hạng"
UNITS_CHART = "06 Biểu đồ"
COMMENTS = "12 Ý kiến khác"
METHOD = "13 Phương pháp, cảnh báo"
WEIGHTS = "13 Nhật ký quyền số"
PARAMETERS = "Tham số"
CODES = "Mã hóa"
SLIPS = "Phiếu"
TALLY = "Tính chung"
UNIT_TALLY = "Tính theo đơn vị"
UNIT_SCORES = "Chỉ số theo đơn vị"
TRACE = "Truy vết"

UNKNOWN_MARK = "[kxđ]"

OFFICIAL = "Cách công bố"
OURS = "Của công cụ"
DF, DEFF, EFFECTIVE = "Bậc tự do", "Hệ số thiết kế", "Cỡ mẫu hiệu quả"
GRADE, WHY = "Độ vững", "Vì sao chưa vững"


def text(value: str) -> Text:
    """Words in a cell, «–» if there are none."""
    return Text(value or DASH)


def dash() -> Text:
    """«–»: there is no number, as for 0/0."""
    return Text(DASH, "dash")


def number(value: float | None, form: Form) -> Cell:
    """The number; `[kxđ]` where it cannot be determined."""
    return Number(value, form) if value is not None and value == value and abs(value) != float("inf") else _unknown()


def formula(expression: str, value: float | None, form: Form) -> Formula:
    """The formula with its value now; «–» where that cannot be computed."""
    return Formula(expression, DASH if value is None or value != value else value, form)


def mark(value: str) -> Text:
    """A short mark, centred; «–» if there is none."""
    return Text(value or DASH, "mark")


def doubt(row: Row | None) -> str:
    """`[yếu]` or `[chưa nên công bố]` for a chart's label, empty for a reliable figure."""
    return "" if row is None or row.reliability == "reliable" else f"[{grade_words(row.reliability)}]"


def columns(*pairs: tuple[str, float]) -> tuple[Column, ...]:
    """Columns from header and width."""
    return tuple(Column(header, width) for header, width in pairs)


def lines(width: float, *paragraphs: str) -> tuple[Text, ...]:
    """Paragraphs cut into lines that fit beside each other's table: a title line is never merged nor wrapped."""
    found: list[Text] = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > width:
                found.append(Text(line, "line"))
                line = word
            else:
                line = f"{line} {word}".strip()
        found.append(Text(line, "line"))
    return tuple(found)


def _unknown() -> Text:
    return Text(UNKNOWN_MARK, "dash")
