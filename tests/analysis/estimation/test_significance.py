"""t, rank and Wald tests against R's numbers and against textbook tests where there is no design."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.estimation import Design, EstimationError, Precision, Sample, mean
from analysis.estimation.estimate import Estimate
from analysis.estimation.replication import replicate
from analysis.estimation.significance import Test, rank_test, t_test, wald_test
from tests.analysis.estimation.survey395 import rows, sample


def mean_of_three() -> Estimate:
    return mean(sample("two"), ["score", "edu", "online"])


@pytest.mark.parametrize(
    ("design", "y", "group", "mu", "expected"),
    [
        # svyttest(score~sex, two)
        ("two", "score", "sex", 0, (1.3248108164772, 53, 0.1909177781984, 3.9344088651853, -2.0222339453501)),
        # svyttest(score~sex, rkc)
        ("rkc", "score", "sex", 0, (1.2867311277170, 53, 0.2037799730562, 4.1602371650594, -2.3247066228439)),
        # svyttest(q3~online, two): q3 is missing in some rows
        ("two", "q3", "online", 0, (-0.035082710550453, 53, 0.972145587443358, -0.004703694675925, -0.273622960359964)),
        # svyttest(I(edu-10)~0, jkn)
        ("jkn", "edu", None, 10, (0.035811553520640, 53, 0.971567161726401, 10.006009597203102, 9.669421978443473)),
    ],
)
def test_t_tests_equal_r(design: str, y: str, group: str | None, mu: float, expected: tuple[float, ...]) -> None:
    found = t_test(sample(design), y, group, mu=mu)
    assert found.estimate is not None
    numbers = (found.statistic, *found.df, found.p, found.estimate.value[0], found.estimate.low[0])
    assert numbers == pytest.approx(expected, rel=1e-10)


def test_in_a_domain_degrees_of_freedom_are_the_designs_or_the_domains() -> None:
    inside = rows()["district"] < 6
    domain = t_test(sample("sp"), "score", "sex", where=inside, precision=Precision(df="domain"))
    # svyttest(score~sex, subset(sp, district<6))
    assert (domain.statistic, domain.p) == pytest.approx((1.510894786526, 0.142431521929), rel=1e-10)
    assert domain.df == (27,)
    whole = t_test(sample("sp"), "score", "sex", where=inside)
    assert whole.df == (53,)
    assert whole.statistic == pytest.approx(domain.statistic, rel=1e-12)


def test_units_in_which_nobody_answered_count_as_the_designs_or_not_as_the_domains() -> None:
    """z = score, NA in five PSUs: svyttest(z~sex, sp)$parameter is 48, the degrees of freedom of the answered units."""
    silent = rows()["psu"].isin(rows()["psu"].unique()[:5])
    people = rows().assign(z=rows()["score"].mask(silent))
    clustered = Sample.of(people, Design(strata="stratum", psu="psu", weight="w"))
    assert t_test(clustered, "z", "sex", precision=Precision(df="domain")).df == (48,)
    assert t_test(clustered, "z", "sex").df == (53,)


def test_without_a_design_the_t_test_is_the_textbooks() -> None:
    values = np.array([3.1, 4.0, 2.2, 5.9, 4.4, 3.7])
    found = t_test(Sample.of(pd.DataFrame({"y": values}), Design()), "y", mu=3)
    assert found.statistic == pytest.approx(stats.ttest_1samp(values, 3).statistic, rel=1e-12)
    assert found.df == (4,)  # one less than the textbook's: R's convention for a regression on a constant


# svyranktest(q5~sex, two, test=…)
RANKS = {
    "wilcoxon": (0.69766146514143, 0.48843838557131, 0.02592216891966),
    "median": (0.37892936214310, 0.70625415540552, 0.02361008961796),
    "vanderWaerden": (0.6718581647671, 0.5045922452719, 0.0819938247363),
}


@pytest.mark.parametrize("test", RANKS)
def test_rank_tests_of_two_groups_equal_r(test: str) -> None:
    found = rank_test(sample("two"), "q5", "sex", test=test, ties="rows")
    assert found.estimate is not None
    assert (found.statistic, found.p, found.estimate.value[0]) == pytest.approx(RANKS[test], rel=1e-10)
    assert found.df == (53,)


@pytest.mark.parametrize(
    ("design", "statistic"),
    # svyranktest(wait_days~online, rk / rkc / jkn)
    [("rk", -1.5277941802323), ("rkc", -1.58888364100355), ("jkn", -1.06596741800079)],
)
def test_rank_tests_know_calibration_and_replicates(design: str, statistic: float) -> None:
    found = rank_test(sample(design), "wait_days", "online", ties="rows")
    assert found.statistic == pytest.approx(statistic, rel=1e-9)


@pytest.mark.parametrize(
    ("design", "y", "test", "chi_square", "p"),
    [
        # svyranktest(edu~factor(age), rkc)
        ("rkc", "edu", "KruskalWallis", 108.7862000415, 1.084246237005e-12),
        # svyranktest(q5~factor(age), rk, test=…)
        ("rk", "q5", "wilcoxon", 9.37270510043901, 0.0337587458292561),
        ("rk", "q5", "median", 10.0653889722576, 0.0258602957635319),
        ("rk", "q5", "vanderWaerden", 8.76575583007785, 0.0426915226768302),
    ],
)
def test_rank_tests_of_several_groups_equal_r(design: str, y: str, test: str, chi_square: float, p: float) -> None:
    """R reports q times our F; its p is that of F on q and df − q."""
    found = rank_test(sample(design), y, "age", test=test, ties="rows")
    assert found.df == (3, 51)
    assert (found.statistic * 3, found.p) == pytest.approx((chi_square, p), rel=1e-9)


def test_equal_values_share_the_middle_of_their_stretch_of_population() -> None:
    """Values 1, 2, 2, 5 with weights 2, 3, 1, 4: ranks 0.1, 0.4, 0.4, 0.8; group means (0.1·2 + 0.4·1)/3 and 4.4/7."""
    people = pd.DataFrame({"y": [2, 1, 5, 2], "w": [3.0, 2, 4, 1], "g": ["b", "a", "b", "a"]})
    found = rank_test(Sample.of(people, Design(weight="w")), "y", "g")
    assert found.estimate is not None
    assert found.estimate.value[0] == pytest.approx(4.4 / 7 - 0.6 / 3, rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_neither_the_order_of_rows_nor_the_unit_of_weights_matters(seed: int, unit: float) -> None:
    mixed = rows().sample(frac=1, random_state=seed).assign(w=lambda found: found["w"] * unit)
    other = Sample.of(mixed, Design(strata="stratum", psu="psu", weight="w"))
    one = rank_test(sample("sp"), "wait_days", "age")
    assert rank_test(other, "wait_days", "age").statistic == pytest.approx(one.statistic, rel=1e-9)


def test_with_equal_weights_and_no_ties_wilcoxons_estimate_is_that_of_the_ranks() -> None:
    dice = np.random.default_rng(5)
    people = pd.DataFrame({"y": dice.permutation(60), "g": dice.integers(0, 2, 60)})
    found = rank_test(Sample.of(people, Design()), "y", "g")
    ranks = (stats.rankdata(people["y"]) - 0.5) / 60
    assert found.estimate is not None
    assert found.estimate.value[0] == pytest.approx(ranks[people["g"] == 1].mean() - ranks[people["g"] == 0].mean())
    textbook = stats.ttest_ind(ranks[people["g"] == 1], ranks[people["g"] == 0], equal_var=False)
    assert found.statistic == pytest.approx(textbook.statistic, rel=0.05)


def test_walds_test_equals_r() -> None:
    """m = svymean(~score+edu+online, two); C = rbind(c(1,-1,0), c(0,1,-2)); W = t(C m) solve(C V C') C m."""
    together = mean_of_three()
    contrasts = [{"score": 1.0, "edu": -1.0}, {"edu": 1.0, "online": -2.0}]
    found = wald_test(together, contrasts)
    assert (found.statistic, found.p) == pytest.approx((2321.749552852, 4.307551224699e-53), rel=1e-9)
    assert found.df == (2, 54)
    chi_square = wald_test(together, contrasts, form="Chisq")
    assert (chi_square.statistic, chi_square.df) == (pytest.approx(4643.499105705, rel=1e-9), (2,))


def test_numbers_that_are_not_tested_do_not_matter() -> None:
    """Nobody answered in district 2, and a domain may have few degrees of freedom."""
    late = rows()["score"].where(rows()["district"] != 2)
    made = Sample.of(rows().assign(late=late), sample("sp").design)
    both = mean(made, "late", by=["district"], precision=Precision(df="domain"))
    tested = [{("late", 0): 1.0, ("late", 1): -1.0}]
    alone = mean(made, "late", by=["district"], where=rows()["district"] < 2, precision=Precision(df="domain"))
    found, expected = wald_test(both, tested), wald_test(alone, tested)
    assert (found.statistic, found.df) == (pytest.approx(expected.statistic, rel=1e-12), expected.df)


def test_numbers_that_are_bound_to_each_other_are_refused() -> None:
    together = mean_of_three()
    with pytest.raises(EstimationError, match="bound to each other") as refused:
        wald_test(together, [{"score": 1.0}, {"score": -2.0}])
    assert refused.value.code == "TST_SINGULAR"


@pytest.mark.parametrize("design", ["sp", "two", "jkn"])
@pytest.mark.parametrize(
    "test",
    [
        lambda s: t_test(s, "same"),
        lambda s: t_test(s, "same", "sex"),
        lambda s: rank_test(s, "same", "sex"),
        lambda s: rank_test(s, "same", "age"),
        lambda s: rank_test(s, "same", "age", test="vanderWaerden", ties="rows"),
        lambda s: wald_test(mean(s, "same")),
        lambda s: wald_test(mean(s, "same", by=["sex"]), [{("same", 1): 1.0, ("same", 2): -1.0}]),
    ],
)
def test_what_does_not_vary_has_no_p(design: str, test: Callable[[Sample], Test]) -> None:
    """Its standard error is rounding, and a number over it would look certain."""
    made = Sample.of(rows().assign(same=0.7), sample("two" if design == "two" else "sp").design)
    with pytest.raises(EstimationError) as refused:
        test(replicate(made, "JKn") if design == "jkn" else made)
    assert refused.value.code == "TST_SINGULAR"


def test_answers_from_a_single_unit_have_no_p() -> None:
    """Their weighted residuals sum to nothing in the one unit there is."""
    unit = (rows()["stratum"] == rows()["stratum"][0]) & (rows()["psu"] == rows()["psu"][0])
    assert rows()["score"][unit].nunique() > 1
    with pytest.raises(EstimationError) as refused:
        t_test(sample("sp"), "score", where=unit)
    assert refused.value.code == "TST_SINGULAR"


def test_a_large_mean_with_a_small_error_is_still_tested() -> None:
    values = 1e6 + np.array([3.1, 4.0, 2.2, 5.9, 4.4, 3.7])
    found = t_test(Sample.of({"y": values}, Design()), "y", mu=1e6 + 3)
    assert found.statistic == pytest.approx(stats.ttest_1samp(values - 1e6, 3).statistic, rel=1e-9)


def test_negative_weights_add_to_means_but_have_no_rank() -> None:
    """y = 2, 1, 5 with weights 2, 3, −1: the mean is (4 + 3 − 5)/4."""
    people = Sample.of({"y": np.array([2.0, 1, 5, 3]), "g": np.array([1, 1, 1, 2])}, Design())
    people = replace(people, weights=np.array([2.0, 3, -1, 2]))
    found = t_test(people, "y", "g").estimate
    assert found is not None
    assert found.value[0] == pytest.approx(3 - 2 / 4, rel=1e-12)
    with pytest.raises(EstimationError, match=r"row 3, -1\.0") as refused:
        rank_test(people, "y", "g")
    assert refused.value.code == "EST_NEGATIVE_ROWS"


def test_intervals_of_tests_are_t_intervals() -> None:
    with pytest.raises(EstimationError, match="logit") as refused:
        t_test(sample("sp"), "score", precision=Precision(method="logit"))
    assert refused.value.code == "EST_BAD_OPTION"


def test_contrasts_name_each_number_once_or_give_an_array() -> None:
    together, by_sex = mean_of_three(), mean(sample("two"), "score", by=["sex"])
    with pytest.raises(EstimationError, match="fee"):
        wald_test(together, [{"fee": 1.0}])
    with pytest.raises(EstimationError, match="2 numbers"):
        wald_test(by_sex, [{"score": 1.0}])
    with pytest.raises(EstimationError) as refused:
        wald_test(by_sex, np.ones((1, 3)))
    assert refused.value.code == "EST_LENGTH"
    found = wald_test(by_sex, [{("score", 2): 1.0, ("score", "1"): -1.0}])
    assert found.name == "Wald: score / 1, score / 2"
    assert found.statistic == wald_test(by_sex, np.array([[-1.0, 1.0]])).statistic
    assert found.statistic == pytest.approx(t_test(sample("two"), "score", "sex").statistic ** 2, rel=1e-10)


@pytest.mark.parametrize(
    ("contrasts", "code"),
    [
        ({"score": 1.0}, "EST_CONTRASTS"),
        ([], "EST_CONTRASTS"),
        ("score", "EST_CONTRASTS"),
        (3, "EST_CONTRASTS"),
        ([{}], "EST_COEFFICIENTS"),
        ([1.0, -1.0, 0.0], "EST_LENGTH"),
    ],
)
def test_contrasts_are_a_list(contrasts: object, code: str) -> None:
    with pytest.raises(EstimationError) as refused:
        wald_test(mean_of_three(), contrasts)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_walds_test_of_one_number_is_the_t_test_squared() -> None:
    one = mean(sample("two"), "score")
    assert wald_test(one, null=60).statistic == pytest.approx(((one.value[0] - 60) / one.se[0]) ** 2, rel=1e-12)


@pytest.mark.parametrize(
    ("group", "code"), [("age", "EST_LEVELS"), ("nowhere", "EST_NO_COLUMN"), ("constant", "EST_LEVELS")]
)
def test_a_group_with_the_wrong_number_of_levels_is_named(group: str, code: str) -> None:
    people = Sample.of(rows().assign(constant=1), Design(weight="w"))
    with pytest.raises(EstimationError, match=group) as refused:
        t_test(people, "score", group)
    assert refused.value.code == code


def test_unknown_tests_and_empty_domains_are_refused() -> None:
    with pytest.raises(EstimationError, match="vanderWaerden"):
        rank_test(sample("sp"), "score", "sex", test="normal")  # type: ignore[arg-type]
    with pytest.raises(EstimationError) as refused:
        rank_test(sample("sp"), "score", "sex", where=np.zeros(395, dtype=bool))
    assert refused.value.code == "EST_NO_ROWS"


def test_a_test_shows_as_a_table() -> None:
    found = t_test(sample("sp"), "score", "sex")
    assert list(found.to_frame().columns) == ["test", "statistic", "df", "p"]
    assert "t: score by sex" in repr(found)
    assert "sex=2 − 1" in found._repr_html_()
