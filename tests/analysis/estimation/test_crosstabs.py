"""Weighted tables and tests of independence against R, and the mixture of chi-squares against second routes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.estimation import Design, EstimationError, Precision, Sample
from analysis.estimation.crosstabs import _mixture_tail, rao_scott, weighted_table
from tests.analysis.estimation.survey395 import rows, sample


def test_a_weighted_table_equals_r() -> None:
    """svytable(~sex+q1, subset(sp, age==1))"""
    found = weighted_table(sample("sp"), "sex", "q1", where=rows()["age"] == 1)
    expected = [
        [6492.2287, 5183.0747, 4101.5120, 41474.0429, 21776.5404],
        [4147.1315, 17831.0589, 34127.2495, 45208.9748, 54134.5423],
    ]
    assert np.allclose(found.weights, expected, rtol=1e-12)
    assert (found.row_levels, found.column_levels) == ((1, 2), (1, 2, 3, 4, 5))
    assert found.counts.sum() == rows().query("age == 1")["q1"].notna().sum()
    assert list(found.to_frame().index) == ["1", "2"]


# svychisq(~age+t5, design, statistic=…, na.rm=TRUE): statistic, df, p. t5 is missing in 16 rows, which stay in the
# residuals of the calibration (rk, rkc).
INDEPENDENCE = {
    ("F", "rk"): (2.38714269228685, (2.22738398469886, 120.27873517373841), 0.0901955701696903),
    ("F", "rkc"): (2.42581032990074, (2.2861889848717, 123.4542051830727), 0.0850442175320682),
    ("F", "jkn"): (3.03749562480949, (2.75655090781924, 148.85374902223882), 0.0349401978966213),
    ("F", "two"): (3.07731263609399, (2.82712081914238, 152.66452423368841), 0.0320562244723973),
    ("Chisq", "rk"): (12.3066920201522, (3,), 0.0669266738371373),
    ("Chisq", "jkn"): (11.6588243372878, (3,), 0.0278321005395566),
    ("Chisq", "two"): (11.6588243372878, (3,), 0.0263609194914532),
    ("Wald", "rk"): (3.31958910616845, (3, 54), 0.0264739203860782),
    ("Wald", "rkc"): (3.3602233618753, (3, 54), 0.0252531547068978),
    ("Wald", "jkn"): (3.15674252064726, (3, 54), 0.0320022533827931),
    ("Wald", "two"): (3.24245820788094, (3, 54), 0.0289594364431766),
    ("adjWald", "rkc"): (3.23577064476881, (3, 52), 0.0295052654648619),
    ("adjWald", "jkn"): (3.03982613099366, (3, 52), 0.0370399068263983),
}


@pytest.mark.parametrize(("statistic", "design"), INDEPENDENCE)
def test_tests_of_independence_equal_r(statistic: str, design: str) -> None:
    found = rao_scott(sample(design), "age", "t5", statistic=statistic)
    value, df, p = INDEPENDENCE[statistic, design]
    assert (found.statistic, found.p) == pytest.approx((value, p), rel=1e-10)
    assert found.df == pytest.approx(df, rel=1e-10)


@pytest.mark.parametrize(
    ("statistic", "value", "p"),
    # svychisq(~age+q5, sp, statistic=…, na.rm=TRUE)
    [
        ("F", 1.70481501078023, 0.0873212329033051),
        ("Chisq", 25.4646417441768, 0.0589068852075775),
        ("Wald", 3.25898248175177, 0.00140137090065745),
        ("adjWald", 2.59511567991345, 0.010876347907443),
    ],
)
def test_a_table_with_an_empty_cell_equals_r(statistic: str, value: float, p: float) -> None:
    table = weighted_table(sample("sp"), "age", "q5")
    assert (table.counts == 0).sum() == 1
    found = rao_scott(sample("sp"), "age", "q5", statistic=statistic)
    assert (found.statistic, found.p) == pytest.approx((value, p), rel=1e-10)


def test_a_domain_keeps_the_whole_design_or_counts_its_own_units() -> None:
    """svychisq(~sex+t5, subset(sp, district<6), na.rm=TRUE)"""
    inside = rows()["district"] < 6
    found = rao_scott(sample("sp"), "sex", "t5", where=inside, precision=Precision(df="domain"))
    assert (found.statistic, *found.df, found.p) == pytest.approx((0.2032033234716, 1, 28, 0.6556190986136), rel=1e-10)
    assert rao_scott(sample("sp"), "sex", "t5", where=inside).df == pytest.approx((1, 54))


def test_without_a_design_pearsons_statistic_is_the_textbooks() -> None:
    table = weighted_table(Sample.of(rows(), Design()), "sex", "online")
    textbook = stats.chi2_contingency(table.counts, correction=False)
    found = rao_scott(Sample.of(rows(), Design()), "sex", "online", statistic="Chisq")
    assert found.statistic == pytest.approx(textbook.statistic, rel=1e-10)
    assert found.p == pytest.approx(textbook.pvalue, rel=0.02)  # the design effect is estimated: close to 1, not 1


def test_a_mixture_of_equal_parts_is_an_f_distribution() -> None:
    assert _mixture_tail(9.0, np.full(3, 2.0), 54.0) == pytest.approx(stats.f.sf(9 / 6, 3, 54), rel=1e-11)


def test_a_mixture_of_two_pairs_has_a_closed_form() -> None:
    """δ = (a, a, b, b) without error in V is a sum of two exponentials: (a e^(−x/2a) − b e^(−x/2b))/(a − b)."""
    a, b, x = 3.0, 0.2, 11.0
    expected = (a * np.exp(-x / 2 / a) - b * np.exp(-x / 2 / b)) / (a - b)
    assert _mixture_tail(x, np.array([a, a, b, b]), 1e12) == pytest.approx(expected, rel=1e-9)


def test_a_mixture_of_very_unequal_parts_takes_its_closed_form_too() -> None:
    """As above with parts a thousandfold: 28 000 terms."""
    a, b, x = 3.0, 0.003, 11.0
    expected = (a * np.exp(-x / 2 / a) - b * np.exp(-x / 2 / b)) / (a - b)
    assert _mixture_tail(x, np.array([a, a, b, b]), 1e12) == pytest.approx(expected, rel=1e-9)


def test_a_mixture_of_unequal_parts_equals_imhofs_integral() -> None:
    """P = ½ + 1/π ∫ sin θ(u)/(u ρ(u)) du (Imhof 1961), here on a fine grid of u = s/(1 − s)."""
    parts, x, nu = np.array([2.5, 1.5, 0.6]), 11.0, 54.0
    factors, weights = np.append(parts, -x / nu), np.array([1, 1, 1, nu])
    middle = (np.arange(200_000) + 0.5) / 200_000
    u = middle / (1 - middle)
    angle = (weights * np.arctan(np.outer(u, factors))).sum(axis=1) / 2
    log_size = (weights * np.log1p(np.outer(u, factors) ** 2)).sum(axis=1) / 4
    integral = (np.sin(angle) * np.exp(-log_size) / u / (1 - middle) ** 2).mean()
    assert _mixture_tail(x, parts, nu) == pytest.approx(0.5 + integral / np.pi, abs=1e-9)


def test_the_mixtures_p_is_close_to_satterthwaites_and_to_rs_saddlepoint() -> None:
    """svychisq(~age+t5, two, statistic="saddlepoint", na.rm=TRUE): an approximation, so 2 %."""
    exact = rao_scott(sample("two"), "age", "t5", statistic="lincom")
    assert exact.p == pytest.approx(0.0317142215474164, rel=0.02)
    assert exact.p == pytest.approx(rao_scott(sample("two"), "age", "t5").p, rel=0.02)


def test_relabelling_and_transposing_change_nothing() -> None:
    names = rows().assign(age=rows()["age"].map({1: "d", 2: "c", 3: "b", 4: "a"}))
    other = Sample.of(names, Design(strata="stratum", psu="psu", weight="w"))
    for statistic in ("F", "Wald"):
        one = rao_scott(sample("sp"), "age", "t5", statistic=statistic)
        assert rao_scott(other, "t5", "age", statistic=statistic).p == pytest.approx(one.p, rel=1e-9)


def test_a_table_without_a_test_says_so() -> None:
    """Empty cells that leave an interaction unknown, a design that makes the totals certain, a column with itself."""
    cell = rows()["sex"] * 10 + rows()["online"]
    people = rows().assign(copy=rows()["district"], cell=cell, everybody=cell.map(cell.value_counts()))
    twice, census = Sample.of(people, Design()), Sample.of(people, Design(strata="cell", fpc="everybody"))
    for statistic in ("F", "Chisq", "lincom", "Wald", "adjWald"):
        for made, row, column in ((twice, "district", "copy"), (census, "sex", "online")):
            with pytest.raises(EstimationError) as refused:
                rao_scott(made, row, column, statistic=statistic)
            assert refused.value.code == "TST_SINGULAR"
    with pytest.raises(EstimationError, match="district, district"):
        rao_scott(twice, "district", "district")


def test_negative_weights_add_to_cells_that_stay_above_0() -> None:
    people = Sample.of({"a": np.array([1, 1, 2, 2, 1, 2]), "b": np.array([1, 2, 1, 2, 1, 2])}, Design())
    weights = np.array([3.0, 1, 1, 2, -1, 1])
    found = weighted_table(replace(people, weights=weights), "a", "b")
    assert found.weights.tolist() == [[2, 1], [1, 3]]
    assert found.counts.tolist() == [[2, 1], [1, 2]]
    assert rao_scott(replace(people, weights=weights), "a", "b", statistic="Chisq").statistic == pytest.approx(
        6 * ((2 * 3 - 1 * 1) / 7) ** 2 / (3 * 4 * 3 * 4 / 7**2), rel=1e-12
    )  # n(ad − bc)²/(r₁r₂c₁c₂) of shares
    with pytest.raises(EstimationError) as refused:
        rao_scott(replace(people, weights=np.array([1.0, 1, 1, 1, -2, 1])), "a", "b")
    assert refused.value.code == "EST_NEGATIVE_ROWS"


def test_options_are_checked_before_anything_is_done() -> None:
    for precision in (Precision(method="logit"), Precision(method="beta", df="domain")):
        with pytest.raises(EstimationError) as refused:
            rao_scott(sample("sp"), "sex", "t5", precision=precision)
        assert refused.value.code == "EST_BAD_OPTION"


def test_a_column_with_one_level_is_named() -> None:
    people = Sample.of(pd.DataFrame({"a": [1, 1, 1], "b": [1, 2, 1]}), Design())
    with pytest.raises(EstimationError, match="«a»"):
        rao_scott(people, "b", "a")
    with pytest.raises(EstimationError, match="adjWald"):
        rao_scott(people, "b", "a", statistic="G")  # type: ignore[arg-type]
