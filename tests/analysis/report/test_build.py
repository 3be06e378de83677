"""What the report says: its sheets, its numbers, and what it does with odd rounds."""

from dataclasses import replace
from typing import Any

import pytest

from analysis.report import detach, sheets
from analysis.report.build import build
from analysis.report.model import Cell, Formula, Number, Report, Sheet, Text, numbers
from analysis.scores.beside import covers_words, grade_words, study_words
from survey.errors import word
from survey.questionnaire import Questionnaire
from survey.store import Checkpoint
from tests.analysis.report.expected import index, tally
from tests.analysis.report.rounds import UNITS, about, answers, evaluation, questionnaire

NODES = ("overall", "policy", "pol_a", "pol_b", "service", "ser_1")


def column(sheet: Sheet, header: str) -> list[Cell]:
    return [row[sheet.table.place(header)] for row in sheet.table.rows]


def plain(cell: Cell) -> Any:
    """A cell's value."""
    return cell.value if isinstance(cell, Text | Number | Formula) else None


def by_code(report: Report, name: str, code: str, header: str) -> dict[Any, Any]:
    sheet = report.sheet(name)
    return dict(zip(map(plain, column(sheet, code)), map(plain, column(sheet, header)), strict=True))


@pytest.mark.parametrize("mode", ["pooled", "items", "weights"])
def test_scores_are_those_of_plain_python_in_every_mode(mode: str) -> None:
    made = evaluation(mode=mode)
    report = build(made, about())
    given, _ = answers()
    for header, weights in ((word(sheets.OFFICIAL), [1.0] * 60), (word(sheets.OURS), made.sample.weights.tolist())):
        tallied = tally(given, weights)
        shown = by_code(report, word(sheets.SCORES), "Mã", header)
        assert set(shown) == {*NODES, *(f"q9_0{k}" for k in range(1, 7))}
        for code, value in shown.items():
            assert value == pytest.approx(index(tallied, code, mode), abs=1e-12), code


@pytest.mark.parametrize("mode", ["pooled", "items", "weights"])
def test_units_have_the_index_of_their_own_slips_and_items_nobody_answered_are_left_out(mode: str) -> None:
    made = evaluation(mode=mode)
    report = build(made, about())
    given, where = answers()
    for header, weights in ((word(sheets.OFFICIAL), [1.0] * 60), (word(sheets.OURS), made.sample.weights.tolist())):
        shown = by_code(report, word(sheets.UNITS), "Đơn vị", header)
        assert set(shown) == set(UNITS)
        for unit, value in shown.items():
            inside = [k for k in range(60) if where["unit"][k] == unit]
            tallied = tally([given[k] for k in inside], [weights[k] for k in inside])
            assert value == pytest.approx(index(tallied, "overall", mode), abs=1e-12), unit
    assert tally([given[k] for k in range(3)], [1.0] * 3)["q9_03"][1] == 0  # the small unit does have such an item


def test_units_stand_in_vietnamese_order_and_ranks_tell_the_best() -> None:
    report = build(evaluation(), about())
    names = [plain(cell) for cell in column(report.sheet(word(sheets.UNITS)), "Đơn vị")]
    assert names == ["Huyện Bình Gia", "Huyện Đình Lập", "Xã Ít Người", "Thành phố Lạng Sơn", "Huyện Văn Quan"]
    values = by_code(report, word(sheets.UNITS), "Đơn vị", word(sheets.OURS))
    ranks = by_code(report, word(sheets.UNITS), "Đơn vị", "Hạng")
    assert ranks.pop("Xã Ít Người") == "–"  # three slips: too few for a rank, and nobody's rival
    assert [ranks[name] for name in sorted(ranks, key=lambda name: -values[name])] == [1, 2, 3, 4]


def test_equal_units_share_a_rank_and_the_next_one_is_skipped() -> None:
    _, where = answers(48)
    given = [{"q9_01": "5", "q9_02": "1" if where["unit"][k] == UNITS[0] else "5"} for k in range(48)]
    made = evaluation(given, n=48, adjust="none", margins=(), psu=None, strata=None, weight=None)
    ranks = by_code(build(made, about(feeds="unweighted")), word(sheets.UNITS), "Đơn vị", "Hạng")
    assert (ranks.pop(UNITS[0]), ranks.pop(UNITS[4])) == (4, "–")
    assert set(ranks.values()) == {1}


