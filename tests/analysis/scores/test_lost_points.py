"""Points lost by hand: the loss, its interval turned round, and what the rule would give them back for."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import pytest

from analysis.scores.driver_sentences import lost_sentences
from analysis.scores.driver_words import order_words, win_words
from analysis.scores.evaluate import Evaluation
from analysis.scores.lost_points import LostPoints, lost_points
from analysis.scores.scorecard.card import Scorecard, scorecard
from analysis.scores.scorecard.points import Entry
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.scheme import Criterion, Scheme
from tests.analysis.scores.test_drivers import evaluated, form

AREAS = (
    Criterion(code="1", title={"vi": "Một"}, max_points=10),
    Criterion(code="2", title={"vi": "Hai"}, max_points=10),
)
DOCUMENTS = Criterion(
    code="1.1", parent="1", title={"vi": "Kế hoạch"}, max_points=10, evidence="documents", owner="SNV"
)


def survey_line(**changes: object) -> Criterion:
    made = {
        "code": "2.1", "parent": "2", "title": {"vi": "Hài lòng"}, "max_points": 10, "evidence": "survey",
        "study": "other", "questions": ("a",), "rule": "linear",
    }  # fmt: skip
    return Criterion(**(made | changes))  # type: ignore[arg-type]


def scheme(*lines: Criterion) -> Scheme:
    return Scheme(
        id="t", version="1", kind="province", title={"vi": "t"}, source="t", mark="?", valid_from=date(2022, 1, 1),
        criteria=(*AREAS, *lines),
    )  # fmt: skip


def answers(counts: str, weights: Sequence[float] | None = None) -> Evaluation:
    """One question, so many people with each answer: "33345" is three neutral, one satisfied, one very satisfied."""
    frame = pd.DataFrame({"a": list(counts), "w": weights or [1.0] * len(counts)})
    return evaluated(frame, form({"a": "f1"}, ("f1",)), weight="w" if weights else None)


def card(evaluation: Evaluation, *lines: Criterion, points: float = 4.0, subject: str = "") -> Scorecard:
    survey = Survey(evaluation=evaluation, weighted=False, round_name="r")
    entries = (Entry(code="1.1", appraised=points, subject=subject),)
    return scorecard(scheme(DOCUMENTS, *lines), entries, surveys={"other": survey}, subject=subject)


def line(found: Sequence[LostPoints], code: str) -> LostPoints:
    return next(each for each in found if each.code == code)


def test_areas_come_first_then_lines_each_by_its_loss() -> None:
    """4 of 10 for documents; 60 of 100 satisfied give 6 of 10: −6 and −4."""
    evaluation = answers("3" * 40 + "4" * 60)
    found = lost_points([card(evaluation, survey_line())], evaluation)
    assert [(each.code, each.leaf, each.lost) for each in found] == [
        ("1", False, pytest.approx(6)),
        ("2", False, pytest.approx(4)),
        ("1.1", True, pytest.approx(6)),
        ("2.1", True, pytest.approx(4)),
    ]
    documents = line(found, "1.1")
    assert (documents.area, documents.owner, documents.low, documents.needed) == ({"vi": "Một"}, "SNV", None, None)
    assert win_words(documents, "en") == "Complete what is missing and add the evidence: at most 6.00 points."


def test_the_interval_of_the_loss_is_that_of_the_points_turned_round() -> None:
    evaluation = answers("3" * 40 + "4" * 60)
    found = line(lost_points([card(evaluation, survey_line())], evaluation), "2.1")
    row = evaluation.result.row("a", weighted=False)
    assert (found.low, found.high) == (pytest.approx(10 * (1 - row.high)), pytest.approx(10 * (1 - row.low)))


def test_what_would_win_them_back_in_rate_and_in_answers() -> None:
    """100 answers: 10 very dissatisfied, 30 neutral, 60 satisfied. All of 4 points: 40 answers; the neutral ones: 3."""
    evaluation = answers("1" * 10 + "3" * 30 + "4" * 60)
    found = line(lost_points([card(evaluation, survey_line())], evaluation), "2.1")
    assert (found.rate, found.needed) == (pytest.approx(0.6), pytest.approx(0.4))
    assert found.answers is not None
    assert (found.answers.count, found.answers.near, found.needed_answers) == (100, 30, 40)
    assert found.answers.gain == pytest.approx(3)
    said = win_words(found, "vi")
    assert "Tỷ lệ 60,00 % phải tăng thêm 40,00 điểm %" in said and "được khoảng 0,100 điểm" in said
    assert "khoảng 40 trong 100 câu trả lời" in said
    assert "30 câu trả lời chỉ cần tốt hơn một bậc" in said and "khoảng 3,00 điểm" in said


def test_weights_that_feed_the_card_feed_the_gain() -> None:
    """Neutral answers weigh 3: (10·3)/(10·3+10) of the points, counted 10 of 20."""
    evaluation = answers("3" * 10 + "4" * 10, weights=[3.0] * 10 + [1.0] * 10)
    survey = Survey(evaluation=evaluation, weighted=True, round_name="r")
    made = scorecard(scheme(DOCUMENTS, survey_line()), (), surveys={"other": survey})
    found = line(lost_points([made], evaluation, weighted=True), "2.1").answers
    assert found is not None and (found.count, found.near) == (20, 10)
    assert found.gain == pytest.approx(7.5)


def test_options_gain_by_the_next_better_one() -> None:
    """A 1, B 0,6, C 0,2, D 0, E left out; the scale runs from the best: D→C +0,2, C→B +0,4, B→A +0,4."""
    shares = {"5": 0.0, "4": 0.2, "3": 0.6, "2": 1.0}  # «1» does not count
    evaluation = answers("5" * 10 + "4" * 20 + "3" * 30 + "2" * 40 + "1" * 50)
    found = line(lost_points([card(evaluation, survey_line(rule="options", weights=shares))], evaluation), "2.1")
    assert found.lost == pytest.approx(10 * (1 - (0.2 * 20 + 0.6 * 30 + 40) / 100))
    assert found.answers is not None and (found.answers.count, found.answers.near) == (100, 60)
    assert found.answers.gain == pytest.approx(10 * (0.2 * 10 + 0.4 * 20 + 0.4 * 30) / 100)


def test_a_target_asks_for_no_more_than_the_target() -> None:
    """60 % of a target of 80 %: 7,5 points; 20 points of rate more; 30 neutral answers would give more than is lost."""
    evaluation = answers("1" * 10 + "3" * 30 + "4" * 60)
    found = line(lost_points([card(evaluation, survey_line(rule="ratio", target=0.8))], evaluation), "2.1")
    assert (found.lost, found.needed, found.needed_answers) == (pytest.approx(2.5), pytest.approx(0.2), 20)
    assert found.answers is not None and found.answers.gain == pytest.approx(2.5)
    assert "được khoảng 0,125 điểm" in win_words(found, "vi")


def test_steps_ask_for_the_next_step() -> None:
    evaluation = answers("3" * 40 + "4" * 60)
    steps = survey_line(rule="steps", steps=((0.9, 10.0), (0.75, 6.0), (0.5, 3.0)))
    found = line(lost_points([card(evaluation, steps)], evaluation), "2.1")
    assert (found.lost, found.needed, found.needed_answers) == (pytest.approx(7), pytest.approx(0.15), 15)
    assert "15,00 điểm % mới tới mức điểm kế tiếp" in win_words(found, "vi")


def test_nothing_is_lost_where_nothing_is_known_or_all_was_earned() -> None:
    evaluation = answers("4" * 60)
    found = lost_points([card(evaluation, survey_line(), points=10.0)], evaluation)
    assert found == ()
    unknown = scorecard(scheme(DOCUMENTS, survey_line()), ())
    assert lost_points([unknown]) == ()


def test_answers_of_another_round_are_not_counted() -> None:
    evaluation = answers("3" * 40 + "4" * 60)
    found = line(lost_points([card(evaluation, survey_line())]), "2.1")
    assert found.answers is None and found.needed == pytest.approx(0.4)
    assert "câu trả lời" not in win_words(found, "vi")
    another = evaluated(pd.DataFrame({"b": ["4"] * 9}), form({"b": "f1"}, ("f1",)))
    assert line(lost_points([card(evaluation, survey_line())], another), "2.1").answers is None


def test_every_unit_has_its_own_losses() -> None:
    evaluation = answers("3" * 40 + "4" * 60)
    cards = [card(evaluation, points=points, subject=name) for name, points in (("Sở A", 9.0), ("Sở B", 2.0))]
    found = [each for each in lost_points(cards, evaluation) if each.leaf]
    assert [(each.card, each.subject, each.lost) for each in found] == [(2, "Sở B", 8.0), (1, "Sở A", 1.0)]


def test_the_published_loss_of_an_area_is_found() -> None:
    """Lạng Sơn 2022: area 7, 13,5 points, lost 4,08 (report of Sở Nội vụ): 9,42 points leave it."""
    area = Criterion(code="7", title={"vi": "Chính quyền số"}, max_points=13.5)
    below = Criterion(code="7.1", parent="7", title={"vi": "Chính quyền số"}, max_points=13.5, evidence="documents")
    rules = Scheme(
        id="t", version="1", kind="province", title={"vi": "t"}, source="t", mark="?", valid_from=date(2022, 1, 1),
        criteria=(area, below),
    )  # fmt: skip
    found = lost_points([scorecard(rules, (Entry(code="7.1", appraised=9.42),))])
    assert line(found, "7").lost == pytest.approx(4.08)


def test_sentences_name_the_areas_that_lost_most() -> None:
    evaluation = answers("3" * 40 + "4" * 60)
    lost = lost_points([card(evaluation, survey_line())], evaluation)
    [said] = lost_sentences(lost, 20.0, "vi")
    assert said == (
        "Trong 20,00 điểm đã chấm, 10,00 điểm bị mất; mất nhiều nhất: "
        "Một (mất 6,00 điểm, 60 % của điểm tối đa); Hai (mất 4,00 điểm, 40 % của điểm tối đa)."
    )
    assert list(lost_sentences((), 20.0, "vi")) == []


def test_areas_whose_intervals_overlap_are_not_put_in_order() -> None:
    """−4 with an interval of about ±1 from answers, against −4,5 of documents: not told apart; against −6: told."""
    evaluation = answers("3" * 40 + "4" * 60)
    near = lost_points([card(evaluation, survey_line(), points=5.5)], evaluation)
    assert list(lost_sentences(near, 20.0, "vi"))[1] == (
        "Không đủ căn cứ để kết luận Một mất nhiều điểm hơn Hai: các khoảng tin cậy chồng lên nhau."
    )
    assert order_words(lost_points([card(evaluation, survey_line(), points=4.0)], evaluation), "vi") == ""
    assert order_words((), "vi") == ""
