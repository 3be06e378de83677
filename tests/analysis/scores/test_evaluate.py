"""The index in its three modes, by hand; weighted beside unweighted; domains; and what is warned of."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.scores.evaluate import breakdowns, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import level_words, make_sample, variable_words
from analysis.scores.satisfaction import index_tree
from survey.errors import Refused
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.round import Margin

SCALE = Scale(name="five", options=tuple(Option(value=str(k), label={"vi": f"mức {k}"}) for k in range(1, 6)))


def item(name: str, factor: str | None) -> Question:
    words = {"vi": name}
    return Question(
        name=name, kind="select_one", label=words, role="satisfaction", scale=SCALE, factor=factor, satisfied=("4", "5")
    )


def instrument(*items: Question, index: tuple[IndexNode, ...] = ()) -> Questionnaire:
    sex = Scale(name="sex", options=(Option(value="1", label={"vi": "Nam"}), Option(value="2", label={"vi": "Nữ"})))
    who = Question(name="sex", kind="select_one", label={"vi": "Giới tính"}, role="respondent", scale=sex)
    section = Section(name="s", label={"vi": "S"}, questions=(who, *items))
    return Questionnaire(
        id="t", version="1", title={"vi": "T"}, languages=("vi",), sections=(section,), index=index, study="household"
    )


INDEX = (
    IndexNode(code="policy", level="aspect", label={"vi": "Chính sách"}, weight=3),
    IndexNode(code="service", level="aspect", label={"vi": "Dịch vụ"}, weight=1),
    IndexNode(code="p", level="factor", label={"vi": "P"}, parent="policy"),
    IndexNode(code="s1", level="factor", label={"vi": "S1"}, parent="service", weight=2),
    IndexNode(code="s2", level="factor", label={"vi": "S2"}, parent="service", weight=1),
)
FORM = instrument(item("a", "p"), item("b", "s1"), item("c", "s1"), item("d", "s2"), index=INDEX)
# Satisfied / valid: a 3/4 · b 1/4 · c 2/3 · d 1/2
ROWS = pd.DataFrame(
    {
        "sex": ["1", "1", "2", "2"],
        "a": ["5", "4", "4", "1"],
        "b": ["5", "3", "2", "1"],
        "c": ["4", "5", "1", None],
        "d": ["4", "3", None, None],
        "w": [1.0, 2.0, 3.0, 4.0],
        "unit": ["x", "x", "y", "y"],
    }
)


def result(plan: Plan, form: Questionnaire = FORM, rows: pd.DataFrame = ROWS):
    return evaluate(make_sample(rows, plan, {}), form, plan)


def values(plan: Plan, **where) -> dict[str, float]:
    rows = result(plan).result.rows
    return {row.id: row.value for row in rows if row.level != "option" and not row.weighted and row.by == where}


def test_pooled_is_all_satisfied_over_all_valid_answers() -> None:
    found = values(Plan(mode="pooled"))
    assert found["s1"] == pytest.approx(3 / 7)
    assert found["service"] == pytest.approx(4 / 9)
    assert found["overall"] == pytest.approx(7 / 13)


def test_items_is_the_mean_of_all_items_never_of_factors() -> None:
    found = values(Plan(mode="items"))
    assert found["s1"] == pytest.approx((1 / 4 + 2 / 3) / 2)
    assert found["service"] == pytest.approx((1 / 4 + 2 / 3 + 1 / 2) / 3)
    assert found["overall"] == pytest.approx((3 / 4 + 1 / 4 + 2 / 3 + 1 / 2) / 4)


def test_weights_combines_children_with_their_weights() -> None:
    found = values(Plan(mode="weights"))
    s1 = (1 / 4 + 2 / 3) / 2
    service = (2 * s1 + 1 / 2) / 3
    assert found["service"] == pytest.approx(service)
    assert found["overall"] == pytest.approx((3 * 3 / 4 + service) / 4)


def test_weighted_stands_beside_unweighted() -> None:
    found = result(Plan(weight="w")).result
    assert found.row("a", weighted=False).value == pytest.approx(3 / 4)
    assert found.row("a", weighted=True).value == pytest.approx(6 / 10)
    assert found.row("overall", weighted=True).value == pytest.approx((6 + 1 + 3 + 1) / (10 + 10 + 6 + 3))
    assert (found.row("c", weighted=True).n, found.row("c", weighted=True).weighted_n) == (3, 6)


def test_options_are_shares_of_those_who_answered() -> None:
    found = result(Plan()).result
    assert found.row("c=1", weighted=False).value == pytest.approx(1 / 3)
    assert found.row("sex=2", weighted=False).value == pytest.approx(1 / 2)
    assert sum(found.row(f"b={k}", weighted=False).value for k in range(1, 6)) == pytest.approx(1)


def test_the_index_of_one_item_is_that_item() -> None:
    found = result(Plan(weight="w")).result
    one, factor, aspect = (found.row(name, weighted=True) for name in ("a", "p", "policy"))
    assert (one.value, one.se, one.low, one.deff) == (
        pytest.approx(aspect.value),
        pytest.approx(factor.se),
        pytest.approx(aspect.low),
        pytest.approx(factor.deff),
    )


def test_the_variance_of_an_index_is_its_items_joint_covariance() -> None:
    """By hand for mode items with everybody answering: the index is the mean of each person's own mean."""
    full = ROWS.assign(c=["4", "5", "1", "2"], d=["4", "3", "4", "1"])
    found = result(Plan(mode="items", interval="t"), rows=full).result.row("overall", weighted=False)
    own = full[["a", "b", "c", "d"]].isin(["4", "5"]).to_numpy(dtype=float).mean(axis=1)
    assert found.value == pytest.approx(own.mean())
    assert found.se == pytest.approx(own.std(ddof=1) / 2)
    assert found.deff == pytest.approx(1)


