"""The lint finds every fault of the form that was read in 2022, and is silent where a question is asked well."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

import cli
from survey.errors import catalogue
from survey.expression import parse
from survey.instruments import load, shipped
from survey.lint import Finding, lint, reason
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.xlsform import write_workbook

SATISFACTION = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")


def scale(name: str, labels: Sequence[str], values: Sequence[str] = ()) -> Scale:
    values = values or [str(number) for number in range(1, len(labels) + 1)]
    return Scale(
        name=name, options=tuple(Option(value=v, label={"vi": x}) for v, x in zip(values, labels, strict=True))
    )


def asks(name: str, label: str = "Ông/bà thấy thế nào?", **fields: object) -> Question:
    kind = "select_one" if "scale" in fields else "text"
    return Question(name=name, kind=kind, label={"vi": label}, **fields)  # type: ignore[arg-type]


def form(*questions: Question, **fields: object) -> Questionnaire:
    section = Section(name="s", label={"vi": "Phần"}, questions=questions)
    whole = Questionnaire(id="thu", version="1", title={"vi": "Phiếu"}, languages=("vi",), sections=(section,))
    return replace(whole, **fields)  # type: ignore[arg-type]


def codes(*questions: Question, **fields: object) -> list[str]:
    return [finding.code for finding in lint(form(*questions, **fields))]


def copy_of_2022() -> Questionnaire:
    """The faults of the HTML copy of the ministry's form (method, section 1.2), and nothing else of it."""
    heard = scale("heard", ["Qua loa truyền thanh của xã", "Qua họp khu dân cư", "Qua đài, báo"], ["1", "2", "2"])
    bribe = scale("bribe", ["Qua loa truyền thanh của xã", "Một số người", "Nhiều người"])
    level = scale("level", SATISFACTION)
    need = scale("need", ["Rất nhiều", "Nhiều", "Ít"])
    age = scale("age", ["18-25", "25-34", "35-49", "50-60", ">60"])
    return form(
        asks("q_age", scale=age, role="respondent"),
        asks("q2", scale=heard, role="perception"),
        asks("q3", scale=scale("yn", ["Có", "Không"]), role="perception"),
        asks("q4", scale=scale("yn", ["Có", "Không"]), role="perception"),
        asks("q5", scale=bribe, role="perception"),
        *(asks(f"q9_{n}", scale=level, role="satisfaction", satisfied=("4", "5"), required=True) for n in range(1, 4)),
        *(asks(f"q10_{n}", scale=need, role="need", required=True) for n in (1, 2, 3, 4, 5, 6, 7, 9, 10)),
    )


def test_every_fault_of_the_copy_of_2022_is_found_and_no_other() -> None:
    found = [(finding.code, finding.level, finding.question, finding.option) for finding in lint(copy_of_2022())]
    assert found == [
        ("LNT_RANGE_OVERLAP", "error", "q_age", "2"),
        ("LNT_VALUE_TWICE", "error", "q2", "2"),
        ("LNT_OPTION_COPIED", "error", "q5", "1"),
        ("LNT_SERIES_GAP", "error", "q10_10", None),
        ("LNT_NO_WAY_OUT", "advice", "q9_1", None),
        ("LNT_REQUIRED_UNEVEN", "advice", "q9_1", None),
        ("LNT_NO_WAY_OUT", "advice", "q10_1", None),
    ]
    assert "«q10_10»" in lint(copy_of_2022())[3].say() and "q10_8" in lint(copy_of_2022())[3].say()


@pytest.mark.parametrize("id", shipped())
def test_a_shipped_questionnaire_has_no_error_and_only_advice_that_was_answered(id: str) -> None:
    questionnaire = load(id)
    assert [finding.say() for finding in lint(questionnaire) if reason(questionnaire, finding) is None] == []


