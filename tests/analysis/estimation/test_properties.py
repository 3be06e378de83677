"""What must hold for every sample: what means nothing changes nothing, sums add up, nothing leaves its range."""

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.estimation import Design, Estimate, Precision, Sample, mean, poststratify, rake, ratio, share, total
from analysis.estimation.contrasts import contrast
from analysis.estimation.intervals import Method
from analysis.estimation.joint import join
from analysis.estimation.linearise import estimate
from analysis.estimation.replication import replicate
from analysis.estimation.totals import psu_totals
from analysis.estimation.weighting import nonresponse
from analysis.scores.satisfaction import Node, index_function, index_terms, people

DESIGN = Design(strata="stratum", psu="psu", weight="w", fpc="units")
ITEMS = ("a", "b", "c")
METHODS: tuple[Method, ...] = get_args(Method)
quick = settings(max_examples=15, deadline=None)


@st.composite
def surveys(draw: st.DrawFn, units: Sequence[int] = (2, 3, 4)) -> pd.DataFrame:
    """1-3 strata of 2-4 units of 1-4 people, who answered some of three questions from 1 to 5."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strata = draw(st.lists(st.sampled_from(units), min_size=1, max_size=3))
    rows = [(h, k) for h, count in enumerate(strata) for k in range(count) for _ in range(dice.integers(1, 5))]
    frame = pd.DataFrame(rows, columns=["stratum", "psu"])
    n = len(frame)
    frame["units"] = 12 + frame["stratum"]
    frame["w"] = dice.uniform(0.5, 20, n)
    frame["g"] = dice.choice(["x", "y", "z"], n)
    frame["sex"] = np.where(np.arange(n) < 2, np.arange(n) + 1, dice.integers(1, 3, n))
    frame["y"] = dice.normal(50, 20, n)
    frame["x"] = dice.uniform(1, 9, n)
    for item in ITEMS:
        frame[item] = np.where((dice.uniform(size=n) < 0.8) | (np.arange(n) == 0), dice.integers(1, 6, n), np.nan)
    return frame


def sample(frame: pd.DataFrame, design: Design = DESIGN) -> Sample:
    return Sample.of(frame, design)


def raked(frame: pd.DataFrame) -> Sample:
    return poststratify(sample(frame), "sex", {"1": 480.0, "2": 520.0})


def numbers(made: Sample, by: Sequence[str] = ("g",)) -> Estimate:
    """Means, shares and a ratio of every group, and the mean of all."""
    return join(
        mean(made, ["y", "a"], by=by), share(made, ITEMS, [4, 5], by=by), ratio(made, "y", "x", by=by), mean(made, "y")
    )


def same(one: Estimate, other: Estimate, tolerance: float = 1e-9) -> None:
    """The same numbers of the same domains, with the same joint covariance, bases and limits."""
    assert one.by == other.by
    assert one.labels == other.labels
    size = np.fmax(1.0, np.fmax(np.abs(one.value), one.se))
    for name in ("value", "se", "low", "high"):
        found, wanted = getattr(other, name) / size, getattr(one, name) / size
        np.testing.assert_allclose(found, wanted, tolerance, tolerance, err_msg=name)
    assert np.array_equal(one.n, other.n)
    assert np.array_equal(one.df, other.df)
    np.testing.assert_allclose(*(each.covariance / np.outer(size, size) for each in (other, one)), atol=tolerance)


@quick
@given(surveys(), st.integers(0, 1000), st.sampled_from([sample, raked]))
def test_the_order_of_rows_changes_nothing(frame: pd.DataFrame, seed: int, made: Callable) -> None:
    same(numbers(made(frame)), numbers(made(frame.sample(frac=1, random_state=seed))))


@quick
@given(surveys(), st.floats(1e-6, 1e6))
def test_the_unit_of_weights_changes_totals_alone(frame: pd.DataFrame, unit: float) -> None:
    base, scaled = sample(frame), sample(frame.assign(w=frame["w"] * unit))
    same(numbers(base), numbers(scaled))
    one, other = total(base, ["y", "x"], by=["g"]), total(scaled, ["y", "x"], by=["g"])
    np.testing.assert_allclose(other.value, one.value * unit, rtol=1e-10)
    np.testing.assert_allclose(other.se, one.se * unit, rtol=1e-8)
    several = one.n > 1
    np.testing.assert_allclose(other.deff[several], one.deff[several], rtol=1e-6)
    np.testing.assert_allclose(other.weighted_n, one.weighted_n * unit, rtol=1e-10)
    same(numbers(raked(frame)), numbers(raked(frame.assign(w=frame["w"] * unit))))


@quick
@given(surveys(), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_the_unit_of_an_answer_moves_its_mean_and_scales_its_error(
    frame: pd.DataFrame, shift: float, scale: float
) -> None:
    one = mean(sample(frame), "y", by=["g"])
    other = mean(sample(frame.assign(y=frame["y"] * scale + shift)), "y", by=["g"])
    size = np.abs(shift) + scale * 100
    np.testing.assert_allclose(other.value / size, (one.value * scale + shift) / size, atol=1e-12)
    np.testing.assert_allclose(other.se / size, one.se * scale / size, atol=1e-11)


@quick
@given(surveys())
def test_names_of_strata_units_and_levels_mean_nothing(frame: pd.DataFrame) -> None:
    """Renamed in reverse order, to text; units of different strata may have one name or each its own."""
    renamed = frame.assign(
        stratum=[f"tầng {9 - h}" for h in frame["stratum"]],
        psu=[f"{9 - h}/{7 - k}" for h, k in zip(frame["stratum"], frame["psu"], strict=True)],
        sex=frame["sex"].map({1: "nữ", 2: "nam"}),
    )
    same(numbers(sample(frame)), numbers(sample(renamed)))
    by_name = poststratify(sample(renamed), "sex", {"nữ": 480.0, "nam": 520.0})
    same(numbers(raked(frame)), numbers(by_name))
    one, other = share(raked(frame), "sex"), share(by_name, "sex")
    place = [other.labels.index(name) for name in ("nữ", "nam") if name in other.labels]
    np.testing.assert_allclose(other.value[place], one.value, rtol=1e-12)


@quick
@given(st.data(), st.sampled_from([2, 3, 4]))
def test_units_doubled_have_less_than_half_the_variance(data: st.DataObject, units: int) -> None:
    """n units with a twin each: n/(n−1) becomes 2n/(2n−1), each of twice as many totals half as much.

    So V' = V·(n−1)/(2n−1): a third of V for two units, and half of it as n grows.
    """
    frame = data.draw(surveys(units=(units,)))
    twice = pd.concat([frame, frame.assign(psu=frame["psu"] + 10)])
    plain = Design(strata="stratum", psu="psu", weight="w")
    one, other = (numbers(sample(each, plain)) for each in (frame, twice))
    np.testing.assert_allclose(other.value, one.value, rtol=1e-10)
    factor = (units - 1) / (2 * units - 1)
    size = np.maximum(np.diag(one.covariance).max(), 1e-9)
    np.testing.assert_allclose(other.covariance / size, one.covariance * factor / size, atol=1e-10)


@quick
@given(surveys(), st.integers(2, 5))
def test_a_person_cut_in_parts_changes_nothing_but_n(frame: pd.DataFrame, parts: int) -> None:
    """Rows repeated within their unit with a part of their weight each: totals know units and weights, not rows."""
    cut = pd.concat([frame.assign(w=frame["w"] / parts)] * parts)
    one, other = numbers(sample(frame)), numbers(sample(cut))
    np.testing.assert_allclose(other.value, one.value, rtol=1e-10)
    np.testing.assert_allclose(other.se, one.se, rtol=1e-7, atol=1e-10)
    assert np.array_equal(other.n, one.n * parts)


@quick
@given(surveys(), st.sampled_from(METHODS), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_shares_and_their_limits_stay_between_0_and_1_around_the_share(
    frame: pd.DataFrame, method: Method, level: float
) -> None:
    for made in (sample(frame), raked(frame)):
        asked = Precision(method=method, level=level)
        found = join(share(made, ITEMS, [4, 5], by=["g"], precision=asked), share(made, "a", precision=asked))
        known = ~np.isnan(found.value)
        assert (found.value[known] >= 0).all() and (found.value[known] <= 1).all()
        bounded = ~np.isnan(found.low)
        assert bounded[known & (found.df >= 1)].all()
        assert (found.low <= found.value + 1e-12)[bounded].all() and (found.high >= found.value - 1e-12)[bounded].all()
        if method != "t":
            assert (found.low >= 0)[bounded].all() and (found.high <= 1)[bounded].all()


@quick
@given(surveys(), st.sampled_from(METHODS))
def test_a_higher_level_has_a_wider_interval(frame: pd.DataFrame, method: Method) -> None:
    narrow, wide = (
        share(sample(frame), ITEMS, [4, 5], precision=Precision(method=method, level=level)) for level in (0.8, 0.95)
    )
    known = ~np.isnan(narrow.low)
    assert (wide.low <= narrow.low + 1e-12)[known].all() and (wide.high >= narrow.high - 1e-12)[known].all()


@quick
@given(surveys(), st.sampled_from([sample, raked]))
def test_totals_of_domains_add_up_with_their_covariance(frame: pd.DataFrame, made: Callable) -> None:
    parts, whole = total(made(frame), "y", by=["g", "sex"]), total(made(frame), "y")
    scale = np.abs(parts.value).sum()
    assert parts.value.sum() / scale == pytest.approx(whole.value[0] / scale, abs=1e-12)
    assert parts.covariance.sum() / scale**2 == pytest.approx(whole.variance[0] / scale**2, abs=1e-12)
    added = contrast(parts, np.ones(len(parts)))
    assert added.se[0] / scale == pytest.approx(whole.se[0] / scale, abs=1e-7)


@quick
@given(surveys(), st.sampled_from([sample, raked]))
def test_shares_of_all_levels_add_up_to_one_without_error(frame: pd.DataFrame, made: Callable) -> None:
    found = share(made(frame), "a")
    assert found.value.sum() == pytest.approx(1, abs=1e-12)
    assert abs(found.covariance.sum()) < 1e-12


@quick
@given(surveys(), st.sampled_from(["pooled", "items", "weights"]))
def test_an_index_lies_between_the_least_and_the_largest_of_its_items(frame: pd.DataFrame, mode: str) -> None:
    tree = (
        *(Node(id=item, level="item", items=(item,)) for item in ITEMS),
        Node(id="factor", level="factor", items=ITEMS[:2], children=ITEMS[:2], weights=(1.0, 1.0)),
        Node(id="overall", level="overall", items=ITEMS, children=("factor", "c"), weights=(0.3, 0.7)),
    )
    totals = psu_totals(sample(frame), index_terms(tree, dict.fromkeys(ITEMS, (4, 5))), by=["g"])
    function = index_function(tree, mode, totals.terms)
    found = estimate(totals, [node.id for node in tree], [people(node) for node in tree], function, Precision())
    for values in found.value.reshape(-1, len(tree)):
        for index, below in ((values[3], values[:2]), (values[4], values[:3])):
            if np.isnan(below).all():
                assert np.isnan(index)
            else:
                assert np.nanmin(below) - 1e-12 <= index <= np.nanmax(below) + 1e-12


@quick
@given(surveys(), surveys())
def test_people_without_a_weight_change_nothing(frame: pd.DataFrame, others: pd.DataFrame) -> None:
    """Those who did not respond get the weight 0, in units that were drawn anyway."""
    others = others.merge(frame[["stratum", "psu"]].drop_duplicates())
    both = pd.concat([frame.assign(responds=1), others.assign(responds=0)], ignore_index=True).assign(all=1)
    made = nonresponse(sample(both), "all", "responds")
    same(numbers(sample(frame)), numbers(made))
    same(numbers(raked(frame)), numbers(poststratify(made, "sex", {"1": 480.0, "2": 520.0})))


@quick
@given(surveys(), st.sampled_from([sample, raked]))
def test_a_level_that_nobody_has_changes_nothing(frame: pd.DataFrame, made: Callable) -> None:
    """As a category without rows, and as a level that lies outside the domain asked for."""
    more = frame.assign(g=pd.Categorical(frame["g"], categories=["n", "x", "y", "z"]))
    same(numbers(made(frame)), numbers(made(more)))
    inside = (frame["g"] != "z").to_numpy()
    if inside.any():
        found = mean(made(frame), "y", where=inside, by=["g"])
        everything = mean(made(frame), "y", by=["g"])
        assert [domain["g"] for domain in found.by] == sorted(set(frame["g"]) - {"z"})
        np.testing.assert_allclose(found.se, everything.se[: len(found)], rtol=1e-9, atol=1e-12)


@quick
@given(surveys(), st.sampled_from(["linearised", "raked", "JKn", "bootstrap"]))
def test_a_joint_covariance_is_symmetric_has_the_variances_and_no_negative_direction(
    frame: pd.DataFrame, how: str
) -> None:
    made = raked(frame) if how == "raked" else sample(frame)
    if how in ("JKn", "bootstrap"):
        made = replicate(made, how, **({"replicates": 20} if how == "bootstrap" else {}))
    found = join(mean(made, ["y", "x"]), total(made, ["y", "x"], by=["g"]), ratio(made, "y", "x"))
    covariance = found.covariance
    scale = np.sqrt(np.where(found.variance > 0, found.variance, 1))
    np.testing.assert_allclose(np.diag(covariance), found.variance, rtol=1e-9, atol=1e-15)
    assert np.array_equal(covariance, covariance.T)
    correlation = covariance / np.outer(scale, scale)
    assert np.linalg.eigvalsh(correlation).min() > -1e-9
    assert np.abs(correlation).max() < 1 + 1e-9


@quick
@given(surveys())
def test_a_census_of_units_has_no_error(frame: pd.DataFrame) -> None:
    units = frame.groupby("stratum")["psu"].transform("nunique")
    found = numbers(sample(frame.assign(units=units)))
    assert (found.variance[~np.isnan(found.value)] == 0).all()


@quick
@given(surveys(), st.floats(0.35, 0.65), st.floats(0.35, 0.65))
def test_what_was_raked_has_no_error_in_any_combination(frame: pd.DataFrame, women: float, old: float) -> None:
    """Totals of margins that were met, whatever multiples of them are added."""
    frame = frame.assign(old=np.arange(len(frame)) // 2 % 2)
    assume(frame.groupby(["sex", "old"]).ngroups == 4)
    margins = {"sex": {"1": 1000 * women, "2": 1000 - 1000 * women}, "old": {"0": 1000 - 1000 * old, "1": 1000 * old}}
    made = rake(sample(frame.assign(sum=2.0 * frame["sex"] - 3.0 * frame["old"])), margins)
    found = total(made, ["sex", "old", "sum"])
    assert found.value[0] == pytest.approx(1000 * women + 2 * (1000 - 1000 * women), rel=1e-9)
    assert (found.se < 1e-7).all()