def test_domains_are_everybody_each_column_and_the_cross() -> None:
    assert breakdowns(()) == ((),)
    assert breakdowns(("a",)) == ((), ("a",))
    assert breakdowns(("a", "b")) == ((), ("a",), ("b",), ("a", "b"))
    found = result(Plan(by=("unit", "sex"))).result
    crossed = ({"unit": "x", "sex": "1"}, {"unit": "y", "sex": "2"})
    assert found.domains == ({}, {"unit": "x"}, {"unit": "y"}, {"sex": "1"}, {"sex": "2"}, *crossed)
    assert found.row("a", weighted=False, by={"unit": "y"}).value == pytest.approx(1 / 2)


def test_levels_of_a_question_come_in_the_order_of_its_scale() -> None:
    levels = ("Low", "Medium", "High")
    size = Scale(name="size", options=tuple(Option(value=name, label={"vi": name}) for name in levels))
    who = Question(name="size", kind="select_one", label={"vi": "Cỡ"}, role="respondent", scale=size)
    rows = pd.DataFrame({"size": ["High", "Low", "Medium", "Low"]})
    form = replace(instrument(), sections=(Section(name="s", label={"vi": "S"}, questions=(who,)),))
    assert [d["size"] for d in result(Plan(by=("size",)), form, rows).result.domains[1:]] == [*levels]


def test_items_nobody_answered_take_no_part_and_are_named() -> None:
    found = result(Plan(mode="items", by=("unit",)))
    nobody = found.result.row("d", weighted=False, by={"unit": "y"})
    assert math.isnan(nobody.value)
    assert nobody.n == 0
    assert found.result.row("service", weighted=False, by={"unit": "y"}).value == pytest.approx((0 + 0) / 2)
    silent = result(Plan(), rows=ROWS.assign(d=[None] * 4))
    assert "EVA_UNANSWERED" in {warning.code for warning in silent.warnings}
    assert math.isnan(silent.result.row("s2", weighted=False).value)


def test_without_an_index_sheet_items_hang_under_overall() -> None:
    tree = index_tree(instrument(item("a", None), item("b", None)))
    assert [node.id for node in tree] == ["a", "b", "overall"]
    assert tree[-1].children == ("a", "b")


def test_a_questionnaire_without_satisfaction_items_still_gives_shares() -> None:
    found = result(Plan(), form=instrument()).result
    assert {row.level for row in found.rows} == {"option"}
    assert found.row("sex=1", weighted=False).value == 0.5


