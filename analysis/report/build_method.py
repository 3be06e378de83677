"""Sheets 13 and «Truy vết»: how the numbers were made, what to beware of, and what they can be traced to."""

from collections.abc import Iterator

from analysis.estimation.sample import WeightStep
from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.indices import MODE_WORDS
from analysis.report.model import Cell, Sheet, Table
from analysis.report.parts import feeds_words, level_percent, weighting_words
from analysis.report.vietnamese import date_vi, number
from analysis.scores.beside import covers_words, grade_words, study_words
from analysis.scores.responses import level_words
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
    "wilson": "khoảng Wilson với cỡ mẫu hiệu quả",
    "beta": "khoảng beta (Korn–Graubard)",
}
_ADJUST_WORDS = {
    "none": "không hiệu chỉnh theo tổng thể",
    "poststratify": "phân tầng sau (post-stratification)",
    "rake": "cân chỉnh theo biên (raking)",
}
_STEP_WORDS = {"poststratify": "Phân tầng sau", "rake": "Cân chỉnh theo biên"}
_WHO_SAYS = {
    True: "Suy ra từ thông tin chọn mẫu có trong số liệu (tầng, đơn vị mẫu, quyền số gốc).",
    False: "Do người phân tích khai.",
}
_THRESHOLDS = {
    "least_n": ("Dưới {} người trả lời: chưa nên công bố", 1),
    "least_effective_n": ("Cỡ mẫu hiệu quả dưới {}: chưa nên công bố", 1),
    "least_df": ("Dưới {} bậc tự do: yếu", 1),
    "narrow_width": ("Khoảng tin cậy rộng không quá {} điểm phần trăm: đủ hẹp", 100),
    "wide_width": ("Khoảng tin cậy rộng từ {} điểm phần trăm: chưa nên công bố", 100),
    "largest_relative_width": (
        "Giữa hai mức đó: rộng quá {} % con số thì chưa nên công bố, rộng quá chừng ấy phần còn lại của 100 % thì yếu",
        100,
    ),
}
"""What each threshold for shares means, and by how much its figure is multiplied to be told."""
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
            sheets.text(clean(level_words(figures.evaluation.questionnaire, line.variable, line.level)).text),
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
        ("Cách chọn người trả lời", f"{plan.chosen_by()} ({study_words(plan.chosen_by())})"),
        ("Bộ quy tắc độ vững", f"{evaluation.rules.id}, phiên bản {evaluation.rules.version}"),
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
    yield ("Hai con số", sheets.OURS, f"{weighting_words(figures).capitalize()}: {NOT_OFFICIAL}.")
    yield ("Hai con số", "Số dùng để chấm điểm, xếp hạng", feeds_words(figures))
    yield ("Thiết kế mẫu", "Loại khảo sát", STUDY_WORDS.get(study, study))
    yield ("Thiết kế mẫu", "Tầng, đơn vị mẫu cấp một",
           f"Tầng: {plan.strata or 'không có'}. Đơn vị mẫu cấp một: {plan.psu or 'mỗi phiếu'}. Hiệu chỉnh tổng thể "
           f"hữu hạn: {plan.fpc or 'không'}.")  # fmt: skip
    chosen = plan.chosen_by()
    yield ("Thiết kế mẫu", "Cách chọn người trả lời", f"{study_words(chosen)}. {_WHO_SAYS[plan.study is None]}")
    yield ("Thiết kế mẫu", "Khoảng tin cậy nói gì", covers_words(chosen))
    yield ("Sai số", "Khoảng tin cậy", f"Mức {level_percent(figures)}; {_INTERVAL_WORDS[plan.interval]}; phương sai "
                                       f"tuyến tính hóa Taylor theo tầng và đơn "
           f"vị mẫu cấp một; bậc tự do của {'miền' if plan.df == 'domain' else 'toàn bộ thiết kế'}. Đây là "
           f"{NOT_OFFICIAL}.")  # fmt: skip
    yield ("Sai số", "Hệ số thiết kế, cỡ mẫu hiệu quả", "Hệ số thiết kế = phương sai thực / phương sai của mẫu "
                                                         "ngẫu nhiên đơn giản cùng cỡ. Cỡ mẫu hiệu "
           "quả = n / hệ số thiết kế: mẫu ngẫu nhiên đơn giản bao nhiêu người thì chắc được như vậy. "
           "Có thể lớn hơn n nếu phân tầng, cân chỉnh có hiệu quả, hoặc vài nơi tình cờ giống nhau.")  # fmt: skip
    yield from _reliability_rows(figures)
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


def _reliability_rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """The rule set of the reliability labels: whose it is, and each threshold with its source."""
    rules = figures.evaluation.rules
    yield (
        "Độ vững",
        "Ba mức",
        f"«{grade_words('reliable')}», «{grade_words('weak')}» (nêu thì phải nêu cả khoảng tin cậy), "
        f"«{grade_words('unpublishable')}». Xét theo bộ quy tắc {rules.id}, phiên bản {rules.version}: quy tắc của "
        "công cụ, theo thông lệ thống kê quốc tế, không phải quy định của pháp luật hay của Bộ Nội vụ; thay được. "
        "Chỉ xét may rủi của việc chọn người trả lời, không xét phiếu hỏi hay người không trả lời. Bậc tự do ở đây "
        "là của riêng nhóm: số đơn vị mẫu trừ số tầng trong nhóm đó.",
    )
    for name, (meaning, scale) in _THRESHOLDS.items():
        threshold = getattr(rules, name)
        told = number(threshold.value * scale, 1).removesuffix(",0")
        yield ("Độ vững", meaning.format(told), f"Nguồn: {threshold.source}.")


def _step_words(step: WeightStep) -> str:
    return (
        f"{_STEP_WORDS.get(step.name, step.name)} theo {', '.join(step.variables)}: {number(step.n)} phiếu, "
        f"{step.iterations} vòng lặp; tổng quyền số "
        f"{number(step.sum_before, 2)} → {number(step.sum_after, 2)}; hệ số thiết kế do quyền số (Kish) "
        f"{number(step.deff_before, 3)} → "
        f"{number(step.deff_after, 3)}; cỡ mẫu hiệu quả {number(step.n_eff_before, 1)} → "
        f"{number(step.n_eff_after, 1)}; mỗi quyền số được nhân với "
        f"{number(step.min_ratio, 3)} đến {number(step.max_ratio, 3)}."
    )


def source_status(figures: Figures) -> str:
    """Where the questionnaire's wording comes from, and how official it is."""
    asked = figures.evaluation.questionnaire
    return " ".join(part for part in (say(asked.source, "vi"), say(asked.status, "vi")) if part)
