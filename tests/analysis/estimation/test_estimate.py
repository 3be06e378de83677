"""Estimates against hand calculations and second routes to the same number."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimation import Design, EstimationError, Precision, Sample, mean, ratio, share, total
from tests.analysis.reference import all_cases, cases, frame


def test_simple_random_sample_by_hand() -> None:
    sample = Sample.of(pd.DataFrame({"y": [1.0, 2.0, 3.0, 6.0]}), Design())
    found = mean(sample, "y")
    assert found.value[0] == 3
    assert found.se[0] == pytest.approx(np.sqrt((4 + 1 + 0 + 9) / 3 / 4))
    assert (found.n[0], found.weighted_n[0], found.df[0]) == (4, 4, 3)
    assert found.deff[0] == pytest.approx(1)


def test_stratified_clusters_with_fpc_by_hand() -> None:
    """Two strata of two PSUs, totals 4, 8 | 1, 5; fpc 4 and 2: V = (1−½)·2/1·8 + (1−1)·…"""
    rows = pd.DataFrame(
        {
            "h": [1, 1, 1, 2, 2],
            "p": [1, 1, 2, 1, 2],
            "N": [4, 4, 4, 2, 2],
            "y": [1.0, 3.0, 8.0, 1.0, 5.0],
            "w": [1.0] * 5,
        }
    )
    found = total(Sample.of(rows, Design(strata="h", psu="p", weight="w", fpc="N")), "y")
    assert found.value[0] == 18
    assert found.se[0] ** 2 == pytest.approx(0.5 * 2 * ((4 - 6) ** 2 + (8 - 6) ** 2))
    assert found.df[0] == 2
    fractions = rows.assign(N=[0.5, 0.5, 0.5, 1, 1])
    assert total(Sample.of(fractions, Design(strata="h", psu="p", weight="w", fpc="N")), "y").se[0] == found.se[0]


def test_a_share_is_the_mean_of_its_indicator_and_shares_add_up() -> None:
    dice = np.random.default_rng(3)
    rows = pd.DataFrame({"q": dice.integers(1, 6, 300), "w": dice.uniform(1, 3, 300), "g": dice.integers(0, 2, 300)})
    rows["t"] = (rows["q"] == 4).astype(float)
    sample = Sample.of(rows, Design(weight="w"))
    shares, indicator = share(sample, "q", by=["g"]), mean(sample, "t", by=["g"])
    fours = [k for k, label in enumerate(shares.labels) if label == "4"]
    assert np.allclose(shares.value[fours], indicator.value, rtol=1e-12)
    assert np.allclose(shares.se[fours], indicator.se, rtol=1e-12)
    assert np.allclose(shares.deff[fours], indicator.deff, rtol=1e-9)
    assert shares.value[:5].sum() == pytest.approx(1)
    assert abs(shares.covariance[:5, :5].sum()) < 1e-15  # the shares of one question are bound to sum to one


def test_domain_totals_add_up_to_the_total_with_its_variance() -> None:
    sample = Sample.of(frame(), Design(strata="stratum", psu="psu", weight="w", fpc="fpc"))
    parts, whole = total(sample, "fee", by=["sex"]), total(sample, "fee")
    assert parts.value.sum() == pytest.approx(whole.value[0], rel=1e-12)
    assert parts.covariance.sum() == pytest.approx(whole.covariance[0, 0], rel=1e-12)


def test_a_domain_mean_is_the_ratio_of_two_totals() -> None:
    rows = frame().assign(inside=(frame()["sex"] == "1").astype(float))
    rows["product"] = rows["score"].astype(float) * rows["inside"]
    sample = Sample.of(rows, Design(strata="stratum", psu="psu", weight="w"))
    by_where, by_ratio = mean(sample, "score", where=rows["sex"] == "1"), ratio(sample, "product", "inside")
    assert by_ratio.value[0] == pytest.approx(by_where.value[0], rel=1e-12)
    assert by_ratio.se[0] == pytest.approx(by_where.se[0], rel=1e-12)


def test_order_of_rows_does_not_matter() -> None:
    design = Design(strata="stratum", psu="psu", weight="w")
    mixed = frame().sample(frac=1, random_state=5)
    one, other = (
        mean(Sample.of(frame(), design), "score", by=["age"]),
        mean(Sample.of(mixed, design), "score", by=["age"]),
    )
    assert np.allclose(one.value, other.value, rtol=1e-12)
    assert np.allclose(one.covariance, other.covariance, rtol=1e-9)


def test_lone_psus_adjusted_equal_r() -> None:
    sample = Sample.of(frame(), Design(strata="stratum", psu="psu_lonely", weight="w", lonely_psu="adjust"))
    compared = 0
    for case in all_cases():
        if case["family"] == "lonely" and case["args"]["lonely"] == "adjust":
            y = case["args"]["y"]
            found = (total if case["args"]["fn"] == "total" else mean)(sample, y)
            assert found.se[0] == pytest.approx(case["expected"]["se"][y], rel=1e-9)
            assert found.df[0] == 49
            compared += 1
    assert compared == 3


def test_a_lone_psu_fails_with_its_stratum_named() -> None:
    sample = Sample.of(pd.DataFrame({"h": ["Bình Gia", "X", "X"], "y": [1.0, 2.0, 3.0]}), Design(strata="h"))
    with pytest.raises(EstimationError, match="Bình Gia"):
        mean(sample, "y")


def test_empty_and_one_person_domains_are_said_not_crashed() -> None:
    rows = pd.DataFrame({"y": [1.0, 0.0, np.nan, np.nan], "g": ["a", "b", "c", "c"]})
    found = mean(Sample.of(rows, Design()), "y", by=["g"], precision=Precision(method="logit", df="domain"))
    assert found.value[:2].tolist() == [1, 0]
    assert np.isnan(found.value[2])
    assert np.isnan(found.low[2])
    assert found.n.tolist() == [1, 1, 0]


def test_domain_degrees_of_freedom_equal_r() -> None:
    sample = Sample.of(frame(), Design(strata="stratum", psu="psu", weight="w"))
    found = mean(sample, "score", by=["district"], precision=Precision(df="domain"))
    place = {domain["district"]: k for k, domain in enumerate(found.by)}
    compared = 0
    for case in cases():
        if case["family"] == "degf_dom" and case["args"]["domain"].startswith("district=="):
            assert found.df[place[case["args"]["domain"].removeprefix("district==")]] == case["expected"]["value"]
            compared += 1
    assert compared >= 5


def test_arithmetic_on_an_estimate_is_refused() -> None:
    found = mean(Sample.of(pd.DataFrame({"y": [1.0, 2.0]}), Design()), "y")
    with pytest.raises(EstimationError, match="difference"):
        found - 1
    with pytest.raises(EstimationError, match="difference"):
        np.float64(1) + found


def test_an_estimate_shows_as_a_tidy_table() -> None:
    found = mean(Sample.of(pd.DataFrame({"y": [1.0, 2.0, 4.0], "g": ["a", "a", "b"]}), Design()), "y", by=["g"])
    table = found.to_frame()
    assert table.columns.tolist() == [
        "g",
        "label",
        "value",
        "se",
        "low",
        "high",
        "margin",
        "n",
        "n_eff",
        "weighted_n",
        "df",
        "deff",
        "method",
    ]
    assert table["g"].tolist() == ["a", "b"]
    assert "1.5" in repr(found)


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("w", [1.0, None], "EST_MISSING_DESIGN"),
        ("w", [1.0, 0.0], "EST_BAD_WEIGHT"),
        ("w", ["1", "một"], "EST_NOT_NUMBER"),
        ("N", [0, 0], "EST_FPC_SMALL"),
        ("N", [5, 6], "EST_FPC_VARIES"),
        ("none", [1, 1], "EST_NO_COLUMN"),
    ],
)
def test_a_design_that_cannot_be_is_refused(column: str, values: list, code: str) -> None:
    rows = pd.DataFrame({"y": [1.0, 2.0], column if column != "none" else "other": values})
    design = Design(weight=column) if column != "N" else Design(fpc="N")
    with pytest.raises(EstimationError) as error:
        Sample.of(rows, design)
    assert error.value.code == code


def test_bad_options_are_refused_with_the_good_ones_named() -> None:
    sample = Sample.of(pd.DataFrame({"y": [1.0, 0.0]}), Design())
    with pytest.raises(EstimationError, match="wilson"):
        mean(sample, "y", precision=Precision(method="wald"))  # type: ignore[arg-type]
    with pytest.raises(EstimationError, match="between 0 and 1"):
        mean(sample, "y", precision=Precision(level=95))
    with pytest.raises(EstimationError, match="domain"):
        Precision(df="psu")  # type: ignore[arg-type]
