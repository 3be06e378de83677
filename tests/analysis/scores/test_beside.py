"""What stands beside a figure: how people were chosen, effective n, and a label by the rules, with its reasons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimation.reliability import Reason, Threshold, load_rules
from analysis.scores.beside import covers_words, grade_words, reason_words, study_words
from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample, round_plan
from sample_responses import demonstration_round
from survey.errors import catalogue
from survey.round import Margin
from tests.analysis.scores.test_evaluate import FORM, ROWS

CHANCE = np.random.default_rng(5)
MANY = pd.DataFrame(
    {
        "a": CHANCE.choice(["2", "5"], 400),
        "b": CHANCE.choice(["3", "4"], 400),
        "c": ["4"] * 400,
        "d": [None] * 400,
        "sex": CHANCE.choice(["1", "2"], 400),
        "unit": ["x"] * 380 + ["y"] * 20,
        "psu": [f"p{k % 20}" for k in range(380)] + ["q1", "q2"] * 10,
        "stratum": ["s"] * 380 + ["t"] * 20,
    }
)


def result(plan: Plan, rows: pd.DataFrame = MANY, **more):
    return evaluate(make_sample(rows, plan, {}), FORM, plan, **more)


def test_people_chose_themselves_unless_something_tells_of_a_draw() -> None:
    assert Plan().chosen_by() == Plan(by=("unit",), adjust="rake").chosen_by() == "volunteer"
    for column in ("strata", "psu", "fpc", "weight"):
        assert Plan(**{column: "c"}).chosen_by() == "probability"
    assert Plan(study="probability").chosen_by() == "probability"
    assert Plan(psu="psu", study="volunteer").chosen_by() == "volunteer"
    assert result(Plan(psu="psu", study="volunteer")).sample.design.study == "volunteer"


def test_a_round_with_places_was_drawn_and_one_without_was_not() -> None:
    round_ = demonstration_round()
    assert round_plan(round_).chosen_by() == "probability"
    assert round_plan(replace(round_, places=(), margins=())).chosen_by() == "volunteer"


def test_slips_by_the_common_link_of_a_drawn_round_are_told() -> None:
    some = MANY.assign(channel=["open"] * 7 + ["link"] * 393)
    told = {w.code: w.values for w in result(Plan(psu="psu"), some).warnings}
    assert told["EVA_OPEN_SLIPS"] == {"count": 7}
    assert "EVA_OPEN_SLIPS" not in {w.code for w in result(Plan(), some).warnings}


def test_effective_n_is_n_over_the_design_effect() -> None:
    for row in result(Plan(psu="psu", by=("unit",))).result.rows:
        assert not row.se > 1e-9 or row.n_eff == pytest.approx(row.n / row.deff)


def test_a_margin_that_was_raked_cannot_vary_and_has_no_effective_n() -> None:
    margins = (Margin(variable="sex", level="1", total=48.0), Margin(variable="sex", level="2", total=52.0))
    row = result(Plan(adjust="rake", margins=margins)).result.row("sex=1", weighted=True)
    assert row.value == pytest.approx(0.48)
    assert np.isnan(row.n_eff)


def test_labels_follow_the_rules_and_know_the_groups_own_degrees_of_freedom() -> None:
    found = result(Plan(strata="stratum", psu="psu", by=("unit",))).result
    sure, few = (found.row("a", weighted=True, by={"unit": unit}) for unit in "xy")
    assert (found.row("a", weighted=True).reliability, sure.reliability) == ("reliable", "reliable")
    assert sure.df == few.df == 20  # the interval's: 22 sampling units less 2 strata
    assert few.reliability == "unpublishable"
    assert [(why.code, why.figure) for why in few.reasons if why.code in ("few_answers", "few_df")] == [
        ("few_answers", 20),
        ("few_df", 1),
    ]
    everybody = found.row("c", weighted=True)
    assert [why.code for why in everybody.reasons] == ["nobody_or_everybody"]
    assert found.row("d", weighted=True).reasons[0].code == "no_value"


def test_other_rules_give_other_labels_and_travel_with_the_evaluation() -> None:
    strict = replace(load_rules(), id="strict", least_n=Threshold(value=500, source="a test"))
    found = result(Plan(), rules=strict)
    assert found.rules.id == "strict"
    assert found.result.row("a", weighted=True).reasons[0].threshold == 500
    assert "EVA_UNPUBLISHABLE" in {warning.code for warning in found.warnings}
    assert "EVA_UNPUBLISHABLE" not in {warning.code for warning in result(Plan()).warnings}


def test_without_weights_the_weighted_number_is_the_unweighted_one() -> None:
    found = result(Plan(by=("unit",))).result
    for row in found.rows:
        other = found.row(row.id, weighted=False, by=row.by)
        assert np.array_equal([row.value, row.se, row.low], [other.value, other.se, other.low], equal_nan=True)


def test_every_reason_and_label_has_words_with_its_numbers() -> None:
    codes = [code.removeprefix("REL_WHY_").lower() for code in catalogue() if code.startswith("REL_WHY_")]
    assert len(codes) == 11
    for code in codes:
        reason = Reason(code=code, grade="weak", figure=0.305, threshold=0.3)
        assert "{" not in reason_words(reason) and reason_words(reason) != reason_words(reason, "en")
    few = Reason(code="few_answers", grade="unpublishable", figure=28, threshold=30)
    wide = Reason(code="wide", grade="unpublishable", figure=0.308, threshold=0.3)
    assert reason_words(few) == "chỉ 28 người trả lời (cần ít nhất 30)"
    assert "30,8 điểm phần trăm (phải dưới 30)" in reason_words(wide)
    assert "30.8 percentage points" in reason_words(wide, "en")
    assert [grade_words(grade) for grade in ("reliable", "weak", "unpublishable")] == [
        "vững",
        "yếu",
        "chưa nên công bố",
    ]
    assert "không phải mẫu xác suất" in study_words("volunteer") and "xác suất" in study_words("probability")
    assert covers_words("volunteer", "en") != covers_words("probability", "en")


def test_answers_are_kept_in_the_order_of_the_scale_and_a_strange_one_is_kept_too() -> None:
    frame = answers_frame(FORM, [{"a": "5"}, {"a": "1"}, {}, {"a": "damaged"}], {})
    assert list(frame["a"].cat.categories) == ["1", "2", "3", "4", "5", "damaged"]
    found = evaluate(make_sample(frame, Plan(), {}), FORM, Plan()).result.row("a", weighted=False)
    assert (found.n, found.value) == (3, pytest.approx(1 / 3))


def test_a_question_of_several_answers_counts_whole_values_only() -> None:
    question = replace(FORM.question("a"), name="m", kind="select_multiple", role="perception", satisfied=())
    form = replace(FORM, sections=(replace(FORM.sections[0], questions=(*FORM.sections[0].questions, question)),))
    frame = ROWS.assign(m=["1 2", "12", None, "2 5"])
    found = evaluate(make_sample(frame, Plan(), {}), form, Plan()).result
    shares = [found.row(f"m={value}", weighted=False).value for value in ("1", "2", "3")]
    assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 0]
