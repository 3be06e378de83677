"""Proportional odds against R's svyolr run to convergence, and against the logistic model it contains."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimation import Design, EstimationError, Sample
from analysis.estimation.models import glm, term_test
from analysis.estimation.ordinal import ordinal
from analysis.estimation.regressors import Factor
from tests.analysis.estimation.survey395 import rows, sample


def test_slopes_thresholds_and_errors_equal_r() -> None:
    """svyolr(factor(q5)~factor(sex)+edu, two, control=list(reltol=1e-16, maxit=3000, ndeps=rep(1e-4,6)))

    By default R stops earlier and takes second derivatives with steps of 1e-3: its errors are then right to 1e-5.
    """
    found = ordinal(sample("two"), "q5", [Factor("sex"), "edu"]).coefficients
    assert found.labels == ("sex=2", "edu", "1|2", "2|3", "3|4", "4|5")
    value = [0.1320291397155, -0.0850068664979, -3.7721317452981, -2.6341789758215, -1.3920174135252, 0.2176521929627]
    se = [0.2535108912324, 0.0370717783894, 0.4835924032853, 0.4648925661545, 0.4525923355070, 0.4435596525290]
    assert np.allclose(found.value, value, rtol=1e-7, atol=1e-8)
    assert np.allclose(found.se, se, rtol=1e-7)
    assert set(found.df) == {52}  # $df.residual


def test_with_two_levels_it_is_the_logistic_model() -> None:
    for design in ("rk", "two"):
        odds = ordinal(sample(design), "t5", [Factor("age"), "edu"])
        logistic = glm(sample(design), "t5", [Factor("age"), "edu"], family="quasibinomial")
        order = [1, 2, 3, 4, 0]
        sign = np.array([1, 1, 1, 1, -1])
        assert np.allclose(odds.coefficients.value, logistic.coefficients.value[order] * sign, rtol=1e-9)
        assert np.allclose(odds.coefficients.se, logistic.coefficients.se[order], rtol=1e-8)
        assert term_test(odds, "age").statistic == pytest.approx(term_test(logistic, "age").statistic, rel=1e-8)


def test_replicates_and_linearisation_agree() -> None:
    linearised, replicated = (ordinal(sample(design), "q5", ["online", "edu"]).coefficients for design in ("sp", "jkn"))
    assert np.allclose(replicated.value, linearised.value, rtol=1e-12)
    assert np.allclose(replicated.se, linearised.se, rtol=0.02)


def test_without_regressors_thresholds_are_the_logits_of_cumulative_shares() -> None:
    found = ordinal(sample("sp"), "q1", []).coefficients
    answered = rows().dropna(subset=["q1"])
    below = answered.groupby("q1")["w"].sum().cumsum()[:-1] / answered["w"].sum()
    assert np.allclose(found.value, np.log(below / (1 - below)), rtol=1e-12)


def test_turning_the_scale_round_turns_the_slopes() -> None:
    turned = Sample.of(rows().assign(q5=6 - rows()["q5"]), Design(strata="stratum", psu="psu", weight="w"))
    one, other = (ordinal(each, "q5", ["online", "edu"]).coefficients for each in (sample("sp"), turned))
    assert np.allclose(other.value[:2], -one.value[:2], rtol=1e-10)
    assert np.allclose(other.value[2:], -one.value[:1:-1], rtol=1e-10)
    assert np.allclose(other.se[:2], one.se[:2], rtol=1e-10)


def test_levels_of_text_have_their_natural_order() -> None:
    words = rows()["q5"].map({1.0: "a", 2.0: "b", 3.0: "c", 4.0: "d", 5.0: "e"})
    named = Sample.of(rows().assign(q5=words), Design(strata="stratum", psu="psu", weight="w"))
    one, other = (ordinal(each, "q5", ["edu"]).coefficients for each in (sample("sp"), named))
    assert other.labels[1:] == ("a|b", "b|c", "c|d", "d|e")
    assert np.allclose(one.value, other.value, rtol=1e-12)


def test_large_units_do_not_disturb_the_fit() -> None:
    finer = Sample.of(rows().assign(fee=rows()["fee"] * 1e8), Design(strata="stratum", psu="psu", weight="w"))
    one, other = (ordinal(each, "q5", ["fee"]).coefficients for each in (sample("sp"), finer))
    assert other.value[0] * 1e8 == pytest.approx(one.value[0], rel=1e-8)
    assert other.se[0] * 1e8 == pytest.approx(one.se[0], rel=1e-8)


def test_a_level_or_number_that_settles_the_rating_is_named() -> None:
    settled = rows().assign(
        q5=rows()["q5"].mask(rows()["age"] == 4, 5.0), apart=(rows()["q5"] > 3) * 10.0 + rows()["q5"]
    )
    people = Sample.of(settled.dropna(subset=["q5"]), Design(weight="w"))
    with pytest.raises(EstimationError, match="age=4") as refused:
        ordinal(people, "q5", [Factor("age")])
    assert refused.value.code == "MOD_SEPARATED"
    with pytest.raises(EstimationError) as refused:
        ordinal(people, "q5", ["apart"], where=settled.dropna(subset=["q5"])["age"] < 4)
    assert refused.value.code == "MOD_SEPARATED"


def test_ratings_need_rows_and_weights_that_are_not_negative() -> None:
    with pytest.raises(EstimationError) as refused:
        ordinal(sample("sp"), "q5", ["edu", "online", "fee"], where=rows().index < 5)
    assert refused.value.code == "MOD_FEW_ROWS"
    with pytest.raises(EstimationError) as refused:
        ordinal(replace(sample("sp"), weights=sample("sp").weights - 5000), "q5", "edu")
    assert refused.value.code == "EST_NEGATIVE_ROWS"


def test_a_fit_that_does_not_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.estimation.ordinal._ITERATIONS", 1)
    with pytest.raises(EstimationError, match="edu") as refused:
        ordinal(sample("sp"), "q5", "edu")
    assert refused.value.code == "MOD_NOT_CONVERGED"


def test_a_rating_with_one_level_and_terms_that_follow_from_each_other_are_refused() -> None:
    more = Sample.of(rows().assign(double=rows()["edu"] * 2, constant=3), Design(weight="w"))
    with pytest.raises(EstimationError, match="constant"):
        ordinal(more, "constant", ["edu"])
    with pytest.raises(EstimationError, match="«double»"):
        ordinal(more, "q5", ["edu", "double"])
    with pytest.raises(EstimationError, match="«constant»"):
        ordinal(more, "q5", ["constant"])
