"""Tables of points, findings, others' indices: what is written comes back, every fault has its row and column."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from analysis.report.points_template import findings_template, peers_template, points_template
from analysis.scores.scorecard import inspection, points
from analysis.scores.scorecard.inspection import Finding, read_findings
from analysis.scores.scorecard.points import Entry, Peer, Workings, read_peers, read_points
from survey.errors import Problem, Refused
from survey.sheet import Line, Table, read_table
from tests.analysis.scores.scorecard.cards import DEPARTMENT, ONE_STOP, PEERS, PORTAL, PROVINCE

NOW = datetime(2026, 3, 5, 8)
HEADS = ("Mã", "Điểm tối đa", "Tự chấm", "Thẩm định", "Kết quả thực hiện", "Áp dụng", "Ghi chú", "Tài liệu kiểm chứng")
FOUND = ("Số", "Cơ quan được kiểm tra", "Kết luận", "Hạn thực hiện", "Tình trạng", "Tiêu chí liên quan",
         "Tác động đến điểm", "Điểm theo đoàn kiểm tra")  # fmt: skip


def table(heads: Sequence[str], *rows: Sequence[object]) -> Table:
    lines = (
        Line(number=number, cells=dict(zip(heads, row, strict=False)))  # type: ignore[arg-type]
        for number, row in enumerate(rows, start=2)
    )
    return Table(sheet="Bảng", headers=tuple(heads), lines=tuple(lines))


def problems(read: object, *arguments: object) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        read(*arguments)  # type: ignore[operator]
    return list(caught.value.problems)


def test_the_filled_template_comes_back_as_it_went() -> None:
    given = (
        Entry(code="1.TL", self_points=7.0, appraised=6.5, note="thiếu 1 báo cáo", evidence="BC-01"),
        Entry(code="8.2", applicable=False, note="=không (áp dụng)"),
    )
    book = points_template(PROVINCE, given, (), "vi", NOW)
    assert read_points(read_table(book, name="x.xlsx"), PROVINCE) == given
    units = ("Sở Nội vụ", "Sở Tài chính")
    both = tuple(Entry(code="1", subject=unit, appraised=7.25) for unit in units)
    book = points_template(DEPARTMENT, both, units, "en", NOW)
    assert read_points(read_table(book, name="x.xlsx"), DEPARTMENT, units) == both
    rates = (Entry(code="5.4", value=0.936),)
    assert read_points(read_table(points_template(PORTAL, rates, (), "vi", NOW), name="x.xlsx"), PORTAL) == rates


def test_both_decimal_signs_percents_yes_and_no_are_read() -> None:
    read = read_points(table(HEADS, ("1.TL", 7.3, "6,5", "7.25", None, "x"), ("1", 9.5)), PROVINCE)
    assert [(each.self_points, each.appraised) for each in read] == [(6.5, 7.25)]
    rates = table(HEADS, ("5.2", None, None, None, "93,6 %"), ("5.3", None, None, None, "0.5"))
    assert [each.value for each in read_points(rates, PORTAL)] == [pytest.approx(0.936), 0.5]


def test_every_fault_of_a_table_of_points_is_told_at_once_with_row_and_column() -> None:
    rows = (
        ("9.9", None, 1),
        ("1.TL", 7.3, 7.4),
        ("2.TL", 8.0, 1),
        ("3.TL", None, "bảy"),
        ("4.TL", None, -1),
        ("5.TL", None, None, None, 0.5),
        ("6.TL", None, None, None, None, "không"),
        ("7.TL", None, None, None, None, "chắc là"),
        ("1.S1", None, 1),
        ("1.s1", None, 2),
        (None, None, 1),
    )
    found = [(each.code, each.row, each.column) for each in problems(read_points, table(HEADS, *rows), PROVINCE)]
    assert found == [
        ("SCR_NO_CRITERION", 2, "Mã"),
        ("SCR_OUTSIDE", 3, "Tự chấm"),
        ("SCR_MAX_MOVED", 4, "Điểm tối đa"),
        ("TAB_NOT_NUMBER", 5, "Tự chấm"),
        ("SCR_OUTSIDE", 6, "Tự chấm"),
        ("SCR_NO_VALUE", 7, "Kết quả thực hiện"),
        ("SCR_WHY_NOT", 8, "Ghi chú"),
        ("SCR_YES_NO", 9, "Áp dụng"),
        ("SCR_WHY_NOT", 9, "Ghi chú"),
        ("SCR_LINE_TWICE", 11, "Mã"),
        ("TAB_BLANK", 12, "Mã"),
    ]


def test_a_bare_93_6_is_asked_back_and_a_missing_column_is_named() -> None:
    [problem] = problems(read_points, table(HEADS, ("5.2", None, None, None, 93.6)), PORTAL)
    assert (problem.code, problem.row) == ("SCR_OUTSIDE", 2)
    [problem] = problems(read_points, table(("Tự chấm", "Ghi chú"), (1, "x")), PROVINCE)
    assert "«Mã»" in problem.say("vi") and "«Code»" in problem.say("en")
    [problem] = problems(read_points, table(HEADS, ("1.TL", None, "1.500")), PROVINCE)
    assert problem.code == "TAB_AMBIGUOUS"


def test_units_that_are_not_of_the_round_are_named() -> None:
    heads = ("Đơn vị được chấm", *HEADS)
    rows = (("Sở Lạ", "1", None, 5), (None, "1", None, 5), ("sở nội vụ", "1", None, 5))
    found = problems(read_points, table(heads, *rows), DEPARTMENT, ("Sở Nội vụ",))
    assert [(each.code, each.row) for each in found] == [("SCR_NO_SUBJECT", 2), ("TAB_BLANK", 3)]


def test_a_penalty_may_be_negative_down_to_its_limit() -> None:
    heads = ("Đơn vị được chấm", *HEADS)
    [entry] = read_points(table(heads, ("Sở Nội vụ", "9", None, None, "-2,5")), DEPARTMENT, ("Sở Nội vụ",))
    assert entry.appraised == -2.5
    [problem] = problems(read_points, table(heads, ("Sở Nội vụ", "9", None, -6)), DEPARTMENT, ("Sở Nội vụ",))
    assert problem.code == "SCR_OUTSIDE"


def test_the_kept_paper_comes_back_and_anything_else_is_refused() -> None:
    workings = Workings(
        scheme=PROVINCE.id, sources={"household": "x"}, entries={ONE_STOP.id: (Entry(code="5", appraised=2),)},
        peers=PEERS, own="Lạng Sơn",
    )  # fmt: skip
    assert points.from_json(points.to_json(workings)) == workings
    finding = Finding(number="1", agency="Sở A", text="x", due=date(2026, 1, 31), effect="contest", criterion="1.TL")
    assert inspection.from_json(inspection.to_json((finding,))) == (finding,)
    spoilt = points.to_json(workings).replace('"appraised": 2,', '"appraised": "2",')
    assert [problem.code for problem in problems(points.from_json, spoilt)] == ["SCR_PAPER"]
    for read in (points.from_json, inspection.from_json):
        for text in ("", "[]", "{}", '{"format": 2}', '{"format": 1, "findings": [{"number": "1"}]}', "null"):
            [problem] = problems(read, text)
            assert problem.code == "SCR_PAPER"


def test_published_indices_are_read_as_percent_or_share() -> None:
    assert read_peers(read_table(peers_template(PEERS, "vi", NOW), name="x.xlsx")) == PEERS
    heads = ("Địa phương, đơn vị", "Chỉ số")
    read = read_peers(table(heads, ("Lạng Sơn", "81,45 %"), ("Tỉnh (giả lập) 01", 0.9)))
    assert read == (Peer(name="Lạng Sơn", index=pytest.approx(0.8145)), Peer(name="Tỉnh (giả lập) 01", index=0.9))
    faults = problems(read_peers, table(heads, ("A", 81.45), ("a", 0.5), (None, 0.5), ("B", None)))
    assert [(each.code, each.row) for each in faults] == [
        ("SCR_OUTSIDE", 2), ("SCR_PEER_TWICE", 3), ("TAB_BLANK", 4), ("TAB_BLANK", 5)
    ]  # fmt: skip


def test_the_filled_table_of_findings_comes_back_as_it_went() -> None:
    given = (
        Finding(number="01", agency="Sở Y tế", text="Trễ hạn 3 hồ sơ", nature="limit", recommendation="Xử lý dứt điểm",
                owner="Chánh Văn phòng", due=date(2026, 1, 31), state="doing"),
        Finding(number="02", agency="UBND tỉnh", text="Thiếu báo cáo", criterion="1.TL", effect="set", points=6.5),
        Finding(number="03", agency="Sở Y tế", text="Làm tốt", nature="strength", state="done"),
    )  # fmt: skip
    assert read_findings(read_table(findings_template(given, "en", NOW), name="x.xlsx"), PROVINCE) == given


def test_every_fault_of_a_table_of_findings_is_told_at_once() -> None:
    rows = (
        ("1", "Sở A", None),
        ("1", "Sở A", "x", "31/02/2026"),
        ("2", "Sở A", "x", "2026-01-31", "xong rồi"),
        ("3", "Sở A", "x", None, None, "9.9"),
        ("4", "Sở A", "x", None, None, None, "ấn định điểm", 1),
        ("5", "Sở A", "x", None, None, "1.TL", "ấn định điểm"),
        ("6", "Sở A", "x", None, None, "1.TL", "ấn định điểm", 9),
    )
    found = [(each.code, each.row, each.column) for each in problems(read_findings, table(FOUND, *rows), PROVINCE)]
    assert found == [
        ("TAB_BLANK", 2, "Kết luận"),
        ("INS_DAY", 3, "Hạn thực hiện"),
        ("SCR_LINE_TWICE", 3, "Số"),
        ("SCR_CHOICE", 4, "Tình trạng"),
        ("SCR_NO_CRITERION", 5, "Tiêu chí liên quan"),
        ("INS_NO_CRITERION", 6, "Tiêu chí liên quan"),
        ("INS_NO_POINTS", 7, "Điểm theo đoàn kiểm tra"),
        ("SCR_OUTSIDE", 8, "Điểm theo đoàn kiểm tra"),
    ]


def test_a_day_that_passed_is_overdue_until_it_is_done() -> None:
    finding = Finding(number="1", agency="Sở A", text="x", due=date(2026, 1, 31))
    assert not finding.overdue(date(2026, 1, 31))
    assert finding.overdue(date(2026, 2, 1))
    for state in ("done", "withdrawn"):
        settled = Finding(number="1", agency="Sở A", text="x", due=date(2026, 1, 31), state=state)  # type: ignore[arg-type]
        assert not settled.overdue(date(2027, 1, 1))
