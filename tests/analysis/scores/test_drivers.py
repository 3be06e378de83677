"""What matters and what may be claimed of it: by hand, against plain regressions, and by simulation."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from analysis.scores.driver_sentences import importance_sentences
from analysis.scores.driver_words import method_lines
from analysis.scores.drivers import OVERALL_ITEM, Importance, importance
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section

LEVELS = Scale(name="level", options=tuple(Option(value=v, label={"vi": v}) for v in "12345"))
FACTORS = ("f1", "f2", "f3")


def form(items: Mapping[str, str | None], factors: Sequence[str] = FACTORS) -> Questionnaire:
    """Items under their factors, on one scale of five."""
    questions = tuple(
        Question(
            name=name,
            kind="select_one",
            label={"vi": name},
            role="satisfaction",
            scale=LEVELS,
            factor=factor,
            satisfied=("4", "5"),
        )
        for name, factor in items.items()
    )
    return Questionnaire(
        id="t",
        version="1",
        title={"vi": "t"},
        languages=("vi",),
        sections=(Section(name="s", label={"vi": "s"}, questions=questions),),
        index=tuple(IndexNode(code=code, level="factor", label={"vi": code}) for code in factors),
    )


WITH_OVERALL = form({"a": "f1", "b": "f2", "c": "f3", OVERALL_ITEM: "whole"}, (*FACTORS, "whole"))
WITHOUT = form({"a": "f1", "a2": "f1", "b": "f2", "c": "f3"})


def people(
    n: int = 600, *, pull: Sequence[float] = (1.5, 0.4, 0.4), level: Sequence[float] = (-0.5, 0.7, 0.7), seed: int = 5
) -> pd.DataFrame:
    """n people; `pull`: how much each of a, b, c goes along with the whole, `level`: how many are satisfied with it."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3)) + 0.5 * random.normal(size=(n, 1))
    good = x + np.array(level) > 0
    whole = (good - good.mean(axis=0)) @ np.array(pull) * 2 + random.normal(size=n) > 0
    columns = {name: np.where(good[:, k], "5", "3") for k, name in enumerate("abc")}
    a2 = np.where(random.random(n) < 0.8, columns["a"], "2")
    return pd.DataFrame(columns | {"a2": a2, OVERALL_ITEM: np.where(whole, "4", "1")})


def evaluated(frame: pd.DataFrame, asked: Questionnaire = WITH_OVERALL, **plan: object) -> Evaluation:
    made = Plan(**plan)  # type: ignore[arg-type]
    return evaluate(make_sample(frame, made, {}), asked, made)


def found(
    frame: pd.DataFrame, asked: Questionnaire = WITH_OVERALL, weighted: bool = False, **plan: object
) -> Importance:
    said = importance(evaluated(frame, asked, **plan), weighted=weighted)
    assert said is not None
    return said


