"""Regressions under the design against R run to convergence, and against statsmodels where there is no design."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimation import Design, EstimationError, Precision, Sample, mean
from analysis.estimation.models import glm, term_test
from analysis.estimation.regressors import Factor
from analysis.estimation.significance import t_test
from tests.analysis.estimation.survey395 import rows, sample

AGE = ["intercept", "age=2", "age=3", "age=4", "edu"]


def test_a_logistic_model_on_two_stages_equals_r() -> None:
    """svyglm(t5~relevel(factor(age),ref="3")+edu, two, quasibinomial, control=list(epsilon=1e-15,maxit=100))"""
    found = glm(sample("two"), "t5", [Factor("age", reference=3), "edu"], family="quasibinomial")
    assert found.coefficients.labels == ("intercept", "age=1", "age=2", "age=4", "edu")
    value = [1.64871658960670, -0.70387187386311, -0.47654582392449, 0.12249022191050, -0.06187352318586]
    se = [0.60423296551644, 0.32835941009084, 0.31429973345535, 0.67376988434736, 0.05276752023129]
    assert np.allclose(found.coefficients.value, value, rtol=1e-10)
    assert np.allclose(found.coefficients.se, se, rtol=1e-7)
    assert set(found.coefficients.df) == {50}
    test = term_test(found, "age")  # regTermTest(…, ~relevel(factor(age),ref="3"))
    assert (test.statistic, *test.df, test.p) == pytest.approx((1.7863399562328, 3, 50, 0.1617666879327), rel=1e-7)


@pytest.mark.parametrize(
    ("design", "se"),
    # svyglm(score~factor(age)+edu, rkc / rk)
    [
        ("rkc", [5.3316975508439, 3.2774686890589, 3.5081415579545, 4.5534851614755, 0.4674975823106]),
        ("rk", [5.5344411363998, 3.2952785954364, 3.4688584369395, 4.7371894497864, 0.4781231427178]),
    ],
)
def test_a_linear_model_knows_calibration(design: str, se: list[float]) -> None:
    found = glm(sample(design), "score", [Factor("age"), "edu"])
    value = [70.4169392851132, 3.7413502499884, 5.7827072484306, 1.7865416062300, -0.3572113922022]
    assert found.coefficients.labels == tuple(AGE)
    assert np.allclose(found.coefficients.value, value, rtol=1e-10)
    assert np.allclose(found.coefficients.se, se, rtol=1e-10)


def test_a_logistic_model_on_replicates_equals_r() -> None:
    """svyglm(t5~factor(age)+edu, jkn, quasibinomial, control=list(epsilon=1e-15,maxit=100))"""
    found = glm(sample("jkn"), "t5", [Factor("age"), "edu"], family="quasibinomial")
    se = [0.61291861385839, 0.25570371230740, 0.32159583644410, 0.68719288106944, 0.05386453649407]
    assert np.allclose(found.coefficients.se, se, rtol=1e-9)
    linearised = glm(sample("sp"), "t5", [Factor("age"), "edu"], family="quasibinomial")
    assert np.allclose(found.coefficients.se, linearised.coefficients.se, rtol=0.05)


def test_a_model_in_a_domain_equals_r_on_the_domains_degrees_of_freedom() -> None:
    """svyglm(t5~factor(sex)+edu, subset(sp, district<6), quasibinomial, …); df.residual 26"""
    found = glm(
        sample("sp"),
        "t5",
        [Factor("sex"), "edu"],
        family="quasibinomial",
        where=rows()["district"] < 6,
        precision=Precision(df="domain"),
    )
    assert np.allclose(found.coefficients.value, [1.05573678699368, 0.19041889703729, -0.06506692736997], rtol=1e-9)
    assert np.allclose(found.coefficients.se, [0.74651393206124, 0.43851139096212, 0.06159516724763], rtol=1e-7)
    assert set(found.coefficients.df) == {26}


def test_without_a_design_the_coefficients_are_statsmodels_with_its_robust_errors() -> None:
    """The design's covariance of independent rows is White's HC0 times n/(n−1)."""
    people = rows().dropna(subset=["score"])
    n = len(people)
    found = glm(Sample.of(people, Design()), "score", ["edu", "online"]).coefficients
    other = sm.OLS(people["score"], sm.add_constant(people[["edu", "online"]])).fit(cov_type="HC0")
    assert np.allclose(found.value, other.params, rtol=1e-10)
    assert np.allclose(found.covariance, other.cov_params() * n / (n - 1), rtol=1e-9)


def test_a_regression_on_a_constant_is_the_mean_and_on_two_groups_the_t_test() -> None:
    constant, average = glm(sample("two"), "score", []).coefficients, mean(sample("two"), "score")
    assert (constant.value[0], constant.se[0]) == pytest.approx((average.value[0], average.se[0]), rel=1e-11)
    groups, test = glm(sample("two"), "score", [Factor("sex")]), t_test(sample("two"), "score", "sex")
    assert (groups.t[1], groups.p[1]) == pytest.approx((test.statistic, test.p), rel=1e-10)
    assert groups.coefficients.df[1] == test.df[0]


@pytest.mark.parametrize("family", ["gaussian", "quasibinomial"])
def test_units_of_a_regressor_scale_its_coefficient_alone(family: str) -> None:
    finer = Sample.of(rows().assign(fee=rows()["fee"] * 1e9), Design(strata="stratum", psu="psu", weight="w"))
    one = glm(sample("sp"), "t5", ["fee", "edu"], family=family).coefficients
    other = glm(finer, "t5", ["fee", "edu"], family=family).coefficients
    assert np.allclose(other.value * [1, 1e9, 1], one.value, rtol=1e-8)
    assert np.allclose(other.se * [1, 1e9, 1], one.se, rtol=1e-8)


def test_rows_without_an_answer_leave_the_model_not_the_design() -> None:
    holes = rows().assign(edu=rows()["edu"].where(rows()["id"] % 7 != 0))
    whole = Sample.of(holes, Design(strata="stratum", psu="psu", weight="w"))
    found = glm(whole, "score", ["edu"]).coefficients
    by_domain = glm(sample("sp"), "score", ["edu"], where=rows()["id"] % 7 != 0).coefficients
    assert np.allclose(found.covariance, by_domain.covariance, rtol=1e-12)
    assert found.n[0] == (rows()["id"] % 7 != 0).sum()


def test_rows_of_weight_zero_do_not_count() -> None:
    one = sample("sp")
    step = replace(one, weights=np.where(rows()["age"] == 4, 0.0, one.weights))
    found = glm(step, "score", [Factor("age"), "edu"]).coefficients
    other = glm(one, "score", [Factor("age"), "edu"], where=rows()["age"] < 4).coefficients
    assert found.labels == ("intercept", "age=2", "age=3", "edu")
    assert np.allclose(found.se, other.se, rtol=1e-11)


def test_a_level_that_settles_the_answer_is_named() -> None:
    settled = rows().assign(t5=rows()["t5"].mask(rows()["age"] == 1, 1.0))
    people = Sample.of(settled, Design(weight="w"))
    with pytest.raises(EstimationError, match="age=1") as refused:
        glm(people, "t5", ["edu", Factor("age")], family="quasibinomial")
    assert refused.value.code == "MOD_SEPARATED"


def test_a_number_that_separates_the_answers_is_named() -> None:
    dice = np.random.default_rng(2)
    x = dice.normal(size=80)
    people = Sample.of(pd.DataFrame({"y": (x > 0.1).astype(float), "x": x, "z": dice.normal(size=80)}), Design())
    with pytest.raises(EstimationError, match="«x»") as refused:
        glm(people, "y", ["z", "x"], family="quasibinomial")
    assert refused.value.code == "MOD_SEPARATED"


def test_rare_events_are_not_taken_for_separation() -> None:
    dice = np.random.default_rng(3)
    people = pd.DataFrame({"y": np.zeros(20_000), "x": dice.normal(size=20_000)})
    people.loc[[5, 77, 4000], "y"] = 1.0
    found = glm(Sample.of(people, Design()), "y", ["x"], family="quasibinomial").coefficients
    other = sm.Logit(people["y"], sm.add_constant(people[["x"]])).fit(disp=0)
    assert np.allclose(found.value, other.params, rtol=1e-6)


def test_replicates_that_are_too_far_off_are_fitted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two routes to the replicates' coefficients: Newton's steps from the sample's, and statsmodels for each."""
    found = glm(sample("jkn"), "t5", "edu", family="quasibinomial").coefficients
    monkeypatch.setattr("analysis.estimation.fitting._STEPS", 0)
    other = glm(sample("jkn"), "t5", "edu", family="quasibinomial").coefficients
    assert np.allclose(found.se, other.se, rtol=1e-9)


