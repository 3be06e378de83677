"""Cronbach's alpha against R and its asymptotic error, and its design-based error against replicates."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimation import Design, EstimationError, Sample
from analysis.estimation.scale import cronbach_alpha
from tests.analysis.estimation.survey395 import rows, sample

ITEMS = ["q1", "q2", "q3", "q4", "q5"]


def test_alpha_of_a_scale_and_without_an_item_equals_r() -> None:
    """svycralpha(~q1+…+q5, two, na.rm=TRUE); without q1 and q5: svycralpha(~…, subset(two, !is.na(q1)), na.rm=TRUE)"""
    found = cronbach_alpha(sample("two"), ITEMS)
    assert found.labels == ("alpha", *(f"without {item}" for item in ITEMS))
    assert found.value[[0, 1, 5]] == pytest.approx([0.8715494899330, 0.8442192539042, 0.8489306896172], rel=1e-11)
    assert found.n[0] == len(rows().dropna(subset=ITEMS))


def test_alpha_in_a_domain_of_a_raked_design_equals_r() -> None:
    """svycralpha(~q1+…+q5, subset(rk, sex==1), na.rm=TRUE)"""
    by_where = cronbach_alpha(sample("rk"), ITEMS, where=rows()["sex"] == 1)
    by_column = cronbach_alpha(sample("rk"), ITEMS, by=["sex"])
    assert by_where.value[0] == pytest.approx(0.8624974167676, rel=1e-11)
    assert by_column.value[:6] == pytest.approx(by_where.value, rel=1e-11)
    assert by_column.se[:6] == pytest.approx(by_where.se, rel=1e-9)


def test_the_linearised_error_is_close_to_the_jackknifes() -> None:
    linearised, replicated = (cronbach_alpha(sample(design), ITEMS) for design in ("sp", "jkn"))
    assert np.allclose(replicated.value, linearised.value, rtol=1e-12)
    assert np.allclose(replicated.se, linearised.se, rtol=0.02)


def test_the_linearised_error_is_the_derivative_in_the_weights() -> None:
    """Independent rows: V = n/(n−1) Σ (w_i ∂α/∂w_i)², each derivative by moving one weight."""
    people = rows().dropna(subset=ITEMS).head(60)

    def alphas(weights: pd.Series) -> np.ndarray:
        return cronbach_alpha(Sample.of(people.assign(w=weights), Design(weight="w")), ITEMS).value

    moved = []
    for row in people.index:
        up, down = people["w"].copy(), people["w"].copy()
        up[row] *= 1 + 1e-4
        down[row] *= 1 - 1e-4
        moved.append((alphas(up) - alphas(down)) / 2e-4)
    influence = np.array(moved)
    expected = np.sqrt(60 / 59 * ((influence - influence.mean(axis=0)) ** 2).sum(axis=0))
    assert np.allclose(cronbach_alpha(Sample.of(people, Design(weight="w")), ITEMS).se, expected, rtol=1e-6)


def test_for_parallel_normal_items_the_error_is_that_of_theory() -> None:
    """Var α̂ → 2k(1−α)²/((k−1)n) (van Zyl, Neudecker & Nel 2000)."""
    dice = np.random.default_rng(11)
    n, k = 20_000, 4
    people = pd.DataFrame(dice.normal(size=(n, 1)) + dice.normal(size=(n, k)), columns=list("abcd"))
    found = cronbach_alpha(Sample.of(people, Design()), list("abcd"))
    theory = np.sqrt(2 * k / (k - 1) / n) * (1 - found.value[0])
    assert found.value[0] == pytest.approx(0.8, abs=0.01)
    assert found.se[0] == pytest.approx(theory, rel=0.03)


def test_two_items_give_the_spearman_brown_of_equal_variances() -> None:
    people = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3]})
    found = cronbach_alpha(Sample.of(people, Design()), ["a", "b"])
    assert found.labels == ("alpha",)
    assert found.value[0] == pytest.approx(2 * 0.6 / 1.6, rel=1e-12)


def test_rows_of_negative_weight_count() -> None:
    items, weights = rows()[ITEMS].dropna().head(50).to_numpy(float), np.ones(50)
    weights[3] = -0.5
    people = Sample.of(dict(zip(ITEMS, items.T, strict=True)), Design())
    centred = items - weights @ items / weights.sum()
    moments = (centred * weights[:, None]).T @ centred
    alpha = 5 / 4 * (1 - np.trace(moments) / moments.sum())
    assert cronbach_alpha(replace(people, weights=weights), ITEMS).value[0] == pytest.approx(alpha, rel=1e-11)


def test_items_that_do_not_vary_have_no_alpha() -> None:
    people = pd.DataFrame({"a": [0.7] * 4, "b": [0.7] * 4, "c": [0.7] * 4, "g": [1, 1, 2, 2]})
    found = cronbach_alpha(Sample.of(people, Design()), ["a", "b", "c"], by=["g"])
    assert np.isnan(found.value).all()
    assert np.isnan(found.se).all()
    opposite = people.assign(a=[1.0, 2, 3, 4], b=[4.0, 3, 2, 1])
    assert np.isnan(cronbach_alpha(Sample.of(opposite, Design()), ["a", "b"]).value[0])


@pytest.mark.parametrize(
    ("items", "code"),
    [([], "SCL_ITEMS"), (["q1"], "SCL_ITEMS"), ("q1", "SCL_ITEMS"), (["q1", "q1"], "EST_NAMES"), ([1, 2], "EST_NAMES")],
)
def test_a_scale_needs_two_different_items(items: list[str], code: str) -> None:
    with pytest.raises(EstimationError) as refused:
        cronbach_alpha(sample("sp"), items)
    assert refused.value.code == code