def good(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    return frame[list(names)].isin(["4", "5"]).to_numpy(float)


def test_with_an_overall_item_importance_is_its_part_of_the_regressions_r2() -> None:
    frame = people()
    said = found(frame)
    x, y = good(frame, "abc"), good(frame, [OVERALL_ITEM])[:, 0]
    matrix = np.column_stack([np.ones(len(y)), x])
    slopes, rest, *_ = np.linalg.lstsq(matrix, y, rcond=None)
    assert (said.outcome, said.division, said.n) == (OVERALL_ITEM, "lmg", 600)
    assert said.r2 == pytest.approx(1 - rest[0] / ((y - y.mean()) ** 2).sum())
    assert sum(driver.part for driver in said.drivers) == pytest.approx(said.r2)
    assert sum(driver.importance for driver in said.drivers) == pytest.approx(1)
    assert {driver.id: driver.slope for driver in said.drivers} == pytest.approx(
        dict(zip(FACTORS, slopes[1:], strict=True))
    )
    assert {driver.id for driver in said.drivers} == set(FACTORS)  # not the overall item's own factor
    inflation = np.diag(np.linalg.inv(np.corrcoef(x.T)))
    assert {driver.id: driver.vif for driver in said.drivers} == pytest.approx(
        dict(zip(FACTORS, inflation, strict=True))
    )


def test_without_one_each_item_stands_against_everything_outside_its_factor() -> None:
    """The factor's part is the mean of its items' squared correlations with the share satisfied of the others."""
    frame = people()
    said = found(frame, WITHOUT)
    assert (said.outcome, said.division) == (None, "rest") and np.isnan(said.r2)
    x = {name: good(frame, [name])[:, 0] for name in ("a", "a2", "b", "c")}

    def squared(item: str, others: Sequence[str]) -> float:
        return float(np.corrcoef(x[item], np.mean([x[name] for name in others], axis=0))[0, 1] ** 2)

    parts = {
        "f1": (squared("a", "bc") + squared("a2", "bc")) / 2,
        "f2": squared("b", ("a", "a2", "c")),
        "f3": squared("c", ("a", "a2", "b")),
    }
    assert {driver.id: driver.part for driver in said.drivers} == pytest.approx(parts)
    whole = sum(parts.values())
    assert {driver.id: driver.importance for driver in said.drivers} == pytest.approx(
        {part: value / whole for part, value in parts.items()}
    )
    rest = (x["b"] + x["c"]) / 2
    slope = np.mean([np.polyfit(x[name], rest, 1)[0] for name in ("a", "a2")])
    assert next(driver.slope for driver in said.drivers if driver.id == "f1") == pytest.approx(slope)


def test_what_is_important_and_poor_is_to_be_repaired_first() -> None:
    said = found(people())
    assert [driver.id for driver in said.of("repair")] == ["f1"]
    first = said.drivers[0]
    assert (first.id, first.important, first.performs, first.quadrant) == ("f1", "above", "below", "repair")
    assert {driver.quadrant for driver in said.drivers[1:]} == {"enough"}
    kept = found(people(level=(0.7, -0.5, -0.5)))
    assert [driver.id for driver in kept.of("keep")] == ["f1"]
    assert {driver.id for driver in kept.of("later")} == {"f2", "f3"}


def test_factors_alike_get_no_quadrant() -> None:
    said = found(people(pull=(0.8, 0.8, 0.8), level=(0.3, 0.3, 0.3)))
    assert said.explains
    assert [driver.quadrant for driver in said.drivers] == [None] * 3


def test_nothing_is_claimed_where_the_factors_explain_too_little() -> None:
    said = found(people(pull=(0.15, 0.0, 0.0)))
    assert said.r2_low < 0.10 and not said.explains
    assert {driver.important for driver in said.drivers} == {"unclear"}
    assert [problem.code for problem in said.warnings] == ["DRV_EXPLAINS_LITTLE"]


def test_weights_and_clusters_of_the_design_count() -> None:
    frame = people(seed=6).assign(w=lambda f: np.where(f["a"] == "5", 3.0, 1.0), u=np.arange(600) // 20)
    plan = {"weight": "w", "psu": "u"}
    plain, weighted = (found(frame, weighted=kind, **plan) for kind in (False, True))
    copies = frame.loc[frame.index.repeat(frame["w"].astype(int))].reset_index(drop=True)
    by_hand = {driver.id: driver.importance for driver in found(copies).drivers}
    assert {driver.id: driver.importance for driver in weighted.drivers} == pytest.approx(by_hand)
    assert {driver.id: driver.importance for driver in plain.drivers} == pytest.approx(
        {driver.id: driver.importance for driver in found(frame).drivers}
    )
    assert plain.weighted is False and weighted.drivers[0].performance.weighted is True
    twins = pd.concat([frame] * 4, ignore_index=True).assign(u=np.tile(np.arange(600), 4))
    once, four = found(frame), found(twins, psu="u")
    assert four.drivers[0].low == pytest.approx(once.drivers[0].low, abs=2e-3)  # four copies of a person tell no more


def test_factors_that_few_answered_or_all_alike_are_left_out_with_a_word() -> None:
    frame = people()
    frame.loc[200:, "b"] = None
    said = found(frame)
    [why] = said.left_out
    assert (why.code, why.question, dict(why.values)) == ("DRV_OUT_FEW", "f2", {"count": 200, "of": 600})
    assert said.n == 600 and {driver.id for driver in said.drivers} == {"f1", "f3"}
    same = found(people().assign(b="4"))
    assert [(why.code, why.question) for why in same.left_out] == [("DRV_OUT_MOD_CONSTANT", "f2")]


def test_an_item_that_few_answered_leaves_its_factor_with_a_word() -> None:
    frame = people()
    frame.loc[100:, "a2"] = None
    said = found(frame, WITHOUT)
    assert [(why.code, why.question) for why in said.left_out] == [("DRV_OUT_FEW", "a2")]
    other = found(frame.drop(columns="a2").assign(a2=None), WITHOUT)
    assert {driver.id for driver in said.drivers} == set(FACTORS) == {driver.id for driver in other.drivers}
    frame.loc[100:, "a"] = None
    assert [why.question for why in found(frame, WITHOUT).left_out] == ["f1"]


def test_a_factor_that_follows_from_others_is_left_out_and_the_rest_still_compared() -> None:
    said = found(people().assign(c=lambda f: f["b"]))
    assert [(why.code, why.question) for why in said.left_out] == [("DRV_OUT_MOD_COLLINEAR", "f3")]
    assert {driver.id for driver in said.drivers} == {"f1", "f2"}


def test_factors_that_nearly_follow_are_told_as_entangled() -> None:
    frame = people().assign(c=lambda f: f["b"].where(f.index % 60 > 0, "1"))
    said = found(frame)
    assert [problem.code for problem in said.warnings] == ["DRV_ENTANGLED"]
    assert said.warnings[0].values["items"] == "f2, f3"
    alike = {driver.id: driver.importance for driver in said.drivers}
    assert alike["f2"] == pytest.approx(alike["f3"], abs=0.05)


def test_without_two_factors_items_are_compared_and_without_two_items_nothing() -> None:
    flat = form({"a": None, "b": None, "c": None}, ())
    assert {driver.id for driver in found(people(), flat).drivers} == {"a", "b", "c"}
    assert importance(evaluated(people(), form({"a": "f1"})), weighted=False) is None
    assert importance(evaluated(people(n=20)), weighted=False) is None
    nobody = people().assign(**{name: pd.Series([None] * 600, dtype=object) for name in ("a", "b", "c")})
    assert importance(evaluated(nobody), weighted=False) is None


def test_many_items_are_divided_by_johnsons_weights() -> None:
    names = [f"i{k}" for k in range(16)]
    random = np.random.default_rng(2)
    x = random.normal(size=(400, 16)) + random.normal(size=(400, 1)) > 0
    columns = {name: np.where(x[:, k], "4", "2") for k, name in enumerate(names)}
    frame = pd.DataFrame(columns | {OVERALL_ITEM: np.where(x.sum(axis=1) > 8, "4", "2")})
    said = found(frame, form({**dict.fromkeys(names), OVERALL_ITEM: None}, ()))
    assert said.division == "johnson" and len(said.drivers) == 16
    assert sum(driver.part for driver in said.drivers) == pytest.approx(said.r2)


@pytest.mark.slow
@pytest.mark.parametrize("asked", [WITH_OVERALL, form({"a": "f1", "b": "f2", "c": "f3"})], ids=["overall", "rest"])
def test_of_factors_alike_a_false_claim_is_rare(asked: Questionnaire) -> None:
    """300 rounds of 395 people to whom three factors matter alike: in about 5 % one is said to matter more or less."""
    frames = (people(395, pull=(0.7, 0.7, 0.7), level=(0.5, 0.5, 0.5), seed=seed) for seed in range(300))
    claims = [any(driver.important != "unclear" for driver in found(frame, asked).drivers) for frame in frames]
    assert np.mean(claims) <= 0.08


def test_sentences_name_the_factors_to_repair_or_say_that_nothing_can_be_concluded() -> None:
    asked = WITH_OVERALL
    said = list(importance_sentences(found(people()), asked, "vi"))
    assert said[0] == "Quan trọng hơn và hài lòng thấp hơn bình quân: f1."
    assert said[-1].startswith("Đi kèm không phải là nguyên nhân")
    alike = found(people(pull=(0.8, 0.8, 0.8), level=(0.3, 0.3, 0.3)))
    assert next(importance_sentences(alike, asked, "vi")).startswith("Không đủ căn cứ để kết luận yếu tố nào vừa")
    little = found(people(pull=(0.15, 0.0, 0.0)))
    assert next(importance_sentences(little, asked, "vi")) == "Không đủ căn cứ để kết luận yếu tố nào quan trọng hơn."
    lines = list(method_lines(found(people()), "en"))
    assert "R² divided by LMG/Shapley" in lines[0] and "600 people" in lines[0] and "not a published figure" in lines[0]
    assert lines[1].startswith("The factors explain") and "95% interval" in lines[1]
    assert "outside the factor" in next(method_lines(found(people(), WITHOUT), "en"))
