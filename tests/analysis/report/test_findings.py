"""The sentences say what the intervals allow: no order where nothing can be told apart, no number without its error."""

from dataclasses import replace
from typing import Any

import pytest

from analysis.report.extras import NOTHING
from analysis.report.figures import Figures
from analysis.report.findings import findings, topics
from survey.errors import catalogue, word
from tests.analysis.report.rounds import UNITS, about, answers, evaluation

CLAIMS = (
    "WRD_HIGHEST_CLEAR", "WRD_LOWEST_CLEAR", "WRD_UNITS_ABOVE", "WRD_UNITS_BELOW", "RNK_SOME_APART", "RNK_ALL_APART",
)  # fmt: skip
NO_GROUND = "không đủ căn cứ để kết luận"


def said(made: Any, topic: str = "", **changes: Any) -> str:
    found = findings(Figures(evaluation=made, about=about(**changes)), NOTHING)
    return "\n".join(each.text for each in found if not topic or each.topic == topic)


def begins(code: str) -> str:
    """A wording up to its first gap."""
    return word(code).partition("«?»")[0]


def test_the_overall_figure_comes_with_its_interval_n_and_both_ways_to_compute_it() -> None:
    made = evaluation(n=400)
    row, plain = (made.result.row("overall", weighted=kind) for kind in (True, False))
    text = said(made, "RESULT")

    def percent(value: float) -> str:
        return f"{value * 100:.2f} %".replace(".", ",")

    assert f"là {percent(row.value)} (n = 400)" in text
    assert f"từ {percent(row.low)} đến {percent(row.high)}" in text
    assert percent(plain.value) in text and "điểm phần trăm" in text


def test_a_figure_that_is_not_reliable_carries_no_conclusion() -> None:
    text = said(evaluation(n=20), "RESULT")
    assert NO_GROUND in text and "chưa nên công bố" in text


def test_a_figure_without_an_interval_says_so() -> None:
    made = evaluation(n=8, strata=None, psu="channel", weight=None, adjust="none", margins=())
    text = said(made, "RESULT")
    assert "chưa tính được khoảng tin cậy" in text and NO_GROUND in text


def test_units_that_differ_by_chance_alone_are_not_put_in_an_order() -> None:
    """Everybody's answers are drawn alike: whatever order the figures have is noise, and no sentence may tell one."""
    wrong = 0
    for seed in range(12):
        given, _ = answers(n=600, seed=seed)
        text = said(evaluation(given, n=600, strata=None, psu=None), "UNITS")
        assert NO_GROUND in text or "Chưa đủ căn cứ" in text
        wrong += any(begins(code) in text for code in CLAIMS)
    assert wrong <= 2  # two lists at 95 % each: 12 rounds give 1.2 wrong ones on average at most


def test_a_unit_that_is_clearly_better_is_said_to_be() -> None:
    given, where = answers(n=800)
    best = [
        {name: "5" if name.startswith("q9") and name != "q9_05" else answer for name, answer in person.items()}
        if where["unit"][place] == UNITS[0]
        else person
        for place, person in enumerate(given)
    ]
    text = said(evaluation(best, n=800, strata=None, psu=None), "UNITS")
    assert f"{begins('WRD_UNITS_ABOVE').split('(')[0]}" in text
    [line] = [line for line in text.split("\n") if line.startswith("Cao hơn mức chung")]
    assert line.endswith(f": {UNITS[0]}.")


def test_a_unit_with_few_slips_is_not_compared() -> None:
    text = said(evaluation(n=4000, strata=None, psu=None), "UNITS")
    [line] = [line for line in text.split("\n") if line.startswith("Không so với mức chung")]
    assert line.endswith(f": {UNITS[4]}.")


def test_what_the_intervals_cover_and_whose_they_are_is_always_said() -> None:
    for study in ("probability", "volunteer"):
        text = said(evaluation(study=study), "METHOD")
        assert word(f"EVA_COVERS_{study.upper()}") in text
        assert "ước lượng của công cụ, không phải số công bố" in text


def test_every_warning_of_the_evaluation_is_said() -> None:
    made = evaluation()
    assert made.warnings
    for warning in made.warnings:
        assert warning.say("vi") in said(made, "METHOD")


def test_topics_come_once_in_order_and_in_either_language() -> None:
    made = Figures(evaluation=evaluation(n=200), about=about())
    told = topics(findings(made, NOTHING))
    assert list(told) == ["RESULT", "UNITS", "METHOD"]
    english = Figures(evaluation=made.evaluation, about=replace(about(), language="en"))
    assert {topic: len(texts) for topic, texts in topics(findings(english, NOTHING)).items()} == {
        topic: len(texts) for topic, texts in told.items()
    }


@pytest.mark.parametrize("code", sorted(code for code in catalogue() if code.startswith("WRD_") and "UNCLEAR" in code))
def test_unclear_is_worded_as_lack_of_ground_never_as_equality(code: str) -> None:
    assert "ủ căn cứ" in word(code, "vi") and "not enough ground" in word(code, "en")
    assert "bằng nhau" not in word(code, "vi") and "equal" not in word(code, "en")