def test_every_accepted_finding_is_still_found_and_has_a_reason() -> None:
    text = resources.files("survey.lint").joinpath("accepted.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["accept"]:
        found = {
            finding.question or finding.language
            for finding in lint(load(entry["form"]))
            if finding.code == entry["code"]
        }
        assert set(entry["at"]) <= found and len(entry["reason"]) > 20


def test_an_error_cannot_be_accepted() -> None:
    questionnaire = load("sipas_household_2022")
    finding = next(each for each in lint(questionnaire) if each.code == "LNT_NO_WAY_OUT")
    assert reason(questionnaire, finding)
    assert reason(questionnaire, replace(finding, level="error")) is None


RANGES = {
    ("18-24", "25-34", "35-49", "50-60", ">60"): [],
    ("Từ 18 đến 24 tuổi", "Từ 25 đến 34 tuổi", "Từ 35 tuổi trở lên"): [],
    ("Dưới 35 tuổi", "Từ 35 đến 44 tuổi", "Trên 44 tuổi", "Không trả lời"): [],
    ("Dưới 1.000 đồng", "Từ 1.000 đến dưới 2.000 đồng", "Từ 2.000 đồng trở lên"): [],
    ("2021-2022", "2022-2023"): [],
    ("Một lần", "Từ hai lần trở lên"): [],
    ("1,5-2,5 giờ", "2,5-3,5 giờ"): [],
    ("Trên 60%", "Từ 40% đến 60%", "Dưới 40%"): [],
    ("0 lần", "1-2 lần", "5+ lần", "Trên 9 lần"): [],
    ("Thứ 2 đến thứ 6", "Thứ 7"): [],
    ("18–25", "25–34"): ["LNT_RANGE_OVERLAP"],
    ("Từ 18 đến 24 tuổi", "Từ 26 đến 34 tuổi"): ["LNT_RANGE_GAP"],
    ("Đến 17", "18-30", "Từ 30 tuổi trở lên"): ["LNT_RANGE_OVERLAP"],
    ("Dưới 3 năm", "Từ 3 đến 9 năm", "Trên 10 năm"): ["LNT_RANGE_GAP"],
}


@pytest.mark.parametrize("labels", RANGES)
def test_ranges_meet_and_do_not_overlap(labels: tuple[str, ...]) -> None:
    assert codes(asks("tuoi", scale=scale("tuoi", labels))) == RANGES[labels]


YES = scale("yes", ["Có", "Không"])
UP = asks("up", scale=scale("up", SATISFACTION), role="satisfaction", satisfied=("4", "5"), factor="f")
DOWN = asks("down", scale=scale("down", SATISFACTION[::-1]), role="satisfaction", satisfied=("1", "2"), factor="f")
BEST = scale("best", ["Lịch sự", "Bình thường", "Cáu gắt"])
SHARED = ["Chưa bao giờ phải đến", "Ít", "Nhiều"]

CASES: dict[str, tuple[Sequence[Question], list[str]]] = {
    "options": ([asks("q", scale=YES)], []),
    "a value twice": ([asks("q", scale=scale("s", ["Có", "Không"], ["1", "1"]))], ["LNT_VALUE_TWICE"]),
    "a label twice": ([asks("q", scale=scale("s", ["Có", "CÓ."]))], ["LNT_LABEL_TWICE"]),
    "a value left out": ([asks("q", scale=scale("s", ["A", "B", "C"], ["1", "2", "4"]))], ["LNT_VALUE_GAP"]),
    "9 is for not knowing": ([asks("q", scale=scale("s", ["A", "B", "Không rõ"], ["1", "2", "9"]))], []),
    "values in words": ([asks("q", scale=scale("s", ["A", "B"], ["a", "d"]))], []),
    "a series": ([asks(f"q{n}") for n in (1, 2, 3)], []),
    "a series that begins late": ([asks(f"q{n:02}") for n in (8, 9, 10)], []),
    "a series with a hole": ([asks(f"q_{n}") for n in (1, 2, 4, 5)], ["LNT_SERIES_GAP"]),
    "two years are no series": ([asks("nam_2020"), asks("nam_2025")], []),
    "numbers in labels": ([asks("a", "1. Một"), asks("b", "2. Hai"), asks("c", "1. Lại từ đầu")], []),
    "a number left out of labels": ([asks("a", "Câu 1. Một"), asks("b", "Câu 3. Ba")], ["LNT_NUMBER_GAP"]),
    "a number twice in labels": ([asks("a", "2. Hai"), asks("b", "2. Lại hai")], ["LNT_NUMBER_TWICE"]),
    "a first option copied": ([asks("a", scale=scale("s", SHARED)),
                               asks("b", scale=scale("t", [SHARED[0], "Một", "Hai"]))],
                              ["LNT_OPTION_COPIED"]),
    "nearly copied, elsewhere": ([asks("a", scale=scale("s", SHARED)),
                                  asks("b", scale=scale("t", ["Một", "Hai", "Chưa bao giờ phải đến."]))],
                                 ["LNT_OPTION_COPIED"]),
    "scales that share more": ([asks("a", scale=scale("s", SHARED)),
                                asks("b", scale=scale("t", [*SHARED[:2], "Ba"]))], []),
    "a shared way out": ([asks("a", scale=scale("s", ["Tốt", "Kém", "Không biết rõ việc này"])),
                          asks("b", scale=scale("t", ["Có", "Không", "Không biết rõ việc này"]))], []),
    "a short shared word": ([asks("a", scale=scale("s", ["Nhiều", "Vừa", "Ít"])),
                             asks("b", scale=scale("t", ["Nhiều", "Một số", "Không có"]))], []),
    "one order": ([UP, replace(UP, name="up2")], []),
    "two orders": ([UP, DOWN], ["LNT_ORDER", "LNT_ORDER"]),
    "two orders in two factors": ([UP, asks("d", scale=BEST, role="satisfaction", satisfied=("1",), factor="g")], []),
    "two orders of other words": ([UP, asks("d", scale=BEST, role="satisfaction", satisfied=("1",), factor="f")],
                                  ["LNT_ORDER"]),
    "required with a way out": ([asks("q", scale=scale("s", ["Tốt", "Kém", "Không rõ"]), role="perception",
                                      required=True)], []),
    "required without": ([asks("q", scale=scale("s", ["Tốt", "Kém"]), role="perception", required=True)],
                         ["LNT_NO_WAY_OUT"]),
    "about oneself without": ([asks("q", scale=scale("s", ["Nông dân", "Công nhân", "Học sinh"]), role="respondent",
                                    required=True)], ["LNT_NO_WAY_OUT"]),
    "sex": ([asks("q", scale=scale("s", ["Nam", "Nữ"]), role="respondent", required=True)], []),
    "two things": ([asks("q", "Cán bộ lịch sự và giỏi việc.", role="satisfaction")], ["LNT_TWO_IN_ONE"]),
    "two things by either": ([asks("q", "Nơi chờ sạch và/hoặc mát.", role="perception")], ["LNT_TWO_IN_ONE"]),
    "a fixed phrase": ([asks("q", "Bộ phận Tiếp nhận và Trả kết quả dễ tìm.", role="perception")], []),
    "two things about oneself": ([asks("q", "Họ và tên?", role="respondent")], []),
    "a word that only contains it": ([asks("q", "Giá vàng thế nào?", role="perception")], []),
    "officialese": ([asks("q", "Thủ tục hành chính có nhanh không?")], ["LNT_JARGON"]),
    "officialese explained": ([asks("q", "Thủ tục hành chính có nhanh không?", hint={"vi": "Làm giấy tờ."})], []),
    "explained in officialese": ([asks("q", "Giấy tờ?", hint={"vi": "Đã niêm yết."})], ["LNT_JARGON_HINT"]),
    "a sentence": ([asks("q", "một " * 25)], []),
    "a long sentence": ([asks("q", "một " * 26)], ["LNT_LONG_SENTENCE"]),
    "two sentences": ([asks("q", "một " * 20 + ". " + "hai " * 20)], []),
    "a long explanation": ([asks("q", hint={"vi": "một " * 26})], ["LNT_LONG_SENTENCE"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_fault_gives_one_finding_and_its_neighbours_none(name: str) -> None:
    questions, expected = CASES[name]
    assert codes(*questions) == expected


def test_every_finding_has_a_case() -> None:
    shown = {code for _, expected in CASES.values() for code in expected}
    shown |= {code for expected in RANGES.values() for code in expected}
    elsewhere = {"LNT_REQUIRED_UNEVEN", "LNT_UNTRANSLATED", "LNT_TOO_LONG"}
    words = {"LNT_AT_OPTION", "LNT_NOTHING", "LNT_ERRORS", "LNT_ADVICE", "LNT_ACCEPTED"}
    assert {code for code in catalogue() if code.startswith("LNT_")} == shown | elsewhere | words


@pytest.mark.parametrize("name", CASES)
def test_findings_are_worded_whole_in_both_languages(name: str) -> None:
    for finding in lint(form(*CASES[name][0])):
        for language in ("vi", "en"):
            assert "«?»" not in finding.say(language) and "{" not in finding.say(language)


def test_missing_translations_are_counted_per_language() -> None:
    half = asks("q", scale=YES)
    questionnaire = form(half, replace(half, name="r", label={"vi": "Hỏi", "en": "Ask"}), languages=("vi", "en", "tyz"))
    found = {finding.language: finding.values for finding in lint(questionnaire) if finding.code == "LNT_UNTRANSLATED"}
    assert {language: (told["count"], told["total"]) for language, told in found.items()} == {
        "en": (5, 6),
        "tyz": (6, 6),
    }
    assert "5 trong 6" in next(f for f in lint(questionnaire) if f.language == "en").say()


def promised(minutes: int, count: int) -> list[str]:
    questions = [asks(f"q{n}", "Ông/bà thấy việc này ra sao?", scale=YES) for n in range(1, count + 1)]
    return codes(*questions, purpose={"vi": f"Phiếu mất khoảng {minutes} phút."})


def test_a_promise_of_time_is_held() -> None:
    # 7 words at 4 a second and 2 s to answer: 3.75 s each, and 0.5 s to read the two options once
    assert promised(1, 15) == [] and promised(1, 16) == ["LNT_TOO_LONG"]
    assert promised(2, 31) == [] and promised(2, 32) == ["LNT_TOO_LONG"]
    assert codes(*(asks(f"q{n}", scale=YES) for n in range(1, 90))) == []


def test_only_the_longest_branch_counts_for_the_time() -> None:
    def branch(name: str, value: str) -> list[Question]:
        return [asks(f"{name}{n}", scale=YES, relevant=parse(f"${{who}} = '{value}'")) for n in range(1, 13)]

    questions = [asks("who", scale=YES), *branch("a", "1"), *branch("b", "2")]
    assert codes(*questions, purpose={"vi": "Khoảng 1 phút."}) == []


def test_errors_come_first() -> None:
    levels = [finding.level for finding in lint(copy_of_2022())]
    assert levels == sorted(levels, key=("error", "advice").index)


def test_the_command_prints_findings_and_fails_on_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lint", "officials_2022"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Không thấy điểm nào cần sửa.", "1 điểm đã xem xét và giữ nguyên, có ghi lý do."
    ]  # fmt: skip
    path = tmp_path / "phieu.xlsx"
    asked = [asks("tuoi", scale=scale("tuoi", ["18-25", "25-34"])), asks("q", "Cán bộ lịch sự và giỏi.", role="need")]
    path.write_bytes(write_workbook(form(*asked)))
    assert cli.main(["lint", str(path)]) == 1
    first, overlap, second, double = capsys.readouterr().out.splitlines()
    assert (first, second) == ("1 lỗi cần sửa:", "1 điểm nên xem lại:")
    assert "«tuoi»" in overlap and "18-25" in overlap and "«q»" in double
    path.write_bytes(write_workbook(form(asked[1])))
    assert cli.main(["lint", str(path)]) == 0
    assert cli.main(["lint", "khong_co"]) == 1


def test_a_finding_says_where() -> None:
    finding = Finding(code="LNT_LONG_SENTENCE", level="advice", question="q", option="2", language="en",
                      values={"count": 21, "limit": 20})  # fmt: skip
    assert finding.say("en") == "question «q», option «2» (en): A sentence has 21 words. Write 20 at most."