def test_the_rank_follows_the_number_that_feeds_points() -> None:
    made = evaluation()
    for feeds, header in (("weighted", word(sheets.OURS)), ("unweighted", word(sheets.OFFICIAL))):
        report = build(made, about(feeds=feeds))
        values = by_code(report, word(sheets.UNITS), "Đơn vị", header)
        ranks = by_code(report, word(sheets.UNITS), "Đơn vị", "Hạng")
        del ranks[UNITS[4]], values[UNITS[4]]
        assert {unit: 1 + sum(v > values[unit] for v in values.values()) for unit in values} == ranks


def test_intervals_are_values_of_the_number_that_feeds_points() -> None:
    made = evaluation()
    row = made.result.row("overall", weighted=True)
    report = build(made, about())
    first = report.sheet(word(sheets.SCORES)).table.rows[0]
    place = report.sheet(word(sheets.SCORES)).table.place
    low, high, margin = (
        first[place(header)] for header in ("Khoảng tin cậy từ", "Khoảng tin cậy đến", "Sai số biên (±)")
    )
    assert (low, high) == (Number(row.low, "share"), Number(row.high, "share"))
    assert plain(margin) == pytest.approx((row.high - row.low) / 2)


def test_distribution_counts_every_option_and_people_who_did_not_answer() -> None:
    given, _ = answers()
    report = build(evaluation(), about())
    both = [*report.sheet(word(sheets.ANSWERS)).table.rows, *report.sheet(word(sheets.PERCEPTIONS)).table.rows]
    rows = {(plain(row[0]), plain(row[2])): [plain(cell) for cell in row] for row in both}
    for question, value in (("q9_01", "4"), ("used", "0"), ("q9_05", "18-24")):
        who = sum(person.get(question) == value for person in given)
        among = sum(question in person for person in given)
        assert rows[question, value][4:6] == [who, among]
        assert rows[question, value][6] == pytest.approx(who / among)
    ticked = sum("18-24" in person["ways"] for person in given)
    assert rows["ways", "18-24"][4] == ticked
    structure = {(plain(row[0]), plain(row[3])): plain(row[4]) for row in report.sheet(word(sheets.PEOPLE)).table.rows}
    assert structure["sex", "Nam"] + structure["sex", "Nữ"] + structure["sex", "(không trả lời)"] == 60


def test_slips_handed_out_received_and_valid_by_unit() -> None:
    _, where = answers()
    report = build(evaluation(), about())
    received = by_code(report, word(sheets.RETURNS), "Đơn vị", "Phiếu thu")
    assert received == {"Toàn đợt": 60, **{unit: where["unit"].count(unit) for unit in UNITS}}
    assert by_code(report, word(sheets.RETURNS), "Đơn vị", "Phiếu phát")["Toàn đợt"] == 100
    unknown = build(evaluation(), about(invited={}))
    assert set(by_code(unknown, word(sheets.RETURNS), "Đơn vị", "Thu / phát").values()) == {"–"}


def test_slips_are_one_row_a_person_with_numbers_where_the_options_are_numbers() -> None:
    given, _ = answers()
    table = build(evaluation(), about()).sheet(word(sheets.SLIPS)).table
    headers = [column.header for column in table.columns]
    assert headers[:8] == ["stt", "ma_phieu", "don_vi", "tang", "don_vi_mau", "stt_don_vi", "quyen_so_goc", "quyen_so"]
    assert headers[8:] == ["sex", "age", "used", "ways", *(f"q9_0{k}" for k in range(1, 7)), "other", "quyen_so.2"]
    assert len(table.rows) == 60
    for person, row in zip(given, table.rows, strict=True):
        cells = dict(zip(headers, row, strict=True))
        assert cells["q9_01"] == (Number(int(person["q9_01"])) if "q9_01" in person else None)
        assert cells["used"] == Number(int(person["used"]))
        assert plain(cells["ways"]) == " ".join(person["ways"])
        assert isinstance(cells["sex"], Text)


def test_an_item_nobody_answered_prints_a_dash_and_never_zero() -> None:
    given, _ = answers()
    made = evaluation([{k: v for k, v in person.items() if k != "q9_02"} for person in given])
    report = build(made, about())
    row = next(row for row in report.sheet(word(sheets.SCORES)).table.rows if plain(row[0]) == "q9_02")
    assert [plain(cell) for cell in row[3:7]] == [0, 0, "–", "–"]
    assert plain(row[-2]) == "chưa nên công bố"
    assert str(plain(row[-1])).startswith("không có số")