def test_negative_weights_solve_the_normal_equations_but_have_no_likelihood() -> None:
    weights = np.where(rows()["id"] % 50 == 0, -7.0, sample("sp").weights)
    people = replace(sample("sp"), weights=weights)
    x = np.column_stack([np.ones(395), rows()["edu"], rows()["online"]])
    y = rows()["wait_days"].to_numpy()
    by_hand = np.linalg.solve((x * weights[:, None]).T @ x, x.T @ (weights * y))
    assert np.allclose(glm(people, "wait_days", ["edu", "online"]).coefficients.value, by_hand, rtol=1e-10)
    with pytest.raises(EstimationError, match="raking") as refused:
        glm(people, "t5", "edu", family="quasibinomial")
    assert refused.value.code == "EST_NEGATIVE_ROWS"


def test_one_term_needs_no_list_and_a_reference_may_be_written() -> None:
    listed = glm(sample("sp"), "score", [Factor("sex", reference=2)]).coefficients
    assert glm(sample("sp"), "score", Factor("sex", reference="2")).coefficients.value.tolist() == listed.value.tolist()
    assert glm(sample("sp"), "score", "edu").coefficients.labels == ("intercept", "edu")


def test_a_perfect_fit_has_no_error_and_no_p() -> None:
    found = glm(Sample.of(rows().assign(line=2 * rows()["edu"] + 1), Design()), "line", "edu")
    assert np.allclose(found.coefficients.value, [1, 2], rtol=1e-12)
    assert not found.coefficients.se.any()
    assert np.isnan([found.t, found.p]).all()
    with pytest.raises(EstimationError) as refused:
        term_test(found, "edu")
    assert refused.value.code == "TST_SINGULAR"


