"""The first sheets: cover, contents, notes, and 01 with the facts of the round."""

from collections import Counter
from collections.abc import Sequence

from analysis.report import sheets
from analysis.report.build_method import NOT_OFFICIAL, STUDY_WORDS, source_status
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures
from analysis.report.indices import MODE_WORDS, SCORE_NAME
from analysis.report.model import Cell, Link, Number, Sheet, Table, Text
from analysis.report.parts import feeds_words, level_percent, weighting_words
from analysis.report.vietnamese import date_vi, number, percent
from analysis.scores.beside import covers_words, grade_words, reason_words, study_words
from analysis.scores.caveats import PRIVATE
from analysis.scores.satisfaction import Row
from survey.questionnaire import say

DEMONSTRATION = "SỐ LIỆU MÔ PHỎNG, chỉ để minh họa cách dùng công cụ; không phải ý kiến của người dân."
_CHANNEL_WORDS = {
    "open": "liên kết mở (tự "
            "nguyện)", "link": "liên kết", "kiosk": "máy tại nơi tiếp dân", "assisted": "có người giúp nhập",
    "import": "nhập từ tệp",
}  # fmt: skip


def title(figures: Figures) -> str:
    """The report's title."""
    return f"Kết quả đo lường sự hài lòng: {_clean(figures.about.round_name)}"


def cover(figures: Figures) -> Sheet:
    """What this is, of whom, and the headline figure in both ways."""
    about, asked = figures.about, figures.evaluation.questionnaire
    rows: list[tuple[Cell, ...]] = [
        (sheets.text("Đợt khảo sát"), sheets.text(_clean(about.round_name))),
        (sheets.text("Loại khảo sát"), sheets.text(STUDY_WORDS.get(about.study, about.study))),
        (sheets.text("Thời gian"), sheets.text(_clean(about.period))),
        (sheets.text("Phiếu hỏi"), sheets.text(_clean(say(asked.title, "vi")))),
        (sheets.text("Số phiếu trong tệp"), Text(number(figures.n))),
    ]
    if figures.tree:
        for kind, label in ((False, sheets.OFFICIAL), (True, sheets.OURS)):
            row = figures.row(OVERALL, weighted=kind)
            value = sheets.formula(SCORE_NAME[kind] + OVERALL, row.value if row else None, "headline")
            rows.append((sheets.text(f"Chỉ số hài lòng chung – {label.lower()}"), value))
        row = figures.row(OVERALL)
        if row:
            rows.append((sheets.text(f"Khoảng tin cậy {level_percent(figures)}"), sheets.text(_proof(figures, row))))
            why = "; ".join(reason_words(reason) for reason in row.reasons)
            graded = f"{grade_words(row.reliability)}{f' ({why})' if why else ''}"
            rows.append((sheets.text("Độ vững của chỉ số chung"), sheets.text(graded)))
    chosen = figures.evaluation.plan.chosen_by()
    rows += [
        (sheets.text("Cách chọn người trả lời"), sheets.text(study_words(chosen))),
        (sheets.text("Khoảng tin cậy nói gì"), sheets.text(covers_words(chosen))),
        (sheets.text("Số dùng để chấm điểm, xếp hạng"), sheets.text(feeds_words(figures))),
        (sheets.text("Nguồn số liệu"), sheets.text(_clean(about.source))),
        (sheets.text("Liên hệ"), sheets.text(_clean(about.contact))),
        (sheets.text("Ngày lập tệp"), Text(date_vi(about.created.date()))),
    ]
    return Sheet(
        name=sheets.COVER,
        title=f"Phụ lục …  {title(figures)}",
        lines=(
            Text("(Kèm theo Báo cáo số …/BC-SNV ngày … tháng … năm … của Sở Nội vụ)", "line"),
            *((Text(DEMONSTRATION, "strong"),) if about.demonstration else ()),
            *sheets.lines(
                110,
                f"Mọi quyền số, sai số và khoảng tin cậy trong tệp là {NOT_OFFICIAL}.",
            ),
        ),
        table=Table(name="Bia", columns=sheets.columns(("Mục", 42), ("Nội dung", 76)), rows=tuple(rows)),
    )


def contents(figures: Figures, present: Sequence[Sheet], absent: Sequence[tuple[str, str]]) -> Sheet:
    """Links to the sheets of the workbook, then the sheets it does not have, each with the reason."""
    rows: list[tuple[Cell, ...]] = [
        (Link(sheet.name), sheets.text(sheet.title), sheets.text("Có")) for sheet in present
    ]
    rows += [(sheets.text(name), sheets.text(reason), sheets.text("Không")) for name, reason in absent]
    return Sheet(
        name=sheets.CONTENTS,
        title="Mục lục",
        table=Table(
            name="MucLuc",
            columns=sheets.columns(("Trang tính", 32), ("Nội dung, hoặc vì sao không có", 84), ("Có trong tệp", 13)),
            rows=tuple(rows),
        ),
    )


