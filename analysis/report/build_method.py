"""Sheets 13 and «Truy vết»: how the numbers were made, what to beware of, and what they can be traced to."""

from collections.abc import Iterator

from analysis.estimation.sample import WeightStep
from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.indices import MODE_WORDS
from analysis.report.model import Cell, Sheet, Table
from analysis.report.parts import feeds_words, level_percent
from analysis.report.vietnamese import date_vi, number
from survey.questionnaire import say

STUDY_WORDS = {
    "household": "Khảo sát hộ gia đình (người dân từ 18 tuổi, đã hoặc chưa dùng dịch vụ)",
    "user": "Khảo sát người dùng dịch vụ (người đã giao dịch và nhận kết quả)",
    "officials": "Điều tra xã hội học cán bộ, lãnh đạo, đại biểu",
    "other": "Loại khác",
}
_INTERVAL_WORDS = {
    "logit": "khoảng logit; ở tỷ lệ 0 % hoặc 100 % dùng khoảng beta (Korn–Graubard)",
    "t": "khoảng t đối xứng",
    "wilson": "khoảng Wilson với cỡ mẫu hiệu dụng",
    "beta": "khoảng beta (Korn–Graubard)",
}
_ADJUST_WORDS = {
    "none": "không hiệu chỉnh theo tổng thể",
    "poststratify": "phân tầng sau (post-stratification)",
    "rake": "cân chỉnh theo biên (raking)",
}
_STEP_WORDS = {"poststratify": "Phân tầng sau", "rake": "Cân chỉnh theo biên"}
NOT_OFFICIAL = "ước lượng của công cụ, không phải số công bố"


def method(figures: Figures) -> Sheet:
    """Sheet 13: definitions, design, weights, warnings, in words."""
    rows = [tuple(sheets.text(clean(part).text) for part in parts) for parts in _method_rows(figures)]
    return Sheet(
        name=sheets.METHOD,
        title="Phương pháp, quyền số và cảnh báo",
        table=Table(
            name="PhuongPhap",
            columns=sheets.columns(("Phần", 18), ("Mục", 34), ("Nội dung", 100)),
            rows=tuple(rows),
        ),
    )


def weight_log(figures: Figures) -> Sheet | None:
    """The margins of every weighting step, before and after; None if weights were not adjusted."""
    rows: list[tuple[Cell, ...]] = [
        (
            sheets.text(f"{place}. {_STEP_WORDS.get(step.name, step.name)}"),
            sheets.text(clean(line.variable).text),
            sheets.text(_level_words(figures, line.variable, line.level)),
            sheets.number(line.target, "count"),
            sheets.number(line.before, "decimal"),
            sheets.number(line.after, "decimal"),
        )
        for place, step in enumerate(figures.evaluation.sample.steps, start=1)
        for line in step.margins
    ]
    if not rows:
        return None
    return Sheet(
        name=sheets.WEIGHTS,
        title="Nhật ký quyền số: tổng theo từng biên trước và sau mỗi bước",
        lines=sheets.lines(
            100,
            "Excel không tính lại được các bước này; quyền số cuối cùng của từng phiếu ở trang «Phiếu», cột trong_so.",
        ),
        table=Table(
            name="QuyenSo",
            columns=sheets.columns(
                ("Bước", 26), ("Biến", 16), ("Mức", 30), ("Tổng thể", 14), ("Trước", 16), ("Sau", 16)
            ),
            rows=tuple(rows),
        ),
    )


def _level_words(figures: Figures, variable: str, level: str) -> str:
    """A margin's level with its wording: «1 (Nam)», of a joint cell «1 × 2 (Nam × Từ 25 đến 34 tuổi)»."""
    asked = [figures.question(name) for name in variable.split("|")]
    values = level.split("|")
    if len(asked) != len(values) or not all(question and question.scale for question in asked):
        return clean(level).text
    labels = [q.scale.label(value, "vi") for q, value in zip(asked, values, strict=True) if q and q.scale]
    return clean(f"{' × '.join(values)} ({' × '.join(labels)})").text


