"""The sheet «Tham số»: what a score depends on, in named cells whose change moves the scores."""

from analysis.report import sheets
from analysis.report.figures import OVERALL, Figures
from analysis.report.formulas import column, literal
from analysis.report.indices import MODE_CELL, MODE_WORDS, SCORE_NAME, weight_name
from analysis.report.model import Cell, Choices, Formula, Name, Number, Sheet, Table

TABLE = "ThamSo"
VALUE, RUN_VALUE = "Giá trị", "Giá trị của lần chạy"
LEVEL_CELL = "muc_tin_cay"

_CHANGED = "ĐÃ SỬA THAM SỐ: khoảng tin cậy không còn khớp với chỉ số, hãy chạy lại công cụ."
_EDITED = "ĐÃ SỬA PHIẾU HOẶC QUYỀN SỐ: khoảng tin cậy không còn khớp với chỉ số, hãy chạy lại công cụ."
_SAME = "Tham số và số liệu đúng như lần chạy của công cụ."

_MODE_MEANING = (
    "Cách tổng hợp tiêu chí thành yếu tố, khía cạnh, chỉ số chung. gộp: tổng số câu trả lời hài lòng / tổng số câu "
    "trả lời hợp lệ của "
    "mọi tiêu chí bên dưới; trung bình: trung bình cộng tỷ lệ của mọi tiêu chí bên dưới; trọng số: trung bình của "
    "các cấp con theo "
    "trọng số w_… bên dưới."
)


def status(figures: Figures) -> Formula:
    """The live line that tells whether the workbook still stands as the tool left it."""
    changed = f"SUMPRODUCT(--({column(TABLE, VALUE)}<>{column(TABLE, RUN_VALUE)}))>0"
    moved = []
    for kind in (False, True):
        row = figures.row(OVERALL, weighted=kind)
        value = row.value if row and row.value == row.value else 0.0
        moved.append(f"ABS(N({SCORE_NAME[kind]}{OVERALL})-{value!r})>1E-9")
    expression = f"IF({changed},{literal(_CHANGED)},IF(OR({','.join(moved)}),{literal(_EDITED)},{literal(_SAME)}))"
    return Formula(expression, _SAME)


def parameters(figures: Figures) -> Sheet:
    """Threshold or satisfied answers, mode, confidence level, and the weights of the tree."""
    rows: list[tuple[Cell, ...]] = []
    names: list[Name] = []
    choices: list[Choices] = []

    def add(name: str, value: Cell, meaning: str, *, named: int = 1) -> int:
        place = len(rows)
        rows.append((sheets.text(name), value, value, sheets.text(meaning)))
        if named:
            names.append(Name(name=name, row=place, header=VALUE, rows=named))
        return place

    plan = figures.evaluation.plan
    place = add(MODE_CELL, sheets.text(MODE_WORDS[plan.mode]), _MODE_MEANING)
    words = tuple(MODE_WORDS.values())
    choices.append(Choices(row=place, header=VALUE, values=words, message=f"Chọn một trong: {', '.join(words)}."))
    for rule in figures.rules:
        labels = [(value, rule.scale.label(value, "vi")) for value in rule.values]
        if rule.threshold is not None:
            low, high = (f(int(option.value) for option in rule.scale.options) for f in (min, max))
            meaning = (
                f"Ngưỡng hài lòng: trả lời từ mức này trở lên ({', '.join(label for _, label in labels)}) được tính "
                f"là hài lòng. "
                f"Thang đo: {_scale_words(figures, rule.name)}."
            )
            place = add(rule.name, Number(rule.threshold), meaning)
            message = f"Nhập số nguyên từ {low} đến {high}."
            choices.append(Choices(row=place, header=VALUE, low=low, high=high, whole=True, message=message))
        for turn, (value, label) in enumerate(labels if rule.threshold is None else ()):
            number = _numeric(figures, rule.name)
            cell: Cell = Number(int(value)) if number else sheets.text(value)
            add(rule.name, cell, f"Câu trả lời được tính là hài lòng: {label}.", named=0 if turn else len(labels))
    add(
        LEVEL_CELL,
        Number(plan.level, "share"),
        "Mức tin cậy của các khoảng. Sửa ở đây không làm khoảng thay đổi: cần chạy lại công cụ.",
    )
    for code, weight in _weights(figures):
        meaning = (
            f"Trọng số của «{figures.label(code)}» so với các mục cùng cấp; chỉ dùng khi cách tổng hợp là «trọng số»."
        )
        place = add(weight_name(code), Number(weight), meaning)
        choices.append(Choices(row=place, header=VALUE, low=0, high=1e9, message="Nhập một số không âm."))
    return Sheet(
        name=sheets.PARAMETERS,
        title="Tham số: sửa một ô ở cột «Giá trị» thì mọi chỉ số tính lại",
        lines=(
            status(figures),
            *sheets.lines(
                120,
                "Chỉ sửa cột «Giá trị». Cột «Giá trị của lần chạy» giữ tham số mà công cụ đã dùng để tính khoảng "
                "tin cậy.",
            ),
        ),
        table=Table(
            name=TABLE,
            columns=sheets.columns(("Tên tham số", 26), (VALUE, 16), (RUN_VALUE, 16), ("Ý nghĩa", 70)),
            rows=tuple(rows),
        ),
        names=tuple(names),
        choices=tuple(choices),
    )


def _weights(figures: Figures) -> list[tuple[str, float]]:
    """Code and weight of every aspect and factor, in the order of the tree."""
    return [
        (child, weight)
        for node in figures.branches
        for child, weight in zip(node.children, node.weights, strict=True)
        if figures.tree[child].level != "item"
    ]


def _scale_words(figures: Figures, rule_name: str) -> str:
    rule = next(rule for rule in figures.rules if rule.name == rule_name)
    return "; ".join(f"{option.value} = {rule.scale.label(option.value, 'vi')}" for option in rule.scale.options)


def _numeric(figures: Figures, rule_name: str) -> bool:
    rule = next(rule for rule in figures.rules if rule.name == rule_name)
    return any(rule.covers(question) and figures.numeric(question) for question in figures.items)