def notes(figures: Figures) -> Sheet:
    """Shorthand and notes."""
    rules = figures.evaluation.rules
    rows = [
        ("[ghi chú 1]", "Khoảng tin cậy, sai số, hệ số thiết kế được tính theo cách chọn mẫu và quyền số của lần "
                        "chạy, ghi dưới dạng giá trị. Sửa tham số, "
         "quyền số hoặc câu trả lời thì chỉ số đổi theo nhưng các cột này thì không: dòng đậm dưới tiêu đề sẽ báo."),
        (sheets.GRADE, f"«{grade_words('reliable')}»: dùng được. «{grade_words('weak')}»: nêu thì phải nêu cả khoảng "
                       f"tin cậy. «{grade_words('unpublishable')}»: chưa đủ căn cứ. Cột «{sheets.WHY}» ghi lý do. Xét "
                       f"theo bộ quy tắc {rules.id} của công cụ, không phải quy định của pháp luật; ngưỡng và nguồn ở "
                       f"trang «{sheets.METHOD}»."),
        (f"Dưới {PRIVATE} người trả lời", "Không được công bố, để không lộ ai trả lời."),
        (sheets.EFFECTIVE, "n / hệ số thiết kế: mẫu ngẫu nhiên đơn giản bao nhiêu người thì chắc được như vậy."),
        (sheets.UNKNOWN_MARK, "Không xác định được (ví dụ sai số khi chỉ có một đơn vị mẫu)."),
        ("–", "Không có số: không ai trả lời (0/0), hoặc mục không áp dụng."),
        ("Ô trống ở trang «Phiếu»", "Người trả lời không trả lời hoặc không được hỏi câu đó."),
        ("n", "Số người có ít nhất một câu trả lời hợp lệ cho con số đó."),
        (sheets.OFFICIAL, "Không quyền số, mỗi người như nhau."),
        (sheets.OURS, f"{weighting_words(figures).capitalize()}; {NOT_OFFICIAL}."),
        ("%", "Ô chứa số thật từ 0 đến 1, hiện dạng phần trăm với 2 chữ số thập phân, làm tròn nửa lên; dấu phẩy "
              "hay chấm thập phân theo máy của anh/chị."),
        ("Chênh lệch", "Sai số biên và chênh lệch giữa hai tỷ lệ tính bằng điểm phần trăm."),
        ("Số trang", "In khổ A4 ngang, số trang ở giữa lề trên."),
    ]  # fmt: skip
    return Sheet(
        name=sheets.NOTES,
        title="Ghi chú và chữ viết tắt",
        table=Table(
            name="GhiChu",
            columns=sheets.columns(("Ký hiệu", 26), ("Ý nghĩa", 104)),
            rows=tuple((sheets.text(mark), sheets.text(meaning)) for mark, meaning in rows),
        ),
    )


def round_facts(figures: Figures) -> Sheet:
    """Sheet 01: the round as it was asked, answered and analysed."""
    about, plan = figures.about, figures.evaluation.plan
    asked, frame = figures.evaluation.questionnaire, figures.evaluation.sample.frame
    rows: list[tuple[str, str | Number]] = [
        ("Đợt khảo sát", about.round_name),
        ("Loại khảo sát", STUDY_WORDS.get(about.study, about.study)),
        ("Thời gian mở phiếu", about.period),
        ("Phiếu hỏi", f"{say(asked.title, 'vi')} (mã {asked.id}, phiên bản {asked.version})"),
        ("Nguồn và tình trạng phiếu hỏi", source_status(figures)),
        ("Số tiêu chí hài lòng", Number(len(figures.items), "count")),
        ("Số phiếu phát", Number(sum(about.invited.values()), "count") if about.invited else ""),
        ("Số phiếu thu", Number(figures.n, "count")),
    ]
    row = figures.row(OVERALL)
    if row:
        rows.append(("Số phiếu có trả lời về mức độ hài lòng", Number(row.n, "count")))
    for header, column, words in (
        ("Kênh trả lời", "channel", _CHANNEL_WORDS),
        ("Ngôn ngữ trả lời", "language", {"vi": "tiếng Việt", "en": "tiếng Anh"}),
    ):
        if column in frame:
            rows.append((header, _tallied(figures, column, words)))
    if "day" in frame:
        days = sorted(str(day) for day in figures.column("day") if day is not None)
        if days:
            rows.append(("Ngày có phiếu đầu tiên – cuối cùng", f"{_day(days[0])} – {_day(days[-1])}"))
    rows += [
        ("Cách tổng hợp", MODE_WORDS[plan.mode]),
        ("Số dùng để chấm điểm, xếp hạng", feeds_words(figures)),
        ("Mức tin cậy", level_percent(figures)),
        ("Cách chọn người trả lời", study_words(plan.chosen_by())),
        ("Khoảng tin cậy nói gì", covers_words(plan.chosen_by())),
        ("Liên hệ", about.contact),
    ]
    return Sheet(
        name=sheets.ROUND,
        title="Thông tin đợt khảo sát",
        table=Table(
            name="ThongTin",
            columns=sheets.columns(("Mục", 42), ("Nội dung", 88)),
            rows=tuple(
                (sheets.text(what), sheets.text(_clean(said)) if isinstance(said, str) else Text(number(said.value)))
                for what, said in rows
            ),
        ),
    )


def _tallied(figures: Figures, column: str, words: dict[str, str]) -> str:
    counts = Counter(words.get(str(v), str(v)) for v in figures.column(column) if v is not None)
    return "; ".join(
        f"{what}: {number(count)} phiếu" for what, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )


def _day(iso: str) -> str:
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    return f"{day}/{month}/{year}" if day else iso


def _proof(figures: Figures, row: Row) -> str:
    """The interval in words with what it rests on."""
    between = f"{percent(row.low)} đến {percent(row.high)}" if row.low == row.low else "chưa tính được"
    return (
        f"{between} ({feeds_words(figures)}; n = {number(row.n)}, cỡ mẫu hiệu quả {number(row.n_eff)}, hệ số thiết kế "
        f"{number(row.deff, 2)}, bậc tự do {number(row.df)})"
    )


def _clean(text: str) -> str:
    return clean(text).text
