"""Variances, covariances and correlations against R, numpy and the delta method on means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation import Design, EstimationError, Sample, mean
from analysis.estimation.contrasts import smooth
from analysis.estimation.dispersion import correlation, covariance, variance
from tests.analysis.estimation.survey395 import rows, sample

# R: v <- svyvar(~wait_days+score, design, na.rm=TRUE); coef(v)[c(1,2,4)]; SE(v)[c(1,2,4)]
R_DISPERSION = {
    "spf": ([10.4005854417093, -12.6860969432983, 393.4416744453], [1.353429674575, 3.5909595488398, 32.1630621419053]),
    "two": (
        [10.4005854417093, -12.6860969432983, 393.4416744453],
        [1.4685722471907, 3.8584614344631, 35.1831315753163],
    ),
    "rk": ([12.5447493661789, -15.8061722180314, 387.5801646642], [2.9834142280353, 5.7791212460378, 40.7560488786963]),
    "jkn": (
        [10.4005854417093, -12.6860969432983, 393.4416744453],
        [1.4875471175358, 3.9455795042782, 35.4578093192829],
    ),
    "brr": (
        [10.4005854417093, -12.6860969432983, 393.4416744453],
        [1.4516267167368, 4.0515892580911, 34.3703517537619],
    ),
}


@pytest.mark.parametrize("design", R_DISPERSION)
def test_variances_and_covariance_equal_r_under_every_kind_of_design(design: str) -> None:
    values, errors = R_DISPERSION[design]
    found, both = variance(sample(design), ["wait_days", "score"]), covariance(sample(design), "wait_days", "score")
    assert [found.value[0], both.value[0], found.value[1]] == pytest.approx(values, rel=1e-10)
    assert [found.se[0], both.se[0], found.se[1]] == pytest.approx(errors, rel=1e-10)
    assert found.labels == ("var(wait_days)", "var(score)")
    assert np.diag(found.covariance) == pytest.approx(found.variance, rel=1e-12)
    half = found.high - found.value
    assert half / found.se == pytest.approx(half[0] / found.se[0], rel=1e-12)


def test_rows_must_have_answered_every_column() -> None:
    # R: svyvar(~wait_days+score+q1, subset(sp, !is.na(q1))), which na.rm=TRUE equals in later versions; in 4.1-1 its n
    # counts the removed rows too
    found = variance(sample("sp"), ["wait_days", "score", "q1"])
    assert found.value == pytest.approx([10.28490286906998, 393.03911225334, 0.93590033495826], rel=1e-11)
    assert found.se == pytest.approx([1.515623892682639, 36.352219659255, 0.085786552640995], rel=1e-11)
    assert found.n.tolist() == [386] * 3


def test_domains_equal_r() -> None:
    # R: svyby(~wait_days, ~sex, sp, svyvar)
    found = variance(sample("sp"), "wait_days", by=["sex"])
    assert found.value == pytest.approx([13.179072471338, 8.660128791006], rel=1e-11)
    assert found.se == pytest.approx([3.453332688558, 1.121200499246], rel=1e-11)
    # R: svyvar(~wait_days, subset(design, district==3)) for jkn and rk
    for design, value, error in (("jkn", 7.3855982761261, 1.6400181430714), ("rk", 8.5647732204158, 3.4138817421621)):
        inside = variance(sample(design), "wait_days", where=rows()["district"] == 3)
        assert (inside.value[0], inside.se[0]) == pytest.approx((value, error), rel=1e-10)


def test_correlation_equals_r_and_the_delta_method_on_means() -> None:
    """R: m <- svymean(~a+b+I(a^2)+I(b^2)+I(a*b), subset(sp, !is.na(score))), named a, b, aa, bb, ab;
    svycontrast(m, quote((ab-a*b)/sqrt((aa-a^2)*(bb-b^2))))
    """
    found = correlation(sample("sp"), "wait_days", "score")
    assert (found.value[0], found.se[0]) == pytest.approx((-0.198316547376, 0.060142027480423), rel=1e-11)
    assert correlation(sample("sp"), "score", "wait_days").se[0] == pytest.approx(found.se[0], rel=1e-12)
    frame = rows().assign(a=rows()["wait_days"].where(rows()["score"].notna()), b=rows()["score"])
    frame = frame.assign(aa=frame["a"] ** 2, bb=frame["b"] ** 2, ab=frame["a"] * frame["b"])
    means = mean(Sample.of(frame, sample("sp").design), ["a", "b", "aa", "bb", "ab"])
    other = smooth(
        means, lambda m: (m[4] - m[0] * m[1]) / np.sqrt((m[2] - m[0] ** 2) * (m[3] - m[1] ** 2)), labels="cor"
    )
    assert (other.value[0], other.se[0]) == pytest.approx((found.value[0], found.se[0]), rel=1e-8)


def test_weights_of_one_give_numpy() -> None:
    dice = np.random.default_rng(5)
    x = dice.normal(size=60)
    frame = {"x": x, "y": x + dice.normal(size=60)}
    plain = Sample.of(frame, Design())
    expected = np.cov(frame["x"], frame["y"])
    assert variance(plain, ["x", "y"]).value == pytest.approx(np.diag(expected), rel=1e-12)
    assert covariance(plain, "x", "y").value[0] == pytest.approx(expected[0, 1], rel=1e-12)
    assert correlation(plain, "x", "y").value[0] == pytest.approx(np.corrcoef(frame["x"], frame["y"])[0, 1], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(shift=st.floats(-1e9, 1e9), scale=st.floats(0.01, 1e4), seed=st.integers(0, 99))
def test_shift_and_unit_change_what_they_should_and_lose_no_digits(shift: float, scale: float, seed: int) -> None:
    dice = np.random.default_rng(seed)
    x, y = np.round(dice.normal(0, 100, 40)), np.round(dice.normal(0, 100, 40))
    moved = np.round(shift) + x
    plain = Sample.of({"x": x, "y": y, "moved": moved, "scaled": scale * x}, Design())
    assert variance(plain, "moved").value == pytest.approx(variance(plain, "x").value, rel=1e-9)
    assert variance(plain, "scaled").se == pytest.approx(scale**2 * variance(plain, "x").se, rel=1e-9)
    one, other = correlation(plain, "x", "y"), correlation(plain, "moved", "y")
    assert other.value == pytest.approx(one.value, rel=1e-9, abs=1e-12)
    assert other.se == pytest.approx(one.se, rel=1e-9)
    assert abs(one.value[0]) <= 1


def test_a_column_that_does_not_vary_has_no_correlation_and_a_single_row_no_variance() -> None:
    frame = {
        "x": np.array([0.1, 0.1, 0.1, 2.0, 5.0, np.nan]),
        "y": np.array([1.0, 2, 3, 4, 5, 6]),
        "g": np.array([1, 1, 1, 2, 3, 4]),
        "w": np.array([0.3, 0.7, 1.1, 1, 1, 1]),
    }
    plain = Sample.of(frame, Design(weight="w"))
    spread, together = variance(plain, "x", by=["g"]), correlation(plain, "x", "y", by=["g"])
    assert (spread.value[0], spread.se[0]) == (0, 0)
    assert np.isnan(spread.value[1:]).all()
    assert np.isnan(spread.se[1:]).all()
    assert spread.n.tolist() == [3, 1, 1, 0]
    assert np.isnan(together.value).all()
    assert np.isnan(together.se).all()


@pytest.mark.parametrize("columns", [[], ["fee", "fee"], 3])
def test_columns_are_different_names(columns: list[str]) -> None:
    with pytest.raises(EstimationError) as refused:
        variance(sample("sp"), columns)
    assert refused.value.code == "EST_NAMES"


def test_the_error_of_a_correlation_is_that_of_the_standardised_slope() -> None:
    """Under simple random sampling: the sandwich error of z_y on z_x, their standardisation taken into account.

    Influence of r: z_x·z_y − r·(z_x² + z_y²)/2 (Hampel 1974).
    """
    dice = np.random.default_rng(11)
    x = dice.gamma(2, 1, 80)
    frame = {"x": x, "y": x**2 + dice.normal(size=80)}
    zx, zy = ((each - each.mean()) / each.std() for each in frame.values())
    r = (zx * zy).mean()
    influence = (zx * zy - r * (zx**2 + zy**2) / 2) / 80
    found = correlation(Sample.of(frame, Design()), "x", "y")
    assert found.value[0] == pytest.approx(r, rel=1e-12)
    assert found.se[0] == pytest.approx(np.sqrt(80 / 79 * (influence**2).sum()), rel=1e-11)