def test_every_interval_has_its_effective_n_label_and_reasons_beside_it() -> None:
    made = evaluation(n=200, strata=None, psu=None)
    report = build(made, about())
    for name, code, unit in ((word(sheets.SCORES), "Mã", None), (word(sheets.UNITS), "Đơn vị", "Xã Ít Người")):
        row = made.result.row("overall", weighted=True, by={"unit": unit} if unit else None)
        headers = map(word, (sheets.DF, sheets.DEFF, sheets.EFFECTIVE, sheets.GRADE, sheets.WHY))
        shown = {header: by_code(report, name, code, header)[unit or "overall"] for header in headers}
        assert shown[word(sheets.EFFECTIVE)] == pytest.approx(row.n / row.deff)
        assert (shown[word(sheets.DF)], shown[word(sheets.DEFF)]) == (row.df, row.deff)
        assert shown[word(sheets.GRADE)] == grade_words(row.reliability)
        assert ("chỉ 3 người trả lời (cần ít nhất 30)" in str(shown[word(sheets.WHY)])) == (unit is not None)
    assert word(sheets.EFFECTIVE) in [column.header for column in report.sheet(word(sheets.ANSWERS)).table.columns]


def test_units_are_compared_with_everybody_only_where_their_figure_is_reliable() -> None:
    against = by_code(build(evaluation(n=200), about()), word(sheets.UNITS), "Đơn vị", "So với mức chung")
    assert set(against.values()) == {"chưa so sánh"}  # three sampling units each
    made = evaluation(n=4000, strata=None, psu=None)
    against = by_code(build(made, about()), word(sheets.UNITS), "Đơn vị", "So với mức chung")
    assert against.pop("Xã Ít Người") == "chưa so sánh"
    assert set(against.values()) <= {"cao hơn", "thấp hơn", "chưa rõ khác"}


def test_bars_of_doubtful_figures_are_grey_and_say_so() -> None:
    sheet = build(evaluation(n=4000, strata=None, psu=None), about()).sheet(word(sheets.UNITS_CHART))
    labels = [str(plain(row[0])) for row in sheet.table.rows]
    assert sheet.chart is not None
    assert [labels[place] for place in sheet.chart.series[0].pale] == ["Xã Ít Người (n = 3) [chưa nên công bố]"]


@pytest.mark.parametrize("study", ["probability", "volunteer"])
def test_how_people_were_chosen_and_what_that_covers_stands_on_cover_round_and_method(study: Any) -> None:
    report = build(evaluation(study=study), about())
    for name in (word(sheets.COVER), word(sheets.ROUND), word(sheets.METHOD)):
        said = " ".join(str(plain(cell)) for _, _, cell in report.sheet(name).cells())
        assert study_words(study) in said and covers_words(study) in said, name
    trace = by_code(report, word(sheets.TRACE), "Mục", "Giá trị")
    assert trace["Cách chọn người trả lời"] == study_words(study)
    assert f"--study {study}" in trace["Lựa chọn tương ứng của lệnh hailong report"]


def test_the_rules_of_the_labels_are_named_with_their_source_and_as_the_tools() -> None:
    made = evaluation()
    report = build(made, about())
    said = " ".join(str(plain(cell)) for _, _, cell in report.sheet(word(sheets.METHOD)).cells())
    assert made.rules.id in said and made.rules.wide_width.source.partition(":")[0] in said
    assert "presented" not in said  # the rule itself is worded in the report's language, not quoted in English
    assert "không phải quy định của pháp luật" in said
    assert "Dưới 30 người trả lời" in said and "rộng từ 30 điểm phần trăm" in said
    notes = " ".join(str(plain(cell)) for _, _, cell in report.sheet(word(sheets.NOTES)).cells())
    assert "không phải quy định của pháp luật" in notes


def test_weights_that_could_not_be_adjusted_are_not_called_weights() -> None:
    for weight, words in (("base_weight", "quyền số gốc, chưa cân chỉnh"), (None, "chưa có quyền số")):
        report = build(evaluation(adjust="none", margins=(), weight=weight), about())
        assert words in str(by_code(report, word(sheets.COVER), "Mục", "Nội dung")["Số dùng để chấm điểm, xếp hạng"])


def test_an_interval_that_cannot_be_computed_is_said_once_on_the_cover() -> None:
    made = evaluation(n=8, strata=None, psu="channel", weight=None, adjust="none", margins=())  # one sampling unit
    cover = by_code(build(made, about()), word(sheets.COVER), "Mục", "Nội dung")
    assert str(cover["Khoảng tin cậy 95 %"]).startswith("chưa tính được (")