def trace(figures: Figures) -> Sheet:
    """The last sheet: identifiers, hashes, settings and versions."""
    evaluation, about = figures.evaluation, figures.about
    asked, plan, sample = evaluation.questionnaire, evaluation.plan, evaluation.sample
    rows = [
        ("Phiếu hỏi", f"{asked.id}, phiên bản {asked.version}"),
        ("Mã băm phiếu hỏi (SHA-256)", asked.content_hash()),
        *((_PROVENANCE_WORDS.get(key, key), value) for key, value in sorted(sample.provenance.items())),
        ("Nguồn số liệu", about.source),
        ("Số phiếu; tổng quyền số", f"{number(figures.n)}; {number(float(figures.weights.sum()), 4)}"),
        ("Tầng; đơn vị mẫu cấp một; fpc", "; ".join(column or "không" for column in (plan.strata, plan.psu, plan.fpc))),
        ("Cột quyền số gốc", plan.weight or "không"),
        ("Hiệu chỉnh quyền số", f"{plan.adjust} ({_ADJUST_WORDS[plan.adjust]}), phương sai: {plan.rake_variance}"),
        ("Cách tổng hợp", f"{plan.mode} ({MODE_WORDS[plan.mode]})"),
        ("Khoảng tin cậy", f"{plan.interval}, mức {level_percent(figures)}, bậc tự do: {plan.df}"),
        ("Chia theo", ", ".join(plan.by) or "không"),
        ("Số dùng để chấm điểm", about.feeds),
        *((f"Bước quyền số {place}", _step_words(step)) for place, step in enumerate(sample.steps, start=1)),
        ("Phiên bản công cụ", about.code_version),
        ("Lập lúc", f"{about.created:%H:%M} ngày {date_vi(about.created.date())}"),
    ]
    return Sheet(
        name=sheets.TRACE,
        title="Truy vết: từ con số về phiếu hỏi, số liệu và phiên bản công cụ",
        table=Table(
            name="TruyVet",
            columns=sheets.columns(("Mục", 36), ("Giá trị", 100)),
            rows=tuple(tuple(sheets.text(clean(part).text) for part in row) for row in rows),
        ),
    )


_PROVENANCE_WORDS = {"data_sha256": "Mã băm số liệu (SHA-256)", "round": "Mã đợt khảo sát", "file": "Tệp phiếu"}