def test_few_answers_and_unknown_design_are_warned_of() -> None:
    codes = {warning.code for warning in result(Plan(by=("unit",))).warnings}
    assert {"EVA_UNPUBLISHABLE", "EVA_UNPUBLISHABLE_DOMAINS", "EVA_VOLUNTEER", "EVA_NO_MARGINS"} <= codes
    assert "EVA_NO_DESIGN" not in codes
    assert "EVA_NO_DESIGN" in {warning.code for warning in result(Plan(study="probability")).warnings}
    lonely = result(Plan(strata="unit", psu="unit"))
    assert "EVA_LONELY" in {warning.code for warning in lonely.warnings}


def test_a_blank_group_is_told_and_a_question_of_several_answers_makes_no_groups() -> None:
    some = ROWS.assign(unit=["x", None, "y", None])
    told = {w.code: w.values for w in result(Plan(by=("unit",)), rows=some).warnings}
    assert told["EVA_BY_BLANK"] == {"column": "unit", "count": 2}
    several = replace(FORM.question("a"), name="m", kind="select_multiple", role="perception", satisfied=())
    form = replace(FORM, sections=(*FORM.sections, Section(name="x", label={"vi": "x"}, questions=(several,))))
    with pytest.raises(Refused) as refused:
        result(Plan(by=("m",)), form, ROWS.assign(m=["1 2", "1", "2", None]))
    assert refused.value.problems[0].code == "EVA_BY_MULTIPLE"


def test_margins_that_differ_by_rounding_are_scaled_and_told() -> None:
    levels = {"sex": (("1", 70.0), ("2", 30.0)), "unit": (("x", 60.03), ("y", 40.02))}
    margins = tuple(Margin(variable=v, level=name, total=t) for v, pairs in levels.items() for name, t in pairs)
    mixed = ROWS.assign(unit=["x", "y", "x", "y"])
    found = result(Plan(adjust="rake", margins=margins), rows=mixed)
    assert "EVA_MARGINS_DIFFER" in {warning.code for warning in found.warnings}
    assert found.sample.weights.sum() == pytest.approx(100)


def test_a_margin_that_cannot_be_met_is_told_with_its_words_and_whole_numbers() -> None:
    men = ROWS[ROWS["sex"] == "1"]
    margins = tuple(Margin(variable="sex", level=level, total=1000.0) for level in ("1", "2"))
    with pytest.raises(Refused) as refused:
        result(Plan(adjust="rake", margins=margins), rows=men)
    assert "«sex (Giới tính)»" in refused.value.say() and "«2 (Nữ)»" in refused.value.say()
    assert "tổng 1000." in refused.value.say() and "1000.0" not in refused.value.say()
    assert level_words(FORM, "sex|a", "2|4") == "2 × 4 (Nữ × mức 4)"
    assert level_words(FORM, "unit", "x") == "x"
    assert variable_words(FORM, "sex|a") == "sex|a (Giới tính × a)"


def test_every_warning_and_refusal_has_words_in_both_languages_without_gaps() -> None:
    for plan in (Plan(by=("unit",)), Plan(strata="unit", psu="unit", df="domain", by=("sex",))):
        for warning in result(plan).warnings:
            assert "?" not in warning.what("vi") and "{" not in warning.say("vi")
            assert warning.what("en") != warning.what("vi")


def test_margins_move_the_weights_and_what_cannot_be_met_is_refused_in_vietnamese() -> None:
    margins = (Margin(variable="sex", level="1", total=70), Margin(variable="sex", level="2", total=30))
    for adjust in ("rake", "poststratify"):
        found = result(Plan(adjust=adjust, margins=margins))
        assert np.allclose(found.sample.weights, [35, 35, 15, 15])
        assert found.result.row("a", weighted=True).value == pytest.approx((35 + 35 + 15) / 100)
    with pytest.raises(Refused) as refused:
        result(Plan(adjust="rake", margins=(margins[0],)))
    assert "«sex (Giới tính)»: mức «2 (Nữ)»" in refused.value.say() and "tổng số dân" in refused.value.say()
    with pytest.raises(Refused):
        result(Plan(adjust="poststratify", margins=(*margins, replace(margins[0], variable="unit", level="x"))))