def test_sheets_come_in_the_order_of_the_house_and_what_is_missing_is_told() -> None:
    report = build(evaluation(), about())
    names = [sheet.name for sheet in report.sheets]
    assert names[:3] == [word(sheets.COVER), word(sheets.CONTENTS), word(sheets.NOTES)]
    assert names[-1] == word(sheets.TRACE)
    numbered = [name for name in names if name[0].isdigit()]
    assert numbered == sorted(numbered, key=lambda name: name[:2])
    told = by_code(report, word(sheets.CONTENTS), "Trang tính", "Có trong tệp")
    assert {name[:2] for name, there in told.items() if there == "Không"} >= {"07", "09", "10", "11"}
    assert word(sheets.PERCEPTIONS) in names


@pytest.mark.parametrize("by", [(), ("unit", "sex")])
def test_without_exactly_one_unit_column_sheet_06_is_left_out_and_said_so(by: tuple[str, ...]) -> None:
    report = build(evaluation(by=by), about())
    names = {sheet.name for sheet in report.sheets}
    assert not names & {word(sheets.UNITS), word(sheets.UNITS_CHART), word(sheets.UNIT_TALLY), word(sheets.UNIT_SCORES)}
    assert by_code(report, word(sheets.CONTENTS), "Trang tính", "Có trong tệp")[word(sheets.UNITS)] == "Không"


def test_units_may_be_the_answers_to_a_question() -> None:
    report = build(evaluation(by=("sex",)), about())
    assert list(by_code(report, word(sheets.UNITS), "Mã đơn vị", "Đơn vị").items()) == [("m", "Nam"), ("f", "Nữ")]


def _without_items(asked: Questionnaire) -> Questionnaire:
    return replace(asked, sections=asked.sections[:1], index=())


def test_a_questionnaire_without_items_still_gives_a_workbook() -> None:
    report = build(evaluation(asked=_without_items(questionnaire()), by=()), about())
    names = {sheet.name for sheet in report.sheets}
    assert word(sheets.SLIPS) in names and word(sheets.PERCEPTIONS) in names
    assert not names & {
        word(sheets.ANSWERS),
        word(sheets.SCORES),
        word(sheets.PARAMETERS),
        word(sheets.TALLY),
        word(sheets.UNITS),
    }


def test_comments_are_masked_everywhere_and_it_is_said() -> None:
    given, _ = answers()
    given[4]["other"] = "Gọi tôi số 0912 345 678 hoặc toi@example.vn\x00"
    report = build(evaluation(given), about())
    written = [plain(cell) for cell in column(report.sheet(word(sheets.COMMENTS)), "Ý kiến")]
    assert "Gọi tôi số [đã che] hoặc [đã che]" in written
    everything = " ".join(str(plain(cell)) for sheet in report.sheets for _, _, cell in sheet.cells())
    assert "345 678" not in everything and "toi@" not in everything
    method = " ".join(str(plain(cell)) for _, _, cell in report.sheet(word(sheets.METHOD)).cells())
    assert "Đã che trong 1 câu trả lời chữ" in method
    assert "1 câu trả lời chữ đã bị bỏ ký tự" in method


def test_a_demonstration_is_said_on_every_sheet() -> None:
    for sheet in build(evaluation(), about(demonstration=True)).sheets:
        assert any("MÔ PHỎNG" in str(line.value) for line in sheet.lines), sheet.name
    assert "MÔ PHỎNG" not in str([sheet.lines for sheet in build(evaluation(), about()).sheets])


def test_every_weighting_step_is_logged_with_its_margins() -> None:
    made = evaluation()
    report = build(made, about())
    log = report.sheet(word(sheets.WEIGHTS))
    assert by_code(report, word(sheets.WEIGHTS), "Mức", "Tổng thể") == {"m (Nam)": 480, "f (Nữ)": 520}
    assert sum(plain(cell) for cell in column(log, "Sau")) == pytest.approx(1000)
    assert "Bước quyền số 1" in by_code(report, word(sheets.TRACE), "Mục", "Giá trị")


def test_the_trace_names_questionnaire_data_and_version() -> None:
    made = evaluation()
    trace = by_code(build(made, about()), word(sheets.TRACE), "Mục", "Giá trị")
    assert trace["Mã băm phiếu hỏi (SHA-256)"] == made.questionnaire.content_hash()
    assert trace["Mã băm số liệu (SHA-256)"] == "ab" * 32
    assert trace["Phiên bản công cụ"] == "0.1.0"
    assert trace["Lập lúc"] == "08:30 ngày 05/12/2022"


def test_what_is_not_official_says_so_on_the_sheets_that_show_it() -> None:
    report = build(evaluation(), about())
    for name in (word(sheets.COVER), word(sheets.METHOD), word(sheets.NOTES)):
        words = " ".join(str(plain(cell)) for _, _, cell in report.sheet(name).cells())
        assert "ước lượng của công cụ, không phải số công bố" in words, name
    for name in (word(sheets.SCORES_CHART), word(sheets.UNITS_CHART)):
        chart = report.sheet(name).chart
        assert chart is not None and "không phải số công bố" in chart.source


