"""The data: «Phiếu», one row a person, its codebook «Mã hóa», and sheet 12 with the open comments."""

from analysis.report import sheets
from analysis.report.build_units import unit_match
from analysis.report.cells import HIDDEN, clean
from analysis.report.figures import BASE, PSU, SERIAL, SLIP, STRATUM, UNIT, UNIT_NUMBER, WEIGHT, Figures
from analysis.report.indices import SLIPS_TABLE
from analysis.report.model import Cell, Column, Formula, Number, Sheet, Table, Text
from survey.questionnaire import Question

ROLE_WORDS = {
    "respondent": "Người trả lời",
    "perception": "Nhận định, đánh giá",
    "satisfaction": "Mức độ hài lòng",
    "need": "Nhu cầu, mong đợi",
    "criterion": "Tiêu chí",
    "comment": "Ý kiến khác",
}
_KIND_WORDS = {
    "select_one": "chọn một",
    "select_multiple": "chọn nhiều",
    "text": "chữ",
    "integer": "số nguyên",
    "decimal": "số",
    "date": "ngày",
}
_SYSTEM_MEANING = {
    SERIAL: "Số thứ tự phiếu trong tệp này.",
    SLIP: "Mã phiếu: ngẫu nhiên, không nói lên người trả lời.",
    UNIT: "Đơn vị được đánh giá.",
    STRATUM: "Tầng của mẫu.",
    PSU: "Đơn vị mẫu cấp một.",
    UNIT_NUMBER: "Công thức: số thứ tự của đơn vị ở trang «06 Theo đơn vị, xếp hạng», 0 nếu phiếu không thuộc đơn "
    "vị nào.",
    BASE: "Quyền số gốc (nghịch đảo xác suất chọn; 1 nếu không biết).",
    WEIGHT: "Quyền số cuối cùng, sau các bước ở trang «13 Nhật ký quyền số».",
}


def slips(figures: Figures) -> Sheet:
    """Every slip with its weights and answers; whole-number options as numbers, the rest as text."""
    sample = figures.evaluation.sample
    headed: list[tuple[Column, list[Cell]]] = [(Column(SERIAL, 7), [Number(k + 1, "plain") for k in range(figures.n)])]
    if "id" in sample.frame:
        headed.append((Column(SLIP, 14), [_text(value) for value in figures.column("id")]))
    for header, name in _places(figures):
        headed.append((Column(header, 20), [_text(value) for value in figures.column(name)]))
    if figures.units:
        match = unit_match(figures)
        headed.append((Column(UNIT_NUMBER, 10), [Formula(match, int(place)) for place in figures.unit_of]))
    headed.append((Column(BASE, 12), [Number(float(weight), "weight") for weight in sample.base]))
    headed.append((Column(WEIGHT, 12), [Number(float(weight), "weight") for weight in figures.weights]))
    for question in figures.questions:
        width = 40 if question.kind == "text" else 12
        headed.append((Column(figures.headers[question.name], width), _answers(figures, question)))
    altered, masked = figures.altered
    notes = [
        f"Một dòng một phiếu. Ý nghĩa từng cột và từng mã trả lời ở trang «{sheets.CODES}». Ô trống: không trả lời."
    ]
    if masked:
        notes.append(f"Số điện thoại, số giấy tờ, thư điện tử trong {masked} câu trả lời chữ đã thay bằng «{HIDDEN}».")
    if altered:
        notes.append(
            f"{altered} câu trả lời chữ có ký tự không dùng được trong ô tính hoặc quá dài: đã bỏ các ký tự đó hoặc "
            f"cắt phần thừa."
        )
    return Sheet(
        name=sheets.SLIPS,
        title="Phiếu trả lời",
        lines=sheets.lines(150, *notes),
        data=True,
        table=Table(
            name=SLIPS_TABLE,
            columns=tuple(column for column, _ in headed),
            rows=tuple(zip(*(cells for _, cells in headed), strict=True)),
        ),
    )


