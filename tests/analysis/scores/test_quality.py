"""What gives a reason to look: each check on slips where the answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.scores.quality import Flag, left_out, review
from analysis.scores.quality_patterns import cycles, same_texts
from analysis.scores.quality_people import deviations, holm
from analysis.scores.quality_rules import load_quality_rules
from analysis.scores.quality_slips import MISSING, quality_slips
from analysis.scores.quality_words import flag_words, kind_words, odds
from survey.errors import Refused, catalogue
from survey.exclusions import REASONS, Decision
from tests.analysis.scores.forgeries import built, honest
from tests.survey.builders import QUESTIONNAIRE, ROUND
from tests.survey.proof.slips import slip
from tests.survey.test_rating import FORM, SNV, STC, round_of

RULES = load_quality_rules()


def test_a_round_becomes_rows_with_unit_day_and_best_answer() -> None:
    slips = [slip(1, answers={"q1": "5", "comment": "Tốt"}, desk="Q1"), slip(3, answers={"used": "2"}, place="P09")]
    sections = [
        replace(
            part, questions=tuple(replace(q, satisfied=("4", "5")) if q.name == "q1" else q for q in part.questions)
        )
        for part in QUESTIONNAIRE.sections
    ]
    made = quality_slips(ROUND, replace(QUESTIONNAIRE, sections=tuple(sections)), slips)
    assert [made.units[unit] for unit in made.unit] == ["U1", "?"]
    assert made.items.tolist() == [[5], [MISSING]] and made.best.tolist() == [5]
    assert made.all_top.tolist() == [True, False]
    assert made.texts[0] == {"comment": "Tốt"} and ("U1", "Q1", slip(1).day) in made.cells


def test_where_slips_rate_several_units_each_has_days_of_its_own() -> None:
    answers = {"c1__snv": "1", "c1__stc": "2"}
    made = quality_slips(round_of(SNV, STC), FORM, [slip(number, answers=answers) for number in (1, 2)])
    assert made.unit.tolist() == [0, 1, 0, 1]
    assert [made.cells[cell][0] for cell in made.cell] == ["Sở Nội vụ", "Sở Tài chính"] * 2


def test_answers_that_go_round_are_found_and_luck_is_counted_out() -> None:
    rows = np.array([[4, 5] * 6, [1, 2, 3] * 4, [4] * 12, [4, 5, 4, 4, 5, 3, 4, 5, 4, 4, 3, 5], [5, 4] + [4] * 10])
    slips = built(np.zeros(5, dtype=int), np.zeros(5, dtype=int), rows)
    found, chance = cycles(slips, RULES)
    # 12!/(6!6!) = 924 orders of 4,5,4,5,...: too common for luck to be ruled out among five slips; 12!/(4!)^3 = 34,650.
    assert found.tolist() == []
    long = built(np.zeros(2, dtype=int), np.zeros(2, dtype=int), np.array([[4, 5] * 15, [1, 2, 3] * 10]))
    found, chance = cycles(long, RULES)
    assert found.tolist() == [0, 1]
    assert chance == pytest.approx(480 / 155_117_520, rel=1e-6)  # 30!/(15!15!)


def test_what_only_one_unit_has_is_counted_among_its_own_slips() -> None:
    answers = np.array([[4, 5] * 15] * 2 + [[4] * 29 + [5]] * 8)
    units = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    (mine,) = (
        flag for flag in review(built(units, np.zeros(10, dtype=int), answers), RULES, {}).flags if flag.kind == "cycle"
    )
    assert (mine.hits, mine.n) == (2, 4)
    (both,) = (
        flag
        for flag in review(
            built(units, np.zeros(10, dtype=int), answers[[0, 2, 3, 4, 1, 5, 6, 7, 8, 9]]), RULES, {}
        ).flags
        if flag.kind == "cycle"
    )
    assert (both.unit, both.hits, both.n) == ("", 2, 10)


def test_the_same_comment_is_found_whatever_its_case_and_spaces() -> None:
    texts = [
        {"c": "Thủ tục  rất nhanh gọn, cảm ơn!"},
        {"c": "thủ tục rất nhanh gọn cảm ơn"},
        {"c": "Tốt"},
        {"c": "tốt"},
    ]
    texts += [{"c": "Tốt"}, {"c": "THỦ TỤC RẤT NHANH GỌN, CẢM ƠN."}]
    slips = built(np.zeros(6, dtype=int), np.zeros(6, dtype=int), np.full((6, 8), 4), texts=tuple(texts))
    assert [(letters, rows.tolist()) for letters, rows in same_texts(slips, RULES)] == [(28, [0, 1, 5])]


def test_an_interviewer_whose_slips_are_too_much_alike_is_found_after_correction() -> None:
    dice = np.random.default_rng(8)
    answers = np.clip(np.rint(3.4 + dice.standard_normal((80, 8))), 1, 5).astype(int)
    answers[:20] = [3, 4, 3, 4, 3, 4, 3, 4]
    answers[0, 0] = 4
    names = ("An",) * 20 + ("Bình",) * 30 + ("Chi",) * 30
    slips = built(np.zeros(80, dtype=int), np.zeros(80, dtype=int), answers, interviewer=names)
    found = {(each.kind, each.interviewer): each for each in deviations(slips, RULES)}
    assert found["alike", "An"].p < 0.001 and found["alike", "An"].own < 0.1 * found["alike", "An"].others
    assert all(each.p > RULES.alpha for key, each in found.items() if key[1] != "An")


def test_one_interviewer_alone_is_compared_with_nobody() -> None:
    answers = np.tile([3, 4, 3, 4], (40, 2))
    slips = built(np.zeros(40, dtype=int), np.zeros(40, dtype=int), answers, interviewer=("An",) * 40)
    assert deviations(slips, RULES) == ()


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def flag_of(kind: str) -> Flag:
    return Flag(kind=kind, strength="test", unit="U", slips=("a",), hits=3, n=10, expected=1.25, p=1e-4, where="x")


def flags(**more: object) -> dict[str, Flag]:
    plain = honest((60,) * 8, seed=9)
    slips = built(plain.unit, plain.day, plain.items, **more)
    return {flag.kind: flag for flag in review(slips, RULES, {}).flags}


def test_marks_are_listed_and_a_unit_with_too_many_is_told() -> None:
    marks = [("fast",) if row < 30 or row % 60 == 0 else () for row in range(480)]
    found = flags(marks=tuple(marks))
    assert found["speed"].strength == "list" and found["speed"].unit == "" and found["speed"].hits == 37
    assert (
        found["speed_unit"].strength == "test" and found["speed_unit"].unit == "U0" and found["speed_unit"].hits == 30
    )
    assert found["speed_unit"].p is not None and found["speed_unit"].p <= RULES.alpha
    assert set(found["speed_unit"].slips) == {f"s{row:04d}" for row in range(30)}


def test_an_honest_round_has_nothing_to_tell() -> None:
    found = review(honest((60,) * 8, seed=9), RULES, {("P1", "2026-11-02T09"): RULES.hour_most})
    assert found.flags == () and len(found.tested) == 8 and len(found.slips) == 480


def test_an_hour_with_more_slips_than_people_can_fill_in_names_no_slip() -> None:
    (flag,) = review(honest((60,) * 8, seed=9), RULES, {("P1", "2026-11-02T09"): 61, ("P1", "2026-11-03"): 900}).flags
    assert flag.slips == () and flag.hits == 61
    said = flag_words(flag, {"P1": "Xã A"}, "vi")
    assert "Xã A, ngày 02/11/2026, từ 09 đến 10 giờ: 61 phiếu" in said


def test_every_kind_of_flag_is_worded_and_has_a_reason() -> None:
    kinds = {code.removeprefix("QUA_FLAG_").lower() for code in catalogue() if code.startswith("QUA_FLAG_")}
    assert {"level", "rest", "days", "copies", "burst", "mean_up", "hour", "cycle", "texts"} <= kinds
    for kind in kinds:
        flag = flag_of(kind)
        for language in ("vi", "en"):
            said = flag_words(flag, {}, language)
            assert "?" not in said and "{" not in said
            assert kind_words(flag, language)
        assert flag.reason in REASONS
    assert all(f"QUA_REASON_{reason.upper()}" in catalogue() for reason in REASONS)


def test_slips_of_no_known_place_are_named_so_and_are_no_unit() -> None:
    lost = replace(honest((60,) * 8, seed=9), marks=(("fast",),) * 60 + ((),) * 420)
    found = review(replace(lost, units=("?", *lost.units[1:])), RULES, {})
    assert found.untested == () and [flag.kind for flag in found.flags] == ["speed"]
    assert flag_words(found.flags[0], {}).startswith("Không rõ địa bàn: 60 trong 60 phiếu")


def test_an_interviewers_higher_answers_are_a_reason_about_interviewers() -> None:
    assert {flag_of(kind).reason for kind in ("alike", "mean", "mean_up")} == {"interviewer"}


def test_slips_that_are_left_out_can_be_found_again_whatever_the_sign_was() -> None:
    found = review(honest((60,) * 8, seed=9), RULES, {})
    made = {
        id_: Decision(response_id=id_, exclude=out, reason="other", text="", actor="Nga", day="2026-11-22")
        for id_, out in (("s0001", True), ("s0002", False), ("voided", True))
    }
    (flag,) = left_out(found, made)
    assert flag.slips == ("s0001",) and flag.n == 480
    assert left_out(found, {}) == ()


def test_odds_are_never_better_than_told() -> None:
    assert odds(0.0003) == "3.333" and odds(0.0) == "1.000.000" and odds(1e-12, "en") == "1,000,000"


def test_a_flag_keeps_its_id_while_it_is_the_same_finding() -> None:
    flag = Flag(kind="level", strength="test", unit="U", slips=("a", "b"), hits=2, n=10)
    assert flag.id == replace(flag, slips=("b", "a"), p=0.001).id != replace(flag, unit="V").id


def test_a_file_of_rules_tells_all_its_faults(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    shipped = Path("analysis/scores/rules/quality.toml").read_text(encoding="utf-8")
    file.write_text(shipped.replace("value = 0.01", "value = 2.0").replace("[seed]", "[sead]"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_quality_rules(file)
    assert sorted(problem.code for problem in refused.value.problems) == [
        "QUA_RULES_NUMBER", "QUA_RULES_NUMBER", "QUA_RULES_UNKNOWN", "RNK_RULES_SOURCE",
    ]  # fmt: skip