def _method_rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    evaluation = figures.evaluation
    plan, sample = evaluation.plan, evaluation.sample
    study = evaluation.questionnaire.study
    yield ("Định nghĩa", "Chỉ số của một tiêu chí", "Tỷ lệ người chọn mức được tính là hài lòng trong số người trả "
                                                    "lời hợp lệ tiêu chí đó. "
           "«Bình thường» là câu trả lời hợp lệ nhưng không tính là hài lòng.")  # fmt: skip
    yield (
        "Định nghĩa",
        "Cách tổng hợp «gộp»",
        "Tổng số câu trả lời hài lòng chia tổng số câu trả lời hợp lệ của mọi tiêu chí bên dưới.",
    )
    yield (
        "Định nghĩa",
        "Cách tổng hợp «trung bình»",
        "Trung bình cộng tỷ lệ của mọi tiêu chí bên dưới; tiêu chí không ai trả lời thì bỏ qua.",
    )
    yield ("Định nghĩa", "Cách tổng hợp «trọng số»", "Trung bình của các cấp con theo trọng số w ở trang «Tham số»; "
                                                     "các tiêu chí trong một yếu tố có "
           "trọng số như nhau.")  # fmt: skip
    yield ("Định nghĩa", "Cách đã dùng", f"«{MODE_WORDS[plan.mode]}». Phụ lục của quyết định về phương pháp chưa có "
                                         f"trong tay: không nên coi "
           "chỉ số ở đây là đúng cách tính của Bộ Nội vụ đến hai chữ số thập phân.")  # fmt: skip
    yield (
        "Hai con số",
        sheets.OFFICIAL,
        "Mỗi người tính như nhau, không quyền số: giống cách các báo cáo đã công bố có vẻ đã làm.",
    )
    yield ("Hai con số", sheets.OURS, f"Có quyền số: {NOT_OFFICIAL}.")
    yield ("Hai con số", "Số dùng để chấm điểm, xếp hạng", feeds_words(figures))
    yield ("Thiết kế mẫu", "Loại khảo sát", STUDY_WORDS.get(study, study))
    yield ("Thiết kế mẫu", "Tầng, đơn vị mẫu cấp một",
           f"Tầng: {plan.strata or 'không có'}. Đơn vị mẫu cấp một: {plan.psu or 'mỗi phiếu'}. Hiệu chỉnh tổng thể "
           f"hữu hạn: {plan.fpc or 'không'}.")  # fmt: skip
    yield ("Thiết kế mẫu", "Phiếu trực tuyến tự nguyện", "Nếu người trả lời tự tìm đến phiếu trực tuyến (không được "
                                                         "chọn ngẫu nhiên) thì sai số và "
           "khoảng tin cậy chỉ nói về may rủi của việc chọn mẫu, không nói về khác biệt giữa người trả lời và toàn "
           "dân; số liệu như vậy không thay "
           "được khảo sát chọn mẫu ngẫu nhiên.")  # fmt: skip
    yield ("Sai số", "Khoảng tin cậy", f"Mức {level_percent(figures)}; {_INTERVAL_WORDS[plan.interval]}; phương sai "
                                       f"tuyến tính hóa Taylor theo tầng và đơn "
           f"vị mẫu cấp một; bậc tự do của {'miền' if plan.df == 'domain' else 'toàn bộ thiết kế'}. Đây là "
           f"{NOT_OFFICIAL}.")  # fmt: skip
    yield ("Sai số", "Hệ số thiết kế, cỡ mẫu hiệu dụng", "Hệ số thiết kế = phương sai thực / phương sai của mẫu "
                                                         "ngẫu nhiên đơn giản cùng cỡ. Cỡ mẫu hiệu "
           "dụng = n / hệ số thiết kế.")  # fmt: skip
    yield ("Quyền số", "Hiệu chỉnh", _ADJUST_WORDS[plan.adjust])
    for place, step in enumerate(sample.steps, start=1):
        yield ("Quyền số", f"Bước {place}: {_STEP_WORDS.get(step.name, step.name)}", _step_words(step))
    altered, masked = figures.altered
    if altered:
        yield (
            "Cảnh báo",
            "Ký tự trong ý kiến",
            f"{altered} câu trả lời chữ đã bị bỏ ký tự không dùng được hoặc cắt phần thừa.",
        )
    if masked:
        yield ("Cảnh báo", "Thông tin cá nhân trong ý kiến", f"Đã che trong {masked} câu trả lời chữ.")
    if figures.about.demonstration:
        yield (
            "Cảnh báo",
            "Số liệu mô phỏng",
            "Số liệu của đợt này do máy tạo ra để minh họa, không phải ý kiến của người dân.",
        )
    for warning in evaluation.warnings:
        yield ("Cảnh báo", "Từ lần tính này", warning.say("vi"))
    if not evaluation.warnings:
        yield ("Cảnh báo", "Từ lần tính này", "Không có.")


def _step_words(step: WeightStep) -> str:
    return (
        f"{_STEP_WORDS.get(step.name, step.name)} theo {', '.join(step.variables)}: {number(step.n)} phiếu, "
        f"{step.iterations} vòng lặp; tổng quyền số "
        f"{number(step.sum_before, 2)} → {number(step.sum_after, 2)}; hệ số thiết kế do quyền số (Kish) "
        f"{number(step.deff_before, 3)} → "
        f"{number(step.deff_after, 3)}; cỡ mẫu hiệu dụng {number(step.n_eff_before, 1)} → "
        f"{number(step.n_eff_after, 1)}; mỗi quyền số được nhân với "
        f"{number(step.min_ratio, 3)} đến {number(step.max_ratio, 3)}."
    )


def source_status(figures: Figures) -> str:
    """Where the questionnaire's wording comes from, and how official it is."""
    asked = figures.evaluation.questionnaire
    return " ".join(part for part in (say(asked.source, "vi"), say(asked.status, "vi")) if part)