def codes(figures: Figures) -> Sheet:
    """The codebook: each column of «Phiếu», its wording, and each option's value."""
    rows: list[tuple[Cell, ...]] = []
    for header in _system_headers(figures):
        rows.append(_code_row(header, _SYSTEM_MEANING[header], "", "", "", "", ""))
    for question in figures.questions:
        group = figures.label(figures.parents[question.name]) if question.name in figures.parents else ""
        about = (
            figures.headers[question.name],
            figures.wording(question),
            ROLE_WORDS.get(question.role or "", ""),
            group,
            _KIND_WORDS[question.kind],
        )
        options = list(figures.options(question)) or [("", "")]
        rows += [_code_row(*about, value, label) for value, label in options]
    return Sheet(
        name=sheets.CODES,
        title="Mã hóa: ý nghĩa các cột và mã trả lời ở trang «Phiếu»",
        lines=sheets.lines(120, "Câu chọn nhiều phương án: ô chứa các mã đã chọn, cách nhau bằng dấu cách."),
        table=Table(
            name="MaHoa",
            columns=sheets.columns(
                ("Cột", 13),
                ("Câu hỏi hoặc ý nghĩa", 60),
                ("Vai trò", 18),
                ("Thuộc", 24),
                ("Kiểu", 11),
                ("Mã trả lời", 11),
                ("Câu trả lời", 32),
            ),
            rows=tuple(rows),
        ),
    )


def comments(figures: Figures) -> Sheet | None:
    """Sheet 12: what people wrote, cleaned and masked, with the slip's number; None if nobody wrote anything."""
    rows: list[tuple[Cell, ...]] = []
    for question in figures.questions:
        if question.role != "comment" or question.kind != "text":
            continue
        for place, written in enumerate(figures.texts[question.name]):
            if written is not None and written.strip():
                unit = int(figures.unit_of[place])
                label = figures.unit_label(figures.units[unit - 1]) if unit else ""
                rows.append(
                    (Number(place + 1, "count"), sheets.text(label), sheets.text(question.name), sheets.text(written))
                )
    if not rows:
        return None
    return Sheet(
        name=sheets.COMMENTS,
        title="Ý kiến khác của người trả lời",
        lines=sheets.lines(
            145,
            f"{len(rows)} ý kiến, nguyên văn. Dãy từ 9 chữ số trở lên, số điện thoại và thư điện tử đã được thay "
            f"bằng «{HIDDEN}». Họ tên hoặc chi "
            "tiết riêng tư có thể vẫn còn: xin đọc lại trước khi gửi tệp này cho người khác.",
        ),
        table=Table(
            name="YKien",
            columns=sheets.columns((SERIAL, 8), ("Đơn vị", 28), ("Mã câu hỏi", 14), ("Ý kiến", 90)),
            rows=tuple(rows),
        ),
    )


def _places(figures: Figures) -> list[tuple[str, str]]:
    """Header and source column of unit, stratum and PSU, where the data have them and they are no questions."""
    plan, frame = figures.evaluation.plan, figures.evaluation.sample.frame
    wanted = ((UNIT, figures.by or "unit"), (STRATUM, plan.strata or "stratum"), (PSU, plan.psu or "psu"))
    return [
        (header, name)
        for header, name in wanted
        if name in frame and name not in figures.headers and bool(frame[name].notna().any())
    ]


def _system_headers(figures: Figures) -> list[str]:
    places = [header for header, _ in _places(figures)]
    slip = [SLIP] if "id" in figures.evaluation.sample.frame else []
    return [SERIAL, *slip, *places, *([UNIT_NUMBER] if figures.units else []), BASE, WEIGHT]


def _answers(figures: Figures, question: Question) -> list[Cell]:
    if question.kind == "text":
        return [None if text is None else _text(text) for text in figures.texts[question.name]]
    values = figures.answers[question.name]
    if question.kind in ("integer", "decimal"):
        return [None if value is None else Number(_tidy(float(value))) for value in values]
    if figures.numeric(question):
        # A stored answer that is no option (a damaged file) stays text, so it is seen and never counted.
        allowed = {value for value, _ in figures.options(question)}
        return [None if v is None else Number(int(v)) if v in allowed else _text(v) for v in values]
    return [None if value is None else _text(value) for value in values]


def _tidy(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _text(value: object) -> Text | None:
    if value is None:
        return None
    return Text(clean(str(value)).text, "line")


def _code_row(*values: str) -> tuple[Cell, ...]:
    return tuple(sheets.text(value) for value in values)