def test_a_fit_that_does_not_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.estimation.fitting._ITERATIONS", 2)
    with pytest.raises(EstimationError, match="edu, fee") as refused:
        glm(sample("sp"), "t5", ["edu", "fee"], family="quasibinomial")
    assert refused.value.code == "MOD_NOT_CONVERGED"


@pytest.mark.parametrize("family", ["gaussian", "quasibinomial"])
@pytest.mark.parametrize(
    ("y", "terms", "count", "code"),
    [
        ("same", "edu", 395, "MOD_CONSTANT"),
        ("same", [], 395, "MOD_CONSTANT"),
        ("online", [], 1, "MOD_FEW_ROWS"),
        ("online", ["edu", "fee"], 3, "MOD_FEW_ROWS"),
        ("t5", ["edu", "t5"], 395, "EST_NAMES"),
        ("t5", [3], 395, "EST_NAMES"),
    ],
)
def test_a_model_needs_something_to_explain_and_rows_to_do_it(
    family: str, y: str, terms: list, count: int, code: str
) -> None:
    people = Sample.of(rows().assign(same=1.0), Design(weight="w"))
    with pytest.raises(EstimationError) as refused:
        glm(people, y, terms, family=family, where=rows().index < count)
    assert refused.value.code == code


@pytest.mark.parametrize("family", ["gaussian", "quasibinomial"])
def test_a_coefficient_of_nothing_is_found_to_be_nothing(family: str) -> None:
    people = pd.DataFrame({"y": [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1] * 3, "g": [1] * 6 + [2] * 6 + [3] * 6 + [1] * 18})
    people["x"] = np.tile([1e6, 2e6, 4e6], 12)
    found = glm(Sample.of(people, Design()), "y", [Factor("g"), "x"], family=family).coefficients
    assert np.allclose(found.value[1:], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("terms", "code", "named"),
    [
        (["edu", "double"], "MOD_COLLINEAR", "double"),
        ([Factor("sex"), Factor("same")], "MOD_COLLINEAR", "same=b"),
        (["constant"], "MOD_COLLINEAR", "constant"),
        ([Factor("constant")], "EST_LEVELS", "constant"),
        ([Factor("sex", reference=7)], "EST_BAD_OPTION", "7"),
        (["nowhere"], "EST_NO_COLUMN", "nowhere"),
    ],
)
def test_terms_that_cannot_be_told_apart_are_named(terms: list, code: str, named: str) -> None:
    more = rows().assign(double=rows()["edu"] * 2 + 1, same=rows()["sex"].map({1: "a", 2: "b"}), constant=3)
    with pytest.raises(EstimationError, match=f"«{named}»") as refused:
        glm(Sample.of(more, Design(weight="w")), "score", terms)
    assert refused.value.code == code


def test_a_logistic_models_answers_lie_between_0_and_1() -> None:
    with pytest.raises(EstimationError, match="«score», row 1") as refused:
        glm(sample("sp"), "score", ["edu"], family="quasibinomial")
    assert refused.value.code == "MOD_OUTCOME"


def test_a_term_that_the_model_lacks_is_refused() -> None:
    model = glm(sample("sp"), "score", [Factor("age"), "edu"])
    with pytest.raises(EstimationError, match="age, edu"):
        term_test(model, "sex")
    assert term_test(model, "edu").statistic == pytest.approx(model.t[-1] ** 2, rel=1e-10)


def test_a_model_shows_as_a_table() -> None:
    model = glm(sample("sp"), "score", ["edu"])
    assert list(model.to_frame()["label"]) == ["intercept", "edu"]
    assert "score, gaussian" in repr(model)
    assert "<table" in model._repr_html_()
