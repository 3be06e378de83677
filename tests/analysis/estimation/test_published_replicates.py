"""Replicate weights that came with the data, against R on ten units."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimation import Design, EstimationError, Sample, ratio
from analysis.estimation.replication import Kind, replicate, with_replicates
from tests.analysis.estimation.ten_units import small

HALF = np.array([[2.0, 0, 2, 0], [0, 2, 0, 2], [2, 2, 0, 0], [0, 0, 2, 2]])
"""weights(as.svrepdesign(svydesign(~p, strata=~h, weights=~w, data=d[4:7,]), "BRR"), "replication")"""


@pytest.mark.parametrize(
    ("kind", "se"),
    [
        (
            "BRR",
            0.3195237769617,
        ),  # SE(svyratio(~y, ~x, svrepdesign(repweights=, weights=~w, data=d[4:7,], type="BRR")))
        ("bootstrap", 0.3689542772827),  # the same with type="bootstrap"
        ("other", 0.6390475539235),  # the same with type="ACS"
    ],
)
def test_published_replicate_weights_give_the_errors_of_r(kind: Kind, se: float) -> None:
    rows = small().iloc[3:7].reset_index(drop=True)
    names = ["r1", "r2", "r3", "r4"]
    rows[names] = HALF * rows[["w"]].to_numpy()
    sample = Sample.of(rows, Design(weight="w"))
    found = ratio(
        with_replicates(sample, names, kind, combined=True, scales=4 / 4 if kind == "other" else None), "y", "x"
    )
    assert found.se[0] == pytest.approx(se, rel=1e-12)
    assert found.df[0] == 2


def test_published_jackknives_take_the_scales_they_are_given() -> None:
    jkn = replicate(Sample.of(small(), Design(strata="h", weight="w", fpc="N")), "JKn").replicates
    jk1 = replicate(Sample.of(small(), Design(weight="w")), "JK1").replicates
    assert jkn is not None
    assert jk1 is not None
    sample = Sample.of(small(), Design(weight="w"))
    # svrepdesign(repweights=, weights=~w, data=d, type="JKn", scale=1, rscales=…, combined.weights=TRUE)
    scales = np.array([4, 4, 4, 4, 4, 3, 3, 5, 5, 5]) / 10
    weights = jkn.factors * sample.base[:, None]
    found = ratio(with_replicates(sample, weights, "JKn", combined=True, scales=scales), "y", "x")
    assert found.se[0] == pytest.approx(0.1590042363737, rel=1e-12)
    assert found.df[0] == 6
    # type="JK1" and type="Fay", rho=.3
    assert ratio(with_replicates(sample, jk1.factors, "JK1"), "y", "x").se[0] == pytest.approx(
        0.1953586803065, rel=1e-12
    )
    fay = ratio(with_replicates(sample, jk1.factors, "Fay", rho=0.3), "y", "x")
    assert fay.se[0] == pytest.approx(0.09302794300308, rel=1e-12)
    assert fay.df[0] == 9


def test_a_units_rows_share_their_factor_or_there_are_no_units() -> None:
    rows = small(p=[1, 1, 2, 3, 3, 4, 5, 6, 6, 7], r1=[1.0] * 10, r2=[1.0, 1.1] + [0.9] * 8)
    with pytest.raises(EstimationError, match="«r2», row 2") as caught:
        with_replicates(Sample.of(rows, Design(psu="p", weight="w")), ["r1", "r2"], "BRR")
    assert caught.value.code == "EST_REP_VARIES"
    assert with_replicates(Sample.of(rows, Design(weight="w")), ["r1", "r2"], "BRR").replicates is not None


def test_bad_published_replicates_are_refused() -> None:
    rows = small(r1=[1.0] * 10, r2=[1.0] * 9 + [np.nan])
    sample, table = Sample.of(rows, Design(weight="w")), np.ones((10, 4))
    for columns, kind, options, code in (
        (table, "JKn", {}, "EST_REP_SCALES"),
        (table, "other", {"scales": [1.0, 1.0]}, "EST_REP_SCALES"),
        (table, "BRR", {"scales": -1.0}, "EST_REP_SCALES"),
        (table, "BRR", {"rho": 0.5}, "EST_REP_OPTION"),
        (table, "jk", {}, "EST_BAD_OPTION"),
        (table[:4], "BRR", {}, "EST_REP_SHAPE"),
        (table[:, :1], "BRR", {}, "EST_REP_SHAPE"),
        (table[:, 0], "BRR", {}, "EST_NAMES"),
        (pd.DataFrame({"a": ["x"] * 10, "b": 1.0}), "BRR", {}, "EST_NOT_NUMBER"),
        ("r1", "BRR", {}, "EST_REP_SHAPE"),
        (["r1", "r1"], "BRR", {}, "EST_NAMES"),
        (["r1", "r2"], "BRR", {}, "EST_MISSING_DESIGN"),
        (["r1", "r3"], "BRR", {}, "EST_NO_COLUMN"),
    ):
        with pytest.raises(EstimationError) as caught:
            with_replicates(sample, columns, kind, **options)
        assert caught.value.code == code


def test_replicates_may_be_a_frame_of_their_own() -> None:
    sample = Sample.of(small(), Design(weight="w"))
    made = replicate(sample, "bootstrap", replicates=5).replicates
    assert made is not None
    for table in (pd.DataFrame(made.factors), made.factors):
        assert (with_replicates(sample, table, "bootstrap").replicates.factors == made.factors).all()