def test_questions_stand_on_the_sheet_of_their_role() -> None:
    report = build(evaluation(), about())
    asked = {name: {plain(row[0]) for row in report.sheet(word(name)).table.rows} for name in _ANSWERED}
    assert asked == {sheets.ANSWERS: {f"q9_0{k}" for k in range(1, 7)}, sheets.PERCEPTIONS: {"used", "ways"}}


_ANSWERED = (sheets.ANSWERS, sheets.PERCEPTIONS)


def test_the_parts_of_a_diverging_bar_are_the_shares_around_the_middle() -> None:
    sheet = build(evaluation(), about()).sheet(word(sheets.ANSWERS_CHART))
    assert sheet.chart is not None and sheet.chart.kind == "diverging"
    drawn = {series.header: numbers(sheet, series.header) for series in sheet.chart.series}
    shares = [numbers(sheet, column.header) for column in sheet.table.columns[1:6]]
    for row in range(len(sheet.table.rows)):
        parts = [values[row] for values in drawn.values()]
        left, right = (sum(part for part in parts if (part < 0) == below) for below in (True, False))
        one, two, middle, four, five = (column[row] for column in shares)
        assert (-left, right) == (pytest.approx(one + two + middle / 2), pytest.approx(middle / 2 + four + five))


def test_a_large_round_has_values_for_counts_live_scores_and_says_where_the_slips_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = build(evaluation(), about())
    monkeypatch.setattr(detach, "LIVE_MOST", 59)
    report = build(evaluation(), about())
    assert {sheet.name for sheet in small.sheets} - {sheet.name for sheet in report.sheets} == {word(sheets.SLIPS)}
    for sheet in report.sheets:
        other = small.sheet(sheet.name)
        live = [cell.expression for _, _, cell in sheet.cells() if isinstance(cell, Formula)]
        assert not [each for each in live if "Phieu[" in each], sheet.name
        if sheet.name != word(sheets.CONTENTS):
            assert [list(map(plain, row)) for row in sheet.table.rows] == [
                list(map(plain, r)) for r in other.table.rows
            ]
        counted = any(
            "Phieu[" in cell.expression for row in other.table.rows for cell in row if isinstance(cell, Formula)
        )
        assert counted == any("tệp riêng" in str(line.value) for line in sheet.lines), sheet.name
    assert any(isinstance(cell, Formula) for cell in report.sheet(word(sheets.SCORES)).table.rows[0])
    assert "tệp riêng" in str(by_code(report, word(sheets.CONTENTS), "Trang tính", "Nội dung, hoặc vì sao không có"))


def test_without_its_slips_a_workbook_says_that_the_threshold_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def said() -> bool:
        lines = build(evaluation(), about()).sheet(word(sheets.PARAMETERS)).lines
        return any("nguong_hai_long" in str(line.value) and "không làm" in str(line.value) for line in lines)

    assert not said()
    monkeypatch.setattr(detach, "LIVE_MOST", 59)
    assert said()


def test_the_cover_has_the_two_columns_of_an_official_head_and_leaves_open_what_is_the_clerks() -> None:
    cover = build(evaluation(), about(parent="UBND tỉnh Lạng Sơn", agency="Sở Nội vụ")).sheet(word(sheets.COVER))
    head = [(left.value, right.value) for left, right in cover.head]
    assert head[0] == ("UBND TỈNH LẠNG SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert head[1] == ("SỞ NỘI VỤ", "Độc lập - Tự do - Hạnh phúc")
    assert "ngày" in head[2][1] and not any(sign.isdigit() for sign in "".join(head[2]))
    assert "…" in build(evaluation(), about()).sheet(word(sheets.COVER)).head[1][0].value


def test_the_trace_names_the_last_closing_of_the_public_ledger_or_says_that_there_is_none() -> None:
    closed = Checkpoint(round_id="r", through="2022-11-30", size=395, root="cd" * 32, note="ký tên")
    trace = by_code(build(evaluation(), about(checkpoint=closed)), word(sheets.TRACE), "Mục", "Giá trị")
    assert trace["Gốc sổ cái công khai (SHA-256)"] == "cd" * 32
    assert trace["Sổ cái đã khóa đến hết ngày"] == "30/11/2022 (395 phiếu)"
    trace = by_code(build(evaluation(), about()), word(sheets.TRACE), "Mục", "Giá trị")
    assert trace["Gốc sổ cái công khai (SHA-256)"].startswith("chưa có")
